"""Every write to the digest. Each that readers could see leaves the content with a new stamp (see `mark_changed`).

`save_…` are an import's: they make the whole equal to what a file says. The others are the desk's, one deed each.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max, ProtectedError, Q, QuerySet
from django.utils import timezone

from rapport.digest.models import (
    Announcement,
    Entry,
    EntryText,
    Issue,
    KeptFromImports,
    Page,
    Revision,
    SiteIdentity,
    SynonymGroup,
)
from rapport.digest.search.documents import index_entries
from rapport.literature.actions import position_after_all
from rapport.literature.models import Article, ResearchType, Topic


@transaction.atomic
def save_entry(
    *,
    slug: str,
    facts: Mapping[str, Any],
    article: str,
    research_type: str,
    topics: Sequence[str],
    texts: Mapping[str, Mapping[str, Any]],
    revisions: Iterable[Mapping[str, Any]],
) -> Entry:
    """Make or change the entry `slug`, its texts by language and its revisions.

    `article`, `research_type` and `topics` are keys of what is already there. Where it stands is set by
    `save_issue`; a new entry is kept as a draft until it stands in an issue.
    """
    entry, _ = Entry.objects.update_or_create(
        slug=slug,
        defaults={
            **facts,
            "article": Article.objects.get(key=article),
            "research_type": ResearchType.objects.get(key=research_type),
        },
    )
    entry.topics.set(Topic.objects.filter(key__in=topics))
    entry.texts.exclude(language__in=texts).delete()
    for language, words in texts.items():
        EntryText.objects.update_or_create(entry=entry, language=language, defaults=dict(words))
    entry.revisions.all().delete()
    Revision.objects.bulk_create(Revision(entry=entry, **revision) for revision in revisions)
    index_entries(Entry.objects.filter(pk=entry.pk))
    mark_changed()
    return entry


@transaction.atomic
def save_issue(*, year: int, month: int, facts: Mapping[str, Any], entries: Mapping[str, str]) -> Issue:
    """Make or change an issue and what stands in it: `entries` maps slugs, in order, to their states."""
    issue, _ = Issue.objects.update_or_create(year=year, month=month, defaults=dict(facts))
    left_out = list(issue.entries.exclude(slug__in=entries).values_list("pk", flat=True))
    Entry.objects.filter(pk__in=left_out).update(state=Entry.State.DRAFT, issue=None, position=0)
    for position, (slug, state) in enumerate(entries.items()):
        Entry.objects.filter(slug=slug).update(issue=issue, position=position, state=state)
    index_entries(Entry.objects.filter(Q(pk__in=left_out) | Q(issue=issue)))
    mark_changed()
    return issue


# --- what the desk does -----------------------------------------------------------------------------


@transaction.atomic
def begin_entry(
    *, slug: str, article: Article, language: str, research_type: ResearchType, topics: Iterable[Topic] = ()
) -> Entry:
    """A new draft that only the desk knows: an import does not overwrite it unasked."""
    entry = Entry.objects.create(
        slug=slug, article=article, language=language, research_type=research_type, edited_at_desk=True
    )
    entry.topics.set(topics)
    return entry


@transaction.atomic
def write_text(*, entry: Entry, language: str, words: Mapping[str, str]) -> EntryText:
    """Make these the words of one language. Of a published entry, readers see them from now on."""
    text, _ = EntryText.objects.update_or_create(entry=entry, language=language, defaults=dict(words))
    _touched(entry)
    return text


@transaction.atomic
def drop_texts(*, entry: Entry, languages: Iterable[str]) -> None:
    """Take these languages away."""
    entry.texts.filter(language__in=list(languages)).delete()
    _touched(entry)


@transaction.atomic
def set_shelves(*, entry: Entry, research_type: ResearchType, topics: Iterable[Topic]) -> Entry:
    """Say where readers find the entry."""
    entry.research_type = research_type
    entry.edited_at_desk = True
    entry.save(update_fields=["research_type", "edited_at_desk"])
    entry.topics.set(topics)
    _touched(entry)
    return entry


@transaction.atomic
def plan_issue(*, year: int, month: int) -> Issue:
    """The issue of a month, not out yet. Until it is, its first day stands for the day on which it comes out."""
    issue, _ = Issue.objects.get_or_create(
        year=year, month=month, defaults={"published_on": dt.date(year, month, 1), "edited_at_desk": True}
    )
    return _by_the_desk(issue)


@transaction.atomic
def place(*, issue: Issue, entries: Sequence[Entry]) -> Issue:
    """Let exactly these entries stand in the issue, in this order. Other drafts leave it."""
    kept = [entry.pk for entry in entries]
    issue.entries.filter(state=Entry.State.DRAFT).exclude(pk__in=kept).update(issue=None, position=0)
    for position, entry in enumerate(entries):
        Entry.objects.filter(pk=entry.pk).update(issue=issue, position=position)
        entry.issue, entry.position = issue, position
    return _by_the_desk(issue)


@transaction.atomic
def write_teaser(*, issue: Issue, teaser: Mapping[str, str]) -> Issue:
    issue.teaser = dict(teaser)
    issue.save(update_fields=["teaser"])
    return _by_the_desk(issue)


@transaction.atomic
def release(*, issue: Issue, on: dt.date) -> Issue:
    """Show readers the issue and the drafts that stand in it."""
    issue.published_on = on
    issue.edited_at_desk = True
    issue.save(update_fields=["published_on", "edited_at_desk"])
    issue.entries.filter(state=Entry.State.DRAFT).update(state=Entry.State.PUBLISHED, edited_at_desk=True)
    index_entries(Entry.objects.filter(issue=issue))
    mark_changed()
    return issue


@transaction.atomic
def add_revision(
    *,
    entry: Entry,
    kind: str,
    by: str,
    now: dt.datetime,
    account: Mapping[str, str] | None = None,
    reason: str = "",
    language: str = "",
) -> Revision:
    """The entry's next revision: what happened, when, by whom, and one line for readers. Feeds tell of it."""
    Entry.objects.select_for_update().get(pk=entry.pk)  # two revisions at once take two numbers
    last = entry.revisions.aggregate(last=Max("number"))["last"] or 0
    revision = Revision.objects.create(
        entry=entry,
        number=last + 1,
        kind=kind,
        language=language,
        made_on=timezone.localdate(now),
        made_at=now.replace(microsecond=0),
        by=by,
        account=dict(account or {}),
        reason=reason,
    )
    _touched(entry)
    return revision


@transaction.atomic
def withdraw(*, entry: Entry) -> Entry:
    """Take a published entry from readers; its address stays, and says so."""
    entry.state = Entry.State.WITHDRAWN
    entry.edited_at_desk = True
    entry.save(update_fields=["state", "edited_at_desk"])
    index_entries(Entry.objects.filter(pk=entry.pk))
    mark_changed()
    return entry


def facts_changed(*, article: Article) -> None:
    """What is stored of an article changed: search, and every page that shows it, hear of it."""
    entries = Entry.objects.filter(article=article).exclude(state=Entry.State.DRAFT)
    if entries.exists():
        index_entries(entries)
        mark_changed()


def keep_from_imports(*, entry: Entry) -> None:
    """From now on the database is the authority for this entry."""
    Entry.objects.filter(pk=entry.pk, edited_at_desk=False).update(edited_at_desk=True)
    entry.edited_at_desk = True


def keep_own_from_imports(*, kind: str, key: str = "") -> None:
    """From now on the database is the authority for this part of the network's own; without a key, for an order."""
    KeptFromImports.objects.get_or_create(kind=kind, key=key)


def leave_own_to_imports(*, kind: str, key: str) -> None:
    """It is gone because a folder was told to remove it: another may bring it back."""
    KeptFromImports.objects.filter(kind=kind, key=key).delete()


def _by_the_desk(issue: Issue) -> Issue:
    if not issue.edited_at_desk:
        issue.edited_at_desk = True
        issue.save(update_fields=["edited_at_desk"])
    if issue.entries.exclude(state=Entry.State.DRAFT).exists():
        mark_changed()
    return issue


def _touched(entry: Entry) -> None:
    """Readers see nothing of a draft: a new stamp, with each of its saves, would make them ask anew for nothing."""
    if entry.state != Entry.State.DRAFT:
        index_entries(Entry.objects.filter(pk=entry.pk))
        mark_changed()


# --- the rest of the content --------------------------------------------------------------------------


def save_synonym_group(*, key: str, facts: Mapping[str, Any]) -> SynonymGroup:
    """Make or change a group of synonyms. A new one comes last, unless `facts` give its position."""
    new = {"position": position_after_all(SynonymGroup), **facts}
    group, _ = SynonymGroup.objects.update_or_create(key=key, defaults=dict(facts), create_defaults=new)
    mark_changed()
    return group


def save_announcement(*, key: str, facts: Mapping[str, Any]) -> Announcement:
    """Make or change an announcement. A new one comes last, unless `facts` give its position."""
    new = {"position": position_after_all(Announcement), **facts}
    announcement, _ = Announcement.objects.update_or_create(key=key, defaults=dict(facts), create_defaults=new)
    mark_changed()
    return announcement


def save_page(*, slug: str, language: str, title: str, body: str) -> Page:
    page, _ = Page.objects.update_or_create(slug=slug, language=language, defaults={"title": title, "body": body})
    mark_changed()
    return page


def save_site_identity(*, facts: Mapping[str, Any]) -> SiteIdentity:
    site, _ = SiteIdentity.objects.update_or_create(pk=1, defaults={**facts, "stamp": _new_stamp()})
    return site


@transaction.atomic
def save_positions(kind: type[Topic | ResearchType | SynonymGroup | Announcement], keys: Sequence[str]) -> None:
    """Put things in the order of their `keys`; those that are not named come after, as they were."""
    things: QuerySet[Any] = kind._default_manager.order_by("position", "key")
    there = {thing.key: thing for thing in things}
    in_order = [there.pop(key) for key in dict.fromkeys(keys) if key in there] + list(there.values())
    for position, thing in enumerate(in_order):
        thing.position = position
    things.bulk_update(in_order, ["position"])
    mark_changed()


@transaction.atomic
def remove(thing: Topic | ResearchType | SynonymGroup | Announcement | Page) -> None:
    """Remove what nothing stands on. Raises ProtectedError where something does."""
    if isinstance(thing, Topic) and thing.entries.exists():  # a topic is not protected by the database
        raise ProtectedError("Entries stand on this topic.", set(thing.entries.all()))
    thing.delete()
    mark_changed()


def mark_changed() -> None:
    """Give the content a new stamp: every page cached by a reader or a proxy is asked for anew."""
    SiteIdentity.objects.update_or_create(pk=1, defaults={"stamp": _new_stamp()})


def _new_stamp() -> str:
    return secrets.token_hex(16)
