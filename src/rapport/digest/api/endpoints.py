"""What can be asked: one function for each list and for each thing in it. Their docstrings are in the OpenAPI document.

Each reads what was asked, makes the same few queries however much there is, and hands the rows to `answering`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import getdoc
from typing import Annotated, Any

from django.core.exceptions import SuspiciousOperation
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.timezone import localdate
from ninja import NinjaAPI, Path, Query
from ninja.errors import ValidationError
from ninja.renderers import JSONRenderer

from rapport.digest import queries
from rapport.digest.api import answering, parts, refusals, schemas
from rapport.digest.api.answering import Site
from rapport.digest.api.parts import part_of
from rapport.digest.api.questions import (
    ArticlesQuestion,
    EntriesQuestion,
    FindingsQuestion,
    IssuesQuestion,
    chosen_entries,
    refuse_unknown_metric,
)
from rapport.digest.api.refusals import Refused
from rapport.digest.models import Entry, EntryQuerySet, EntryText, Issue, IssueQuerySet
from rapport.literature.citations import Reference
from rapport.literature.models import Finding
from rapport.web.unknown import NotUnderstood


class ReadableJSON(JSONRenderer):
    """Letters as they are, and not as escapes."""

    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    title="Digest",
    version="1",
    urls_namespace="api",
    openapi_url=None,  # document.py makes it
    docs_url=None,
    renderer=ReadableJSON(),
)

Endpoint = Callable[..., Any]
Refusals = Mapping[int, type]


def reads(path: str, answer: type, *, name: str, tag: str, refuses: Refusals) -> Callable[[Endpoint], Endpoint]:
    """An address that is read with GET or HEAD. `name` is the address's, and the operation's in the document."""

    def told(endpoint: Endpoint) -> Endpoint:
        operation = api.api_operation(
            ["GET", "HEAD"],
            path,
            response={200: answer, **refuses},
            url_name=name,
            operation_id=name,
            summary=(getdoc(endpoint) or "").partition("\n")[0],
            tags=[tag],
        )
        return operation(endpoint)

    return told


LIST: Refusals = {400: schemas.Refusal}
ONE: Refusals = {404: schemas.Refusal}


@reads("/", schemas.Beginning, name="beginning", tag="Beginning", refuses={})
def beginning(request: HttpRequest) -> schemas.Beginning:
    """What there is, and on which terms."""
    return answering.beginning(Site(request))


# --- issues and entries ---------------------------------------------------------------------------


@reads("/issues", schemas.Issues, name="issues", tag="Issues", refuses=LIST)
def issues(request: HttpRequest, response: HttpResponse, question: Query[IssuesQuestion]) -> schemas.Issues:
    """The issues that are out, the newest first, each with the titles of its entries in their order."""
    found = Issue.objects.published(localdate())
    if question.year:
        found = found.filter(year__in=question.year)
    part = part_of(found, parts.ISSUES, read=_issues_with_titles(), question=question, request=request)
    site = Site(request)
    _link_to_next(response, part.next)
    return schemas.Issues(items=[answering.issue(row, site) for row in part.rows], next=part.next)


@reads("/issues/{year}/{month}", schemas.Issue, name="issue", tag="Issues", refuses=ONE)
def issue(
    request: HttpRequest,
    year: Annotated[int, Path(ge=1, le=9999, description="Four digits.", example=2024)],
    month: Annotated[int, Path(ge=1, le=12, description="With or without a leading zero.", example=5)],
) -> schemas.Issue:
    """One month's issue."""
    found = _issues_with_titles().filter(year=year, month=month).first()
    if found is None:
        around = queries.issues_around(Issue(year=year, month=month), localdate())
        raise Refused(
            404,
            f"There is no issue of {year}-{month:02}.",
            where="month",
            mend="/issues lists those that are out.",
            near=[f"{near.year}/{near.month:02}" for near in around if near],
        )
    return answering.issue(found, Site(request))


def _issues_with_titles() -> IssueQuerySet:
    titles = Prefetch("texts", EntryText.objects.only("entry_id", "language", "title"))
    published = Entry.objects.published(localdate()).order_by("position")
    shown = published.select_related("issue", "article").prefetch_related(titles)
    return Issue.objects.published(localdate()).prefetch_related(Prefetch("entries", shown, to_attr="shown"))


@reads("/entries", schemas.Entries, name="entries", tag="Entries", refuses=LIST)
def entries(request: HttpRequest, response: HttpResponse, question: Query[EntriesQuestion]) -> schemas.Entries:
    """The published entries that fit the choices, as on the page Browse; the newest issue's first."""
    found, whole = chosen_entries(request), _with_all(Entry.objects.all())
    part, site = part_of(found, parts.ENTRIES, read=whole, question=question, request=request), Site(request)
    _link_to_next(response, part.next)
    return schemas.Entries(items=[answering.entry(row, site) for row in part.rows], next=part.next)


@reads("/entries/{slug}", schemas.Entry, name="entry", tag="Entries", refuses={**ONE, 410: schemas.Withdrawn})
def entry(
    request: HttpRequest,
    slug: Annotated[str, Path(description="As in its address.", example="one-in-five-leaves-early")],
) -> schemas.Entry | JsonResponse:
    """One entry. One that has been withdrawn is answered with 410, and with the account of its withdrawal."""
    found = _with_all(Entry.objects.with_a_page(localdate())).filter(slug=slug).first()
    if found is None:
        near = queries.entries_near(slug, localdate()).values_list("slug", flat=True)
        raise Refused(
            404,
            f"There is no entry “{refusals.shown(slug)}”.",
            where="slug",
            mend="/entries lists those that are published.",
            near=sorted(near),
        )
    if found.state == Entry.State.WITHDRAWN:
        return refusals.answer(answering.withdrawn(found, Site(request)), status=410)
    return answering.entry(found, Site(request))


def _with_all(entries: EntryQuerySet) -> EntryQuerySet:
    return entries.for_cards().prefetch_related("revisions")


# --- articles and findings ------------------------------------------------------------------------


@reads("/articles", schemas.Articles, name="articles", tag="Articles", refuses=LIST)
def articles(request: HttpRequest, response: HttpResponse, question: Query[ArticlesQuestion]) -> schemas.Articles:
    """The articles that published entries report on, in the order of a reference list."""
    found = queries.cited_articles(localdate())
    if question.year:
        found = found.filter(year__in=question.year)
    if question.doi:
        found = found.filter(doi__iexact=Reference(key="", doi=question.doi).doi)
    part, site = part_of(found, parts.ARTICLES, read=_articles(), question=question, request=request), Site(request)
    _link_to_next(response, part.next)
    return schemas.Articles(items=[answering.article(row, site) for row in part.rows], next=part.next)


@reads("/articles/{key}", schemas.Article, name="article", tag="Articles", refuses=ONE)
def article(
    request: HttpRequest, key: Annotated[str, Path(description="Its key.", example="swift-2012")]
) -> schemas.Article:
    """One article."""
    found = _articles().filter(key=key).first()
    if found is None:
        raise Refused(
            404,
            f"There is no article “{refusals.shown(key)}”.",
            where="key",
            mend="/articles lists those that the digest reports on.",
            near=_articles_near(key),
        )
    return answering.article(found, Site(request))


def _articles() -> Any:
    cited = queries.cited_articles(localdate())
    return cited.select_related("entry__issue", "superseded_by__entry__issue").prefetch_related(
        Prefetch("overlaps_with", cited)
    )


def _articles_near(key: str) -> list[str]:
    keys = queries.cited_articles(localdate()).values_list("key", flat=True)[: queries.MOST_COMPARED_SLUGS]
    return refusals.near_keys(key, keys)


@reads("/findings", schemas.Findings, name="findings", tag="Findings", refuses=LIST)
def findings(request: HttpRequest, response: HttpResponse, question: Query[FindingsQuestion]) -> schemas.Findings:
    """What the articles found, as data: every number as it is printed, with where it comes from.

    The choices of topics and types are those of entries: a finding stands where its entry stands.
    """
    found, whole = (
        _chosen_findings(request, question),
        Finding.objects.with_families().select_related("article__entry__issue"),
    )
    part, site = part_of(found, parts.FINDINGS, read=whole, question=question, request=request), Site(request)
    _link_to_next(response, part.next)
    return schemas.Findings(items=[answering.finding(row, site) for row in part.rows], next=part.next)


def _chosen_findings(request: HttpRequest, question: FindingsQuestion) -> Any:
    refuse_unknown_metric(question.metric)
    if question.article is not None and not queries.cited_articles(localdate()).filter(key=question.article).exists():
        near = _articles_near(question.article)
        raise refusals.not_known("article", question.article, near, mend="Ask for a key that /articles lists.")
    found = Finding.objects.filter(article__entry__in=chosen_entries(request))
    if question.article is not None:
        found = found.filter(article__key=question.article)
    if question.metric:
        found = found.filter(metric_key__in=question.metric)
    if question.has_interval is not None:
        found = found.filter(interval_level__isnull=not question.has_interval)
    return found


# --- topics and research types --------------------------------------------------------------------


@reads("/topics", schemas.Topics, name="topics", tag="Topics and types", refuses={})
def topics(request: HttpRequest) -> schemas.Topics:
    """All topics, each with the number of its entries."""
    rows, site = queries.topics_with_counts(localdate()), Site(request)
    return schemas.Topics(items=[answering.topic(row, site) for row in rows], next=None)


@reads("/types", schemas.ResearchTypes, name="types", tag="Topics and types", refuses={})
def types(request: HttpRequest) -> schemas.ResearchTypes:
    """All research types, each with the number of its entries."""
    rows, site = queries.research_types_with_counts(localdate()), Site(request)
    return schemas.ResearchTypes(items=[answering.research_type(row, site) for row in rows], next=None)


# --- what went wrong ------------------------------------------------------------------------------


def _link_to_next(response: HttpResponse, address: str | None) -> None:
    if address:
        response["Link"] = f'<{address}>; rel="next"'


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return refusals.tell(error)


@api.exception_handler(ValidationError)
def _of_wrong_form(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return refusals.tell(refusals.of_wrong_form(error))


@api.exception_handler(NotUnderstood)
def _not_understood(request: HttpRequest, error: NotUnderstood) -> HttpResponse:
    """What Browse does not understand either, in Browse's words."""
    return refusals.tell(
        Refused(
            400, str(error.message), where="query", mend="Ask for fewer or other choices; /topics and /types list them."
        )
    )


@api.exception_handler(SuspiciousOperation)
def _suspicious(request: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
    return refusals.tell(Refused(400, "The address asks for too much at once.", where="query", mend="Ask for less."))
