"""Plain text into blocks: lines as a browser saves them, or paragraphs broken at a fixed width."""

from __future__ import annotations

import re
from typing import Final

from rapport.digest.old_pages.blocks import Block, Page, clean

_HEADING: Final = re.compile(r"(?P<marks>#{1,6})\s+(?P<text>.+?)\s*#*")
_UNDERLINE: Final = re.compile(r"[=\-_*~]{3,}")
_ITEM: Final = re.compile(r"(?:[-*•·▪◦–]|\d{1,2}[.)])\s+(?P<text>.+)")


def blocks_of_text(text: str) -> Page:
    """A block for each line; for each paragraph, where the lines are broken at a fixed width."""
    lines = [line.rstrip() for line in re.split(r"\r\n|\r|\n|\f|\u2028|\u2029", text)]
    if _is_wrapped(lines):
        lines = _unwrapped(lines)
    blocks: list[Block] = []
    for line in lines:
        stripped = line.strip()
        if _UNDERLINE.fullmatch(stripped) or not any(character.isalnum() for character in stripped):
            continue
        block = _block(stripped)
        if block.text:
            blocks.append(block)
    return Page(tuple(blocks))


def _block(line: str) -> Block:
    if heading := _HEADING.fullmatch(line):
        return Block(clean(heading["text"]), level=len(heading["marks"]))
    if item := _ITEM.fullmatch(line):
        return Block(clean(item["text"]), item=True)
    return Block(clean(line))


def _is_wrapped(lines: list[str]) -> bool:
    """Whether paragraphs were broken at a width: no line is long, and most are followed by a line that goes on."""
    filled = [line for line in lines if line.strip()]
    if not filled or max(map(len, filled)) > 100:
        return False
    goes_on = sum(1 for line, after in zip(lines, lines[1:], strict=False) if _goes_on(line, after))
    return goes_on * 3 >= len(filled)


def _goes_on(line: str, after: str) -> bool:
    """Whether `after` is the same paragraph: the line is nearly full, and nothing ends there."""
    return len(line) >= 50 and after.strip() != "" and not _ITEM.fullmatch(after.strip())


def _unwrapped(lines: list[str]) -> list[str]:
    joined: list[str] = []
    is_open = False
    for line in lines:
        stripped = line.strip()
        if is_open and stripped and not _ITEM.fullmatch(stripped):
            joined[-1] += f" {stripped}"
        else:
            joined.append(stripped)
        is_open = len(line) >= 50
    return joined
