"""A draft as an outside reader sees it by a link, and an issue as its editors do."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from rapport.desk.actions import make_preview_link, revoke_preview_link, save_words
from rapport.desk.queries import words_of
from tests.making import make_draft, make_planned, make_site

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
