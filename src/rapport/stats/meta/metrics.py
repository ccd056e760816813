"""What a pooled figure is measured in, how it is written, and on which scale it may be shown."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rapport.stats.errors import BadInput
from rapport.stats.results import interval_text, number

SYMBOLS: Final = {
    "d": "d",
    "g": "g",
    "r": "r",
    "z": "Fisher’s z",
    "biserial_r": "r",
    "log_odds_ratio": "log OR",
    "log_risk_ratio": "log RR",
    "odds_ratio": "OR",
    "risk_ratio": "RR",
    "risk_difference": "RD",
    "mean_difference": "MD",
    "b": "b",
    "proportion": "proportion",
}
_WITHIN_ONE: Final = {"r", "biserial_r", "risk_difference", "proportion"}
# What is shown → what it is pooled as, and the way back.
_BACK: Final[dict[str, tuple[str, Callable[[float], float]]]] = {
    "r": ("z", math.tanh),
    "odds_ratio": ("log_odds_ratio", math.exp),
    "risk_ratio": ("log_risk_ratio", math.exp),
}


@dataclass(frozen=True, slots=True)
class Scale:
    """The scale on which figures are pooled (`metric`) and the one on which they are shown."""

    metric: str
    shown: str

    @property
    def symbol(self) -> str:
        return SYMBOLS.get(self.shown, self.shown)

    @property
    def is_transformed(self) -> bool:
        return self.shown != self.metric

    def back(self, value: float) -> float:
        """A figure from the pooled scale to the shown one."""
        if not self.is_transformed:
            return value
        try:
            return _BACK[self.shown][1](value)
        except OverflowError:
            return math.inf

    def text(self, value: float) -> str:
        """“g = 0.42”; without a metric “0.42”."""
        shown = number(self.back(value), leading_zero=self.shown not in _WITHIN_ONE)
        return f"{self.symbol} = {shown}" if self.symbol else shown

    def limits(self, low: float, high: float, level: float) -> str:
        """“95% CI [0.21, 0.63]”."""
        return interval_text(self.back(low), self.back(high), level, leading_zero=self.shown not in _WITHIN_ONE)


def choose_scale(metric: str, shown_as: str | None) -> Scale:
    """Raises BadInput where figures in `metric` cannot be shown as `shown_as`."""
    if shown_as is None or shown_as == metric:
        return Scale(metric, metric)
    if shown_as not in _BACK:
        raise BadInput(f"shown_as is {shown_as!r}; it can be {', '.join(_BACK)}, or left out.")
    needed = _BACK[shown_as][0]
    if metric not in ("", needed):
        raise BadInput(f"Only a pooled {needed} can be shown as {shown_as}; these estimates are in {metric}.")
    return Scale(needed, shown_as)
