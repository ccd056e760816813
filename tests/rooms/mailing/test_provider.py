"""What a provider tells of our letters, as it posts it, and what it is given along with each."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sys
import types
from typing import Any
from urllib.parse import unquote_plus

import pytest
from anymail.signals import AnymailTrackingEvent
from django.core.mail import get_connection

from rapport.audit.models import Event
from rapport.config.environment import read_environment
from rapport.config.urls import urlpatterns
from rapport.mailing import provider
from rapport.mailing.actions.subscribing import is_suppressed
from rapport.mailing.addresses import parse_address
from rapport.mailing.letters import compose
from rapport.mailing.models import Delivery, Return, Subscriber
from rapport.mailing.provider import what_it_says
from rapport.mailing.sending.claiming import mark_and_claim
from rapport.mailing.sending.provider import ProviderPost
from rapport.mailing.tokens import bounce_token, message_id
from tests.letters import MAY, letters_that_wait
from tests.provider_server import provider_server

pytestmark = pytest.mark.django_db

SECRET = "provider:a long word that nobody guesses"
HOST = {
    "RAPPORT_SECRET_KEY": "k" * 50,
    "RAPPORT_HOSTS": "digest.example.org",
    "RAPPORT_MAIL_FROM": "digest@example.org",
}


def set_up(settings, name: str, **more: Any) -> None:
    """As a host does it, by the environment."""
    given = {"WEBHOOK_SECRET": SECRET, "MAILGUN_API_KEY": "key", "POSTMARK_SERVER_TOKEN": "token", **more}
    environ = {**HOST, "RAPPORT_MAIL_PROVIDER": name, "RAPPORT_MAIL_PROVIDER_SETTINGS": json.dumps(given)}
    environment = read_environment(environ)
    settings.MAIL_PROVIDER, settings.ANYMAIL = environment.mail_provider, environment.mail_provider_settings
    settings.EMAIL_BACKEND = f"anymail.backends.{name}.EmailBackend"
    settings.DEFAULT_FROM_EMAIL = environment.mail_from
    settings.ROOT_URLCONF = f"urls_with_{name}"
    sys.modules[settings.ROOT_URLCONF] = urls = types.ModuleType(settings.ROOT_URLCONF)
    urls.urlpatterns = [*provider.webhook(), *urlpatterns]


@pytest.fixture
def waiting() -> Delivery:
    """A letter that waits for Sam."""
    [letter] = letters_that_wait("sam")
    return letter


@pytest.fixture
def sent(waiting) -> Delivery:
    Delivery.objects.update(state="sent", ended_at=MAY)
    return waiting


def post(client, body: dict[str, Any] | bytes, secret: str = SECRET) -> int:
    authorization = "Basic " + base64.b64encode(secret.encode()).decode()
    return client.post(
        "/letters/provider/",
        body if isinstance(body, bytes) else json.dumps(body),
        content_type="application/json",
        headers={"Authorization": authorization},
    ).status_code


def bounce(delivery: str, **facts: Any) -> dict[str, Any]:
    """As Postmark posts it."""
    return {
        "RecordType": "Bounce", "Type": "HardBounce", "ID": 42, "Email": "sam@example.org", "MessageID": "m",
        "Details": "smtp;550 5.1.1 unknown", "Metadata": {"delivery": delivery}, "BouncedAt": "2024-05-07T09:05:00Z",
        **facts,
    }  # fmt: skip


def mailgun(event: str, name: str, **facts: Any) -> dict[str, Any]:
    """As Mailgun posts it, with its signature; the letter is told by its name alone."""
    signature = {"timestamp": "1715072700", "token": f"t-{event}"}
    signed = hmac.new(b"key", f"{signature['timestamp']}{signature['token']}".encode(), hashlib.sha256).hexdigest()
    data = {
        "event": event, "timestamp": 1715072700.0, "recipient": "sam@example.org", "user-variables": {},
        "message": {"headers": {"message-id": name.strip("<>")}}, **facts,
    }  # fmt: skip
    return {"signature": {**signature, "signature": signed}, "event-data": data}


def stands() -> tuple[str, int, str]:
    reader = Subscriber.objects.get()
    return reader.state, reader.soft_bounces, Delivery.objects.get().came_back


def test_what_postmark_tells_of_a_letter_ends_the_letters_and_is_kept_once(settings, client, sent):
    set_up(settings, "postmark")
    assert [post(client, bounce(bounce_token(sent))) for _ in range(2)] == [200, 200]
    assert stands() == ("failing", 0, "hard")
    assert Return.objects.get().said == "smtp;550 5.1.1 unknown"


def test_what_mailgun_tells_is_found_by_the_letters_name(settings, client, sent):
    set_up(settings, "mailgun")
    name = message_id(sent, "digest@example.org")
    assert post(client, mailgun("complained", name)) == 200
    assert stands() == ("silent", 0, "complaint")
    assert is_suppressed(parse_address("sam@example.org"))


def test_whoever_unsubscribes_at_the_provider_is_unsubscribed(settings, client, sent):
    set_up(settings, "mailgun")
    assert post(client, mailgun("unsubscribed", message_id(sent, "digest@example.org"))) == 200
    assert stands() == ("stopped", 0, "")
    assert Event.objects.get(did="letter.unsubscribed-elsewhere").details == {"delivery": sent.pk}


@pytest.mark.parametrize("delivery", ["", "1-0123456789ab", "1-0123456789aé", "nonsense"])
def test_what_names_no_letter_of_ours_changes_nothing_whatever_address_it_names(settings, client, sent, delivery):
    set_up(settings, "postmark")
    assert post(client, bounce(delivery)) == 200
    assert (stands(), Return.objects.count()) == (("reading", 0, ""), 0)


@pytest.mark.parametrize("provider_name", ["postmark", "mailgun", "brevo"])
@pytest.mark.parametrize(
    "posted", [b"", b"{", b"[]", b"null", b"7", b"\xff", b'{"RecordType": "Bounce", "Metadata": 7}']
)
def test_what_is_not_in_the_providers_form_is_refused_and_no_fault_of_ours(
    settings, client, sent, provider_name, posted
):
    set_up(settings, provider_name)
    assert post(client, posted) in (200, 400)
    assert (stands(), Return.objects.count()) == (("reading", 0, ""), 0)


def test_what_a_provider_says_may_hold_what_a_database_does_not_take(settings, client, sent):
    set_up(settings, "postmark")
    assert post(client, bounce(bounce_token(sent), Details="550 5.1.1 \0 unknown")) == 200
    assert Return.objects.get().said == "550 5.1.1  unknown"


def test_without_the_secret_nothing_is_heard(settings, client, sent):
    set_up(settings, "postmark")
    assert post(client, bounce(bounce_token(sent)), secret="provider:guessed") == 400
    assert stands() == ("reading", 0, "")


@pytest.mark.parametrize(("name", "more"), [("postmark", {"WEBHOOK_SECRET": ""}), ("scaleway", {})])
def test_without_a_secret_or_where_a_provider_posts_nothing_there_is_no_such_address(settings, client, name, more):
    set_up(settings, name, **more)
    assert client.post("/letters/provider/").status_code == 404


def test_that_somebody_opens_a_letter_is_not_kept(settings, client, sent):
    set_up(settings, "postmark")
    told = {"RecordType": "Open", "Metadata": {"delivery": bounce_token(sent)}, "MessageID": "m", "ReceivedAt": None}
    assert post(client, {**told, "ReceivedAt": "2024-05-07T09:05:00Z", "Recipient": "sam@example.org"}) == 200
    assert (stands(), Return.objects.count(), Event.objects.filter(did__startswith="letter").count()) == (
        ("reading", 0, ""), 0, 0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"event_type": "bounced", "reject_reason": "bounced"}, "hard"),
        ({"event_type": "bounced", "reject_reason": "bounced", "mta_response": "552 5.2.2 full"}, "soft"),
        ({"event_type": "bounced", "reject_reason": "other", "description": "550 5.1.1 nobody"}, "hard"),
        ({"event_type": "bounced", "reject_reason": "spam"}, "soft"),
        ({"event_type": "bounced", "reject_reason": "timed_out"}, "soft"),
        ({"event_type": "rejected", "reject_reason": "bounced"}, "hard"),
        ({"event_type": "rejected", "reject_reason": "invalid"}, "hard"),
        ({"event_type": "rejected", "reject_reason": "blocked"}, "soft"),
        ({"event_type": "rejected", "reject_reason": "spam"}, "complaint"),
        ({"event_type": "rejected", "reject_reason": "unsubscribed"}, "unsubscribed"),
        ({"event_type": "complained"}, "complaint"),
        ({"event_type": "unsubscribed"}, "unsubscribed"),
        *[
            ({"event_type": kind}, "")
            for kind in ("queued", "sent", "deferred", "delivered", "opened", "clicked", "autoresponded", "unknown")
        ],
    ],
)
def test_each_event_says_one_thing_or_nothing(facts, says):
    assert what_it_says(AnymailTrackingEvent(**facts)) == says


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("mailgun", ["o:tracking-opens=no", "o:tracking-clicks=no", "v:delivery={token}", "h:Message-Id={name}"]),
        ("postmark", ['"TrackOpens": false', '"TrackLinks": "None"', '"delivery": "{token}"', "One-Click"]),
        ("brevo", ["{token}", "One-Click"]),
    ],
)
def test_a_provider_is_told_which_letter_it_is_and_to_follow_nobody(settings, waiting, name, wanted):
    with provider_server() as server:
        follows = {"track_opens": True, "track_clicks": True}
        urls = {f"{one}_API_URL": server.url for one in ("MAILGUN", "POSTMARK", "BREVO")}
        set_up(settings, name, **urls, BREVO_API_KEY="k", SEND_DEFAULTS=follows, MAILGUN_SEND_DEFAULTS=follows)
        server.answer = (200, '{"id": "<a@b>", "message": "Queued", "messageId": "m", "ErrorCode": 0, '
                              '"Message": "OK", "MessageID": "m", "To": "sam@example.org"}')  # fmt: skip
        letter = compose(mark_and_claim(outcome=None, claim="c", now=MAY))
        letter_post = ProviderPost(get_connection())
        letter_post.hand_over(letter)
        letter_post.close()
    [asked] = server.asked
    form = unquote_plus(asked.decode())
    told = {"token": bounce_token(waiting), "name": message_id(waiting, "digest@example.org")}
    assert [text for text in (text.format(**told) for text in wanted) if text not in form] == []
