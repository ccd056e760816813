"""Make the database equal to a folder: all or nothing, and nothing at all when nothing changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Model, ProtectedError

from rapport.digest.actions import leave_own_to_imports, mark_changed, save_issue, save_page, save_positions
from rapport.digest.exchange import beside, own
from rapport.digest.exchange.at_the_desk import refusals, tell
from rapport.digest.exchange.checking import check
from rapport.digest.exchange.database import read_database
from rapport.digest.exchange.notices import save_notice_files, with_known
from rapport.digest.exchange.problems import ContentProblems, Problem, suggest
from rapport.digest.exchange.reading import Sources, read_folder
from rapport.digest.exchange.saving import (
    save_announcement_file,
    save_article_file,
    save_entry_value,
    save_shelf_item,
    save_site_file,
    save_synonym_group_file,
)
from rapport.digest.exchange.schema import Content
from rapport.digest.exchange.writing import plain, to_yaml
from rapport.digest.models import Announcement, Entry, Issue, Page, SynonymGroup
from rapport.digest.search.documents import index_entries, index_entries_on
from rapport.literature.actions import link_article, save_family
from rapport.literature.models import Article, Family, ResearchType, Topic

IMPORT_LOCK = 20230109  # any number, as long as nothing else in the database locks by it
KINDS = (
    "site",
    "topics",
    "research_types",
    "families",
    "synonyms",
    "articles",
    "entries",
    "issues",
    "announcements",
    "pages",
    "desk",
)


@dataclass
class Report:
    """What an import did, by kind: keys created, changed, removed, left alone, and how many were as before.

    A list that was put in another order is a change of the kind “order”.
    `unannounced` are published entries that changed without a new revision: readers are not told.
    `notices_stay` are articles about which the database knows notices that their files do not hold.
    """

    created: dict[str, list[str]] = field(default_factory=dict)
    changed: dict[str, list[str]] = field(default_factory=dict)
    removed: dict[str, list[str]] = field(default_factory=dict)
    only_in_database: dict[str, list[str]] = field(default_factory=dict)
    unannounced: list[str] = field(default_factory=list)
    notices_stay: list[str] = field(default_factory=list)
    unchanged: int = 0

    @property
    def did_anything(self) -> bool:
        return bool(self.created or self.changed or self.removed)


def import_folder(folder: Path, *, prune: bool = False, replace: Collection[str] = ()) -> Report:
    """Import `folder`. With `prune`, what the folder does not hold is removed from the database.

    What was edited at the desk is overwritten or removed only where `replace` names it: an entry by its slug,
    an issue by its month, the network's own as `own.name_of` says. Raises `ContentProblems`, having changed
    nothing, when anything in the folder is wrong, or when it differs from what was edited at the desk.
    """
    try:
        content, sources = read_folder(folder)
    except ContentProblems as unreadable:
        if unreadable.read is None:
            raise
        more = check(*unreadable.read, prune=prune)
        raise ContentProblems([*unreadable.problems, *more]) from None
    with transaction.atomic():
        _wait_for_other_imports()
        problems = check(content, sources, prune=prune)
        if problems:
            raise ContentProblems(problems)
        return _Import(content, sources, prune=prune, replace=replace).run()


def _wait_for_other_imports() -> None:
    """One import at a time, to the end of its transaction. SQLite sees to that by itself."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])


class _Import:
    def __init__(self, content: Content, sources: Sources, *, prune: bool, replace: Collection[str]) -> None:
        self.before = read_database()
        self.prune = prune
        self.replace = frozenset(replace)
        self.sources = sources
        self.content, stay = with_known(_with_mutual_overlaps(content), self.before, self.replace)
        self.report = Report(notices_stay=stay)
        self.new = {kind: _comparable(self.content, kind) for kind in KINDS}
        self.old = {kind: _comparable(self.before, kind) for kind in KINDS}

    def run(self) -> Report:
        differ = {
            kind: {key for key, value in new.items() if self.old[kind].get(key) not in (None, value)}
            for kind, new in self.new.items()
        }
        gone = {kind: self._extra(kind) if self.prune else [] for kind in KINDS}
        both = (self.content, self.before, self.sources)
        problems = [
            *self._unknown(),
            *refusals(*both, differ=differ, gone=gone, replace=self.replace),
            *own.refusals(*both, differ=differ, gone=gone, replace=self.replace),
        ]
        if problems:
            raise ContentProblems(problems)
        for kind in ("pages", "announcements", "synonyms", "entries", "issues", "articles"):
            self._remove_or_note(kind)
        self._site()
        self._shelves()
        self._families()
        for key in self._due("synonyms"):
            save_synonym_group_file(self.content.synonyms[key])
        self._articles()
        self._entries()
        self._issues()
        self._desk()
        self._index()
        for key in self._due("announcements"):
            save_announcement_file(self.content.announcements[key])
        for key in self._due("pages"):
            slug, language = key.rsplit(".", 1)
            page = self.content.pages[key]
            save_page(slug=slug, language=language, title=page.title, body=page.body)
        for kind in ("research_types", "topics", "families"):
            self._remove_or_note(kind)
        self._order()
        own.tell(self._own_replaced())
        if self.report.did_anything:
            mark_changed()
        return self.report

    def _unknown(self) -> list[Problem]:
        """What `replace` names although it is nowhere."""
        known = own.names(self.content, self.before)
        for content in (self.content, self.before):
            known |= {*content.entries, *content.issues}
        return [
            Problem(
                "--replace", 0, "", f"there is no “{name}”, in the folder or in the database.{suggest(name, known)}"
            )
            for name in sorted(self.replace - known)
        ]

    def _own_replaced(self) -> set[tuple[str, str]]:
        """The parts of the network's own that were written or removed and that `replace` names, by kind and key."""
        done = (self.report.created, self.report.changed, self.report.removed)
        touched = {(kind, key) for kind in own.WORDS for by_kind in done for key in by_kind.get(kind, [])}
        touched |= {(kind, "") for kind in own.LISTS if own.name_of(kind, "") in self.report.changed.get("order", [])}
        return {(kind, key) for kind, key in touched if own.name_of(kind, key) in self.replace}

    def _due(self, kind: str) -> list[str]:
        """The keys of `kind` that are new or changed, noted in the report."""
        due = []
        for key, value in self.new[kind].items():
            old = self.old[kind].get(key)
            if old == value:
                self.report.unchanged += 1
                continue
            due.append(key)
            (self.report.created if old is None else self.report.changed).setdefault(kind, []).append(key)
        return due

    def _remove_or_note(self, kind: str) -> None:
        """Remove what only the database has, or say that it is left alone."""
        extra = self._extra(kind)
        if not extra:
            return
        if not self.prune:
            self.report.only_in_database[kind] = extra
            return
        self.report.removed[kind] = extra
        for key in extra:
            if kind == "issues":
                freed = list(_issue(key).entries.values_list("pk", flat=True))
                Entry.objects.filter(pk__in=freed).update(state=Entry.State.DRAFT, issue=None)
                index_entries(Entry.objects.filter(pk__in=freed))
            try:
                _stored(kind, key).delete()
            except ProtectedError as error:  # such as an issue that went to readers by mail
                message = f"{key} cannot be removed: something is kept that refers to it ({_referring(error)})."
                mend = "Leave it in the folder; entries that readers should no longer see are withdrawn."
                raise ContentProblems([Problem("--prune", 0, "", f"{message} {mend}")]) from error
            leave_own_to_imports(kind=kind, key=key)

    def _extra(self, kind: str) -> list[str]:
        """What only the database has. A kind of which the folder holds nothing is left alone."""
        return sorted(set(self.old[kind]) - set(self.new[kind])) if self.new[kind] else []

    def _site(self) -> None:
        if self._due("site") and self.content.site:
            save_site_file(self.content.site)

    def _shelves(self) -> None:
        kinds: tuple[tuple[str, type[Topic] | type[ResearchType]], ...]
        kinds = (("topics", Topic), ("research_types", ResearchType))
        for kind, model in kinds:
            items = getattr(self.content, kind)
            for key in self._due(kind):
                save_shelf_item(model, items[key])

    def _order(self) -> None:
        """Put lists in the folder's order; what only the database has stays behind what it stood behind."""
        for kind, model in own.LISTS.items():
            named = getattr(self.content, kind)
            if own.is_reordered(named, getattr(self.before, kind)):
                self.report.changed.setdefault("order", []).append(own.name_of(kind, ""))
            there = list(model._default_manager.order_by("position", "key").values_list("key", flat=True))
            if (wanted := own.in_order(named, there)) != there:
                save_positions(model, wanted)

    def _families(self) -> None:
        for name in self._due("families"):
            axis, key = name.split("/")
            of_axis = self.content.families[axis]  # type: ignore[index]  # the axes are the literal's own
            facts = {"name": of_axis[key], "position": list(of_axis).index(key)}
            save_family(axis=axis, key=key, facts=facts)

    def _articles(self) -> None:
        due = self._due("articles")
        Article.objects.filter(key__in=due).update(doi="")  # two articles may exchange their DOIs
        families = {(family.axis, family.key): family for family in Family.objects.all()}
        saved = {key: save_article_file(key, self.content.articles[key], families) for key in due}
        for key, article in saved.items():
            value = self.content.articles[key]
            link_article(article=article, overlaps_with=list(value.overlaps_with), superseded_by=value.superseded_by)
            save_notice_files(article, value.notices or ())

    def _entries(self) -> None:
        due = self._due("entries")
        told = dict(Entry.objects.filter(slug__in=due).values_list("slug", "article__key"))
        # Two entries may exchange their articles, and an article has one entry: those that move are made anew.
        moved = [slug for slug, article in told.items() if self.content.entries[slug].article != article]
        Entry.objects.filter(slug__in=moved).delete()
        for slug in due:
            new, old = self.content.entries[slug], self.before.entries.get(slug)
            if old and old.state == new.state == "published" and old.revisions == new.revisions:
                self.report.unannounced.append(slug)
            save_entry_value(slug, new)
        self.report.unannounced += self._noticed_in_silence()

    def _noticed_in_silence(self) -> list[str]:
        """Published entries about whose articles a file tells of a notice, without a revision that tells readers."""
        new, old = self.content.articles, self.before.articles
        noticed = {key for key in new if key in old and new[key].notices != old[key].notices}
        entries = {**self.before.entries, **self.content.entries}
        return [
            slug
            for slug, was in self.before.entries.items()
            if was.article in noticed
            and was.state == entries[slug].state == "published"
            and was.revisions == entries[slug].revisions
            and slug not in self.report.unannounced
        ]

    def _issues(self) -> None:
        due = set(self._due("issues"))
        entries = set(self._saved())
        states = dict(Entry.objects.values_list("slug", "state"))
        states |= {slug: entry.state for slug, entry in self.content.entries.items()}
        for month, issue in self.content.issues.items():
            if month in due or entries & set(issue.entries):
                year, number = month.split("-")
                facts = {"published_on": issue.published, "teaser": issue.teaser or {}}
                in_order = {slug: states[slug] for slug in issue.entries}
                save_issue(year=int(year), month=int(number), facts=facts, entries=in_order)

    def _desk(self) -> None:
        """Imported words are a new version of what is at the desk here; what is not yet comes with its versions."""
        desk = beside.desk()
        desk.words_replaced([slug for slug in self._saved() if slug in self.before.entries])
        for slug, kept in self.content.desk.items():
            here = self.before.desk.get(slug)
            if here and (here.stage or not kept.stage):
                self.report.unchanged += 1
            else:
                self.report.created.setdefault("desk", []).append(slug)
                desk.take(slug, kept)
        tell(self.replace & {*self._saved(), *self.report.changed.get("issues", [])})

    def _index(self) -> None:
        """Entries index themselves when they are saved; these say something new without having changed."""
        touched = self.report.created.keys() | self.report.changed.keys()
        if touched & {"topics", "research_types"}:
            index_entries(Entry.objects.exclude(slug__in=self._saved()))
        else:
            index_entries_on(self.report.changed.get("articles", []), but=self._saved())

    def _saved(self) -> list[str]:
        return [*self.report.created.get("entries", []), *self.report.changed.get("entries", [])]


def _comparable(content: Content, kind: str) -> dict[str, str]:
    """The values of `kind` as text, so that 0.30 differs from 0.3."""
    value = getattr(content, kind)
    if value is None:
        return {}
    if kind == "site":
        return {"site": to_yaml(plain(value))}
    if kind == "families":  # their order is theirs alone: the desk does not change it
        return {
            f"{axis}/{key}": to_yaml([position, plain(name)])
            for axis, of in value.items()
            for position, (key, name) in enumerate(of.items())
        }
    return {key: to_yaml(plain(item)) for key, item in value.items()}


def _with_mutual_overlaps(content: Content) -> Content:
    """Overlap goes both ways, also where only one of two files says so."""
    pairs = {(key, other) for key, article in content.articles.items() for other in article.overlaps_with}
    mutual = {}
    for key, article in content.articles.items():
        others = {other for one, other in pairs if one == key} | {one for one, other in pairs if other == key}
        mutual[key] = article.model_copy(update={"overlaps_with": tuple(sorted(others))})
    return content.model_copy(update={"articles": mutual})


def _issue(month: str) -> Issue:
    year, number = month.split("-")
    return Issue.objects.get(year=int(year), month=int(number))


def _stored(kind: str, key: str) -> Model:
    match kind:
        case "pages":
            slug, language = key.rsplit(".", 1)
            return Page.objects.get(slug=slug, language=language)
        case "issues":
            return _issue(key)
        case "entries":
            return Entry.objects.get(slug=key)
        case "synonyms":
            return SynonymGroup.objects.get(key=key)
        case "announcements":
            return Announcement.objects.get(key=key)
        case "articles":
            return Article.objects.get(key=key)
        case "families":
            axis, family = key.split("/")
            return Family.objects.get(axis=axis, key=family)
        case "topics":
            return Topic.objects.get(key=key)
    return ResearchType.objects.get(key=key)


def _referring(error: ProtectedError) -> str:
    return ", ".join(sorted({str(kept._meta.verbose_name) for kept in error.protected_objects}))
