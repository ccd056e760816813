"""Changes to the network's own. Each is audited, gives the content a new stamp, and is kept from imports."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from rapport.accounts.models import Person
from rapport.audit.actions import record
from rapport.digest.actions import keep_own_from_imports, mark_changed, remove, save_page, save_positions
from rapport.digest.exchange.own import LISTS, WORDS
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
KINDS: dict[type[Listed | Page], str] = {Page: "pages", **{model: kind for kind, model in LISTS.items()}}


@transaction.atomic
def change_site(*, site: SiteFile, by: Person) -> None:
    save_site_file(site)
    keep_own_from_imports(kind="site", key="site")
    record(stream="digest", by=by, did="site.changed")


@transaction.atomic
def change_shelf(*, kind: Shelves, item: ShelfItem, by: Person) -> None:
    """Make or change a topic or a research type. Entries on it are found by its new words at once."""
    save_shelf_item(kind, item)
    index_entries(Entry.objects.filter(**{_entries_by(kind): item.key}))
    mark_changed()
    _changed(kind, item.key, by)


@transaction.atomic
def change_synonyms(*, group: SynonymGroupFile, by: Person) -> None:
    save_synonym_group_file(group)
    _changed(SynonymGroup, group.key, by)


@transaction.atomic
def change_announcement(*, item: AnnouncementFile, by: Person) -> None:
    save_announcement_file(item)
    _changed(Announcement, item.key, by)


@transaction.atomic
def change_page(*, slug: str, language: str, title: str, body: str, by: Person) -> None:
    save_page(slug=slug, language=language, title=title, body=body)
    _changed(Page, f"{slug}.{language}", by)


@transaction.atomic
def remove_own(*, thing: Listed | Page, by: Person) -> None:
    """Remove what nothing stands on. Raises ProtectedError for a shelf that entries stand on."""
    key = f"{thing.slug}.{thing.language}" if isinstance(thing, Page) else thing.key
    remove(thing)
    _changed(type(thing), key, by, did="removed")


@transaction.atomic
def put_in_order(*, kind: type[Listed], keys: Sequence[str], by: Person) -> None:
    """Give topics, types, synonyms or announcements the order of `keys`."""
    save_positions(kind, keys)
    keep_own_from_imports(kind=KINDS[kind])
    record(stream="digest", by=by, did=f"{WORDS[KINDS[kind]]}.ordered")


def _entries_by(kind: Shelves) -> str:
    return "topics__key" if kind is Topic else "research_type__key"


def _changed(of: type[Listed | Page], key: str, by: Person, *, did: str = "changed") -> None:
    """Keep this part of the network's own from imports, and write down who did it."""
    kind = KINDS[of]
    keep_own_from_imports(kind=kind, key=key)
    record(stream="digest", by=by, did=f"{WORDS[kind]}.{did}", about=f"{WORDS[kind]}:{key}")
