"""The pages of the digest: what did they ask for, one query, answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rapport.digest import queries
from rapport.digest.browsing import Browse, BrowsePaginator, Selection, browse_address, read_selection
from rapport.digest.caching import public_page
from rapport.digest.describing import Describer
from rapport.digest.feeds.addresses import feed_of
from rapport.digest.middleware import site_of
from rapport.digest.models import Announcement, Entry, EntryText, Issue, Page, Revision
from rapport.digest.paging import ARTICLES_PER_PAGE, ENTRIES_PER_PAGE, FINDINGS_PER_PAGE, page_of, paged
from rapport.digest.reading import best_text, last_of
from rapport.literature.citations import Reference, apa, bibtex, csl_json, ris
from rapport.literature.models import ResearchType, Shelf, Topic
from rapport.literature.presenting import finding_rows
from rapport.literature.queries import in_reading_order, near_shelves
from rapport.web.addresses import Elsewhere, elsewhere, origin, publication_of, whole
from rapport.web.unknown import NotHere, Way
from rapport.web.wording import in_language


@public_page
def this_month(request: HttpRequest) -> HttpResponse:
    today = localdate()
    years = queries.archive(today)
    searched_at = browse_address(Selection(), publication_of(request))
    issue = years[0].months[0].issue if years else None
    return render(
        request,
        "digest/this_month.html",
        {
            "issue": issue,
            "entries": queries.entries_of(issue, today) if issue else [],
            "announcements": Announcement.objects.current(today),
            "years": years,
            "past": queries.issues_before(issue, years),
            "topics": queries.topics_with_counts(today),
            "graph": _describer(request).home(whole(request, searched_at) if searched_at else ""),
        },
    )


@public_page
def archive(request: HttpRequest) -> HttpResponse:
    return render(request, "digest/archive.html", {"years": queries.archive(localdate())})


@public_page
def year(request: HttpRequest, year: int) -> HttpResponse:
    issues = queries.issues_of_year(year, localdate())
    if not issues:
        raise NotHere(_("There is no issue of %(year)s.") % {"year": year}, [_archive_way()])
    return render(request, "digest/year.html", {"year": year, "issues": issues})


@public_page
def issue(request: HttpRequest, year: int, month: int) -> HttpResponseBase:
    found = _issue(request, year, month)
    if isinstance(found, HttpResponsePermanentRedirect):
        return found
    today = localdate()
    earlier, later = queries.issues_around(found, today)
    entries = queries.entries_of(found, today)
    context = {
        "issue": found,
        "entries": entries,
        "earlier": earlier,
        "later": later,
        "graph": _describer(request).issue(found, entries),
    }
    return render(request, "digest/issue.html", context)


def _issue(request: HttpRequest, year: int, month: int) -> Issue | HttpResponsePermanentRedirect:
    today = localdate()
    if year < 1:
        raise NotHere(_("There is no issue of %(year)s.") % {"year": f"{year:04}"}, [_archive_way()])
    if not 1 <= month <= 12:
        raise NotHere(_("There is no month %(month)s; months go from 01 to 12.") % {"month": month}, [_archive_way()])
    found = Issue.objects.published(today).filter(year=year, month=month).first()
    if found is None:
        wanted = Issue(year=year, month=month)
        near = [issue for issue in queries.issues_around(wanted, today) if issue]
        ways = [Way(_month(issue).capitalize(), issue.get_absolute_url()) for issue in near]
        raise NotHere(_("There is no issue for %(month)s.") % {"month": _month(wanted)}, [*ways, _archive_way()])
    if request.path != found.get_absolute_url():
        return HttpResponsePermanentRedirect(found.get_absolute_url())
    return found


@public_page
def entry(request: HttpRequest, year: int, month: int, slug: str) -> HttpResponseBase:
    found = _entry(slug)
    if request.path != found.get_absolute_url():
        return HttpResponsePermanentRedirect(found.get_absolute_url())
    texts, neighbours = queries.texts_and_neighbours(found, localdate())
    if found.article.standing:
        prefetch_related_objects([found.article], "notices")
    text = best_text(texts, found.language)
    context: dict[str, Any] = {
        "entry": found,
        "text": text,
        "texts": texts,
        "citation": apa(found.article.reference, get_language() or "en"),
        "revisions": list(found.revisions.all()),
    }
    if found.state == Entry.State.WITHDRAWN:
        context["issue_is_out"] = Issue.objects.published(localdate()).filter(entries=found).exists()
        context["withdrawal"] = last_of(Revision.Kind.WITHDRAWN, context["revisions"])
        context["graph"] = _describer(request).withdrawn(found, text, context["revisions"])
        return render(request, "digest/withdrawn.html", context, status=410)
    topics, here = list(found.topics.all()), _written_in(request, text, texts)
    context |= {
        "elsewhere": here,
        "described": _describer(request).entry(found, text, context["revisions"], topics, here),
        "correction": last_of(Revision.Kind.CORRECTED, context["revisions"]),
        "findings": finding_rows(list(found.article.findings.with_families().order_by("position"))),
        "neighbours": neighbours,
        "topics": topics,
    }
    return render(request, "digest/entry.html", context)


@public_page
def cite_entry(request: HttpRequest, year: int, month: int, slug: str, file_format: str) -> HttpResponseBase:
    found = _entry(slug)
    if found.state == Entry.State.WITHDRAWN:
        raise NotHere(_("This entry has been withdrawn."))
    issue = found.issue
    assert issue is not None, "what readers may ask for stands in an issue"
    address = reverse("cite_entry", args=[issue.year, issue.month, found.slug, file_format])
    if request.path != address:
        return HttpResponsePermanentRedirect(address)
    return _exported([found.article.reference], file_format, name=found.article.key)


def _entry(slug: str) -> Entry:
    """The entry readers may ask for: published, or withdrawn and said to be so."""
    related = ("issue", "research_type", "article__superseded_by__entry__issue")
    found = Entry.objects.with_a_page(localdate()).select_related(*related).filter(slug=slug).first()
    if found is None:
        near = queries.entries_near(slug, localdate()).select_related("issue")
        ways = [
            Way(best_text(list(entry.texts.all()), entry.language).title, entry.get_absolute_url()) for entry in near
        ]
        raise NotHere(_("There is no entry at this address."), [*ways, _browse_way()])
    return found


@public_page
def topics(request: HttpRequest) -> HttpResponse:
    return render(request, "digest/topics.html", {"topics": queries.topics_with_counts(localdate())})


@public_page
def research_types(request: HttpRequest) -> HttpResponse:
    return render(request, "digest/research_types.html", {"types": queries.research_types_with_counts(localdate())})


@public_page
@paged
def shelf(request: HttpRequest, group: str, key: str, *, number: int) -> HttpResponse:
    """A topic or a research type: its entries, and the evidence in them."""
    shelf = _shelf(group, key)
    entries = queries.entries_on(shelf, localdate())
    page = page_of(Paginator(entries.newest_first().for_lists(), ENTRIES_PER_PAGE), number, request)
    chosen = feed_of(**{f"{group}s": [shelf.key]})
    context = {
        "shelf": shelf,
        "group": group,
        "page_obj": page,
        "evidence": queries.evidence_of(entries) if page.number == 1 else None,
        "browse_url": browse_address(chosen, publication_of(request)),
        "graph": _describer(request).topic(shelf) if isinstance(shelf, Topic) else [],
        "selection": chosen,
    }
    return render(request, "digest/shelf.html", context)


@public_page
@paged
def shelf_findings(request: HttpRequest, group: str, key: str, *, number: int) -> HttpResponse:
    """Every finding on a shelf, page by page."""
    shelf = _shelf(group, key)
    findings = queries.findings_of(queries.entries_on(shelf, localdate()))
    page = page_of(Paginator(findings, FINDINGS_PER_PAGE), number, request)
    context = {"shelf": shelf, "group": group, "page_obj": page, "rows": finding_rows(list(page))}
    return render(request, "digest/shelf_findings.html", context)


def _shelf(group: str, key: str) -> Topic | ResearchType:
    shelves: QuerySet[Any] = (Topic if group == "topic" else ResearchType).objects.all()
    found: Topic | ResearchType | None = shelves.filter(key=key).first()
    if found is None:
        unknown = _("There is no topic “%(key)s”.") if group == "topic" else _("There is no research type “%(key)s”.")
        raise NotHere(unknown % {"key": key[:60]}, _near_shelves(key, shelves))
    return found


def _near_shelves(key: str, shelves: Iterable[Shelf]) -> list[Way]:
    """Shelves whose key or name is nearly what was asked for, then all of them."""
    shelves = list(shelves)
    if not shelves:
        return [_browse_way()]
    address = "topic" if isinstance(shelves[0], Topic) else "research_type"
    ways = [
        Way(in_language(shelf.name, get_language() or "en").text, reverse(address, args=[shelf.key]))
        for shelf in near_shelves(key, shelves)
    ]
    every = (
        Way(str(_("All topics")), reverse("topics"))
        if address == "topic"
        else Way(str(_("All research types")), reverse("types"))
    )
    return [*ways, every]


@public_page
@paged
def browse(request: HttpRequest, *, number: int) -> HttpResponse:
    all_topics, all_types = in_reading_order(Topic.objects.all()), list(ResearchType.objects.all())
    selection = read_selection(request.GET, topics=all_topics, types=all_types)
    site = site_of(request)
    publication, today = publication_of(request), localdate()
    found = Browse(
        selection, topics=all_topics, types=all_types, today=today, stamp=site.stamp, publication=publication
    )
    page = page_of(BrowsePaginator(found, ENTRIES_PER_PAGE), number, request)
    query = selection.query() + (f"&page={page.number}" if selection and page.number > 1 else "")
    context = {
        "browse": found,
        "selection": selection,
        "page_obj": page,
        "elsewhere": elsewhere(origin(request), request.path, languages=site.languages, query=query),
    }
    return render(request, "digest/browse.html", context)


@public_page
@paged
def articles(request: HttpRequest, *, number: int) -> HttpResponse:
    cited = queries.cited_articles(localdate()).select_related("entry__issue")
    page = page_of(Paginator(cited, ARTICLES_PER_PAGE), number, request)
    language = get_language() or "en"
    references = [(article, apa(article.reference, language)) for article in page]
    return render(request, "digest/articles.html", {"page_obj": page, "references": references})


@public_page
def export_articles(request: HttpRequest, file_format: str) -> HttpResponseBase:
    references = (article.reference for article in queries.cited_articles(localdate()).iterator(chunk_size=500))
    return _exported(references, file_format, name="articles")


def apa_list(references: Iterable[Reference]) -> Iterable[str]:
    """References as APA prints them, one a line, in the page's language."""
    language = get_language() or "en"  # asked now: the lines are written after the page's language is gone
    return (f"{apa(reference, language).text}\n" for reference in references)


EXPORTS = {
    "ris": (ris, "application/x-research-info-systems"),
    "bib": (bibtex, "application/x-bibtex"),
    "json": (csl_json, "application/vnd.citationstyles.csl+json"),
    "txt": (apa_list, "text/plain"),
}


def _exported(references: Iterable[Reference], file_format: str, *, name: str) -> StreamingHttpResponse:
    write, content_type = EXPORTS[file_format]
    chunks = (chunk.encode() for chunk in write(references))
    response = StreamingHttpResponse(chunks, content_type=f"{content_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.{file_format}"'
    return response


@public_page
def page(request: HttpRequest, slug: str) -> HttpResponse:
    by_language = {page.language: page for page in Page.objects.filter(slug=slug)}
    found = by_language.get(get_language() or "en") or next(iter(by_language.values()), None)
    if found is None:
        raise NotHere(_("There is no page at this address."))
    site = site_of(request)
    body = found.body.replace("{contact_email}", site.contact_email)
    here = _written_in(request, found, by_language.values())
    return render(request, "digest/page.html", {"page": found, "body": body, "elsewhere": here})


def _describer(request: HttpRequest) -> Describer:
    return Describer(site_of(request), origin(request))


def _written_in(request: HttpRequest, shown: EntryText | Page, texts: Iterable[EntryText | Page]) -> Elsewhere:
    """The addresses of a page that exists in the languages of `texts`, and here shows one of them."""
    languages = [shown.language, *(text.language for text in texts)]
    return elsewhere(origin(request), request.path, languages=languages)


def _month(issue: Issue) -> str:
    return date_format(issue.first_day, "F Y")


def _archive_way() -> Way:
    return Way(str(_("Archive: all issues")), reverse("archive"))


def _browse_way() -> Way:
    return Way(str(_("Browse all entries")), reverse("browse"))
