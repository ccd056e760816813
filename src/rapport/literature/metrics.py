"""The one list of metrics a finding can be reported in, and how each is shown and drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Scale(StrEnum):
    """The axis a metric is drawn on."""

    DIFFERENCE = "difference"  # no difference at 0
    RATIO = "ratio"  # no difference at 1; drawn on a logarithmic axis
    CORRELATION = "correlation"  # no link at 0, between −1 and 1
    PERCENT = "percent"  # 0 to 100, no "no difference" line
    PLAIN = "plain"  # a quantity of its own kind: shown as a number, not drawn


@dataclass(frozen=True)
class Metric:
    """One way of reporting a result.

    `symbol` is what articles print; `name` says it in words; `null` is the value that means
    "no difference" or "no link" (None where there is none).
    """

    key: str
    symbol: str
    name: _StrPromise
    scale: Scale

    @property
    def null(self) -> int | None:
        return {Scale.DIFFERENCE: 0, Scale.CORRELATION: 0, Scale.RATIO: 1}.get(self.scale)


METRICS: dict[str, Metric] = {
    metric.key: metric
    for metric in [
        Metric("r", "r", _("correlation"), Scale.CORRELATION),
        Metric("d", "d", _("standardised difference (Cohen’s d)"), Scale.DIFFERENCE),
        Metric("g", "g", _("standardised difference (Hedges’ g)"), Scale.DIFFERENCE),
        Metric("SMD", "SMD", _("standardised mean difference"), Scale.DIFFERENCE),
        Metric("OR", "OR", _("odds ratio"), Scale.RATIO),
        Metric("RR", "RR", _("risk ratio"), Scale.RATIO),
        Metric("HR", "HR", _("hazard ratio"), Scale.RATIO),
        Metric("RD", "RD", _("risk difference"), Scale.DIFFERENCE),
        Metric("b", "b", _("regression coefficient"), Scale.DIFFERENCE),
        Metric("beta", "β", _("standardised regression coefficient"), Scale.DIFFERENCE),
        Metric("gamma", "γ", _("coefficient of a multilevel model"), Scale.DIFFERENCE),
        Metric("indirect-effect", "", _("indirect effect"), Scale.DIFFERENCE),
        Metric("mean-difference", "MD", _("difference in points"), Scale.DIFFERENCE),
        Metric("mean", "M", _("mean"), Scale.PLAIN),
        Metric("percent", "%", _("percentage"), Scale.PERCENT),
        Metric("percent-of-variance", "% var.", _("percentage of variance"), Scale.PERCENT),
        Metric("ICC", "ICC", _("intraclass correlation"), Scale.PLAIN),
        Metric("NNT", "NNT", _("number needed to treat"), Scale.PLAIN),
        Metric("count", "n", _("number of people"), Scale.PLAIN),
        Metric("days", "", _("days"), Scale.PLAIN),
        Metric("years", "", _("years"), Scale.PLAIN),
        Metric("USD", "US$", _("US dollars"), Scale.PLAIN),
    ]
}
