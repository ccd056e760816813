"""How much scores vary within a client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from rapport.stats.arguments import check_level
from rapport.stats.errors import NoVariation, TooFew, WrongShape
from rapport.stats.results import Result, ResultTable, interval_text, number, rows_left_out
from rapport.stats.tables import Table, complete_rows, read_groups, read_numbers

LEAST_PERSONS: Final = 20
LEAST_SESSIONS: Final = 3


@dataclass(frozen=True, kw_only=True)
class WithinPersonSD(Result):
    """The standard deviation of scores around each person's own mean, pooled over persons."""

    method: ClassVar[str] = "Pooled variance within persons; interval from χ² under normal, independent deviations"
    reference: ClassVar[str] = "Snijders & Bosker, 2012"

    sd: float
    low: float
    high: float
    level: float
    df: int
    n_persons: int
    n_sessions: int

    def sentence(self) -> str:
        return (
            f"Scores of one client varied from session to session with a standard deviation of {number(self.sd)}, "
            f"{interval_text(self.low, self.high, self.level)} "
            f"({self.n_persons} clients with {self.n_sessions} sessions)."
        )

    def table(self) -> ResultTable:
        row = (self.sd, self.low, self.high, self.df, self.n_persons, self.n_sessions)
        columns = ("SD within clients", "low", "high", "df", "clients", "sessions")
        return ResultTable("Variation within clients", columns, (row,))


def within_person_sd(table: Table, *, score: str, person: str, level: float = 0.95) -> WithinPersonSD:
    """How much the scores of one client vary from session to session, pooled over a collection.

        √( Σ (x − client's mean)² / Σ (sessions − 1) )                                    (Snijders & Bosker, 2012)

    over clients with at least three sessions. It holds a client's trend as well as the ups and downs around it. Fewer
    than 20 such clients are refused: until then a collection does not know what is usual in it. Rows without a score
    are left out, and said.

    Raises UnknownColumn, NotNumbers, NotFinite, WrongShape, TooFew, NoVariation.

    Checked against base R (aov with clients as factor).
    """
    check_level(level)
    rows, left_out = read_complete(table, [score], person)
    values = rows[score]
    persons = read_groups(rows, person)
    enough = persons.sizes >= LEAST_SESSIONS
    n = int(enough.sum())
    if n < LEAST_PERSONS:
        raise TooFew(
            f"{n} {person}s have at least {LEAST_SESSIONS} sessions with {score}; {LEAST_PERSONS} are needed before "
            "variation within one can be told."
        )
    means = np.bincount(persons.codes, weights=values) / persons.sizes
    squares = ((values - means[persons.codes]) ** 2)[enough[persons.codes]].sum()
    sessions = int(persons.sizes[enough].sum())
    df = sessions - n
    if squares <= 1e-20 * max(1.0, float(np.abs(values).max())) ** 2:
        raise NoVariation(f"{score} is the same in all sessions of each {person}; it must vary for this.")
    low, high = (float(np.sqrt(squares / stats.chi2.ppf(q, df))) for q in ((1 + level) / 2, (1 - level) / 2))
    return WithinPersonSD(
        sd=float(np.sqrt(squares / df)),
        low=low,
        high=high,
        level=level,
        df=df,
        n_persons=n,
        n_sessions=sessions,
        warnings=rows_left_out(left_out, left_out + len(values)),
    )


def read_complete(table: Table, numbers: Sequence[str], person: str) -> tuple[dict[str, NDArray[Any]], int]:
    """The rows in which every named column has a value, and how many rows had not. Raises WrongShape, TooFew."""
    lengths = {name: len(read_numbers(table, name, allow_missing=True)) for name in numbers}
    try:
        lengths[person] = len(np.asarray(table[person]))
    except (KeyError, ValueError, IndexError):
        read_groups(table, person)  # says what is wrong with it
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise WrongShape(f"The columns have different numbers of rows: {told}.")
    rows = complete_rows(table, numbers, [person])
    kept = len(rows[person])
    if not kept:
        raise TooFew(f"No row has all of {', '.join([*numbers, person])}.")
    return rows, next(iter(lengths.values())) - kept
