"""The network’s own: its identity, topics and research types, synonyms, families, announcements and pages."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from rapport.digest.exchange.schema.values import Date, File, Key, Language, Line, Name, Text, Wording


class ShelfItem(File):
    """A topic or a research type."""

    key: Key
    name: Wording
    description: Wording | None = None
    variants: tuple[Text, ...] = ()


Phrases = Annotated[tuple[Annotated[Line, Field(max_length=80)], ...], Field(min_length=1, max_length=500)]
PhrasesByLanguage = Annotated[
    dict[Language, Phrases], Field(min_length=1), AfterValidator(lambda phrases: dict(sorted(phrases.items())))
]


class SynonymGroupFile(File):
    """Words that mean the same to someone who searches; `asked_as`: everyday words that ask for them."""

    key: Key
    words: PhrasesByLanguage
    asked_as: PhrasesByLanguage | None = None


Families = dict[Literal["outcome", "comparison", "time_point"], dict[Key, Wording]]


class AnnouncementFile(File):
    key: Key
    kind: Literal["call", "event", "news"]
    title: Wording
    body: Wording
    link: Annotated[str, Field(pattern=r"^https?://\S+$", max_length=200)] | None = None
    starts: Date
    ends: Date

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends < self.starts:
            raise ValueError("ends before it starts; check `starts` and `ends`.")
        return self


class PageHeader(File):
    title: Name


class SiteFile(File):
    name: Wording
    wordmark: Wording
    tagline: Wording
    notice: Wording | None = None
    contact_email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]
    postal_address: Text
    content_licence: Wording | None = None
    announcements_author: Wording | None = None
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]


class PageValue(File):
    title: str
    body: Text
