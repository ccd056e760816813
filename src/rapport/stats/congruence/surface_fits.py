"""How a surface's coefficients are estimated: rows on their own, or nested in groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rapport.stats.congruence.estimates import Estimate, combine, make_estimate
from rapport.stats.congruence.least_squares import fit_least_squares
from rapport.stats.errors import BadInput
from rapport.stats.results import Caution
from rapport.stats.tables import Floats


@dataclass(frozen=True, kw_only=True)
class SurfaceFit:
    """What the geometry needs of a fit.

    coefficients  intercept, b1 … b5, covariates
    covariance    of all of them
    linear        the estimate of a weighted sum of b1 … b5
    nonlinear_df  for what goes by the delta method
    draws         b1 … b5 in each bootstrap sample, shape (draws, 5)
    """

    method: str
    coefficients: tuple[Estimate, ...]
    covariance: Floats
    linear: Callable[[str, Floats], Estimate]
    nonlinear_df: float
    r_squared: float | None = None
    variances: Mapping[str, float] = field(default_factory=dict)
    singular: bool = False
    draws: Floats | None = None
    cautions: tuple[Caution, ...] = ()


def fit_rows(
    design: Floats,
    outcome: Floats,
    names: Sequence[str],
    robust: bool,
    level: float,
    draws: int,
    seed: int | None,
) -> SurfaceFit:
    """By least squares."""
    found = fit_least_squares(design, outcome, names, robust=robust)
    b, covariance = found.estimates[1:6], found.covariance[1:6, 1:6]
    return SurfaceFit(
        method="Least squares" + (" with HC3 standard errors" if robust else ""),
        coefficients=tuple(
            make_estimate(name, value, se, found.df, level)
            for name, value, se in zip(names, found.estimates, np.sqrt(np.diag(found.covariance)), strict=True)
        ),
        covariance=found.covariance,
        linear=lambda name, weights: combine(name, weights, b, covariance, found.df, level),
        nonlinear_df=found.df,
        r_squared=found.r_squared,
        variances={"residual": found.residual_variance},
        draws=_draw_rows(design, outcome, draws, seed) if draws and seed is not None else None,
    )


def _draw_rows(design: Floats, outcome: Floats, draws: int, seed: int) -> Floats:
    """b1 … b5 in `draws` samples of rows with replacement; a row drawn k times has weight k."""
    random = np.random.default_rng(seed)
    rows, columns = design.shape
    scale = np.linalg.norm(design, axis=0)
    whole = np.column_stack([design / scale, outcome])
    found = np.full((draws, 5), np.nan)
    for draw in range(draws):
        weights = np.bincount(random.integers(0, rows, rows), minlength=rows)
        moments = (whole * weights[:, None]).T @ whole
        inner = moments[:columns, :columns]
        if np.linalg.cond(inner) < 1e14:
            found[draw] = (np.linalg.solve(inner, moments[:columns, columns]) / scale)[1:6]
    return found


def fit_nested(
    design: Floats,
    rows: Mapping[str, NDArray[Any]],
    outcome: str,
    names: Sequence[str],
    groups: Sequence[str],
    random_slopes: Mapping[str, Sequence[str]] | None,
    method: Literal["REML", "ML"],
    level: float,
    draws: int,
    seed: int | None,
) -> SurfaceFit:
    """As a mixed model, with a random intercept for each of `groups`."""
    from rapport.stats import mixed  # only nested rows need it

    columns: dict[str, Any] = {name: design[:, index] for index, name in enumerate(names) if index}
    columns |= {name: rows[name] for name in groups} | {_OUTCOME: rows[outcome]}
    if len(columns) < len(names) + len(groups):
        raise BadInput(f"A group and a term of the surface have the same name. The terms are {', '.join(names[1:])}.")
    fit = mixed.fit(
        columns,
        outcome=_OUTCOME,
        fixed=tuple(names[1:]),
        random=tuple(mixed.Random(name, slopes=tuple((random_slopes or {}).get(name, ()))) for name in groups),
        method=method,
        level=level,
    )

    def linear(name: str, weights: Floats) -> Estimate:
        found = fit.contrast([0.0, *weights.tolist(), *[0.0] * (len(names) - 6)], name=name)
        return make_estimate(name, found.estimate, found.se, found.df, level)

    drawn = None
    if draws and seed is not None:
        drawn = fit.bootstrap(draws=draws, seed=seed, statistic=_surface_of).values
    return SurfaceFit(
        method="Mixed model by " + fit.method[0].lower() + fit.method[1:],
        coefficients=tuple(
            make_estimate(name, one.estimate, one.se, one.df, level)
            for name, one in zip(names, fit.coefficients, strict=True)
        ),
        covariance=fit.covariance,
        linear=linear,
        nonlinear_df=float("inf"),
        variances=fit.variances_by_name(),
        singular=fit.singular,
        draws=drawn,
        cautions=fit.warnings,
    )


_OUTCOME = "outcome of the surface"


def _surface_of(draw: Any) -> Floats:
    return np.asarray(draw.fixed[1:6])
