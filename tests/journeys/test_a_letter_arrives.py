"""From the field of a page to a letter that a mail server took, and to no more letters: by the pages, and by mail.

What a reader's mail program does is done here: it shows the plain text, and posts its own button for unsubscribing.
"""

from __future__ import annotations

import datetime as dt
import email
import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from django.core.mail.backends.smtp import EmailBackend
from django.test import Client
from django.utils import timezone

from rapport.digest.actions import add_revision, mark_changed
from rapport.digest.models import Entry
from rapport.mailing import limits
from rapport.mailing.actions.editions import open_editions
from rapport.mailing.actions.preparing import prepare_mailings
from rapport.mailing.models import Delivery
from rapport.mailing.sending.posting import SmtpPost
from rapport.mailing.sending.worker import send_letters
from tests.mail_server import MailServer, mail_server
from tests.making import finding, make_article, make_entry, make_issue, make_site, make_topic

pytestmark = pytest.mark.django_db(transaction=True)

SITE = "https://digest.example.org"


@pytest.fixture
def server(tmp_path: Path, settings) -> Iterator[MailServer]:
    with mail_server(tmp_path) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.SITE_ADDRESS, settings.DEFAULT_FROM_EMAIL = SITE, "letters@digest.example.org"
        yield server


def send(server: MailServer) -> None:
    """What the schedule does every minute."""
    open_editions(now=timezone.now())
    prepare_mailings(now=timezone.now())
    send_letters(post=SmtpPost(EmailBackend(host="127.0.0.1", port=server.port, use_tls=False, use_ssl=False)))


def mails_to(server: MailServer, reader: str) -> list[EmailMessage]:
    taken = [content for _, recipient, content in server.taken() if recipient == reader]
    return [email.message_from_bytes(content, policy=default) for content in taken]  # type: ignore[misc]  # by that policy


def words_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(words: str, part: str) -> str:
    found = re.search(rf"{SITE}(\S*/letters/{part}/\S+)", words)
    assert found, f"no link to {part} in:\n{words}"
    return found.group(1)


def publish(slug: str, topic: str, title: str) -> Entry:
    """An entry in this month's issue, which is out."""
    today = timezone.localdate()
    make_article(f"about-{slug}", findings=[finding()])
    issue = make_issue(f"{today:%Y-%m}", published_on=today)
    entry = make_entry(slug, article=f"about-{slug}", topics=[topic], title=title, issue=issue)
    mark_changed()
    return entry


def subscribe(client: Client, server: MailServer, reader: str, topic: str) -> None:
    page = client.post("/letters/subscribe/", {"address": reader})
    form = page.context["form"]
    asked = {name: form[name].value() for name in ("address", "language", "evidence", "rhythm")}
    asked["stamp"] = page.context["stamp"]
    client.post("/letters/subscribe/", {**asked, "topics": [topic]})
    [confirmation] = mails_to(server, reader)
    client.post(link_in(words_of(confirmation), "confirm"), {"newest": "yes"})


def test_a_reader_asks_reads_answers_leaves_and_is_told_of_a_correction(
    client: Client, server: MailServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(limits, "SECONDS_TO_READ", 0)
    make_site()
    make_topic("alliance")
    make_topic("drop-out")
    alliance = publish("alliance", "alliance", "Alliance matters")
    publish("leaving", "drop-out", "Who leaves early")
    subscribe(client, server, "sam@example.org", "alliance")
    subscribe(client, server, "dana@example.org", "drop-out")
    send(server)

    [_, letter] = mails_to(server, "sam@example.org")
    words = words_of(letter)
    assert "Alliance matters" in words
    assert "Who leaves early" not in words
    assert "Alliance matters" not in words_of(mails_to(server, "dana@example.org")[1])
    assert [part.get_content_type() for part in letter.walk()][-1] == "image/png"
    assert letter["Subject"] == "Alliance matters"

    assert "Alliance matters" in client.get(link_in(words, "read")).text
    assert "Thank you" in client.post(link_in(words, "answer"), {"answer": "yes"}).text

    stop = re.sub(rf"^<{SITE}|>$", "", letter["List-Unsubscribe"])
    program = Client(enforce_csrf_checks=True)
    client.get(stop)  # as a scanner of mail follows every link
    assert "Unsubscribe?" in client.get(stop).text
    assert [program.post(stop, {"List-Unsubscribe": "One-Click"}).status_code for _ in range(2)] == [200, 200]
    assert "You are unsubscribed" in client.get(stop).text

    publish("news", "alliance", "More of the alliance")
    send(server)
    assert len(mails_to(server, "sam@example.org")) == 2

    wrong = {"en": "A number was wrong."}
    add_revision(entry=alliance, kind="corrected", by="Edith", now=timezone.now(), account=wrong)
    send(server)
    send(server)
    [_, _, recall] = mails_to(server, "sam@example.org")
    assert recall["Subject"] == "Corrected: Alliance matters"
    assert "A number was wrong." in words_of(recall)
    assert len(mails_to(server, "dana@example.org")) == 2
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    assert all(delivery.ended_at - delivery.claimed_at < dt.timedelta(minutes=1) for delivery in Delivery.objects.all())
