"""Plain text into blocks: lines as a browser saves them, or paragraphs broken at a fixed width."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from rapport.digest.old_pages.blocks import Block, Page, clean

_HEADING: Final = re.compile(r"(?P<marks>#{1,6})\s+(?P<text>.+?)\s*#*")
_UNDERLINE: Final = re.compile(r"[=\-_*~]{3,}")
_ITEM: Final = re.compile(r"(?:[-*•·▪◦–]|\d{1,2}[.)])\s+(?P<text>.+)")


def blocks_of_text(text: str) -> Page:
    """A block for each line; for each paragraph, where the lines are broken at a fixed width."""
    lines = [line.rstrip() for line in re.split(r"\r\n|\r|\n|\f|\u2028|\u2029", text)]
    lines = ["" if _UNDERLINE.fullmatch(line.strip()) else line for line in lines]
    if _is_wrapped(lines):
        lines = _unwrapped(lines)
    blocks = (_block(line.strip()) for line in lines if any(character.isalnum() for character in line))
    return Page(tuple(block for block in blocks if block.text))


def _block(line: str) -> Block:
    if heading := _HEADING.fullmatch(line):
        return Block(clean(heading["text"]), level=len(heading["marks"]))
    if item := _ITEM.fullmatch(line):
        return Block(clean(item["text"]), item=True)
    return Block(clean(line))


def _is_wrapped(lines: list[str]) -> bool:
    """Whether paragraphs were broken at a width: no line is long, and some end in the middle of a sentence."""
    filled = [line for line in lines if line.strip()]
    if not filled or max(map(len, filled)) > 100:
        return False
    goes_on = sum(len(line) >= 50 and line[-1].isalnum() and bool(after.strip()) for line, after in pairwise(lines))
    return goes_on >= 3 and goes_on * 8 >= len(filled)


def _unwrapped(lines: list[str]) -> list[str]:
    """A line goes on in the next when it is nearly as wide as the widest, or when the next is indented below it."""
    nearly_full = max(map(len, lines)) * 6 // 10
    joined: list[str] = []
    before = ""
    for line in lines:
        stripped = line.strip()
        is_indented = bool(_ITEM.fullmatch(before.strip())) and line.startswith("  ")
        if stripped and before and not _ITEM.fullmatch(stripped) and (len(before) >= nearly_full or is_indented):
            joined[-1] += f" {stripped}"
        else:
            joined.append(stripped)
        before = line
    return joined
