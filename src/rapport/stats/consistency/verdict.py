"""What a check answers: consistent, inconsistent by this much, or cannot tell. It never says why, and never who."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

from rapport.stats.consistency.wording import Said, say
from rapport.stats.results import Result, ResultTable

Language = Literal["en", "fr"]


class Verdict(StrEnum):
    """Whether what is printed fits."""

    CONSISTENT = "consistent"
    INCONSISTENT = "inconsistent"
    CANNOT_TELL = "cannot tell"


class Check(StrEnum):
    """What was compared with what."""

    P = "p"
    RATIO = "estimate over its standard error"
    INTERVAL = "estimate and interval"
    INTERVAL_P = "interval and p"
    GRIM = "mean of whole numbers"
    SD = "standard deviation of whole numbers"
    PERCENTAGE = "percentage of a count"
    TOTAL = "parts and total"
    PERCENTAGES = "percentages and 100"
    DF = "degrees of freedom and n"
    POSSIBLE = "possible values"


_METHODS: Final = {
    Check.P: ("p recomputed from every value that rounds to the printed ones", "Nuijten et al., 2016"),
    Check.RATIO: ("Estimate divided by its standard error", "Wald, 1943"),
    Check.INTERVAL: ("Estimate compared with the middle of its interval", "Altman & Bland, 2011"),
    Check.INTERVAL_P: ("p recomputed from the width of the interval", "Altman & Bland, 2011"),
    Check.GRIM: ("GRIM: sums of whole numbers", "Brown & Heathers, 2017"),
    Check.SD: ("GRIMMER: sums of squares of whole numbers", "Anaya, 2016; Allard, 2018"),
    Check.PERCENTAGE: ("Percentage recomputed from its count", "100 × count ÷ whole"),
    Check.TOTAL: ("Sum of the parts", "counts are exact"),
    Check.PERCENTAGES: ("Sum of the percentages", "each anywhere within its rounding"),
    Check.DF: ("Degrees of freedom of the test named", "people less what the test estimates"),
    Check.POSSIBLE: ("Range of possible values", "by how the statistic is defined"),
}


@dataclass(frozen=True, kw_only=True)
class CheckResult(Result):
    """One check and its answer.

    check      what was compared
    verdict    consistent, inconsistent, or cannot tell
    printed    the number that was checked, as printed
    lowest, highest   what it could be, recomputed; None where nothing could be
    distance   how far the printed number is from that, in its own units: 0 where it fits, None where it cannot be told
    quote      the words that were checked
    start, end where they stand in the text, where a text was checked: text[start:end]
    notes      words a program can test for: "one-tailed" (it would fit so), "side" (across .05), "rounded-df" …
    """

    check: Check
    verdict: Verdict
    printed: str
    lowest: float | None = None
    highest: float | None = None
    distance: float | None = None
    quote: str = ""
    start: int | None = None
    end: int | None = None
    notes: tuple[str, ...] = ()
    said: Said = field(repr=False)

    @property
    def method(self) -> str:  # type: ignore[override]  # depends on the fit
        return _METHODS[self.check][0]

    @property
    def reference(self) -> str:  # type: ignore[override]  # depends on the fit
        return _METHODS[self.check][1]

    def sentence(self, language: Language = "en") -> str:
        """What to show an editor, in English or French. Raises OutOfRange for another language."""
        return say(self.said, self.notes, language)

    def table(self) -> ResultTable:
        row = (self.check.value, self.verdict.value, self.printed, self.lowest, self.highest, self.distance)
        return ResultTable("", ("check", "verdict", "printed", "lowest", "highest", "distance"), (row,))
