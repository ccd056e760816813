"""What a pooled figure is measured in, how it is written, and on which scale it may be shown."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rapport.stats.errors import BadInput
from rapport.stats.results import MINUS, number, show

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
        return self._named(self._number(self.back(value), 2))

    def estimated(self, value: float, low: float, high: float, level: float) -> str:
        """“g = 0.42, 95% CI [0.21, 0.63]”."""
        digits = digits_of(self.back(low), self.back(high))
        return f"{self._named(self._number(self.back(value), digits))}, {self.limits(low, high, level)}"

    def limits(self, low: float, high: float, level: float, name: str = "CI") -> str:
        """“95% CI [0.21, 0.63]”."""
        low, high = self.back(low), self.back(high)
        digits = digits_of(low, high)
        return f"{100 * level:g}% {name} [{self._number(low, digits)}, {self._number(high, digits)}]"

    def _named(self, shown: str) -> str:
        return f"{self.symbol} = {shown}" if self.symbol else shown

    def _number(self, value: float, digits: int) -> str:
        return readable(value, digits, leading_zero=self.shown not in _WITHIN_ONE)


def digits_of(low: float, high: float) -> int:
    """As many decimals as tell the two limits apart: two, or more where a unit is large (years, minutes)."""
    width = abs(high - low)
    return max(2, 1 - math.floor(math.log10(width))) if 0 < width < math.inf else 2


def readable(value: float, digits: int, *, leading_zero: bool = True) -> str:
    """A number with so many decimals, or in powers of ten where that would be long."""
    if math.isfinite(value) and (digits > 7 or abs(value) >= 1e6):
        return show(value) if value else "0"
    return number(value, digits, leading_zero=leading_zero)


def variance_text(value: float) -> str:
    """τ² and σ², which may be small: three decimals, or three digits below 0.001."""
    return number(value, 3) if value == 0 or 0.001 <= value < 1e6 else f"{value:.3g}".replace("-", MINUS)


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
