"""A letter as somebody reads it: what stands where, and what the number and its drawing mean."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import translation

from rapport.literature.models import Finding
from rapport.literature.presenting import finding_rows
from rapport.mailing.actions.editions import open_editions
from rapport.mailing.actions.preparing import prepare_mailings
from rapport.mailing.letters.message import MailedLetter
from rapport.mailing.letters.pictures import drawn, words_of
from rapport.mailing.letters.press import Press
from rapport.mailing.sending.claiming import mark_and_claim
from rapport.mailing.tokens import web_token
from tests.making import finding, make_article, make_entry, make_site, make_subscriber

pytestmark = pytest.mark.django_db

MAY = dt.datetime(2024, 5, 7, 9, tzinfo=dt.UTC)
ENTRY = {
    "title": "Alliance and outcome go together",
    "citation": "An article: Rosa 2020",
    "implications": "You might ask how the work together feels.",
    "claim": "Alliance at the start",
    "meaning": "A small to medium link.",
    "read more": "Read the entry",
    "about": "Meta analysis · Alliance",
    "read level": "What we read:",
}


@pytest.fixture(autouse=True)
def _began() -> None:
    make_site()
    open_editions(now=MAY - dt.timedelta(days=3))


def letter(language: str = "en", **facts) -> MailedLetter:
    """The letter of an entry with one finding."""
    reading = {"en": "A small to medium link.", "fr": "Un lien faible à moyen."}
    found = finding(**{"claim": {"en": "Alliance at the start"}, "reading": reading, **facts})
    make_article("rosa-2020", doi="10.5555/rosa", findings=[found])
    make_entry("alliance-matters", article="rosa-2020", issue="2024-05", texts={"en": {}, "fr": {}})
    make_subscriber(language=language)
    open_editions(now=MAY)
    prepare_mailings(now=MAY)
    claimed = mark_and_claim(outcome=None, claim="one", now=MAY)
    assert claimed is not None
    return Press().letter(claimed)


def page_of(client, one: MailedLetter) -> str:
    """The page of a letter, without what stands around it."""
    page = client.get(reverse("letter_web", args=[web_token(one.delivery)]))
    return page.text.partition("<main")[2].partition("</main>")[0]


def in_order(form: str) -> list[str]:
    """What an entry is made of, as it is met by whoever reads from the top."""
    body = form.partition("<h1")[2] or form
    found = {name: body.find(words) for name, words in ENTRY.items()}
    return sorted((name for name, at in found.items() if at >= 0), key=lambda name: found[name])


def test_title_citation_and_implications_come_first_then_the_number_and_what_it_means(client):
    one = letter()
    assert in_order(one.html) == in_order(one.text) == in_order(page_of(client, one)) == list(ENTRY)


def test_an_entry_says_what_it_is_what_it_is_about_and_what_was_read_of_its_article(client):
    one = letter()
    for form in (one.html, one.text, page_of(client, one)):
        assert "Meta analysis · Alliance" in form
        assert re.search(r"What we read: The (full text of the article|article’s abstract)", form)


def test_no_line_ends_within_a_number(client):
    one = letter("fr", estimate="-0.09", interval=("-0.12", "-0.06"))
    for form in (one.html, one.text, page_of(client, one)):
        assert "r\u00a0=\u00a0−0,09" in form.replace("&nbsp;", "\u00a0")
        assert "de\u00a0−0,12\u00a0à\u00a0−0,06" in form.replace("&nbsp;", "\u00a0")


def test_the_letter_says_who_sees_an_answer_before_one_is_given():
    one = letter()
    for form in (one.html, one.text):
        assert 0 < form.find("only counts are shown to the editors") < form.find("/letters/answer/")


def test_whoever_was_passed_a_letter_learns_how_to_get_their_own():
    for form in ((one := letter()).html, one.text):
        assert "Did somebody pass this letter on to you?" in form
        assert "/letters/subscribe/" in form


def drawn_as(language: str = "en", **facts) -> tuple[dict[str, object], str]:
    """What is drawn of a finding, and its words for whoever does not see it."""
    make_article("drawn", findings=[finding(**facts)])
    [row] = finding_rows(list(Finding.objects.filter(article__key="drawn")))
    with translation.override(language):
        return {name: value for name, value in drawn(row).items() if name in ("at_line", "left", "right")}, words_of(
            row
        )


@pytest.mark.parametrize(
    ("facts", "drawing", "words"),
    [
        (
            {"favours": "higher"},
            {"at_line": "no link", "left": "", "right": "better for clients"},
            "Further to the right: better for clients.",
        ),
        (
            {"favours": "lower", "metric_key": "d"},
            {"at_line": "no difference", "left": "better for clients", "right": ""},
            "Further to the left: better for clients.",
        ),
        (
            {"favours": "none"},
            {"at_line": "no link", "left": "more of one, less of the other", "right": "more of both"},
            "Further to the left: more of one, less of the other. Further to the right: more of both.",
        ),
        ({"favours": "none", "metric_key": "d"}, {"at_line": "no difference", "left": "", "right": ""}, ""),
        (
            {"favours": "none", "metric_key": "percent", "estimate": "19.7"},
            {"at_line": "", "left": "", "right": ""},
            "",
        ),
    ],
)
def test_a_drawing_says_what_its_line_is_and_what_lies_to_its_sides(facts, drawing, words):
    found = drawn_as(**{"estimate": "0.28", **facts})
    assert found[0] == drawing
    assert found[1].partition(". ")[2] == words


def test_the_page_of_a_letter_draws_what_the_letter_shows_as_a_picture(client):
    page = page_of(client, letter())
    [drawing] = re.findall(r"<svg class=\"drawing\"[^>]*>", page)
    assert 'role="img" aria-label="Drawing: r = 0.28' in drawing
    assert "<img" not in page
