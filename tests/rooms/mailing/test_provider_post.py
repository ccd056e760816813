"""Handing letters to a provider: what each of its answers, and each silence, means for a letter."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from anymail.exceptions import AnymailAPIError
from django.core.mail import EmailMultiAlternatives, get_connection

from rapport.mailing.models import Delivery
from rapport.mailing.sending.choosing import post as chosen_post
from rapport.mailing.sending.posting import InDoubt, NotHandedOver, NotNow, Refused, SmtpPost
from rapport.mailing.sending.provider import ProviderPost, what_became
from rapport.mailing.sending.worker import send_letters
from tests.letters import MAY, letters_that_wait
from tests.provider_server import HANG_UP, SILENCE, ProviderServer, provider_server

TAKEN = {
    "mailgun": (200, '{"id": "<delivery-1-0@example.org>", "message": "Queued. Thank you."}'),
    "postmark": (200, '{"ErrorCode": 0, "Message": "OK", "MessageID": "m", "To": "sam@example.org"}'),
}


@dataclass(frozen=True)
class Note:
    envelope_to: str = "sam@example.org"
    envelope_from: str = "bounces@example.org"

    def as_bytes(self) -> bytes:
        raise AssertionError("a provider takes a message")

    def as_message(self) -> EmailMultiAlternatives:
        return EmailMultiAlternatives("A note", "Words.", "Digest <desk@example.org>", [self.envelope_to])


@pytest.fixture
def server() -> Iterator[ProviderServer]:
    with provider_server() as server:
        yield server


def using(settings, name: str, url: str) -> ProviderPost:
    settings.EMAIL_BACKEND = f"anymail.backends.{name}.EmailBackend"
    settings.ANYMAIL = {
        "MAILGUN_API_KEY": "k",
        "MAILGUN_API_URL": url,
        "MAILGUN_SENDER_DOMAIN": "example.org",
        "POSTMARK_SERVER_TOKEN": "k",
        "POSTMARK_API_URL": url,
        "REQUESTS_TIMEOUT": 0.5,
    }
    post = chosen_post()
    assert isinstance(post, ProviderPost)
    return post


def what_happened(post: ProviderPost) -> NotHandedOver | None:
    try:
        post.hand_over(Note())
    except NotHandedOver as problem:
        return problem
    finally:
        post.close()
    return None


@pytest.mark.parametrize("name", TAKEN)
def test_a_letter_that_is_taken_was_given_once(settings, server, name):
    server.answer = TAKEN[name]
    post = using(settings, name, server.url)
    post.hand_over(Note())
    post.hand_over(Note("dana@example.org"))
    post.close()
    assert [b"sam" in asked for asked in server.asked] == [True, False]


@pytest.mark.parametrize(
    ("answer", "kind", "facts"),
    [
        *[((status, "{}"), NotNow, {"of_server": True}) for status in (401, 402, 403, 404, 408, 429, 503)],
        *[((status, "{}"), Refused, {"of_address": False}) for status in (400, 413, 422)],
        *[((status, "{}"), InDoubt, {}) for status in (500, 502, 504)],
        ((200, "Thank you"), InDoubt, {}),
        (SILENCE, InDoubt, {}),
        (HANG_UP, InDoubt, {}),
    ],
)
def test_each_answer_is_told_apart_and_nothing_is_asked_twice(settings, server, answer, kind, facts):
    server.answer = answer
    problem = what_happened(using(settings, "mailgun", server.url))
    assert type(problem) is kind
    assert {fact: getattr(problem, fact) for fact in facts} == facts
    assert len(server.asked) == 1
    server.answer = TAKEN["mailgun"]
    assert what_happened(using(settings, "mailgun", server.url)) is None


@pytest.mark.parametrize(
    ("code", "says", "of_address"),
    [
        (300, "Invalid 'To' address: 'sam@example.org'.", True),
        (406, "You tried to send to recipient(s) that have been marked as inactive. Found inactive addresses: "
              "sam@example.org. Inactive recipients are ones that have generated a hard bounce.", False),
    ],
)  # fmt: skip
def test_a_recipient_that_the_provider_refuses_is_refused(settings, server, code, says, of_address):
    server.answer = (422, json.dumps({"ErrorCode": code, "Message": says}))
    problem = what_happened(using(settings, "postmark", server.url))
    assert isinstance(problem, Refused)
    assert problem.of_address == of_address


@pytest.mark.django_db
def test_a_provider_that_takes_a_letter_and_does_not_say_so_is_never_given_it_again(settings, server):
    letters_that_wait("silent", "sam", "hanging", "dana", "gateway")
    server.answer = TAKEN["postmark"]
    server.answers = {"silent@": SILENCE, "hanging@": HANG_UP, "gateway@": (504, "Gateway timeout")}
    for days in (0, 1, 30):
        send_letters(post=using(settings, "postmark", server.url), clock=lambda days=days: MAY + dt.timedelta(days))
    given = [json.loads(asked)["To"].partition("@")[0] for asked in server.asked]
    assert sorted(given) == ["dana", "gateway", "hanging", "sam", "silent"]
    by_name = dict(Delivery.objects.order_by("pk").values_list("subscriber__address", "state"))
    assert by_name == {
        "silent@example.org": "in-doubt",
        "sam@example.org": "sent",
        "hanging@example.org": "in-doubt",
        "dana@example.org": "sent",
        "gateway@example.org": "in-doubt",
    }


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "https://127.0.0.1:9/", "nonsense"])
def test_a_provider_that_is_not_reached_takes_nothing_for_now(settings, url):
    problem = what_happened(using(settings, "mailgun", url))
    assert isinstance(problem, NotNow)
    assert problem.of_server


@pytest.mark.parametrize(
    ("cause", "response", "kind"),
    [
        ("EndpointConnectionError", None, NotNow),
        ("ReadTimeoutError", None, InDoubt),
        ("ClientError", (400, "MessageRejected"), Refused),
        ("ClientError", (400, "ThrottlingException"), NotNow),
        ("ClientError", (400, "MailFromDomainNotVerifiedException"), NotNow),
        ("ClientError", (429, "TooManyRequestsException"), NotNow),
        ("ClientError", (500, "InternalFailure"), InDoubt),
        ("ParamValidationError", None, Refused),
    ],
)
def test_amazon_which_is_spoken_to_by_its_own_library_is_understood(cause, response, kind):
    told = response and {"ResponseMetadata": {"HTTPStatusCode": response[0]}, "Error": {"Code": response[1]}}
    says = f"An error occurred ({response[1]})" if response else "An error occurred"
    backend = SimpleNamespace(esp_name="Amazon SES")
    error = AnymailAPIError(says, backend=backend, response=told)
    error.__cause__ = type(cause, (Exception,), {})(says)
    assert type(what_became(error)) is kind


def test_without_a_provider_letters_go_by_the_mail_server_or_into_files(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert isinstance(chosen_post(), SmtpPost)
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "django.core.mail.backends.filebased.EmailBackend", str(tmp_path)
    post = ProviderPost(get_connection())
    post.hand_over(Note())
    post.close()
    [written] = tmp_path.iterdir()
    assert "Subject: A note" in written.read_text()
