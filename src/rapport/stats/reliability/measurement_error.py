"""How far one observed score lies from the true one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from rapport.stats.arguments import check_choice, check_number
from rapport.stats.errors import BadInput, OutOfRange
from rapport.stats.results import Result, ResultTable, number

# variant → what it is the standard error of, its formula, and where that stands.
VARIANTS: Final[dict[str, tuple[str, str, str]]] = {
    "measurement": ("a score, given the true score", "SD √(1 − r)", "Lord & Novick, 1968"),
    "difference": (
        "the difference of two scores, given no true change",
        "SD √2 √(1 − r)",
        "Jacobson & Truax, 1991; Christensen & Mendoza, 1986",
    ),
    "estimation": ("the true score, given the score", "SD √(r (1 − r))", "Lord & Novick, 1968"),
    "prediction": ("a second score, given the first", "SD √(1 − r²)", "Lord & Novick, 1968"),
}


@dataclass(frozen=True, kw_only=True)
class StandardErrorOfMeasurement(Result):
    """A standard error of classical test theory, in points of the score."""

    variant: str
    value: float
    sd: float
    reliability: float

    @property
    def method(self) -> str:  # type: ignore[override]  # depends on the fit
        return f"Standard error of {self.variant}: {VARIANTS[self.variant][1]}"

    @property
    def reference(self) -> str:  # type: ignore[override]  # depends on the fit
        return VARIANTS[self.variant][2]

    def sentence(self) -> str:
        return (
            f"With SD = {number(self.sd)} and a reliability of {number(self.reliability, leading_zero=False)}, the "
            f"standard error of {VARIANTS[self.variant][0]}, is {number(self.value)} points."
        )

    def table(self) -> ResultTable:
        rows = []
        for name, (of, formula, _) in VARIANTS.items():
            rows.append((name, of, formula, standard_error(self.sd, self.reliability, name)))
        return ResultTable("Standard errors", ("variant", "of", "formula", "points"), tuple(rows))


def standard_error_of_measurement(
    sd: float, *, reliability: float, variant: str = "measurement"
) -> StandardErrorOfMeasurement:
    """How far an observed score lies from the true one, in points.

    `sd` is that of the scores in the population the reliability was estimated in; `reliability` lies between 0 and 1.
    `variant` says of what the error is, one of VARIANTS: "measurement" SD √(1 − r), "difference" SD √2 √(1 − r),
    "estimation" SD √(r (1 − r)), "prediction" SD √(1 − r²) (Lord & Novick, 1968; Harvill, 1991).

    Raises OutOfRange, NotNumbers, NotFinite, and BadInput where a figure is None: an instrument whose
    reliability nobody has published has no standard error of measurement.
    """
    check_figures(sd, reliability)
    check_choice(variant, "variant", VARIANTS)
    return StandardErrorOfMeasurement(
        variant=variant, value=standard_error(sd, reliability, variant), sd=float(sd), reliability=float(reliability)
    )


def standard_error(sd: float, reliability: float, variant: str) -> float:
    """The figure alone."""
    factor = {
        "measurement": math.sqrt(1 - reliability),
        "difference": math.sqrt(2 * (1 - reliability)),
        "estimation": math.sqrt(reliability * (1 - reliability)),
        "prediction": math.sqrt(1 - reliability**2),
    }
    return float(sd) * factor[variant]


def check_figures(sd: float | None, reliability: float | None, *, of: str = "") -> None:
    """Raises where a standard deviation is not positive or a reliability not between 0 and 1; `of` says whose."""
    for name, value in (("sd", sd), ("reliability", reliability)):
        if value is None:
            raise BadInput(
                f"{name}{of} is not known: give it as published for the instrument. Without it no error of measurement "
                "can be told; show the course of the scores."
            )
        check_number(value, f"{name}{of}")
    assert sd is not None and reliability is not None
    if sd <= 0:
        raise OutOfRange(f"sd{of} is {sd:g}; a standard deviation is above 0.")
    if not 0 <= reliability < 1:
        raise OutOfRange(f"reliability{of} is {reliability:g}; it must be at least 0 and below 1.")
