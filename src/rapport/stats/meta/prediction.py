"""What a model with moderators expects of studies of a given kind."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from rapport.stats.arguments import check_choice
from rapport.stats.errors import BadInput, UnknownColumn
from rapport.stats.meta.fits import CONVENTIONS, Prediction, prediction_interval, tested
from rapport.stats.meta.results import Moderated
from rapport.stats.results import Result, ResultTable
from rapport.stats.tables import check_numbers


@dataclass(frozen=True, kw_only=True)
class Predicted(Result):
    """The mean effect of studies with these moderators.

    at                     the moderators’ values
    estimate, se, low, high   the mean effect, its standard error and confidence interval
    prediction_low, prediction_high   where the true effect of one such study is expected
    """

    at: dict[str, float]
    estimate: float
    se: float
    low: float
    high: float
    prediction_low: float
    prediction_high: float
    prediction_convention: Prediction
    model: Moderated = field(repr=False)

    @property
    def method(self) -> str:  # type: ignore[override]  # depends on the fit
        return self.model.method

    @property
    def reference(self) -> str:  # type: ignore[override]  # depends on the fit
        return f"{self.model.reference}; prediction interval from {CONVENTIONS[self.prediction_convention]}"

    def sentence(self) -> str:
        kind = ", ".join(f"{name} = {value:g}" for name, value in self.at.items())
        scale, level = self.model.scale, self.model.level
        expected = scale.estimated(self.estimate, self.low, self.high, level)
        limits = scale.limits(self.prediction_low, self.prediction_high, level, "prediction interval")
        return (
            f"For studies with {kind}, an effect of {expected} is expected; that of one such study is expected "
            f"within a {limits}."
        )

    def table(self) -> ResultTable:
        columns = (*self.at, "estimate", "SE", "low", "high", "prediction low", "prediction high")
        figures = (self.estimate, self.se, self.low, self.high, self.prediction_low, self.prediction_high)
        title = f"Expected effects ({100 * self.model.level:g}% intervals)"
        return ResultTable(title, columns, ((*self.at.values(), *figures),))


def predict(model: Moderated, *, at: Mapping[str, float], prediction: Prediction = "HTS") -> Predicted:
    """The effect that the model expects where the moderators have the values `at`, by the names of its coefficients.

    A moderator of text has one name for each value beyond the first, “setting: group”, to be 0 or 1.

    Raises UnknownColumn (a name is missing or unknown), BadInput (the model has method="fixed" and expects no
    variation). Checked against metafor 3.8-1's predict to 1e-6.
    """
    check_choice(prediction, "prediction", CONVENTIONS)
    names = model.moderators
    if set(at) != set(names):
        odd = sorted(set(at) ^ set(names))
        raise UnknownColumn(f"`at` must give {', '.join(names)}; {', '.join(odd)} is missing or unknown.")
    if model.estimator == "fixed":
        raise BadInput('method="fixed" takes all true effects as equal; predict from a random-effects model.')
    fit = model.fit
    row = np.array([1.0, *check_numbers([at[name] for name in names], "at")])
    estimate, se = float(row @ fit.beta), math.sqrt(row @ fit.vcov @ row)
    df = None if fit.df is None else float(fit.df.min())
    mean = tested("expected", estimate, se, df, model.level)
    freedom = model.studies - len(fit.beta)
    if prediction == "HTS" and freedom < 2:
        raise BadInput(f"HTS needs {len(fit.beta) + 2} studies or more here; there are {model.studies}.")
    low, high = prediction_interval(estimate, se, fit.between + fit.within, freedom, model.level, prediction)
    return Predicted(
        at={name: float(value) for name, value in zip(names, row[1:], strict=True)},
        estimate=estimate,
        se=se,
        low=mean.low,
        high=mean.high,
        prediction_low=low,
        prediction_high=high,
        prediction_convention=prediction,
        model=model,
    )
