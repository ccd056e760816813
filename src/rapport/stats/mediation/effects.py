"""Products of paths along chains, their errors by the delta method, their intervals by the bootstrap."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np
from scipy.special import ndtr, ndtri

from rapport.stats import wald
from rapport.stats.arguments import check_choice, check_level
from rapport.stats.mediation.results import Chain, Effect, Interval
from rapport.stats.tables import Floats, check_numbers


def along(chains: tuple[Chain, ...], paths: list[tuple[str, str]], values: Floats) -> Floats:
    """The sum over chains of the product along each, for each row of path values."""
    return np.asarray(
        sum(np.prod(values[:, [paths.index(step) for step in steps_of(chain)]], axis=1) for chain in chains)
    )


def describe_effect(
    name: str,
    chains: tuple[Chain, ...],
    paths: list[tuple[str, str]],
    estimates: Floats,
    covariance: Floats,
    drawn: Floats | None,
    interval: Interval,
    level: float,
    columns: tuple[str, ...],
    implied: Floats,
) -> Effect:
    estimate = float(along(chains, paths, estimates[None])[0])
    slope = np.zeros(len(estimates))
    for chain in chains:
        steps = [paths.index(step) for step in steps_of(chain)]
        for index, step in enumerate(steps):
            slope[step] += np.prod(estimates[steps[:index] + steps[index + 1 :]])
    se = math.sqrt(max(float(slope @ covariance @ slope), 0.0))
    z = estimate / se if se > 0 else math.nan
    low, high = wald.limits(estimate, se, level)
    if drawn is not None:
        low, high = bootstrap_interval(drawn, estimate, interval, level)
    spread = dict(zip(columns, np.sqrt(np.diag(implied)), strict=True))
    scales = {float(spread[chain[0]] / spread[chain[-1]]) for chain in chains}
    return Effect(
        name=name,
        chains=chains,
        estimate=estimate,
        se=se,
        z=z,
        p=wald.two_sided(z),
        low=low,
        high=high,
        bootstrap_se=float(drawn.std(ddof=1)) if drawn is not None and len(drawn) > 1 else None,
        standardised=estimate * scales.pop() if len(scales) == 1 else math.nan,
    )


def bootstrap_interval(drawn: Floats, estimate: float, interval: Interval, level: float = 0.95) -> tuple[float, float]:
    """The limits that bootstrap draws give.

    drawn     shape (draws,)
    interval  "percentile" (Efron & Tibshirani, 1993, chapter 13) or "bias-corrected" (chapter 14, with acceleration
              0), which moves the percentiles by how many draws lie below the estimate
    """
    check_level(level)
    drawn = check_numbers(drawn, "drawn")
    check_choice(interval, "interval", ("percentile", "bias-corrected"))
    tail = (1 - level) / 2
    shares = np.array([tail, 1 - tail])
    if interval == "bias-corrected":
        below = (np.sum(drawn < estimate) + np.sum(drawn == estimate) / 2) / len(drawn)
        bias = ndtri(np.clip(below, 0.5 / len(drawn), 1 - 0.5 / len(drawn)))
        shares = ndtr(2 * bias + ndtri(shares))
    low, high = np.quantile(drawn, shares)
    return float(low), float(high)


def steps_of(chain: Chain) -> Iterator[tuple[str, str]]:
    return itertools.pairwise(chain)
