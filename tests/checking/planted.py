"""Sentences with a planted error beside their clean twins, and what the number check says of each.

Each line of `planted_*.yml` is a sentence with one planted error beside its clean twin. An error of a number counts as
found where one of the figures that were changed is contradicted or unsupported, since both stop publication; an error
of a direction word where a question is raised. A clean sentence with any figure contradicted, unsupported or asked
about is a false alarm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from rapport.desk.checking import Checked, Facts, Verdict, check_words
from rapport.desk.checking.facts import facts_from
from rapport.literature.models import Finding

HERE = Path(__file__).resolve().parent
HALVES = {"tuning": HERE / "planted_tuning.yml", "held-out": HERE / "planted_held_out.yml"}
MARK = re.compile(r"\{\{(?P<clean>.*?)\|(?P<planted>.*?)\}\}")


@dataclass(frozen=True)
class Planted:
    """A sentence with an error, its clean twin, and where the error stands in each."""

    half: str
    kind: str
    language: str
    clean: str
    planted: str
    start: int
    end: int
    facts: Facts


@dataclass(frozen=True)
class Outcome:
    """What the check said of both."""

    of: Planted
    found: bool
    contradicted: bool
    false_alarm: bool
    on_planted: Checked
    on_clean: Checked


def planted_in(half: str) -> Iterator[Planted]:
    for group in yaml.load(HALVES[half].read_text(), Loader=yaml.BaseLoader):
        facts = facts_from(
            [
                {"value": figure["value"], "what": {"en": figure["en"], "fr": figure["fr"]}}
                for figure in group["figures"]
            ],
            [finding_of(position, said) for position, said in enumerate(group["findings"])],
        )
        for kind, language, sentence in group["sentences"]:
            mark = MARK.search(sentence)
            assert mark is not None, sentence
            before, after = sentence[: mark.start()], sentence[mark.end() :]
            yield Planted(
                half=half,
                kind=kind,
                language=language,
                clean=f"{before}{mark['clean']}{after}",
                planted=f"{before}{mark['planted']}{after}",
                start=mark.start(),
                end=mark.start() + len(mark["planted"]),
                facts=facts,
            )


def finding_of(position: int, said: dict[str, Any]) -> Finding:
    low, high = said.get("interval", (None, None))
    operator, _, p = said.get("p", "").partition(" ")
    return Finding(
        key=said["key"],
        position=position,
        claim={"en": said["en"], "fr": said["fr"]},
        metric_key=said["metric"],
        estimate=Decimal(said["estimate"]),
        interval_low=low and Decimal(low),
        interval_high=high and Decimal(high),
        interval_level=Decimal(said["level"]) if "level" in said else None,
        p_operator=operator,
        p_value=p,
        n=int(said["n"]) if "n" in said else None,
        k=int(said["k"]) if "k" in said else None,
        outcome={"en": said.get("outcome", "")},
        comparison={"en": said.get("comparison", "")},
        favours=said.get("favours", ""),
    )


def outcome_of(planted: Planted) -> Outcome:
    wrong = check_words({"summary": planted.planted}, planted.facts, language=planted.language)
    clean = check_words({"summary": planted.clean}, planted.facts, language=planted.language)
    stopped = {Verdict.CONTRADICTED, Verdict.UNSUPPORTED}
    if planted.kind == "direction-reversed":
        found = contradicted = bool(wrong.questions)
    else:
        at_error = [figure for figure in wrong.figures if figure.start < planted.end and figure.end > planted.start]
        found = any(figure.verdict in stopped for figure in at_error)
        contradicted = any(figure.verdict is Verdict.CONTRADICTED for figure in at_error)
    alarm = any(figure.verdict in stopped or figure.questions for figure in clean.figures)
    return Outcome(planted, found, contradicted, alarm, wrong, clean)


def outcomes(half: str) -> list[Outcome]:
    return [outcome_of(planted) for planted in planted_in(half)]
