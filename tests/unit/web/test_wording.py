"""A wording is read in the language asked for, else in one that it has, which is then named."""

from __future__ import annotations

import pytest

from rapport.web.wording import Phrase, in_language


@pytest.mark.parametrize(
    ("wording", "language", "expected"),
    [
        ({"en": "Drop-out", "fr": "Abandon"}, "fr", Phrase("Abandon", "fr")),
        ({"en": "Drop-out", "fr": "Abandon"}, "de", Phrase("Drop-out", "en")),
        ({"fr": "Abandon"}, "en", Phrase("Abandon", "fr")),
        ({"de": "Abbruch", "fr": "Abandon"}, "en", Phrase("Abandon", "fr")),
        ({"de": "Abbruch"}, "en", Phrase("Abbruch", "de")),
        ({"en": "", "fr": "Abandon"}, "en", Phrase("Abandon", "fr")),
        ({"en": ""}, "en", Phrase("", "")),
        ({}, "en", Phrase("", "")),
        (None, "en", Phrase("", "")),
    ],
)
def test_a_wording_falls_back_to_a_language_it_has(wording, language, expected):
    assert in_language(wording, language) == expected


def test_a_phrase_is_its_text_and_an_empty_one_is_false():
    assert (str(Phrase("Abandon", "fr")), bool(Phrase("Abandon", "fr")), bool(Phrase("", ""))) == (
        "Abandon",
        True,
        False,
    )
