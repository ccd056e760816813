"""Which of a text's unsupported figures the article's abstract gives: they are true, and only not stored yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rapport.desk.checking import Checked, check_words
from rapport.desk.checking.facts import facts_from
from rapport.desk.suggesting import Suggestion, said_in

Place = tuple[str, int]  # a field, and where a figure begins in it


def said_in_abstract(
    words: Mapping[str, str], checked: Checked, abstract: str, language: str
) -> dict[Place, Suggestion]:
    """By the place of an unsupported figure, what the abstract says the same in: “five community clinics”.

    They support nothing: what is compared is what a person has stored, and this is what they may store.
    """
    fields = {figure.field for figure in checked.unsupported}
    if not fields or not abstract:
        return {}
    said = said_in(abstract, language)
    figures: list[dict[str, Any]] = [one.figure.model_dump() for one in said if one.figure]
    asked = {field: words[field] for field in fields}
    found = check_words(asked, facts_from(figures, ()), language=language)
    open_places = {(figure.field, figure.start) for figure in checked.unsupported}
    return {
        (figure.field, figure.start): said[figure.facts[0].position]
        for figure in found.supported
        if (figure.field, figure.start) in open_places and figure.facts
    }
