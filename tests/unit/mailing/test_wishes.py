"""Which entries somebody gets, and why not the others: a table, since nothing of it asks the database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rapport.mailing.wishes import Because, EntryFacts, Verdict, Wishes, chosen, judge

ALLIANCE, DROP_OUT, TRIAL, REVIEW = 1, 2, 7, 8
ENTRY = EntryFacts(
    entry=3,
    topics=frozenset({ALLIANCE}),
    research_type=TRIAL,
    has_effect_sizes=False,
    language="en",
    arrivals={"en": 10, "fr": 20},
)
ANYTHING = Wishes("en")


@pytest.mark.parametrize(
    ("wishes", "because"),
    [
        (ANYTHING, None),
        (Wishes("en", topics=frozenset({ALLIANCE, DROP_OUT}), research_types=frozenset({TRIAL})), None),
        (Wishes("de"), Because.LANGUAGE),
        (Wishes("de", takes_other_languages=True), None),
        (Wishes("en", topics=frozenset({DROP_OUT})), Because.TOPIC),
        (Wishes("en", research_types=frozenset({REVIEW})), Because.RESEARCH_TYPE),
        (Wishes("en", effect_sizes_only=True), Because.EVIDENCE),
        (Wishes("en", topics=frozenset({DROP_OUT}), research_types=frozenset({REVIEW})), Because.TOPIC),
    ],
)
def test_an_entry_comes_where_it_is_what_they_asked_for(wishes, because):
    assert judge(wishes, ENTRY, after=0, through=30).because is because


@pytest.mark.parametrize(
    ("language", "after", "through", "because"),
    [
        ("en", 9, 10, None),
        ("en", 10, 30, Because.BEFORE),  # they have been considered for it
        ("en", 0, 9, Because.BEFORE),  # the edition was made before it came
        ("fr", 10, 30, None),  # the translation is what arrives for them
        ("fr", 0, 19, Because.BEFORE),
    ],
)
def test_it_comes_in_the_letter_that_takes_in_its_arrival_in_their_language(language, after, through, because):
    assert judge(Wishes(language), ENTRY, after=after, through=through).because is because


def test_what_they_have_had_comes_in_no_language_again():
    assert judge(Wishes("fr"), ENTRY, after=10, through=30, had={3}).because is Because.SEEN


def test_a_letter_keeps_the_order_of_the_entries_and_names_the_topics_that_were_asked_for():
    both = replace(ENTRY, topics=frozenset({ALLIANCE, DROP_OUT}))
    entries = [both, replace(ENTRY, entry=5, topics=frozenset({DROP_OUT})), replace(ENTRY, entry=4)]
    assert chosen(Wishes("en", topics=frozenset({ALLIANCE})), entries, after=0, through=30) == [
        Verdict(3, "en", frozenset({ALLIANCE})),
        Verdict(4, "en", frozenset({ALLIANCE})),
    ]
