"""Where things stand in a drawing. The drawings themselves are SVG templates in `templates/web/charts/`.

Positions are percentages of the drawing's width, so that a drawing fills what room it has and its text
keeps its size. No drawing stands alone: each is beside the numbers it shows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

LEFT, RIGHT = 3.0, 97.0
STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Tick:
    at: float
    value: Decimal


@dataclass(frozen=True)
class Scale:
    """An axis from `low` to `high`; `log` for ratios; `null` marks "no difference" when there is such a value."""

    low: float
    high: float
    log: bool
    null: float | None

    def at(self, value: float | Decimal) -> float:
        """The position of `value`, in percent of the width, rounded to a tenth; held within the drawing."""
        if self.low == self.high:
            return 50.0
        share = (self._fold(float(value)) - self._fold(self.low)) / (self._fold(self.high) - self._fold(self.low))
        return round(LEFT + (RIGHT - LEFT) * min(max(share, 0.0), 1.0), 1)

    @property
    def null_at(self) -> float | None:
        return None if self.null is None else self.at(self.null)

    @property
    def ticks(self) -> list[Tick]:
        return [Tick(self.at(value), value) for value in self._tick_values()]

    def _fold(self, value: float) -> float:
        return math.log(max(value, 1e-9)) if self.log else value

    def _tick_values(self) -> list[Decimal]:
        if self.log:
            marks = [Decimal(mark) for mark in ("0.05", "0.1", "0.25", "0.5", "1", "2", "4", "10", "20")]
            return [mark for mark in marks if self.low <= float(mark) <= self.high]
        step = _step((self.high - self.low) / 4)
        count = round((self.high - self.low) / step)
        return [_tidy(self.low + step * index) for index in range(count + 1)]


@dataclass(frozen=True)
class Mark:
    """One estimate, with its interval where there is one."""

    at: float
    low_at: float | None
    high_at: float | None

    @property
    def width(self) -> float | None:
        if self.low_at is None or self.high_at is None:
            return None
        return round(self.high_at - self.low_at, 1)


def fit_scale(values: Iterable[Decimal], *, null: int | None, log: bool, percent: bool = False) -> Scale:
    """The smallest tidy axis that holds `values` and, where there is one, the null value.

    Differences are drawn symmetrically about no difference when values lie on both sides of it.
    Percentages start at 0.
    """
    numbers = [float(value) for value in values]
    if log:
        farthest = max(
            [2.0, *(value for value in numbers if value > 0), *(1 / value for value in numbers if value > 0)]
        )
        edge = next((mark for mark in (2.0, 4.0, 10.0, 20.0) if farthest <= mark), farthest)
        return Scale(1 / edge, edge, log=True, null=1.0)
    low, high = min([*numbers, 0.0]), max([*numbers, 0.0])
    if low == high:
        high = 1.0
    step = _step((high - low) / 4)
    low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    if percent:
        high = min(high, 100.0) if max(numbers) <= 100 else high
    return Scale(float(_tidy(low)), float(_tidy(high)), log=False, null=None if null is None else float(null))


def usual_scale(values: Iterable[Decimal], *, usual: float, log: bool = False) -> Scale:
    """An axis about no difference that is the same wherever a measure is drawn, unless values need more.

    From −`usual` to `usual`, or for ratios from 1/`usual` to `usual`; wider only for values beyond it.
    """
    edge = usual
    for value in values:
        size = abs(float(value))
        if log:
            size = max(size, 1 / size) if size else edge
        while size > edge:
            edge *= 2
    return Scale(1 / edge, edge, log=True, null=1.0) if log else Scale(-edge, edge, log=False, null=0.0)


def place(scale: Scale, estimate: Decimal, interval: Sequence[Decimal] | None) -> Mark:
    """Where an estimate and its interval stand on `scale`."""
    if interval is None:
        return Mark(scale.at(estimate), None, None)
    return Mark(scale.at(estimate), scale.at(interval[0]), scale.at(interval[1]))


def _step(rough: float) -> float:
    """The tidy step nearest above `rough`: 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in STEPS if factor * power >= rough - 1e-12)


def _tidy(value: float) -> Decimal:
    return Decimal(repr(round(value, 15))).normalize() + 0 if value else Decimal(0)
