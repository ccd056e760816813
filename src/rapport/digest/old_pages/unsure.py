"""What was uncertain in reading a page, and the file that tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

FILE: Final = "UNSURE.md"
MOST_LEFT_OUT: Final = 60
LONGEST: Final = 300


@dataclass(frozen=True)
class Unsure:
    """One thing for a person to look at: where it stands, what was read, and why that is uncertain."""

    file: str
    field: str
    why: str

    def __str__(self) -> str:
        place = f"`{self.file}`" + (f", `{self.field}`" if self.field else "")
        return f"- [ ] {place}: {self.why}"


@dataclass
class UnsureEntry:
    """An entry's uncertain things, under its title and month."""

    title: str
    month: str | None
    things: list[Unsure] = field(default_factory=list)


@dataclass
class UnsurePage:
    """Those of all pages together. `about` are said once for the folder; `issues` are about months."""

    about: list[Unsure] = field(default_factory=list)
    entries: list[UnsureEntry] = field(default_factory=list)
    left_out: list[tuple[str, list[str]]] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.about) + sum(len(entry.things) for entry in self.entries)


def written(unsure: UnsurePage) -> str:
    """`UNSURE.md`: how many things, those of the whole folder, then by month and entry, then what was left out."""
    count, entries = unsure.count, len(unsure.entries)
    lines = [
        "# Unsure",
        "",
        f"{count} {'thing' if count == 1 else 'things'} to look at, in {entries} "
        f"{'entry' if entries == 1 else 'entries'}. Nothing here was filled in with a guess: what the page does not "
        "say is left out. Correct the files, delete the lines you have dealt with, and import the folder; this file "
        "is not imported.",
        "",
    ]
    if unsure.about:
        lines += ["## The folder as a whole", "", *map(str, unsure.about), ""]
    month: str | None = ""
    for entry in unsure.entries:
        if entry.month != month:
            month = entry.month
            lines += [f"## {month or 'Under no month'}", ""]
        lines += [f"### {entry.title}", "", *map(str, entry.things), ""]
    for file, words in unsure.left_out:
        lines += _left_out(file, words)
    return "\n".join(lines).rstrip("\n") + "\n"


def _left_out(file: str, words: Sequence[str]) -> list[str]:
    if not words:
        return []
    lines = [
        f"## Left out of {file}",
        "",
        "Taken for menus, footers and the like. If an entry is among it, add it.",
        "",
    ]
    lines += [f"- {one_line(text)}" for text in words[:MOST_LEFT_OUT]]
    if len(words) > MOST_LEFT_OUT:
        lines.append(f"- and {len(words) - MOST_LEFT_OUT} more")
    return [*lines, ""]


def one_line(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"
