"""Where an answer was found, shown: marked words and excerpts."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from rapport.digest.search.question import understand
from rapport.digest.search.showing import EXCERPT, Marker
from rapport.digest.search.synonyms import Synonyms

NONE = Synonyms([])


def marker(question: str) -> Marker:
    return Marker(understand(question, NONE).concepts)


@pytest.mark.parametrize(
    ("question", "text", "language", "marked"),
    [
        (
            "clients leave",
            "Clients left; a client leaves.",
            "en",
            "<mark>Clients</mark> left; a <mark>client</mark> <mark>leaves</mark>.",
        ),
        ("seances", "Deux séances d’abandon", "fr", "Deux <mark>séances</mark> d’abandon"),
        ("abandon", "Deux séances d’abandon", "fr", "Deux séances d’<mark>abandon</mark>"),
        ('"return to work"', "They return to work to return", "en", "They <mark>return to work</mark> to return"),
        ("alliance", "R&D <b>alliance</b>", "en", "R&amp;D &lt;b&gt;<mark>alliance</mark>&lt;/b&gt;"),
        ("outcome", "Nothing of it", "en", "Nothing of it"),
    ],
)
def test_words_that_were_asked_for_are_marked(question, text, language, marked):
    assert marker(question).marked(text, language) == marked


def test_an_excerpt_is_from_the_first_text_that_has_something_without_its_markdown():
    texts = ["Nothing here.", "- **Ask** how the [alliance](https://example.org) *feels*.", "The alliance again."]
    assert marker("alliance").excerpt(texts, "en") == "Ask how the <mark>alliance</mark> feels."


def test_an_excerpt_of_a_long_text_begins_with_a_sentence_where_it_can():
    text = "Long ago. " * 60 + "Here the alliance grew. " + "And so on it went. " * 60
    excerpt = marker("alliance").excerpt([text], "en")
    assert excerpt.startswith("… Here the <mark>alliance</mark> grew.")
    assert excerpt.endswith(" …")
    assert len(excerpt) < EXCERPT + 40


def test_there_is_no_excerpt_where_nothing_was_asked_for():
    assert marker("alliance").excerpt(["Nothing.", ""], "en") == ""


@given(st.text(), st.text(max_size=30))
def test_marking_changes_nothing_but_the_marks(text, question):
    marked = marker(question).marked(text, "en")
    plain = marked.replace("<mark>", "").replace("</mark>", "")
    assert plain == escape(normalize("NFC", text))
