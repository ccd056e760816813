"""In which order entries answer."""

from __future__ import annotations

import pytest

from rapport.digest.search.question import understand
from rapport.digest.search.ranking import WEIGHTS, rarity, scores
from rapport.digest.search.synonyms import Synonyms

NONE = Synonyms([])


def document(**fields: str) -> dict[str, str]:
    return {**dict.fromkeys(WEIGHTS, ""), **fields}


def order(question: str, *documents: dict[str, str]) -> list[int]:
    concepts = understand(question, NONE).concepts
    found = scores(documents, concepts, [1.0] * len(concepts))
    return sorted(range(len(documents)), key=lambda n: -found[n])


def test_a_title_says_more_than_a_shelf_and_a_shelf_more_than_a_limitation():
    assert order("word", document(rest="word"), document(title="word"), document(shelves="word")) == [1, 2, 0]


def test_an_entry_that_answers_the_whole_question_stands_before_one_that_answers_a_part_of_it_often():
    often, both = document(summary="group " * 9), document(summary="group cohes")
    assert order("group cohesion", often, both) == [1, 0]


def test_a_short_text_that_says_it_stands_before_a_long_one_that_says_it_once():
    assert order("word", document(summary="word " + "filler " * 300), document(summary="word filler")) == [1, 0]


def test_a_phrase_counts_only_where_its_words_follow_each_other():
    concepts = understand('"drop out"', NONE).concepts
    assert scores([document(title="out drop"), document(title="drop out")], concepts, [1.0])[0] == 0.0


def test_what_few_have_says_more():
    assert rarity(1, 100) > rarity(50, 100) > rarity(100, 100) > 0


@pytest.mark.parametrize("documents", [[], [document()]])
def test_nothing_to_score_scores_nothing(documents):
    assert scores(documents, understand("word", NONE).concepts, [1.0]) == [0.0] * len(documents)
