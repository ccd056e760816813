"""The sample digest answers questions as therapists type them, and alike on both databases."""

from __future__ import annotations

import json

import pytest

from rapport.digest.exchange.importing import import_folder
from rapport.digest.sample import sample_content
from tests.finding import ANSWERS, SETS, ask, questions

ENOUGH = 0.9


def test_there_are_enough_questions_in_two_halves_of_the_same_mix() -> None:
    first, second = (
        sorted((one["kind"], one["language"]) for one in questions(half)) for half in ("tuning", "held_out")
    )
    assert first == second
    assert len(first) + len(second) >= 60


@pytest.mark.django_db
def test_nine_questions_in_ten_are_answered_in_the_first_three_and_alike_on_both_databases() -> None:
    """The answers are kept in a file, which either database must give; `benchmarks/finding.py` writes it anew."""
    import_folder(sample_content())
    asked = {name: ask(name) for name in SETS}
    for name, of in asked.items():
        missed = [one.question for one in of if not one.found]
        assert len(missed) <= (1 - ENOUGH) * len(of), (name, missed)
    given = {one.question: list(one.given[:3]) for of in asked.values() for one in of}
    assert given == json.loads(ANSWERS.read_text(encoding="utf-8"))
