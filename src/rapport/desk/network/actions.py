"""Changes to the network's own. Each is audited, and each gives the content a new stamp."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from rapport.accounts.models import Person
from rapport.audit.actions import record
from rapport.digest.actions import mark_changed, remove, save_page, save_positions
from rapport.digest.exchange.saving import (
    save_announcement_file,
    save_shelf_item,
    save_site_file,
    save_synonym_group_file,
)
from rapport.digest.exchange.schema import AnnouncementFile, ShelfItem, SiteFile, SynonymGroupFile
from rapport.digest.models import Announcement, Entry, Page, SynonymGroup
from rapport.digest.search.documents import index_entries
from rapport.literature.models import ResearchType, Topic

Shelves = type[Topic] | type[ResearchType]
Listed = Topic | ResearchType | SynonymGroup | Announcement


@transaction.atomic
def change_site(*, site: SiteFile, by: Person) -> None:
    save_site_file(site)
    record(stream="digest", by=by, did="site.changed")


@transaction.atomic
def change_shelf(*, kind: Shelves, item: ShelfItem, by: Person) -> None:
    """Make or change a topic or a research type. Entries on it are found by its new words at once."""
    there = kind.objects.filter(key=item.key).first()
    save_shelf_item(kind, item, position=there.position if there else kind.objects.count())
    index_entries(Entry.objects.filter(**{_entries_by(kind): item.key}))
    mark_changed()
    record(stream="digest", by=by, did=f"{_word(kind)}.changed", about=f"{_word(kind)}:{item.key}")


@transaction.atomic
def change_synonyms(*, group: SynonymGroupFile, by: Person) -> None:
    there = SynonymGroup.objects.filter(key=group.key).first()
    save_synonym_group_file(group, position=there.position if there else SynonymGroup.objects.count())
    record(stream="digest", by=by, did="synonyms.changed", about=f"synonyms:{group.key}")


@transaction.atomic
def change_announcement(*, item: AnnouncementFile, by: Person) -> None:
    there = Announcement.objects.filter(key=item.key).first()
    save_announcement_file(item, position=there.position if there else Announcement.objects.count())
    record(stream="digest", by=by, did="announcement.changed", about=f"announcement:{item.key}")


@transaction.atomic
def change_page(*, slug: str, language: str, title: str, body: str, by: Person) -> None:
    save_page(slug=slug, language=language, title=title, body=body)
    record(stream="digest", by=by, did="page.changed", about=f"page:{slug}.{language}")


@transaction.atomic
def remove_own(*, thing: Listed | Page, by: Person) -> None:
    """Remove what nothing stands on. Raises ProtectedError for a shelf that entries stand on."""
    record(stream="digest", by=by, did=f"{_word(type(thing))}.removed", about=f"{_word(type(thing))}:{_key(thing)}")
    remove(thing)


@transaction.atomic
def put_in_order(*, kind: type[Listed], keys: Sequence[str], by: Person) -> None:
    """Give topics, types, synonyms or announcements the order of `keys`."""
    save_positions(kind, keys)
    record(stream="digest", by=by, did=f"{_word(kind)}.ordered")


def _entries_by(kind: Shelves) -> str:
    return "topics__key" if kind is Topic else "research_type__key"


def _word(kind: type[Listed | Page]) -> str:
    words = {Topic: "topic", ResearchType: "type", SynonymGroup: "synonyms", Announcement: "announcement", Page: "page"}
    return words[kind]


def _key(thing: Listed | Page) -> str:
    return f"{thing.slug}.{thing.language}" if isinstance(thing, Page) else thing.key
