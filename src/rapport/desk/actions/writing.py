"""Starting an entry and saving its words: every version is kept, and nobody overwrites anybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from rapport.accounts.models import Person
from rapport.desk.models import Version
from rapport.digest.models import Entry
from rapport.literature.models import Article, ResearchType, Topic

STRETCH = dt.timedelta(minutes=10)


def start_entry(
    *,
    article: Article,
    language: str,
    title: str,
    research_type: ResearchType,
    topics: Iterable[Topic] = (),
    by: Person,
    now: dt.datetime,
) -> Entry:
    """A new draft about `article`, with `by` as its author. Its slug comes from the title and is made unique.

    Refused when the article has an entry already (the sentence names it), or when the title is empty or too long.
    """
    raise NotImplementedError


def save_words(
    *,
    entry: Entry,
    language: str,
    words: Mapping[str, str],
    on: tuple[int, int] | None,
    by: Person,
    now: dt.datetime,
    of_original: int | None = None,
) -> Version:
    """Save the words of one language; fields that `words` leaves out stay as they are.

    `on` is the version the words were made from, as `Words.on` gave it: (number, saves); None or (0, 0) when there
    was none. Raises `SavedMeanwhile` when that is no longer the newest and the words differ from what stands there.
    What one person types within `STRETCH` is one version; a pause, another person or a deed begins the next.
    Words that equal the newest change nothing. `of_original`: the number of the original's version that this
    translation now fits; left out, what it last fitted (the newest, when it is only begun).

    An entry that was approved or is out goes back to being made: in review, or a draft again.
    Refused in words that name the field: too long, control characters, an unknown language or field.
    """
    raise NotImplementedError


def restore_version(
    *, entry: Entry, language: str, number: int, on: tuple[int, int] | None, by: Person, now: dt.datetime
) -> Version:
    """Make an older version's words the newest again, as a new version. `on` as in `save_words`."""
    raise NotImplementedError


def confirm_translation(*, entry: Entry, language: str, original: int, by: Person, now: dt.datetime) -> Version:
    """Say that the translation, as it stands, fits version `original` of the original: it is no longer behind."""
    raise NotImplementedError


def set_shelves(
    *, entry: Entry, research_type: ResearchType, topics: Iterable[Topic], by: Person, now: dt.datetime
) -> Entry:
    """Where readers find it: its type and topics. On a published entry this shows at once, and is recorded."""
    raise NotImplementedError
