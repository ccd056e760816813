"""Words that were probably meant, for words that no entry has."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import DamerauLevenshtein
from rapidfuzz.process import extract

from rapport.digest.keeping import kept_while_unchanged
from rapport.digest.models import SearchWord
from rapport.digest.search.words import stems

SHORTEST = 5
LONG = 10
MOST_MEANT = 6


class Vocabulary:
    """Every word of the entries, and the stems by which they are found."""

    def __init__(self) -> None:
        rows = list(SearchWord.objects.values_list("word", "stems"))
        self.words = [word for word, _ in rows if len(word) >= SHORTEST - 1]
        self.stems = {stem for _, of in rows for stem in of.split()}

    def knows(self, word: str) -> bool:
        return any(stem in self.stems for stem in stems(word))

    def meant(self, word: str, also: Iterable[str] = ()) -> list[str]:
        """Words that are nearly `word`, the nearest first: a letter or two changed, missing, added or swapped.

        `also` are words that are known although no entry has them. Few people misspell
        how a word begins: a short word begins with the same letter, and of two words that are equally near the
        one that begins alike for longer goes first.
        """
        if len(word) < SHORTEST or not word.isalpha():
            return []
        slips = 1 if len(word) < 8 else 2 if len(word) < 12 else 3
        near = extract(
            word,
            [*self.words, *also],
            scorer=DamerauLevenshtein.distance,
            score_cutoff=slips,
            limit=4 * MOST_MEANT,
        )
        if len(word) < LONG:
            near = [found for found in near if found[0][:1] == word[:1]]
        ranked = sorted(near, key=lambda found: (found[1], -_common_start(found[0], word)))
        return list(dict.fromkeys(found for found, *_ in ranked))[:MOST_MEANT]


def vocabulary(stamp: str) -> Vocabulary:
    """The vocabulary of the content at `stamp`."""
    return kept_while_unchanged(stamp, Vocabulary)


def _common_start(one: str, other: str) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
