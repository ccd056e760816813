"""Articles with their findings and figures, as files hold them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from rapport.digest.exchange.schema.values import (
    Count,
    Date,
    File,
    Key,
    Keys,
    Language,
    Line,
    Moment,
    Printed,
    ReadLevel,
    Text,
    Whole,
    Wording,
)
from rapport.literature.citations import KINDS
from rapport.literature.metrics import METRICS

DOI = re.compile(r"^10\.\d{4,9}(?:\.\d+)*/\S+$")
P = re.compile(r"^([<=>]) ?(0?\.\d{1,20}|[01])$")


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


Doi = Annotated[str, AfterValidator(_doi)]
NoticeKind = Literal["retraction", "concern", "correction", "reinstatement", "other"]


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


class NoticeFile(File):
    """A notice that was published about the article. `noticed`: when we heard of it."""

    kind: NoticeKind
    doi: Doi | None = None
    date: Date | None = None
    source: Annotated[Line, Field(max_length=60)]
    noticed: Moment | None = None

    @property
    def published_on(self) -> dt.date | None:
        return self.date


def notices_in_order(notices: Iterable[NoticeFile]) -> tuple[NoticeFile, ...]:
    """Notices in the one order in which files hold them: by their days, then as we heard of them."""
    return tuple(sorted(notices, key=_place))


def _place(notice: NoticeFile) -> tuple[str, str, str, str]:
    heard = notice.noticed.isoformat() if notice.noticed else ""
    return (notice.date.isoformat() if notice.date else heard[:10] or "unknown", heard, notice.kind, notice.doi or "")


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
    doi: Doi | None = None
    pmid: Annotated[str, Field(pattern=r"^\d{1,12}$")] | None = None
    read_level: ReadLevel
    overlaps_with: Keys = ()
    superseded_by: Key | None = None
    figures: tuple[Figure, ...] = ()
    findings: tuple[FindingFile, ...] = ()
    # Without the field, a file says nothing of notices; an empty list says that there are none.
    notices: Annotated[tuple[NoticeFile, ...], AfterValidator(notices_in_order)] | None = None

    @model_validator(mode="after")
    def _findings_have_keys_of_their_own(self) -> Self:
        keys = [finding.key for finding in self.findings]
        for key in keys:
            if keys.count(key) > 1:
                raise ValueError(f"has two findings with the key “{key}”; rename one.")
        return self
