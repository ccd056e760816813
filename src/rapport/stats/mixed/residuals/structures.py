"""What a researcher may say about residuals, and how a table's rows are arranged for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from rapport.stats.arguments import check_choice
from rapport.stats.errors import BadInput, NotIdentified, OutOfRange, TooFew, WrongShape
from rapport.stats.mixed.residuals.covariance import Covariance
from rapport.stats.mixed.residuals.segments import Segments, cut
from rapport.stats.tables import Floats, Groups, Ints, Table, read_groups, read_numbers


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The rows of a table as a residual structure sees them.

    covariance  which parts there are, and their parameters
    segments    the rows, laid out; empty where residuals are independent and alike
    blocks      the groups across which residuals are independent; None where each row stands alone
    sessions    a number for each session of each block, shape (rows,), where roles of a session are correlated
    session     the column that tells sessions apart
    lag         the distance between sessions, in the table's own units, to which the reported φ belongs
    """

    covariance: Covariance
    segments: list[Segments]
    blocks: Groups | None = None
    sessions: Ints | None = None
    session: str = "session"
    lag: float = 1.0


class Residual:
    """The base of residual structures."""

    @property
    def innermost(self) -> str | None:
        """The group across which residuals are independent; None where every row stands alone."""
        return None

    def arrange(self, table: Table, rows: int) -> Arrangement:
        """The rows, so many, laid out. Raises BadInput where the table does not fit, or NotIdentified."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Independent(Residual):
    """Residuals are independent and have one variance."""

    def arrange(self, table: Table, rows: int) -> Arrangement:
        return Arrangement(Covariance(), [])


@dataclass(frozen=True, slots=True)
class ByRole(Residual):
    """One residual variance for each role; residuals are independent.

    role  the column that says who gave the value: "client" or "therapist". Two roles or more.

    The model of Pinheiro and Bates (2000, section 5.2.1; nlme's varIdent).
    """

    role: str

    def arrange(self, table: Table, rows: int) -> Arrangement:
        roles = read_groups(table, self.role)
        _check_lengths(rows, {self.role: roles.codes})
        _check_roles(roles, most=None)
        alone = np.arange(len(roles.codes), dtype=np.int64)
        segments = cut(alone, np.zeros(len(alone)), roles.codes, over_sessions=False)
        return Arrangement(Covariance(_labels(roles), by_role=True), segments)


@dataclass(frozen=True, slots=True)
class Autoregressive(Residual):
    """Residuals of a client are correlated over sessions: φ to the power of the distance between two sessions.

    session  the column of session numbers or times; gaps and unequal distances are taken as they are
    within   whose sessions: residuals of different clients are independent

    The continuous-time first-order process of Pinheiro and Bates (2000, section 5.3.1; nlme's corCAR1),
    where φ may be negative if all distances are whole multiples of the smallest.
    """

    session: str
    within: str = "client"

    @property
    def innermost(self) -> str | None:
        return self.within

    def arrange(self, table: Table, rows: int) -> Arrangement:
        blocks = read_groups(table, self.within)
        times = read_numbers(table, self.session)
        _check_lengths(rows, {self.within: blocks.codes, self.session: times})
        alike = np.zeros(len(times), dtype=np.int64)
        _check_once(blocks, times, self.session, None)
        step, signed = _step(blocks.codes, times, self)
        covariance = Covariance(autoregressive=True, step=step, signed=signed)
        segments = cut(blocks.codes, times, alike, over_sessions=True)
        return Arrangement(covariance, segments, blocks, session=self.session, lag=step)


@dataclass(frozen=True, slots=True)
class Dyadic(Residual):
    """Residuals of the two members of a dyad: their variances, their correlation in a session, and over sessions.

    role            the column that says which of the two gave the value
    session         the column that tells a client's sessions apart; numbers where `autoregressive`
    within          whose sessions: residuals of different clients are independent
    variances       "by role", or "equal" for exchangeable dyads
    correlated      the two residuals of one session are correlated
    autoregressive  and all residuals over sessions, by φ to the power of the distance between two sessions

    With all three parts R = D ⊗ A for the rows that are there: D of the two roles, A[s, t] = φ^|s − t|. Sessions
    that one of the two missed, gaps, and rows in any order are taken as they are. Kenny, Kashy and Cook (2006,
    chapters 4 and 13) give the model for distinguishable and exchangeable dyads; Galecki (1994) the product.
    """

    role: str
    session: str
    within: str = "client"
    variances: Literal["by role", "equal"] = "by role"
    correlated: bool = True
    autoregressive: bool = False

    @property
    def innermost(self) -> str | None:
        return self.within

    def arrange(self, table: Table, rows: int) -> Arrangement:
        check_choice(self.variances, "variances", ("by role", "equal"))
        roles = read_groups(table, self.role)
        _check_roles(roles, most=2)
        blocks = read_groups(table, self.within)
        times = self._times(table)
        _check_lengths(rows, {self.role: roles.codes, self.within: blocks.codes, self.session: times})
        _check_once(blocks, times, self.session, roles)
        _, sessions = np.unique(times, return_inverse=True)
        sessions = blocks.codes * (int(sessions.max()) + 1) + sessions
        if self.correlated and not (np.unique(sessions, return_counts=True)[1] == 2).any():
            raise NotIdentified(
                f"No {self.session} of a {self.within} has both {_and(roles)}, so that their correlation cannot be "
                "told. Use ByRole, or Dyadic with correlated=False."
            )
        series = blocks.codes if self.correlated else blocks.codes * 2 + roles.codes
        step, signed = _step(series, times, self) if self.autoregressive else (1.0, True)
        covariance = Covariance(
            _labels(roles), self.variances == "by role", self.correlated, self.autoregressive, step, signed
        )
        segments = cut(series, times, roles.codes, over_sessions=self.autoregressive)
        return Arrangement(covariance, segments, blocks, sessions if self.correlated else None, self.session, step)

    def _times(self, table: Table) -> Floats:
        """Session numbers where distances count; otherwise any labels will do."""
        if self.autoregressive:
            return read_numbers(table, self.session)
        return read_groups(table, self.session).codes.astype(np.float64)


def _labels(groups: Groups) -> tuple[str, ...]:
    return tuple(str(label) for label in groups.labels.tolist())


def _and(groups: Groups) -> str:
    return " and ".join(_labels(groups))


def _check_lengths(rows: int, columns: dict[str, Floats | Ints]) -> None:
    for name, values in columns.items():
        if len(values) != rows:
            raise WrongShape(f"{name} has {len(values)} rows and the outcome has {rows}.")


def _check_roles(roles: Groups, most: int | None) -> None:
    if roles.count < 2:
        raise TooFew(
            f"{roles.name} is {roles.labels[0]} in every row; residuals by role need two roles. Give the rows of the "
            "other role too, or leave the structure out."
        )
    if most is not None and roles.count > most:
        shown = ", ".join(_labels(roles)[:4]) + (", …" if roles.count > 4 else "")
        raise OutOfRange(
            f"{roles.name} has {roles.count} values ({shown}); a dyad has two. Keep the rows of two roles, or "
            "use ByRole."
        )


def _check_once(blocks: Groups, times: Floats, session: str, roles: Groups | None) -> None:
    """Refuses two rows of one role in one session of one client."""
    whose = np.zeros(len(times), dtype=np.int64) if roles is None else roles.codes
    order = np.lexsort((whose, times, blocks.codes))
    same = np.logical_and.reduce([column[order][1:] == column[order][:-1] for column in (whose, times, blocks.codes)])
    if not same.any():
        return
    at = int(np.flatnonzero(same)[0])
    first, second = sorted(int(row) for row in order[at : at + 2])
    who = "two rows" if roles is None else f"two rows of {roles.labels[whose[first]]}"
    hint = " For two roles in a session use Dyadic." if roles is None else ""
    raise BadInput(
        f"{blocks.name} {blocks.labels[blocks.codes[first]]} has {who} in one {session} (rows {first + 1} and "
        f"{second + 1}). Leave one of them out, or number the {session}s apart.{hint}"
    )


def _step(series: Ints, times: Floats, structure: Autoregressive | Dyadic) -> tuple[float, bool]:
    """The distance over which φ is estimated, and whether φ may be negative.

    The smallest distance where all are multiples of it, otherwise the median, so that a few sessions very close to
    one another leave the parameter well scaled.
    """
    order = np.lexsort((times, series))
    gaps = np.diff(times[order])[np.diff(series[order]) == 0]
    gaps = gaps[gaps > 0]
    if not len(gaps):
        raise NotIdentified(
            f"No {structure.within} has two different values of {structure.session}, so that a correlation over "
            "sessions cannot be told. Leave autoregression out."
        )
    smallest = float(gaps.min())
    multiples = gaps / smallest
    if np.abs(multiples - np.rint(multiples)).max() < 1e-6:
        return smallest, True
    return float(np.median(gaps)), False
