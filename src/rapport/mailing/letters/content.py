"""What stands in a letter, whoever reads it and in whatever form: plain values, in one language."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Drawn:
    """A finding of the article with its picture. `alt` says what the picture shows."""

    name: str
    png: bytes
    alt: str
    claim: str
    figures: str
    language: str


@dataclass(frozen=True)
class LetterEntry:
    """One entry: what it asks of practice first. Links are whole; those to answer are each reader's own."""

    pk: int
    title: str
    url: str
    language: str
    language_name: str
    citation: SafeString
    citation_text: str
    citation_language: str
    kind: str
    implications: SafeString
    implications_text: str
    answer_url: str
    drawn: Drawn | None = None
    standing: str = ""


@dataclass(frozen=True)
class Told:
    """What a recall tells: one line of what happened, and when."""

    kind: str
    line: str
    language: str
    on: dt.date


@dataclass(frozen=True)
class Sender:
    name: str
    wordmark: str
    postal_address: str
    contact_email: str
    site_url: str
    privacy_url: str


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
