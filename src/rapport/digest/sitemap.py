"""What search engines ask for first: `robots.txt`, and a sitemap of every public page in each of its languages.

The sitemap is an index of parts. Entries stand in them oldest first, so that a new one changes the last part alone.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from rapport.digest.caching import public_page
from rapport.digest.middleware import site_of
from rapport.digest.models import Entry, EntryText, Issue, Page
from rapport.literature.models import ResearchType, Topic
from rapport.web.addresses import elsewhere, in_each_language, origin, whole
from rapport.web.unknown import NotHere

# A part may hold 50,000 addresses and 50 MB (sitemaps.org); an entry has one address in each language, of about 500 B.
ENTRIES_IN_A_PART = 5_000
NAMESPACES = {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9", "xmlns:xhtml": "http://www.w3.org/1999/xhtml"}
STANDING = ("this_month", "archive", "topics", "types", "browse", "articles", "subscribe")


@dataclass(frozen=True)
class Place:
    """A page: its path, the languages in which it exists (all, if none is named), and the day of its last change."""

    path: str
    languages: tuple[str, ...] = ()
    changed: dt.date | None = None


@public_page
def index(request: HttpRequest) -> HttpResponse:
    parts = [reverse("sitemap_pages")]
    parts += [reverse("sitemap_entries", args=[number]) for number in range(1, number_of_parts() + 1)]
    root = Element("sitemapindex", {"xmlns": NAMESPACES["xmlns"]})
    for part in parts:
        SubElement(SubElement(root, "sitemap"), "loc").text = whole(request, part)
    return _xml(root)


@public_page
def pages(request: HttpRequest) -> HttpResponse:
    """Everything but entries."""
    languages = tuple(site_of(request).languages)
    return _url_set(request, pages_but_entries(languages, localdate()))


@public_page
def entries(request: HttpRequest, part: int) -> HttpResponse:
    if not 1 <= part <= number_of_parts():
        raise NotHere(_("There is no page at this address."))
    return _url_set(request, entries_in(part, localdate()))


@public_page
def robots(request: HttpRequest) -> HttpResponse:
    """All that readers see may be read; accounts, the desk and what letters lead to are nothing to search for.

    Combinations of choices are without number, and lead to nothing that stands nowhere else.
    """
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}?" for path in in_each_language(reverse("browse")).values()),
        *(f"Disallow: {path}" for name in ("account", "desk") for path in in_each_language(reverse(name)).values()),
        *(
            f"Disallow: {path.removesuffix('subscribe/')}"
            for path in in_each_language(reverse("letter_subscribe")).values()
        ),
        f"Sitemap: {whole(request, reverse('sitemap'))}",
    ]
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")


# --- what there is --------------------------------------------------------------------------------


def pages_but_entries(languages: tuple[str, ...], today: dt.date) -> Iterator[Place]:
    """Five queries, however many issues and topics there are."""
    shown = ~Q(entries__state=Entry.State.DRAFT)  # a withdrawal changes its issue too
    issues = list(Issue.objects.published(today).annotate(revised=Max("entries__revisions__made_on", filter=shown)))
    changed = {issue: _last(issue.published_on, issue.revised) for issue in issues}  # type: ignore[attr-defined]  # annotated above
    newest = max(changed.values(), default=None)
    yield from (Place(reverse(name), languages, newest if name == "this_month" else None) for name in STANDING)
    by_year: dict[int, list[dt.date]] = defaultdict(list)
    for issue in issues:
        by_year[issue.year].append(changed[issue])
        yield Place(issue.get_absolute_url(), languages, changed[issue])
    for year, days in by_year.items():
        yield Place(reverse("year", args=[year]), languages, max(days))
    yield from _shelves("topic", Topic.objects.all(), languages, today)
    yield from _shelves("research_type", ResearchType.objects.all(), languages, today)
    written: dict[str, list[str]] = defaultdict(list)
    for slug, language in Page.objects.values_list("slug", "language"):
        written[slug].append(language)
    yield from (Place(reverse("page", args=[slug]), tuple(codes)) for slug, codes in written.items())


def _shelves(name: str, shelves: QuerySet[Any], languages: tuple[str, ...], today: dt.date) -> Iterator[Place]:
    """The topics or research types under which something stands, each with the last change of an entry there."""
    shown = Q(entries__state=Entry.State.PUBLISHED, entries__issue__published_on__lte=today)
    days = {
        "out": Max("entries__issue__published_on", filter=shown),
        "revised": Max("entries__revisions__made_on", filter=shown),
    }
    for key, out, revised in shelves.annotate(**days).exclude(out=None).values_list("key", "out", "revised"):
        yield Place(reverse(name, args=[key]), languages, _last(out, revised))


def entries_in(part: int, today: dt.date) -> Iterator[Place]:
    """The entries of one part, each in the languages in which it is written. Two queries."""
    order = ("issue__year", "issue__month", "position", "pk")
    start = (part - 1) * ENTRIES_IN_A_PART
    standing = Entry.objects.published(today).order_by(*order).values("pk")[start : start + ENTRIES_IN_A_PART]
    written: dict[int, list[str]] = defaultdict(list)
    for entry, language in EntryText.objects.filter(entry__in=standing).values_list("entry_id", "language"):
        written[entry].append(language)
    described = Entry.objects.filter(pk__in=standing).order_by(*order).annotate(revised=Max("revisions__made_on"))
    for entry, slug, year, month, out, revised in described.values_list(
        "pk", "slug", "issue__year", "issue__month", "issue__published_on", "revised"
    ):
        yield Place(reverse("entry", args=[year, month, slug]), tuple(written[entry]), _last(out, revised))


def number_of_parts() -> int:
    return -(-Entry.objects.published(localdate()).count() // ENTRIES_IN_A_PART)


def _last(out: dt.date, revised: dt.date | None) -> dt.date:
    """The day of a last change: nothing has changed for readers before it was out."""
    return max(out, revised or out)


# --- how it is written ----------------------------------------------------------------------------


def _url_set(request: HttpRequest, places: Iterable[Place]) -> HttpResponse:
    """One `url` for each language of a place, which names all of them."""
    start, root = origin(request), Element("urlset", NAMESPACES)
    for place in places:
        alternates = elsewhere(start, place.path, languages=place.languages).alternates
        for code, address in alternates:
            if code == "x-default":
                continue
            url = SubElement(root, "url")
            SubElement(url, "loc").text = address
            if place.changed:
                SubElement(url, "lastmod").text = place.changed.isoformat()
            for language, other in alternates:
                SubElement(url, "xhtml:link", {"rel": "alternate", "hreflang": language, "href": other})
    return _xml(root)


def _xml(root: Element) -> HttpResponse:
    content = tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(content, content_type="application/xml; charset=utf-8")
