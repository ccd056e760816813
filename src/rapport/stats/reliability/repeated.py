"""The reliability of repeated measures: of persons' levels, and of change within a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from rapport.stats.arguments import check_level
from rapport.stats.errors import NoVariation, TooFew, WrongShape
from rapport.stats.reliability.cronbach import coefficient, feldt_interval
from rapport.stats.reliability.items import read_items
from rapport.stats.results import Caution, Result, ResultTable, counted, interval_text, number
from rapport.stats.tables import Floats, Groups, Table, read_groups

_SOURCES: Final = (
    "person",
    "session",
    "item",
    "person × session",
    "person × item",
    "session × item",
    "residual",
)
_MEANINGS: Final = {
    "alpha": "change within a person, items free to differ in level",
    "R_CN": "change within a person, sessions nested in persons, items taken as alike",
    "R_C": "change within a person, sessions common to all",
    "R_1F": "a person’s level from one session, all at the same one",
    "R_KF": "a person’s level from all sessions",
    "R_1R": "a person’s level from one session, any",
    "R_KR": "a person’s level from as many sessions, any",
}


@dataclass(frozen=True, kw_only=True)
class WithinPersonReliability(Result):
    """How reliably the sessions of one person are told apart.

    estimate, low, high  alpha within persons, with Feldt's interval at `level`
    coefficients         alpha and R_CN for any data; R_C, R_1F, R_KF, R_1R, R_KR where all have the same sessions
    components           variances of persons, sessions, items and what they do together; empty otherwise
    """

    method: ClassVar[str] = "Covariances pooled within persons, and mean squares; interval of Feldt from F"
    reference: ClassVar[str] = "Geldhof, Preacher & Zyphur, 2014; Cranford et al., 2006; Shrout & Lane, 2012"

    estimate: float
    low: float
    high: float
    level: float
    n_persons: int
    n_sessions: int
    n_items: int
    coefficients: dict[str, float]
    components: dict[str, float]

    def sentence(self) -> str:
        return (
            f"Change within persons from session to session was measured with an internal consistency of "
            f"α = {number(self.estimate, leading_zero=False)}, "
            f"{interval_text(self.low, self.high, self.level, leading_zero=False)} "
            f"({counted(self.n_items, 'item')}, {counted(self.n_sessions, 'session')} of "
            f"{counted(self.n_persons, 'person')})."
        )

    def table(self) -> ResultTable:
        rows = tuple((name, _MEANINGS[name], value) for name, value in self.coefficients.items())
        return ResultTable("Reliability of repeated measures", ("coefficient", "of", "estimate"), rows)


def within_person(
    table: Table, *, items: Sequence[str], person: str, session: str, level: float = 0.95
) -> WithinPersonReliability:
    """How reliably a scale of several items tells the sessions of one person apart.

    One row of `table` is one session of one person, with a column for each of the `items`. Persons may have different
    numbers of sessions; those with one session do not count. A row with a missing answer is left out, and said.

        α     of the items' covariances pooled within persons (Geldhof, Preacher & Zyphur, 2014)
        R_CN  = σ²(session in person) / (σ²(session in person) + σ²(error) / items)        (Shrout & Lane, 2012, eq. 11)

    They answer alike but for one thing: R_CN takes items as alike, so that items with different means count as error,
    though they stay the same from session to session; α lets them differ. Where every person has the same sessions, the
    coefficients of Cranford et al. (2006) are given too, from the components of the design person × session × item. A
    component estimated below zero counts as zero, and is named.

    Raises UnknownColumn, NotNumbers, NotFinite, MissingValues (person, session), WrongShape (one item; two rows for
    one session), TooFew (fewer than two persons with two sessions), NoVariation (nobody changes).

    Checked against psych::multilevel.reliability 2.2.9 (all but α and R_1F) and psych::alpha of answers less each
    person's means (α).
    """
    check_level(level)
    answers = read_items(table, items, "leave out")
    persons, sessions = read_groups(table, person), read_groups(table, session)
    if not len(persons.codes) == len(sessions.codes) == len(answers.kept):
        raise WrongShape(f"{person}, {session} and the items must have the same number of rows.")
    persons, sessions = _kept(persons, answers.kept), _kept(sessions, answers.kept)
    _check_once(persons, sessions)
    covariance, df, repeated = _pooled_within(answers.values, persons)
    estimate = coefficient(covariance)
    low, high = feldt_interval(estimate, df, df * (len(items) - 1), level)
    changing, error = _nested_components(covariance, answers.values[persons.sizes[persons.codes] > 1])
    coefficients = {"alpha": estimate, "R_CN": _true_share(max(changing, 0.0), error / len(items))}
    components: dict[str, float] = {}
    cautions = answers.cautions()
    if persons.count > 1 and sessions.count > 1 and len(answers.values) == persons.count * sessions.count:
        components = _components(answers.values[np.lexsort((sessions.codes, persons.codes))], persons.count)
        coefficients |= _cranford({name: max(v, 0.0) for name, v in components.items()}, sessions.count, len(items))
    else:
        text = "Persons have different sessions: α and R_CN alone are given; the others need the same sessions for all."
        cautions += (Caution("unbalanced", text),)
    cautions += _below_zero({"session in person": changing, **components})
    return WithinPersonReliability(
        estimate=estimate,
        low=low,
        high=high,
        level=level,
        n_persons=repeated,
        n_sessions=df + repeated,
        n_items=len(items),
        coefficients=coefficients,
        components=components,
        warnings=cautions,
    )


def _kept(groups: Groups, kept: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Groups:
    labels, codes = np.unique(groups.codes[kept], return_inverse=True)
    return Groups(groups.name, codes.astype(np.int64), groups.labels[labels])


def _check_once(persons: Groups, sessions: Groups) -> None:
    cells, counts = np.unique(persons.codes * sessions.count + sessions.codes, return_counts=True)
    if (counts > 1).any():
        cell = int(cells[counts > 1][0])
        one, other = persons.labels[cell // sessions.count], sessions.labels[cell % sessions.count]
        raise WrongShape(f"{persons.name} {one} has more than one row for {sessions.name} {other}. Keep one.")


def _pooled_within(values: Floats, persons: Groups) -> tuple[Floats, int, int]:
    """The items' covariance within persons, its degrees of freedom, and how many persons have two sessions."""
    repeated = int((persons.sizes > 1).sum())
    if repeated < 2:
        raise TooFew(f"{repeated} {persons.name}s have two sessions or more; at least two are needed.")
    means = np.zeros((persons.count, values.shape[1]))
    np.add.at(means, persons.codes, values)
    centred = values - (means / persons.sizes[:, None])[persons.codes]
    df = len(values) - persons.count
    covariance = centred.T @ centred / df
    if np.trace(covariance) <= 1e-20 * max(1.0, float(np.abs(values).max())) ** 2:
        raise NoVariation(f"No {persons.name} changes from session to session; there is no change to be reliable.")
    return np.asarray(covariance), df, repeated


def _nested_components(covariance: Floats, values: Floats) -> tuple[float, float]:
    """Variance of sessions within persons, and of error, with items as replications (Shrout & Lane, 2012).

    `covariance` is the pooled one within persons; `values` are the rows of persons with two sessions or more.
    """
    m = len(covariance)
    of_sessions = float(covariance.sum()) / m
    spread = values - values.mean(axis=1, keepdims=True)
    error = float((spread**2).sum()) / (len(values) * (m - 1))
    return (of_sessions - error) / m, error


def _components(values: Floats, n: int) -> dict[str, float]:
    """Components of variance from the mean squares of a full design (Cranford et al., 2006).

    `values` has shape (n × sessions, items), sorted by person and session.
    """
    cube = values.reshape(n, -1, values.shape[1])
    k, m = cube.shape[1:]
    cube = cube - cube.mean()
    p, t, i = cube.mean(axis=(1, 2)), cube.mean(axis=(0, 2)), cube.mean(axis=(0, 1))
    pt = cube.mean(axis=2) - p[:, None] - t
    pi = cube.mean(axis=1) - p[:, None] - i
    ti = cube.mean(axis=0) - t[:, None] - i
    rest = cube - pt[:, :, None] - pi[:, None, :] - ti - p[:, None, None] - t[:, None] - i
    ms_p, ms_t, ms_i = (k * m * (p @ p) / (n - 1), n * m * (t @ t) / (k - 1), n * k * (i @ i) / (m - 1))
    ms_pt = m * (pt**2).sum() / ((n - 1) * (k - 1))
    ms_pi = k * (pi**2).sum() / ((n - 1) * (m - 1))
    ms_ti = n * (ti**2).sum() / ((k - 1) * (m - 1))
    error = (rest**2).sum() / ((n - 1) * (k - 1) * (m - 1))
    estimates = (
        (ms_p - ms_pt - ms_pi + error) / (k * m),
        (ms_t - ms_pt - ms_ti + error) / (n * m),
        (ms_i - ms_pi - ms_ti + error) / (n * k),
        (ms_pt - error) / m,
        (ms_pi - error) / k,
        (ms_ti - error) / n,
        error,
    )
    return {name: float(value) for name, value in zip(_SOURCES, estimates, strict=True)}


def _cranford(components: dict[str, float], k: int, m: int) -> dict[str, float]:
    """The coefficients for k sessions and m items (Cranford et al., 2006)."""
    p, t, _, pt, pi, _, error = components.values()
    level, wandering = p + pi / m, t + pt
    parts = {
        "R_C": (pt, error / m),
        "R_1F": (level, error / m),
        "R_KF": (level, error / (k * m)),
        "R_1R": (level, wandering + error / m),
        "R_KR": (level, wandering / k + error / (k * m)),
    }
    return {name: _true_share(*two) for name, two in parts.items()}


def _true_share(true: float, other: float) -> float:
    return true / (true + other) if true + other > 0 else 0.0


def _below_zero(components: dict[str, float]) -> tuple[Caution, ...]:
    below = [name for name, value in components.items() if value < 0]
    if not below:
        return ()
    return (Caution("negative-component", f"Estimated below zero and counted as zero: {', '.join(below)}."),)
