"""Pooling one estimate a study, and several: what is asked, fitted and reported."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from rapport.stats.errors import OutOfRange, TooFew
from rapport.stats.meta.climbing import BETWEEN, WITHIN, highest, profile_interval
from rapport.stats.meta.fits import (
    Fit,
    Prediction,
    Test,
    check_choice,
    check_level,
    prediction_interval,
    refit,
)
from rapport.stats.meta.heterogeneity import (
    Method,
    between_variance,
    typical_variance,
    weigh,
)
from rapport.stats.meta.heterogeneity import profile_interval as q_profile_interval
from rapport.stats.meta.levels import Inverse, Nested, evaluate
from rapport.stats.meta.metrics import choose_scale
from rapport.stats.meta.results import Moderated, Pooled, ThreeLevel
from rapport.stats.meta.studies import Estimates, Overlap, Studies, read_moderators, read_studies, read_study
from rapport.stats.results import Caution
from rapport.stats.tables import Floats, Groups

_METHODS = ("REML", "PM", "DL", "fixed")
_TESTS = ("knapp-hartung", "knapp-hartung-adhoc", "t", "z")
_PREDICTIONS = ("HTS", "IntHout", "normal")
FEW = 5


def pool(
    estimates: Estimates,
    *,
    variances: ArrayLike | None = None,
    standard_errors: ArrayLike | None = None,
    labels: Sequence[object] | None = None,
    samples: Sequence[object] | None = None,
    overlap: Overlap = "refuse",
    method: Method = "REML",
    test: Test | None = None,
    prediction: Prediction = "HTS",
    level: float = 0.95,
    metric: str | None = None,
    shown_as: str | None = None,
) -> Pooled:
    """The pooled effect of independent studies, one estimate each.

    estimates   shape (k,), or effects that carry metric and variance (`stats.effects`), all in one metric
    variances   their sampling variances, shape (k,); or `standard_errors`
    labels      the studies' names; “study 1” … where none are given
    samples     whom each estimate is from: a label, or a set of labels where it joins several samples. Estimates
                that share one are refused; overlap="allow" pools them with a caution
    method      "REML" (Viechtbauer, 2005), "PM" (Paule & Mandel, 1982), "DL" (DerSimonian & Laird, 1986) for random
                effects, "fixed" for one true effect
    test        "knapp-hartung" (Knapp & Hartung, 2003; the default with random effects), "knapp-hartung-adhoc" (its
                multiplier is at least 1), "t", or "z" (the default with method="fixed")
    prediction  "HTS": t with k − 2 degrees of freedom (Higgins, Thompson & Spiegelhalter, 2009); "IntHout": with
                k − 1 (IntHout et al., 2016; metafor's after Knapp–Hartung); "normal" (metafor's after test="z").
                None is given for fewer than three studies
    shown_as    "r" for a pooled Fisher's z, "odds_ratio", "risk_ratio" for pooled logarithms: the scale of the
                sentence and the table. Fields stay on the pooled scale

    Raises TooFew (fewer than two), Overlapping, OutOfRange (a variance of 0), MissingValues, NotFinite, NotNumbers,
    WrongShape, NoVariation (identical estimates under Knapp–Hartung), BadInput (mixed metrics).

    Checked against metafor 3.8-1 to 1e-6: tests/contract/stats/test_meta.py.
    """
    taken = _choices(method, test, prediction, level)
    scale = choose_scale(str(metric or getattr(_first(estimates), "metric", "") or ""), shown_as)
    studies = read_studies(
        estimates,
        variances=variances,
        standard_errors=standard_errors,
        labels=labels,
        metric=scale.metric or None,
        samples=samples,
        overlap=overlap,
    )
    design = np.ones((studies.count, 1))
    tau2 = between_variance(studies.estimates, studies.variances, design, method)
    fit = refit(studies, design, ("pooled",), tau2, taken, level)
    figure = fit.coefficients()[0]
    expected, cautions = _predict(fit, tau2, studies.count, prediction, random=method != "fixed")
    none = weigh(studies.estimates, studies.variances, design, 0.0)
    interval, more = _tau2_interval(studies, design, method, level)
    weights = 1 / (studies.variances + tau2)
    return Pooled(
        k=studies.count,
        metric=scale.metric,
        shown_as=scale.shown,
        estimator=method,
        test=taken,
        level=level,
        **_heterogeneity(none.q, studies.count - 1),
        fit=fit,
        **_figure(figure),
        prediction_low=expected[0],
        prediction_high=expected[1],
        prediction_convention=prediction,
        labels=studies.labels,
        weights=tuple((weights / weights.sum()).tolist()),
        tau2=tau2,
        tau2_low=interval[0],
        tau2_high=interval[1],
        **_shares(studies, design, tau2, interval, none.q, method),
        warnings=(*studies.cautions, *cautions, *more, *_test_cautions(fit, none.q, taken)),
    )


def pool_three_level(
    estimates: Estimates,
    variances: ArrayLike | None = None,
    *,
    study: Sequence[object] | ArrayLike,
    standard_errors: ArrayLike | None = None,
    correlation: float = 0.0,
    labels: Sequence[object] | None = None,
    samples: Sequence[object] | None = None,
    overlap: Overlap = "refuse",
    test: Test = "t",
    prediction: Prediction = "HTS",
    level: float = 0.95,
    metric: str | None = None,
    shown_as: str | None = None,
) -> ThreeLevel:
    """The pooled effect where studies give several estimates (Konstantopoulos, 2011), by REML.

    study        the study of each estimate, shape (k,); rows in any order
    correlation  of the sampling errors of two estimates of one study, 0 to below 1. The usual three-level model
                 takes 0: it leaves to σ² between studies what the same people answering twice have in common
    samples      whom each estimate is from; estimates of different studies that share one are refused, those of
                 one study may
    test         "t" with (studies − 1) degrees of freedom, or "z"
    prediction   as in `pool`, with studies for k: "HTS" is t with (studies − 2)

    The rest is as in `pool`, and so are the errors; and TooFew where there is one study, or no study with two
    estimates; NotConverged.

    Checked against metafor 3.8-1's rma.mv to 1e-6 (test="t", dfs="contain"): tests/contract/stats/test_meta.py.
    """
    check_choice("test", test, ("t", "z"))
    _choices("REML", test, prediction, level)
    scale = choose_scale(str(metric or getattr(_first(estimates), "metric", "") or ""), shown_as)
    groups = read_study(study, _count(estimates))
    studies = read_studies(
        estimates,
        variances=variances,
        standard_errors=standard_errors,
        labels=labels or [f"{groups.labels[code]}" for code in groups.codes],
        metric=scale.metric or None,
        samples=samples,
        overlap=overlap,
        study=groups,
    )
    data = _nested(studies, groups, np.ones((studies.count, 1)), correlation)
    fit, typical, scale_ = _fit_levels(studies, data, ("pooled",), test, level)
    summit = np.array([fit.between, fit.within])
    best = evaluate(data, fit.between, fit.within)
    limits = [profile_interval(data, summit, best, which, level, scale_) for which in (BETWEEN, WITHIN)]
    expected, cautions = _predict(fit, fit.between + fit.within, groups.count, prediction, random=True)
    weighted = Inverse(data, fit.between, fit.within).times(data.design)[:, 0]
    whole = fit.between + fit.within + typical
    return ThreeLevel(
        k=studies.count,
        metric=scale.metric,
        shown_as=scale.shown,
        estimator="REML",
        test=test,
        level=level,
        **_heterogeneity(evaluate(data, 0.0, 0.0).q, studies.count - 1),
        fit=fit,
        **_figure(fit.coefficients()[0]),
        prediction_low=expected[0],
        prediction_high=expected[1],
        prediction_convention=prediction,
        labels=studies.labels,
        weights=tuple((weighted / weighted.sum()).tolist()),
        studies=groups.count,
        correlation=correlation,
        between=fit.between,
        between_low=limits[BETWEEN][0],
        between_high=limits[BETWEEN][1],
        within=fit.within,
        within_low=limits[WITHIN][0],
        within_high=limits[WITHIN][1],
        i2_between=fit.between / whole,
        i2_within=fit.within / whole,
        warnings=(*studies.cautions, *cautions, *_level_cautions(fit, groups.count)),
    )


def regress(
    estimates: Estimates,
    *,
    moderators: Mapping[str, ArrayLike],
    variances: ArrayLike | None = None,
    standard_errors: ArrayLike | None = None,
    study: Sequence[object] | ArrayLike | None = None,
    correlation: float = 0.0,
    labels: Sequence[object] | None = None,
    samples: Sequence[object] | None = None,
    overlap: Overlap = "refuse",
    method: Method = "REML",
    test: Test | None = None,
    level: float = 0.95,
    metric: str | None = None,
) -> Moderated:
    """How effects depend on features of studies: meta-regression.

    moderators  name → shape (k,): numbers as they are; text by contrasts to its first value in the alphabet
    study       the study of each estimate where studies give several: then three levels by REML, as in
                `pool_three_level`, and test "t" or "z"

    The test of all moderators together is F with Knapp–Hartung or "t", else χ². With three levels, a coefficient
    whose moderator does not vary within studies has (studies − coefficients) degrees of freedom, another
    (estimates − coefficients), and F the fewest of its coefficients. The rest is as in `pool`, and so are the
    errors; and Collinear, NoVariation (a moderator is constant), TooFew (fewer estimates than coefficients + 1).

    Checked against metafor 3.8-1's rma and rma.mv to 1e-6: tests/contract/stats/test_meta.py.
    """
    scale = choose_scale(str(metric or getattr(_first(estimates), "metric", "") or ""), None)
    groups = None if study is None else read_study(study, _count(estimates))
    taken = _choices(method, test or ("t" if groups else None), "HTS", level)
    studies = read_studies(
        estimates,
        variances=variances,
        standard_errors=standard_errors,
        labels=labels,
        metric=scale.metric or None,
        samples=samples,
        overlap=overlap,
        study=groups,
    )
    design, names = read_moderators(moderators, studies.count)
    if groups is None:
        tau2 = between_variance(studies.estimates, studies.variances, design, method)
        fit = refit(studies, design, names, tau2, taken, level)
        typical = typical_variance(studies.estimates, studies.variances, design)
        q = weigh(studies.estimates, studies.variances, design, 0.0).q
        r2 = _explained(studies, tau2, method)
        cautions = _test_cautions(fit, q, taken)
    else:
        check_choice("method", method, ("REML",))
        check_choice("test", taken, ("t", "z"))
        data = _nested(studies, groups, design, correlation)
        fit, typical, _ = _fit_levels(studies, data, names, taken, level)
        q, r2 = evaluate(data, 0.0, 0.0).q, None
        cautions = _level_cautions(fit, groups.count)
    true = fit.between + fit.within
    spare = studies.count - len(names)
    return Moderated(
        k=studies.count,
        metric=scale.metric,
        shown_as=scale.shown,
        estimator=method,
        test=taken,
        level=level,
        **_heterogeneity(q, spare),
        fit=fit,
        studies=studies.count if groups is None else groups.count,
        coefficients=fit.coefficients(),
        omnibus=fit.omnibus(),
        between=fit.within if groups is None else fit.between,
        within=None if groups is None else fit.within,
        r2=r2,
        i2=max(0.0, (q - spare) / q) if method == "fixed" and q > 0 else true / (true + typical),
        warnings=(*studies.cautions, *cautions),
    )


def _fit_levels(
    studies: Studies, data: Nested, names: tuple[str, ...], test: Test, level: float
) -> tuple[Fit, float, float]:
    """The fit, the typical sampling variance, and the size that σ² may have."""
    flat = between_variance(studies.estimates, studies.variances, data.design, "DL")
    size = max(flat, 0.1 * float(np.median(studies.variances)))
    (between, within), best = highest(data, size)
    fit = Fit(
        studies=studies,
        data=data,
        names=names,
        beta=best.beta,
        vcov=best.vcov,
        model_vcov=best.vcov,
        between=float(between),
        within=float(within),
        df=None if test == "z" else _contained(data),
        level=level,
    )
    return fit, typical_variance(studies.estimates, studies.variances, data.design), size


def _contained(data: Nested) -> Floats:
    """Degrees of freedom by containment: what does not vary within studies is known from the studies alone."""
    count, coefficients = data.design.shape
    first = np.unique(data.study, return_index=True)[1]
    constant = (data.design == data.design[first][data.study]).all(axis=0)
    if data.studies <= coefficients:
        raise TooFew(
            f"{data.studies} studies cannot carry {coefficients} coefficients that are tested between them. Leave "
            'moderators out, or use test="z".'
        )
    return np.asarray(np.where(constant, data.studies - coefficients, count - coefficients), dtype=np.float64)


def _nested(studies: Studies, groups: Groups, design: Floats, correlation: float) -> Nested:
    if groups.count < 2:
        raise TooFew(f"All estimates are from one study ({groups.labels[0]}). Give at least two studies.")
    if groups.sizes.max() < 2:
        raise TooFew("Every study gives one estimate, so that nothing varies within studies. Use pool.")
    if not 0 <= correlation < 1:
        raise OutOfRange(f"correlation is {correlation!r}; it must be from 0 to below 1.")
    return Nested(studies.estimates, studies.variances, design, groups.codes, float(correlation))


def _choices(method: str, test: Test | None, prediction: str, level: float) -> Test:
    check_level(level)
    check_choice("method", method, _METHODS)
    check_choice("prediction", prediction, _PREDICTIONS)
    if test is None:
        return "z" if method == "fixed" else "knapp-hartung"
    check_choice("test", test, _TESTS)
    return test


def _first(estimates: Any) -> object:
    return estimates[0] if isinstance(estimates, (list, tuple)) and estimates else None


def _count(estimates: Any) -> int:
    return len(estimates) if hasattr(estimates, "__len__") else int(np.size(estimates))


def _heterogeneity(q: float, df: int) -> dict[str, Any]:
    return {"q": q, "q_df": df, "q_p": float(stats.chi2.sf(q, df))}


def _figure(figure: Any) -> dict[str, Any]:
    return {name: getattr(figure, name) for name in ("estimate", "se", "statistic", "df", "p", "low", "high")}


def _tau2_interval(
    studies: Studies, design: Floats, method: Method, level: float
) -> tuple[tuple[float, float] | tuple[None, None], list[Caution]]:
    if method == "fixed":
        return (None, None), []
    low, high = q_profile_interval(studies.estimates, studies.variances, design, level)
    if high > 0:
        return (low, high), []
    text = (
        "The estimates differ less than sampling error alone would make them: the interval of τ² is empty, shown as 0."
    )
    return (low, high), [Caution("empty-tau2-interval", text)]


def _shares(
    studies: Studies,
    design: Floats,
    tau2: float,
    interval: tuple[float, float] | tuple[None, None],
    q: float,
    method: Method,
) -> dict[str, Any]:
    spare = studies.count - design.shape[1]
    if method == "fixed":
        return {"i2": max(0.0, 1 - spare / q) if q > 0 else 0.0, "i2_low": None, "i2_high": None, "h2": q / spare}
    typical = typical_variance(studies.estimates, studies.variances, design)
    low, high = (None if limit is None else limit / (limit + typical) for limit in interval)
    return {"i2": tau2 / (tau2 + typical), "i2_low": low, "i2_high": high, "h2": tau2 / typical + 1}


def _explained(studies: Studies, tau2: float, method: Method) -> float | None:
    """By how much τ² fell from the model without moderators (Raudenbush, 2009), not below 0."""
    without = between_variance(studies.estimates, studies.variances, np.ones((studies.count, 1)), method)
    return max(0.0, (without - tau2) / without) if without > 0 else None


def _predict(
    fit: Fit, spread: float, studies: int, convention: Prediction, *, random: bool
) -> tuple[tuple[float, float] | tuple[None, None], list[Caution]]:
    if not random:
        return (None, None), []
    if studies < 3:
        text = "Two studies do not say where a third would lie: no prediction interval is given below three."
        return (None, None), [Caution("no-prediction", text)]
    estimate, se = float(fit.beta[0]), math.sqrt(fit.vcov[0, 0])
    return prediction_interval(estimate, se, spread, studies - 1, fit.level, convention), []


def _test_cautions(fit: Fit, q: float, test: Test) -> list[Caution]:
    cautions = []
    count = fit.studies.count
    if count < FEW:
        text = f"{count} studies say little about how much true effects differ; τ² and what rests on it are unsure."
        cautions.append(Caution("few-studies", text))
    if test == "knapp-hartung" and fit.vcov[0, 0] < fit.model_vcov[0, 0] * (1 - 1e-9):
        text = (
            "The estimates agree so well that Knapp–Hartung's standard error is smaller than the usual one. Report "
            'test="knapp-hartung-adhoc" beside it.'
        )
        cautions.append(Caution("narrower-than-z", text))
    return cautions


def _level_cautions(fit: Fit, studies: int) -> list[Caution]:
    cautions = []
    if studies < FEW:
        text = f"{studies} studies say little about how much true effects differ between studies."
        cautions.append(Caution("few-studies", text))
    zero = [name for name, value in (("between", fit.between), ("within", fit.within)) if value == 0]
    if zero:
        text = (
            f"The variance {' and '.join(zero)} studies was estimated at its limit, 0: the data do not tell it apart."
        )
        cautions.append(Caution("near-boundary", text))
    return cautions
