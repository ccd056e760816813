"""What a deed of mailing says when it cannot be done. Pages show the sentence as it is, and lose nothing typed."""

from __future__ import annotations


class NotPossible(Exception):
    """Nothing was changed. `sentence` says why, and what can be done."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


class Taken(NotPossible):
    """Somebody else has it: nothing is wrong with the link by which it was asked for."""
