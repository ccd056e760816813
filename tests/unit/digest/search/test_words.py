"""Words as search compares them: folded, cut, stemmed in both languages."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rapport.digest.search.words import stem, stems, words_of
from rapport.web.folding import fold


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Drop-out, drop out", ["drop", "out", "drop", "out"]),
        ("L’abandon d'une thérapie", ["abandon", "une", "therapie"]),
        ("qu’elle s’entend jusqu’ici", ["elle", "entend", "ici"]),
        ("the client’s therapists' notes", ["the", "client", "therapists", "notes"]),
        ("r = .28, 95% CI [−.35, −.07]", ["r", "28", "95", "ci", "35", "07"]),
        ("cœur Ångström ﬁnd ５", ["coeur", "angstrom", "find", "5"]),
        ("心理療法 🎉 …", ["心理療法"]),
        ("_under_ score", ["under", "score"]),
        ("", []),
        ("x" * 100, ["x" * 40]),
    ],
)
def test_the_words_of_a_text(text, words):
    assert words_of(text) == words


def test_a_decomposed_accent_is_the_same_letter():
    assert fold("the\u0301rapie") == fold("thérapie") == "therapie"


@pytest.mark.parametrize(
    ("language", "same"),
    [
        ("en", ["cancel", "cancelling", "canceled", "cancellation"]),
        ("en", ["alliance", "alliances"]),
        ("fr", ["abandonner", "abandonné", "abandonnées", "abandons"]),
        ("fr", ["séance", "seances", "SÉANCES"]),
        ("fr", ["efficace", "efficacité", "efficacites"]),
    ],
)
def test_words_of_one_stem_are_found_by_one_another(language, same):
    assert len({stem(fold(word), language) for word in same}) == 1


def test_a_word_is_searched_by_its_stem_in_each_language():
    assert stems("therapies") == ("therapi", "therap")
    assert stems("alliance") == ("allianc",)


def test_numbers_and_other_scripts_stay_as_they_are():
    assert (stem("2012", "en"), stem("心理療法", "fr")) == ("2012", "心理療法")


def test_stemming_in_many_threads_gives_what_it_gives_in_one():
    """The stemmers keep the word they work on in themselves."""
    words = [f"{beginning}ations" for beginning in ("termin", "continu", "medic", "rel", "separ", "prepar")] * 300
    stem.cache_clear()
    alone = [stem.__wrapped__(word, "en") for word in words]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda word: stem.__wrapped__(word, "en"), words)) == alone


@given(st.from_regex(r"[a-z]{1,40}", fullmatch=True), st.sampled_from(["en", "fr"]))
@example("dying", "en")
@example("ees", "fr")
def test_a_stem_begins_as_its_word_does(word, language):
    assert stem(word, language)[:1] == word[0]  # what marks words on a page stems only those that can match
