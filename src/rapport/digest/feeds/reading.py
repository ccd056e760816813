"""What a feed says: the latest revisions of a selection, and what readers may read of them now.

A `Feed` is a value, the same whatever it is then written as. Its addresses are whole and its texts final.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F, Max
from django.db.models.functions import Greatest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.timezone import localdate, make_aware
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rapport.digest.browsing import Selection
from rapport.digest.feeds.addresses import MEDIA_TYPES, feed_address, page_address
from rapport.digest.middleware import site_of
from rapport.digest.models import Entry, EntryText, Revision
from rapport.digest.reading import best_text
from rapport.literature.citations import apa
from rapport.literature.models import ResearchType, Shelf, Standing, Topic
from rapport.web.addresses import publication_of, whole
from rapport.web.markdown import plain_text
from rapport.web.wording import Phrase, in_language

MOST_ITEMS = 50
LONGEST_SUMMARY = 300
# Drawn once. With another, every reader of every feed would get every entry again.
ENTRIES = uuid.UUID("7f3a4c52-0f0e-4a57-9a55-3f6d1c0b8e21")
# A feed must say when it last changed, also one that has nothing to tell yet.
NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Category:
    """A topic or a research type. The addresses of all of them begin with `scheme`, and go on with the key."""

    scheme: str
    key: str
    label: Phrase


@dataclass(frozen=True)
class FeedItem:
    """An entry as a feed tells it. Its language is that of its text; `content` is HTML.

    `state` is the entry's, and `standing` its article's, empty while no notice says anything of it.
    """

    id: str
    address: str
    language: str
    title: str
    summary: str
    content: str
    author: str
    translator: str
    categories: tuple[Category, ...]
    published: dt.datetime
    updated: dt.datetime
    state: str
    standing: str


@dataclass(frozen=True)
class Link:
    """Where else a feed stands, or itself: `rel` is "self" or "alternate"."""

    rel: str
    address: str
    media_type: str
    language: str


@dataclass(frozen=True)
class Feed:
    """What has changed last. `addresses` are its own, by language and form; `page` shows the same to people."""

    language: str
    title: str
    subtitle: str
    author: str
    rights: str
    icon: str
    page: str
    guide: str
    addresses: Mapping[str, Mapping[str, str]]
    items: tuple[FeedItem, ...]

    @property
    def updated(self) -> dt.datetime:
        return max((item.updated for item in self.items), default=NEVER)

    def links(self, form: str) -> Iterator[Link]:
        """The feed itself in this form, then the same in the other form and in the other languages."""
        yield Link("self", self.addresses[self.language][form], MEDIA_TYPES[form], self.language)
        for language, addresses in self.addresses.items():
            for other, address in addresses.items():
                if (language, other) != (self.language, form):
                    yield Link("alternate", address, MEDIA_TYPES[other], language)


def read_feed(request: HttpRequest, *, topics: Sequence[Topic], types: Sequence[ResearchType]) -> Feed:
    """The feed of what stands under all of `topics` and is of one of `types`, in the page's language.

    Five queries for the items, whatever their number.
    """
    site = site_of(request)
    language = get_language() or "en"
    selection = Selection(topics=tuple(topic.key for topic in topics), types=tuple(kind.key for kind in types))
    told = _told(topics, types, language)
    entries = Entry.objects.for_cards().in_bulk(told)
    return Feed(
        language=language,
        title=f"{_plainly(site.wordmark)} · {title_of(topics, types)}",
        subtitle=" · ".join(filter(None, (_plainly(site.tagline), _plainly(site.notice)))),
        author=_plainly(site.name),
        rights=_plainly(site.content_licence),
        icon=whole(request, static("web/icon.svg")),
        page=whole(request, page_address(selection, publication_of(request))),
        guide=whole(request, reverse("subscribe")),
        addresses=whole_addresses(request, selection),
        items=tuple(_item(request, entries[pk], revisions) for pk, revisions in told.items()),
    )


def whole_addresses(request: HttpRequest, selection: Selection) -> dict[str, dict[str, str]]:
    """The addresses of a feed, by language and form: in the page's language and in all that the site offers."""
    site = site_of(request)
    languages = [code for code, _name in settings.LANGUAGES if code == get_language() or code in site.languages]
    return {
        language: {form: whole(request, feed_address(selection, form, language)) for form in MEDIA_TYPES}
        for language in languages
    }


def title_of(topics: Sequence[Shelf], types: Sequence[Shelf]) -> str:
    """What a selection is called: “Alliance + Drop-out · Meta-analysis / Survey”."""
    named = (" + ".join(_plainly(topic.name) for topic in topics), " / ".join(_plainly(kind.name) for kind in types))
    return " · ".join(filter(None, named)) or _("All entries")


def _told(topics: Sequence[Topic], types: Sequence[ResearchType], language: str) -> dict[int, list[Revision]]:
    """The revisions to tell of the entries that changed last, by the key of the entry; the latest first.

    Not through `Browse`, which knows published entries only: who follows a topic must also hear of a withdrawal.
    """
    entries = Entry.objects.about(*topics)
    if types:
        entries = entries.filter(research_type__in=types)
    revisions = Revision.objects.told(localdate(), language)
    latest = (
        revisions.filter(entry__in=entries)
        .values("entry")
        .annotate(day=Greatest(Max("made_on"), Max("entry__issue__published_on")), last=Max("number"))
        .order_by("-day", "-last", "-entry__issue__year", "-entry__issue__month", F("entry__position"), "entry")
        .values_list("entry", flat=True)[:MOST_ITEMS]
    )
    told: dict[int, list[Revision]] = {pk: [] for pk in latest}
    for revision in revisions.filter(entry__in=list(told)).order_by("number"):
        told[revision.entry_id].append(revision)
    return told


def _item(request: HttpRequest, entry: Entry, revisions: Sequence[Revision]) -> FeedItem:
    issue = entry.issue
    assert issue is not None, "what is told stands in an issue"
    text = best_text(list(entry.texts.all()), entry.language)
    address = whole(request, entry.get_absolute_url())
    withdrawn = entry.state == Entry.State.WITHDRAWN
    return FeedItem(
        id=item_id(entry, revisions),
        address=address,
        language=text.language,
        title=_title(entry, text),
        summary=_("This entry has been withdrawn.") if withdrawn else _summary(text),
        content=_content(entry, text, revisions, address),
        author=text.author,
        translator=text.translator,
        categories=_categories(request, entry),
        published=_beginning_of(issue.published_on),
        updated=changed_at(issue.published_on, revisions),
        state=entry.state,
        standing=entry.article.standing,
    )


def item_id(entry: Entry, revisions: Sequence[Revision]) -> str:
    """The name of an entry in every feed, for good: made of its slug and the day it was first published.

    It is the same in both languages, on every host and after every change of title or issue. The day keeps
    two digests apart that use the same slug.
    """
    first = next(revision for revision in revisions if revision.kind == Revision.Kind.PUBLISHED)
    return uuid.uuid5(ENTRIES, f"{entry.slug} {first.made_on.isoformat()}").urn


def changed_at(published_on: dt.date, revisions: Sequence[Revision]) -> dt.datetime:
    """When the last of an entry's revisions reached readers, who see none before its issue.

    A revision has a day and no hour. A program that follows the feed takes only a later time for a change,
    so on one day each revision is as many seconds after midnight as its number says.
    """
    day = max(published_on, *(revision.made_on for revision in revisions))
    return _beginning_of(day) + dt.timedelta(seconds=revisions[-1].number)


def _beginning_of(day: dt.date) -> dt.datetime:
    return make_aware(dt.datetime.combine(day, dt.time()))


def _content(entry: Entry, text: EntryText, revisions: Sequence[Revision], address: str) -> str:
    language = get_language() or "en"
    context = {
        "language": language,
        "entry": entry,
        "text": text,
        "address": address,
        "citation": apa(entry.article.reference, language),
        "withdrawn": entry.state == Entry.State.WITHDRAWN,
        # That it was published is told by its being there.
        "changes": [revision for revision in reversed(revisions) if revision.number > 1 or revision.account],
    }
    return render_to_string("digest/feed_item.html", context).strip()


def _summary(text: EntryText) -> str:
    return Truncator(plain_text(text.summary)).chars(LONGEST_SUMMARY)


def _title(entry: Entry, text: EntryText) -> str:
    if entry.state == Entry.State.WITHDRAWN:
        return _("Withdrawn: %(title)s") % {"title": text.title}
    if entry.article.standing == Standing.RETRACTED:
        return _("Article retracted: %(title)s") % {"title": text.title}
    return text.title


def _categories(request: HttpRequest, entry: Entry) -> tuple[Category, ...]:
    language = get_language() or "en"
    topics, types = whole(request, reverse("topics")), whole(request, reverse("types"))
    shelves = [*((topics, topic) for topic in entry.topics.all()), (types, entry.research_type)]
    return tuple(Category(scheme, shelf.key, in_language(shelf.name, language)) for scheme, shelf in shelves)


def _plainly(wording: Mapping[str, str]) -> str:
    return in_language(wording, get_language() or "en").text
