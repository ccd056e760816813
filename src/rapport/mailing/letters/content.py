"""What stands in a letter, whoever reads it and in whatever form: plain values, in one language."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.safestring import SafeString

from rapport.literature.presenting import FindingRow
from rapport.web.wording import Phrase


@dataclass(frozen=True)
class Drawn:
    """A finding of the article that can be drawn. `alt` says what the drawing shows, `reading` what it means.

    For mail programs it is a picture, called `name`; the letter's page draws the `row` itself.
    """

    name: str
    row: FindingRow
    alt: str
    claim: Phrase
    figures: str
    reading: Phrase


@dataclass(frozen=True)
class Told:
    """What happened to an entry: in one line, and when. `other_language` as that of an entry."""

    kind: str
    line: str
    language: str
    other_language: str
    on: dt.date


@dataclass(frozen=True)
class LetterEntry:
    """One entry: what it asks of practice first. Links are whole; those to answer are each reader's own.

    `other_language` says in which it is, where that is not its reader's: “in English”. `since` is what happened to the
    entry after the letter had gone: only the letter's page can tell it.
    """

    pk: int
    title: str
    url: str
    language: str
    other_language: str
    citation: SafeString
    citation_text: str
    citation_language: str
    kind: str
    topics: str
    read_level: str
    implications: SafeString
    implications_text: str
    answer_url: str
    drawn: Drawn | None = None
    standing: str = ""
    since: tuple[Told, ...] = ()

    @property
    def is_withdrawn(self) -> bool:
        return any(one.kind == "withdrawn" for one in self.since)


@dataclass(frozen=True)
class Sender:
    name: str
    wordmark: str
    postal_address: str
    contact_email: str
    site_url: str
    privacy_url: str
    subscribe_url: str


@dataclass(frozen=True)
class LetterContent:
    """A whole letter. `line` is the issue's; `told` is a recall's; `further` are entries that are only named."""

    kind: str
    language: str
    subject: str
    heading: str
    line: str
    sender: Sender
    entries: tuple[LetterEntry, ...] = ()
    further: tuple[LetterEntry, ...] = ()
    told: tuple[Told, ...] = ()
    own_language: bool = True
