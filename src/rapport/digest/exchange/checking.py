"""What must hold between the files of a folder, and between them and the database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db.models.functions import Lower

from rapport.digest.exchange.problems import Problem, suggest
from rapport.digest.exchange.reading import Sources
from rapport.digest.exchange.schema import ArticleFile, Content, DeskFile, Framed, NoticeFile
from rapport.digest.models import Entry, Issue
from rapport.literature.models import Article, Axis, Family, Finding, Notice, ResearchType, Topic

# First parts of addresses in digest/urls.py and config/urls.py, and the static files'.
TAKEN_ADDRESSES = {
    *("account", "api", "archive", "articles", "browse", "desk", "feeds"),
    *("preview", "static", "subscribe", "topics", "types"),
}


class Known:
    """The keys that a reference may point to: those in the folder, and those in the database that stay there."""

    def __init__(self, content: Content, sources: Sources, *, prune: bool) -> None:
        self.unread = {kind for kind, key in sources.unread if not key}
        self.topics, self.research_types = set(content.topics), set(content.research_types)
        if not (prune and content.topics):
            self.topics |= set(Topic.objects.values_list("key", flat=True))
        if not (prune and content.research_types):
            self.research_types |= set(ResearchType.objects.values_list("key", flat=True))
        named = {key for article in content.articles.values() for key in _article_references(article)}
        named |= {entry.article for entry in content.entries.values()}
        self.articles = {*content.articles, *(key for kind, key in sources.unread if kind == "articles")}
        if not (prune and content.articles):
            self.articles |= set(Article.objects.filter(key__in=named).values_list("key", flat=True))
        listed = {slug for issue in content.issues.values() for slug in issue.entries}
        self.entries = {*content.entries, *(key for kind, key in sources.unread if kind == "entries")}
        if not (prune and content.entries):
            self.entries |= set(Entry.objects.filter(slug__in=listed).values_list("slug", flat=True))
        self.families = {
            axis: {key for of, keys in content.families.items() if of == axis for key in keys} for axis in Axis.values
        }
        if not (prune and content.families):
            for axis, key in Family.objects.values_list("axis", "key"):
                self.families[axis].add(key)


def check(content: Content, sources: Sources, *, prune: bool) -> list[Problem]:
    """Every reference that points nowhere and every rule between files that is broken."""
    known = Known(content, sources, prune=prune)
    return [
        *_check_articles(content, sources, known),
        *_check_named(content, sources),
        *_check_entries(content, sources, known),
        *_check_issues(content, sources, known, prune=prune),
        *_check_pages(content, sources),
        *_check_desk(content, sources),
        *(() if sources.unread else _check_pruning(content) if prune else _check_against_database(content, sources)),
    ]


def _check_articles(content: Content, sources: Sources, known: Known) -> Iterator[Problem]:
    by_doi: dict[str, str] = {}
    for key, article in content.articles.items():
        for index, other in enumerate(article.overlaps_with):
            if other not in known.articles or other == key:
                message = f"“{other}” is not another article.{suggest(other, known.articles - {key})}"
                yield sources.problem("articles", key, ("overlaps_with", index), message)
        if article.superseded_by and (article.superseded_by not in known.articles or article.superseded_by == key):
            near = suggest(article.superseded_by, known.articles - {key})
            message = f"“{article.superseded_by}” is not another article.{near}"
            yield sources.problem("articles", key, ("superseded_by",), message)
        if article.doi and article.doi.lower() in by_doi:
            message = f"articles/{by_doi[article.doi.lower()]}.yml has the same DOI; keep one of the two articles."
            yield sources.problem("articles", key, ("doi",), message)
        elif article.doi:
            by_doi[article.doi.lower()] = key
        yield from _check_notices(key, article, sources)
        if "families" in known.unread:
            continue
        for index, finding in enumerate(article.findings):
            for axis in Axis.values:
                framed: Framed | None = getattr(finding, axis)
                if framed and framed.family and framed.family not in known.families[axis]:
                    message = (
                        f"“{framed.family}” is not a family of {axis.replace('_', ' ')}s."
                        f"{suggest(framed.family, known.families[axis])} Families are listed in families.yml."
                    )
                    yield sources.problem("articles", key, ("findings", index, axis, "family"), message)


def _check_notices(key: str, article: ArticleFile, sources: Sources) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for notice in article.notices or ():
        which = (notice.kind, (notice.doi or "").lower())
        if notice.doi and article.doi and notice.doi.lower() == article.doi.lower():
            message = f"gives a {notice.kind} the article’s own DOI; give the notice’s, or leave `doi` out there."
            yield sources.problem("articles", key, ("notices",), message)
        if which in seen:
            named = f"with the DOI {notice.doi}" if notice.doi else "without a DOI"
            message = f"has the {notice.kind} {named} twice; keep one{'' if notice.doi else ', or give their DOIs'}."
            yield sources.problem("articles", key, ("notices",), message)
        seen.add(which)


def _check_named(content: Content, sources: Sources) -> Iterator[Problem]:
    """Only a draft may tell of an article whose authors or title are not known."""
    lacking = {key: article for key, article in content.articles.items() if not (article.authors and article.title)}
    if not lacking:
        return
    states = dict(Entry.objects.filter(article__key__in=lacking).values_list("article__key", "state"))
    states |= {entry.article: entry.state for entry in content.entries.values()}
    for key, article in lacking.items():
        for name in ("authors", "title"):
            if not getattr(article, name) and states.get(key) != Entry.State.DRAFT:
                message = "is missing; add it. Only the article of a draft may lack it."
                yield sources.problem("articles", key, (name,), message)


def _article_references(article: ArticleFile) -> set[str]:
    return {*article.overlaps_with, *([article.superseded_by] if article.superseded_by else [])}


def _check_entries(content: Content, sources: Sources, known: Known) -> Iterator[Problem]:
    told: dict[str, str] = {}
    for slug, entry in content.entries.items():
        if entry.article not in known.articles:
            message = f"there is no article “{entry.article}”.{suggest(entry.article, known.articles)}"
            yield sources.problem("entries", slug, ("article",), f"{message} Articles are files in articles/.")
        if entry.article in told:
            message = f"entries/{told[entry.article]}.md already tells of “{entry.article}”; an article has one entry."
            yield sources.problem("entries", slug, ("article",), message)
        told.setdefault(entry.article, slug)
        if "research-types" not in known.unread and entry.research_type not in known.research_types:
            message = (
                f"“{entry.research_type}” is not a research type.{suggest(entry.research_type, known.research_types)}"
            )
            yield sources.problem(
                "entries", slug, ("research_type",), f"{message} They are listed in research-types.yml."
            )
        for index, topic in enumerate(entry.topics):
            if "topics" not in known.unread and topic not in known.topics:
                message = f"“{topic}” is not a topic.{suggest(topic, known.topics)} Topics are listed in topics.yml."
                yield sources.problem("entries", slug, ("topics", index), message)


def _check_desk(content: Content, sources: Sources) -> Iterator[Problem]:
    """A sidecar says how an entry of the folder was made."""
    unread = {key for kind, key in sources.unread if kind == "entries"}
    for slug, kept in content.desk.items():
        if slug in unread:
            continue
        entry = content.entries.get(slug)
        if entry is None:
            near = suggest(slug, content.entries)
            yield sources.problem("desk", slug, (), f"there is no entry “{slug}” in the folder.{near}")
            continue
        yield from _check_tasks(slug, kept, entry.article, content, sources)
        if kept.stage and entry.language not in kept.versions:
            message = f"holds no version in the entry’s own language ({entry.language})."
            yield sources.problem("desk", slug, ("versions",), message)


def _check_tasks(slug: str, kept: DeskFile, article: str, content: Content, sources: Sources) -> Iterator[Problem]:
    """A task is about a notice that the article's file holds."""
    if not kept.tasks or ("articles", article) in sources.unread:
        return
    file = content.articles.get(article)
    notices: Iterable[NoticeFile | Notice] = (file.notices if file else None) or ()
    if not notices:  # a file that says nothing of notices leaves those that are known here
        notices = Notice.objects.filter(article__key=article) if file is None or file.notices is None else ()
    held = {(notice.kind, (notice.doi or "").lower()) for notice in notices}
    seen: set[tuple[str, str]] = set()
    for task in kept.tasks:
        which = (task.notice, (task.doi or "").lower())
        named = f"the {task.notice} {f'with the DOI {task.doi}' if task.doi else 'without a DOI'}"
        if which not in held:
            message = f"is about {named}, which is not under `notices` in articles/{article}.yml; add it there."
            yield sources.problem("desk", slug, ("tasks",), message)
        elif which in seen:
            yield sources.problem("desk", slug, ("tasks",), f"has two tasks about {named}; keep one.")
        seen.add(which)


def _check_pages(content: Content, sources: Sources) -> Iterator[Problem]:
    for key in content.pages:
        slug = key.rsplit(".", 1)[0]
        if slug in TAKEN_ADDRESSES or slug in dict(settings.LANGUAGES) or re.fullmatch(r"[0-9]{4}", slug):
            yield sources.problem(
                "pages", key, (), f"“/{slug}/” is the address of something else; choose another name."
            )


def _check_issues(content: Content, sources: Sources, known: Known, *, prune: bool) -> Iterator[Problem]:
    stands_in: dict[str, str] = {}
    for month, issue in content.issues.items():
        for index, slug in enumerate(issue.entries):
            if slug not in known.entries:
                message = f"there is no entry “{slug}”.{suggest(slug, known.entries)} Entries are files in entries/."
                yield sources.problem("issues", month, ("entries", index), message)
            elif slug in stands_in:
                message = (
                    f"“{slug}” already stands in issues/{stands_in[slug]}.yml; an entry stands in one issue, once."
                )
                yield sources.problem("issues", month, ("entries", index), message)
            stands_in.setdefault(slug, month)
    in_database = dict(Entry.objects.filter(slug__in=content.entries, issue__isnull=False).values_list("slug", "issue"))
    months = {pk: f"{year}-{month:02}" for pk, year, month in Issue.objects.values_list("pk", "year", "month")}
    for slug, entry in content.entries.items():
        issues_stay = not (prune and content.issues)
        kept = issues_stay and slug in in_database and months[in_database[slug]] not in content.issues
        issue_unread = any(kind == "issues" for kind, _ in sources.unread)
        if entry.state != "draft" and slug not in stands_in and not kept and not issue_unread:
            message = f"is {entry.state} but stands in no issue; list it in a file of issues/, or make its state draft."
            yield sources.problem("entries", slug, ("state",), message)


def _check_pruning(content: Content) -> Iterator[Problem]:
    """What pruning would take from the database's entries or articles, which stay when the folder holds none."""
    for place, user, used in sorted(set(_uses_that_stay(content))):
        file, _, axis = place.partition("/")
        held = {
            "articles": set(content.articles),
            "topics.yml": set(content.topics),
            "research-types.yml": set(content.research_types),
            "families.yml": {key for of, keys in content.families.items() if of == axis for key in keys},
        }[file]
        if used not in held:
            message = (
                f"does not hold “{used}”, which “{user}” in the database needs. Add it, or import without --prune."
            )
            yield Problem(file, 0, axis, message)


def _uses_that_stay(content: Content) -> Iterator[tuple[str, str, str]]:
    """Where a thing is listed that could be pruned, what uses it, and its key."""
    if not content.entries:
        entries = Entry.objects.order_by()
        if content.articles:
            yield from (("articles", *pair) for pair in entries.values_list("slug", "article__key"))
        if content.topics:
            of_topics = entries.filter(topics__isnull=False)
            yield from (("topics.yml", *pair) for pair in of_topics.values_list("slug", "topics__key"))
        if content.research_types:
            yield from (("research-types.yml", *pair) for pair in entries.values_list("slug", "research_type__key"))
    if content.families and not content.articles:
        for axis in Axis.values:
            findings = Finding.objects.order_by().filter(**{f"{axis}_family__isnull": False})
            pairs = findings.values_list("article__key", f"{axis}_family__key")
            yield from ((f"families.yml/{axis}", *pair) for pair in pairs)


def _check_against_database(content: Content, sources: Sources) -> Iterator[Problem]:
    """Clashes with what is in the database but not in the folder. Pruning removes those, so none are left."""
    rows = Entry.objects.filter(article__key__in=[entry.article for entry in content.entries.values()])
    told = dict(rows.exclude(slug__in=content.entries).values_list("article__key", "slug"))
    for slug, entry in content.entries.items():
        if entry.article in told:
            yield sources.problem(
                "entries", slug, ("article",), _clash(f"entry “{told[entry.article]}” tells of this article")
            )
    dois = {article.doi.lower(): key for key, article in content.articles.items() if article.doi}
    articles = Article.objects.exclude(key__in=content.articles).annotate(lower_doi=Lower("doi"))
    for doi, key in articles.filter(lower_doi__in=dois).values_list("lower_doi", "key"):
        yield sources.problem("articles", dois[doi], ("doi",), _clash(f"article “{key}” has this DOI"))
    yield from _listed_elsewhere(content, sources)


def _listed_elsewhere(content: Content, sources: Sources) -> Iterator[Problem]:
    listed = {
        slug: (month, index) for month, issue in content.issues.items() for index, slug in enumerate(issue.entries)
    }
    rows = Entry.objects.filter(slug__in=listed, issue__isnull=False).select_related("issue")
    for entry in rows:
        month, index = listed[entry.slug]
        if str(entry.issue) != month and str(entry.issue) not in content.issues:
            message = _clash(f"“{entry.slug}” stands in the issue {entry.issue}")
            yield sources.problem("issues", month, ("entries", index), message)


def _clash(what: str) -> str:
    return (
        f"in the database, {what}, and the folder does not hold it. "
        "Add its file, or import with --prune to remove what the folder does not hold."
    )
