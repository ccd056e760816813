"""Notes, presence, tasks and preview links."""

from __future__ import annotations

import datetime as dt

import pytest

from rapport.audit.models import Event
from rapport.desk.actions import (
    answer_note,
    close_task,
    make_preview_link,
    note_presence,
    revoke_preview_link,
    settle_note,
    write_note,
)
from rapport.desk.models import DeskTask, PreviewLink
from rapport.desk.queries import entry_by_preview_token, notes_of, open_tasks, readiness, who_else
from tests.making import NOW, make_draft, make_planned
from tests.refusals import refusal

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def entry(alice):
    return make_draft(by=alice)


def note(entry, by, **named):
    defaults = {"language": "en", "field": "summary", "quote": "In all, 421", "text": "Where is this from?"}
    return write_note(**{"entry": entry, "by": by, "now": NOW, **defaults, **named})


# --- notes --------------------------------------------------------------------------------------------


def test_author_and_editor_talk_beside_a_paragraph(entry, alice, edith):
    asked = note(entry, edith)
    answered = answer_note(note=asked, text="Table 1.", by=alice, now=NOW + MINUTE)
    again = answer_note(note=answered, text="Seen.", by=edith, now=NOW + 2 * MINUTE)
    assert notes_of(entry, "en") == [(asked, [answered, again])]
    assert (again.answers, again.field, again.quote) == (asked, "summary", "In all, 421")
    assert [item.sentence for item in readiness(entry).open if item.key == "notes"] == ["1 note is open."]


def test_a_note_is_settled_once_and_opened_again_by_an_answer(entry, alice, edith):
    asked = note(entry, edith)
    settle_note(note=asked, by=alice, now=NOW)
    settled = settle_note(note=asked, by=edith, now=NOW + MINUTE)
    assert (settled.settled_by, settled.settled_at) == (alice, NOW)
    assert Event.objects.filter(did="note.settled").count() == 1
    answer_note(note=settled, text="Not quite.", by=edith, now=NOW)
    asked.refresh_from_db()
    assert asked.settled_at is None


def test_open_notes_stand_before_settled_ones(entry, alice):
    first = note(entry, alice, text="One.")
    note(entry, alice, text="Two.")
    settle_note(note=first, by=alice, now=NOW)
    assert [one.text for one, _answers in notes_of(entry, "en")] == ["Two.", "One."]


def test_a_note_that_says_nothing_or_stands_nowhere_is_refused(entry, alice):
    assert refusal(note, entry, alice, text=" \n ") == ("The note is empty; write it.",)
    assert refusal(note, entry, alice, field="slug") == ("An entry has no field “slug”.",)
    assert refusal(note, entry, alice, text="x" * 5001) == ("The note has 5001 characters; shorten it to 5000.",)
    assert refusal(answer_note, note=note(entry, alice), text="", by=alice, now=NOW) == (
        "The answer is empty; write it.",
    )


def test_a_long_paragraph_is_quoted_by_its_first_words(entry, alice):
    assert note(entry, alice, quote="word " * 1000).quote == ("word " * 24)


# --- presence -----------------------------------------------------------------------------------------


def test_others_who_have_the_text_open_are_named_until_they_fall_silent(entry, alice, edith):
    for person in (alice, edith):
        note_presence(entry=entry, language="en", person=person, now=NOW)
        note_presence(entry=entry, language="en", person=person, now=NOW)
    assert who_else(entry, "en", alice, NOW + dt.timedelta(seconds=30)) == [edith]
    assert who_else(entry, "fr", alice, NOW) == []
    assert who_else(entry, "en", alice, NOW + MINUTE) == []


# --- tasks --------------------------------------------------------------------------------------------


def test_a_task_is_closed_once_with_what_was_done(entry, alice, edith):
    task = DeskTask.objects.create(kind="held-back", issue=make_planned("2024-06", by=edith))
    assert open_tasks() == [task]
    assert refusal(close_task, task=task, outcome="", by=edith, now=NOW) == ("What was done is empty; write it.",)
    close_task(task=task, outcome="Scheduled for Friday.", by=edith, now=NOW)
    closed = close_task(task=task, outcome="Something else.", by=alice, now=NOW)
    assert (closed.outcome, closed.done_by, open_tasks()) == ("Scheduled for Friday.", edith, [])
    assert Event.objects.get(did="task.closed").about == "issue:2024-06"


# --- previews -----------------------------------------------------------------------------------------


def test_a_preview_link_opens_its_entry_until_its_day(entry, alice):
    link, token = make_preview_link(entry=entry, label="Rosa", by=alice, now=NOW)
    assert link.expires_at == NOW + dt.timedelta(days=14)
    assert token not in str(PreviewLink.objects.values().get())  # we keep no copy
    assert entry_by_preview_token(token, NOW) == entry
    assert entry_by_preview_token(token, link.expires_at) is None


def test_a_preview_link_is_closed_before_its_time(entry, alice):
    link, token = make_preview_link(entry=entry, label="", by=alice, now=NOW)
    revoke_preview_link(link=link, by=alice, now=NOW)
    assert revoke_preview_link(link=link, by=alice, now=NOW + MINUTE).revoked_at == NOW
    assert entry_by_preview_token(token, NOW) is None


@pytest.mark.parametrize("token", ["", "x", "\0", "🙂", "x" * 10_000])
def test_a_token_that_never_was_opens_nothing(entry, alice, token):
    make_preview_link(entry=entry, label="", by=alice, now=NOW)
    assert entry_by_preview_token(token, NOW) is None


def test_a_preview_link_ends_in_the_future_and_within_a_year(entry, alice):
    for days in (-1, 0, 400):
        until = NOW + dt.timedelta(days=days)
        assert refusal(make_preview_link, entry=entry, label="", by=alice, now=NOW, expires_at=until) == (
            "The link must end between now and a year from now.",
        )
