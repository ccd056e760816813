"""How two texts differ, word by word, and what becomes of one when two people change it. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

WORD = re.compile(r"\S+\s*|\s+")
# What is compared side by side: a number with its sign and its decimals, a word, white space, a mark of punctuation.
# So “.028” stays the same figure when a sentence is added behind its bracket.
TOKEN = re.compile(r"(?<!\w)[−+-]?[.,]?\d+(?:[.,\u00a0\u202f]\d+)*|\w+(?:[’'-]\w+)*|\s+|[^\w\s]")
MANY = 1_000  # paragraphs; beyond, those that stand often are not looked for each by each, which would take minutes


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text, and whether the other text has it not."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two texts beside one another: of the first what went, of the second what came."""

    old: tuple[Piece, ...]
    new: tuple[Piece, ...]

    @property
    def same(self) -> bool:
        return not any(piece.changed for piece in (*self.old, *self.new))


def side_by_side(old: str, new: str) -> SideBySide:
    """The words in which `old` and `new` differ, each where it stands."""
    a, b = TOKEN.findall(old), TOKEN.findall(new)
    left: list[Piece] = []
    right: list[Piece] = []
    for differs, (i1, i2), (j1, j2) in _stretches(a, b):
        if i2 > i1:
            left.append(Piece("".join(a[i1:i2]), differs))
        if j2 > j1:
            right.append(Piece("".join(b[j1:j2]), differs))
    return SideBySide(tuple(left), tuple(right))


_Stretch = tuple[bool, tuple[int, int], tuple[int, int]]  # whether it differs, and where it stands in each


def _stretches(a: list[str], b: list[str]) -> list[_Stretch]:
    """What differs and what does not, by turns. A space alone that is the same joins what differs around it."""
    codes = SequenceMatcher(None, a, b).get_opcodes()
    found: list[_Stretch] = []
    for at, (kind, i1, i2, j1, j2) in enumerate(codes):
        around = {code[0] for code in (*codes[max(0, at - 1) : at], *codes[at + 1 : at + 2])}
        differs = kind != "equal" or (around == {"replace"} and 0 < at < len(codes) - 1 and a[i1:i2] == [" "])
        if found and found[-1][0] and differs:
            _, (i1, _), (j1, _) = found.pop()
        found.append((differs, (i1, i2), (j1, j2)))
    return found


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    words: tuple[str, ...]


def merged(base: str, mine: str, theirs: str) -> str | None:
    """`base` with the changes of both; None where both changed the same place, so that a person must choose."""
    words = WORD.findall(base)
    edits = sorted(
        {*_edits(words, WORD.findall(mine)), *_edits(words, WORD.findall(theirs))},
        key=lambda edit: (edit.start, edit.end),
    )
    if any(later.start <= earlier.end for earlier, later in pairwise(edits)):
        return None
    written: list[str] = []
    at = 0
    for edit in edits:
        written += [*words[at : edit.start], *edit.words]
        at = edit.end
    return "".join([*written, *words[at:]])


def _edits(old: list[str], new: list[str]) -> list[_Edit]:
    codes = SequenceMatcher(None, old, new).get_opcodes()
    return [_Edit(i1, i2, tuple(new[j1:j2])) for kind, i1, i2, j1, j2 in codes if kind != "equal"]


def paragraphs_of(text: str) -> list[str]:
    """The paragraphs of a Markdown text; each point of a list is one."""
    parts: list[str] = []
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")):
        parts += re.split(r"\n(?=[ \t]*(?:[-*+]|\d+[.)])[ \t])", block)
    return [part.strip() for part in parts if part.strip()]


@dataclass(frozen=True, slots=True)
class OriginalParagraph:
    """A paragraph of an original beside its translation; `was` is what it said when it was translated, if else."""

    text: str
    was: str | None = None
    is_new: bool = False
    is_gone: bool = False

    @property
    def changed(self) -> bool:
        return self.is_new or self.is_gone or self.was is not None

    @property
    def difference(self) -> SideBySide:
        return side_by_side(self.was or "", self.text)


def since_translated(then: str | None, now: str) -> list[OriginalParagraph]:
    """The paragraphs of an original, each with what has changed since `then`, its text when it was translated.

    Without `then` nothing was translated yet, and nothing has changed.
    """
    new = paragraphs_of(now)
    if then is None:
        return [OriginalParagraph(text) for text in new]
    old = paragraphs_of(then)
    found: list[OriginalParagraph] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=len(new) > MANY).get_opcodes():
        if kind == "equal":
            found += [OriginalParagraph(text) for text in new[j1:j2]]
            continue
        both = min(i2 - i1, j2 - j1)
        found += [OriginalParagraph(new[j1 + n], was=old[i1 + n]) for n in range(both)]
        found += [OriginalParagraph(text, is_new=True) for text in new[j1 + both : j2]]
        found += [OriginalParagraph(text, is_gone=True) for text in old[i1 + both : i2]]
    return found
