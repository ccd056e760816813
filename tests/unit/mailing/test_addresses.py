"""What people type as their address."""

import pytest

from rapport.mailing.addresses import BadAddress, parse_address


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("sam@example.org", "sam@example.org"),
        (" <Sam.Smith@Example.ORG> ", "Sam.Smith@example.org"),
        ("sam+digest@example.org", "sam+digest@example.org"),
        ('"sam smith"@example.org', '"sam smith"@example.org'),
        ("sam@exämple.org", "sam@xn--exmple-cua.org"),
        ("o'brien@example.org", "o'brien@example.org"),
    ],
)
def test_what_is_an_address_is_understood(typed, written):
    assert parse_address(typed).written == written


def test_two_ways_of_writing_one_address_are_one():
    assert parse_address("Sam@EXÄMPLE.org").folded == parse_address("sam@xn--exmple-cua.ORG").folded


@pytest.mark.parametrize(
    "typed",
    [
        *("", "sam", "sam@", "@example.org", "sam@example", "sam@@example.org", "sam smith@example.org"),
        *("a@b.c\r\nBcc: x@y.z", "sam@example.org, dana@example.org", "sam@-example.org", "säm@example.org"),
        *("x" * 250 + "@example.org", "sam@127.0.0.1", "sam@localhost", "\x00@example.org", "🦊@example.org"),
    ],
)
def test_what_is_none_is_refused_in_words(typed):
    with pytest.raises(BadAddress, match=r"[.?]$"):
        parse_address(typed)
