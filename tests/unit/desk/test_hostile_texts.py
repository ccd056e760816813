"""Texts that nobody writes, and that would keep the server busy for minutes, take no time."""

from __future__ import annotations

import time

import pytest

from rapport.desk.checking import Facts, check_words
from rapport.desk.cleaning import clean_words
from rapport.desk.differing import since_translated
from rapport.desk.refusals import Refused

PARAGRAPHS = "a\n\n" * 16_000


def test_thousands_of_paragraphs_are_compared_in_no_time():
    began = time.process_time()
    since_translated(PARAGRAPHS, f"{PARAGRAPHS[:20_000]}x\n\n{PARAGRAPHS[20_000:]}")
    assert time.process_time() - began < 5


@pytest.mark.parametrize("text", ["1 " * 25_000, "12% " * 12_500, "−1–2 " * 10_000, "“1” " * 12_500])
def test_thousands_of_figures_are_checked_in_no_time_and_are_not_kept(text):
    began = time.process_time()
    check_words({"summary": text}, Facts(), language="en")
    assert time.process_time() - began < 5
    with pytest.raises(Refused) as caught:
        clean_words({"summary": text})
    assert caught.value.reasons == ("Summary holds more than 1000 numbers; keep those that matter to a therapist.",)
