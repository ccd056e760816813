"""What stands in an entry at the desk: its newest words, its versions, and whether a translation is behind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from rapport.accounts.models import Person
from rapport.desk.models import Version
from rapport.digest.models import Entry

# The words of an entry in one language, in the order of its page: the fields of `EntryText`.
FIELDS = (
    "title",
    "author",
    "translator",
    "design",
    "who",
    "how_many",
    "measured",
    "summary",
    "implications",
    "limitations",
    "disagreements",
)
MARKDOWN_FIELDS = ("summary", "implications", "limitations", "disagreements")


@dataclass(frozen=True)
class Words:
    """An entry's newest words in one language. `texts` has every one of `FIELDS`, empty where nothing is written."""

    language: str
    texts: Mapping[str, str]
    number: int = 0  # of the version; 0: as it stands in the digest, or nothing yet
    saves: int = 0
    by: Person | None = None
    saved_at: dt.datetime | None = None
    of_original: int | None = None

    @property
    def on(self) -> tuple[int, int]:
        """What to hand to `save_words`, so that nobody overwrites anybody."""
        return self.number, self.saves

    @property
    def is_written(self) -> bool:
        """Whether there is anything in this language."""
        return bool(self.number) or any(self.texts.values())


def words_of(entry: Entry, language: str) -> Words:
    """The newest words in a language: of the newest version, or else as they stand in the digest."""
    raise NotImplementedError


def newest_words(entry: Entry) -> dict[str, Words]:
    """The newest words in each language that has any; the entry's own language first."""
    raise NotImplementedError


def languages_of(entry: Entry) -> tuple[str, ...]:
    """The languages in which something is written, its own first, and then those the site has."""
    raise NotImplementedError


def versions(entry: Entry, language: str) -> list[Version]:
    """All versions in a language, the newest first, with who wrote them."""
    raise NotImplementedError


def version(entry: Entry, language: str, number: int) -> Version | None:
    raise NotImplementedError


@dataclass(frozen=True)
class Behind:
    """How far a translation is behind its original: which paragraphs of the original changed since.

    `changed` are (field, place of the paragraph in the newest original from 0, its text then, its text now); the
    text is empty then for a new paragraph, and now for one that is gone.
    """

    of_original: int
    newest: int
    changed: tuple[tuple[str, int, str, str], ...]


def is_behind(entry: Entry, language: str) -> Behind | None:
    """Whether the original changed since this translation was made of it; None when not, or of the original itself."""
    raise NotImplementedError
