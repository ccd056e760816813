"""A letter's permanent page: the entries as they are now, and what happened to them since it was sent."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.urls import reverse

from rapport.digest.actions import add_revision, withdraw
from rapport.digest.models import Entry
from rapport.mailing.actions.editions import open_editions
from rapport.mailing.actions.preparing import prepare_mailings
from rapport.mailing.letters.composing import MOST_IN_FULL
from rapport.mailing.models import Delivery
from rapport.mailing.sending.claiming import Outcome, mark_and_claim
from rapport.mailing.tokens import web_token
from tests.making import make_entry, make_site, make_subscriber

pytestmark = pytest.mark.django_db

MAY = dt.datetime(2024, 5, 7, 9, tzinfo=dt.UTC)
LATER = dt.datetime(2024, 5, 20, 9, tzinfo=dt.UTC)
ACCOUNT = {"en": "The number of clients was wrong."}


@pytest.fixture(autouse=True)
def _began() -> None:
    make_site()
    open_editions(now=MAY - dt.timedelta(days=3))


def sent(now: dt.datetime = MAY) -> Delivery:
    """The next letter that is due, and has been sent."""
    open_editions(now=now)
    prepare_mailings(now=now)
    claimed = mark_and_claim(outcome=None, claim=f"{now:%d%H}", now=now)
    assert claimed is not None
    mark_and_claim(outcome=Outcome(claimed.delivery), claim=None, now=now)
    return Delivery.objects.get(pk=claimed.delivery.pk)


def page_of(client, delivery: Delivery) -> str:
    page = client.get(reverse("letter_web", args=[web_token(delivery)]))
    assert page.status_code == 200
    return " ".join(page.text.partition("<main")[2].partition("</main>")[0].split())


def warnings(page: str) -> list[str]:
    """What stands in a box above an entry, without its marks."""
    boxes = re.findall(r'<p class="callout callout--caution">(.*?)</p>', page)
    return [" ".join(re.sub(r"<[^>]+>", " ", box).split()) for box in boxes]


def test_words_that_were_corrected_since_it_was_sent_are_said_to_be(client):
    make_subscriber()
    entry = make_entry(issue="2024-05")
    delivery = sent()
    assert warnings(page_of(client, delivery)) == []
    add_revision(entry=entry, kind="corrected", by="Edith", now=LATER, account=ACCOUNT)
    page = page_of(client, delivery)
    said = "Corrected since this letter was sent, on 20 May 2024: The number of clients was wrong."
    assert warnings(page) == [f"{said} See the entry as it is now"]
    assert f'{entry.get_absolute_url()}">See the entry as it is now' in page


def test_that_it_was_corrected_stays_said_when_its_reader_has_had_the_recall(client):
    make_subscriber()
    entry = make_entry(issue="2024-05")
    delivery = sent()
    add_revision(entry=entry, kind="corrected", by="Edith", now=LATER, account=ACCOUNT)
    recall = sent(LATER)
    assert recall.mailing.edition.kind == "recall"
    assert warnings(page_of(client, delivery))[0].startswith("Corrected since this letter was sent, on 20 May 2024")
    assert warnings(page_of(client, recall)) == ["20 May 2024: The number of clients was wrong."]


def test_of_an_entry_that_was_only_named_it_is_told_beside_its_name(client):
    make_subscriber()
    for number in range(MOST_IN_FULL):
        make_entry(f"number-{number}", issue="2024-05")
    last = make_entry("last", issue="2024-05", title="The last one")
    delivery = sent()
    add_revision(entry=last, kind="corrected", by="Edith", now=LATER, account=ACCOUNT)
    named = page_of(client, delivery).partition("And also")[2]
    assert "20 May 2024: <span>The number of clients was wrong.</span>" in named.partition("The last one")[2]


def test_what_was_corrected_before_it_was_sent_is_no_news(client):
    make_subscriber()
    entry = make_entry(issue="2024-05")
    add_revision(entry=entry, kind="corrected", by="Edith", now=MAY - dt.timedelta(hours=1), account=ACCOUNT)
    assert warnings(page_of(client, sent())) == []


def test_of_an_entry_that_was_withdrawn_since_the_implications_are_not_shown(client):
    make_subscriber()
    entry = make_entry(issue="2024-05")
    delivery = sent()
    withdraw(entry=Entry.objects.get(pk=entry.pk))
    add_revision(entry=entry, kind="withdrawn", by="Edith", now=LATER)
    page = page_of(client, delivery)
    assert warnings(page)[0].startswith("Withdrawn since this letter was sent, on 20 May 2024.")
    assert "You might ask" not in page


def test_an_account_in_another_language_says_so_and_is_marked(client):
    make_subscriber(language="fr")
    entry = make_entry(issue="2024-05", texts={"en": {}, "fr": {}})
    delivery = sent()
    add_revision(entry=entry, kind="corrected", by="Edith", now=LATER, account=ACCOUNT)
    page = page_of(client, delivery)
    assert "(en anglais)" in page
    assert '<span lang="en">The number of clients was wrong.</span>' in page
