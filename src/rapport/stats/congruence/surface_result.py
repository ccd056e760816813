"""What a response surface analysis found, as a researcher would write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from rapport.stats.congruence.algebra import MEANINGS
from rapport.stats.congruence.estimates import Estimate, estimates_table, find
from rapport.stats.congruence.ratings import Discrepancies, Question
from rapport.stats.congruence.verdict import Condition, Verdict
from rapport.stats.results import Result, ResultTable, counted
from rapport.stats.tables import Floats


@dataclass(frozen=True, kw_only=True)
class ResponseSurface(Result):
    """A surface of second order over client's and therapist's ratings, its geometry, and what it says of congruence.

    coefficients   b0 … b5 (intercept, C, T, C², CT, T²), then covariates
    features       a1 … a5, stationary point, principal axes, lateral shift, curvatures along the axes
    conditions     of a congruence effect, and whether each holds (empty where no covariances are known)
    verdict        "strict congruence", "broad congruence", "no congruence effect", or None
    question       what the centring leaves to be asked: absolute agreement, relative agreement or synchrony
    origin         what the coefficients take as 0, on the scale as rated; None where raters or clients have their own
    discrepancies  shares of rows by who rated higher
    r_squared      without groups; None with
    variances      of groups' intercepts and of the residual
    singular       a variance or a direction among the groups is estimated as 0
    """

    reference = (
        "Edwards & Parry, 1993; Shanock, Baran, Gentry, Pattison & Heggestad, 2010; Humberg, Nestler & Back, 2019"
    )

    outcome: str
    client: str
    therapist: str
    question: Question
    centring: str
    verdict: Verdict | None
    better: Literal["higher", "lower"]
    level: float
    n_rows: int | None
    left_out: int
    coefficients: tuple[Estimate, ...]
    features: tuple[Estimate, ...]
    conditions: tuple[Condition, ...]
    discrepancies: Discrepancies | None
    origin: float | None
    scale: tuple[float, float] | None
    r_squared: float | None
    variances: Mapping[str, float]
    singular: bool
    method_used: str
    covariance: Floats = field(repr=False)
    points: Floats = field(repr=False)

    @property
    def method(self) -> str:  # type: ignore[override]  # depends on the fit
        return f"{self.method_used}; delta method for what is not linear in the coefficients"

    def feature(self, name: str) -> Estimate:
        """The feature `name`, as in "a4" or "first_axis_slope". Raises BadInput."""
        return find(self.features, name)

    def sentence(self) -> str:
        a = {item.name: item.text(item.name, self.level) for item in self.features[:4]}
        rows = f" ({counted(self.n_rows, 'row')})" if self.n_rows else ""
        asked = (
            f"In a response surface analysis of {self.outcome} on {self.client} and {self.therapist}{rows}, testing "
            f"{self.question} ({self.centring}), "
        )
        along = (
            f"the slope along the line of congruence was {a['a1']}, and its curvature {a['a2']}; along the line of "
            f"incongruence the slope was {a['a3']}, and the curvature {a['a4']}."
        )
        return asked + along + self._judgement()

    def _judgement(self) -> str:
        if self.verdict is None:
            return ""
        needed = [item for item in self.conditions if not item.strict]
        failed = [item.asks for item in needed if not item.holds]
        if self.verdict == "strict congruence":
            return " All conditions of a congruence effect hold, also those of the strict sense."
        if self.verdict == "broad congruence":
            missed = " and ".join(item.asks for item in self.conditions if item.strict and not item.holds)
            return (
                " All four conditions of a congruence effect in the broad sense hold; in the strict sense it is "
                f"not one, as it does not hold that {missed}."
            )
        count = ("None", "One", "Two", "Three")[len(needed) - len(failed)]
        return (
            f" {count} of the four conditions of a congruence effect {'holds' if count == 'One' else 'hold'}, "
            f"so the data do not support one; it does not hold that {'; that '.join(failed)}."
        )

    def table(self) -> ResultTable:
        """Coefficients, then features."""
        names = {name: meaning if name[0] != "a" else f"{name}, {meaning}" for name, meaning in MEANINGS.items()}
        title = f"Response surface of {self.outcome}"
        return estimates_table(title, (*self.coefficients, *self.features), names)

    def conditions_table(self) -> ResultTable:
        """Which conditions hold."""
        rows = tuple(
            (condition.asks, "strict" if condition.strict else "broad and strict", "yes" if condition.holds else "no")
            for condition in self.conditions
        )
        return ResultTable("Conditions of a congruence effect", ("condition", "needed for", "holds"), rows)

    def predict(self, client: float, therapist: float) -> float:
        """The outcome where the ratings, from their origin, are `client` and `therapist`, and covariates average."""
        b = np.array([item.estimate for item in self.coefficients[:6]])
        c, t = client, therapist
        return float(b @ np.array([1, c, t, c * c, c * t, t * t]))

    def picture(self) -> Any:
        """An Altair chart of the surface. Raises MissingExtra where Altair is not installed."""
        from rapport.stats.congruence.picture import draw_surface  # Altair is an extra

        return draw_surface(self)
