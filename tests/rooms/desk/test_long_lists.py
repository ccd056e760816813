"""Lists at the desk stay short, and ask no more of the database, however much there is."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.db.models import Model
from django.db.models.signals import post_init
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rapport.accounts.models import Invitation, Person
from rapport.audit.models import Event
from rapport.desk.models import Acknowledgement, DeskTask, IssuePlan, Note, Progress, Version
from rapport.desk.queries import entries_to_place, history, notes_of
from rapport.digest.models import Entry
from tests.making import make_article, make_draft, make_entry, make_issue, make_person, make_site

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def edith(client: Client):
    make_site()
    edith = make_person("Edith", "editor", "administrator")
    client.force_login(edith)
    return edith


def drafts(number: int, by) -> list[Entry]:
    entries = [make_entry(f"draft-{n}", article=make_article(f"rosa-{n}")) for n in range(number)]
    Progress.objects.bulk_create([Progress(entry=entry, author=by, changed_at=NOW) for entry in entries])
    return entries


def queries_for(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@pytest.mark.parametrize("address", ["/desk/", "/desk/tasks/", "/desk/issues/"])
def test_a_page_asks_as_much_for_thirty_as_for_one(client, edith, address):
    entries = drafts(30, edith)
    DeskTask.objects.create(kind="notice", entry=entries[0], made_at=NOW)
    few = queries_for(client, address)
    DeskTask.objects.bulk_create([DeskTask(kind="notice", entry=entry, made_at=NOW) for entry in entries[1:]])
    assert queries_for(client, address) == few


def test_the_desks_first_page_names_twenty_of_each_kind_and_leads_to_the_others(client, edith):
    drafts(21, edith)
    page = client.get("/desk/").text
    assert len(re.findall(r'href="/desk/entries/draft-\d+/"', page)) == 20
    assert f'<a href="/desk/entries/?author={edith.pk}">These are the last twenty; the whole list</a>' in page


def test_the_desks_first_page_reads_no_more_than_it_shows(client, edith):
    """Of each kind: drafts of one's own and of others, entries in review, approved ones, planned issues."""
    paul, entries = make_person("Paul"), drafts(120, edith)
    of_others = {"draft": entries[30:60], "in-review": entries[60:90], "approved": entries[90:]}
    for stage, these in of_others.items():
        progress = Progress.objects.filter(entry__in=these)
        progress.update(stage=stage, author=paul, approved_at=NOW if stage == "approved" else None)
    few = queries_with_only(client, entries[::30])
    for year in range(2030, 2060):
        IssuePlan.objects.create(issue=make_issue(f"{year}-01"))
    with CaptureQueriesContext(connection) as asked, made_of_rows(Entry) as read:
        page = client.get("/desk/").text
    assert len(re.findall(r'href="/desk/entries/draft-\d+/"', page)) == 4 * 20
    assert (len(read), len(asked)) == (4 * 21, few)


def queries_with_only(client: Client, entries: list[Entry]) -> int:
    """How many queries the first page makes while nothing is there but these entries and an issue."""
    with transaction.atomic():
        Entry.objects.exclude(pk__in=[entry.pk for entry in entries]).delete()
        IssuePlan.objects.create(issue=make_issue("2030-01"))
        number = queries_for(client, "/desk/")
        transaction.set_rollback(True)
    return number


@contextmanager
def made_of_rows(model: type[Model]) -> Iterator[list[Model]]:
    """What was made of rows of the database meanwhile."""
    made: list[Model] = []

    def note(instance: Model, **_facts: object) -> None:
        made.append(instance)

    post_init.connect(note, sender=model)
    yield made
    post_init.disconnect(note, sender=model)


def test_twenty_tasks_are_shown_and_the_others_counted(client, edith):
    DeskTask.objects.bulk_create([DeskTask(kind="notice", entry=entry, made_at=NOW) for entry in drafts(22, edith)])
    page = client.get("/desk/tasks/").text
    assert (page.count("Mark as done"), "2 more wait behind these." in page) == (20, True)


def test_a_task_behind_the_others_keeps_what_was_typed_when_it_is_refused(client, edith):
    DeskTask.objects.bulk_create([DeskTask(kind="notice", entry=entry, made_at=NOW) for entry in drafts(22, edith)])
    last = DeskTask.objects.order_by("made_at", "pk").first()
    oldest = DeskTask.objects.exclude(pk__in=[task.pk for task in DeskTask.objects.all()[:20]]).first() or last
    page = client.post(f"/desk/tasks/{oldest.pk}/do/close/", {"outcome": "x y" * 2_000})
    assert (page.status_code, "x yx y" in page.text) == (422, True)


def test_a_hundred_versions_are_listed_and_the_earlier_ones_a_page_away(client, edith):
    entry = make_entry("alliance-matters")
    words = {"title": "A title"}
    Version.objects.bulk_create(
        [Version(entry=entry, language="en", number=n, words=words, by=edith) for n in range(1, 151)]
    )
    address = "/desk/entries/alliance-matters/en/versions/"
    page = client.get(address).text
    assert (page.count("Go back to it"), f'href="?before={51}"' in page) == (99, True)
    page = client.get(f"{address}?before=51").text
    assert (page.count("Go back to it"), "Earlier versions" in page) == (50, False)
    assert "Version 3 beside version 150" in client.get(f"{address}?old=3&new=150").text


def test_of_a_long_history_and_of_many_notes_the_last_are_told(edith):
    entry = make_entry("alliance-matters")
    Event.objects.bulk_create(
        [
            Event(
                stream="digest",
                name="E",
                did="entry.submitted",
                about="entry:alliance-matters",
                at=NOW + n * dt.timedelta(1),
            )
            for n in range(300)
        ]
    )
    told = history(entry)
    assert (len(told), told[0].at) == (200, NOW + 299 * dt.timedelta(1))
    notes = [Note(entry=entry, language="en", field="summary", text=str(n), by=edith) for n in range(250)]
    notes[0].settled_by, notes[0].settled_at = edith, NOW
    Note.objects.bulk_create(notes)
    shown = [note.text for note, _answers in notes_of(entry, "en")]
    assert shown == [str(n) for n in range(50, 250)]


def test_no_more_drafts_are_offered_than_somebody_chooses_from_approved_ones_first(edith):
    entries = drafts(205, edith)
    Progress.objects.filter(entry=entries[204]).update(stage="approved", approved_at=NOW)
    offered = entries_to_place()
    assert (len(offered), offered[0]) == (200, entries[204])


def test_of_very_many_invitations_the_newest_are_listed(client, edith):
    Invitation.objects.bulk_create(
        [
            Invitation(
                email=f"x{n}@example.org",
                roles=["author"],
                token_hash=str(n),
                expires_at=dt.datetime(2999, 1, 1, tzinfo=dt.UTC),
            )
            for n in range(210)
        ]
    )
    assert len(set(re.findall(r"x\d+@example\.org", client.get("/account/people/").text))) == 200


def test_people_are_listed_by_fifties_and_found_by_a_part_of_name_or_address(client, edith):
    few = queries_for(client, "/account/people/")
    assert "Find somebody" not in client.get("/account/people/").text
    Person.objects.bulk_create([Person(email=f"x{n}@example.org", name=f"Person {n:03}") for n in range(120)])
    with made_of_rows(Person) as read:
        page = client.get("/account/people/").text
    assert (page.count("@example.org</span>"), "121 people" in page, "Page 1 of 3" in page) == (50, True, True)
    assert len(read) == 50 + 1, "those shown, and who asks"
    assert queries_for(client, "/account/people/") == few
    for like in ("person 077", "X77@"):
        found = client.get("/account/people/", {"like": like}).text
        assert (found.count("@example.org</span>"), "x77@example.org" in found, "1 person" in found) == (1, True, True)
    assert client.get("/account/people/", {"like": "nobody\0", "page": "-"}).status_code == 200


def test_what_somebody_answers_for_is_listed_by_twenties_the_newest_first(client, edith):
    entry = drafts(1, edith)[0]
    answer_for(entry, range(1), edith)
    address, editor = "/desk/entries/draft-0/", "/desk/entries/draft-0/en/"
    few = queries_for(client, address), queries_for(client, editor)
    answer_for(entry, range(1, 45), edith)
    with made_of_rows(Acknowledgement) as read:
        page = client.get(address).text
    assert answered_for(page) == list(range(44, 24, -1))
    assert '<a rel="next" href="?page=2#acknowledged">' in page
    assert answered_for(client.get(f"{address}?page=3").text) == [4, 3, 2, 1, 0]
    assert (queries_for(client, address), queries_for(client, editor)) == few
    assert len(read) == 20 + 45, "the page’s, and the history’s"


def test_the_editor_reads_only_what_was_said_of_sentences_that_stand_in_the_text(client, edith):
    entry = make_draft("alliance-matters", by=edith, summary="Of them, about 7  left. Others stayed.")
    answer_for(entry, range(45), edith, sentence="Of them, about {} left.")
    with made_of_rows(Acknowledgement) as read:
        page = client.get("/desk/entries/alliance-matters/en/").text
    assert [one.figure for one in read] == ["7"]
    assert "Edith answers for it: Known." in page


def answered_for(page: str) -> list[int]:
    _before, _heading, listed = page.partition('id="acknowledged"')
    return [int(figure) for figure in re.findall(r"<strong>(\d+)</strong>", listed)]


def answer_for(entry: Entry, numbers: range, by: Person, sentence: str = "About {} of them.") -> None:
    Acknowledgement.objects.bulk_create(
        Acknowledgement(
            entry=entry,
            language="en",
            figure=str(n),
            sentence=sentence.format(n),
            reason="Known.",
            by=by,
            made_at=NOW + dt.timedelta(minutes=n),
        )
        for n in numbers
    )
