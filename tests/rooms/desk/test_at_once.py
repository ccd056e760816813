"""Deeds that two persons do in the same moment. On PostgreSQL: SQLite lets one writer in at a time by itself."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from rapport.desk.actions import (
    approve,
    plan_issue,
    publish_correction,
    release_now,
    save_words,
    start_entry,
    submit_for_review,
    withdraw_entry,
)
from rapport.desk.models import Progress
from rapport.desk.queries import versions, words_of
from rapport.desk.refusals import Refused, SavedMeanwhile
from rapport.digest.models import Entry
from tests.at_once import ON_A_SERVER
from tests.making import (
    NOW,
    make_approved,
    make_article,
    make_draft,
    make_person,
    make_planned,
    make_released,
    make_research_type,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    ON_A_SERVER,
]

MANY = 4


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What each deed gave or was refused with, all begun in the same moment, each with its own connection."""
    ready = Barrier(len(deeds))

    def do(deed: Callable[[], Any]) -> Any:
        ready.wait()
        try:
            return deed()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(do, deeds))


def test_of_many_who_save_on_the_same_version_one_saves_and_the_others_are_told(alice):
    entry = make_draft(by=alice)
    on = words_of(entry, "en").on
    people = [make_person(f"Person {one}", "author") for one in range(MANY)]

    def saving(person):
        words = {"summary": f"{person.name}’s."}
        return lambda: save_words(entry=entry, language="en", words=words, on=on, by=person, now=NOW)

    told = at_once(*(saving(person) for person in people))
    assert sum(isinstance(one, SavedMeanwhile) for one in told) == MANY - 1
    assert [version.number for version in versions(entry, "en")] == [2, 1]


def test_of_many_who_begin_an_entry_on_one_article_one_begins(alice):
    article, research_type = make_article("rosa-2020"), make_research_type()

    def begin():
        return start_entry(
            article=article, language="en", title="Feedback", research_type=research_type, by=alice, now=NOW
        )

    told = at_once(*[begin] * MANY)
    assert sum(isinstance(one, Refused) for one in told) == MANY - 1
    assert Entry.objects.count() == 1


def test_entries_begun_at_once_with_one_title_have_addresses_of_their_own(alice):
    research_type = make_research_type()

    def begin(article):
        return lambda: start_entry(
            article=article, language="en", title="Feedback", research_type=research_type, by=alice, now=NOW
        )

    told = at_once(*(begin(make_article(f"article-{one}")) for one in range(MANY)))
    assert sorted(entry.slug for entry in told) == ["feedback", "feedback-2", "feedback-3", "feedback-4"]


def test_words_saved_in_the_moment_of_approval_are_approved_or_ask_for_it_again(alice, edith):
    for one in range(5):
        entry = make_draft(f"entry-{one}", by=alice)
        submit_for_review(entry=entry, by=alice, now=NOW)
        on = words_of(entry, "en").on
        words = {"summary": "Saved in that moment."}
        at_once(
            lambda entry=entry, on=on: approve(entry=entry, by=edith, now=NOW, seen={"en": on}),
            lambda entry=entry, on=on, words=words: save_words(
                entry=entry, language="en", words=words, on=on, by=alice, now=NOW
            ),
        )
        assert words_of(entry, "en").texts["summary"] == "Saved in that moment."
        assert Progress.objects.get(entry=entry).stage == "in-review"


def test_words_saved_in_the_moment_of_release_are_not_shown_unapproved(alice, edith):
    for one in range(5):
        entry = make_approved(f"entry-{one}", by=alice, approved_by=edith)
        issue = make_planned(f"2024-{one + 1:02}", entry, by=edith)
        approved = words_of(entry, "en")
        words = {"summary": "Saved in that moment."}
        at_once(
            lambda issue=issue: release_now(issue=issue, by=edith, now=NOW),
            lambda entry=entry, on=approved.on, words=words: save_words(
                entry=entry, language="en", words=words, on=on, by=alice, now=NOW
            ),
        )
        entry.refresh_from_db()
        if entry.state == "published":
            assert entry.texts.get().summary == approved.texts["summary"]
        assert words_of(entry, "en").texts["summary"] == "Saved in that moment."


def test_an_issue_is_planned_once_by_two(edith):
    told = at_once(*[lambda: plan_issue(year=2024, month=6, by=edith)] * 2)
    assert sum(isinstance(one, Refused) for one in told) == 1


def test_an_issue_is_released_once_by_two(alice, edith):
    issue = make_planned("2024-06", make_approved(by=alice, approved_by=edith), by=edith)
    told = at_once(*[lambda: release_now(issue=issue, by=edith, now=NOW)] * 2)
    assert sum(isinstance(one, Refused) for one in told) == 1
    assert Entry.objects.get().revisions.count() == 1


def test_a_correction_and_a_withdrawal_at_once_leave_numbered_revisions(alice, edith):
    entry = make_approved(by=alice, approved_by=edith)
    make_released("2024-06", entry, by=edith)
    on = words_of(entry, "en").on
    save_words(entry=entry, language="en", words={"summary": "Shorter."}, on=on, by=alice, now=NOW)
    submit_for_review(entry=entry, by=alice, now=NOW)
    approve(entry=entry, by=edith, now=NOW)
    told = {"account": {"en": "Because."}, "reason": "Why."}
    at_once(
        lambda: publish_correction(entry=entry, by=edith, now=NOW, **told),
        lambda: withdraw_entry(entry=entry, by=edith, now=NOW, **told),
    )
    revisions = list(entry.revisions.values_list("number", "kind"))
    assert revisions in (
        [(1, "published"), (2, "withdrawn")],
        [(1, "published"), (2, "corrected"), (3, "withdrawn")],
    )
