"""What a meta-analysis found: one pooled figure, one from estimates within studies, or moderators' coefficients."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from rapport.stats.meta.fits import CONVENTIONS, Coefficient, Fit, Omnibus, Prediction, Test, df_text, quantile
from rapport.stats.meta.heterogeneity import Method
from rapport.stats.meta.metrics import Scale, choose_scale, variance_text
from rapport.stats.results import Cell, Result, ResultTable, counted, number, p_text

_METHODS: Final = {
    "REML": ("Random effects, τ² by restricted maximum likelihood", "Viechtbauer, 2005"),
    "PM": ("Random effects, τ² by Paule and Mandel’s estimator", "Paule & Mandel, 1982"),
    "DL": ("Random effects, τ² by the method of moments", "DerSimonian & Laird, 1986"),
    "fixed": ("One true effect (inverse-variance weights)", "Hedges & Olkin, 1985"),
}
_TESTS: Final = {
    "knapp-hartung": ("Knapp–Hartung test", "Knapp & Hartung, 2003"),
    "knapp-hartung-adhoc": ("Knapp–Hartung test, multiplier at least 1", "Knapp & Hartung, 2003; Jackson et al., 2017"),
    "t": ("t test", ""),
    "z": ("z test", ""),
}


@dataclass(frozen=True, kw_only=True)
class _MetaAnalysis(Result):
    """What all have.

    k               estimates
    metric          what they are measured in: "g", "log_odds_ratio"; "" where it was not said
    shown_as        the scale of sentences and tables; every field is on the scale of `metric`
    estimator       "REML", "PM", "DL" or "fixed"
    test            "knapp-hartung", "knapp-hartung-adhoc", "t" or "z"
    level           of every interval
    q, q_df, q_p    test of heterogeneity: Cochran’s Q, of the residuals where there are moderators
    """

    k: int
    metric: str
    shown_as: str
    estimator: Method
    test: Test
    level: float
    q: float
    q_df: int
    q_p: float
    fit: Fit = field(repr=False)

    @property
    def method(self) -> str:  # type: ignore[override]  # depends on the fit
        return f"{_METHODS[self.estimator][0]}; {_TESTS[self.test][0]}"

    @property
    def reference(self) -> str:  # type: ignore[override]  # depends on the fit
        return "; ".join(filter(None, [_METHODS[self.estimator][1], _TESTS[self.test][1]]))

    @property
    def scale(self) -> Scale:
        return choose_scale(self.metric, self.shown_as)

    def _q_text(self) -> str:
        return f"Q({self.q_df}) = {number(self.q)}, {p_text(self.q_p)}"

    def _on_scale(self) -> str:
        """Where figures are shown on another scale: which one τ² is on."""
        if not self.scale.is_transformed:
            return ""
        return f" (on the scale of {Scale(self.metric, self.metric).symbol})"


@dataclass(frozen=True, kw_only=True)
class _OneFigure(_MetaAnalysis):
    """One pooled figure.

    estimate, se          pooled, and its standard error
    statistic, df, p      its test; `df` is None where that is a z test
    low, high             its confidence interval
    prediction_low, prediction_high   where the true effect of one new study is expected; None where that cannot be said
    prediction_convention  "HTS", "t" or "normal"
    weights               each estimate’s share in the pooled figure, summing to 1
    """

    estimate: float
    se: float
    statistic: float
    df: float | None
    p: float
    low: float
    high: float
    prediction_low: float | None
    prediction_high: float | None
    prediction_convention: Prediction
    labels: tuple[str, ...]
    weights: tuple[float, ...]

    @property
    def variance(self) -> float:
        return self.se**2

    def _pooled_text(self, of: str) -> str:
        test = self.fit.coefficients()[0].test_text()
        figure = self.scale.estimated(self.estimate, self.low, self.high, self.level)
        return f"The pooled effect of {of} was {figure}, {test}."

    def _prediction_text(self) -> str:
        if self.prediction_low is None or self.prediction_high is None:
            return ""
        limits = self.scale.limits(self.prediction_low, self.prediction_high, self.level, "prediction interval")
        return f" The true effect of a new study is expected within a {limits}."

    def table(self) -> ResultTable:
        """A row for each estimate, the pooled one, and the prediction interval, on the scale shown."""
        back, data = self.scale.back, self.fit.studies
        margins = quantile(None, self.level) * np.sqrt(data.variances)
        rows: list[tuple[Cell, ...]] = [
            (label, back(float(estimate)), back(float(estimate - margin)), back(float(estimate + margin)), 100 * weight)
            for label, estimate, margin, weight in zip(self.labels, data.estimates, margins, self.weights, strict=True)
        ]
        rows.append(("Pooled", back(self.estimate), back(self.low), back(self.high), 100.0))
        if self.prediction_low is not None and self.prediction_high is not None:
            rows.append(("Prediction", None, back(self.prediction_low), back(self.prediction_high), None))
        title = f"Estimates and their pool ({100 * self.level:g}% intervals)"
        return ResultTable(title, ("study", self.scale.symbol or "estimate", "low", "high", "weight %"), tuple(rows))


@dataclass(frozen=True, kw_only=True)
class Pooled(_OneFigure):
    """One figure from one estimate a study.

    tau2, tau2_low, tau2_high   variance of true effects between studies, with its Q-profile interval; 0 and None for
                                method="fixed", which assumes that there is none
    i2, i2_low, i2_high         share of the estimates’ variance that is not sampling error, 0 to 1
    h2                          total variance over sampling variance, 1 or more with random effects
    """

    tau2: float
    tau2_low: float | None
    tau2_high: float | None
    i2: float
    i2_low: float | None
    i2_high: float | None
    h2: float

    @property
    def tau(self) -> float:
        """The SD of true effects between studies."""
        return float(np.sqrt(self.tau2))

    @property
    def reference(self) -> str:  # type: ignore[override]  # depends on the fit
        if self.estimator == "fixed":
            return super().reference
        return (
            f"{super().reference}; τ² interval by Q-profile (Viechtbauer, 2007); prediction interval from "
            f"{CONVENTIONS[self.prediction_convention]}"
        )

    def sentence(self) -> str:
        heterogeneity = f"{self._q_text()}"
        if self.tau2_low is not None and self.tau2_high is not None:
            interval = _of_variance(self.tau2_low, self.tau2_high, self.level)
            heterogeneity += f", τ² = {variance_text(self.tau2)}, {interval}{self._on_scale()}"
        return (
            f"{self._pooled_text(_studies(self.k))} Heterogeneity: {heterogeneity}, I² = {_percent(self.i2)}."
            f"{self._prediction_text()}"
        )


@dataclass(frozen=True, kw_only=True)
class ThreeLevel(_OneFigure):
    """One figure from several estimates a study.

    studies      how many
    correlation  of the sampling errors of one study’s estimates, as it was given
    between, between_low, between_high   σ² of true effects between studies, with its profile interval
    within, within_low, within_high      σ² of true effects within a study
    i2_between, i2_within   each one’s share in the estimates’ variance, 0 to 1
    """

    studies: int
    correlation: float
    between: float
    between_low: float
    between_high: float
    within: float
    within_low: float
    within_high: float
    i2_between: float
    i2_within: float

    @property
    def i2(self) -> float:
        """Share of the estimates’ variance that is not sampling error, 0 to 1."""
        return self.i2_between + self.i2_within

    @property
    def method(self) -> str:  # type: ignore[override]  # depends on the fit
        return f"Three levels, σ² between and within studies by restricted maximum likelihood; {_TESTS[self.test][0]}"

    @property
    def reference(self) -> str:  # type: ignore[override]  # depends on the fit
        convention = CONVENTIONS[self.prediction_convention]
        return (
            "Konstantopoulos, 2011; σ² intervals by profile likelihood; degrees of freedom by the studies; "
            f"prediction interval from {convention}"
        )

    def sentence(self) -> str:
        between = f"{variance_text(self.between)}, {_of_variance(self.between_low, self.between_high, self.level)}"
        within = f"{variance_text(self.within)}, {_of_variance(self.within_low, self.within_high, self.level)}"
        return (
            f"{self._pooled_text(_from_studies(self.k, self.studies))} Heterogeneity: {self._q_text()}, "
            f"σ² between studies = {between}, within studies = {within}{self._on_scale()}; "
            f"{_percent(self.i2_between)} of the variance lies between studies, {_percent(self.i2_within)} within them "
            f"and {_percent(1 - self.i2)} is sampling error.{self._prediction_text()}"
        )


@dataclass(frozen=True, kw_only=True)
class Moderated(_MetaAnalysis):
    """How effects depend on features of studies.

    studies        how many; equal to `k` where each gives one estimate
    coefficients   the intercept, then one a moderator (one a value beyond the first where it is text)
    omnibus        the test that all moderators’ coefficients are 0
    between        residual variance of true effects between studies: τ² with one estimate a study
    within         residual variance within studies; None with one estimate a study
    r2             by how much τ² is smaller than without moderators, 0 to 1; None where it was 0, or with three levels
    i2             share of the estimates’ residual variance that is not sampling error, 0 to 1
    """

    studies: int
    coefficients: tuple[Coefficient, ...]
    omnibus: Omnibus
    between: float
    within: float | None
    r2: float | None
    i2: float

    @property
    def moderators(self) -> tuple[str, ...]:
        """The names of the coefficients beyond the intercept."""
        return self.fit.names[1:]

    @property
    def method(self) -> str:  # type: ignore[override]  # depends on the fit
        if self.within is None:
            return f"{super().method}; moderators by weighted least squares"
        return f"Three levels, σ² by restricted maximum likelihood, moderators; {_TESTS[self.test][0]}"

    @property
    def reference(self) -> str:  # type: ignore[override]  # depends on the fit
        return super().reference if self.within is None else "Konstantopoulos, 2011"

    def sentence(self) -> str:
        of = _studies(self.k) if self.within is None else _from_studies(self.k, self.studies)
        each = "; ".join(
            f"{c.name}, {Scale('b', 'b').estimated(c.estimate, c.low, c.high, self.level)}, {c.test_text()}"
            for c in self.coefficients[1:]
        )
        what = (
            f"τ² = {variance_text(self.between)}"
            if self.within is None
            else f"σ² between studies = {variance_text(self.between)}, within studies = {variance_text(self.within)}"
        )
        left = "" if self.estimator == "fixed" else f", {what}"
        explained = "" if self.r2 is None else f"; the moderators account for {_percent(self.r2)} of τ²"
        return (
            f"Across {of}, effects {'depended' if self.omnibus.p < 1 - self.level else 'did not clearly depend'} on "
            f"the moderators, {self.omnibus}: {each}. Residual heterogeneity: {self._q_text()}{left}{explained}."
        )

    def table(self) -> ResultTable:
        return coefficient_table(self.coefficients, f"Moderators of {self.k} estimates", self.level)


def coefficient_table(coefficients: tuple[Coefficient, ...], title: str, level: float) -> ResultTable:
    statistic = "z" if coefficients[0].df is None else "t"
    percent = f"{100 * level:g}%"
    columns = ("coefficient", "estimate", "SE", statistic, "df", "p", f"{percent} low", f"{percent} high")
    return ResultTable(
        title,
        columns,
        tuple((c.name, c.estimate, c.se, c.statistic, _df(c.df), c.p, c.low, c.high) for c in coefficients),
    )


def _df(df: float | None) -> Cell:
    return None if df is None else df_text(df)


def _studies(count: int) -> str:
    return counted(count, "study", "studies")


def _from_studies(estimates: int, studies: int) -> str:
    return f"{counted(estimates, 'estimate')} from {_studies(studies)}"


def _percent(share: float) -> str:
    return f"{number(100 * share, 0)}%"


def _of_variance(low: float, high: float, level: float) -> str:
    return f"{100 * level:g}% CI [{variance_text(low)}, {variance_text(high)}]"
