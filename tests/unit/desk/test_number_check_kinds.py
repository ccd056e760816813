"""What a number counts, and what two percentages differ by: right and wrong twins, in English and French."""

from __future__ import annotations

import pytest
from django.utils import translation

from rapport.desk.checking import check_words
from rapport.desk.checking.facts import facts_from
from tests.checking.articles import finding, verdicts

FACTS = facts_from(
    [
        {"value": 94, "what": {"en": "clients", "fr": "clients"}},
        {"value": 28, "what": {"en": "studies", "fr": "études"}},
        {"value": 12, "what": {"en": "weeks of treatment", "fr": "semaines de traitement"}},
        {"value": 4, "what": {"en": "databases searched", "fr": "bases de données interrogées"}},
        {"value": 3, "what": {"en": "raters", "fr": "juges"}},
        {"value": 40, "what": {"en": "therapists", "fr": "thérapeutes"}},
    ],
    [
        finding("gain", metric_key="g", estimate="0.52", n=94, k=28, claim={"en": "Gain with feedback"}),
        finding("after", metric_key="percent", estimate="68", n=94, claim={"en": "Recovered with feedback"}),
        finding("usual", metric_key="percent", estimate="54", n=90, claim={"en": "Recovered in usual care"}),
        finding("late", metric_key="percent", estimate="33.6", claim={"en": "Recovered after a year"}),
    ],
)
SAME_THING = [
    ("en", "The 94 clients were asked too."),
    ("en", "The 94 patients were asked too."),
    ("en", "94 people, 94 participants, 94 individuals, 94 adults, 94 women, 94 cases."),
    ("en", "Some 94 adult outpatients came."),
    ("en", "28 trials, 28 publications, 28 reviews."),
    ("en", "For twelve weeks; a 12-week treatment."),
    ("en", "40 therapists, 40 counsellors, 40 people."),
    ("fr", "94 clientes, 94 patients, 94 personnes, 94 femmes."),
    ("fr", "28 études, 28 essais ; douze semaines."),
]
OTHER_THING = [
    ("en", "The 94 therapists were asked too.", "clients", "therapists"),
    ("en", "The 94 couples were asked too.", "clients", "couples"),
    ("en", "94 client-therapist dyads took part.", "clients", "client-therapist dyads"),
    ("en", "There were 94 raters.", "clients", "raters"),
    ("en", "They came from 94 clinics.", "clients", "clinics"),
    ("en", "The 28 samples were small.", "studies", "samples"),
    ("en", "It took 12 months.", "weeks of treatment", "months"),
    ("en", "The 40 raters agreed.", "therapists", "raters"),
    ("fr", "Les 94 thérapeutes ont été interrogés.", "clients", "thérapeutes"),
    ("fr", "Les 94 couples ont été interrogés.", "clients", "couples"),
    ("fr", "Le traitement a duré douze mois.", "weeks of treatment", "mois"),
]


@pytest.mark.parametrize(("language", "text"), SAME_THING)
def test_a_number_stands_with_every_noun_for_what_it_counts(language, text):
    assert {said for _, said in verdicts(text, language=language, facts=FACTS)} == {"supported"}


@pytest.mark.parametrize(("language", "text", "stored", "written"), OTHER_THING)
def test_a_stored_number_of_another_thing_does_not_support_and_the_message_names_both(language, text, stored, written):
    (figure,) = check_words({"summary": text}, FACTS, language=language).figures
    assert figure.verdict == "unsupported"
    assert figure.message.startswith(
        f"{figure.text} stands with the article as “{stored}”; here it counts “{written}”."
    )


def test_the_message_is_in_the_language_of_the_interface():
    with translation.override("fr"):
        (figure,) = check_words({"summary": "Les 94 thérapeutes."}, FACTS, language="fr").figures
    assert figure.message.startswith("94 figure avec l’article comme «\u00a0clients\u00a0»\u202f; ici, il compte")


def test_nouns_that_are_alike_are_set_apart_where_the_article_has_numbers_of_both():
    figures = [
        {"value": 61, "what": {"en": "clients who began"}},
        {"value": 80, "what": {"en": "patients referred"}},
        {"value": 210, "what": {"en": "participants"}},
        {"value": 33, "what": {"en": "therapists"}},
    ]
    facts = facts_from(figures, [])
    assert verdicts("61 patients, 80 clients.", facts=facts) == [("61", "unsupported"), ("80", "unsupported")]
    assert verdicts("61 people, 80 people, 33 people.", facts=facts) == [
        ("61", "supported"),
        ("80", "supported"),
        ("33", "supported"),
    ]
    assert verdicts("210 clients, 210 therapists.", facts=facts) == [("210", "supported"), ("210", "unsupported")]


def test_a_sample_that_does_not_say_whom_it_counts_supports_people_and_none_of_whom_the_article_has_a_number():
    of_link = finding(
        "link", n=276, claim={"en": "Training and client outcome", "fr": "Formation et résultat des clients"}
    )
    alone = facts_from([], [of_link])
    assert verdicts("276 clients, 276 trainees.", facts=alone) == [("276", "supported"), ("276", "supported")]
    beside = facts_from([{"value": 30, "what": {"en": "trainees"}}], [of_link])
    assert verdicts("276 clients, 276 trainees.", facts=beside) == [("276", "supported"), ("276", "unsupported")]
    of_clients = facts_from([], [finding("left", n=276, claim={"en": "Clients who dropped out"})])
    assert verdicts("276 trainees.", facts=of_clients) == [("276", "unsupported")]


def test_a_sample_by_its_letter_counts_what_stands_behind_it():
    assert verdicts("N = 94 clients; n = 94 adults; N = 94.", facts=FACTS) == [("94", "supported")] * 3
    assert verdicts("N = 94 therapists.", facts=FACTS) == [("94", "unsupported")]


def test_those_whom_something_belongs_to_are_not_what_is_counted():
    facts = facts_from([{"value": 15, "what": {"en": "the clients’ therapists"}}], [])
    assert verdicts("15 therapists.", facts=facts) == [("15", "supported")]


def test_the_k_of_a_finding_may_count_its_effects_and_no_samples_where_the_article_says_studies():
    assert verdicts("28 effects, 28 samples.", facts=FACTS) == [("28", "supported"), ("28", "unsupported")]


def test_a_slip_is_told_by_a_number_of_the_same_thing_only():
    assert verdicts("49 clients.", facts=FACTS) == [("49", "contradicted")]
    assert verdicts("49 couples.", facts=FACTS) == [("49", "unsupported")]


SMALL = [
    ("en", "Four databases were searched.", "supported"),
    ("en", "Seven databases were searched.", "unsupported"),
    ("en", "They searched three registers.", "unsupported"),
    ("en", "Three raters agreed.", "supported"),
    ("en", "The nine raters agreed.", "unsupported"),
    ("en", "The trial had four arms.", "unsupported"),
    ("en", "Clients came from six countries.", "unsupported"),
    ("en", "Two things follow.", "not-a-research-figure"),
    ("en", "Three points stand out.", "not-a-research-figure"),
    ("en", "It makes three points.", "not-a-research-figure"),
    ("en", "Scores fell by three points.", "unsupported"),
    ("en", "The two groups did equally well.", "not-a-research-figure"),
    ("en", "They sorted the answers into three groups.", "not-a-research-figure"),
    ("fr", "Quatre bases de données ont été interrogées.", "supported"),
    ("fr", "Sept bases de données ont été interrogées.", "unsupported"),
    ("fr", "Neuf juges ont coté les séances.", "unsupported"),
    ("fr", "Deux choses en découlent.", "not-a-research-figure"),
    ("fr", "Trois points se dégagent.", "not-a-research-figure"),
]


@pytest.mark.parametrize(("language", "text", "verdict"), SMALL)
def test_a_small_number_in_words_is_a_figure_before_a_thing_of_the_study(language, text, verdict):
    assert [said for _, said in verdicts(text, language=language, facts=FACTS)] == [verdict]


@pytest.mark.parametrize("text", ["One client said so.", "One therapist left.", "Both say so, for one reason."])
def test_one_as_an_example_is_not_marked(text):
    assert verdicts(text, facts=FACTS) == []


DIFFERENCES = [
    ("en", "It was 68% against 54%, a difference of 14 percentage points.", "14", "supported"),
    ("en", "It was 68% against 54%, a difference of 15 percentage points.", "15", "contradicted"),
    ("en", "It was 68% against 54%, a difference of 29 percentage points.", "29", "unsupported"),
    ("en", "Recovery was 14 points more frequent (68% against 54%).", "14", "supported"),
    ("en", "68% recovered. In usual care 54% did: 14 percentage points less.", "14", "supported"),
    ("en", "A 14-percentage-point gap opened.", "14", "supported"),
    ("en", "A gap of 26 percentage points opened.", "26", "unsupported"),
    ("en", "68% recovered, and 33.6% after a year: 34.4 percentage points fewer.", "34.4", "supported"),
    ("en", "68% recovered, and 33.6% after a year: about 34 percentage points fewer.", "34", "supported"),
    ("fr", "68 % contre 54 %, soit 14 points de pourcentage.", "14", "supported"),
    ("fr", "68 % contre 54 %, soit 15 points de pourcentage.", "15", "contradicted"),
    ("fr", "Un écart de 34,4 points de pourcentage.", "34,4", "supported"),
]


@pytest.mark.parametrize(("language", "text", "figure", "verdict"), DIFFERENCES)
def test_a_difference_in_percentage_points_is_worked_out_from_two_percentages(language, text, figure, verdict):
    found = verdicts(text, language=language, facts=FACTS)
    assert [said for written, said in found if written == figure] == [verdict]
    assert {said for written, said in found if written != figure} <= {"supported"}


def test_the_message_says_how_a_difference_is_worked_out():
    right, wrong = (
        check_words({"summary": f"68% against 54%, that is {points} percentage points."}, FACTS, language="en").figures[
            2
        ]
        for points in (14, 15)
    )
    assert "68% − 54%" in right.message
    assert [fact.key for fact in right.facts] == ["after.estimate", "usual.estimate"]
    assert wrong.message.startswith("The text has 15; 68% − 54% is 14")


def test_a_difference_of_rounded_percentages_says_what_is_stored():
    facts = facts_from(
        [],
        [
            finding("after", metric_key="percent", estimate="67.6", claim={"en": "Recovered"}),
            finding("usual", metric_key="percent", estimate="54.4", claim={"en": "Recovered in usual care"}),
        ],
    )
    text = "68% against 54%, a difference of 14 percentage points."
    figure = check_words({"summary": text}, facts, language="en").figures[2]
    assert (figure.verdict, "stored are 67.6% and 54.4%" in figure.message) == ("supported", True)
    assert verdicts("A difference of 14 percentage points.", facts=facts) == [("14", "unsupported")]
