"""Pooling one estimate a study: what is asked, fitted and reported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rapport.stats.meta.fits import (
    Prediction,
    Test,
    choose,
    figures,
    heterogeneity_test,
    predicted,
    refit,
    test_cautions,
)
from rapport.stats.meta.heterogeneity import Method, between_variance, profile_interval, typical_variance, weigh
from rapport.stats.meta.metrics import choose_scale
from rapport.stats.meta.results import Pooled
from rapport.stats.meta.studies import Estimates, Overlap, Studies, read_studies
from rapport.stats.results import Caution
from rapport.stats.tables import Floats


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
                multiplier is at least 1; Jackson et al., 2017, section 4.3), "t", or "z" (the default with
                method="fixed")
    prediction  "HTS": t with k − 2 degrees of freedom (Higgins, Thompson & Spiegelhalter, 2009; with Knapp–Hartung's
                standard error it is that of Partlett & Riley, 2017); "t": with k − 1 (metafor's after Knapp–Hartung);
                "normal" (metafor's after test="z"). All are approximations; below three studies there is none
    shown_as    "r" for a pooled Fisher's z, "odds_ratio", "risk_ratio" for pooled logarithms: the scale of the
                sentence and the table. Fields stay on the pooled scale

    Raises TooFew (fewer than two), Overlapping, OutOfRange (a variance of 0), MissingValues, NotFinite, NotNumbers,
    WrongShape, NoVariation (identical estimates under Knapp–Hartung), BadInput (mixed metrics).

    Checked against metafor 3.8-1 to 1e-6: tests/contract/stats/test_meta.py.
    """
    taken = choose(method, test, prediction, level)
    studies = read_studies(
        estimates,
        variances=variances,
        standard_errors=standard_errors,
        labels=labels,
        metric=metric,
        samples=samples,
        overlap=overlap,
    )
    scale = choose_scale(studies.metric, shown_as)
    design = np.ones((studies.count, 1))
    tau2 = between_variance(studies.estimates, studies.variances, design, method)
    fit = refit(studies, design, ("pooled",), tau2, taken, level)
    figure = fit.coefficients()[0]
    expected, cautions = predicted(fit, tau2, studies.count, prediction, random=method != "fixed")
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
        **heterogeneity_test(none.q, studies.count - 1),
        fit=fit,
        **figures(figure),
        prediction_low=expected[0],
        prediction_high=expected[1],
        prediction_convention=prediction,
        labels=studies.labels,
        weights=tuple((weights / weights.sum()).tolist()),
        tau2=tau2,
        tau2_low=interval[0],
        tau2_high=interval[1],
        **_shares(studies, design, tau2, interval, none.q, method),
        warnings=(*studies.cautions, *cautions, *more, *test_cautions(fit, taken, random=method != "fixed")),
    )


def _tau2_interval(
    studies: Studies, design: Floats, method: Method, level: float
) -> tuple[tuple[float, float] | tuple[None, None], list[Caution]]:
    if method == "fixed":
        return (None, None), []
    low, high = profile_interval(studies.estimates, studies.variances, design, level)
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
