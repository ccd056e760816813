"""What is wrong with a content folder, told so that an editor can mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend: the file (relative to the folder), its line (0: the file as a whole), the field."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        place = self.file
        if self.line:
            place += f", line {self.line}"
        if self.field:
            place += f", field `{self.field}`"
        return f"{place}: {self.message}"


class ContentProblems(Exception):
    """The folder was not imported; every problem found is listed. `read` is what could be read of it."""

    def __init__(self, problems: Iterable[Problem], read: Any = None) -> None:
        self.read = read
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def suggest(wrong: str, known: Iterable[str]) -> str:
    """A “Did you mean …?” for a name that is nearly right; empty when nothing is near."""
    near = difflib.get_close_matches(wrong, list(known), n=1, cutoff=0.65)
    return f" Did you mean “{near[0]}”?" if near else ""
