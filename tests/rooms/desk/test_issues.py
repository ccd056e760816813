"""Planning an issue, and sending it out."""

from __future__ import annotations

import datetime as dt
from itertools import chain

import pytest

from rapport.audit.models import Event
from rapport.desk.actions import (
    place_entry,
    plan_issue,
    release_due_issues,
    release_now,
    remove_entry,
    reorder,
    save_words,
    schedule_issue,
    send_back,
    unschedule_issue,
    write_teaser,
)
from rapport.desk.models import DeskTask, IssuePlan, Progress
from rapport.desk.queries import (
    STAGES,
    at_the_desk,
    entries_to_place,
    issue_readiness,
    issues_at_the_desk,
    open_tasks,
    stage_of,
    suggested_teaser,
    words_of,
)
from rapport.digest.models import Entry, Issue, SearchDocument, SiteIdentity
from tests.making import (
    NOW,
    make_approved,
    make_draft,
    make_entry,
    make_issue,
    make_planned,
    make_released,
    make_site,
)
from tests.refusals import refusal

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def slugs(issue):
    return list(issue.entries.order_by("position").values_list("slug", flat=True))


# --- planning -----------------------------------------------------------------------------------------


def test_an_issue_is_planned_once(edith):
    plan = plan_issue(year=2024, month=6, by=edith)
    assert (str(plan.issue), plan.issue.edited_at_desk, plan.release_at) == ("2024-06", True, None)
    assert refusal(plan_issue, year=2024, month=6, by=edith) == ("The issue 2024-06 is there already.",)
    assert refusal(plan_issue, year=2024, month=13, by=edith) == (
        "An issue has a year of four digits and a month from 1 to 12.",
    )
    assert Event.objects.get().about == "issue:2024-06"


def test_an_issue_that_is_out_is_not_planned(edith):
    make_entry(issue="2024-05")
    assert refusal(plan_issue, year=2024, month=5, by=edith) == ("The issue 2024-05 is there already.",)


def test_an_issue_of_drafts_that_came_from_files_is_planned_as_it_is(edith):
    make_entry(issue="2024-05", state="draft")
    assert slugs(plan_issue(year=2024, month=5, by=edith).issue) == ["alliance-matters"]


def test_entries_are_placed_moved_and_taken_out(alice, edith):
    one, two, three = (make_draft(slug, by=alice) for slug in ("one", "two", "three"))
    issue = make_planned("2024-06", one, two, by=edith)
    place_entry(issue=issue, entry=three, by=edith, position=0)
    assert slugs(issue) == ["three", "one", "two"]
    place_entry(issue=issue, entry=three, by=edith, position=1)
    assert slugs(issue) == ["one", "three", "two"]
    reorder(issue=issue, entries=["two", "one", "three"], by=edith)
    assert slugs(issue) == ["two", "one", "three"]
    remove_entry(issue=issue, entry=one, by=edith)
    assert (slugs(issue), [entry.slug for entry in entries_to_place()]) == (["two", "three"], ["one"])


def test_an_entry_leaves_the_issue_it_stood_in(alice, edith):
    one, two = make_draft("one", by=alice), make_draft("two", by=alice)
    june, july = make_planned("2024-06", one, two, by=edith), make_planned("2024-07", by=edith)
    place_entry(issue=july, entry=one, by=edith)
    assert (slugs(june), slugs(july)) == (["two"], ["one"])


def test_an_order_of_other_entries_is_refused(alice, edith):
    issue = make_planned("2024-06", make_draft("one", by=alice), by=edith)
    for order in ([], ["one", "one"], ["two"], ["one", "two"]):
        assert refusal(reorder, issue=issue, entries=order, by=edith) == (
            "Other entries stand in this issue now. Look at it again, and then put them in order.",
        )


def test_what_is_out_stays_where_readers_found_it(alice, edith):
    entry = make_approved(by=alice, approved_by=edith)
    issue = make_released("2024-06", entry, by=edith)
    out = ("The issue 2024-06 is out; what stands in it stays.",)
    draft = make_draft("another", by=alice)
    assert refusal(place_entry, issue=issue, entry=draft, by=edith) == out
    assert refusal(remove_entry, issue=issue, entry=entry, by=edith) == out
    assert refusal(reorder, issue=issue, entries=[entry.slug], by=edith) == out
    assert refusal(schedule_issue, issue=issue, release_at=NOW + DAY, by=edith, now=NOW) == out
    assert refusal(unschedule_issue, issue=issue, by=edith) == out
    assert refusal(release_now, issue=issue, by=edith, now=NOW) == ("The issue 2024-06 is out already.",)
    july = make_planned("2024-07", by=edith)
    assert refusal(place_entry, issue=july, entry=entry, by=edith) == (
        "“feedback-helps” has been published; it stays where readers found it.",
    )
    assert refusal(remove_entry, issue=july, entry=draft, by=edith) == ("“another” does not stand in this issue.",)


def test_the_line_is_written_by_language(edith):
    issue = make_planned("2024-06", by=edith)
    issue = write_teaser(issue=issue, teaser={"fr": " Ce mois-ci. ", "en": ""}, by=edith)
    assert issue.teaser == {"fr": "Ce mois-ci."}
    assert refusal(write_teaser, issue=issue, teaser={"en": "a\0b"}, by=edith) == (
        "The line (en) holds a character that cannot be shown, after “a”; delete it and type it again.",
    )


def test_a_line_is_suggested_from_the_titles(alice, edith):
    one = make_draft("one", by=alice, title="Feedback helps those who are not on track.")
    two = make_draft("two", by=alice, title="CBT by telephone")
    three = make_draft("three", by=alice, title="Who leaves early")
    french = {"title": "L’écoute aide"}
    save_words(entry=one, language="fr", words=french, on=None, by=alice, now=NOW)
    assert suggested_teaser([one], "en") == "…feedback helps those who are not on track"
    assert suggested_teaser([one, two, three], "en") == (
        "…feedback helps those who are not on track; CBT by telephone; and who leaves early"
    )
    assert suggested_teaser([two], "fr") == ""
    for entry, title in ((two, "La TCC par téléphone"), (three, "Qui part tôt")):
        save_words(entry=entry, language="fr", words={"title": title}, on=None, by=alice, now=NOW)
    in_french = "l’écoute aide\u202f; la TCC par téléphone\u202f; et qui part tôt"
    assert in_french in suggested_teaser([one, two, three], "fr")


# --- scheduling ---------------------------------------------------------------------------------------


def ready(alice, edith, month="2024-06"):
    return make_planned(month, make_approved(f"of-{month}", by=alice, approved_by=edith), by=edith)


def test_an_issue_is_scheduled_when_it_is_ready_and_the_time_has_not_passed(alice, edith):
    issue = ready(alice, edith)
    assert refusal(schedule_issue, issue=issue, release_at=NOW, by=edith, now=NOW) == (
        "That time has passed; choose a later one, or publish it now.",
    )
    plan = schedule_issue(issue=issue, release_at=NOW + DAY, by=edith, now=NOW)
    assert (plan.release_at, plan.scheduled_by) == (NOW + DAY, edith)
    assert stage_of(Entry.objects.get()) == "scheduled"
    plan = unschedule_issue(issue=issue, by=edith)
    assert (plan.release_at, plan.scheduled_by) == (None, None)
    assert stage_of(Entry.objects.get()) == "approved"


def test_an_issue_that_is_not_ready_is_refused_with_its_checklist(alice, edith):
    issue = make_planned("2024-06", make_draft(by=alice), by=edith)
    write_teaser(issue=issue, teaser={"en": ""}, by=edith)
    reasons = (
        "Its “this month” line is missing: English.",
        "“Feedback helps those who are not on track”: It is not approved yet.",
    )
    assert refusal(schedule_issue, issue=issue, release_at=NOW + DAY, by=edith, now=NOW) == reasons
    assert refusal(release_now, issue=issue, by=edith, now=NOW) == reasons
    empty = make_planned("2024-07", by=edith)
    assert refusal(release_now, issue=empty, by=edith, now=NOW) == ("No entry stands in it yet.",)


def test_an_issue_of_one_is_ready_though_unusual(alice, edith):
    checklist = issue_readiness(ready(alice, edith))
    assert checklist.ready
    assert checklist.open[0].sentence == "1 entry stands in it. An issue usually has two or three."


# --- going out ----------------------------------------------------------------------------------------


def test_an_issue_goes_out_when_it_is_due_and_once(alice, edith):
    make_site()
    issue = ready(alice, edith)
    schedule_issue(issue=issue, release_at=NOW + DAY, by=edith, now=NOW)
    stamp = SiteIdentity.objects.get().stamp
    assert release_due_issues(now=NOW + DAY / 2) == []
    later = NOW + DAY + dt.timedelta(minutes=1)
    assert release_due_issues(now=later) == [issue]
    assert release_due_issues(now=later + DAY) == []
    issue.refresh_from_db()
    entry = issue.entries.get()
    assert (issue.published_on, issue.plan.released_at, entry.state) == (dt.date(2024, 6, 4), later, "published")
    revision = entry.revisions.get()
    assert (revision.number, revision.kind, revision.made_on, revision.made_at, revision.by) == (
        1,
        "published",
        dt.date(2024, 6, 4),
        later,
        "Alice",
    )
    assert (stage_of(entry), entry.progress.stage) == ("published", "out")
    assert list(Entry.objects.published(later.date())) == [entry]
    assert SearchDocument.objects.filter(entry=entry).exists()
    assert SiteIdentity.objects.get().stamp != stamp
    told = Event.objects.get(did="entry.published")
    assert (told.name, told.details) == (
        "the schedule",
        {"revision": 1, "languages": ["en"], "author": "Alice", "approved_by": "Edith", "scheduled_by": "Edith"},
    )
    assert Event.objects.get(did="issue.released").details == {"entries": ["of-2024-06"], "scheduled_by": "Edith"}


def test_an_editor_sends_it_out_now(alice, edith):
    issue = release_now(issue=ready(alice, edith), by=edith, now=NOW)
    assert (issue.published_on, issue.entries.get().state) == (dt.date(2024, 6, 3), "published")
    assert Event.objects.get(did="issue.released").name == "Edith"


def test_the_day_is_the_networks(alice, edith, settings):
    settings.TIME_ZONE = "America/Toronto"
    issue = release_now(issue=ready(alice, edith), by=edith, now=dt.datetime(2024, 6, 4, 2, 0, tzinfo=dt.UTC))
    assert issue.published_on == dt.date(2024, 6, 3)


def test_a_translation_goes_out_with_it_when_it_is_ready_and_stays_behind_when_not(alice, edith):
    french = {
        "title": "Un titre",
        "author": "Alice",
        "summary": "On a interrogé 421 clients.",
        "implications": "- **Demandez.**",
    }
    entries = []
    for slug, words in (("ready", french), ("half", {"title": "Un titre"})):
        entry = make_draft(slug, by=alice)
        save_words(entry=entry, language="fr", words=words, on=None, by=alice, now=NOW)
        entries.append(approved(entry, alice, edith))
    make_released("2024-06", *entries, by=edith)
    texts = {entry.slug: sorted(entry.texts.values_list("language", flat=True)) for entry in Entry.objects.all()}
    assert texts == {"ready": ["en", "fr"], "half": ["en"]}
    assert words_of(entries[1], "fr").texts["title"] == "Un titre"  # nothing is lost


def approved(entry, alice, edith):
    from rapport.desk.actions import approve, submit_for_review

    submit_for_review(entry=entry, by=alice, now=NOW)
    approve(entry=entry, by=edith, now=NOW)
    return entry


def test_an_issue_that_is_no_longer_ready_is_held_back_in_words_until_somebody_schedules_it_again(alice, edith):
    issue = ready(alice, edith)
    schedule_issue(issue=issue, release_at=NOW + DAY, by=edith, now=NOW)
    entry = issue.entries.get()
    send_back(entry=entry, reason="A doubt.", by=edith, now=NOW)
    assert release_due_issues(now=NOW + DAY) == []
    assert release_due_issues(now=NOW + 2 * DAY) == []
    plan = IssuePlan.objects.get()
    assert plan.held_back == "“Feedback helps those who are not on track”: It is not approved yet."
    (task,) = open_tasks()
    assert (task.kind, task.issue, task.made_at) == ("held-back", issue, NOW + DAY)
    assert not Entry.objects.published(dt.date(2999, 1, 1)).exists()

    entry = approved(entry, alice, edith)
    assert release_due_issues(now=NOW + 3 * DAY) == []  # not by itself, at an hour that nobody chose
    schedule_issue(issue=issue, release_at=NOW + 5 * DAY, by=edith, now=NOW + 4 * DAY)
    assert open_tasks() == []
    assert DeskTask.objects.get().outcome == "It was scheduled again."
    assert release_due_issues(now=NOW + 5 * DAY) == [issue]


def test_one_issue_that_is_held_back_keeps_none_of_the_others(alice, edith):
    june, july = ready(alice, edith), ready(alice, edith, "2024-07")
    for issue in (june, july):
        schedule_issue(issue=issue, release_at=NOW + DAY, by=edith, now=NOW)
    send_back(entry=june.entries.get(), reason="A doubt.", by=edith, now=NOW)
    assert release_due_issues(now=NOW + DAY) == [july]


def test_one_issue_that_fails_keeps_none_of_the_others_and_is_told(alice, edith, monkeypatch):
    from rapport.desk.actions import releasing

    june, july = ready(alice, edith), ready(alice, edith, "2024-07")
    schedule_issue(issue=june, release_at=NOW + DAY / 2, by=edith, now=NOW)
    schedule_issue(issue=july, release_at=NOW + DAY, by=edith, now=NOW)
    publish_first = releasing.publish_first

    def fails_in_june(entry, **named):
        revision = publish_first(entry, **named)
        if entry.issue == june:
            raise RuntimeError("the disk is full")
        return revision

    monkeypatch.setattr(releasing, "publish_first", fails_in_june)
    with pytest.raises(RuntimeError, match="the disk is full"):
        release_due_issues(now=NOW + DAY)
    assert Progress.objects.get(entry__issue=june).stage == "approved"
    assert Progress.objects.get(entry__issue=july).stage == "out"
    assert list(Entry.objects.published(dt.date(2999, 1, 1))) == [july.entries.get()]
    monkeypatch.undo()
    monkeypatch.setattr(releasing, "publish_first", publish_first)


def test_an_issue_without_a_plan_is_sent_out_as_well(edith):
    issue = make_issue("2024-05")
    assert refusal(release_now, issue=issue, by=edith, now=NOW) == ("No entry stands in it yet.",)


# --- overviews ----------------------------------------------------------------------------------------


def test_the_desk_lists_what_is_being_made_by_stage(alice, edith):
    make_draft("a-draft", by=alice)
    make_approved("an-approved", by=alice, approved_by=edith)
    make_entry("from-files")
    make_entry("published-and-quiet", issue="2024-05")
    changed = make_entry("published-and-changed", issue="2024-05")
    words = {"summary": "Anew."}
    save_words(entry=changed, language="en", words=words, on=None, by=alice, now=NOW)
    issue = ready(alice, edith, "2024-07")
    schedule_issue(issue=issue, release_at=NOW + DAY, by=edith, now=NOW)
    listed = {stage: sorted(line.entry.slug for line in at_the_desk(stage=stage)) for stage in STAGES[:4]}
    assert listed == {
        "draft": ["a-draft", "from-files", "published-and-changed"],
        "in-review": [],
        "approved": ["an-approved"],
        "scheduled": ["of-2024-07"],
    }
    assert sorted(line.entry.slug for line in at_the_desk()) == sorted(chain(*listed.values()))
    assert [line.entry.slug for line in at_the_desk(stage="draft", not_by=alice)] == ["from-files"]
    assert [line.entry.slug for line in at_the_desk(stage="approved", in_no_issue=True)] == ["an-approved"]
    assert [str(issue) for issue in issues_at_the_desk()] == ["2024-07"]


@pytest.mark.parametrize("number", [2, 30])
def test_the_queries_of_the_overviews_do_not_grow(alice, edith, django_assert_num_queries, number):
    for count in range(number):
        make_draft(f"entry-{count}", by=alice)
    make_planned("2024-06", *Entry.objects.all()[:number], by=edith)
    with django_assert_num_queries(2):
        at_the_desk()
    with django_assert_num_queries(3):
        issues_at_the_desk()
    issue = Issue.objects.get()
    with django_assert_num_queries(10):
        issue_readiness(issue)
