"""Reliable change: whether two scores of one person differ by more than measurement error would make them differ."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rapport.stats.arguments import check_choice, check_flag, check_number
from rapport.stats.errors import BadInput, NotIdentified, OutOfRange, WrongShape
from rapport.stats.reliability.measurement_error import check_figures, standard_error
from rapport.stats.results import Result, ResultTable, number
from rapport.stats.tables import Floats, check_numbers


@dataclass(frozen=True)
class _Variant:
    name: str
    criterion: float  # what its authors hold the index against
    reference: str


VARIANTS: Final[dict[str, _Variant]] = {
    "jacobson-truax": _Variant("Jacobson–Truax", 1.96, "Jacobson & Truax, 1991; Christensen & Mendoza, 1986"),
    "edwards-nunnally": _Variant("Edwards–Nunnally", 2.0, "Speer, 1992; Bauer, Lambert & Nielsen, 2004"),
    "gulliksen-lord-novick": _Variant("Gulliksen–Lord–Novick", 1.96, "Hsu, 1989, 1995; Lord & Novick, 1968"),
    "hageman-arrindell": _Variant("Hageman–Arrindell", 1.65, "Hageman & Arrindell, 1999, RC(indiv)"),
}


@dataclass(frozen=True, kw_only=True)
class ReliableChangeThreshold(Result):
    """How large a change must be, for one variant and one population.

    A person with `before` points and no true change is expected at shift + slope × before afterwards; an index is
    (after − expected) / unit, and a change is reliable where the index exceeds `criterion` on either side.

    points     criterion × unit: how far from the expected score a later score must lie to be reliable
    exact      False where a published number of points is taken, which then need only be reached
    """

    variant: str
    points: float
    criterion: float
    unit: float
    shift: float
    slope: float
    sd: float | None
    reliability: float | None
    exact: bool = True

    @property
    def method(self) -> str:  # type: ignore[override]  # depends on the fit
        return f"Reliable change, {self.name}"

    @property
    def reference(self) -> str:  # type: ignore[override]  # depends on the fit
        return VARIANTS[self.variant].reference if self.variant in VARIANTS else "as published for the instrument"

    @property
    def name(self) -> str:
        """The variant as it is written."""
        return VARIANTS[self.variant].name if self.variant in VARIANTS else "published threshold"

    @property
    def is_change_alone(self) -> bool:
        """Whether only the difference counts, wherever a person began."""
        return self.slope == 1 and self.shift == 0

    def expected(self, before: float) -> float:
        """The later score expected of a person with `before` points and no true change."""
        return self.shift + self.slope * before

    def band(self, before: float) -> tuple[float, float]:
        """The later scores that are no reliable change for a person with `before` points."""
        return self.expected(before) - self.points, self.expected(before) + self.points

    def indices(self, before: Floats, after: Floats) -> Floats:
        """The index of each person, shape (persons,)."""
        return np.asarray((after - self.shift - self.slope * before) / self.unit)

    def is_reliable(self, before: Floats, after: Floats) -> NDArray[np.bool_]:
        """Whether each person's change is reliable."""
        distance = np.abs(after - self.shift - self.slope * before)
        # Scores such as 0.3 are not exact in binary: a distance equal to the threshold up to rounding is equal to it.
        rounding = 1e-9 * max(1.0, self.points)
        reached = distance > self.points + rounding if self.exact else distance >= self.points - rounding
        return np.asarray(reached, dtype=np.bool_)

    def sentence(self) -> str:
        if not self.exact:
            return f"A change of at least {_points(self.points)} points counts as reliable ({self.name})."
        figures = f"SD = {number(self.sd or 0)}, reliability {number(self.reliability or 0, leading_zero=False)}"
        what = "A change" if self.is_change_alone else "A distance from the expected score"
        return (
            f"{what} of more than {_points(self.points)} points exceeds what measurement error alone would give "
            f"({self.name}, {figures}, criterion {number(self.criterion)})."
        )

    def table(self) -> ResultTable:
        row = (self.name, self.points, self.criterion, self.unit, self.shift, self.slope)
        return ResultTable(
            "Threshold of reliable change", ("variant", "points", "criterion", "unit", "shift", "slope"), (row,)
        )


@dataclass(frozen=True, kw_only=True)
class ReliableChange(Result):
    """Which persons changed reliably.

    before, after, change, index, verdicts   one value a person, in the order given; a verdict is "improved",
                                             "unchanged" or "deteriorated"
    counts                                   how many persons have each verdict
    """

    threshold: ReliableChangeThreshold
    higher_is_better: bool
    before: tuple[float, ...]
    after: tuple[float, ...]
    change: tuple[float, ...]
    index: tuple[float, ...]
    verdicts: tuple[str, ...]
    counts: dict[str, int]

    @property
    def method(self) -> str:  # type: ignore[override]  # depends on the fit
        return self.threshold.method

    @property
    def reference(self) -> str:  # type: ignore[override]  # depends on the fit
        return self.threshold.reference

    def sentence(self) -> str:
        rule = f"{self.threshold.name}: {_points(self.threshold.points)} points"
        if len(self.verdicts) == 1:
            before, after, index = self.before[0], self.after[0], self.index[0]
            verdict = {"unchanged": "no reliable change"}.get(self.verdicts[0], f"reliably {self.verdicts[0]}")
            told = f"; index {number(index)}" if self.threshold.exact else ""
            return f"The score went from {_points(before)} to {_points(after)}: {verdict} ({rule}{told})."
        n = len(self.verdicts)
        improved, same, worse = (self.counts[name] for name in ("improved", "unchanged", "deteriorated"))
        return (
            f"Of {n} clients, {improved} ({percent(improved, n)}) improved reliably, {same} ({percent(same, n)}) did "
            f"not change reliably, and {worse} ({percent(worse, n)}) deteriorated reliably ({rule})."
        )

    def table(self) -> ResultTable:
        n = len(self.verdicts)
        rows = tuple((name, count, 100 * count / n) for name, count in self.counts.items())
        return ResultTable("Reliable change", ("verdict", "n", "%"), rows)

    def persons(self) -> ResultTable:
        """One row a person."""
        rows = zip(self.before, self.after, self.change, self.index, self.verdicts, strict=True)
        return ResultTable("Change of each person", ("before", "after", "change", "index", "verdict"), tuple(rows))


def reliable_change_threshold(
    *,
    sd: float,
    reliability: float,
    variant: str = "jacobson-truax",
    criterion: float | None = None,
    mean: float | None = None,
    mean_after: float | None = None,
    sd_after: float | None = None,
    correlation: float | None = None,
) -> ReliableChangeThreshold:
    """How large a change must be to exceed what measurement error alone would give, in points of the score.

    `sd` and `reliability` r are those of a population before treatment; with `mean` M. `criterion` c is what the index
    is held against; each variant has its authors' own. With X before and Y after, change is reliable where |index| > c:

        "jacobson-truax"         (Y − X) / (SD √2 √(1 − r)), c = 1.96 (Jacobson & Truax, 1991, with the
                                 correction of Christensen & Mendoza, 1986). Neither mean enters.
        "edwards-nunnally"       (Y − [M + r (X − M)]) / (SD √(1 − r)), c = 2 (Speer, 1992). Needs `mean`.
        "gulliksen-lord-novick"  (Y − [M + r (X − M)]) / (SD √(1 − r²)), c = 1.96 (Hsu, 1989, 1995). Needs `mean`.
        "hageman-arrindell"      (r_D (Y − X) + (1 − r_D)(M_after − M)) / (√r_D SD √2 √(1 − r)), c = 1.65, with
                                 r_D = (S_D² − 2 SD² (1 − r)) / S_D² and S_D² the variance of the differences
                                 (Hageman & Arrindell, 1999). Needs `mean`, `mean_after`, and `sd_after` and the
                                 `correlation` of the two measurements. Its standard error has been criticised
                                 (Maassen, 2000); it is here so that published uses can be repeated.

    With CORE-10's alpha of .90 and SD of 7.7, Jacobson & Truax's threshold is 1.96 × 7.7 × √2 × √0.1 = 6.75 points.

    Raises BadInput where a figure is missing, OutOfRange, NotNumbers, NotFinite, NotIdentified
    (differences without reliability).
    """
    check_figures(sd, reliability)
    check_choice(variant, "variant", VARIANTS)
    criterion = VARIANTS[variant].criterion if criterion is None else _figure(criterion, "criterion", variant)
    if criterion <= 0:
        raise OutOfRange(f"criterion is {criterion:g}; it must be above 0, such as 1.96.")
    shift, slope = 0.0, 1.0
    unit = standard_error(sd, reliability, "difference")
    if variant in ("edwards-nunnally", "gulliksen-lord-novick"):
        shift, slope = (1 - reliability) * _figure(mean, "mean", variant), reliability
        unit = standard_error(sd, reliability, "measurement" if variant == "edwards-nunnally" else "prediction")
    elif variant == "hageman-arrindell":
        share = _reliability_of_differences(sd, reliability, sd_after, correlation)
        moved = _figure(mean_after, "mean_after", variant) - _figure(mean, "mean", variant)
        shift, unit = -moved * (1 - share) / share, unit / math.sqrt(share)
    return ReliableChangeThreshold(
        variant=variant,
        points=criterion * unit,
        criterion=criterion,
        unit=unit,
        shift=shift,
        slope=slope,
        sd=float(sd),
        reliability=float(reliability),
    )


def reliable_change(
    before: ArrayLike,
    after: ArrayLike,
    *,
    higher_is_better: bool,
    threshold: float | ReliableChangeThreshold | None = None,
    sd: float | None = None,
    reliability: float | None = None,
    variant: str = "jacobson-truax",
    criterion: float | None = None,
    mean: float | None = None,
    mean_after: float | None = None,
    sd_after: float | None = None,
    correlation: float | None = None,
) -> ReliableChange:
    """Which persons changed by more than measurement error alone would give.

    `before` and `after` are scores of one person, or vectors of shape (persons,). What counts is either a `threshold`
    (of `reliable_change_threshold`, or a number of points published for the instrument, which need only be reached: a
    PHQ-9 change of 6), or is worked out from the figures that `reliable_change_threshold` takes.

    A change is "improved" or "deteriorated" by its index: for variants that expect scores to drift towards the mean,
    a score may rise a little and still lie below what was expected.

    Raises WrongShape, NotNumbers, MissingValues, NotFinite, BadInput, OutOfRange, NotIdentified.
    """
    check_flag(higher_is_better, "higher_is_better")
    first, second = read_pairs(before, after)
    figures = {"sd": sd, "reliability": reliability, "criterion": criterion, "mean": mean, "mean_after": mean_after}
    figures |= {"sd_after": sd_after, "correlation": correlation}
    too_much = [name for name, figure in figures.items() if figure is not None]
    if threshold is not None and too_much:
        raise BadInput(f"threshold and {too_much[0]} are given. Give a threshold, or the figures to work it out from.")
    if threshold is None:
        check_figures(sd, reliability)
        assert sd is not None and reliability is not None  # check_figures refuses None
        threshold = reliable_change_threshold(
            sd=sd,
            reliability=reliability,
            variant=variant,
            criterion=criterion,
            mean=mean,
            mean_after=mean_after,
            sd_after=sd_after,
            correlation=correlation,
        )
    threshold = as_threshold(threshold)
    index = threshold.indices(first, second)
    verdicts = _verdicts(index, threshold.is_reliable(first, second), higher_is_better=higher_is_better)
    return ReliableChange(
        threshold=threshold,
        higher_is_better=higher_is_better,
        before=tuple(first.tolist()),
        after=tuple(second.tolist()),
        change=tuple((second - first).tolist()),
        index=tuple(index.tolist()),
        verdicts=verdicts,
        counts={name: verdicts.count(name) for name in ("improved", "unchanged", "deteriorated")},
    )


def as_threshold(threshold: float | ReliableChangeThreshold | None) -> ReliableChangeThreshold:
    """A published number of points as a threshold; raises BadInput for None."""
    if isinstance(threshold, ReliableChangeThreshold):
        return threshold
    if threshold is None:
        raise BadInput("No reliable change is known for this measure, so none can be told. Show the course.")
    points = _figure(threshold, "threshold", "a published threshold")
    if points <= 0:
        raise OutOfRange(f"threshold is {points:g} points; it must be above 0.")
    return ReliableChangeThreshold(
        variant="published",
        points=points,
        criterion=1.0,
        unit=points,
        shift=0.0,
        slope=1.0,
        sd=None,
        reliability=None,
        exact=False,
    )


def read_pairs(
    first: ArrayLike, second: ArrayLike, names: tuple[str, str] = ("before", "after")
) -> tuple[Floats, Floats]:
    """Two vectors whose values belong together one by one; single values become vectors of one."""
    first, second = (
        check_numbers(np.atleast_1d(np.asarray(values)), name)
        for values, name in zip((first, second), names, strict=True)
    )
    if len(first) != len(second):
        raise WrongShape(
            f"{names[0]} has {len(first)} values, {names[1]} has {len(second)}; each of the one needs one of the other."
        )
    return first, second


def percent(count: int, n: int) -> str:
    return f"{number(100 * count / n, 1)}%"


def _verdicts(index: Floats, reliable: NDArray[np.bool_], *, higher_is_better: bool) -> tuple[str, ...]:
    better = (index > 0) == higher_is_better
    words = np.where(reliable, np.where(better, "improved", "deteriorated"), "unchanged")
    return tuple(words.tolist())


def _reliability_of_differences(sd: float, r: float, sd_after: float | None, correlation: float | None) -> float:
    later = _figure(sd_after, "sd_after", "hageman-arrindell")
    both = _figure(correlation, "correlation", "hageman-arrindell")
    check_figures(later, r, of=" after")
    if not -1 <= both <= 1:
        raise OutOfRange(f"correlation is {both:g}; it must lie between −1 and 1.")
    ratio = min(later / sd, 1e100)  # in units of the first SD, whose square may be no number
    spread = 1 + ratio * ratio - 2 * both * ratio
    share = (spread - 2 * (1 - r)) / spread if spread > 0 else 0.0
    if share <= 0:
        raise NotIdentified(
            "By these figures the differences have no reliability: they vary no more than measurement error would make "
            "them. Hageman & Arrindell’s index does not exist; use another variant."
        )
    return share


def _figure(value: float | None, name: str, variant: str) -> float:
    if value is None:
        raise BadInput(f"{variant} needs {name}=….")
    return check_number(value, name)


def _points(score: float) -> str:
    return number(score, 0 if score == round(score) else 2)
