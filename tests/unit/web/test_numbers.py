"""Numbers as readers of each language expect them, with the decimals their source printed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from rapport.web.fields import PrintedNumberField
from rapport.web.numbers import format_number, format_percent


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        ("0.30", "0.30", "0,30"),
        ("0.3", "0.3", "0,3"),
        ("-0.16", "−0.16", "−0,16"),
        ("0", "0", "0"),
        ("-0.0", "0.0", "0,0"),
        ("999", "999", "999"),
        ("1000", "1,000", "1\u202f000"),
        ("83834", "83,834", "83\u202f834"),
        ("-1234567.890", "−1,234,567.890", "−1\u202f234\u202f567,890"),
        ("1E+3", "1,000", "1\u202f000"),
        ("1E-7", "0.0000001", "0,0000001"),
    ],
)
def test_a_number_is_printed_with_the_marks_of_its_language(value, english, french):
    assert (format_number(Decimal(value), "en"), format_number(Decimal(value), "fr")) == (english, french)


def test_a_whole_number_may_be_an_int():
    assert format_number(30000, "en") == "30,000"


def test_a_language_without_marks_of_its_own_is_printed_as_english():
    assert format_number(Decimal("1234.5"), "de") == "1,234.5"


@pytest.mark.parametrize(("language", "printed"), [("en", "−19.70%"), ("fr", "−19,70\u00a0%")])
def test_a_percentage_has_its_sign_spaced_as_the_language_asks(language, printed):
    assert format_percent(Decimal("-19.70"), language) == printed


FIELD = PrintedNumberField()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (Decimal("0.30"), "0.30"),
        (Decimal("-0.0"), "-0.0"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-7"), "0.0000001"),
        ("0.30", "0.30"),
        (95, "95"),
        (None, None),
    ],
)
def test_a_printed_number_is_kept_with_its_decimals(given, kept):
    assert FIELD.get_prep_value(given) == kept


@pytest.mark.parametrize("kept", ["0.30", "-0.0", "95", "1000.00"])
def test_a_printed_number_is_read_as_it_was_kept(kept):
    assert str(FIELD.from_db_value(kept, None, None)) == kept
    assert FIELD.from_db_value(None, None, None) is None


@pytest.mark.parametrize("wrong", ["0,30", "about 5", ""])
def test_what_is_no_number_is_told_so(wrong):
    with pytest.raises(ValidationError, match=f"“{wrong}” is not a number."):
        FIELD.to_python(wrong)
