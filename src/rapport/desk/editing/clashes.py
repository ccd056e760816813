"""Two who wrote at once: where their texts differ, and a text that could replace both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rapport.desk.differing import Piece, merged, side_by_side
from rapport.desk.fields import FIELDS, FieldKind


@dataclass(frozen=True)
class Clash:
    """A field in which what I wrote and what somebody else saved meanwhile differ."""

    name: str
    kind: FieldKind
    mine: tuple[Piece, ...]
    theirs: tuple[Piece, ...]
    proposal: str
    both: bool  # whether both of us changed it since we last agreed


def clashes(mine: Mapping[str, str], theirs: Mapping[str, str], base: Mapping[str, str] | None) -> list[Clash]:
    """The fields in which two texts differ, each with a text that could replace both.

    It holds the changes of both where they changed different places since `base`; where they did not, mine.
    """
    found: list[Clash] = []
    for name, kind in FIELDS.items():
        here, there = mine.get(name, ""), theirs.get(name, "")
        if here == there:
            continue
        was = base.get(name, "") if base is not None else None
        together = merged(was, here, there) if was is not None else None
        beside = side_by_side(there, here)
        found.append(
            Clash(
                name=name,
                kind=kind,
                mine=beside.new,
                theirs=beside.old,
                proposal=here if together is None else together,
                both=together is None,
            )
        )
    return found
