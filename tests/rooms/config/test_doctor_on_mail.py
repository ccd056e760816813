"""What `rapport doctor` says of mail."""

from __future__ import annotations

import pytest

from rapport.config.management.commands.doctor import _mail, examine
from rapport.mailing.models import Delivery, Edition, Mailing
from tests.imap_server import imap_server
from tests.making import NOW, make_subscriber

pytestmark = pytest.mark.django_db

WELL = {
    "SITE_ADDRESS": "https://digest.example.org",
    "DEFAULT_FROM_EMAIL": "desk@example.org",
    "EMAIL_HOST": "mail.example.org",
    "MAIL_PROVIDER": "",
    "ANYMAIL": {},
    "BOUNCE_ADDRESS": "bounces@example.org",
    "BOUNCES_URL": "",
}
ADDRESS = "Address in letters"
BACK = "Letters that come back"


@pytest.fixture
def signs(settings):
    """What the doctor finds, where a host has set all but what is given."""

    def find(**changes) -> dict[str, str]:
        for name, value in {**WELL, **changes}.items():
            setattr(settings, name, value)
        return {sign.what: sign.wrong for sign in _mail()}

    return find


def test_without_subscribers_a_host_needs_nothing_of_it(signs, settings):
    settings.EMAIL_FILE_PATH = "/srv/data/mail"
    assert signs(EMAIL_HOST="", SITE_ADDRESS="", BOUNCE_ADDRESS="") == {
        "Mail, into files in /srv/data/mail": "", "Letters in doubt": "",
    }  # fmt: skip


def test_letters_that_nobody_gets_or_whose_links_lead_elsewhere_are_told(signs, settings):
    make_subscriber()
    settings.EMAIL_FILE_PATH = "/srv/data/mail"
    found = signs(EMAIL_HOST="", SITE_ADDRESS="", BOUNCE_ADDRESS="")
    assert found == {
        "Mail, into files in /srv/data/mail": (
            "there are subscribers, and nobody gets it. Set RAPPORT_MAIL_URL or RAPPORT_MAIL_PROVIDER."
        ),
        ADDRESS: "RAPPORT_ADDRESS is not set, so that the links in letters lead to https://testserver/. Set it.",
        BACK: "nobody hears of them. Set RAPPORT_BOUNCE_ADDRESS and RAPPORT_BOUNCES_URL.",
        "Letters in doubt": "",
    }


def test_a_host_that_has_set_all_is_well(signs):
    make_subscriber()
    with imap_server([b"Subject: one\n\nWords.", b"Subject: two\n\nWords."]) as server:
        by_server = "Mail, from desk@example.org by mail.example.org"
        assert signs(BOUNCES_URL=server.url) == {by_server: "", ADDRESS: "", BACK: "", "Letters in doubt": ""}
        server.flags[0].add("Flagged")
        assert f"{BACK}; with a star, and for a person to read: 1" in signs(BOUNCES_URL=server.url)


def test_a_mailbox_that_is_not_reached_or_cannot_say_which_letter_is_told(signs):
    make_subscriber()
    assert signs(BOUNCES_URL="maildir:///no/such/box")[BACK].startswith("their mailbox cannot be read (")
    with imap_server([]) as server:
        assert signs(BOUNCES_URL=server.url, BOUNCE_ADDRESS="")[BACK].endswith("Set RAPPORT_BOUNCE_ADDRESS.")


@pytest.mark.parametrize(
    ("given", "of_mail", "of_bounces"),
    [
        ({"POSTMARK_SERVER_TOKEN": "t", "WEBHOOK_SECRET": "a:b"}, "", ""),
        ({"POSTMARK_SERVER_TOKEN": "t"}, "", "nobody hears of them. Set WEBHOOK_SECRET"),
        ({"WEBHOOK_SECRET": "a:b"}, "You must set ANYMAIL = {'POSTMARK_SERVER_TOKEN': ...}", ""),
    ],
)
def test_a_provider_is_asked_for_what_it_needs(signs, given, of_mail, of_bounces):
    make_subscriber()
    backend = "anymail.backends.postmark.EmailBackend"
    found = signs(MAIL_PROVIDER="postmark", ANYMAIL=given, EMAIL_BACKEND=backend, EMAIL_HOST="", BOUNCE_ADDRESS="")
    assert found["Mail, from desk@example.org by postmark"].startswith(of_mail)
    assert bool(found["Mail, from desk@example.org by postmark"]) == bool(of_mail)
    assert found[BACK].startswith(of_bounces)
    assert bool(found[BACK]) == bool(of_bounces)


def test_each_thing_is_said_once():
    said = [sign.what for sign in examine()]
    assert [what for what in said if said.count(what) > 1] == []


def test_letters_in_doubt_are_counted(signs):
    edition = Edition.objects.create(kind="monthly", period="2024-05", through=0, made_at=NOW)
    mailing = Mailing.objects.create(edition=edition)
    for name in ("sam", "dana"):
        Delivery.objects.create(
            mailing=mailing, subscriber=make_subscriber(name), domain="example.org", due_at=NOW, state="in-doubt",
            claim="gone", claimed_at=NOW,
        )  # fmt: skip
    assert signs()["Letters in doubt"] == (
        "of 2 nobody knows whether they were taken; an editor decides about them at the desk."
    )
