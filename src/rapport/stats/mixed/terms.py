"""How a mixed model is written: fixed terms, random terms, and residuals, as plain values rather than a formula."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapport.stats.errors import BadInput, UnknownColumn
from rapport.stats.tables import Floats, Table, read_numbers

INTERCEPT = "intercept"

Term = str | tuple[str, ...]  # a column, or a product of columns: ("trained", "session")


@dataclass(frozen=True, slots=True)
class Random:
    """What varies between the clusters of one group, normally distributed.

    group       the column that names the clusters: "therapist"
    slopes      the columns (or products of columns) whose effects vary between clusters
    intercept   whether the level varies too
    correlated  whether these effects may be correlated; else each has a variance and no more

    Several `Random` of one group are uncorrelated with one another.
    """

    group: str
    slopes: tuple[Term, ...] = ()
    intercept: bool = True
    correlated: bool = True

    def __init__(
        self, group: str, slopes: Term | Iterable[Term] = (), *, intercept: bool = True, correlated: bool = True
    ) -> None:
        object.__setattr__(self, "group", group)
        object.__setattr__(self, "slopes", (slopes,) if isinstance(slopes, str) else tuple(slopes))
        object.__setattr__(self, "intercept", intercept)
        object.__setattr__(self, "correlated", correlated)
        if not self.slopes and not intercept:
            raise BadInput(f"Random({group!r}) has neither an intercept nor a slope. Give it one, or leave it out.")

    @property
    def names(self) -> tuple[str, ...]:
        """The effects' names: ("intercept", "session")."""
        return ((INTERCEPT,) if self.intercept else ()) + tuple(term_name(term) for term in self.slopes)


def term_name(term: Term) -> str:
    """ "trained", or "trained × session" for a product."""
    return term if isinstance(term, str) else " × ".join(term)


def read_term(table: Table, term: Term) -> Floats:
    """The term's values, shape (rows,): a column, or the product of several."""
    names = (term,) if isinstance(term, str) else term
    if not names:
        raise BadInput("A fixed term is empty. Write a column's name, or a tuple of names for a product.")
    columns = [_read_factor(table, name) for name in names]
    return math.prod(columns[1:], start=columns[0]) if len(columns) > 1 else columns[0]


def _read_factor(table: Table, name: str) -> Floats:
    try:
        return read_numbers(table, name)
    except UnknownColumn as error:
        parts = [part.strip() for part in re.split(r"[*:]", name)]
        if len(parts) < 2:
            raise
        product = ", ".join(repr(part) for part in parts)
        raise UnknownColumn(f"{error} A product of columns is a tuple: ({product}).") from None


def read_random(random: str | Random | Sequence[str | Random]) -> tuple[Random, ...]:
    """The random terms; a name is a random intercept. Raises BadInput for what is neither."""
    given = (random,) if isinstance(random, (str, Random)) else tuple(random)
    for one in given:
        if not isinstance(one, (str, Random)):
            raise BadInput(f"A random term is {one!r}; it is Random('client', slopes=('session',)), or a group's name.")
    return tuple(Random(one) if isinstance(one, str) else one for one in given)


def check_terms(fixed: Sequence[Term], random: Sequence[Random]) -> None:
    """Raises BadInput for a fixed term that stands twice, or an effect that varies twice within one group."""
    for term in fixed:
        if not isinstance(term, str) and not (isinstance(term, tuple) and all(isinstance(one, str) for one in term)):
            raise BadInput(f"The fixed term {term!r} is no column's name, nor a tuple of names for their product.")
    for one in random:
        if not isinstance(one, Random):
            raise BadInput(f"random holds {one!r}; it must hold Random(…) only, as in (Random('therapist'),).")
        if not isinstance(one.group, str):
            raise BadInput(f"Random has the group {one.group!r}; it must be a column's name.")
    seen: set[str] = set()
    for term in fixed:
        name = " × ".join(sorted(term)) if not isinstance(term, str) else term
        if name in seen:
            raise BadInput(f"The fixed term {term_name(term)!r} stands twice. Leave one out.")
        seen.add(name)
    if not random:
        raise BadInput("There is no random term. A model without one is an ordinary regression.")
    varying: set[tuple[str, str]] = set()
    for one in random:
        for name in one.names:
            if (one.group, name) in varying:
                raise BadInput(f"{name} varies twice between the clusters of {one.group}. Leave one out.")
            varying.add((one.group, name))
