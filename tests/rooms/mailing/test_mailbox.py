"""The mailbox of bounces, on a server and in a folder: each message once, and what is not understood is left."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from rapport.config.schedule import job_named
from rapport.mailing.bounces.mailbox import LONGEST, MailboxUnreachable, open_mailbox
from rapport.mailing.bounces.taking_in import TakenIn, read_bounces
from rapport.mailing.models import Return, Subscriber
from rapport.mailing.tokens import bounce_token
from tests.certificates import make_certificate
from tests.imap_server import ImapServer, imap_server
from tests.letters import MAY, letter_that_has_gone

pytestmark = pytest.mark.django_db

SAMPLES = Path(__file__).parents[2] / "samples" / "bounces"
LATER = MAY + dt.timedelta(hours=1)


@pytest.fixture
def token() -> str:
    """Of a letter that has gone to Sam."""
    return bounce_token(letter_that_has_gone())


def sample(name: str, token: str) -> bytes:
    return (SAMPLES / f"{name}.eml").read_bytes().replace(b"TOKEN", token.encode())


@dataclass
class Box:
    """A mailbox with these messages: how it is reached, and each message's marks in the order put in."""

    url: str
    marks: Callable[[], list[str]]


@pytest.fixture(params=["imap", "maildir"])
def box(request, tmp_path) -> Iterator[Callable[[list[bytes]], Box]]:
    servers = []

    def on_server(messages: list[bytes]) -> Box:
        servers.append(imap_server(messages))
        server: ImapServer = servers[-1].__enter__()
        return Box(server.url, lambda: ["".join(sorted(flags)) for flags in server.flags])

    def in_folder(messages: list[bytes]) -> Box:
        for part in ("new", "cur", "tmp"):
            (tmp_path / part).mkdir()
        for number, message in enumerate(messages):
            (tmp_path / "new" / f"{number}.host").write_bytes(message)
        return Box(f"maildir://{tmp_path}", lambda: [marks_of(number) for number in range(len(messages))])

    def marks_of(number: int) -> str:
        [path] = [path for path in tmp_path.glob("*/*") if path.name.startswith(f"{number}.host")]
        return {"": "", "S": "Seen", "F": "Flagged"}[path.name.partition(":2,")[2]]

    yield on_server if request.param == "imap" else in_folder
    for server in servers:
        server.__exit__(None, None, None)


def test_each_message_is_understood_once_and_what_is_not_is_left(token, box):
    names = ["postfix-unknown", "absence", "question", "advertisement"]
    mailbox = box([sample(name, token) for name in names])
    assert read_bounces(mailbox.url, now=LATER) == TakenIn(returns=1, answers=1, unknown=2)
    assert mailbox.marks() == ["Seen", "Seen", "Flagged", "Flagged"]
    assert Subscriber.objects.get().state == "failing"
    assert read_bounces(mailbox.url, now=LATER) == TakenIn()
    with open_mailbox(mailbox.url) as opened:
        assert opened.left() == 2


def test_one_that_was_read_and_not_marked_counts_once(token, box, monkeypatch):
    mailbox = box([sample("exchange-full", token)] * 2)
    assert read_bounces(mailbox.url, now=LATER, most=1) == TakenIn(returns=1)
    assert read_bounces(mailbox.url, now=LATER, most=1) == TakenIn(returns=1)
    assert (Subscriber.objects.get().soft_bounces, Return.objects.count()) == (1, 1)


@pytest.mark.parametrize("name", ["postfix-unknown", "qmail", "complaint"])
@pytest.mark.parametrize("forged", ["999-0123456789ab", "{pk}-0123456789ab", "1"])
def test_a_forged_bounce_changes_nothing_and_is_left(token, box, name, forged):
    pk = token.partition("-")[0]
    mailbox = box([sample(name, forged.format(pk=pk))])
    assert read_bounces(mailbox.url, now=LATER) == TakenIn(unknown=1)
    assert (Subscriber.objects.get().state, Return.objects.count()) == ("reading", 0)
    assert mailbox.marks() == ["Flagged"]


def parts_in_parts(depth: int) -> bytes:
    heads = (f"Content-Type: multipart/mixed; boundary=b{one}\r\n\r\n--b{one}\r\n" for one in range(depth))
    return b"From: anybody@example.net\r\n" + "".join(heads).encode()


def with_diagnosis(said: bytes) -> Callable[[str], bytes]:
    return lambda token: re.sub(rb"(?m)^Diagnostic-Code: .*$", lambda _: b"Diagnostic-Code: " + said, of_postfix(token))


def of_postfix(token: str) -> bytes:
    return sample("postfix-unknown", token)


@pytest.mark.parametrize(
    ("hostile", "taken"),
    [
        (lambda token: parts_in_parts(5000), TakenIn(returns=1, unknown=1)),
        (lambda token: b"From: " + b"(" * 100_000 + b"\r\nAuto-Submitted: auto-replied\r\n\r\nAway.", TakenIn(1, 0, 1)),
        (lambda token: b"", TakenIn(returns=1, unknown=1)),
        (with_diagnosis(b"smtp; 550 5.1.1 \0 nobody"), TakenIn(returns=2)),
        (with_diagnosis(b"smtp; 550 5.1.1 \xe9\xff nobody"), TakenIn(returns=2)),
        (with_diagnosis(b"smtp; 550 5.1.1 " + b"a" * 200_000), TakenIn(returns=2)),
        (lambda token: of_postfix(token).replace(b"us-ascii", b"klingon-8"), TakenIn(returns=2)),
    ],
    ids=["parts in parts", "brackets", "empty", "NUL", "not UTF-8", "no end", "charset"],
)
def test_whatever_anybody_sends_there_keeps_no_message_after_it_unread(token, box, hostile, taken):
    mailbox = box([hostile(token), sample("qmail", token)])
    assert read_bounces(mailbox.url, now=LATER) == taken
    assert mailbox.marks()[1] == "Seen"


def test_a_server_that_made_capitals_of_our_address_is_understood(token, box):
    mailbox = box([sample("generic-status", token.upper())])
    assert read_bounces(mailbox.url, now=LATER) == TakenIn(returns=1)


def test_of_a_large_message_only_the_beginning_is_fetched(token):
    with imap_server([sample("qmail", token) + b"x" * 2 * LONGEST]) as server:
        assert read_bounces(server.url, now=LATER) == TakenIn(returns=1)
        assert server.bytes_read == [LONGEST]


def test_over_tls_a_mailbox_is_read_whose_certificate_is_trusted(token, tmp_path, monkeypatch):
    certificate, tls = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with imap_server([sample("postfix-unknown", token)], tls=tls) as server:
        assert read_bounces(server.url, now=LATER) == TakenIn(returns=1)
        assert server.flags == [{"Seen"}]


def test_over_tls_no_password_is_said_to_a_server_that_nobody_vouches_for(token, tmp_path):
    _certificate, tls = make_certificate(tmp_path)
    with imap_server([], tls=tls) as server, pytest.raises(MailboxUnreachable, match="CERTIFICATE_VERIFY_FAILED"):
        read_bounces(server.url, now=LATER)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("a%20word", "wrong"), "AUTHENTICATIONFAILED"),
        (("INBOX", "Bounces"), "NONEXISTENT"),
    ],
)
def test_a_server_that_does_not_let_us_in_is_told(change, says):
    with imap_server([]) as server, pytest.raises(MailboxUnreachable, match=says):
        read_bounces(server.url.replace(*change), now=LATER)


@pytest.mark.parametrize("url", ["imap://b:p@127.0.0.1:9/INBOX", "imaps://b:p@127.0.0.1:9/INBOX", "maildir:///no/box"])
def test_a_mailbox_that_is_not_there_is_told(url):
    with pytest.raises(MailboxUnreachable):
        read_bounces(url, now=LATER)


def test_the_job_reads_the_mailbox_that_is_set_and_does_nothing_without(token, box, settings):
    mailbox = box([sample("postfix-unknown", token)])
    job = job_named("read-bounces")
    settings.BOUNCES_URL = ""
    job.do(LATER)
    assert mailbox.marks() == [""]
    settings.BOUNCES_URL = mailbox.url
    job.do(LATER)
    assert mailbox.marks() == ["Seen"]
