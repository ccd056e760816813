"""Every write to the digest. Each leaves the content with a new stamp (see `mark_changed`)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, Q, QuerySet

from rapport.digest.models import Announcement, Entry, EntryText, Issue, Page, Revision, SiteIdentity, SynonymGroup
from rapport.digest.search.documents import index_entries
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


def save_synonym_group(*, key: str, facts: Mapping[str, Any]) -> SynonymGroup:
    group, _ = SynonymGroup.objects.update_or_create(key=key, defaults=dict(facts))
    mark_changed()
    return group


def save_announcement(*, key: str, facts: Mapping[str, Any]) -> Announcement:
    announcement, _ = Announcement.objects.update_or_create(key=key, defaults=dict(facts))
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
