"""The course of scores in a collection, beside which one client's course can be shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from rapport.stats import mixed
from rapport.stats.arguments import check_choice, check_level
from rapport.stats.change.reliable import read_pairs
from rapport.stats.change.spread import LEAST_PERSONS, LEAST_SESSIONS, read_complete
from rapport.stats.errors import OutOfRange, TooFew, WrongShape
from rapport.stats.mixed import MixedFit, Random
from rapport.stats.results import Caution, Result, ResultTable, number, rows_left_out
from rapport.stats.tables import Floats, Groups, Table, read_groups

Curve = Literal["line", "log", "quadratic"]
LEAST_AT_SESSION: Final = 10  # clients who must have been seen at a session for a band there
_CURVES: Final = {"line": "a straight line", "log": "a line in the logarithm of the session", "quadratic": "a parabola"}


@dataclass(frozen=True, slots=True)
class CourseBand:
    """The collection at one session: its mean course, and the limits between which single scores lie."""

    session: int
    mean: float
    low: float
    high: float
    n_persons: int


@dataclass(frozen=True, kw_only=True)
class ShownCourse(Result):
    """One client's scores beside a collection. Nothing is concluded from it.

    mean, low, high  None at a session for which the collection has no band
    """

    method: ClassVar[str] = "Scores as given, beside the course of a collection"
    reference: ClassVar[str] = "Laird & Ware, 1982"

    sessions: tuple[int, ...]
    scores: tuple[float, ...]
    mean: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    level: float

    def sentence(self) -> str:
        return (
            f"The scores of {len(self.scores)} sessions, beside the mean course of the collection and the band that "
            f"holds the middle {100 * self.level:g}% of its clients’ scores."
        )

    def table(self) -> ResultTable:
        rows = zip(self.sessions, self.scores, self.mean, self.low, self.high, strict=True)
        return ResultTable("Course", ("session", "score", "mean", "low", "high"), tuple(rows))


@dataclass(frozen=True, kw_only=True)
class ExpectedCourse(Result):
    """The mean course of a collection and the band in which single scores lie.

    bands          one for each session at which at least ten clients were seen
    level          the share of scores that the band is made to hold
    share_inside   the share of the given scores that it does hold
    fit            the growth model
    """

    reference: ClassVar[str] = "Laird & Ware, 1982"

    bands: tuple[CourseBand, ...]
    level: float
    curve: str
    n_persons: int
    n_sessions: int
    share_inside: float
    fit: MixedFit = field(repr=False)

    @property
    def method(self) -> str:  # type: ignore[override]  # depends on the fit
        return f"Growth model by REML: {_CURVES[self.curve]}, random intercepts and slopes; normal band"

    def sentence(self) -> str:
        first, last = self.bands[0], self.bands[-1]
        return (
            f"Across {self.n_persons} clients the mean score went from {number(first.mean)} at session {first.session} "
            f"to {number(last.mean)} at session {last.session}; the middle {100 * self.level:g}% of single scores lay "
            f"between {number(first.low)} and {number(first.high)}, and between {number(last.low)} and "
            f"{number(last.high)}."
        )

    def table(self) -> ResultTable:
        rows = tuple((band.session, band.mean, band.low, band.high, band.n_persons) for band in self.bands)
        return ResultTable("Course of the collection", ("session", "mean", "low", "high", "clients"), rows)

    def beside(self, sessions: ArrayLike, scores: ArrayLike) -> ShownCourse:
        """One client's scores beside the band, in the order of sessions; to be drawn, not to be judged.

        Raises WrongShape, NotNumbers, MissingValues, NotFinite, OutOfRange.
        """
        times, values = read_pairs(sessions, scores, ("sessions", "scores"))
        numbers = _whole(times, "sessions")
        order = np.argsort(numbers, kind="stable")
        at = {band.session: band for band in self.bands}
        bands = [at.get(int(session)) for session in numbers[order]]
        return ShownCourse(
            sessions=tuple(int(session) for session in numbers[order]),
            scores=tuple(values[order].tolist()),
            mean=tuple(band.mean if band else None for band in bands),
            low=tuple(band.low if band else None for band in bands),
            high=tuple(band.high if band else None for band in bands),
            level=self.level,
        )


def expected_course(
    table: Table,
    *,
    score: str,
    person: str,
    session: str,
    curve: Curve = "line",
    level: float = 0.80,
    scale: tuple[float, float] | None = None,
) -> ExpectedCourse:
    """The mean course of a collection, and the band in which the scores of its clients lie session by session.

    One row is one session of one client; `session` counts whole numbers. The model is a fixed curve with an intercept
    and a slope of each client's own (Laird & Ware, 1982), by REML; around its mean the band has the variance

        x′ V x + z′ G z + σ²

    of a single score of a further client of the same collection: V that of the curve's coefficients, G that of
    intercepts and slopes, σ² that of single sessions. It takes scores as normal, and G and σ² as known. `curve` is
    "line", "log" (sessions from 1; change that slows) or "quadratic". `scale` holds the band within the lowest and
    highest score that the instrument has. Rows with a missing value are left out, and said; a client's missing sessions
    do not matter as long as what is missing depends on what was seen.

    This describes a collection. It does not predict what will become of a client, raises no alert, and is not for
    items that ask about self-harm: such an answer is read at once and as it is, never against what is usual.

    Raises UnknownColumn, NotNumbers, NotFinite, NoVariation, WrongShape (two rows for one session), TooFew (fewer than
    20 clients with three sessions; no session at which ten were seen), OutOfRange, and what `mixed.fit` raises.
    """
    check_level(level)
    check_choice(curve, "curve", _CURVES)
    if scale is not None and (len(scale) != 2 or not scale[0] < scale[1]):
        raise OutOfRange(f"scale is {scale!r}; give the instrument's lowest and highest score, (0, 40) say.")
    rows, left_out = read_complete(table, [score, session], person)
    persons, sessions = read_groups(rows, person), _whole(rows[session], session)
    _check_persons(persons, sessions, session)
    times = _times(sessions, curve, session)
    fit = mixed.fit(
        {**times, score: rows[score], person: persons.codes},
        outcome=score,
        fixed=tuple(times),
        random=(Random(person, slopes=tuple(times)[:1]),),
    )
    bands = _bands(fit, sessions, curve, session, level, scale)
    return ExpectedCourse(
        bands=bands,
        level=level,
        curve=curve,
        n_persons=persons.count,
        n_sessions=len(sessions),
        share_inside=_share_inside(bands, sessions, rows[score]),
        fit=fit,
        warnings=rows_left_out(left_out, left_out + len(sessions)) + fit.warnings + _cautions(bands, sessions),
    )


def _whole(sessions: Floats, name: str) -> NDArray[np.int64]:
    odd = sessions != np.round(sessions)
    if odd.any():
        raise OutOfRange(f"{name} is {sessions[odd][0]:g}; it must count sessions in whole numbers: 1, 2, 3.")
    return sessions.astype(np.int64)


def _check_persons(persons: Groups, sessions: NDArray[np.int64], name: str) -> None:
    enough = int((persons.sizes >= LEAST_SESSIONS).sum())
    if enough < LEAST_PERSONS:
        raise TooFew(
            f"{enough} {persons.name}s have at least {LEAST_SESSIONS} sessions; {LEAST_PERSONS} are needed before the "
            "course of a collection can be told."
        )
    pairs, times = np.unique(np.column_stack([persons.codes, sessions]), axis=0, return_counts=True)
    if (times > 1).any():
        one, session = pairs[times > 1][0]
        raise WrongShape(f"{persons.name} {persons.labels[one]} has more than one row for {name} {session}. Keep one.")


def _times(sessions: NDArray[np.int64], curve: str, name: str) -> dict[str, Floats]:
    """The columns of the curve beside its intercept; the first is the one whose slope each client has."""
    if curve == "log":
        if sessions.min() < 1:
            raise OutOfRange(f'{name} is {sessions.min()}; the curve "log" needs sessions from 1.')
        return {f"log {name}": np.log(sessions)}
    time = sessions.astype(np.float64)
    return {name: time} | ({f"{name} squared": time**2} if curve == "quadratic" else {})


def _bands(
    fit: MixedFit,
    sessions: NDArray[np.int64],
    curve: str,
    name: str,
    level: float,
    scale: tuple[float, float] | None,
) -> tuple[CourseBand, ...]:
    numbers, counts = np.unique(sessions, return_counts=True)
    numbers, counts = numbers[counts >= LEAST_AT_SESSION], counts[counts >= LEAST_AT_SESSION]
    if not len(numbers):
        raise TooFew(f"At no session were {LEAST_AT_SESSION} clients seen; a band needs as many.")
    fixed = np.column_stack([np.ones(len(numbers)), *_times(numbers, curve, name).values()])
    random = fixed[:, :2]
    variance = (
        np.einsum("ij,jk,ik->i", fixed, fit.covariance, fixed)
        + np.einsum("ij,jk,ik->i", random, fit.variances[0].covariance, random)
        + fit.residual_variance
    )
    mean = fixed @ fit.fixed
    reach = float(stats.norm.ppf((1 + level) / 2)) * np.sqrt(variance)
    low, high = mean - reach, mean + reach
    if scale is not None:
        low, high = np.clip(low, *scale), np.clip(high, *scale)
    return tuple(
        CourseBand(int(one), float(m), float(lo), float(hi), int(n))
        for one, m, lo, hi, n in zip(numbers, mean, low, high, counts, strict=True)
    )


def _share_inside(bands: tuple[CourseBand, ...], sessions: NDArray[np.int64], scores: Floats) -> float:
    inside = seen = 0
    for band in bands:
        here = scores[sessions == band.session]
        inside += int(((here >= band.low) & (here <= band.high)).sum())
        seen += len(here)
    return inside / seen


def _cautions(bands: tuple[CourseBand, ...], sessions: NDArray[np.int64]) -> tuple[Caution, ...]:
    found = []
    first, last = bands[0], bands[-1]
    if last.n_persons < first.n_persons / 2:
        text = (
            f"{first.n_persons} clients were seen at session {first.session}, {last.n_persons} at session "
            f"{last.session}: later sessions tell of those who stayed."
        )
        found.append(Caution("few-stayed", text))
    without = sorted(set(np.unique(sessions).tolist()) - {band.session for band in bands})
    if without:
        told = ", ".join(map(str, without[:5])) + (" …" if len(without) > 5 else "")
        found.append(
            Caution("no-band", f"No band at sessions {told}: fewer than {LEAST_AT_SESSION} clients were seen.")
        )
    return tuple(found)
