"""Entries in their languages, their revisions, and the issues in which they stand, as files hold them."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationInfo, ValidatorFunctionWrapHandler, field_validator, model_validator
from pydantic_core import PydanticCustomError

from rapport.digest.exchange.schema.values import (
    Date,
    File,
    Key,
    Keys,
    Language,
    Line,
    Moment,
    Name,
    Text,
    Whole,
    Wording,
)


class AtAGlance(File):
    design: Line | None = None
    who: Line | None = None
    how_many: Line | None = None
    measured: Line | None = None


class RevisionFile(File):
    number: Annotated[Whole, Field(ge=1, le=9999)]
    kind: Literal["published", "corrected", "translated", "withdrawn", "notice"]
    language: Language | None = None
    date: Date
    at: Moment | None = None
    by: Name
    account: Wording | None = None
    reason: Text | None = None


class Sections(File):
    """The body of an entry: Markdown, cut at its second-level headings."""

    summary: Text = ""  # a draft may lack it; `reading.py` asks the others for it
    implications: Text = ""
    limitations: Text | None = None
    disagreements: Text | None = None


class TranslationHeader(File):
    """The front matter of `entries/SLUG.LANGUAGE.md`."""

    language: Language
    author: Name = ""
    translator: Name | None = None
    title: Name = ""
    at_a_glance: AtAGlance = AtAGlance()


NOT_GIVEN: Any = object()


class EntryHeader(File):
    """The front matter of `entries/SLUG.md`: the entry, and its text in the language it was written in."""

    article: Key
    language: Language
    state: Literal["draft", "published", "withdrawn"] = "draft"
    author: Name = Field(default=NOT_GIVEN, validate_default=True)
    research_type: Key
    topics: Annotated[Keys, Field(min_length=1)] = Field(default=NOT_GIVEN, validate_default=True)
    title: Name = Field(default=NOT_GIVEN, validate_default=True)
    at_a_glance: AtAGlance = AtAGlance()
    revisions: tuple[RevisionFile, ...] = ()

    @field_validator("author", "topics", "title", mode="wrap")
    @classmethod
    def _only_a_draft_may_lack(cls, value: Any, validate: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        if value is not NOT_GIVEN:
            return validate(value)
        if info.data.get("state", "draft") != "draft":  # a state that is not known is told by itself
            raise PydanticCustomError("missing", "Field required")
        return () if info.field_name == "topics" else ""

    @model_validator(mode="after")
    def _revisions_count_up(self) -> Self:
        if [revision.number for revision in self.revisions] != list(range(1, len(self.revisions) + 1)):
            raise ValueError("must number its `revisions` 1, 2, 3 … in order.")
        if self.state != "draft" and not self.revisions:
            raise ValueError(f"is {self.state} but has no `revisions`; add number 1 with its kind, date and by.")
        if len(set(self.topics)) != len(self.topics):
            raise ValueError("names a topic twice; keep one.")
        if self.state == "withdrawn" and self.revisions[-1].kind != "withdrawn":
            raise ValueError("is withdrawn, so its last revision must be of the kind withdrawn.")
        return self


class IssueFile(File):
    published: Date
    teaser: Wording | None = None
    entries: tuple[Key, ...] = ()


class Translation(File):
    """One text of an entry, whatever file it came from."""

    header: TranslationHeader
    sections: Sections


class EntryValue(File):
    """An entry with all its texts, as the folder's files for it say together."""

    article: Key
    language: Language
    state: Literal["draft", "published", "withdrawn"]
    research_type: Key
    topics: Keys
    revisions: tuple[RevisionFile, ...]
    texts: dict[Language, Translation]
