"""Through what an effect goes: mediation and path models of what was observed, with bootstrap intervals.

    stats.mediation.mediate(table, predictor="trained", mediators="alliance", outcome="wellbeing", seed=4)

Every value is needed: a row that lacks one is refused, not dropped (`tables.complete_rows` leaves such rows out).
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import numpy as np
from scipy.stats import chi2, norm

from rapport.stats.errors import BadInput, OutOfRange, TooFew, WrongShape
from rapport.stats.results import Caution, Result, ResultTable, interval_text, number, p_text
from rapport.stats.tables import Floats, Groups, Table, check_rank, check_varies, read_columns, read_groups

Interval = Literal["percentile", "bias-corrected"]
Chain = tuple[str, ...]
_Z = float(norm.ppf(0.975))
_FEW_CLUSTERS = 30
_CELLS_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A path, or products and sums of paths.

    name           "a: trained → alliance", "indirect through alliance", "total" …
    chains         the paths that are multiplied, and then added: (("trained", "alliance", "wellbeing"),)
    estimate       in the units of the data
    se, z, p       by the delta method (Sobel, 1982) from normal theory, or counting clusters; two-sided
    low, high      the 95% interval: of the bootstrap where there were draws, else estimate ± 1.96 se
    bootstrap_se   the standard deviation of the draws; None without draws
    standardised   in standard deviations of its outcome for one of its predictor
    """

    name: str
    chains: tuple[Chain, ...]
    estimate: float
    se: float
    z: float
    p: float
    low: float
    high: float
    bootstrap_se: float | None
    standardised: float


@dataclass(frozen=True, kw_only=True)
class PathModel(Result):
    """Regressions that follow from one another, and effects that run through them.

    equations     each outcome with its predictors
    paths         every path
    effects       what was asked for
    r_squared     of each outcome
    chi_square, df, p   against the model with every path, by maximum likelihood; p is NaN where df is 0. It takes
                  persons as independent, also where clusters are named.
    rows          how many rows
    clusters      how many clusters; None where none were named
    draws         how many bootstrap draws the intervals rest on
    interval      "percentile" or "bias-corrected"
    seed          of the draws
    """

    reference: ClassVar[str] = "Sobel, 1982; MacKinnon, Lockwood & Williams, 2004; Efron & Tibshirani, 1993, ch. 14"

    equations: dict[str, tuple[str, ...]]
    paths: tuple[Effect, ...]
    effects: tuple[Effect, ...]
    r_squared: dict[str, float]
    chi_square: float
    df: int
    p: float
    rows: int
    clusters: int | None
    draws: int
    interval: Interval
    seed: int | None

    @property
    def method(self) -> str:  # type: ignore[override]
        unit = "rows" if self.clusters is None else "clusters"
        drawn = f", {self.interval} bootstrap intervals from {self.draws:,} draws of {unit}" if self.draws else ""
        return f"Maximum likelihood path model{drawn}"

    def __getitem__(self, name: str) -> Effect:
        """The effect or path of this name. Raises BadInput where there is none."""
        for effect in (*self.effects, *self.paths):
            if effect.name == name:
                return effect
        known = "; ".join(effect.name for effect in (*self.effects, *self.paths))
        raise BadInput(f"There is no effect {name!r}. There are: {known}.")

    def sentence(self) -> str:
        told = self.effects or self.paths
        clauses = "; ".join(self._told(effect) for effect in told)
        fit = f" The model had χ²({self.df}) = {number(self.chi_square)}, {p_text(self.p)}." if self.df else ""
        return f"In {_sample(self)}: {clauses}.{fit}"

    def table(self) -> ResultTable:
        return _tabled((*self.paths, *self.effects))

    def _told(self, effect: Effect) -> str:
        kind = f"{self.interval} bootstrap " if effect.bootstrap_se is not None else ""
        interval = interval_text(effect.low, effect.high).replace("CI", f"{kind}CI")
        tested = "" if effect.bootstrap_se is not None else f", {p_text(effect.p)}"
        return f"{effect.name}, B = {number(effect.estimate)}, SE = {number(effect.se)}, {interval}{tested}"


@dataclass(frozen=True, kw_only=True)
class Mediation(PathModel):
    """A predictor's effect on an outcome, by itself and through mediators.

    `effects` holds, in this order: each mediator's a and b, each indirect effect a × b, all indirect effects together
    where there are several mediators, the direct effect c′ and the total effect c.
    """

    predictor: str
    mediators: tuple[str, ...]
    outcome: str

    @property
    def indirect(self) -> Effect:
        """The indirect effect through all mediators."""
        return self["indirect" if len(self.mediators) > 1 else f"indirect through {self.mediators[0]}"]

    @property
    def direct(self) -> Effect:
        """c′: with the mediators held."""
        return self["direct"]

    @property
    def total(self) -> Effect:
        """c: direct and indirect."""
        return self["total"]

    def table(self) -> ResultTable:
        held = [path for path in self.paths if path.chains[0][0] not in (self.predictor, *self.mediators)]
        return dataclasses.replace(_tabled((*self.effects, *held)), title="Effects")

    def sentence(self) -> str:
        indirect = [self._told(self[f"indirect through {name}"]) for name in self.mediators]
        if len(self.mediators) > 1:
            indirect.append(self._told(self.indirect).replace("indirect,", "together,", 1))
        return (
            f"In {_sample(self)}, the effect of {self.predictor} on {self.outcome} was {'; '.join(indirect)}; "
            f"{self._told(self.direct)}; {self._told(self.total)}."
        )


def _tabled(effects: Sequence[Effect]) -> ResultTable:
    columns = ("effect", "estimate", "SE", "z", "p", "low", "high", "standardised")
    rows = tuple((e.name, e.estimate, e.se, e.z, e.p, e.low, e.high, e.standardised) for e in effects)
    return ResultTable("Paths and effects", columns, rows)


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

    Causal words need more than this: that nothing unmeasured moves two of the three, and that each came before the
    next. Raises the errors of reading a table (MissingValues among them), NoVariation, Collinear, TooFew, OutOfRange.
    Estimates and delta-method standard errors are checked against lavaan 0.6-14.
    """
    listed = (mediators,) if isinstance(mediators, str) else tuple(mediators)
    if not listed:
        raise WrongShape("mediators is empty. Name at least one column.")
    held = (predictor, *_names(covariates, "covariates"))
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
    model = _fit(table, equations, effects, cluster, draws, seed, interval, together=listed)
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
    if not equations:
        raise WrongShape('equations is empty. Give each outcome its predictors: {"outcome": ["predictor"]}.')
    read = {outcome: _names(predictors, outcome) for outcome, predictors in equations.items()}
    chains = {name: tuple(tuple(chain) for chain in listed) for name, listed in (effects or {}).items()}
    return _fit(table, read, chains, cluster, draws, seed, interval, together=())


# From a table to a result


def _fit(
    table: Table,
    equations: dict[str, tuple[str, ...]],
    effects: dict[str, tuple[Chain, ...]],
    cluster: str | None,
    draws: int,
    seed: int | None,
    interval: Interval,
    *,
    together: tuple[str, ...],
) -> PathModel:
    _check_draws(draws, seed, interval)
    columns = tuple(dict.fromkeys([*(p for listed in equations.values() for p in listed), *equations]))
    _check_equations(equations, effects)
    data = _Data.read(table, columns, cluster)
    for outcome, predictors in equations.items():
        _check_equation(data, outcome, predictors)
    paths = [(predictor, outcome) for outcome, predictors in equations.items() for predictor in predictors]
    named = {f"{predictor} → {outcome}": ((predictor, outcome),) for predictor, outcome in paths} | effects
    estimates = _coefficients(data.moments.sum(axis=0)[None], columns, equations, data.spread)[0]
    errors = _residuals(data, equations, estimates)
    implied = _implied(data, equations, estimates, errors, together)
    covariance = _covariance(data, equations, errors, implied, together)
    residual = {name: float(error @ error) / len(error) for name, error in errors.items()}
    drawn, unusable = _bootstrap(data, equations, draws, seed)
    made = {}
    for name, chains in named.items():
        values = _along(chains, paths, drawn) if draws else None
        made[name] = _effect(name, chains, paths, estimates, covariance, values, interval, data.columns, implied)
    chi, df = _against_all_paths(data, equations, residual)
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
        p=float(chi2.sf(chi, df)) if df else math.nan,
        rows=len(data.values),
        clusters=data.clusters.count if data.clusters is not None else None,
        draws=draws,
        interval=interval,
        seed=seed if draws else None,
        warnings=cautions,
    )


@dataclass(frozen=True)
class _Data:
    """Columns in standard deviations from their means, and the cross-products of each unit that may be drawn.

    moments  shape (units, columns + 1, columns + 1): the first row and column are of the constant
    """

    columns: tuple[str, ...]
    values: Floats = field(repr=False)
    spread: Floats
    clusters: Groups | None
    moments: Floats = field(repr=False)

    @classmethod
    def read(cls, table: Table, columns: tuple[str, ...], cluster: str | None) -> _Data:
        raw = read_columns(table, columns)
        for index, name in enumerate(columns):
            check_varies(raw[:, index], name)
        clusters = read_groups(table, cluster) if cluster is not None else None
        if clusters is not None and len(clusters.codes) != len(raw):
            raise WrongShape(f"{cluster} has {len(clusters.codes)} rows and the other columns {len(raw)}.")
        if clusters is not None and clusters.count < 2:
            raise TooFew(f"{cluster} has one value; at least two clusters are needed.")
        centred = raw - raw.mean(axis=0)
        spread = np.sqrt((centred**2).mean(axis=0))
        values = centred / spread
        full = np.column_stack([np.ones(len(raw)), values])
        moments = full[:, :, None] * full[:, None, :]
        if clusters is not None:
            summed = np.zeros((clusters.count, *moments.shape[1:]))
            np.add.at(summed, clusters.codes, moments)
            moments = summed
        return cls(columns, values, spread, clusters, moments)

    def at(self, *names: str) -> list[int]:
        """Where the columns stand."""
        return [self.columns.index(name) for name in names]

    @property
    def centred(self) -> Floats:
        """The columns from their means, in their own units."""
        return self.values * self.spread

    def variance(self, name: str) -> float:
        return float(self.spread[self.columns.index(name)] ** 2)


def _coefficients(
    moments: Floats, columns: tuple[str, ...], equations: Mapping[str, tuple[str, ...]], spread: Floats
) -> Floats:
    """Every path, in the units of the data, for each of many matrices of moments; shape (matrices, paths)."""
    found = []
    for outcome, predictors in equations.items():
        used = [0, *(1 + columns.index(name) for name in predictors)]
        target = 1 + columns.index(outcome)
        slopes = np.linalg.solve(moments[:, used][:, :, used], moments[:, used, target][:, :, None])[:, 1:, 0]
        found.append(slopes * spread[target - 1] / spread[[i - 1 for i in used[1:]]])
    return np.hstack(found)


def _bootstrap(
    data: _Data, equations: Mapping[str, tuple[str, ...]], draws: int, seed: int | None
) -> tuple[Floats, int]:
    """The paths in each draw, and how many draws could not be used: in them, predictors said the same thing."""
    generator = np.random.default_rng(seed)
    units = len(data.moments)
    flat = data.moments.reshape(units, -1)
    at_once = max(1, _CELLS_AT_ONCE // units)
    found, unusable = [], 0
    for first in range(0, draws, at_once):
        count = min(at_once, draws - first)
        weights = generator.multinomial(units, np.full(units, 1 / units), size=count).astype(np.float64)
        moments = (weights @ flat).reshape(count, *data.moments.shape[1:])
        usable = np.ones(count, dtype=bool)
        for predictors in equations.values():
            used = [0, *(1 + data.columns.index(name) for name in predictors)]
            block = moments[:, used][:, :, used]
            roots = np.sqrt(np.maximum(np.diagonal(block, axis1=1, axis2=2), 1e-300))
            usable &= np.linalg.eigvalsh(block / roots[:, :, None] / roots[:, None, :])[:, 0] > 1e-9
        unusable += int((~usable).sum())
        found.append(_coefficients(moments[usable], data.columns, equations, data.spread))
    if draws and unusable > draws / 2:
        raise TooFew(
            f"In {unusable} of {draws} draws the predictors did not vary: there are too few rows or clusters to "
            "draw from. Use draws=0."
        )
    return (np.vstack(found) if found else np.empty((0, 0))), unusable


def _residuals(data: _Data, equations: Mapping[str, tuple[str, ...]], estimates: Floats) -> dict[str, Floats]:
    """Each outcome's residuals, in the units of the data, shape (rows,)."""
    places = _places(equations)
    return {
        outcome: data.centred[:, data.columns.index(outcome)]
        - data.centred[:, data.at(*predictors)] @ estimates[places[outcome]]
        for outcome, predictors in equations.items()
    }


def _implied(
    data: _Data,
    equations: Mapping[str, tuple[str, ...]],
    estimates: Floats,
    errors: Mapping[str, Floats],
    together: tuple[str, ...],
) -> Floats:
    """The covariances of the columns that the model implies: those seen, but where a path was left out."""
    size, rows = len(data.columns), len(data.centred)
    slopes, psi = np.zeros((size, size)), np.zeros((size, size))
    outside = data.at(*(name for name in data.columns if name not in equations))
    psi[np.ix_(outside, outside)] = data.centred[:, outside].T @ data.centred[:, outside] / rows
    places = _places(equations)
    for outcome, predictors in equations.items():
        slopes[data.columns.index(outcome), data.at(*predictors)] = estimates[places[outcome]]
        for other in equations:
            if other == outcome or (other in together and outcome in together):
                psi[data.columns.index(outcome), data.columns.index(other)] = errors[outcome] @ errors[other] / rows
    total = np.linalg.inv(np.eye(size) - slopes)
    return np.asarray(total @ psi @ total.T)


def _covariance(
    data: _Data,
    equations: Mapping[str, tuple[str, ...]],
    errors: Mapping[str, Floats],
    implied: Floats,
    together: tuple[str, ...],
) -> Floats:
    """The estimates' covariances, shape (paths, paths).

    Normal theory has σ²(nΣ)⁻¹ for an equation whose predictors have the implied covariances Σ, and σ₁₂(nΣ)⁻¹ between
    mediators of the same predictors. With clusters, the rows' influences (XᵀX)⁻¹xe are summed in each and squared.
    """
    rows, places = len(data.centred), _places(equations)
    count = sum(len(predictors) for predictors in equations.values())
    if data.clusters is not None:
        influences = np.zeros((rows, count))
        for outcome, predictors in equations.items():
            design = data.centred[:, data.at(*predictors)]
            influences[:, places[outcome]] = errors[outcome][:, None] * (design @ np.linalg.inv(design.T @ design))
        summed = np.zeros((data.clusters.count, count))
        np.add.at(summed, data.clusters.codes, influences)
        return np.asarray(summed.T @ summed * data.clusters.count / (data.clusters.count - 1))
    covariance = np.zeros((count, count))
    for one, predictors in equations.items():
        among = data.at(*predictors)
        inverse = np.linalg.inv(rows * implied[np.ix_(among, among)])
        for two in equations:
            if one == two or (one in together and two in together):
                covariance[places[one], places[two]] = float(errors[one] @ errors[two]) / rows * inverse
    return covariance


def _places(equations: Mapping[str, tuple[str, ...]]) -> dict[str, slice]:
    ends = np.cumsum([0, *(len(predictors) for predictors in equations.values())])
    return {name: slice(int(a), int(b)) for name, a, b in zip(equations, ends[:-1], ends[1:], strict=True)}


def _against_all_paths(
    data: _Data, equations: Mapping[str, tuple[str, ...]], residual: Mapping[str, float]
) -> tuple[float, int]:
    """χ² and its degrees of freedom: n(Σ log σ² + log |Sₓₓ| − log |S|), as Σ⁻¹S has trace p at the maximum."""
    outside = [index for index, name in enumerate(data.columns) if name not in equations]
    count = len(data.columns)
    df = count * (count - 1) // 2 - len(outside) * (len(outside) - 1) // 2
    df -= sum(len(predictors) for predictors in equations.values())
    if df == 0:
        return 0.0, 0
    correlations = data.values.T @ data.values / len(data.values)
    inside = sum(math.log(residual[name] / data.variance(name)) for name in equations)
    exogenous = float(np.linalg.slogdet(correlations[np.ix_(outside, outside)])[1]) if outside else 0.0
    ratio = inside + exogenous - float(np.linalg.slogdet(correlations)[1])
    return max(len(data.values) * ratio, 0.0), df


def _along(chains: tuple[Chain, ...], paths: list[tuple[str, str]], values: Floats) -> Floats:
    """The sum over chains of the product along each, for each row of path values."""
    return np.asarray(
        sum(np.prod(values[:, [paths.index(step) for step in _steps(chain)]], axis=1) for chain in chains)
    )


def _effect(
    name: str,
    chains: tuple[Chain, ...],
    paths: list[tuple[str, str]],
    estimates: Floats,
    covariance: Floats,
    drawn: Floats | None,
    interval: Interval,
    columns: tuple[str, ...],
    implied: Floats,
) -> Effect:
    estimate = float(_along(chains, paths, estimates[None])[0])
    slope = np.zeros(len(estimates))
    for chain in chains:
        steps = [paths.index(step) for step in _steps(chain)]
        for index, step in enumerate(steps):
            slope[step] += np.prod(estimates[steps[:index] + steps[index + 1 :]])
    se = math.sqrt(max(float(slope @ covariance @ slope), 0.0))
    z = estimate / se if se > 0 else math.nan
    low, high = estimate - _Z * se, estimate + _Z * se
    if drawn is not None:
        low, high = bootstrap_interval(drawn, estimate, interval)
    spread = dict(zip(columns, np.sqrt(np.diag(implied)), strict=True))
    scales = {float(spread[chain[0]] / spread[chain[-1]]) for chain in chains}
    return Effect(
        name=name,
        chains=chains,
        estimate=estimate,
        se=se,
        z=z,
        p=float(2 * norm.sf(abs(z))),
        low=low,
        high=high,
        bootstrap_se=float(drawn.std(ddof=1)) if drawn is not None and len(drawn) > 1 else None,
        standardised=estimate * scales.pop() if len(scales) == 1 else math.nan,
    )


def bootstrap_interval(drawn: Floats, estimate: float, interval: Interval, level: float = 0.95) -> tuple[float, float]:
    """The limits that bootstrap draws give.

    drawn     shape (draws,)
    interval  "percentile" (Efron & Tibshirani, 1993, eq. 13.5) or "bias-corrected" (Efron & Tibshirani, 1993, eq.
              14.10 with acceleration 0), which moves the percentiles by how many draws lie below the estimate
    """
    tail = (1 - level) / 2
    shares = np.array([tail, 1 - tail])
    if interval == "bias-corrected":
        below = (np.sum(drawn < estimate) + np.sum(drawn == estimate) / 2) / len(drawn)
        bias = norm.ppf(np.clip(below, 0.5 / len(drawn), 1 - 0.5 / len(drawn)))
        shares = norm.cdf(2 * bias + norm.ppf(shares))
    low, high = np.quantile(drawn, shares)
    return float(low), float(high)


# What can be wrong


def _check_draws(draws: int, seed: int | None, interval: str) -> None:
    if draws < 0 or 0 < draws < 100:
        raise OutOfRange(f"draws is {draws}; it must be 0, or at least 100.")
    if draws and seed is None:
        raise BadInput("Bootstrap draws need a seed. Give seed=, any whole number.")
    if interval not in ("percentile", "bias-corrected"):
        raise BadInput(f'interval is {interval!r}; give "percentile" or "bias-corrected".')


def _names(listed: Sequence[str], whose: str) -> tuple[str, ...]:
    if isinstance(listed, str):
        raise WrongShape(f"{whose} is given the text {listed!r}; give a list of columns.")
    return tuple(listed)


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
            lost = next(((a, b) for a, b in _steps(chain) if a not in equations.get(b, ())), None)
            if len(chain) < 2 or lost is not None:
                told = f"there is no path {lost[0]} → {lost[1]}" if lost else "a chain has at least two columns"
                raise BadInput(f"The effect {name} runs along {' → '.join(chain)}, but {told}.")


def _steps(chain: Chain) -> Iterator[tuple[str, str]]:
    return itertools.pairwise(chain)


def _check_equation(data: _Data, outcome: str, predictors: tuple[str, ...]) -> None:
    if len(data.values) < len(predictors) + 3:
        raise TooFew(f"{len(data.values)} rows are too few for {len(predictors)} predictors of {outcome}.")
    design = data.values[:, data.at(*predictors)]
    check_rank(design, predictors)
    check_rank(data.values[:, data.at(*predictors, outcome)], [*predictors, outcome])


def _cautions(data: _Data, unusable: int, draws: int) -> tuple[Caution, ...]:
    found = []
    if unusable:
        text = f"{unusable} of {draws} draws could not be used: in them the predictors said the same thing."
        found.append(Caution("unusable-draws", text))
    if data.clusters is not None and data.clusters.count < _FEW_CLUSTERS:
        text = (
            f"There are {data.clusters.count} clusters; with fewer than about {_FEW_CLUSTERS}, intervals are too short."
        )
        found.append(Caution("few-clusters", text))
    return tuple(found)


def _sample(model: PathModel) -> str:
    return f"{model.rows} rows" + (f" in {model.clusters} clusters" if model.clusters is not None else "")


__all__ = ["Effect", "Interval", "Mediation", "PathModel", "bootstrap_interval", "mediate", "path_model"]
