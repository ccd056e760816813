"""A page as a flat list of blocks: what both HTML and text become before anything is looked for in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

BOLD_LINE: Final = 7  # the level of a line that is no heading, but stands all in bold


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or an item of a list.

    level  1 to 6 for a heading, BOLD_LINE for a paragraph all in bold; None where the page says nothing
    item   it is an item of a list
    lead   the words in bold with which a paragraph begins
    """

    text: str
    level: int | None = None
    item: bool = False
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """The blocks of a page, and what was left out as menus and the like before they were made."""

    blocks: tuple[Block, ...]
    left_out: tuple[str, ...] = ()


_UNSEEN: Final = re.compile(
    r"[\u00ad\u200b-\u200f\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]"
)
_LINES: Final = re.compile(r"[ \t\r\n\f\v\x85\u2028\u2029]+")
# A no-break space stays where French sets one, and between figures; elsewhere it is an editor's habit.
_NO_BREAK: Final = re.compile(r"[\u00a0\u202f]+")


def clean(text: str) -> str:
    """One line without soft hyphens, control characters, and spaces that only a layout needed."""
    text = _LINES.sub(" ", _UNSEEN.sub("", text))
    text = _NO_BREAK.sub(lambda found: found[0] if _is_kept(found) else " ", text)
    return re.sub(" {2,}", " ", text).strip(" \u00a0\u202f")


def _is_kept(found: re.Match[str]) -> bool:
    text, start, end = found.string, found.start(), found.end()
    if end - start > 1:
        return False
    before, after = text[start - 1 : start], text[end : end + 1]
    return (before.isdigit() and after.isdigit()) or (after != "" and after in ":;!?»%") or before == "«"


def same(one: str, other: str) -> bool:
    """Whether two lines say the same, whatever their case, spaces and final stop."""
    return _bare(one) == _bare(other)


def _bare(text: str) -> str:
    return re.sub(r"[\s\u00a0]+", " ", text).strip(" .").casefold()
