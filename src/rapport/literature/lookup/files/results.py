"""What reading a file of references gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from rapport.literature.lookup.record import Record

MOST_REFERENCES: Final = 500


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One thing to mend in a file, and on which line (0: of the file as a whole)."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class ReferencesRead:
    records: tuple[Record, ...] = ()
    problems: tuple[FileProblem, ...] = ()


@dataclass(slots=True)
class Read:
    """What a reader of one format found: each record with the line it begins on."""

    found: list[tuple[int, Record]] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        """Whether there are more references already than are taken: the rest of the file need not be read."""
        return len(self.found) > MOST_REFERENCES
