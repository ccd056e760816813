"""What a panel model found, and how two of them compare."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import numpy as np
from scipy.special import chdtrc

from rapport.stats import wald
from rapport.stats.errors import BadInput, OutOfRange
from rapport.stats.panel.layout import Kind
from rapport.stats.results import Caution, Result, ResultTable, counted, digits_for, interval_text, number, p_text
from rapport.stats.structural.fit_indices import FitIndices
from rapport.stats.tables import Floats, Ints

StandardErrors = Literal["expected", "observed", "robust", "cluster"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """An estimate of a panel model, or a combination of some.

    name          what it is, in words: "client → therapist, 2 to 3"
    kind          "autoregressive", "cross-lagged", "covariance", "variance" or "mean"
    group         the label of its group; "" where there is one group
    estimate      in the units of the data
    se            its standard error
    z, p          Wald's test of zero, two-sided
    low, high     its interval, at the level of the fit
    standardised  in standard deviations of the model's own momentary and stable parts; a covariance as a correlation,
                  a variance as the share that is not explained
    """

    name: str
    kind: Kind
    group: str
    estimate: float
    se: float
    z: float
    p: float
    low: float
    high: float
    standardised: float

    def text(self, level: float = 0.95) -> str:
        """“0.21 (SE = 0.05, 95% CI [0.11, 0.31], p < .001)”."""
        return f"{number(self.estimate, digits_for(self.se))} {self.precision(level)}"

    def precision(self, level: float = 0.95) -> str:
        """“(SE = 0.05, 95% CI [0.11, 0.31], p < .001)”."""
        digits = digits_for(self.se)
        interval = interval_text(self.low, self.high, level, digits)
        return f"(SE = {number(self.se, digits)}, {interval}, {p_text(self.p)})"


@dataclass(frozen=True, kw_only=True)
class PanelFit(Result):
    """A fitted panel model.

    model           "random-intercept cross-lagged panel model", "latent curve model with structured residuals"
    series          what was measured
    waves           how often
    persons         how many persons with any value
    groups          the labels of the groups; () where there is one
    clusters        how many clusters; None where none were named
    patterns        how many patterns of missing values, over all groups
    missing         the share of values that are missing, 0 to 1
    fit             χ², CFI, TLI, RMSEA, SRMR
    log_likelihood  at the maximum
    free            how many parameters were estimated
    aic, bic        with all persons counted
    standard_errors which: "expected", "observed", "robust", "cluster"
    level           of the intervals
    steps           how many steps the search took
    gradient        the largest element of the gradient at the end, in units of the parameters' standard errors
    parameters      every free cell of the model; cells that are held equal each have a row
    """

    reference: ClassVar[str] = "Hamaker, Kuiper & Grasman, 2015; Curran et al., 2014; Enders & Bandalos, 2001"

    model: str
    series: tuple[str, ...]
    waves: int
    persons: int
    groups: tuple[str, ...]
    clusters: int | None
    patterns: int
    missing: float
    fit: FitIndices
    log_likelihood: float
    free: int
    aic: float
    bic: float
    standard_errors: StandardErrors
    level: float
    steps: int
    gradient: float
    parameters: tuple[Parameter, ...]
    covariance: Floats = field(repr=False)
    indices: Ints = field(repr=False)
    saturated_log_likelihood: float = field(repr=False)

    @property
    def method(self) -> str:  # type: ignore[override]  # depends on the fit
        errors = {
            "expected": "standard errors from the expected information",
            "observed": "standard errors from the observed information",
            "robust": "robust (Huber–White) standard errors, χ² scaled (Yuan–Bentler)",
            "cluster": "standard errors robust to clustering, χ² scaled (Yuan–Bentler)",
        }[self.standard_errors]
        return f"Full-information maximum likelihood, {errors}"

    def __getitem__(self, name: str) -> Parameter:
        """The parameter of this name; `fit["therapist → client, 1 to 2"]`. With groups: `fit["trained: client → …"]`.

        Raises BadInput where there is none.
        """
        for parameter in self.parameters:
            if name in (parameter.name, f"{parameter.group}: {parameter.name}") and (
                not parameter.group or name != parameter.name
            ):
                return parameter
        near = ", ".join(full_name(parameter) for parameter in self.parameters[:3])
        raise BadInput(f"The model has no parameter {name!r}. Its names are like: {near}.")

    def average(self, predictor: str, outcome: str, *, group: str = "") -> Parameter:
        """The path from one series to another, averaged over all steps from wave to wave.

        Its standard error counts how the estimates go together. The standardised value is the average of the steps'.
        Raises BadInput where there is no such path.
        """
        name = f"{predictor} → {outcome}, "
        places = [
            index
            for index, parameter in enumerate(self.parameters)
            if parameter.name.startswith(name) and parameter.group == group
        ]
        if not places:
            raise BadInput(f"The model has no path from {predictor} to {outcome}{f' in {group}' if group else ''}.")
        weights = np.zeros(len(self.covariance))
        np.add.at(weights, self.indices[places], 1 / len(places))
        chosen = [self.parameters[index] for index in places]
        estimate = float(np.mean([parameter.estimate for parameter in chosen]))
        se = math.sqrt(float(weights @ self.covariance @ weights))
        standardised = float(np.mean([parameter.standardised for parameter in chosen]))
        return tested(
            f"{predictor} → {outcome}, average", chosen[0].kind, group, estimate, se, standardised, self.level
        )

    def sentence(self) -> str:
        fit = self.fit
        persons = counted(self.persons, "person")
        if self.clusters is not None:
            persons += f" in {counted(self.clusters, 'cluster')}"
        if self.missing:
            persons += f", {number(100 * self.missing, 0)}% of values missing"
        told = (
            f"A {self.model} of {_and(self.series)} over {self.waves} waves ({persons}) had "
            f"χ²({fit.df}) = {number(fit.chi_square)}, {p_text(fit.p)}, "
            f"CFI = {number(fit.cfi, 3, leading_zero=False)}, TLI = {number(fit.tli, 3, leading_zero=False)}, "
            f"RMSEA = {number(fit.rmsea, 3, leading_zero=False)}, "
            f"{interval_text(fit.rmsea_low, fit.rmsea_high, 0.90, 3, leading_zero=False)}, "
            f"SRMR = {number(fit.srmr, 3, leading_zero=False)}."
            if fit.df
            else f"A {self.model} of {_and(self.series)} over {self.waves} waves ({persons}) has as many parameters as "
            "there are means and covariances, so its fit cannot be tested."
        )
        return " ".join([told, *(self._paths_told(group) for group in self.groups or ("",))])

    def _paths_told(self, group: str) -> str:
        pairs = [(of, to) for to in self.series for of in self.series if of != to] or [(self.series[0],) * 2]
        clauses = []
        for of, to in pairs:
            path = self.average(of, to, group=group)
            gained = number(path.estimate, digits_for(path.se))
            clauses.append(
                f"a point more {of} at one wave went with {gained} points of {to} at the next "
                f"{path.precision(self.level)}"
            )
        where = f"within persons of group {group}" if group else "within persons"
        return f"On average over the waves, {where}, {_and(clauses)}."

    def table(self) -> ResultTable:
        """The paths; `all_parameters()` has the variances, covariances and means too."""
        paths = [parameter for parameter in self.parameters if parameter.kind in ("autoregressive", "cross-lagged")]
        return _table("Paths within persons", paths, has_groups=bool(self.groups))

    def all_parameters(self) -> ResultTable:
        """Every parameter."""
        return _table(self.model.capitalize(), list(self.parameters), has_groups=bool(self.groups))


@dataclass(frozen=True, kw_only=True)
class Comparison(Result):
    """A smaller model against a larger one that contains it.

    chi_square  of the difference; scaled where the models' are
    df          how many parameters more the larger model has
    p           the probability of such a difference where the smaller model is true
    cfi_change  CFI of the larger model less that of the smaller
    aic_change, bic_change  of the smaller model less those of the larger: below 0 speaks for the smaller
    is_scaled   whether Satorra & Bentler's correction was used
    """

    method: ClassVar[str] = "Likelihood-ratio test of nested models"
    reference: ClassVar[str] = "Satorra & Bentler, 2001, for scaled differences"

    chi_square: float
    df: int
    p: float
    cfi_change: float
    aic_change: float
    bic_change: float
    is_scaled: bool

    def sentence(self) -> str:
        if math.isnan(self.p):
            return "The scaled difference of the two models could not be worked out."
        verdict = "fitted worse than" if self.p < 0.05 else "did not fit worse than"
        scaled = "scaled " if self.is_scaled else ""
        return (
            f"The smaller model {verdict} the larger, {scaled}Δχ²({self.df}) = {number(self.chi_square)}, "
            f"{p_text(self.p)}, ΔCFI = {number(self.cfi_change, 3, leading_zero=False)}."
        )

    def table(self) -> ResultTable:
        columns = ("Δχ²", "df", "p", "ΔCFI", "ΔAIC", "ΔBIC")
        row = (self.chi_square, self.df, self.p, self.cfi_change, self.aic_change, self.bic_change)
        return ResultTable("Smaller model against larger", columns, (row,))


def compare(smaller: PanelFit, larger: PanelFit) -> Comparison:
    """Whether the smaller of two nested models fits worse: the difference of their χ².

    smaller  the model with fewer parameters, such as one with paths held equal over time
    larger   the model that contains it, of the same persons and columns

    With robust or cluster-robust fits, Satorra & Bentler's (2001) scaled difference; where its scaling comes out
    negative, as it can in small samples, chi_square and p are NaN, with a note. That one model contains the other is
    for you to see: the function checks that they have the same data. Raises BadInput where the data or the standard
    errors differ, OutOfRange where `smaller` does not have fewer parameters. Checked against lavaan's lavTestLRT.
    """
    same = (
        smaller.persons == larger.persons
        and set(smaller.series) == set(larger.series)
        and math.isclose(smaller.saturated_log_likelihood, larger.saturated_log_likelihood, rel_tol=1e-9)
    )
    if not same:
        raise BadInput("The two models have different data. Fit both to the same persons, columns and groups.")
    scaled = [fit.standard_errors in ("robust", "cluster") for fit in (smaller, larger)]
    if scaled[0] != scaled[1] or (scaled[0] and smaller.standard_errors != larger.standard_errors):
        raise BadInput(
            f"The models have {smaller.standard_errors} and {larger.standard_errors} standard errors. Fit both the "
            "same way."
        )
    df = smaller.fit.df - larger.fit.df
    if df <= 0:
        raise OutOfRange(
            f"smaller has {smaller.free} parameters and larger {larger.free}. Give the model with fewer first."
        )
    ratio = 2 * (larger.log_likelihood - smaller.log_likelihood)
    cautions: tuple[Caution, ...] = ()
    if scaled[0]:
        scaling = (smaller.fit.df * smaller.fit.scaling - larger.fit.df * larger.fit.scaling) / df
        if scaling <= 0:
            text = "The scaling of the difference is negative: the persons are too few for it. Compare BIC instead."
            cautions = (Caution("negative-scaling", text),)
            scaling = math.nan
        ratio /= scaling
    if ratio < -1e-6:
        raise BadInput("The smaller model fits better than the larger, so the larger cannot contain it.")
    ratio = max(ratio, 0.0) if not math.isnan(ratio) else ratio
    return Comparison(
        chi_square=ratio,
        df=df,
        p=float(chdtrc(df, ratio)) if not math.isnan(ratio) else math.nan,
        cfi_change=larger.fit.cfi - smaller.fit.cfi,
        aic_change=smaller.aic - larger.aic,
        bic_change=smaller.bic - larger.bic,
        is_scaled=scaled[0],
        warnings=cautions,
    )


def tested(
    name: str, kind: Kind, group: str, estimate: float, se: float, standardised: float, level: float
) -> Parameter:
    """The estimate with Wald's test of zero and its interval."""
    low, high = wald.limits(estimate, se, level)
    z = estimate / se if se > 0 else math.nan
    return Parameter(
        name=name,
        kind=kind,
        group=group,
        estimate=estimate,
        se=se,
        z=z,
        p=wald.two_sided(z),
        low=low,
        high=high,
        standardised=standardised,
    )


def _table(title: str, parameters: list[Parameter], *, has_groups: bool) -> ResultTable:
    columns = ("parameter", "estimate", "SE", "z", "p", "low", "high", "standardised")
    rows = tuple(
        (p.name, p.estimate, p.se, p.z, p.p, p.low, p.high, p.standardised, *((p.group,) if has_groups else ()))
        for p in parameters
    )
    return ResultTable(title, (*columns, "group") if has_groups else columns, rows)


def full_name(parameter: Parameter) -> str:
    return f"{parameter.group}: {parameter.name}" if parameter.group else parameter.name


def _and(words: tuple[str, ...] | list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
