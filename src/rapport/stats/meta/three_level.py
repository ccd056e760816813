"""Pooling several estimates a study: what is asked, fitted and reported."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from rapport.stats.arguments import check_choice
from rapport.stats.errors import OutOfRange, TooFew
from rapport.stats.meta.climbing import BETWEEN, WITHIN, highest, profile_interval
from rapport.stats.meta.fits import (
    FEW,
    Fit,
    Prediction,
    Test,
    choose,
    figures,
    heterogeneity_test,
    predicted,
)
from rapport.stats.meta.heterogeneity import between_variance, typical_variance
from rapport.stats.meta.levels import Inverse, Nested, evaluate
from rapport.stats.meta.metrics import choose_scale
from rapport.stats.meta.results import ThreeLevel
from rapport.stats.meta.studies import Estimates, Overlap, Studies, count_of, read_studies, read_study
from rapport.stats.results import Caution, counted
from rapport.stats.tables import Floats, Groups


def pool_three_level(
    estimates: Estimates,
    *,
    study: Sequence[object] | ArrayLike,
    variances: ArrayLike | None = None,
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
    check_choice(test, "test", ("t", "z"))
    choose("REML", test, prediction, level)
    groups = read_study(study, count_of(estimates))
    studies = read_studies(
        estimates,
        variances=variances,
        standard_errors=standard_errors,
        labels=[groups.labels[code] for code in groups.codes] if labels is None else labels,
        metric=metric,
        samples=samples,
        overlap=overlap,
        study=groups,
    )
    scale = choose_scale(studies.metric, shown_as)
    data = nest(studies, groups, np.ones((studies.count, 1)), correlation)
    fit, typical, scale_ = fit_levels(studies, data, ("pooled",), test, level)
    summit = np.array([fit.between, fit.within])
    best = evaluate(data, fit.between, fit.within)
    limits = [profile_interval(data, summit, best, which, level, scale_) for which in (BETWEEN, WITHIN)]
    expected, cautions = predicted(fit, fit.between + fit.within, groups.count, prediction, random=True)
    weighted = Inverse(data, fit.between, fit.within).times(data.design)[:, 0]
    whole = fit.between + fit.within + typical
    return ThreeLevel(
        k=studies.count,
        metric=scale.metric,
        shown_as=scale.shown,
        estimator="REML",
        test=test,
        level=level,
        **heterogeneity_test(evaluate(data, 0.0, 0.0).q, studies.count - 1),
        fit=fit,
        **figures(fit.coefficients()[0]),
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
        warnings=(*studies.cautions, *cautions, *level_cautions(fit, groups.count)),
    )


def nest(studies: Studies, groups: Groups, design: Floats, correlation: float) -> Nested:
    if groups.count < 2:
        raise TooFew(f"All estimates are from one study ({groups.labels[0]}). Give at least two studies.")
    if groups.sizes.max() < 2:
        raise TooFew("Every study gives one estimate, so that nothing varies within studies. Use pool.")
    if not (isinstance(correlation, (int, float)) and 0 <= correlation < 1):
        raise OutOfRange(f"correlation is {correlation!r}; it must be from 0 to below 1.")
    return Nested(studies.estimates, studies.variances, design, groups.codes, float(correlation))


def fit_levels(
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
            f"{counted(data.studies, 'study', 'studies')} cannot carry "
            f"{counted(coefficients, 'coefficient')} that are tested between them. "
            'Leave moderators out, or use test="z".'
        )
    return np.asarray(np.where(constant, data.studies - coefficients, count - coefficients), dtype=np.float64)


def level_cautions(fit: Fit, studies: int) -> list[Caution]:
    cautions = []
    if studies < FEW:
        text = f"{studies} studies say little about how much true effects differ between studies."
        cautions.append(Caution("few-studies", text))
    zero = [name for name, value in (("between", fit.between), ("within", fit.within)) if value == 0]
    if zero:
        was = "variances between and within studies were" if len(zero) > 1 else f"variance {zero[0]} studies was"
        text = f"The {was} estimated at the limit, 0, which says that the data show none, not that there is none."
        cautions.append(Caution("near-boundary", text))
    return cautions
