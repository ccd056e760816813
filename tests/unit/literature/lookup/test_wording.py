"""Foreign texts made plain: markup, names, pages, years, languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.literature.lookup import wording


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<jats:title>Abstract</jats:title><jats:p>One.</jats:p><jats:p>Two.</jats:p>", "One.\n\nTwo."),
        (
            "<jats:sec><jats:title>Method</jats:title><jats:p>N = 231.</jats:p></jats:sec>"
            "<jats:sec><jats:title>Results:</jats:title><jats:p>d = 0.43.</jats:p></jats:sec>",
            "Method: N = 231.\n\nResults: d = 0.43.",
        ),
        ("<h4>Aims</h4>To see.<h4>Results</h4>Seen.", "Aims: To see.\n\nResults: Seen."),
        ("Drop-out fell, <jats:italic>p</jats:italic> &lt; .001", "Drop-out fell, p < .001"),
        ("It fell, p <.001, and a<b", "It fell, p <.001, and a<b"),
        ("r<sub>s</sub> = .3, x<sup>2</sup>", "rs = .3, x2"),
        ("<mml:math><mml:mi>x</mml:mi><annotation>tex x</annotation></mml:math> is", "x is"),
        ("Cats &amp;amp; dogs", "Cats & dogs"),
        ("Abstract Background: many leave.", "Background: many leave."),
        ("Abstract thought is hard.", "Abstract thought is hard."),
        ("", ""),
    ],
)
def test_an_abstracts_markup_becomes_paragraphs(markup, text):
    assert wording.paragraphs(markup) == text


@pytest.mark.parametrize(
    ("title", "subtitle", "told"),
    [
        ("Who leaves <i>early</i>?", "A survey", ("Who leaves early? A survey", False)),
        ("Who leaves", "a survey", ("Who leaves: a survey", False)),
        ("Who leaves: A survey", "A Survey", ("Who leaves: A survey", False)),
        ("Who leaves early.", "", ("Who leaves early", False)),
        ("Therapy in the U.S.", "", ("Therapy in the U.S.", False)),
        ("[Who leaves early].", "", ("Who leaves early", False)),
        ("RETRACTED: Who leaves", "", ("Who leaves", True)),
        ("RETRACTED ARTICLE: Who leaves", "", ("Who leaves", True)),
        ("Retraction of consent", "", ("Retraction of consent", False)),
        ("Are clams (\n  <i>Tridacna</i>\n ) clients?", "", ("Are clams (Tridacna) clients?", False)),
        ("Tom &amp; Jerry", "", ("Tom & Jerry", False)),
    ],
)
def test_a_title_is_told_plainly_and_whether_it_says_retracted(title, subtitle, told):
    assert wording.title_of(title, subtitle) == told


@pytest.mark.parametrize(
    ("family", "given", "suffix", "name"),
    [
        ("Swift", "Joshua K", "", "Swift, J. K."),
        ("Swift", "JK", "", "Swift, J. K."),
        ("Swift", "J.K.", "", "Swift, J. K."),
        ("Sartre", "Jean-Paul", "", "Sartre, J.-P."),
        ("Sartre", "J.-P. C.", "", "Sartre, J.-P. C."),
        ("van Oppen", "patricia", "", "van Oppen, P."),
        ("King", "Martin Luther", "Jr.", "King, M. L., Jr."),
        ("Řiháček", "Tomáš", "", "Řiháček, T."),
        ("World Health Organization", "", "", "World Health Organization"),
        ("", "Plato", "", "Plato"),
    ],
)
def test_a_name_is_printed_as_apa_prints_it(family, given, suffix, name):
    assert wording.apa_name(family, given, suffix) == name


@pytest.mark.parametrize(
    ("display", "name"),
    [
        ("Heather Piwowar", "Piwowar, H."),
        ("Jan van der Berg", "van der Berg, J."),
        ("Martin Luther King Jr.", "King, M. L., Jr."),
        ("Berg, Jan", "Berg, J."),
        ("Plato", "Plato"),
    ],
)
def test_a_displayed_name_is_parted_before_its_last_word_and_its_particles(display, name):
    assert wording.apa_name_of(display) == name


@pytest.mark.parametrize(
    ("text", "last", "pages"),
    [
        ("637-641", "", "637–641"),
        ("1009-12", "", "1009–1012"),
        ("217", "264", "217–264"),
        ("e4375", "e4375", "e4375"),
        ("S224-S225", "", "S224–S225"),
        ("102002", "", "102002"),
        ("12-8", "", "12–18"),
        ("", "", ""),
    ],
)
def test_pages_have_an_en_dash_and_both_ends_in_full(text, last, pages):
    assert wording.pages_of(text, last=last) == pages


@pytest.mark.parametrize(
    ("code", "language"), [("eng", "en"), ("en-US", "en"), ("French", "fr"), ("fr", "fr"), ("und", ""), ("", "")]
)
def test_a_language_is_told_by_two_letters(code, language):
    assert wording.language_of(code) == language


@given(st.text(max_size=400))
def test_any_markup_becomes_a_text_that_can_be_kept(markup):
    told = wording.paragraphs(markup) + wording.plain(markup) + wording.title_of(markup)[0]
    assert not any("\ud800" <= c <= "\udfff" or c == "\0" for c in told)
    told.encode()  # half a surrogate pair would raise


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_name_is_told_on_one_line(family, given_name):
    assert "\n" not in wording.apa_name(family, given_name) + wording.apa_name_of(f"{given_name} {family}")
