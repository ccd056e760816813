"""Lots drawn from a seed that give the same order on every machine and with every version.

NumPy's and Python's generators keep their raw streams but not their shuffles (NumPy's NEP 19 allows methods of
Generator to change between versions). An allocation list must be drawn again years later, so it rests on SHA-256
(FIPS 180-4) and whole-number arithmetic only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")
WORD = 2**64


class Lots:
    """A stream of lots for one seed and one name (a stratum), independent of every other name's.

    Word number i is the first 8 bytes, most significant first, of SHA-256(key + i as 8 bytes), where key is
    SHA-256 of “rapport lots 1”, the seed in decimal digits and the name, in UTF-8, with a zero byte between them.
    """

    def __init__(self, seed: int, name: str) -> None:
        self._key = hashlib.sha256("\0".join(("rapport lots 1", str(seed), name)).encode()).digest()
        self._drawn = 0

    def below(self, count: int) -> int:
        """0 … count − 1, each equally likely: words past the last whole multiple of count are thrown away."""
        limit = WORD - WORD % count
        while (word := self._word()) >= limit:
            pass
        return word % count

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """The items in random order, every order equally likely (Durstenfeld 1964, CACM 7, algorithm 235)."""
        order = list(items)
        for last in range(len(order) - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order

    def _word(self) -> int:
        digest = hashlib.sha256(self._key + self._drawn.to_bytes(8, "big")).digest()
        self._drawn += 1
        return int.from_bytes(digest[:8], "big")
