"""Power by formula, where a formula is exact; and what clustering costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.special import nctdtr, stdtrit

from rapport.stats.arguments import check_correlation, check_number, check_share
from rapport.stats.design.trial import UNITS, Trial
from rapport.stats.errors import BadInput, NotIdentified, OutOfRange
from rapport.stats.results import Result, ResultTable, number
from rapport.stats.simulate import SessionsTruth
from rapport.stats.simulate.absence import NONE_MISSING


def design_effect(*, cluster_size: float, icc: float, size_variation: float = 0.0) -> float:
    """By how much clustering multiplies the number of clients needed: 1 + ((v² + 1) m − 1) ICC.

    cluster_size    m, mean clients a therapist
    icc             intraclass correlation of therapists
    size_variation  v, the coefficient of variation of caseloads; 0 gives 1 + (m − 1) ICC

    Donner and Klar (2000, chapter 5); with unequal sizes Eldridge, Ashby and Kerry (2006, International Journal of
    Epidemiology 35, 1292–1300). Raises OutOfRange, NotNumbers.
    """
    check_correlation(icc, "icc", proper=False)
    if check_number(cluster_size, "cluster_size") < 1:
        raise OutOfRange(f"cluster_size is {cluster_size:g}; it must be 1 or more.")
    if check_number(size_variation, "size_variation") < 0:
        raise OutOfRange(f"size_variation is {size_variation:g}; it must be 0 or more.")
    return 1 + ((size_variation**2 + 1) * cluster_size - 1) * icc


@dataclass(frozen=True, kw_only=True)
class FormulaPower(Result):
    """The power of the t test on therapists' means, exact for equal caseloads and complete sessions.

    power          of the two-sided test
    icc            of therapists, in the clients' means (for a slope: in the clients' slopes)
    design_effect  1 + (m − 1) ICC
    standard_error of the difference between the arms
    df             therapists less 2
    """

    method: ClassVar[str] = "Noncentral t distribution of the difference between therapists' means"
    reference: ClassVar[str] = "Donner & Klar, 2000, chapters 5 and 7"

    trial: Trial
    power: float
    icc: float
    design_effect: float
    standard_error: float
    df: int
    alpha: float

    def sentence(self) -> str:
        return (
            f"With {self.trial.sentence()}, the power to detect an effect of {number(self.trial.effect)} "
            f"{UNITS[self.trial.on]} on the {self.trial.on} is {number(self.power, 3, leading_zero=False)} by formula "
            f"(ICC = {number(self.icc, 3, leading_zero=False)}, design effect {number(self.design_effect)}, "
            f"α = {number(self.alpha, leading_zero=False)}, two-sided)."
        )

    def table(self) -> ResultTable:
        names = ("power", "icc", "design_effect", "standard_error", "df", "alpha")
        rows = tuple((name.replace("_", " "), getattr(self, name)) for name in names)
        return ResultTable("Power by formula", ("quantity", "value"), rows)


def power_by_formula(trial: Trial, *, alpha: float = 0.05) -> FormulaPower:
    """The power of the t test on therapists' means.

    With each client's summary s = w'y (for a level w = 1/n, for a slope w = (t − t̄)/Σ(t − t̄)²), z = w'(1, t) and m
    clients a therapist, a therapist's mean has the variance z'G₃z + (z'G₂z + σ² w'w)/m, where G₃ and G₂ are the
    covariances of levels and slopes of therapists and of clients; the test is a noncentral t with therapists − 2
    degrees of freedom (Donner and Klar 2000, chapters 5 and 7). Checked against R's power.t.test (strict)
    and simulation.

    Raises NotIdentified where it does not hold: tracking, uneven caseloads, missing sessions.
    """
    if not isinstance(trial, Trial):
        raise BadInput(f"trial is {trial!r}; it must be a Trial: design.Trial(effect=…, on=…, …).")
    check_share(alpha, "alpha", above_zero=True, below_one=True)
    truth = trial.truth_with(trial.effect)
    if not isinstance(truth, SessionsTruth) or trial.uneven or trial.absence != NONE_MISSING:
        raise NotIdentified(
            "The formula holds for the level or slope of an outcome with equal caseloads and no missing sessions. "
            "Use `power`, which simulates."
        )
    time = np.arange(trial.sessions, dtype=np.float64)
    weights = np.full(trial.sessions, 1 / trial.sessions)
    if trial.on == "slope":
        weights = (time - time.mean()) / ((time - time.mean()) ** 2).sum()
    seen = np.array([weights.sum(), weights @ time])
    between = _seen_variance(seen, truth.therapist_level_sd, truth.therapist_slope_sd, truth.therapist_correlation)
    within = _seen_variance(seen, truth.client_level_sd, truth.client_slope_sd, truth.client_correlation)
    within += truth.residual_sd**2 * float(weights @ weights)
    variance = between + within / trial.clients_per_therapist
    if variance <= 0:
        raise NotIdentified("Nothing varies in this truth, so that every effect would be seen. Give spreads.")
    se = float(np.sqrt(variance * sum(1 / arm for arm in trial.arms)))
    icc = between / (between + within)
    df = trial.therapists - 2
    return FormulaPower(
        trial=trial,
        power=_two_sided_power(trial.effect / se, df, alpha),
        icc=icc,
        design_effect=design_effect(cluster_size=trial.clients_per_therapist, icc=icc),
        standard_error=se,
        df=df,
        alpha=alpha,
    )


def _seen_variance(seen: np.ndarray[tuple[int], np.dtype[np.float64]], level: float, slope: float, r: float) -> float:
    return float((seen[0] * level) ** 2 + (seen[1] * slope) ** 2 + 2 * r * seen[0] * seen[1] * level * slope)


def _two_sided_power(noncentrality: float, df: int, alpha: float) -> float:
    critical = float(stdtrit(df, 1 - alpha / 2))
    size = abs(noncentrality)
    # SciPy answers NaN where a tail is below some 1e-15: of the wrong sign from size 5 on, of the right one from 35.
    right = float(np.nan_to_num(1 - nctdtr(df, size, critical), nan=1.0))
    wrong = float(np.nan_to_num(nctdtr(df, size, -critical), nan=0.0))
    return float(np.clip(right + wrong, 0.0, 1.0))
