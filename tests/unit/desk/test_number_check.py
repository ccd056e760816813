"""What the number check says of each figure of a sentence: one row a way of writing.

The numbers are those of `tests/checking/articles.py`. In each row stand the figures that get the verdict; the others of
the sentence are supported, or are no figures.
"""

from __future__ import annotations

import pytest
from django.utils import translation

from rapport.desk.checking import FIELDS, Acknowledged, check_words
from rapport.desk.checking.facts import facts_from
from rapport.desk.checking.reading import sentences_of
from tests.checking.articles import FACTS, finding, questions, verdicts

SUPPORTED = [
    ("en", "Of 421 clients, 19.7% dropped out.", ["421", "19.7"]),
    (
        "en",
        "The correlation was r = −0.31 (95% CI [−0.40, −0.22], p < .001).",
        ["−0.31", "95", "−0.40", "−0.22", ".001"],
    ),
    ("en", "r = -.31, 95% CI -.40 to -.22", ["-.31", "95", "-.40", "-.22"]),
    ("en", "r = –0.31 (95 % CI –0.40––0.22)", ["–0.31", "95", "–0.40", "–0.22"]),
    ("en", "(r=-0.31; CI95% -0.40;-0.22)", ["-0.31", "95", "-0.40", "-0.22"]),
    ("en", "Odds ratio .58 (0.36–0.94)", [".58", "0.36", "0.94"]),
    ("en", "The correlation was −0.31.", ["−0.31"]),
    ("en", "r=-0.31,p<0.001,n=1240", ["-0.31", "0.001", "1240"]),
    ("en", "k = 24, N = 1,240", ["24", "1,240"]),
    ("en", "t(229) = 2.84", ["229", "2.84"]),
    ("en", "About 1 in 5 clients dropped out.", ["1 in 5"]),
    ("en", "One in five clients did, that is a fifth.", ["One in five"]),
    ("en", "Roughly one client in five, 1/5, ⅕.", ["one client in five", "1/5", "⅕"]),
    ("en", "Twelve therapists, or a dozen therapists, took part.", ["Twelve", "a dozen"]),
    ("en", "Twenty-four studies with more than 1,200 people.", ["Twenty-four", "1,200"]),
    ("en", "Some 1200 people; 1\u202f240 people.", ["1200", "1\u202f240"]),
    (
        "en",
        "More than a million people; 1.2 million people; 1,200,000 people.",
        ["a million", "1.2 million", "1,200,000"],
    ),
    ("en", "The proportion who dropped out was .197.", [".197"]),
    ("en", "The odds of leaving were 42% lower with feedback.", ["42"]),
    ("en", "The BDI-II fell by 4.7 points (from 3.3 to 6.1).", ["4.7", "3.3", "6.1"]),
    ("en", "Relapse fell by 8 percentage points (95% CI 0.5 to 15.5).", ["8", "95", "0.5", "15.5"]),
    ("en", "It cost $1,000 a client.", ["1,000"]),
    ("en", "The data begin in 2013.", ["2013"]),
    ("en", "More than 200 clients were randomised.", ["200"]),
    ("fr", "Sur 421 clients, 19,7 % ont abandonné.", ["421", "19,7"]),
    ("fr", "Environ un cinquième des clients, soit une personne sur cinq.", ["un cinquième", "une personne sur cinq"]),
    ("fr", "r = −0,31 (IC à 95 % [−0,40 ; −0,22], p < 0,001)", ["−0,31", "95", "−0,40", "−0,22", "0,001"]),
    (
        "fr",
        "La corrélation était de −0,31, avec un intervalle de confiance à 95 % de −0,40 à −0,22.",
        ["−0,31", "95", "−0,40", "−0,22"],
    ),
    ("fr", "d = 0,56 (IC 95 % : 0,30–0,82)", ["0,56", "95", "0,30", "0,82"]),
    (
        "fr",
        "1 240 personnes, 1240 personnes, 1\u202f240 personnes et 24 études.",
        ["1 240", "1240", "1\u202f240", "24"],
    ),
    (
        "fr",
        "Vingt-quatre études, douze thérapeutes, une douzaine de thérapeutes, quatre cent vingt et un clients.",
        ["Vingt-quatre", "douze", "une douzaine", "quatre cent vingt et un"],
    ),
    ("fr", "1,2 million de personnes ; plus d’un million de personnes.", ["1,2 million", "un million"]),
    ("fr", "Le rapport de cotes était de 0,58 (de 0,36 à 0,94).", ["0,58", "0,36", "0,94"]),
    ("fr", "La rechute a baissé de 8 points de pourcentage (IC à 95 % : 0,5 à 15,5).", ["8", "95", "0,5", "15,5"]),
    ("fr", "p < ,001", [",001"]),
    ("fr", "Les symptômes après six mois.", ["six"]),
]
CONTRADICTED = [
    ("en", "Of 412 clients some left.", ["412"]),
    ("en", "r = .31", [".31"]),
    ("en", "r = −0.13", ["−0.13"]),
    ("en", "r = −0.31 (95% CI [−0.22, −0.40])", ["−0.22", "−0.40"]),
    ("en", "r = −0.31, 95% CI [−0.40, −0.27]", ["−0.27"]),
    ("en", "d = 0.56 (95% CI 0.30 to 0.28)", ["0.28"]),
    ("en", "OR = 5.8", ["5.8"]),
    ("en", "The odds ratio was 0.58 (from 0.36 to 0.49).", ["0.49"]),
    ("en", "The odds ratio was 0.58 in the trials with feedback (from 0.36 to 0.82).", ["0.82"]),
    ("en", "19.9% dropped out.", ["19.9"]),
    ("en", "The share was 0.197%.", ["0.197"]),
    ("en", "A proportion of 19.7 dropped out.", ["19.7"]),
    ("en", "t(229) = 2.48", ["2.48"]),
    ("en", "k = 42", ["42"]),
    ("en", "N = 1,420", ["1,420"]),
    ("en", "Twenty-one therapists took part.", ["Twenty-one"]),
    ("en", "r = −0.31, p < .004", [".004"]),
    ("en", "The odds ratio was 0.58 (p = .3).", [".3"]),
    ("en", "1.240 people took part.", ["1.240"]),
    ("en", "About a third dropped out (19.7%).", ["a third"]),
    ("en", "About 238 clients were randomised.", ["238"]),
    ("fr", "Sur 412 clients, certains sont partis.", ["412"]),
    ("fr", "r = 0,31", ["0,31"]),
    ("fr", "r = −0,31, IC à 95 % [−0,22 ; −0,40]", ["−0,22", "−0,40"]),
    ("fr", "Le rapport de cotes était de 0,58 (de 0,36 à 0,49).", ["0,49"]),
    ("fr", "1 420 personnes ont répondu.", ["1 420"]),
    ("fr", "Vingt et un thérapeutes ont participé.", ["Vingt et un"]),
    ("fr", "19,9 % ont abandonné.", ["19,9"]),
]
UNSUPPORTED = [
    ("en", "21.3% left.", ["21.3"]),
    ("en", "1 in 4 clients dropped out.", ["1 in 4"]),
    ("en", "Nearly two thirds stayed.", ["two thirds"]),
    ("en", "It took 10,000 bootstrap samples.", ["10,000"]),
    ("en", "It cost $4,700.", ["4,700"]),
    ("en", "The mean age was 45.5 years.", ["45.5"]),
    ("en", "p = .0003", [".0003"]),
    ("en", "r = −0.31, p = .0003", [".0003"]),
    ("en", "Half of the effect remained.", ["Half"]),
    ("en", "Over half stayed.", ["half"]),
    ("en", "More than 16% dropped out.", ["16"]),
    ("fr", "Une personne sur quatre a abandonné.", ["Une personne sur quatre"]),
    ("fr", "Les deux tiers des clients sont restés.", ["deux tiers"]),
    ("fr", "L’âge moyen était de 45,5 ans.", ["45,5"]),
]
NO_FIGURE = [
    ("en", "See Smith (2019, pp. 12–34), vol. 55, issue 4.", ["2019", "12", "34", "55", "4"]),
    ("en", "doi:10.1037/a0028226 and https://doi.org/10.1037/pst0000172", []),
    ("en", "[the study](https://example.org/99/88)", []),
    (
        "en",
        "On 2024-05-13, 13/05/2024, May 13, 2024 and 13 May 2024.",
        ["2024", "05", "13", "13", "05", "2024", "13", "2024", "13", "2024"],
    ),
    ("en", "In the 1990s, the mid-2010s and since 1990.", ["1990", "2010", "1990"]),
    ("en", "A 2×2 design.", ["2", "2"]),
    ("en", "The 2nd study of the 21st century.", ["2", "21"]),
    ("en", "At session 3 and at week 12.", ["3", "12"]),
    ("en", "At session 6 clients felt better, and by week four clients said so.", ["6", "four"]),
    ("en", "Between session 3 and session 6 people slept better.", ["3", "6"]),
    ("en", "The DSM-5, the PHQ-9 and COVID-19.", ["5", "9", "19"]),
    ("en", "A 5-point scale, scored from 1 to 7.", ["5", "1", "7"]),
    ("en", "Open 24/7, like a 50/50 chance.", ["24", "7", "50", "50"]),
    ("en", "# 3 lessons for supervision", ["3"]),
    ("en", "1. First\n2. Second", []),
    ("en", "Sessions twice a week for half an hour.", []),
    ("en", "Two sessions a week.", ["Two"]),
    ("en", "The interval is not the usual 95%.", ["95"]),
    ("en", "The interval excludes 0.", ["0"]),
    ("en", "For three of the four comparisons we saw no interval.", ["three", "four"]),
    ("en", "The two views differ.", ["two"]),
    ("fr", "De 1998 à 2015, pp. 12-34, vol. 55, no 4.", ["1998", "2015", "12", "34", "55", "4"]),
    ("fr", "Le 1er essai, la 2e étude, au 3e mois.", ["1", "2", "3"]),
    ("fr", "Deux séances par semaine.", ["Deux"]),
    ("fr", "Une échelle cotée de 1 à 7.", ["1", "7"]),
    ("fr", "Le 13 mai 2024.", ["13", "2024"]),
]


def with_verdict(text, language, verdict):
    """The figures with this verdict; and that no other figure is stopped."""
    found = verdicts(text, language=language)
    quiet = {"supported", "not-a-research-figure", verdict}
    assert [one for one in found if one[1] not in quiet] == []
    return [figure for figure, said in found if said == verdict]


@pytest.mark.parametrize(("language", "text", "figures"), SUPPORTED)
def test_a_stored_number_is_supported_however_it_is_written(language, text, figures):
    assert with_verdict(text, language, "supported") == figures


@pytest.mark.parametrize(("language", "text", "figures"), CONTRADICTED)
def test_a_number_that_is_clearly_another_is_contradicted(language, text, figures):
    assert with_verdict(text, language, "contradicted") == figures


@pytest.mark.parametrize(("language", "text", "figures"), UNSUPPORTED)
def test_a_number_that_nothing_stored_tells_is_unsupported(language, text, figures):
    assert with_verdict(text, language, "unsupported") == figures


@pytest.mark.parametrize(("language", "text", "figures"), NO_FIGURE)
def test_a_number_of_something_else_is_no_research_figure(language, text, figures):
    found = verdicts(text, language=language)
    assert {said for _, said in found} <= {"not-a-research-figure"}
    assert [figure for figure, _ in found] == figures


def test_a_figure_leads_to_the_finding_that_supports_or_contradicts_it():
    checked = check_words({"summary": "r = −0.31; 412 clients; 21.3%"}, FACTS, language="en")
    assert [[fact.key for fact in figure.facts] for figure in checked.figures] == [
        ["rumination.estimate"],
        ["figure.1"],
        [],
    ]


def test_a_value_that_sources_give_differently_blocks_until_the_text_tells_both():
    assert verdicts("The sample was 211 clients.") == [("211", "sources-disagree")]
    assert verdicts("It was 231 clients; another digest has 211.") == [("231", "supported"), ("211", "supported")]
    told = verdicts("The sample was 231 clients.", disagreements="Another digest gives a different sample.")
    assert told == [("231", "supported")]


def test_what_is_contradicted_blocks_and_what_is_acknowledged_does_not():
    words = {"summary": "21.3% left. Of 412 clients some stayed."}
    checked = check_words(words, FACTS, language="en")
    assert ([one.text for one in checked.open], [one.text for one in checked.contradicted]) == (["21.3"], ["412"])

    answered_for = [Acknowledged("21.3", "21.3%   left."), Acknowledged("412", "Of 412 clients some stayed.")]
    checked = check_words(words, FACTS, language="en", acknowledged=answered_for)
    assert ([one.text for one in checked.open], checked.blocks) == ([], True)

    changed = {"summary": "21.3% stayed."}
    assert check_words(changed, FACTS, language="en", acknowledged=answered_for).blocks


QUESTIONS = [
    ("en", "Higher rumination went with better outcome (r = −0.31).", "better"),
    ("en", "Less rumination went with poorer outcome (r = −0.31).", "poorer"),
    ("en", "The link was positive (r = −0.31).", "positive"),
    ("en", "Symptoms were higher after therapy (d = 0.56).", "higher"),
    ("en", "Feedback increased drop-out (OR = 0.58).", "increased"),
    ("en", "The effect (d = 0.56) was very large.", "very large"),
    ("en", "It was a large effect (d = 0.56).", "large"),
    ("fr", "La rétroaction a augmenté les abandons (OR = 0,58).", "augmenté"),
    ("fr", "Les symptômes étaient plus élevés après la thérapie (d = 0,56).", "plus élevés"),
]
NO_QUESTIONS = [
    ("en", "Higher rumination went with poorer outcome (r = −0.31)."),
    ("en", "Less rumination went with better outcome (r = −0.31)."),
    ("en", "Symptoms were lower after therapy (d = 0.56), a moderate effect."),
    ("en", "Feedback did not increase drop-out (OR = 0.58)."),
    ("en", "Feedback reduced drop-out (OR = 0.58)."),
    ("fr", "La rétroaction a réduit les abandons (OR = 0,58)."),
    ("fr", "Les symptômes étaient moins élevés après la thérapie (d = 0,56)."),
]


@pytest.mark.parametrize(("language", "text", "word"), QUESTIONS)
def test_a_word_that_points_the_other_way_is_asked_about_and_is_no_error(language, text, word):
    (question,) = questions(text, language=language)
    assert f"“{word}”" in question
    assert {said for _, said in verdicts(text, language=language)} == {"supported"}


@pytest.mark.parametrize(("language", "text"), NO_QUESTIONS)
def test_a_word_that_goes_with_its_figure_is_not_asked_about(language, text):
    assert questions(text, language=language) == []


def test_a_year_that_looks_like_a_slip_for_a_stored_one_is_asked_about():
    assert questions("The data begin in 2018.") == [
        "Is another year meant? Stored is 2013 (first year of data).",
    ]
    assert questions("The data begin in 1987.") == []


def test_a_number_of_another_finding_than_the_sentence_speaks_of_is_asked_about():
    facts = facts_from(
        [],
        [
            finding("anxious", estimate="-0.17", claim={"en": "Attachment anxiety and outcome"}),
            finding("avoidant", estimate="-0.11", claim={"en": "Attachment avoidance and outcome"}),
        ],
    )
    assert questions("For avoidance it was r = −0.11.", facts=facts) == []
    assert questions("For avoidance it was r = −0.17.", facts=facts) == [
        "Is r = −0.17 (Attachment anxiety and outcome) the number meant? The sentence seems to speak of another "
        "finding: r = −0.11 (Attachment avoidance and outcome).",
    ]


def test_messages_are_in_the_language_of_the_interface():
    with translation.override("fr"):
        checked = check_words({"summary": "Of 412 clients some left."}, FACTS, language="en")
    assert checked.figures[0].message == (
        "Le texte donne 412\u202f; la valeur enregistrée est 421 (clients). Des chiffres sont-ils inversés\u202f?"
    )


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_every_figure_stands_where_it_says_in_any_field(language):
    text = "**421** clients 😀 [19.7%](http://x.org/1) \u202f– r = −0.31 !\n\n- 12\u00a0thérapeutes"
    checked = check_words(dict.fromkeys(FIELDS, text), FACTS, language=language)
    assert {figure.field for figure in checked.figures} == set(FIELDS)
    assert [one for one in checked.figures if text[one.start : one.end] != one.text] == []


@pytest.mark.parametrize("unit", ["0.1, ", "word ", "[1](", "12–", "a", "one hundred "])
def test_a_text_without_end_is_read_in_pieces_so_that_its_time_grows_with_it(unit):
    text = unit * 5000
    pieces = sentences_of(text)
    assert max(piece.end - piece.start for piece in pieces) <= 2400
    assert "".join(text[piece.start : piece.end] for piece in pieces).replace(" ", "") == text.replace(" ", "")
