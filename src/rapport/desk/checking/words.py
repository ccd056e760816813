"""An entry's words, figure by figure, against its article's facts."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from typing import Final

from rapport.desk.checking.directions import doubtful_words
from rapport.desk.checking.facts import Facts
from rapport.desk.checking.figure import Figure
from rapport.desk.checking.figures import figures_in
from rapport.desk.checking.matching import Matching
from rapport.desk.checking.messages import message_for, question_for, question_of_finding
from rapport.desk.checking.pool import Match
from rapport.desk.checking.reading import readable, sentences_of
from rapport.desk.checking.verdicts import Checked, CheckedFigure, Verdict, normal

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
_SAYS_SO: Final = re.compile(
    r"\b(?:disagree|differ|another\sdigest|other\sdigest|other\ssource|second\ssource|manuscript|elsewhere|divergent|diffèrent|"
    r"désaccord|autre\sbulletin|autre\ssource|deuxième\ssource|ailleurs)",
    re.IGNORECASE,
)
MOST_FIGURES: Final = 1_000  # in a field; an entry has some dozens, and no field with more is kept
_DIGITS: Final = re.compile(r"\d+")


def has_too_many_figures(written: str) -> bool:
    """Whether a field holds more figures than are read."""
    return _beyond(written) is not None


def _beyond(written: str) -> int | None:
    """Where the figures begin that are not read; None where all are."""
    found = next(islice(_DIGITS.finditer(written), MOST_FIGURES, None), None)
    return found.start() if found else None


def check_words(
    words: Mapping[str, str], facts: Facts, *, language: str, acknowledged: Collection[tuple[str, str]] = ()
) -> Checked:
    """Every figure in `words` (field name to text, as `EntryText` has them), each with its verdict.

    `acknowledged` holds (figure, sentence) pairs, as `Acknowledgement` keeps them. Figures in other languages than
    English and French are read in digits only, with a decimal point.
    """
    matching = Matching(facts, language)
    held = {(normal(figure), normal(sentence)) for figure, sentence in acknowledged}
    read: list[tuple[CheckedFigure, Figure, Match]] = []
    for name in FIELDS:
        written = words.get(name) or ""
        if not written:
            continue
        written = written[: _beyond(written)]
        text = readable(written)
        sentences = sentences_of(text)
        figures = figures_in(text, sentences, language)
        matches = matching.of_field(name, text, figures, sentences)
        asked = doubtful_words(text, figures, matches, sentences, language)
        for index, (figure, match) in enumerate(zip(figures, matches, strict=True)):
            span = sentences[figure.sentence]
            sentence = written[span.start : span.end]
            figure.text = written[figure.start : figure.end]
            checked = CheckedFigure(
                field=name,
                start=figure.start,
                end=figure.end,
                text=figure.text,
                sentence=sentence,
                verdict=match.verdict,
                facts=match.facts,
                questions=(*question_of_finding(match), *(question_for(one) for one in asked.get(index, []))),
                acknowledged=(normal(figure.text), normal(sentence)) in held,
            )
            read.append((checked, figure, match))
    says_so = _SAYS_SO.search(words.get("disagreements") or "") is not None
    all_values = {figure.value for _, figure, _ in read}
    return Checked(tuple(_finished(*one, all_values, says_so=says_so) for one in read))


def _finished(
    checked: CheckedFigure, figure: Figure, match: Match, all_values: Collection[Decimal], *, says_so: bool
) -> CheckedFigure:
    """With its sentence; and with sources that disagree told, where the words do not tell both values."""
    fact = next((fact for fact in match.facts if fact.also), None)
    is_one_of_two = match.verdict is Verdict.SUPPORTED and fact is not None and figure.value in fact.values
    if fact is not None and is_one_of_two and not says_so and not all(value in all_values for value in fact.values):
        match = Match(Verdict.DISAGREE, "disagree", (fact,))
    return replace(checked, verdict=match.verdict, message=message_for(figure, match))
