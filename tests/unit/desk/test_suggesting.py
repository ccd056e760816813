"""What an abstract seems to say, each thing with the words it came from."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rapport.desk.suggesting import Kind, Suggestion, mark, said_in, still_open, suggest, unnamed_claim
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


@pytest.mark.parametrize(
    ("abstract", "said"),
    [
        ("Of the 61 who began, 44 (72%) finished and were glad.", {61: "people who began", 44: "people who finished"}),
        ("Of 421 clients, 300 finished.", {421: "clients", 300: "clients who finished"}),
        ("Of the 61 studies, 44 (72%) were trials.", {61: "studies", 44: "studies that were trials"}),
        ("Of the 120 screened, 61 were eligible.", {120: "screened", 61: "were eligible"}),
        ("Then 44 (72%) of the clients recovered.", {44: "clients recovered"}),
        ("In all, 44 of 61 clients recovered.", {44: "of 61 clients", 61: "clients"}),
        (
            "In all, 56 clients improved. Seven of the 56 fell back, three of the 90 did not.",
            {56: "clients", 7: "of the 56 fell back"},
        ),
        ("We searched four databases.", {4: "databases"}),
        (
            "Parmi les 61 qui ont commencé, 44 (72 %) ont fini. Quatre bases de données ont servi.",
            {61: "personnes qui ont commencé", 44: "personnes qui ont fini", 4: "bases de données"},
        ),
        ("In 2019 who knew? Women were 44 (72%). Of 2015, much is known. Of 12 weeks, 4 were lost.", {}),
    ],
)
def test_people_are_counted_by_what_they_did_too(abstract: str, said: dict[int, str]) -> None:
    assert {int(one.figure.value): one.figure.what["en"] for one in suggested(abstract, "") if one.figure} == said


@pytest.mark.parametrize(
    ("printed", "value"),
    [("I2 = 41%", "41"), ("I² = 41.5%", "41.5"), ("I<sup>2</sup> = 62 %", "62"), ("I-squared of 30%", "30")],
)
def test_heterogeneity_is_a_number_of_its_own(printed: str, value: str) -> None:
    (found,) = [one for one in suggested(f"Studies differed ({printed}).", "") if one.figure]
    assert (found.words, found.figure.value) == ((printed,), Decimal(value))
    assert found.figure.what == {"en": "percent of heterogeneity (I²)"}
    assert not [one for one in suggested("It was high (I² = 40–60%; I2 > 50%).", "") if one.figure]


@pytest.mark.parametrize(
    ("abstract", "said"),
    [
        ("Of the 61 who began, 44 (72%) finished.", ("(72%) finished", "people who finished (%)")),
        ("In all, 72% (n = 44) of clients recovered.", ("72% (n = 44) of clients recovered", "clients recovered (%)")),
        ("Women were 44 (72%).", ("72%", "percent")),
        ("Studies differed (I2 = 72%).", None),
        ("OR = 2.1, 95% CI [1.2, 3.4].", None),
    ],
)
def test_a_percentage_may_be_stored_as_a_number_with_its_words(abstract: str, said: tuple[str, str] | None) -> None:
    found = [one for one in said_in(abstract, "en") if one.figure and "%" in one.words[0] and one.figure.value == 72]
    percentages = [(one.words[0], one.figure.what["en"]) for one in found if not one.words[0].startswith(("I", "44"))]
    assert percentages == ([said] if said else [])


def test_as_many_clients_as_percent_of_heterogeneity_are_two_numbers() -> None:
    found = suggested("In 41 clients it differed, I² = 41%.", "")
    assert [one.words[0] for one in found if one.figure] == ["41 clients", "I² = 41%"]
    heterogeneity = next(one.figure for one in found if one.figure and one.words[0].startswith("I"))
    left = still_open(found, NOTHING.model_copy(update={"figures": (heterogeneity,)}))
    assert [one.words[0] for one in left if one.figure] == ["41 clients"]


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
