"""Mediation and path models, from a table to a result."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence

from scipy.special import chdtrc

from rapport.stats.arguments import check_choice, check_draws, check_level, check_mapping, check_names
from rapport.stats.errors import BadInput, TooFew, WrongShape
from rapport.stats.mediation.effects import along, describe_effect, steps_of
from rapport.stats.mediation.estimation import (
    Moments,
    against_all_paths,
    bootstrap,
    coefficients,
    covariance_of,
    implied_covariance,
    residuals_of,
)
from rapport.stats.mediation.results import Chain, Interval, Mediation, PathModel
from rapport.stats.results import Caution, counted
from rapport.stats.tables import Table, check_rank

_FEW_CLUSTERS = 30


def mediate(
    table: Table,
    *,
    predictor: str,
    mediators: str | Sequence[str],
    outcome: str,
    covariates: Sequence[str] = (),
    seed: int,
    draws: int = 2000,
    interval: Interval = "percentile",
    cluster: str | None = None,
    level: float = 0.95,
) -> Mediation:
    """How much of the predictor's effect on the outcome runs through the mediators, which stand side by side.

    table       one row a person
    predictor   what comes first, such as a treatment coded 0 and 1
    mediators   one column or several; those of a chain go in `path_model`
    outcome     what comes last
    covariates  held in every equation
    seed        of the bootstrap; the same seed gives the same intervals
    draws       bootstrap draws; 0 for intervals by the delta method
    interval    "percentile" or "bias-corrected" (Efron, 1987; acceleration 0)
    cluster     a column that tells clusters apart (therapists): whole clusters are drawn, and standard
                errors count them
    level       of the intervals

    Causal words need more than this: that nothing unmeasured moves two of the three, and that each came before the
    next. Raises the errors of reading a table (MissingValues among them), NoVariation, Collinear, TooFew, OutOfRange.
    Estimates and delta-method standard errors are checked against lavaan 0.6-14.
    """
    listed = (mediators,) if isinstance(mediators, str) else check_names(mediators, "mediators")
    if not listed:
        raise WrongShape("mediators is empty. Name at least one column.")
    held = (predictor, *check_names(covariates, "covariates"))
    equations = {**dict.fromkeys(listed, held), outcome: (*held[:1], *listed, *held[1:])}
    through = {f"indirect through {name}": ((predictor, name, outcome),) for name in listed}
    every = tuple(chain for chains in through.values() for chain in chains)
    effects: dict[str, tuple[Chain, ...]] = {
        **{f"a: {predictor} → {name}": ((predictor, name),) for name in listed},
        **{f"b: {name} → {outcome}": ((name, outcome),) for name in listed},
        **through,
        **({"indirect": every} if len(listed) > 1 else {}),
        "direct": ((predictor, outcome),),
        "total": ((predictor, outcome), *every),
    }
    model = _fit(table, equations, effects, cluster, draws, seed, interval, level, together=listed)
    fields = {each.name: getattr(model, each.name) for each in dataclasses.fields(model)}
    # The mediators' residuals are left to go together, so nothing is left out that χ² could test.
    return Mediation(
        **(fields | {"chi_square": 0.0, "df": 0, "p": math.nan}),
        predictor=predictor,
        mediators=listed,
        outcome=outcome,
    )


def path_model(
    table: Table,
    *,
    equations: Mapping[str, Sequence[str]],
    effects: Mapping[str, Sequence[Sequence[str]]] | None = None,
    seed: int | None = None,
    draws: int = 0,
    interval: Interval = "percentile",
    cluster: str | None = None,
    level: float = 0.95,
) -> PathModel:
    """Regressions that follow from one another, without feedback, residuals unrelated.

        path_model(
            table,
            equations={"alliance": ["trained"], "insight": ["alliance"], "wellbeing": ["insight", "trained"]},
            effects={"by insight": [["trained", "alliance", "insight", "wellbeing"]]},
        )

    equations  each outcome with its predictors
    effects    by name, chains of variables: along a chain paths are multiplied, and chains are added
    seed       of the bootstrap, needed where there are draws

    The other arguments, and the errors, are those of `mediate`; BadInput where the equations go in a circle or a
    chain follows a path that is not there. With unrelated residuals and no feedback, least squares for each equation
    are the maximum likelihood estimates. Checked against lavaan 0.6-14.
    """
    check_mapping(equations, "equations", '{"outcome": ["predictor"]}')
    if effects is not None:
        check_mapping(effects, "effects", '{"by insight": [["trained", "insight", "wellbeing"]]}')
    if not equations:
        raise WrongShape('equations is empty. Give each outcome its predictors: {"outcome": ["predictor"]}.')
    read = {outcome: check_names(predictors, outcome) for outcome, predictors in equations.items()}
    chains = {name: tuple(tuple(chain) for chain in listed) for name, listed in (effects or {}).items()}
    return _fit(table, read, chains, cluster, draws, seed, interval, level, together=())


def _fit(
    table: Table,
    equations: dict[str, tuple[str, ...]],
    effects: dict[str, tuple[Chain, ...]],
    cluster: str | None,
    draws: int,
    seed: int | None,
    interval: Interval,
    level: float,
    *,
    together: tuple[str, ...],
) -> PathModel:
    check_level(level)
    check_draws(draws, seed)
    check_choice(interval, "interval", ("percentile", "bias-corrected"))
    columns = tuple(dict.fromkeys([*(p for listed in equations.values() for p in listed), *equations]))
    _check_equations(equations, effects)
    data = Moments.read(table, columns, cluster)
    for outcome, predictors in equations.items():
        _check_equation(data, outcome, predictors)
    paths = [(predictor, outcome) for outcome, predictors in equations.items() for predictor in predictors]
    named = {f"{predictor} → {outcome}": ((predictor, outcome),) for predictor, outcome in paths} | effects
    estimates = coefficients(data.moments.sum(axis=0)[None], columns, equations, data.spread)[0]
    errors = residuals_of(data, equations, estimates)
    implied = implied_covariance(data, equations, estimates, errors, together)
    covariance = covariance_of(data, equations, errors, implied, together)
    residual = {name: float(error @ error) / len(error) for name, error in errors.items()}
    drawn, unusable = bootstrap(data, equations, draws, seed)
    made = {}
    for name, chains in named.items():
        values = along(chains, paths, drawn) if draws else None
        made[name] = describe_effect(
            name, chains, paths, estimates, covariance, values, interval, level, data.columns, implied
        )
    chi, df = against_all_paths(data, equations, residual)
    cautions = _cautions(data, unusable, draws)
    return PathModel(
        equations=equations,
        paths=tuple(made[f"{predictor} → {outcome}"] for predictor, outcome in paths),
        effects=tuple(made[name] for name in effects),
        r_squared={
            name: 1 - residual[name] / float(implied[columns.index(name), columns.index(name)]) for name in equations
        },
        chi_square=chi,
        df=df,
        p=float(chdtrc(df, chi)) if df else math.nan,
        rows=len(data.values),
        clusters=data.clusters.count if data.clusters is not None else None,
        draws=draws,
        interval=interval,
        level=level,
        seed=seed if draws else None,
        warnings=cautions,
    )


def _check_equations(equations: Mapping[str, tuple[str, ...]], effects: Mapping[str, tuple[Chain, ...]]) -> None:
    for outcome, predictors in equations.items():
        if not predictors:
            raise WrongShape(f"{outcome} has no predictors. Name at least one, or leave the equation out.")
        if outcome in predictors or len(set(predictors)) < len(predictors):
            raise BadInput(f"{outcome} is predicted by {', '.join(predictors)}; each column may stand there once.")
    settled: set[str] = set()
    waiting = dict(equations)
    while waiting:
        ready = [name for name, listed in waiting.items() if all(p in settled or p not in equations for p in listed)]
        if not ready:
            raise BadInput(f"The equations of {', '.join(waiting)} go in a circle. Leave out one of their paths.")
        settled.update(ready)
        waiting = {name: listed for name, listed in waiting.items() if name not in ready}
    for name, chains in effects.items():
        if not chains:
            raise WrongShape(f"The effect {name} has no chain. Give it a list of chains of columns.")
        for chain in chains:
            lost = next(((a, b) for a, b in steps_of(chain) if a not in equations.get(b, ())), None)
            if len(chain) < 2 or lost is not None:
                told = f"there is no path {lost[0]} → {lost[1]}" if lost else "a chain has at least two columns"
                raise BadInput(f"The effect {name} runs along {' → '.join(chain)}, but {told}.")


def _check_equation(data: Moments, outcome: str, predictors: tuple[str, ...]) -> None:
    if len(data.values) < len(predictors) + 3:
        told = counted(len(data.values), "row is", "rows are")
        raise TooFew(f"{told} too few for {counted(len(predictors), 'predictor')} of {outcome}.")
    design = data.values[:, data.at(*predictors)]
    check_rank(design, predictors)
    check_rank(data.values[:, data.at(*predictors, outcome)], [*predictors, outcome])


def _cautions(data: Moments, unusable: int, draws: int) -> tuple[Caution, ...]:
    found = []
    if unusable:
        text = f"{unusable} of {draws} draws could not be used: in them the predictors said the same thing."
        found.append(Caution("failed-draws", text))
    if data.clusters is not None and data.clusters.count < _FEW_CLUSTERS:
        text = (
            f"There are {data.clusters.count} clusters; with fewer than about {_FEW_CLUSTERS}, intervals are too short."
        )
        found.append(Caution("few-clusters", text))
    return tuple(found)
