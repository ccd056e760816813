"""Where the network asks that somebody else approves: who counts as having written what is approved."""

from __future__ import annotations

import datetime as dt

import pytest

from rapport.desk.actions import (
    approve,
    publish_correction,
    release_due_issues,
    save_facts,
    save_words,
    schedule_issue,
    send_back,
    submit_for_review,
)
from rapport.desk.models import Progress
from rapport.desk.queries import entries_listed, history, words_of
from rapport.desk.queries.lists import Wanted
from rapport.digest.models import Entry
from tests.making import NOW, make_approved, make_draft, make_entry, make_person, make_planned, make_released, make_site
from tests.refusals import refusal

pytestmark = pytest.mark.django_db

PART = ("You wrote part of it; this network asks that somebody else approves it.",)
LATER = NOW + dt.timedelta(days=3)
FRENCH = {
    "title": "Le retour aide",
    "author": "Alice",
    "summary": "On a interrogé 421 clients.",
    "implications": "- **Demandez.**",
}


def write(entry, by, language="en", **words):
    on = words_of(entry, language).on
    return save_words(entry=entry, language=language, words=words, on=on, by=by, now=LATER)


def test_an_editor_who_changed_the_summary_in_review_does_not_approve_it_alone(client, alice, edith):
    entry = make_draft(by=alice)
    submit_for_review(entry=entry, by=alice, now=NOW)
    write(entry, edith, summary="All 421 clients were asked.")
    assert refusal(approve, entry=entry, by=edith, now=LATER) == PART
    client.force_login(edith)
    page = client.get(f"/desk/entries/{entry.slug}/").content.decode()
    assert "You wrote part of it, and this network asks for another editor’s approval." in page
    assert "Nobody else has an account that may: an administrator can invite another editor." in page
    make_person("Ada", "administrator", "editor")
    page = client.get(f"/desk/entries/{entry.slug}/").content.decode()
    assert "Ada may approve it." in page
    assert approve(entry=entry, by=make_person("Max", "editor"), now=LATER).stage == "approved"


def test_an_editor_who_wrote_the_translation_does_not_approve_it_alone(alice, edith):
    entry = make_draft(by=alice)
    write(entry, edith, "fr", **FRENCH)
    submit_for_review(entry=entry, by=alice, now=LATER)
    assert refusal(approve, entry=entry, by=edith, now=LATER) == PART


def test_a_translation_that_is_not_ready_is_not_approved_and_its_writer_may_approve_the_original(alice, edith):
    entry = make_draft(by=alice)
    write(entry, edith, "fr", title="Le retour aide")
    submit_for_review(entry=entry, by=alice, now=LATER)
    assert approve(entry=entry, by=edith, now=LATER).approved_versions == {"en": 1}


def test_who_wrote_before_the_last_approval_may_approve_what_others_changed_since(edith):
    max_ = make_person("Max", "editor")
    entry = make_approved(by=edith, approved_by=max_)
    send_back(entry=entry, reason="A doubt.", by=edith, now=LATER)
    write(entry, max_, summary="All 421 clients were asked.")
    submit_for_review(entry=entry, by=max_, now=LATER)
    assert refusal(approve, entry=entry, by=max_, now=LATER) == PART
    assert approve(entry=entry, by=edith, now=LATER).stage == "approved"


def test_where_only_facts_changed_the_author_still_does_not_approve(edith):
    entry = make_approved(by=edith, approved_by=make_person("Max", "editor"))
    names = ["kind", "language", "authors", "year", "title", "journal", "read_level", "figures"]
    facts = {name: getattr(entry.article, name) for name in names} | {"title": "Another"}
    save_facts(key=entry.article.key, facts=facts, findings=[], by=edith, now=LATER)
    assert refusal(approve, entry=entry, by=edith, now=LATER) == (
        "You wrote it; this network asks that somebody else approves it.",
    )


# --- who wrote it stays who wrote it --------------------------------------------------------------------


@pytest.fixture
def corrected(alice, edith):
    """An entry of Alice's, that Edith corrected and Max approved."""
    make_site()
    entry = make_approved(by=alice, approved_by=edith)
    make_released("2024-06", entry, by=edith)
    entry = Entry.objects.get(pk=entry.pk)
    write(entry, edith, summary="All 421 clients were asked.")
    submit_for_review(entry=entry, by=edith, now=LATER)
    max_ = make_person("Max", "editor")
    approve(entry=entry, by=max_, now=LATER)
    publish_correction(entry=entry, account={"en": "Said better."}, reason="Mine.", by=edith, now=LATER)
    return entry


def test_an_entry_stays_its_authors_when_somebody_else_corrects_it(client, corrected, alice, edith):
    assert Progress.objects.get().author == alice
    client.force_login(edith)
    assert "Written by Alice." in client.get(f"/desk/entries/{corrected.slug}/").content.decode()
    assert [entry.progress.author for entry in entries_listed(Wanted(author=str(alice.pk)))] == [alice]


def test_who_corrected_it_stands_in_its_history(corrected):
    told = [(one.who, one.sentence) for one in history(corrected)]
    assert ("Edith", "was corrected (revision 2)") in told
    assert ("Edith", "wrote version 2") in told


def test_of_an_entry_from_files_the_list_names_who_readers_see(client, alice, edith):
    make_site()
    entry = make_entry("from-files", issue="2024-05")
    byline = entry.texts.get().author
    client.force_login(edith)
    cell = f'<td data-label="Author">{byline}</td>'
    assert cell in client.get("/desk/entries/").content.decode()
    write(entry, edith, summary="Anew.")
    assert Progress.objects.get().author is None
    assert cell in client.get("/desk/entries/").content.decode()


def test_the_history_says_who_scheduled_what_went_out_by_itself(client, alice, edith):
    make_site()
    entry = make_approved(by=alice, approved_by=edith)
    issue = make_planned("2024-06", entry, by=edith)
    schedule_issue(issue=issue, release_at=LATER, by=edith, now=NOW)
    release_due_issues(now=LATER)
    client.force_login(edith)
    page = client.get(f"/desk/entries/{entry.slug}/").content.decode()
    assert "· Alice (the schedule, set by Edith)" in page
