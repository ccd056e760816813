"""A Markdown text as the check reads it: marks and addresses blanked out, and cut into sentences."""

from __future__ import annotations

import itertools
import re
from typing import Final, NamedTuple

# Addresses of links and pictures, bare addresses and DOIs, HTML tags: what stands in them is no figure of the text.
_NOT_READ: Final = re.compile(
    r"(?<=\])\([^()\s]{0,500}(?:\([^()\s]{0,100}\)[^()\s]{0,500})?(?:\s\"[^\"\n]{0,200}\")?\)"
    r"|\bhttps?://[^\s<>\")]{1,500}|\bdoi:\s?\S{1,300}|\b10\.\d{4,9}/[^\s<>\")]{1,300}|<[/!a-zA-Z][^<>\n]{0,300}>|\[\^\w{1,20}\]"
)
_MARKS: Final = str.maketrans(dict.fromkeys("*_`~", " "))

_END: Final = re.compile(
    r"(?<!\bal)(?<!\bvs)(?<!\be\.g)(?<!\bi\.e)(?<!\bcf)(?<!\bDr)(?<!\bp)(?<!\bpp)(?<!\bapprox)(?<!\bca)(?<!\bNo)(?<!\bno)(?<!\bex)"
    r"[.!?…][\"”»’)\]*_]{0,3}\s+(?=[\"“«‘(\[*_]{0,3}\s?[A-ZÀ-ÖØ-Þ0-9−-])"
    r"|[\u202f\u00a0]?[!?]\s+|\n\s*\n|\n(?=\s{0,6}(?:[-*+]|\d{1,3}[.)])\s)|\n(?=#)"
)


_LONGEST: Final = 1200  # characters; what goes on for longer without an end is cut, so that no text takes long
_MARK: Final = re.compile(r"(?:[-*+]|\d{1,3}[.)]|#{1,6})\s+(?=\S)")
_WHITE: Final = re.compile(r"\s+")


class Span(NamedTuple):
    """Where something stands in a text: text[start:end]."""

    start: int
    end: int


def readable(text: str) -> str:
    """The text with everything blanked that is not read, each character in its place."""
    return _NOT_READ.sub(lambda match: " " * len(match[0]), text).translate(_MARKS)


def sentences_of(text: str) -> list[Span]:
    """The sentences, without the white space and list marks around them."""
    cuts = [0, *(match.end() for match in _END.finditer(text)), len(text)]
    spans = []
    for start, end in itertools.pairwise(cuts):
        words = text[start:end]
        last = start + len(words.rstrip())
        begin = start + len(words) - len(words.lstrip())
        mark = _MARK.match(text, begin, last)
        if mark and not text[text.rfind("\n", 0, begin) + 1 : begin].strip():
            begin = mark.end()
        while last - begin > _LONGEST:
            white = _WHITE.search(text, begin + _LONGEST, min(last, begin + 2 * _LONGEST))
            cut, following = white.span() if white else (begin + _LONGEST, begin + _LONGEST)
            spans.append(Span(begin, cut))
            begin = following
        if begin < last:
            spans.append(Span(begin, last))
    return spans
