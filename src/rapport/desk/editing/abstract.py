"""Which of a text's unsupported figures the article's abstract counts: they are true, and only not stored yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rapport.desk.checking import Checked, check_words
from rapport.desk.checking.facts import facts_from
from rapport.desk.suggesting import counts_in

Place = tuple[str, int]  # a field, and where a figure begins in it


def said_in_abstract(words: Mapping[str, str], checked: Checked, abstract: str, language: str) -> dict[Place, str]:
    """By the place of an unsupported figure, the abstract's words that count the same: “five community clinics”.

    They support nothing: what is compared is what a person has stored, and this is what they may store.
    """
    fields = {figure.field for figure in checked.unsupported}
    if not fields or not abstract:
        return {}
    counts = counts_in(abstract, language)
    figures: list[dict[str, Any]] = [count.figure.model_dump() for count in counts if count.figure]
    asked = {field: words[field] for field in fields}
    found = check_words(asked, facts_from(figures, ()), language=language)
    open_places = {(figure.field, figure.start) for figure in checked.unsupported}
    return {
        (figure.field, figure.start): counts[figure.facts[0].position].words[0]
        for figure in found.supported
        if (figure.field, figure.start) in open_places and figure.facts
    }
