"""What the messages mean that servers and programs send back, by how they are written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.mailing.bounces.reading import Is, read_message
from rapport.mailing.bounces.verdicts import gravity

SAMPLES = Path(__file__).parents[2] / "samples" / "bounces"
TOKEN = "41-0123456789ab"

MEANS = {
    "postfix-unknown": (Is.RETURN, "hard"),
    "postfix-gave-up": (Is.RETURN, "soft"),
    "postfix-delayed": (Is.ANSWER, ""),
    "postfix-delivered": (Is.ANSWER, ""),
    "exchange-full": (Is.RETURN, "soft"),
    "generic-status": (Is.RETURN, "hard"),
    "unwanted": (Is.RETURN, "soft"),
    "qmail": (Is.RETURN, "hard"),
    "exim-old": (Is.RETURN, "soft"),
    "complaint": (Is.RETURN, "complaint"),
    "no-complaint": (Is.ANSWER, ""),
    "absence": (Is.ANSWER, ""),
    "receipt": (Is.ANSWER, ""),
    "question": (Is.UNKNOWN, ""),
    "advertisement": (Is.UNKNOWN, ""),
}


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.eml").read_bytes().replace(b"TOKEN", TOKEN.encode())


def test_every_sample_is_read():
    assert sorted(path.stem for path in SAMPLES.glob("*.eml")) == sorted(MEANS)


@pytest.mark.parametrize("name", MEANS)
def test_a_message_means_what_it_says(name):
    reading = read_message(sample(name))
    assert (reading.what, reading.kind) == MEANS[name]
    assert reading.tokens == ((TOKEN,) if reading.what is Is.RETURN else ())


@pytest.mark.parametrize("name", MEANS)
def test_lines_may_end_as_they_do_on_the_wire(name):
    reading = read_message(sample(name).replace(b"\n", b"\r\n"))
    assert (reading.what, reading.kind) == MEANS[name]


def test_what_the_server_said_is_kept_in_one_line():
    assert read_message(sample("postfix-unknown")).said == (
        "5.1.1 smtp; 550 5.1.1 <sam@example.org>: Recipient address rejected: User unknown in local recipient table"
    )
    assert read_message(sample("qmail")).said.endswith("Remote host said: 550 5.1.1 unknown user")
    assert read_message(sample("complaint")).said == "abuse SomeGenerator/1.0"


def test_a_message_has_the_same_key_whenever_it_is_read_and_another_has_another():
    keys = [read_message(sample(name)).key for name in ("postfix-unknown", "qmail", "qmail", "exim-old")]
    assert keys[1] == keys[2]
    assert len(set(keys)) == 3


@pytest.mark.parametrize("name", [name for name, (what, _) in MEANS.items() if what is Is.RETURN])
def test_one_that_was_cut_off_says_what_its_beginning_says(name):
    raw = sample(name)
    for end in range(0, len(raw), 97):
        read_message(raw[:end])


@given(st.binary(max_size=400))
def test_anything_can_be_read(raw):
    read_message(raw)
    read_message(b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n" + raw)


@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [
        ("5.1.1", "", "hard"),
        ("5.1.10", "", "hard"),
        ("5.2.1", "550 5.2.1 disabled", "hard"),
        ("5.4.4", "Host not found", "hard"),
        ("5.2.2", "550 mailbox full", "soft"),
        ("5.1.8", "550 bad sender", "soft"),
        ("5.7.1", "550 5.1.1", "soft"),
        ("4.1.1", "450", "soft"),
        ("5.0.0", "550 5.1.1 nobody", "hard"),
        ("5.0.0", "550 nobody", "hard"),
        ("", "551 elsewhere", "hard"),
        ("", "552 too large", "soft"),
        ("", "554 no", "soft"),
        ("", "from 10.5.1.1 at 5.1.1.2: no", "soft"),
        ("", "", "soft"),
    ],
)
def test_only_an_address_where_nobody_receives_mail_is_hard(status, said, kind):
    assert gravity(status, said) == kind
