"""Talking to a real mail server: what each of its answers, and each silence, means for a letter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend

from rapport.mailing.sending.posting import InDoubt, NotHandedOver, NotNow, Refused, SmtpPost, quoted
from tests.certificates import make_certificate
from tests.guarded_mail_server import guarded_mail_server
from tests.mail_server import MailServer, mail_server


@dataclass(frozen=True)
class Note:
    """A short letter."""

    envelope_to: str
    text: str = "Words.\r\n.A line that begins with a full stop.\r\n"
    envelope_from: str = "bounces@example.org"

    def as_bytes(self) -> bytes:
        return f"To: {self.envelope_to}\r\nSubject: A note\r\n\r\n{self.text}".encode()

    def as_message(self) -> EmailMultiAlternatives:
        raise AssertionError("a mail server takes bytes")


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[MailServer]:
    with mail_server(tmp_path_factory.mktemp("mail")) as server:
        yield server


@pytest.fixture
def post(server) -> Iterator[SmtpPost]:
    post = SmtpPost(EmailBackend(host="127.0.0.1", port=server.port, timeout=1, use_tls=False, use_ssl=False))
    yield post
    post.close()


def what_became(post: SmtpPost, to: str) -> NotHandedOver | None:
    try:
        post.hand_over(Note(to))
    except NotHandedOver as problem:
        return problem
    return None


def test_a_letter_that_is_taken_arrives_as_it_was_given(server, post):
    note = Note("sam-whole@example.org")
    post.hand_over(note)
    assert server.taken()[-1] == ("bounces@example.org", "sam-whole@example.org", note.as_bytes())


@pytest.mark.parametrize(
    ("name", "kind", "says", "facts"),
    [
        ("unknown", Refused, "550 5.1.1", {"of_address": True}),
        ("closed", Refused, "550 5.2.1", {"of_address": True}),
        ("unwanted", Refused, "550 5.7.1", {"of_address": False}),
        ("stranger", Refused, "550 5.1.8", {"of_address": False}),
        ("refused", Refused, "554 5.6.0", {"of_address": False}),
        ("disliked", Refused, "550 Message", {"of_address": False}),
        ("full", NotNow, "452 4.2.2", {"of_server": False}),
        ("later", NotNow, "451 4.3.0", {"of_server": False}),
        ("closing", NotNow, "421 4.3.2", {"of_server": True}),
        ("vanishing", NotNow, "", {"of_server": True}),
        ("lost", InDoubt, "", {}),
        ("silent", InDoubt, "", {}),
    ],
)
def test_each_way_of_not_taking_a_letter_is_told_apart_and_the_next_one_is_taken(server, post, name, kind, says, facts):
    before = len(server.taken())
    problem = what_became(post, f"{name}-sam@example.org")
    assert type(problem) is kind
    assert problem.says.startswith(says)
    assert {fact: getattr(problem, fact) for fact in facts} == facts
    assert what_became(post, f"after-{name}@example.org") is None
    may_have_it = [f"{name}-sam@example.org"] if kind is InDoubt else []
    assert server.recipients()[before:] == [*may_have_it, f"after-{name}@example.org"]


def test_a_server_that_is_not_there_takes_nothing_for_now():
    post = SmtpPost(EmailBackend(host="127.0.0.1", port=9, timeout=1, use_tls=False, use_ssl=False))
    problem = what_became(post, "sam@example.org")
    assert isinstance(problem, NotNow)
    assert problem.of_server


def test_a_connection_that_has_grown_old_is_opened_anew(server, post):
    post.hand_over(Note("sam-first@example.org"))
    post._backend.connection.sock.close()
    post.hand_over(Note("sam-second@example.org"))
    assert server.recipients()[-2:] == ["sam-first@example.org", "sam-second@example.org"]


@pytest.mark.parametrize(
    ("content", "on_the_wire"),
    [
        (b"a\r\n", b"a\r\n.\r\n"),
        (b"a", b"a\r\n.\r\n"),
        (b".a\r\n..b\r\n", b"..a\r\n...b\r\n.\r\n"),
        (b"", b"\r\n.\r\n"),
    ],
)
def test_a_line_that_begins_with_a_full_stop_does_not_end_the_letter(content, on_the_wire):
    assert quoted(content) == on_the_wire


# --- over TLS, with a password, as most hosts' servers want it --------------------------------------


@pytest.fixture(params=["smtps", "starttls"])
def guarded(request, tmp_path) -> Iterator[tuple[MailServer, dict[str, Any]]]:
    """A server over TLS, and how a host would have named it."""
    make_certificate(tmp_path)
    way = request.param
    with guarded_mail_server(tmp_path, tmp_path / "certificate.pem", tmp_path / "key.pem", way=way) as server:
        how = {"host": "127.0.0.1", "port": server.port, "username": "network", "timeout": 5}
        yield server, {**how, "use_tls": way == "starttls", "use_ssl": way == "smtps"}


def test_a_letter_goes_over_tls_with_a_password(guarded, tmp_path, monkeypatch):
    server, how = guarded
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    with closing(SmtpPost(EmailBackend(**how, password="a word"))) as post:
        assert what_became(post, "sam@example.org") is None
    assert server.recipients() == ["sam@example.org"]


def test_with_a_wrong_password_every_letter_waits(guarded, tmp_path, monkeypatch):
    server, how = guarded
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    with closing(SmtpPost(EmailBackend(**how, password="another"))) as post:
        problem = what_became(post, "sam@example.org")
    assert isinstance(problem, NotNow) and problem.of_server
    assert "535" in problem.says
    assert server.recipients() == []


def test_no_password_is_said_to_a_mail_server_that_nobody_vouches_for(guarded):
    server, how = guarded
    with closing(SmtpPost(EmailBackend(**how, password="a word"))) as post:
        problem = what_became(post, "sam@example.org")
    assert isinstance(problem, NotNow) and problem.of_server
    assert "CERTIFICATE_VERIFY_FAILED" in problem.says
    assert server.recipients() == []
