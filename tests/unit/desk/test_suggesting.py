"""What an abstract seems to say, each thing with the words it came from."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rapport.desk.suggesting import Kind, Suggestion, mark, still_open, suggest, unnamed_claim
from rapport.digest.exchange.schema import ArticleFile, ShelfItem

ABSTRACT = (
    "Feedback was given in a randomised trial. In all, 421 clients of 40 therapists took part. Feedback went with "
    "fewer drop-outs, OR = 0.69, 95% CI [0.50, 0.95], p = .02. The alliance went with outcome, r = .28 (t(419) = "
    "5.97, p < .001)."
)
TOPICS = {key: ShelfItem(key=key, name={"en": key.capitalize()}) for key in ("feedback", "supervision")}
TYPES = {key: ShelfItem(key=key, name={"en": key.replace("-", " ")}) for key in ("randomised-trial", "survey")}
NOTHING = ArticleFile(kind="report", language="en", authors=("Rosa, R.",), year=2020, title="T", read_level="abstract")


def suggested(abstract: str = ABSTRACT, title: str = "A trial", language: str = "en") -> tuple[Suggestion, ...]:
    return suggest(abstract, title, language=language, topics=TOPICS, research_types=TYPES)


def test_each_suggestion_stands_in_the_abstract_where_it_says() -> None:
    for suggestion in suggested():
        assert {ABSTRACT[start:end] for start, end in suggestion.spans} == set(suggestion.words)


def test_type_and_topics_counts_and_findings_are_suggested_in_this_order() -> None:
    assert [(suggestion.kind.value, suggestion.words[0]) for suggestion in suggested()] == [
        ("research-type", "randomised trial"),
        ("topic", "Feedback"),
        ("figure", "421 clients"),
        ("figure", "40 therapists"),
        ("finding", "OR = 0.69, 95% CI [0.50, 0.95], p = .02"),
        ("finding", "r = .28 (t(419) = 5.97, p < .001)"),
    ]


def test_a_finding_has_the_numbers_as_printed_and_the_sentence_they_stand_in() -> None:
    odds, correlation = (suggestion.finding for suggestion in suggested() if suggestion.finding)
    assert odds.metric == "OR"
    assert (odds.estimate, odds.interval, odds.interval_level) == (
        Decimal("0.69"),
        (Decimal("0.50"), Decimal("0.95")),
        Decimal("95"),
    )
    assert (odds.p, odds.read_level) == ("= .02", "abstract")
    assert odds.seen_as == "Feedback went with fewer drop-outs, OR = 0.69, 95% CI [0.50, 0.95], p = .02."
    assert (correlation.test, correlation.statistic, correlation.df) == ("t", Decimal("5.97"), (Decimal("419"),))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_claim_names_the_metric_and_none_of_the_articles_words(language: str) -> None:
    odds = next(suggestion.finding for suggestion in suggested(language=language) if suggestion.finding)
    assert list(odds.claim) == [language]
    assert "drop-outs" not in odds.claim[language]
    assert unnamed_claim(odds.claim, odds.metric)
    assert not unnamed_claim({language: "Feedback and drop-out"}, odds.metric)


def test_two_findings_of_one_metric_are_told_apart() -> None:
    found = suggested("First, r = .20, p < .01. Then, r = .31, p < .01.")
    assert [suggestion.finding.claim["en"] for suggestion in found if suggestion.finding] == [
        "Correlation, from the abstract",
        "Correlation, from the abstract 2",
    ]


def test_words_of_the_title_speak_for_a_topic_too() -> None:
    found = suggested("Nothing more is said.", "Supervision and outcome")
    assert [(suggestion.key, suggestion.words, suggestion.spans) for suggestion in found] == [
        ("supervision", ("Supervision",), ())
    ]


@pytest.mark.parametrize(
    ("abstract", "counted"),
    [
        ("Clients of five community clinics took part.", {"five community clinics": 5}),
        ("Twenty-one patients and two hundred and eleven students.", {"Twenty-one patients": 21,
         "two hundred and eleven students": 211}),
        ("Dans quatre-vingt-deux essais et trois pays.", {"quatre-vingt-deux essais": 82, "trois pays": 3}),
        ("Data came from 3 sites.", {"3 sites": 3}),
        ("One client in five of the clinics; two-thirds of clients; no clinic; forty per cent of adults.", {}),
    ],
)  # fmt: skip
def test_people_places_and_studies_are_counted_in_words_too(abstract: str, counted: dict[str, int]) -> None:
    assert {one.words[0]: one.figure.value for one in suggested(abstract, "") if one.figure} == counted


def test_an_abstract_that_says_nothing_suggests_nothing() -> None:
    assert suggested("", "") == ()
    assert suggested("In 2019, weeks 3 to 5 of chapter 12 were read.", "") == ()


def test_what_is_stored_is_no_longer_suggested() -> None:
    found = suggested()
    finding = next(suggestion.finding for suggestion in found if suggestion.finding)
    figure = next(suggestion.figure for suggestion in found if suggestion.figure)
    stored = NOTHING.model_copy(update={"findings": (finding,), "figures": (figure,)})
    left = still_open(found, stored, research_type="randomised-trial", topics=["feedback"])
    assert [suggestion.words[0] for suggestion in left] == ["40 therapists", "r = .28 (t(419) = 5.97, p < .001)"]


def test_the_abstract_is_marked_without_losing_a_letter() -> None:
    found = suggested()
    pieces = mark(ABSTRACT, found)
    assert "".join(piece.text for piece in pieces) == ABSTRACT
    assert {name for piece in pieces for name in piece.names} == {suggestion.name for suggestion in found}


def test_a_suggestion_keeps_its_name_as_long_as_the_abstract_is_the_same() -> None:
    assert [one.name for one in suggested()] == [one.name for one in suggested(title="Another title")]
    kinds = {suggestion.kind for suggestion in suggested()}
    assert kinds == set(Kind)
