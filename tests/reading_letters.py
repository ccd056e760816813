"""A reader's letters, as tests need them: one that was sent, the mails with links, what was asked for."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rapport.mailing.actions.editions import open_editions
from rapport.mailing.actions.preparing import prepare_mailings
from rapport.mailing.actions.reading_log import answer as answer_entry
from rapport.mailing.actions.subscribing import Asked, ask_for_link, ask_to_move, ask_to_subscribe
from rapport.mailing.addresses import parse_address
from rapport.mailing.models import Delivery, Mailing, ReadingLogLine, Subscriber
from tests.making import make_entry, make_issue, make_subscriber

SAM = "sam@example.org"
CHOICES = {"language": "en+", "evidence": "any", "rhythm": "published"}
HOSTILE = {
    "markup": "<script>alert(1)</script>\"'<img src=x onerror=alert(1)>",
    "emoji": "🫂👩‍👧‍👦 \u202e\u0301",
    "long": "x" * 10_000,
    "nul": "a\x00b",
    "lines": "a\r\nBcc: everybody@example.org",
    "empty": "",
}


def letter_to(name: str = "sam", **facts: Any) -> Delivery:
    """The letter of this month's issue, which `name` has had."""
    open_editions(now=timezone.now())
    subscriber = make_subscriber(name, joined_at=timezone.now(), **facts)
    today = timezone.localdate()
    make_entry("alliance-matters", issue=make_issue(f"{today:%Y-%m}", published_on=today), texts={"en": {}, "fr": {}})
    open_editions(now=timezone.now())
    prepare_mailings(now=timezone.now())
    Delivery.objects.update(state=Delivery.State.SENT, ended_at=timezone.now())
    Mailing.objects.update(state=Mailing.State.DONE)
    return subscriber.deliveries.get()


def path_in(message: Any) -> str:
    """Where the link in a mail leads."""
    [found] = re.findall(r"https://[^/\s]+(/\S*letters/\S+)", message.body)
    return found


def stamped(client: Client) -> str:
    return str(client.get("/letters/subscribe/").context["stamp"])


def ask(client: Client, address: str = SAM, **chosen: Any) -> Any:
    return client.post(
        "/letters/subscribe/", {**CHOICES, "stamp": stamped(client), "address": address, **chosen}, follow=True
    )


def mailed(purpose: str, sam: Subscriber) -> str:
    now = timezone.now()
    if purpose == "confirm":
        return ask_to_subscribe(address=parse_address("new@example.org"), asked=Asked("en"), now=now).token
    if purpose == "agree":
        return ask_to_move(subscriber=sam, to=parse_address("dana@example.org"), now=now).token
    return ask_for_link(subscriber=sam, purpose=purpose, now=now).token


def answered(reflection: str = "", minutes: int | None = None) -> Delivery:
    delivery = letter_to("sam")
    entry = delivery.lines.get().entry
    line = answer_entry(subscriber=delivery.subscriber, entry=entry, answer="yes", now=timezone.now())
    ReadingLogLine.objects.filter(pk=line.pk).update(reflection=reflection, minutes=minutes)
    return delivery


def log_of(delivery: Delivery) -> str:
    return reverse("letter_link", args=[mailed("reading-log", delivery.subscriber)])
