"""Whatever is typed, the number check answers, and says of each figure where it stands."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.desk.checking import check_words, reading_ease
from tests.checking.articles import FACTS

PIECES = [
    *(
        "r = −0.31",
        "0,31",
        "95% CI",
        "[−0.40, −0.22]",
        "IC à 95 %",
        "p < .001",
        "N = 1,240",
        "(from",
        "to",
        "%",
        "−",
        "–",
    ),
    *(
        "one in",
        "five",
        "two thirds",
        "un sur",
        "vingt",
        "et",
        "hundred",
        "half",
        "½",
        "½%",
        "1,2 million de",
        "a dozen",
    ),
    *(
        "clients",
        "therapists",
        "seven databases",
        "percentage points",
        "more",
        "lower",
        "24/7",
        "2013",
        "²",
        "٣",
        "1.",
        "12.",
        "# ",
        "- ",
        "](",
        "[",
        "http://x.org/1",
    ),
    *("\n", "\u202f", "\u00a0", "😀"),
]
TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=40).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
)


@settings(deadline=None)  # the first text waits for the dictionaries
@given(text=TEXTS, language=st.sampled_from(["en", "fr", "de"]))
def test_any_text_is_checked_and_its_figures_stand_where_they_say(text: str, language: str) -> None:
    figures = check_words({"summary": text}, FACTS, language=language).figures
    assert [one.text for one in figures] == [text[one.start : one.end] for one in figures]
    assert all(one.end <= other.start for one, other in itertools.pairwise(figures))
    assert all(one.message and one.text in one.sentence for one in figures)
    reading_ease(text, language=language)
