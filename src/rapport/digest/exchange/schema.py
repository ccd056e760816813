"""The files of a content folder as values: what each may hold, and what must hold in each.

These models are the reference of the format; `docs/guides/content-files.md` tells it to editors.
Rules that need more than one file (a topic that exists, an entry in one issue) are in `checking.py`.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from rapport.literature.citations import KINDS
from rapport.literature.metrics import METRICS

KEY = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
LANGUAGE = re.compile(r"^[a-z]{2}$")
DOI = re.compile(r"^10\.\d{4,9}/\S+$")
P = re.compile(r"^([<=>]) ?(0?\.\d{1,20}|[01])$")


def _key(text: str) -> str:
    if not KEY.fullmatch(text) or len(text) > 60:
        raise ValueError("must be small letters, digits and single hyphens, at most 60, for example “drop-out”.")
    return text


def _language(text: str) -> str:
    if not LANGUAGE.fullmatch(text):
        raise ValueError("must be a two-letter language code, for example en or fr.")
    return text


def _doi(text: str) -> str:
    bare = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", text.strip(), flags=re.IGNORECASE)
    if not DOI.fullmatch(bare) or len(bare) > 255:
        raise ValueError("is not a DOI; a DOI looks like 10.1037/a0028226.")
    return bare


def _p(text: str) -> str:
    found = P.fullmatch(text)
    if not found:
        raise ValueError("must be an operator and a value in quotes, for example '= .003' or '< .001'.")
    return f"{found[1]} {found[2]}"


def _metric(text: str) -> str:
    if text not in METRICS:
        raise ValueError(f"is not a metric we know; use one of: {', '.join(METRICS)}.")
    return text


def _kind(text: str) -> str:
    if text not in KINDS:
        raise ValueError(f"is not a kind of work we know; use one of: {', '.join(KINDS)}.")
    return text


def _printed(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("must be a number as the article prints it, for example 0.30 or -0.16, without quotes.")
    if len(f"{Decimal(value):f}") > 20:
        raise ValueError("has more than 20 digits; no article prints such a number.")
    return Decimal(value)


def _whole(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("must be a whole number, without quotes.")
    return value


def _date(value: Any) -> Any:
    if isinstance(value, int | Decimal):
        raise ValueError("must be a date, year-month-day, for example 2023-01-09.")
    return value


def _moment(value: Any) -> Any:
    """A moment as it is written in files, to the second: 2024-06-03T09:00:00Z."""
    try:
        moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        moment = None
    if not isinstance(moment, dt.datetime) or moment.tzinfo is None:
        raise ValueError("must be a moment in quotes, for example '2024-06-03T09:00:00Z'.")
    return moment.astimezone(dt.UTC).replace(microsecond=0)


def _no_control_characters(text: str) -> str:
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]", text):
        raise ValueError("holds a control character; delete it and type the text again.")
    return text


Text = Annotated[str, Field(min_length=1), AfterValidator(_no_control_characters)]
Line = Annotated[Text, Field(max_length=300, pattern=r"^\S(?:.*\S)?$")]
Name = Annotated[Line, Field(max_length=200)]
Key = Annotated[str, AfterValidator(_key)]
Language = Annotated[str, AfterValidator(_language)]
# Languages are put in one order, because PostgreSQL does not keep the order of a JSON object's keys.
Wording = Annotated[
    dict[Language, Text], Field(min_length=1), AfterValidator(lambda texts: dict(sorted(texts.items())))
]
Printed = Annotated[Decimal, BeforeValidator(_printed)]
Keys = Annotated[tuple[Key, ...], AfterValidator(lambda keys: tuple(sorted(keys)))]
Whole = Annotated[int, BeforeValidator(_whole)]
Count = Annotated[Whole, Field(ge=0, lt=2**31)]
Date = Annotated[dt.date, BeforeValidator(_date)]
Moment = Annotated[dt.datetime, BeforeValidator(_moment)]
ReadLevel = Literal["full-text", "abstract", "secondary-source"]


class File(BaseModel):
    """What every file's value shares: no unknown fields, no change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


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


class OtherValue(File):
    """What a second source gives for a figure."""

    value: Printed
    source: Text


class Figure(File):
    """A number the article gives that is not a finding: a sample, a count, a length of follow-up.

    `total_of`: the places, from 0, of the figures that it is the sum of.
    """

    value: Printed
    what: Wording
    also: tuple[OtherValue, ...] = ()
    total_of: tuple[Count, ...] = ()


class AlsoReported(File):
    """What a second source gives for a number of a finding. The value is text, as printed: it may be a p."""

    field: Line
    value: Annotated[Line, Field(max_length=40)]
    source: Text


class Framed(File):
    """An outcome, a comparison or a time point: its family, and its words."""

    family: Key | None = None
    words: Wording

    @model_validator(mode="before")
    @classmethod
    def _words_stand_beside_the_family(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            raise ValueError("must give a family and words, for example {family: drop-out, en: drop-out}.")
        if "words" in data:
            return data
        words = {name: value for name, value in data.items() if name != "family"}
        return {"family": data.get("family"), "words": words}


class FindingFile(File):
    key: Key
    claim: Wording
    reading: Wording | None = None
    metric: Annotated[str, AfterValidator(_metric)] | None = None
    estimate: Printed | None = None
    interval: tuple[Printed, Printed] | None = None
    interval_level: Printed | None = None
    p: Annotated[str, AfterValidator(_p)] | None = None
    n: Count | None = None
    k: Count | None = None
    outcome: Framed | None = None
    comparison: Framed | None = None
    time_point: Framed | None = None
    favours: Literal["higher", "lower", "none"] | None = None
    test: Literal["t", "F", "chi2", "z", "r"] | None = None
    statistic: Printed | None = None
    df: Annotated[tuple[Printed, ...], Field(max_length=2)] = ()
    also_reported: tuple[AlsoReported, ...] = ()
    read_level: ReadLevel
    seen_as: Text | None = None
    note: Wording | None = None

    @model_validator(mode="after")
    def _numbers_are_whole(self) -> Self:
        if (self.test is None) != (self.statistic is None):
            raise ValueError("needs both `test` and `statistic`, or neither.")
        if self.df and self.test is None:
            raise ValueError("has `df` without a `test`; add the test and its statistic as printed.")
        if (self.estimate is None) != (self.metric is None):
            raise ValueError("needs both `estimate` and `metric`, or neither.")
        if (self.interval is None) != (self.interval_level is None):
            raise ValueError("needs both `interval` and `interval_level` (for example 95), or neither.")
        if self.interval:
            if self.estimate is None:
                raise ValueError("has an interval without an estimate; add the estimate as printed.")
            if self.interval[0] > self.interval[1]:
                raise ValueError(
                    "has an interval whose lower limit is above its upper limit; swap them or check the signs."
                )
        if self.interval_level is not None and not 0 < self.interval_level < 100:
            raise ValueError("has an `interval_level` outside 0 to 100; 95 means a 95% interval.")
        return self


class ArticleFile(File):
    kind: Annotated[str, AfterValidator(_kind)] = "journal-article"
    language: Language = "en"
    # An old page may tell of an article without naming it. `checking.py` allows that to drafts only.
    authors: tuple[Line, ...] = ()
    year: Annotated[Whole, Field(ge=1800, le=2999)] | None = None
    title: Text | None = None
    journal: Text | None = None
    volume: Annotated[Line, Field(max_length=30)] | None = None
    issue: Annotated[Line, Field(max_length=30)] | None = None
    pages: Annotated[Line, Field(max_length=60)] | None = None
    editors: tuple[Line, ...] = ()
    publisher: Text | None = None
    doi: Annotated[str, AfterValidator(_doi)] | None = None
    pmid: Annotated[str, Field(pattern=r"^\d{1,12}$")] | None = None
    read_level: ReadLevel
    overlaps_with: Keys = ()
    superseded_by: Key | None = None
    figures: tuple[Figure, ...] = ()
    findings: tuple[FindingFile, ...] = ()

    @model_validator(mode="after")
    def _findings_have_keys_of_their_own(self) -> Self:
        keys = [finding.key for finding in self.findings]
        for key in keys:
            if keys.count(key) > 1:
                raise ValueError(f"has two findings with the key “{key}”; rename one.")
        return self


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


class PageValue(File):
    title: str
    body: Text


# --- how an entry was made at the desk ------------------------------------------------------------------


class VersionWords(File):
    """The words of a version as they were typed, without what is empty."""

    title: Text | None = None
    author: Text | None = None
    translator: Text | None = None
    design: Text | None = None
    who: Text | None = None
    how_many: Text | None = None
    measured: Text | None = None
    summary: Text | None = None
    implications: Text | None = None
    limitations: Text | None = None
    disagreements: Text | None = None


class VersionFile(File):
    """An entry's words in one language as they were saved once."""

    number: Annotated[Whole, Field(ge=1)]
    by: Name | None = None
    begun: Moment
    saved: Moment
    of_original: Annotated[Whole, Field(ge=1)] | None = None
    restored_from: Annotated[Whole, Field(ge=1)] | None = None
    words: VersionWords = VersionWords()


class AcknowledgementFile(File):
    """A figure that somebody answers for."""

    language: Language
    figure: Text
    sentence: Text
    reason: Text
    by: Name
    made: Moment
    taken_back: Moment | None = None


class DeskFile(File):
    """The sidecar `desk/SLUG.yml`: where an entry stands, its versions, and what was acknowledged."""

    stage: Literal["draft", "in-review", "approved", "out"]
    author: Name | None = None
    approved_by: Name | None = None
    approved: Moment | None = None
    changed: Moment
    versions: Annotated[
        dict[Language, tuple[VersionFile, ...]], AfterValidator(lambda versions: dict(sorted(versions.items())))
    ] = {}
    acknowledgements: tuple[AcknowledgementFile, ...] = ()

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.stage == "approved" and self.approved is None:
            raise ValueError("is approved, so `approved` must say when.")
        for language, versions in self.versions.items():
            if [version.number for version in versions] != list(range(1, len(versions) + 1)):
                raise ValueError(f"must number its versions ({language}) 1, 2, 3 … in order.")
        return self


class Content(BaseModel):
    """A whole digest as files hold it. A folder may hold a part: what is absent is left alone."""

    model_config = ConfigDict(extra="forbid")

    site: SiteFile | None = None
    topics: dict[str, ShelfItem] = {}
    research_types: dict[str, ShelfItem] = {}
    families: Families = {}
    synonyms: dict[str, SynonymGroupFile] = {}
    articles: dict[str, ArticleFile] = {}
    entries: dict[str, EntryValue] = {}
    issues: dict[str, IssueFile] = {}
    announcements: dict[str, AnnouncementFile] = {}
    pages: dict[str, PageValue] = {}
    desk: dict[str, DeskFile] = {}
