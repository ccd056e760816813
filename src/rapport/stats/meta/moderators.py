"""How effects depend on features of studies: what is asked, fitted and reported."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from rapport.stats.arguments import check_choice
from rapport.stats.meta.fits import Test, choose, heterogeneity_test, refit, test_cautions
from rapport.stats.meta.heterogeneity import Method, between_variance, typical_variance, weigh
from rapport.stats.meta.levels import evaluate
from rapport.stats.meta.results import Moderated
from rapport.stats.meta.studies import (
    Estimates,
    Moderators,
    Overlap,
    Studies,
    count_of,
    read_moderators,
    read_studies,
    read_study,
)
from rapport.stats.meta.three_level import fit_levels, level_cautions, nest


def regress(
    estimates: Estimates,
    *,
    moderators: Moderators,
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

    moderators  name → shape (k,), or a DataFrame, or a matrix (k, moderators): numbers as they are; text by
                contrasts to its first value in the alphabet
    study       the study of each estimate where studies give several: then three levels by REML, as in
                `pool_three_level`, and test "t" or "z"

    The test of all moderators together is F with Knapp–Hartung or "t", else χ². With three levels, a coefficient
    whose moderator does not vary within studies has (studies − coefficients) degrees of freedom, another
    (estimates − coefficients), and F the fewest of its coefficients. The rest is as in `pool`, and so are the
    errors; and Collinear, NoVariation (a moderator is constant), TooFew (fewer estimates than coefficients + 1).

    Checked against metafor 3.8-1's rma and rma.mv to 1e-6: tests/contract/stats/test_meta.py.
    """
    groups = None if study is None else read_study(study, count_of(estimates))
    taken = choose(method, test or ("t" if groups else None), "HTS", level)
    studies = read_studies(
        estimates,
        variances=variances,
        standard_errors=standard_errors,
        labels=labels,
        metric=metric,
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
        cautions = test_cautions(fit, taken, random=method != "fixed")
    else:
        check_choice(method, "method", ("REML",))
        check_choice(taken, "test", ("t", "z"))
        data = nest(studies, groups, design, correlation)
        fit, typical, _ = fit_levels(studies, data, names, taken, level)
        q, r2 = evaluate(data, 0.0, 0.0).q, None
        cautions = level_cautions(fit, groups.count)
    true = fit.between + fit.within
    spare = studies.count - len(names)
    return Moderated(
        k=studies.count,
        metric=studies.metric,
        shown_as=studies.metric,
        estimator=method,
        test=taken,
        level=level,
        **heterogeneity_test(q, spare),
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


def _explained(studies: Studies, tau2: float, method: Method) -> float | None:
    """By how much τ² fell from the model without moderators (Raudenbush, 2009), not below 0."""
    without = between_variance(studies.estimates, studies.variances, np.ones((studies.count, 1)), method)
    return max(0.0, (without - tau2) / without) if without > 0 else None
