"""A draft as an outside reader sees it by a link, and an issue as its editors do."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from rapport.desk.actions import (
    approve,
    make_preview_link,
    publish_correction,
    revoke_preview_link,
    save_words,
    submit_for_review,
    withdraw_entry,
)
from rapport.desk.models import PreviewLink
from rapport.desk.queries import words_of
from rapport.digest.models import Entry
from tests.making import make_approved, make_draft, make_planned, make_released, make_site

pytestmark = pytest.mark.django_db

WEEK = dt.timedelta(days=7)


@pytest.fixture
def draft(alice):
    make_site()
    return make_draft("feedback-helps", by=alice, title="Feedback helps")


def link_made(entry, by, *, ago=dt.timedelta()):
    """A link that was made `ago`, for a week."""
    now = timezone.now() - ago
    link, token = make_preview_link(entry=entry, label="Prof. Martin", by=by, now=now, expires_at=now + WEEK)
    return link, f"/preview/{token}/"


def test_whoever_has_the_link_reads_the_newest_words(client, draft, alice):
    _link, address = link_made(draft, alice)
    on = words_of(draft, "en").on
    save_words(entry=draft, language="en", words={"summary": "Said anew."}, on=on, by=alice, now=timezone.now())
    answer = client.get(address)
    page = answer.content.decode()
    assert (answer.status_code, "Feedback helps" in page, "Said anew." in page) == (200, True, True)
    assert "A draft, not published." in page


def test_the_address_of_a_draft_is_told_to_no_other_site_no_cache_and_no_search_engine(client, draft, alice):
    answer = client.get(link_made(draft, alice)[1])
    assert (answer["Referrer-Policy"], answer["X-Robots-Tag"]) == ("no-referrer", "noindex, nofollow")
    assert "no-store" in answer["Cache-Control"]


def test_looking_at_a_draft_changes_nothing_and_sets_no_cookie(client, draft, alice):
    _link, address = link_made(draft, alice)
    before = draft.progress.changed_at
    assert client.get(address).cookies == {}
    draft.progress.refresh_from_db()
    assert draft.progress.changed_at == before


def test_a_link_that_has_ended_says_so_and_shows_nothing(client, draft, alice):
    _link, address = link_made(draft, alice, ago=WEEK + dt.timedelta(minutes=1))
    answer = client.get(address)
    page = answer.content.decode()
    assert (answer.status_code, "was valid until" in page, "Feedback helps" in page) == (410, True, False)


def test_a_link_that_was_closed_says_so_and_shows_nothing(client, draft, alice):
    link, address = link_made(draft, alice)
    revoke_preview_link(link=link, by=alice, now=timezone.now())
    answer = client.get(address)
    page = answer.content.decode()
    assert (answer.status_code, "was closed by the network" in page, "Feedback helps" in page) == (410, True, False)


@pytest.mark.parametrize("token", ["x", "%ED%B0%80", "a" * 5000])
def test_a_link_that_never_was_is_told_as_one(client, draft, token):
    answer = client.get(f"/preview/{token}/")
    assert (answer.status_code, "There is no draft at this address." in answer.content.decode()) == (404, True)


def test_an_issue_is_read_with_its_newest_words_before_it_is_out(client, draft, alice, edith):
    make_planned("2027-01", draft, by=edith)
    client.force_login(edith)
    page = client.get("/desk/issues/2027/01/as-read/").content.decode()
    assert "Feedback helps" in page


# --- a link to a draft ends when readers have what it showed ---------------------------------------------


@pytest.fixture
def published(alice, edith):
    """Alice's entry, published while Prof. Martin had a link to its draft; with the link's address."""
    make_site()
    entry = make_approved("feedback-helps", by=alice, approved_by=edith, title="Feedback helps")
    _link, address = link_made(entry, alice)
    make_released("2024-06", entry, by=edith, now=timezone.now())
    return Entry.objects.get(), address


def test_a_link_ends_when_the_entry_is_published_and_leads_to_it(client, published):
    entry, address = published
    answer = client.get(address)
    page = answer.content.decode()
    assert (answer.status_code, "A draft, not published." in page) == (410, False)
    assert "What this link showed has been published." in page
    assert f'href="{entry.get_absolute_url()}"' in page


def test_a_link_ends_when_the_entry_is_withdrawn_and_says_so(client, published, edith):
    entry, address = published
    account = {"en": "The article was retracted."}
    withdraw_entry(entry=entry, account=account, reason="Retracted.", by=edith, now=timezone.now())
    answer = client.get(address)
    page = answer.content.decode()
    assert (answer.status_code, "In all, 421 clients" in page) == (410, False)
    assert "This entry has been withdrawn." in page
    assert f'href="{entry.get_absolute_url()}"' in page


def test_a_link_made_for_a_correction_ends_with_the_correction(client, published, alice, edith):
    entry, _ended = published
    now = timezone.now()
    save_words(entry=entry, language="en", words={"who": "Adults"}, on=words_of(entry, "en").on, by=alice, now=now)
    _link, address = link_made(entry, alice)
    assert client.get(address).status_code == 200
    submit_for_review(entry=entry, by=alice, now=now)
    approve(entry=entry, by=edith, now=now)
    publish_correction(entry=entry, account={"en": "Who."}, reason="Left out.", by=edith, now=timezone.now())
    assert client.get(address).status_code == 410


def test_a_link_that_was_made_before_links_ended_shows_no_published_or_withdrawn_entry(client, published, edith):
    _entry, address = published
    PreviewLink.objects.update(revoked_at=None)
    assert client.get(address).status_code == 410


def test_a_link_that_is_open_can_be_closed_whatever_became_of_the_entry(client, published, edith):
    entry, _address = published
    PreviewLink.objects.update(revoked_at=None)
    client.force_login(edith)
    page = client.get(f"/desk/entries/{entry.slug}/").content.decode()
    link = PreviewLink.objects.get()
    assert f'action="/desk/entries/{entry.slug}/do/revoke/{link.pk}/"' in page
    assert "Make a link" not in page  # there is nothing unpublished to show
