"""Lists of the desk: which entries are asked for, and at which stage each stands."""

from __future__ import annotations

import datetime as dt

import pytest

from rapport.desk.actions import (
    approve,
    publish_correction,
    release_due_issues,
    save_words,
    schedule_issue,
    send_back,
    submit_for_review,
    withdraw_entry,
)
from rapport.desk.queries import STAGES, Wanted, entries_listed, stage_of, words_of
from rapport.digest.models import Entry
from tests.making import NOW, make_approved, make_draft, make_entry, make_planned, make_released, make_site

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
TOLD = {"account": {"en": "A number was wrong."}, "reason": "A reader wrote."}


@pytest.fixture
def one_at_each_stage(alice, edith):
    """Entries at every stage there is, named for it; and some whose stage is not what it may seem."""
    make_site()
    make_draft("draft", by=alice)
    submit_for_review(entry=make_draft("in-review", by=alice), by=alice, now=NOW)
    make_approved("approved", by=alice, approved_by=edith)
    for month, slug, day in (("2027-01", "scheduled", 30 * DAY), ("2027-02", "approved-and-held-back", DAY)):
        issue = make_planned(month, make_approved(slug, by=alice, approved_by=edith), by=edith)
        schedule_issue(issue=issue, release_at=NOW + day, by=edith, now=NOW)
    held_back = Entry.objects.get(slug="approved-and-held-back")
    send_back(entry=held_back, reason="Wait.", by=edith, now=NOW)
    release_due_issues(now=NOW + 2 * DAY)
    submit_for_review(entry=held_back, by=alice, now=NOW)
    approve(entry=held_back, by=edith, now=NOW)
    names = ("published", "corrected", "withdrawn", "draft-of-what-is-out")
    entries = {slug: make_approved(slug, by=alice, approved_by=edith) for slug in names}
    make_released("2026-01", *entries.values(), by=edith)
    make_entry("published-from-files", issue="2025-01")
    make_entry("draft-from-files")
    for slug in ("corrected", "draft-of-what-is-out"):
        on = words_of(entries[slug], "en").on
        save_words(entry=entries[slug], language="en", words={"who": "Adults"}, on=on, by=alice, now=NOW)
    submit_for_review(entry=entries["corrected"], by=alice, now=NOW)
    approve(entry=entries["corrected"], by=edith, now=NOW)
    publish_correction(entry=entries["corrected"], **TOLD, by=edith, now=NOW)
    withdraw_entry(entry=entries["withdrawn"], **TOLD, by=edith, now=NOW)


def test_the_lists_tell_the_stage_that_the_entry_itself_does(one_at_each_stage):
    listed = {entry.slug: entry.stage for entry in entries_listed(Wanted())}
    assert listed == {entry.slug: stage_of(entry) for entry in Entry.objects.all()}
    assert set(listed.values()) == set(STAGES)


def test_entries_are_asked_for_by_stage_issue_and_author(one_at_each_stage, alice, edith):
    def slugs(**wanted):
        return sorted(entry.slug for entry in entries_listed(Wanted(**wanted)))

    assert slugs(stage="approved") == ["approved", "approved-and-held-back"]
    assert slugs(stage="published") == ["published", "published-from-files"]
    assert slugs(issue="2027-01") == ["scheduled"]
    assert slugs(issue="none", stage="draft") == ["draft", "draft-from-files"]
    assert slugs(author=str(edith.pk)) == []
    assert slugs(author=str(alice.pk), stage="in-review") == ["in-review"]
