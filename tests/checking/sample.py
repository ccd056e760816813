"""The number check of the sample digest, whose figures are right, and of the same words with slips made by rule.

Every text of `content/` is checked against its article. What the check stops there is a false alarm, since the sample
is right by construction. Then each figure that is supported is written wrong, one at a time, in each way that a hand
writes it wrong, and its paragraph is checked again.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapport.desk.checking import FIELDS, Checked, CheckedFigure, Facts, Verdict, check_words, facts_of
from rapport.digest.models import EntryText

STOPS = frozenset({Verdict.CONTRADICTED, Verdict.UNSUPPORTED, Verdict.DISAGREE})
_SIGN = re.compile(r"^[−–-]")


@dataclass(frozen=True)
class CheckedText:
    """One entry's words in one language, its article's facts, and what the check says."""

    slug: str
    language: str
    words: dict[str, str]
    facts: Facts
    checked: Checked

    @property
    def marked(self) -> list[CheckedFigure]:
        """What stops publication, or is asked about."""
        return [figure for figure in self.checked.figures if figure.verdict in STOPS or figure.questions]


@dataclass(frozen=True)
class Slipped:
    """A figure of the sample digest written wrong, and whether the check stops it."""

    kind: str
    text: CheckedText
    figure: CheckedFigure
    written: str
    found: bool
    asked: bool


def checked_texts() -> list[CheckedText]:
    """Every text of the digest in the database, checked."""
    texts = EntryText.objects.select_related("entry__article").prefetch_related("entry__article__findings")
    found = []
    for text in sorted(texts, key=lambda text: (text.entry.slug, text.language)):
        words = {field: getattr(text, field) for field in FIELDS}
        facts = facts_of(text.entry.article)
        checked = check_words(words, facts, language=text.language)
        found.append(CheckedText(text.entry.slug, text.language, words, facts, checked))
    return found


def slipped(text: CheckedText) -> Iterator[Slipped]:
    """Each figure in digits that is supported, written wrong in each way."""
    for figure in text.checked.supported:
        if not any(character.isdecimal() for character in figure.text):
            continue
        whole = text.words[figure.field]
        begin, stop = whole.rfind("\n\n", 0, figure.start) + 1, whole.find("\n\n", figure.end)
        before, after = whole[begin : figure.start], whole[figure.end : stop if stop >= 0 else None]
        for kind, written in slips_of(figure.text, text.language):
            checked = check_words({figure.field: before + written + after}, text.facts, language=text.language)
            start, end = len(before), len(before) + len(written)
            there = [one for one in checked.figures if one.start < end and one.end > start]
            yield Slipped(
                kind=kind,
                text=text,
                figure=figure,
                written=written,
                found=any(one.verdict in STOPS for one in there),
                asked=any(one.questions for one in there),
            )


def slips_of(written: str, language: str) -> Iterator[tuple[str, str]]:
    """A figure as a hand writes it wrong: another digit, two digits swapped, the decimal mark moved, the sign lost."""
    places = [place for place, character in enumerate(written) if character.isdecimal()]
    if not places:
        return
    last = places[-1]
    yield "wrong-digit", f"{written[:last]}{(int(written[last]) + 3) % 10}{written[last + 1 :]}"
    for first, second in itertools.pairwise(places):
        if written[first] != written[second] and not (written[second] == "0" and first == places[0]):
            swapped = list(written)
            swapped[first], swapped[second] = written[second], written[first]
            yield "digits-swapped", "".join(swapped)
            break
    mark = "," if language == "fr" else "."
    if mark in written:
        whole, decimals = written.split(mark)
        moved = f"{whole}{decimals[0]}{mark}{decimals[1:]}".rstrip(mark)
        yield "decimal-shifted", re.sub(r"^([−–-]?)0+(?=\d)", r"\1", moved)
        yield "wrong-sign", _SIGN.sub("", written) if _SIGN.match(written) else f"−{written}"
