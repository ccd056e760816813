"""How a simulated trial is analysed. Each analysis answers with one finding about the effect of training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
from scipy.special import stdtr

from rapport.stats.design.trial import Trial
from rapport.stats.errors import NoVariation, OutOfRange, TooFew
from rapport.stats.simulate import Simulated
from rapport.stats.tables import Floats, Groups, check_nested, read_groups, read_numbers


class Finding(NamedTuple):
    """The estimated effect of training, its standard error, degrees of freedom and two-sided p."""

    estimate: float
    se: float
    df: float
    p: float


Analysis = Callable[[Simulated[Any], Trial], Finding]


def cluster_means(data: Simulated[Any], trial: Trial) -> Finding:
    """A t test of one number a therapist (Donner & Klar 2000, chapter 7): exact where caseloads are equal and
    nothing is missing, whatever the number of therapists.

    The number is, for a level, the mean of the clients' means; for a slope, the clients' common slope over sessions;
    for tracking, the common slope of the therapist's on the client's rating within clients.

    Raises TooFew where an arm has fewer than two therapists with such a number, NoVariation where all are equal.
    """
    therapist, client = read_groups(data, "therapist"), read_groups(data, "client")
    parent = check_nested(client, therapist)
    if trial.on == "level":
        means = _group_means(read_numbers(data, "outcome"), client)
        numbers = np.bincount(parent, means, therapist.count) / np.bincount(parent, minlength=therapist.count)
    elif trial.on == "slope":
        numbers = _slopes(read_numbers(data, "time"), read_numbers(data, "outcome"), client, parent, therapist.count)
    else:
        rated, judged = read_numbers(data, "client_rating"), read_numbers(data, "therapist_rating")
        numbers = _slopes(rated, judged, client, parent, therapist.count)
    trained = np.zeros(therapist.count, dtype=bool)
    trained[therapist.codes] = read_numbers(data, "trained") == 1
    known = np.isfinite(numbers)
    return t_test(numbers[trained & known], numbers[~trained & known])


def t_test(first: Floats, second: Floats) -> Finding:
    """Student's two-sample t test with one variance, first less second."""
    if min(len(first), len(second)) < 2:
        raise TooFew(f"{len(first)} and {len(second)} therapists cannot be compared; each arm needs two.")
    df = len(first) + len(second) - 2
    pooled = (((first - first.mean()) ** 2).sum() + ((second - second.mean()) ** 2).sum()) / df
    if pooled <= 0:
        raise NoVariation("The therapists of each arm do not differ at all; the effect has no standard error.")
    estimate = float(first.mean() - second.mean())
    se = float(np.sqrt(pooled * (1 / len(first) + 1 / len(second))))
    return Finding(estimate, se, float(df), float(2 * stdtr(df, -abs(estimate / se))))


def mixed_model(data: Simulated[Any], trial: Trial) -> Finding:
    """`stats.mixed.fit` (REML, Satterthwaite): intercepts of therapists and clients, and slopes at each level where
    the truth has them.

    Where each therapist has one client, therapists and clients are one level; where each has one row, the t test of
    `cluster_means` is what is left.
    """
    from rapport.stats import mixed  # a trial of cluster means does not need it

    truth = trial.truth_with(trial.effect)
    table = dict(data.table)
    if trial.on == "tracking":
        outcome, slope, spreads = "therapist_rating", "distance", ("tracking_therapist_sd", "tracking_dyad_sd")
        table["distance"] = table["client_rating"] - table["client_rating"].mean()
    else:
        outcome, slope, spreads = "outcome", "time", ("therapist_slope_sd", "client_slope_sd")
    varying = [(slope,) if getattr(truth, spread) > 0 and trial.sessions > 1 else () for spread in spreads]
    fixed: tuple[Any, ...] = (slope, "trained") if trial.sessions > 1 else ("trained",)
    if trial.on != "level":
        fixed = (*fixed, ("trained", slope))
    therapists, clients = (len(np.unique(table[name])) for name in ("therapist", "client"))
    if therapists == len(data):
        return cluster_means(data, trial)
    groups = [mixed.Random("therapist", slopes=varying[0])]
    if therapists < clients < len(data):
        groups.append(mixed.Random("client", slopes=varying[1]))
    found = mixed.fit(table, outcome=outcome, fixed=fixed, random=tuple(groups)).coefficients[-1]
    return Finding(found.estimate, found.se, found.df, found.p)


ANALYSES: Final[dict[str, Analysis]] = {"mixed model": mixed_model, "cluster means": cluster_means}


def find_analysis(analysis: str | Analysis) -> Analysis:
    """The analysis of this name, or the given function. Raises OutOfRange for an unknown name."""
    if callable(analysis):
        return analysis
    if analysis not in ANALYSES:
        raise OutOfRange(
            f"analysis is {analysis!r}; it must be one of {', '.join(map(repr, ANALYSES))}, or a function."
        )
    return ANALYSES[analysis]


def _group_means(values: Floats, groups: Groups) -> Floats:
    return np.bincount(groups.codes, values, groups.count) / groups.sizes


def _slopes(x: Floats, y: Floats, client: Groups, parent: Any, therapists: int) -> Floats:
    """One slope a therapist, from deviations within clients; NaN where x does not vary within any client."""
    x = x - _group_means(x, client)[client.codes]
    y = y - _group_means(y, client)[client.codes]
    whose = parent[client.codes]
    spread = np.bincount(whose, x * x, therapists)
    known = spread > 1e-12
    return np.where(known, np.bincount(whose, x * y, therapists) / np.where(known, spread, 1.0), np.nan)
