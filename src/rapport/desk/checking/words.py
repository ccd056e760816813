"""An entry's words, figure by figure, against its article's facts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from rapport.desk.checking.facts import Facts
from rapport.desk.checking.verdicts import Checked

# The fields of `EntryText` in which figures are looked for, in the order in which they are read.
FIELDS: Final = (
    "title",
    "design",
    "who",
    "how_many",
    "measured",
    "summary",
    "implications",
    "limitations",
    "disagreements",
)


def check_words(
    words: Mapping[str, str], facts: Facts, *, language: str, acknowledged: Collection[tuple[str, str]] = ()
) -> Checked:
    """Every figure in `words` (field name to text, as `EntryText` has them), each with its verdict.

    `acknowledged` holds (figure, sentence) pairs, as `Acknowledgement` keeps them.
    """
    raise NotImplementedError
