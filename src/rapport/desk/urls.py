"""The desk's addresses, below `/desk/`."""

from __future__ import annotations

from django.urls import path, register_converter

from rapport.desk.views import editor, home, versions


class LanguageCode:
    """Of an entry's text; two letters, so that it is no word of another address."""

    regex = r"[a-z]{2}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(LanguageCode, "language")

urlpatterns = [
    path("", home.desk, name="desk"),
    path("entries/<slug:slug>/<language:language>/", editor.edit, name="edit_entry"),
    path("entries/<slug:slug>/<language:language>/live/", editor.live, name="edit_entry_live"),
    path("entries/<slug:slug>/<language:language>/here/", editor.here, name="edit_entry_here"),
    path("entries/<slug:slug>/<language:language>/versions/", versions.versions, name="entry_versions"),
    path("entries/<slug:slug>/<language:language>/versions/<int:number>/", versions.restore, name="restore_version"),
]
