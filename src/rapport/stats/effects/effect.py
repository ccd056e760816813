"""An effect size with its interval, where it came from, and what had to be assumed on the way."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from rapport.stats.results import Result, ResultTable, interval_text, number


class Metric(StrEnum):
    """What an effect is measured in."""

    D = "d"
    G = "g"
    R = "r"
    Z = "z"
    BISERIAL_R = "biserial_r"
    LOG_ODDS_RATIO = "log_odds_ratio"
    ODDS_RATIO = "odds_ratio"
    LOG_RISK_RATIO = "log_risk_ratio"
    RISK_RATIO = "risk_ratio"
    RISK_DIFFERENCE = "risk_difference"
    MEAN_DIFFERENCE = "mean_difference"
    COEFFICIENT = "b"
    PROPORTION = "proportion"
    ETA_SQUARED = "eta_squared"
    CRAMERS_V = "cramers_v"


class Design(StrEnum):
    """Whom an effect compares."""

    TWO_GROUPS = "two groups"
    PAIRED = "the same people twice"
    ASSOCIATION = "association in one group"
    UNKNOWN = "unknown"


NAMES: Final = {
    Metric.D: "Cohen’s d",
    Metric.G: "Hedges’ g",
    Metric.R: "r",
    Metric.Z: "Fisher’s z",
    Metric.BISERIAL_R: "biserial r",
    Metric.LOG_ODDS_RATIO: "log OR",
    Metric.ODDS_RATIO: "OR",
    Metric.LOG_RISK_RATIO: "log RR",
    Metric.RISK_RATIO: "RR",
    Metric.RISK_DIFFERENCE: "RD",
    Metric.MEAN_DIFFERENCE: "Mean difference",
    Metric.COEFFICIENT: "b",
    Metric.PROPORTION: "Proportion",
    Metric.ETA_SQUARED: "Partial η²",
    Metric.CRAMERS_V: "Cramér’s V",
}
_WITHIN_ONE: Final = {
    Metric.R,
    Metric.BISERIAL_R,
    Metric.RISK_DIFFERENCE,
    Metric.PROPORTION,
    Metric.ETA_SQUARED,
    Metric.CRAMERS_V,
}
RATIOS: Final = {Metric.ODDS_RATIO, Metric.RISK_RATIO}


@dataclass(frozen=True, kw_only=True)
class Effect(Result):
    """One effect size. Its sign says whether the first group, the later time or the higher score is higher.

    metric        what it is measured in
    estimate      in that metric
    variance      sampling variance in that metric; of an odds or risk ratio, that of its logarithm; None where
                  neither sample sizes nor an interval were known
    low, high     limits of the interval; None where there is none
    level         of the interval: 0.95
    n1, n2        people in the two groups
    n             people in all, or pairs
    df            degrees of freedom of the spread or of the test
    design        whom it compares
    standardiser  the SD that a d or g is in units of; "" for other metrics
    assumptions   what had to be assumed to get from what was printed to here, each in a few words
    """

    metric: Metric
    estimate: float
    variance: float | None = None
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    n1: float | None = None
    n2: float | None = None
    n: float | None = None
    df: float | None = None
    design: Design = Design.UNKNOWN
    standardiser: str = ""
    assumptions: tuple[str, ...] = ()
    how: str = field(default="", repr=False)
    source: str = field(default="", repr=False)
    # How much the variance grows with the square of d: Var(g) = Var(d) + curvature × (g² − d²).
    curvature: float | None = field(default=None, repr=False)
    # Whether Var(g) is J² times that, as Bonett’s is.
    variance_shrinks: bool = field(default=False, repr=False)
    # Of a correlation: the variance of its Fisher z, where sample sizes say more than the delta method.
    z_variance: float | None = field(default=None, repr=False)

    @property
    def method(self) -> str:  # type: ignore[override]  # depends on the fit
        return self.how

    @property
    def reference(self) -> str:  # type: ignore[override]  # depends on the fit
        return self.source

    @property
    def standard_error(self) -> float | None:
        """√variance; of an odds or risk ratio, that of its logarithm."""
        return None if self.variance is None else math.sqrt(self.variance)

    @property
    def name(self) -> str:
        """As articles call it: “Hedges’ g”."""
        return NAMES[self.metric]

    def to(
        self,
        metric: Metric | str,
        *,
        base_rate: float | None = None,
        sd: float | None = None,
        log_odds: str = "logistic",
    ) -> Effect:
        """The same effect in another metric; every assumption of the way is added to `assumptions`.

        base_rate  how many of the second group have the event, 0 to 1: needed between odds ratios and risks
        sd         the outcome's SD: needed from a mean difference or a coefficient to d
        log_odds   between d and log odds: "logistic" (d × π/√3, Hasselblad & Hedges, 1995) or "cox" (d × 1.65,
                   Cox, 1970)

        The limits are converted as the estimate is; the variance by the delta method, or by the metric's own
        formula where sample sizes are known. Raises OutOfRange, MissingValues (a number that the way needs is
        not given), NotIdentified (there is no way).
        """
        from rapport.stats.effects.conversions import convert

        return convert(self, metric, base_rate=base_rate, sd=sd, log_odds=log_odds)

    def sentence(self) -> str:
        leading = self.metric not in _WITHIN_ONE
        text = f"{self.name} = {number(self.estimate, leading_zero=leading)}"
        if self.low is not None and self.high is not None:
            text += f", {interval_text(self.low, self.high, self.level, leading_zero=leading)}"
        if people := self._people():
            text += f" ({people})"
        if self.assumptions:
            text += f", assuming {'; '.join(self.assumptions)}"
        return text + "."

    def table(self) -> ResultTable:
        row = (self.name, self.estimate, self.standard_error, self.low, self.high)
        error = "SE of log" if self.metric in RATIOS else "SE"
        percent = f"{100 * self.level:g}%"
        title = f"In units of the {self.standardiser}" if self.standardiser else ""
        return ResultTable(title, ("effect", "estimate", error, f"{percent} low", f"{percent} high"), (row,))

    def _people(self) -> str:
        if self.n1 is not None and self.n2 is not None:
            if self.n1 % 1 or self.n2 % 1:  # halves of a total, of which only the total is known
                return f"n = {self.n1 + self.n2:g}"
            return f"n = {self.n1:g} and {self.n2:g}"
        return "" if self.n is None else f"n = {self.n:g}"
