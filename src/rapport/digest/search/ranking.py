"""In which order entries answer a question: BM25F over the fields of their search documents.

Robertson, Zaragoza & Taylor (2004): what a concept's phrases weigh in each field is added up first and then
saturates, so that the tenth mention adds little. An entry that answers all of a question stands before one
that answers a part of it often. The same on both databases, because it is here and not in them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rapport.digest.search.question import Concept

WEIGHTS = {"title": 6.0, "shelves": 4.0, "implications": 1.6, "summary": 1.4, "article": 1.2, "rest": 0.7}
SATURATION = 2.5
LENGTH_COUNTS = 0.5  # 0: a long text counts as a short one; 1: each word counts by how rare words are in it
UNEVEN = {"implications", "summary", "rest"}  # the fields whose length says something
COVERAGE = 1.0  # how much it matters to answer the whole question

Document = Mapping[str, str]  # the stems of each field, separated by spaces
Phrases = Sequence[tuple[str, float]]  # each between spaces, and how much it counts


def rarity(found: int, of: int) -> float:
    """How much a concept says that `found` of `of` entries have: much when few have it (idf, never negative)."""
    return math.log(1 + (of - found + 0.5) / (found + 0.5))


def scores(documents: Sequence[Document], concepts: Sequence[Concept], rarities: Sequence[float]) -> list[float]:
    """How well each document answers, compared with the others; 0 for one that has none of the concepts."""
    read = [{field: _Field(document[field]) for field in WEIGHTS} for document in documents]
    mean = (
        {field: max(sum(fields[field].length for fields in read) / len(read), 1.0) for field in UNEVEN} if read else {}
    )
    whole = sum(rarities) or 1.0
    asked = [[(f" {' '.join(phrase)} ", counts) for phrase, counts in concept.phrases.items()] for concept in concepts]
    told = []
    for fields in read:
        score, answered = 0.0, 0.0
        for phrases, rare in zip(asked, rarities, strict=True):
            weight = _weight(fields, phrases, mean) if rare else 0.0
            if weight:
                score += rare * weight / (SATURATION + weight)
                answered += rare
        told.append(score * (answered / whole) ** COVERAGE)
    return told


def _weight(fields: Mapping[str, _Field], phrases: Phrases, mean: Mapping[str, float]) -> float:
    total = 0.0
    for name, field in fields.items():
        counted = sum(counts * field.count(phrase) for phrase, counts in phrases)
        if counted:
            long = 1 - LENGTH_COUNTS + LENGTH_COUNTS * field.length / mean[name] if name in mean else 1.0
            total += WEIGHTS[name] * counted / long
    return total


class _Field:
    """A field of a document. To look for a phrase costs less than to count every word beforehand."""

    def __init__(self, stems: str) -> None:
        self.length = stems.count(" ") + 1 if stems else 0
        self._text = f" {stems} "

    def count(self, phrase: str) -> int:
        return self._text.count(phrase)
