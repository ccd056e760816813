"""Intervals by the profile likelihood: one parameter held, the others at their best, until the deviance is too high.

A parameter is held exactly, by writing the model in terms of it: a fixed effect is moved over to the outcome; a
standard deviation or correlation takes the first places of its block, where it is an entry of the factor.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import scipy.optimize

from rapport.stats import wald
from rapport.stats.arguments import check_level, check_text
from rapport.stats.errors import BadInput
from rapport.stats.mixed.factors import Block, lower_root
from rapport.stats.mixed.fitted import Machinery, MixedFit
from rapport.stats.mixed.problem import Problem
from rapport.stats.mixed.search import descend, minimise
from rapport.stats.mixed.terms import INTERCEPT
from rapport.stats.results import Result, ResultTable, interval_text, number
from rapport.stats.tables import Floats

RESIDUAL = "residual"


@dataclass(frozen=True, kw_only=True)
class Profile(Result):
    """One parameter's interval.

    parameter  "trained" (a fixed effect), "therapist: intercept" (a standard deviation), "client: intercept, session"
               (a correlation), "residual" (the residual standard deviation)
    """

    reference = "Bates, Mächler, Bolker & Walker 2015, section 5"

    parameter: str
    estimate: float
    low: float
    high: float
    level: float
    estimation: str

    @property
    def method(self) -> str:  # type: ignore[override]  # depends on the fit
        return f"Profile {'restricted ' if self.estimation == 'REML' else ''}likelihood"

    def sentence(self) -> str:
        limits = interval_text(self.low, self.high, self.level)
        return f"{self.parameter} was estimated at {number(self.estimate)}, {limits} (profile likelihood)."

    def table(self) -> ResultTable:
        percent = f"{100 * self.level:g}%"
        columns = ("parameter", "estimate", f"{percent} low", f"{percent} high")
        return ResultTable("Profile", columns, ((self.parameter, self.estimate, self.low, self.high),))


def profile(fit: MixedFit, parameter: str, *, level: float) -> Profile:
    """The interval of one parameter by its profile likelihood.

    A fixed effect is profiled by maximum likelihood whatever the fit (a restricted likelihood says nothing of fixed
    effects), around its own estimate by ML; the others by the likelihood of the fit. Checked against lme4's
    `confint(method = "profile")`, which profiles everything by ML.

    Raises BadInput where the model has no such parameter.
    """
    from rapport.stats.mixed.residuals.holding import hold_correlation

    check_level(level)
    parts = fit.machinery
    if parameter in parts.design.fixed:
        return _of_coefficient(parts, parameter, level)
    if parameter == RESIDUAL:
        held = hold_residual(parts)
    else:
        held = hold_correlation(fit, parameter) or _hold_random(fit, parameter)
    low, high = held.limits(level)
    return Profile(
        parameter=parameter, estimate=held.estimate, low=low, high=high, level=level, estimation=fit.estimation
    )


@dataclass(frozen=True)
class Held:
    """A parameter that can be held at a value.

    estimate  where the deviance is lowest
    lowest    the deviance there
    reach     about a standard error, to begin with
    bounds    what it can be
    at        value, free parameters → deviance, its gradient by the free parameters
    start     the free parameters at the estimate
    """

    estimate: float
    lowest: float
    reach: float
    bounds: tuple[float, float]
    at: Callable[[float, Floats], tuple[float, Floats]]
    start: Floats

    def limits(self, level: float) -> tuple[float, float]:
        """Where the deviance has risen by the quantile of χ² with 1 degree of freedom; a bound where it does not."""
        rise = wald.critical(level) ** 2
        return self._limit(-1, rise), self._limit(1, rise)

    def _limit(self, sign: int, rise: float) -> float:
        bound = self.bounds[0] if sign < 0 else self.bounds[1]
        start = self.start
        known = {self.estimate: -math.sqrt(rise)}

        def excess(value: float) -> float:
            nonlocal start
            if value not in known:
                deviance, start = self._best(value, start)
                # The root of the deviance's rise is nearly linear in the parameter, which a root finder likes.
                known[value] = math.sqrt(max(deviance - self.lowest, 0.0)) - math.sqrt(rise)
            return known[value]

        near, step = self.estimate, self.reach
        for _ in range(60):
            far = near + sign * step
            if (far - bound) * sign >= 0:
                far = bound if math.isfinite(bound) else far
            if excess(far) >= 0:
                return float(scipy.optimize.brentq(excess, near, far, xtol=1e-8 * self.reach, rtol=1e-10))
            if far == bound:
                return bound
            near, step = far, 1.5 * step
        return sign * math.inf

    def _best(self, value: float, start: Floats) -> tuple[float, Floats]:
        if start.size == 0:
            return self.at(value, start)[0], start
        turn = self._root

        def slope(steps: Floats) -> tuple[float, Floats]:
            deviance, gradient = self.at(value, start + turn @ steps)
            return deviance, turn.T @ gradient

        free = start + turn @ descend(slope, np.zeros(len(start)), enough=1e-4)
        return self.at(value, free)[0], free

    @functools.cached_property
    def _root(self) -> Floats:
        """R with RR' = H⁻¹, H the Hessian by the free parameters: it makes the search as quick as near the minimum."""
        k, step = len(self.start), 1e-4
        hessian = np.empty((k, k))
        for index, along in enumerate(step * np.eye(k)):
            ahead, behind = (self.at(self.estimate, self.start + sign * along)[1] for sign in (1, -1))
            hessian[index] = (ahead - behind) / (2 * step)
        values, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
        floor = 1e-3 * max(float(values.max(initial=0.0)), 1e-3)
        return np.asarray(vectors / np.sqrt(np.clip(values, floor, None)))


def _of_coefficient(parts: Machinery, name: str, level: float) -> Profile:
    problem = replace(parts.problem, ending=replace(parts.problem.ending, restricted=False))
    best = minimise(problem, parts.minimum.place.parameters)
    design, scaling = parts.design, parts.design.scaling
    k = design.fixed.index(name)
    back = np.linalg.inv(scaling.basis)
    others = np.linalg.qr(np.delete(back, k, axis=1))[0]
    ending = problem.ending

    def at(value: float, free: Floats) -> tuple[float, Floats]:
        moved = (scaling.origin - value * back[:, k]) / scaling.spread
        moved = moved - others @ (others.T @ moved)  # the rest is for the other fixed effects
        held = replace(ending, fixed=ending.fixed @ others, response=ending.response + ending.fixed @ moved)
        place = problem.with_ending(held).at(free)
        return place.deviance, place.gradient

    estimate = float(scaling.coefficients(best.place.coefficients)[k])
    reach = math.sqrt(float(scaling.covariance(best.place.unscaled, best.place.sigma)[k, k]))
    held = Held(estimate, best.place.deviance, reach, (-math.inf, math.inf), at, best.place.parameters)
    low, high = held.limits(level)
    return Profile(parameter=name, estimate=estimate, low=low, high=high, level=level, estimation="ML")


def hold_residual(parts: Machinery) -> Held:
    """The residual standard deviation."""
    problem, place, spread = parts.problem, parts.minimum.place, parts.design.scaling.spread

    def at(value: float, free: Floats) -> tuple[float, Floats]:
        there = problem.at(free, sigma=max(value, 1e-8 * place.sigma * spread) / spread)
        return there.deviance, there.gradient

    reach = place.sigma * spread / math.sqrt(2 * problem.ending.freedom)
    return Held(place.sigma * spread, place.deviance, reach, (0.0, math.inf), at, place.parameters)


def _hold_random(fit: MixedFit, parameter: str) -> Held:
    group, _, effects = check_text(parameter, "parameter").partition(": ")
    names = effects.split(", ")
    known = [f"{one.group}: {name}" for one in fit.variances for name in one.names]
    if not effects or not set(names) <= {name for one in fit.variances if one.group == group for name in one.names}:
        told = ", ".join([*fit.machinery.design.fixed, *known, RESIDUAL])
        raise BadInput(f"The model has no parameter {parameter!r}. It has: {told}.")
    return hold_sd(fit, group, names[0]) if len(names) == 1 else _hold_correlation(fit, group, names)


def _brought_forward(parts: Machinery, group: str, names: list[str]) -> tuple[Problem, int, Floats, list[int]]:
    """The problem with these effects in the first places of their block; where their entries are among the
    parameters; the parameters at the minimum; and which effects of the level stand where now."""
    problem, design = parts.problem, parts.design
    level = design.level_of(group)
    places = [design.effects[level].index(name) for name in names]
    blocks = [one for one in problem.layout.blocks if one.level == level]
    block = next(one for one in blocks if one.first <= places[0] < one.first + one.size)
    if not all(block.first <= place < block.first + block.size for place in places) or (
        len(places) > 1 and not block.correlated
    ):
        raise BadInput(f"{' and '.join(names)} of {group} are uncorrelated in this model.")
    inside = places + [place for place in range(block.first, block.first + block.size) if place not in places]
    order = [*range(block.first), *inside, *range(block.first + block.size, problem.layout.sizes[level])]
    columns = tuple(problem.levels[level].columns[place] for place in order)
    levels = tuple(replace(one, columns=columns) if index == level else one for index, one in enumerate(problem.levels))
    factors = problem.factors(parts.minimum.place.parameters)
    factors[level] = _rearranged(factors[level], order, problem.layout.blocks, level)
    parameters = parts.minimum.place.parameters.copy()
    parameters[: problem.layout.count] = problem.layout.vector(factors)
    marks = [np.zeros((size, size)) for size in problem.layout.sizes]
    marks[level][block.first, block.first] = 1
    first = int(np.flatnonzero(problem.layout.vector(marks))[0])
    return replace(problem, levels=levels), first, parameters, order


def _rearranged(factor: Floats, order: list[int], blocks: tuple[Block, ...], level: int) -> Floats:
    """The lower triangular factor of the same effects in another order."""
    turned = factor[order]
    for block in blocks:
        if block.level == level:
            part = turned[block.span].copy()
            turned[block.span] = 0
            turned[block.span, block.span] = lower_root(part @ part.T)
    return turned


def hold_sd(fit: MixedFit, group: str, name: str) -> Held:
    """The standard deviation of one effect between the clusters of a group."""
    parts = fit.machinery
    problem, first, parameters, _ = _brought_forward(parts, group, [name])
    design, sigma = parts.design, parts.minimum.place.sigma
    level = design.level_of(group)
    scale = float(design.scaling.effects[level][design.effects[level].index(name)]) / design.scaling.spread
    freedom = problem.ending.freedom

    def at(value: float, free: Floats) -> tuple[float, Floats]:
        held_sigma = math.exp(float(np.clip(free[0], -30, 30)))
        entry = value * scale / held_sigma
        place = problem.at(np.insert(free[1:], first, entry), sigma=held_sigma)
        by_log_sigma = 2 * freedom - 2 * place.squares / held_sigma**2 - place.gradient[first] * entry
        return place.deviance, np.concatenate([[by_log_sigma], np.delete(place.gradient, first)])

    estimate = float(np.sqrt(fit.variance(group).covariance[(fit.variance(group).names.index(name),) * 2]))
    start = np.concatenate([[math.log(sigma)], np.delete(parameters, first)])
    clusters = problem.levels[level].clusters
    reach = max(estimate, 0.1 * sigma / scale) / math.sqrt(2 * clusters)
    return Held(estimate, parts.minimum.place.deviance, reach, (0.0, math.inf), at, start)


def _hold_correlation(fit: MixedFit, group: str, names: list[str]) -> Held:
    parts = fit.machinery
    if len(names) != 2 or names[0] == names[1]:
        raise BadInput(f"A correlation is of two effects: '{group}: {INTERCEPT}, session'.")
    problem, first, parameters, _ = _brought_forward(parts, group, names)
    variance = fit.variance(group)
    one, other = (variance.names.index(name) for name in names)
    estimate = float(variance.correlations[one, other])
    if not math.isfinite(estimate):
        raise BadInput(f"{' and '.join(names)} of {group} have no correlation: one of them does not vary.")
    second, third = first + 1, first + _block_size(problem, first)

    def spread_out(value: float, free: Floats) -> Floats:
        whole = np.insert(free, third - 1, 0.0)
        length = free[second]
        whole[second], whole[third] = value * length, math.sqrt(max(1 - value**2, 0.0)) * length
        return whole

    def at(value: float, free: Floats) -> tuple[float, Floats]:
        place = problem.at(spread_out(value, free))
        gradient = np.delete(place.gradient, third)
        gradient[second] = value * place.gradient[second] + math.sqrt(max(1 - value**2, 0)) * place.gradient[third]
        return place.deviance, gradient

    start = np.delete(parameters, third)
    start[second] = math.hypot(parameters[second], parameters[third])
    if parameters[first] < 0:
        start[first] = -parameters[first]
    reach = max((1 - estimate**2) / math.sqrt(variance.covariance.shape[0] + 10), 1e-3)
    return Held(estimate, parts.minimum.place.deviance, reach, (-1.0, 1.0), at, start)


def _block_size(problem: Problem, first: int) -> int:
    """The size of the correlated block whose first entry stands at `first` among the parameters."""
    at = 0
    for block in problem.layout.blocks:
        if at == first:
            return block.size
        at += len(block.entries)
    raise AssertionError("the entry is not the first of a block")


def hold_share(fit: MixedFit, group: str) -> Held:
    """The share of the variance (of the intercepts and the residual) that lies between the clusters of a group."""
    parts = fit.machinery
    problem, first, parameters, _ = _brought_forward(parts, group, [INTERCEPT])
    level = parts.design.level_of(group)
    rows = [np.zeros((size, size)) for size in problem.layout.sizes]
    for index, effects in enumerate(parts.design.effects):
        if index != level and INTERCEPT in effects:
            rows[index][effects.index(INTERCEPT)] = 1
    others = np.delete(problem.layout.vector(rows), first)
    extra = len(parameters) - problem.layout.count
    others = np.concatenate([others, np.zeros(extra)])

    def at(value: float, free: Floats) -> tuple[float, Floats]:
        odds = min(value, 1 - 1e-12) / (1 - min(value, 1 - 1e-12))
        entry = math.sqrt(odds * (1 + float(others @ free**2)))
        place = problem.at(np.insert(free, first, entry))
        gradient = np.delete(place.gradient, first)
        if entry > 0:
            gradient = gradient + place.gradient[first] * odds * others * free / entry
        return place.deviance, gradient

    start = np.delete(parameters, first)
    here = parameters[first] ** 2
    estimate = here / (1 + here + float(others @ start**2))
    reach = max(estimate, 0.02) / math.sqrt(problem.levels[level].clusters)
    return Held(estimate, parts.minimum.place.deviance, reach, (0.0, 1.0), at, start)
