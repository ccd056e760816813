"""The lists of the network's own, and how each is shown and changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rapport.accounts.models import Person
from rapport.desk.network.actions import Listed, change_announcement, change_shelf, change_synonyms
from rapport.desk.network.forms import AnnouncementForm, KeyedForm, ShelfForm, SynonymsForm
from rapport.digest.exchange.database import announcement_value, shelf_value, synonym_value
from rapport.digest.models import Announcement, SynonymGroup
from rapport.literature.models import ResearchType, Topic
from rapport.web.wording import in_language


@dataclass(frozen=True)
class Kind:
    """A list that administrators edit at `/desk/network/<slug>/`."""

    slug: str
    model: type[Listed]
    form: type[KeyedForm]
    title: Promise
    about: Promise
    new: Promise
    value_of: Callable[[Any], Any]
    change: Callable[[Any, Person], None]
    name_of: Callable[[Any, str], str]


def _shelf_name(shelf: Topic | ResearchType, language: str) -> str:
    return str(in_language(shelf.name, language))


def _group_name(group: SynonymGroup, language: str) -> str:
    words = group.words.get(language) or next(iter(group.words.values()), [group.key])
    return ", ".join(words[:4])


KINDS = {
    kind.slug: kind
    for kind in [
        Kind(
            "topics",
            Topic,
            ShelfForm,
            _("Topics"),
            _("The subjects on which entries stand, in the order in which readers see them."),
            _("New topic"),
            shelf_value,
            lambda item, by: change_shelf(kind=Topic, item=item, by=by),
            _shelf_name,
        ),
        Kind(
            "types",
            ResearchType,
            ShelfForm,
            _("Research types"),
            _("The kinds of evidence; each entry has one."),
            _("New research type"),
            shelf_value,
            lambda item, by: change_shelf(kind=ResearchType, item=item, by=by),
            _shelf_name,
        ),
        Kind(
            "synonyms",
            SynonymGroup,
            SynonymsForm,
            _("Synonyms"),
            _("What search takes for the same, and the everyday words by which readers ask for it."),
            _("New group of synonyms"),
            synonym_value,
            lambda item, by: change_synonyms(group=item, by=by),
            _group_name,
        ),
        Kind(
            "announcements",
            Announcement,
            AnnouncementForm,
            _("Announcements"),
            _("Calls, events and news, each shown from its first to its last day."),
            _("New announcement"),
            announcement_value,
            lambda item, by: change_announcement(item=item, by=by),
            lambda item, language: str(in_language(item.title, language)),
        ),
    ]
}
