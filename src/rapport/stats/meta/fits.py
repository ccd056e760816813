"""A fitted meta-analytic model: what every result here stands on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from scipy import stats

from rapport.stats.arguments import check_choice, check_level
from rapport.stats.errors import NoVariation
from rapport.stats.meta.heterogeneity import Weighted, weigh
from rapport.stats.meta.levels import Nested
from rapport.stats.meta.studies import Studies
from rapport.stats.results import Caution, number, p_text
from rapport.stats.tables import Floats

Test = Literal["knapp-hartung", "knapp-hartung-adhoc", "t", "z"]
Prediction = Literal["HTS", "t", "normal"]

_METHODS: Final = ("REML", "PM", "DL", "fixed")
_TESTS: Final = ("knapp-hartung", "knapp-hartung-adhoc", "t", "z")
FEW: Final = 5  # studies, below which τ² is hardly known

CONVENTIONS: Final = {
    "HTS": "t with one degree of freedom fewer than the test (Higgins et al., 2009; Partlett & Riley, 2017)",
    "t": "t with the degrees of freedom of the test",
    "normal": "normal quantiles",
}


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One coefficient with its test.

    df  degrees of freedom of t; None where the test is a z test
    """

    name: str
    estimate: float
    se: float
    statistic: float
    df: float | None
    p: float
    low: float
    high: float

    def test_text(self) -> str:
        """“t(9) = 4.51, p = .001”."""
        symbol = "z" if self.df is None else f"t({df_text(self.df)})"
        return f"{symbol} = {number(self.statistic)}, {p_text(self.p)}"


@dataclass(frozen=True, slots=True)
class Omnibus:
    """The test that all moderators' coefficients are 0.

    kind  "F" with df1 and df2, or "chi2" with df1
    """

    kind: str
    statistic: float
    df1: int
    df2: float | None
    p: float

    def __str__(self) -> str:
        symbol = f"χ²({self.df1})" if self.df2 is None else f"F({self.df1}, {df_text(self.df2)})"
        return f"{symbol} = {number(self.statistic)}, {p_text(self.p)}"


@dataclass(frozen=True, slots=True)
class Fit:
    """Generalised least squares with its variances held.

    beta, vcov       coefficients and their covariance as they are tested, shape (p,) and (p, p)
    model_vcov       (X′V⁻¹X)⁻¹: `vcov` before Knapp–Hartung's multiplier
    between, within  variance of true effects between studies, and within them; with one estimate a study only
                     `within` is used: it is τ² then
    df               degrees of freedom of each coefficient's t, shape (p,); None for z
    """

    studies: Studies
    data: Nested
    names: tuple[str, ...]
    beta: Floats
    vcov: Floats
    model_vcov: Floats
    between: float
    within: float
    df: Floats | None
    level: float

    def coefficients(self) -> tuple[Coefficient, ...]:
        errors = np.sqrt(np.diag(self.vcov))
        dfs = [None] * len(self.beta) if self.df is None else list(self.df)
        return tuple(
            tested(name, float(estimate), float(error), df, self.level)
            for name, estimate, error, df in zip(self.names, self.beta, errors, dfs, strict=True)
        )

    def omnibus(self) -> Omnibus:
        beta, count = self.beta[1:], len(self.beta) - 1
        wald = float(beta @ np.linalg.solve(self.vcov[1:, 1:], beta))
        if self.df is None:
            return Omnibus("chi2", wald, count, None, float(stats.chi2.sf(wald, count)))
        df2 = float(self.df[1:].min())
        return Omnibus("F", wald / count, count, df2, float(stats.f.sf(wald / count, count, df2)))


def tested(name: str, estimate: float, se: float, df: float | None, level: float) -> Coefficient:
    """The estimate with its test against 0 and its interval."""
    statistic = estimate / se
    tail = stats.norm.sf(abs(statistic)) if df is None else stats.t.sf(abs(statistic), df)
    margin = quantile(df, level) * se
    df = None if df is None else float(df)
    return Coefficient(name, estimate, se, statistic, df, float(2 * tail), estimate - margin, estimate + margin)


def quantile(df: float | None, level: float) -> float:
    share = (1 + level) / 2
    return float(stats.norm.ppf(share) if df is None else stats.t.ppf(share, df))


def prediction_interval(
    estimate: float, se: float, spread: float, df: int, level: float, convention: Prediction
) -> tuple[float, float]:
    """Where the true effect of one new study is expected.

    spread  variance of true effects
    df      of the test: studies − coefficients; "HTS" takes one fewer
    """
    taken = {"HTS": df - 1, "t": df, "normal": None}[convention]
    margin = quantile(taken, level) * math.sqrt(spread + se**2)
    return estimate - margin, estimate + margin


def knapp_hartung(fitted: Weighted, spare: int, test: Test) -> float:
    """The multiplier of the coefficients' covariance (Knapp & Hartung, 2003): Q at this τ² over k − p.

    Ad hoc, it is at least 1 (Jackson et al., 2017, section 4.3). Raises NoVariation where it is 0.
    """
    if test not in ("knapp-hartung", "knapp-hartung-adhoc"):
        return 1.0
    multiplier = fitted.q / spare
    if test == "knapp-hartung-adhoc":
        return max(1.0, multiplier)
    if multiplier < 1e-20:
        raise NoVariation(
            "The estimates do not differ at all from what the model expects, so that Knapp–Hartung's standard error "
            'is 0. Use test="knapp-hartung-adhoc" or test="z".'
        )
    return multiplier


def refit(studies: Studies, design: Floats, names: tuple[str, ...], tau2: float, test: Test, level: float) -> Fit:
    """The fit with one estimate a study at this τ²."""
    count, coefficients = design.shape
    fitted = weigh(studies.estimates, studies.variances, design, tau2)
    spare = count - coefficients
    return Fit(
        studies=studies,
        data=Nested(studies.estimates, studies.variances, design, np.arange(count)),
        names=names,
        beta=fitted.beta,
        vcov=fitted.vcov * knapp_hartung(fitted, spare, test),
        model_vcov=fitted.vcov,
        between=0.0,
        within=tau2,
        df=None if test == "z" else np.full(coefficients, float(spare)),
        level=level,
    )


def heterogeneity_test(q: float, df: int) -> dict[str, Any]:
    return {"q": q, "q_df": df, "q_p": float(stats.chi2.sf(q, df))}


def figures(figure: Coefficient) -> dict[str, Any]:
    return {name: getattr(figure, name) for name in ("estimate", "se", "statistic", "df", "p", "low", "high")}


def predicted(
    fit: Fit, spread: float, studies: int, convention: Prediction, *, random: bool
) -> tuple[tuple[float, float] | tuple[None, None], list[Caution]]:
    if not random:
        return (None, None), []
    if studies < 3:
        text = "Two studies do not say where a third would lie: no prediction interval is given below three."
        return (None, None), [Caution("no-prediction", text)]
    estimate, se = float(fit.beta[0]), math.sqrt(fit.vcov[0, 0])
    return prediction_interval(estimate, se, spread, studies - 1, fit.level, convention), []


def test_cautions(fit: Fit, test: Test, *, random: bool) -> list[Caution]:
    cautions = []
    count = fit.studies.count
    if random and count < FEW:
        text = f"{count} studies say little about how much true effects differ; τ² and what rests on it are unsure."
        cautions.append(Caution("few-studies", text))
    if test == "knapp-hartung" and fit.within == 0 and fit.vcov[0, 0] < fit.model_vcov[0, 0] * (1 - 1e-9):
        text = (
            "The estimates agree so well that Knapp–Hartung's standard error is smaller than the usual one. Report "
            'test="knapp-hartung-adhoc" beside it.'
        )
        cautions.append(Caution("narrower-than-z", text))
    return cautions


def choose(method: str, test: Test | None, prediction: str, level: float) -> Test:
    check_level(level)
    check_choice(method, "method", _METHODS)
    check_choice(prediction, "prediction", CONVENTIONS)
    if test is None:
        return "z" if method == "fixed" else "knapp-hartung"
    check_choice(test, "test", _TESTS)
    return test


def df_text(df: float) -> str:
    return f"{df:.0f}" if float(df).is_integer() else f"{df:.1f}"
