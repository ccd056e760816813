"""A question understood: what is asked for, and by which other words it would be found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.digest.models import SynonymGroup
from rapport.digest.search.question import (
    AS_TYPED,
    ASKED_AS,
    LONGEST,
    MOST_CONCEPTS,
    PLAIN,
    SYNONYM,
    understand,
)
from rapport.digest.search.synonyms import Synonyms

KNOWN = Synonyms(
    [
        SynonymGroup(
            key="drop-out",
            words={"en": ["drop-out", "attrition", "premature termination"], "fr": ["abandon"]},
            asked_as={"en": ["stops coming", "cancels"]},
        ),
        SynonymGroup(key="cbt", words={"en": ["CBT", "cognitive-behavioural therapy"], "fr": ["TCC"]}, asked_as={}),
    ]
)
DROP_OUT = {("drop", "out"), ("attrit",), ("prematur", "termin"), ("abandon",)}


def typed(question: str) -> list[str]:
    return [concept.typed for concept in understand(question, KNOWN).concepts]


@pytest.mark.parametrize(
    ("question", "concepts"),
    [
        ("Does group cohesion matter?", ["group", "cohesion", "matter"]),
        ("pourquoi les clients partent-ils ?", ["clients", "partent"]),
        ("to be or not to be", ["to", "be", "or", "not"]),
        ("why do clients drop out", ["clients", "drop out"]),
        ("CBT drop", ["cbt", "drop"]),
        ("thérapie TCC", ["therapie", "tcc"]),
        ('"return to work" after CBT', ["return to work", "cbt"]),
        ("« retour au travail » TCC", ["retour au travail", "tcc"]),
        ("“return to work”", ["return to work"]),
        ('an unclosed "quote', ["unclosed", "quote"]),
        ('""', []),
        ("alliance alliance Alliance", ["alliance"]),
        ("NEAR(a b) AND title:x* OR -y ^z {q}", ["near", "b", "title", "x", "z", "q"]),
        ("", []),
        ("🎉 … !?", []),
    ],
)
def test_what_a_question_asks_for(question, concepts):
    assert typed(question) == concepts


def test_a_word_of_a_group_finds_the_whole_group_and_counts_for_more_itself():
    (concept,) = understand("attrition", KNOWN).concepts
    assert set(concept.phrases) == DROP_OUT
    assert (concept.phrases["attrit",], concept.phrases["abandon",]) == (AS_TYPED, SYNONYM)


def test_an_everyday_word_finds_the_groups_words_and_is_not_found_by_them():
    (asked,) = understand("she cancels", KNOWN).concepts
    assert set(asked.phrases) == DROP_OUT | {("cancel",)}
    assert asked.phrases["abandon",] == ASKED_AS
    assert ("cancel",) not in understand("attrition", KNOWN).concepts[0].phrases


@pytest.mark.parametrize("question", ["he stops coming", "he stopped coming", "stop coming", "stops then coming"])
def test_a_phrase_is_known_by_its_stems_with_one_small_word_between(question):
    assert set(understand(question, KNOWN).concepts[0].phrases) >= DROP_OUT


@pytest.mark.parametrize("question", ["stops the session when coming", "coming stops", "stops"])
def test_words_of_a_phrase_that_do_not_follow_each_other_are_not_the_phrase(question):
    assert all(("attrit",) not in concept.phrases for concept in understand(question, KNOWN).concepts)


def test_the_longest_phrase_is_taken():
    assert typed("cognitive-behavioural therapy") == ["cognitive behavioural therapy"]


def test_a_quoted_phrase_must_be_there_and_a_plain_word_weighs_less_than_one_of_the_fields():
    quoted, field, plain = understand('"small words" attrition weather', KNOWN).concepts
    assert (quoted.required, field.required, plain.required) == (True, False, False)
    assert (quoted.weight, field.weight, plain.weight) == (1.0, 1.0, PLAIN)
    assert set(quoted.phrases) == {("small", "word")}


def test_a_question_that_never_ends_is_read_to_a_point_and_said_to_be():
    long = understand("alliance and so on " * 500, KNOWN)
    assert (len(long.text), long.cut) == (LONGEST, True)
    assert understand("alliance", KNOWN).cut is False
    assert len(understand(" ".join(f"word{n}" for n in range(100)), KNOWN).concepts) == MOST_CONCEPTS


@given(st.text(max_size=400))
def test_whatever_is_typed_is_understood(question):
    understood = understand(question, KNOWN)
    assert all(stem.isalnum() for concept in understood.concepts for phrase in concept.phrases for stem in phrase)
    assert understand(understood.text, KNOWN).concepts == understood.concepts
