"""Show where an answer was found: the matching words marked, and the part of a text that has most of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from html import unescape

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from rapport.digest.search.question import Concept
from rapport.digest.search.words import Phrase, cut, is_stopword, stem

EXCERPT = 230  # characters: two to three lines
BEFORE = 60
LONGEST_TEXT = 20_000  # no entry's summary is as long; what is longer is looked at to here
MOST_SPANS = 100

# `web.markdown.plain_text` reads Markdown whole; for sixty texts a page that would cost more than the search.
MARKUP = re.compile(
    r"\[(?=[^\]]*\]\()|\]\([^)]*\)|[*`]|(?<!\w)_|_(?!\w)|\\(?=[^\w\s])|^(?:[-#>]+|\d+\.) +", re.MULTILINE
)

Span = tuple[int, int]


class Marker:
    """Marks what a question asks for in texts that readers see."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._phrases: dict[str, list[Phrase]] = {}
        for phrase in {phrase for concept in concepts for phrase in concept.phrases if phrase}:
            self._phrases.setdefault(phrase[0], []).append(phrase)
        self._initials = {first[0] for first in self._phrases}  # a stem begins as its word does

    def marked(self, text: str, language: str) -> SafeString:
        """`text` as HTML, with the words that were asked for in `<mark>`."""
        text = unicodedata.normalize("NFC", text)
        return _marked(text, self._spans(text, language))

    def excerpt(self, texts: Sequence[str], language: str) -> SafeString:
        """The part of the first of `texts` (Markdown) that has what was asked for; empty when none has it."""
        for text in texts:
            text = text[:LONGEST_TEXT]
            text = " ".join(MARKUP.sub("", unicodedata.normalize("NFC", unescape(text))).split())
            spans = self._spans(text, language)
            if spans:
                start, end = _window(text, spans)
                inside = [(a - start, b - start) for a, b in spans if start <= a and b <= end]
                before, after = "… " if start else "", " …" if end < len(text) else ""
                return mark_safe(before + _marked(text[start:end], inside) + after)  # noqa: S308  # escaped in _marked
        return SafeString("")

    def _spans(self, text: str, language: str) -> list[Span]:
        """Where in `text` (in NFC) something asked for stands; no two overlap."""
        read = list(cut(text))
        spans, next_one = [], 0
        for at, (word, *_) in enumerate(read):
            if at < next_one or word[0] not in self._initials:
                continue
            phrases = self._phrases.get(stem(word, language), ())
            standing = [len(p) for p in phrases if _stems(read[at : at + len(p)], language) == p]
            if standing and not all(is_stopword(word) for word, _, _ in read[at : at + max(standing)]):
                next_one = at + max(standing)
                spans.append((read[at][1], read[next_one - 1][2]))
        return spans


def _stems(read: Iterable[tuple[str, int, int]], language: str) -> Phrase:
    return tuple(stem(word, language) for word, _, _ in read)


def _window(text: str, spans: Sequence[Span]) -> Span:
    """The stretch of `text` that holds most spans, begun and ended between words."""
    spans = spans[:MOST_SPANS]
    best = max(spans, key=lambda span: sum(span[0] <= a and b <= span[0] + EXCERPT - BEFORE for a, b in spans))
    start = max(best[0] - BEFORE, 0)
    if start:
        sentence = [match.end() for match in re.finditer(r"[.!?:]\s+", text[start : best[0]])]
        word = text.find(" ", start, best[0]) + 1
        start = start + sentence[-1] if sentence else word or start
    end = min(start + EXCERPT, len(text))
    if end < len(text):
        end = max(text.rfind(" ", best[1], end), best[1])
    return start, end


def _marked(text: str, spans: Iterable[Span]) -> SafeString:
    parts, at = [], 0
    for start, end in spans:
        parts += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    return mark_safe("".join([*parts, escape(text[at:])]))  # noqa: S308  # each part is escaped
