"""Response surface analysis: is the outcome best where client and therapist agree?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rapport.stats.arguments import (
    check_apart,
    check_choice,
    check_draws,
    check_flag,
    check_level,
    check_names,
    check_number,
)
from rapport.stats.congruence.algebra import FEATURES, LINEAR, features, sensitivity
from rapport.stats.congruence.estimates import Estimate, make_estimate
from rapport.stats.congruence.ratings import (
    Centre,
    Centred,
    caution_about,
    centre_ratings,
    find_discrepancies,
)
from rapport.stats.congruence.surface_fits import SurfaceFit, fit_nested, fit_rows
from rapport.stats.congruence.surface_result import ResponseSurface
from rapport.stats.congruence.verdict import conclude, judge
from rapport.stats.errors import BadInput, NotIdentified, NotNumbers, OutOfRange, WrongShape
from rapport.stats.results import Caution, rows_left_out
from rapport.stats.tables import Floats, Table, check_numbers, check_varies, complete_rows, read_groups

TERMS: Final = ("intercept", "C", "T", "C²", "CT", "T²")


def response_surface(
    table: Table,
    *,
    outcome: str,
    client: str,
    therapist: str,
    groups: Sequence[str] = (),
    covariates: Sequence[str] = (),
    random_slopes: Mapping[str, Sequence[str]] | None = None,
    scale: tuple[float, float] | None = None,
    midpoint: float | None = None,
    centre: Centre = "midpoint",
    better: Literal["higher", "lower"] = "higher",
    robust: bool = False,
    method: Literal["REML", "ML"] = "REML",
    draws: int = 0,
    seed: int | None = None,
    level: float = 0.95,
) -> ResponseSurface:
    """The outcome as a surface of second order over the client's and the therapist's rating.

        Y = b0 + b1 C + b2 T + b3 C² + b4 CT + b5 T² (+ covariates)

    Without `groups` by least squares; with groups, outermost first, as in ("therapist", "client"), as a mixed model
    with a random intercept for each. For agreement at one session and the outcome at the next, give the next
    session's outcome as `outcome` and the present one as a covariate; `lagged_agreement` says why such a model is
    biased where groups have intercepts of their own.

    covariates     are centred at their means, so that the surface is drawn for an average row
    random_slopes  {"client": ("C", "T")}: which of the surface's terms vary over a group
    scale          lowest and highest score that can be rated, the same for both raters
    centre         "midpoint" of the scale (or `midpoint`) and "grand-mean" of all ratings keep the level: absolute
                   agreement is tested. "rater-mean" and "client-mean" remove it
    better         whether the hypothesis has the outcome highest or lowest where the two agree
    robust         HC3 standard errors, without groups only
    draws          of a bootstrap; clusters of the outermost group are drawn whole, or rows where there are no groups

    Rows with a missing value are left out and counted. Linear features take the fit's t interval (with groups by
    Satterthwaite); the others the delta method, normal with groups. Formulas: see `congruence.algebra`. Checked
    against R's lm and lme4 with the delta method written out (tests/contract/stats/r/congruence_surface.R).

    Raises UnknownColumn, NotNumbers, NotFinite, MissingValues, OutOfRange, NoVariation, Collinear, TooFew, NotNested,
    BadInput, and NotConverged from the mixed model.
    """
    check_level(level)
    groups, covariates = check_names(groups, "groups"), check_names(covariates, "covariates")
    check_apart(outcome=outcome, client=client, therapist=therapist)
    check_flag(robust, "robust")
    _check_asked(groups, robust, random_slopes, draws, seed, better)
    rows = complete_rows(table, (outcome, client, therapist, *covariates), groups)
    given = len(np.asarray(table[outcome]))
    left_out = given - len(rows[outcome])
    if not len(rows[outcome]):
        raise WrongShape(f"No row has a value in all of {', '.join((outcome, client, therapist, *covariates))}.")
    check_varies(rows[outcome], outcome)
    centred = centre_ratings(
        rows[client],
        rows[therapist],
        names=(client, therapist),
        centre=centre,
        midpoint=midpoint,
        scale=scale,
        clients=read_groups(rows, groups[-1]) if groups else None,
    )
    design = _design(centred, rows, covariates)
    names = (*TERMS, *covariates)
    if groups:
        fit = fit_nested(design, rows, outcome, names, groups, random_slopes, method, level, draws, seed)
    else:
        fit = fit_rows(design, rows[outcome], names, robust, level, draws, seed)
    discrepancies = find_discrepancies(rows[client], rows[therapist])
    return _assemble(
        fit,
        level,
        better,
        cautions=[*rows_left_out(left_out, given), *caution_about(centred, discrepancies, scale)],
        outcome=outcome,
        client=client,
        therapist=therapist,
        question=centred.question,
        centring=centred.how,
        origin=centred.origin,
        scale=scale,
        discrepancies=discrepancies,
        n_rows=len(rows[outcome]),
        left_out=left_out,
        points=np.column_stack([centred.client, centred.therapist]),
    )


def _matrix(covariance: ArrayLike) -> Floats:
    try:
        return np.asarray(covariance, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise NotNumbers("covariance must be five rows of five numbers, in the order of the coefficients.") from None


def surface_from_coefficients(
    coefficients: ArrayLike,
    covariance: ArrayLike | None = None,
    *,
    df: float = math.inf,
    intercept: float = 0.0,
    outcome: str = "outcome",
    client: str = "client",
    therapist: str = "therapist",
    better: Literal["higher", "lower"] = "higher",
    scale: tuple[float, float] | None = None,
    midpoint: float | None = None,
    level: float = 0.95,
) -> ResponseSurface:
    """The surface of published coefficients: b1 … b5 (of C, T, C², CT, T²) and, for intervals, their covariances.

    Without the covariances, estimates are given and no verdict can be. Formulas and errors as in `response_surface`;
    raises WrongShape, NotNumbers, OutOfRange.
    """
    check_level(level)
    check_number(intercept, "intercept")
    if not isinstance(df, int | float) or isinstance(df, bool) or not df > 0:
        raise OutOfRange(f"df is {df!r}; degrees of freedom are above 0, or math.inf for z tests.")
    b = check_numbers(coefficients, "coefficients")
    if b.shape != (5,) or not np.isfinite(b).all():
        raise WrongShape("coefficients must be five numbers: b1 to b5, of C, T, C², CT and T².")
    known = covariance is not None
    matrix = np.full((5, 5), np.nan) if covariance is None else _matrix(covariance)
    if matrix.shape != (5, 5):
        raise WrongShape(f"covariance has shape {matrix.shape}; it must be (5, 5), in the order of the coefficients.")
    if known and (not np.allclose(matrix, matrix.T) or np.linalg.eigvalsh(matrix).min() < -1e-8 * np.trace(matrix)):
        raise OutOfRange("covariance must be symmetric, with no negative variance along any direction.")
    errors = np.sqrt(np.maximum(np.diag(matrix), 0))
    full = np.full((6, 6), np.nan)
    full[1:, 1:] = matrix
    fit = SurfaceFit(
        method="Published coefficients",
        coefficients=tuple(
            make_estimate(name, value, se, df, level)
            for name, value, se in zip(TERMS, [intercept, *b.tolist()], [math.nan, *errors.tolist()], strict=True)
        ),
        covariance=full,
        nonlinear_df=df,
        linear=lambda name, weights: make_estimate(
            name, float(weights @ b), float(np.sqrt(np.maximum(weights @ matrix @ weights, 0))), df, level
        ),
    )
    origin = midpoint if midpoint is not None else (scale[0] + scale[1]) / 2 if scale else 0.0
    return _assemble(
        fit,
        level,
        better,
        cautions=[] if known else [Caution("no-covariance", "No covariances were given: no interval and no verdict.")],
        outcome=outcome,
        client=client,
        therapist=therapist,
        question="absolute agreement",
        centring=f"both ratings are taken to be centred at {origin:g}",
        origin=origin,
        scale=scale,
        discrepancies=None,
        n_rows=None,
        left_out=0,
        points=np.empty((0, 2)),
    )


def _check_asked(
    groups: Sequence[str],
    robust: bool,
    random_slopes: Mapping[str, Sequence[str]] | None,
    draws: int,
    seed: int | None,
    better: str,
) -> None:
    if len(groups) > 2:
        raise BadInput(f"groups is {groups!r}; give two at most, the outermost first: ('therapist', 'client').")
    if robust and groups:
        raise BadInput("robust is for rows without groups. With groups, ask for draws= of whole clusters.")
    check_choice(better, "better", ("higher", "lower"))
    for group, terms in (random_slopes or {}).items():
        unknown = [term for term in terms if term not in TERMS[1:]]
        if group not in groups or unknown:
            raise BadInput(
                f"random_slopes names {unknown[0] if unknown else group!r}; it maps one of the groups "
                f"({', '.join(groups) or 'none given'}) to terms out of {', '.join(TERMS[1:])}."
            )
    check_draws(draws, seed)


def _design(centred: Centred, rows: Mapping[str, NDArray[Any]], covariates: Sequence[str]) -> Floats:
    c, t = centred.client, centred.therapist
    extra = [rows[name] - rows[name].mean() for name in covariates]
    return np.column_stack([np.ones_like(c), c, t, c**2, c * t, t**2, *extra])


def _features(fit: SurfaceFit, level: float) -> tuple[Estimate, ...]:
    b = np.array([item.estimate for item in fit.coefficients[1:6]])
    covariance = fit.covariance[1:6, 1:6]
    values = np.real(features(b))
    gradients = sensitivity(b)
    found = []
    for index, name in enumerate(FEATURES):
        if index < len(LINEAR):
            found.append(fit.linear(name, LINEAR[index]))
            continue
        variance = gradients[index] @ covariance @ gradients[index]
        se = float(np.sqrt(variance)) if variance > 0 else math.nan
        found.append(make_estimate(name, float(values[index]), se, fit.nonlinear_df, level))
    if fit.draws is None:
        return tuple(found)
    drawn = np.real(features(fit.draws))
    return tuple(_with_bootstrap(item, drawn[:, index], level) for index, item in enumerate(found))


def _with_bootstrap(item: Estimate, draws: Floats, level: float) -> Estimate:
    kept = draws[np.isfinite(draws)]
    if len(kept) < 0.95 * len(draws):
        return item
    low, high = np.quantile(kept, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(
        item.name, item.estimate, item.se, item.df, item.statistic, item.p, item.low, item.high, float(low), float(high)
    )


def _assemble(
    fit: SurfaceFit, level: float, better: Literal["higher", "lower"], *, cautions: list[Caution], **fields: Any
) -> ResponseSurface:
    if not np.isfinite([item.estimate for item in fit.coefficients]).all():
        raise NotIdentified("The surface's coefficients could not be estimated.")
    found = _features(fit, level)
    conditions = judge({item.name: item for item in found}, better=better)
    unknown = not np.isfinite(fit.covariance[1:6, 1:6]).all()
    if not unknown and conclude(conditions) != "no congruence effect":
        text = (
            "That a value does not differ from what is asked can also mean that it is little known: see the intervals."
        )
        cautions = [*cautions, Caution("not-different", text)]
    return ResponseSurface(
        warnings=(*fit.cautions, *cautions),
        method_used=fit.method,
        coefficients=fit.coefficients,
        features=found,
        conditions=() if unknown else conditions,
        verdict=None if unknown else conclude(conditions),
        better=better,
        level=level,
        r_squared=fit.r_squared,
        variances=fit.variances,
        singular=fit.singular,
        covariance=fit.covariance,
        **fields,
    )
