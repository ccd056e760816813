"""`fit`: from a table to a fitted mixed model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from rapport.stats.arguments import check_choice, check_flag, check_level
from rapport.stats.errors import BadInput, NotIdentified
from rapport.stats.mixed.design import Design, read_design
from rapport.stats.mixed.fitted import GroupVariance, Machinery, MixedFit
from rapport.stats.mixed.inference import estimate
from rapport.stats.mixed.problem import Problem
from rapport.stats.mixed.residuals import Independent, Residual
from rapport.stats.mixed.residuals.structured import lay_out, residuals_of
from rapport.stats.mixed.search import Minimum, minimise, singular_blocks
from rapport.stats.mixed.terms import Random, Term, read_random
from rapport.stats.results import Caution
from rapport.stats.tables import Floats, Table

FEW_CLUSTERS = 5
INDEPENDENT = Independent()
NOTHING_LEFT = 1e-5  # the residual SD, in units of the SD that the fixed effects leave

SESSIONS_IN_CLIENTS_IN_THERAPISTS = (Random("therapist"), Random("client", slopes=("session",)))


def fit(
    table: Table,
    *,
    outcome: str,
    fixed: Sequence[Term] = (),
    random: str | Random | Sequence[str | Random] = SESSIONS_IN_CLIENTS_IN_THERAPISTS,
    residual: Residual = INDEPENDENT,
    method: Literal["REML", "ML"] = "REML",
    intercept: bool = True,
    level: float = 0.95,
) -> MixedFit:
    """Fit a mixed model of nested data: sessions in clients in therapists.

    table      columns by name, one row a measurement, in any order
    outcome    the column that is modelled
    fixed      columns, or tuples of columns for their product: ("session", "trained", ("trained", "session"))
    random     what varies between clusters, the outermost group first: Random(…), or a group's name where only its
               intercept varies; the labels of inner groups are unique (`tables.within` makes them so)
    residual   the structure of the residuals: Independent, ByRole, Dyadic or Autoregressive (see `residuals`)
    method     "REML" (restricted maximum likelihood) or "ML", which comparing fixed effects needs
    intercept  whether the fixed effects have an intercept
    level      of the intervals

    The likelihood is that of `likelihood`; degrees of freedom are Satterthwaite's (see `inference`). Checked
    against lme4 1.1 and lmerTest 3.1: log-likelihood to 1e-6, estimates to 1e-5, standard errors to 1e-4 relative.

    Raises what `tables` raises for a column that cannot be used, NotNested, TooFew (one cluster), NoVariation,
    Collinear, NotIdentified (more random effects than rows), OutOfRange, BadInput, and NotConverged.
    """
    check_choice(method, "method", ("REML", "ML"))
    check_level(level)
    fixed = _listed(fixed, "fixed", str)
    random = _listed(random, "random", str, Random)
    check_flag(intercept, "intercept")
    if not isinstance(residual, Residual):
        raise BadInput(f"residual is {residual!r}; it is Independent(), ByRole(…), Dyadic(…) or Autoregressive(…).")
    design = read_design(
        table,
        outcome=outcome,
        fixed=fixed,
        random=read_random(random),
        intercept=intercept,
        innermost=residual.innermost,
    )
    problem = lay_out(table, design, residual, restricted=method == "REML")
    design = design.without_rows()
    return fitted(design, problem, minimise(problem), level)


def _listed(given: Any, name: str, *one: type) -> tuple[Any, ...]:
    """`given` as a tuple, also where it is one alone."""
    if isinstance(given, one):
        return (given,)
    if not isinstance(given, list | tuple):
        raise BadInput(f"{name} is {given!r}; it must be a list.")
    return tuple(given)


def fitted(design: Design, problem: Problem, minimum: Minimum, level: float) -> MixedFit:
    """What was found, in the table's own units."""
    place, scaling = minimum.place, design.scaling
    if place.sigma < NOTHING_LEFT:
        raise NotIdentified(
            f"The fixed and random effects give {design.outcome} exactly: nothing is left between the rows of one "
            f"{design.group_names[0]}. Leave out {design.group_names[0]}, or look for rows that were copied."
        )
    fixed = scaling.coefficients(place.coefficients)
    coefficients = tuple(
        estimate(name, weights, fixed, scaling, minimum, level)
        for name, weights in zip(design.fixed, np.eye(len(fixed)), strict=True)
    )
    restricted = problem.ending.restricted
    deviance = scaling.deviance(place.deviance, problem.ending.freedom, restricted)
    count = len(fixed) + problem.parameter_count + 1
    singular = _what_is_singular(design, problem, minimum)
    residuals = residuals_of(problem, minimum, scaling.spread, level)
    return MixedFit(
        warnings=_cautions(design, singular) + (residuals.warnings if residuals is not None else ()),
        outcome=design.outcome,
        estimation="REML" if restricted else "ML",
        coefficients=coefficients,
        fixed=fixed,
        covariance=scaling.covariance(place.unscaled, place.sigma),
        variances=group_variances(design, problem, place.parameters, place.sigma),
        residual_variance=(scaling.spread * place.sigma) ** 2,
        residuals=residuals,
        log_likelihood=-deviance / 2,
        deviance=deviance,
        aic=deviance + 2 * count,
        bic=deviance + float(np.log(design.rows)) * count,
        n_rows=design.rows,
        n_parameters=count,
        groups={
            name: level.clusters
            for name, level in zip(reversed(design.group_names), reversed(design.levels), strict=True)
        },
        singular=bool(singular),
        converged=True,
        gradient_norm=minimum.gradient_norm,
        level=level,
        machinery=Machinery(design, problem, minimum),
    )


def group_variances(design: Design, problem: Problem, parameters: Floats, sigma: float) -> tuple[GroupVariance, ...]:
    """Each group's covariance matrix of random effects, the outermost first."""
    factors = problem.factors(parameters)
    return tuple(
        GroupVariance(group, names, design.scaling.random(index, factors[index], sigma))
        for index, (group, names) in reversed(list(enumerate(zip(design.group_names, design.effects, strict=True))))
        if names
    )


def _what_is_singular(design: Design, problem: Problem, minimum: Minimum) -> list[str]:
    """In words, for each block that is singular: "the variance of therapist: intercept is 0"."""
    factors = problem.factors(minimum.place.parameters)
    told = []
    for index in singular_blocks(problem, minimum.place):
        block = problem.layout.blocks[index]
        group, names = design.group_names[block.level], design.effects[block.level][block.span]
        root = factors[block.level][block.span, block.span]
        none = [name for name, row in zip(names, root, strict=True) if float(row @ row) < 1e-8]
        if none:
            told.append(f"{group}s do not differ in their {' and '.join(none)} (variance 0)")
        else:
            told.append(f"the {' and '.join(names)} of {group}s are perfectly correlated")
    return told


def _cautions(design: Design, singular: Sequence[str]) -> tuple[Caution, ...]:
    cautions = []
    if singular:
        cautions.append(
            Caution(
                "singular",
                f"The fit is singular: by the best estimate, {'; '.join(singular)}. The data do not say that this is "
                "truly so, only that they cannot show more; the other estimates stand, those of the random effects "
                "are on their boundary. A model without what is zero fits as well.",
            )
        )
    cautions.extend(
        Caution(
            "few-clusters",
            f"There are {level.clusters} {group}s; a variance between so few is very uncertain.",
        )
        for group, names, level in zip(design.group_names, design.effects, design.levels, strict=True)
        if names and level.clusters < FEW_CLUSTERS
    )
    return tuple(cautions)
