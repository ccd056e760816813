"""The digest's addresses: short, stable, made to be read aloud."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, include, path, register_converter

from rapport.digest import views
from rapport.digest.api.guide import for_programs
from rapport.digest.feeds.views import subscribe


class FourDigitYear:
    regex = r"[0-9]{4}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04}"


class TwoDigitMonth:
    """Read with or without its leading zero, always written with it."""

    regex = r"[0-9]{1,2}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:02}"


class FileFormat:
    """How references are exported."""

    regex = "ris|bib|json|txt"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(FourDigitYear, "yyyy")
register_converter(TwoDigitMonth, "mm")
register_converter(FileFormat, "format")


def paged(route: str, view: Any, facts: dict[str, str] | None = None, *, name: str) -> list[URLPattern]:
    """A list: its first page at `route`, the others below it."""
    return [path(route, view, facts, name=name), path(f"{route}page/<int:number>/", view, facts, name=name)]


urlpatterns = [
    path("", views.this_month, name="this_month"),
    path("archive/", views.archive, name="archive"),
    path("topics/", views.topics, name="topics"),
    *paged("topics/<slug:key>/", views.shelf, {"group": "topic"}, name="topic"),
    *paged("topics/<slug:key>/findings/", views.shelf_findings, {"group": "topic"}, name="topic_findings"),
    path("types/", views.research_types, name="types"),
    *paged("types/<slug:key>/", views.shelf, {"group": "type"}, name="research_type"),
    *paged("types/<slug:key>/findings/", views.shelf_findings, {"group": "type"}, name="research_type_findings"),
    *paged("browse/", views.browse, name="browse"),
    *paged("articles/", views.articles, name="articles"),
    path("articles/articles.<format:file_format>", views.export_articles, name="export_articles"),
    path("feeds/", include("rapport.digest.feeds.urls")),
    path("subscribe/", subscribe, name="subscribe"),
    path("api/", for_programs, name="api"),
    path("<yyyy:year>/", views.year, name="year"),
    path("<yyyy:year>/<mm:month>/", views.issue, name="issue"),
    path("<yyyy:year>/<mm:month>/<slug:slug>/", views.entry, name="entry"),
    path("<yyyy:year>/<mm:month>/<slug:slug>/citation.<format:file_format>", views.cite_entry, name="cite_entry"),
    path("<slug:slug>/", views.page, name="page"),
]
