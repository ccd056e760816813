"""What the desk keeps and lists: who did what, its rules, what waits."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from rapport.accounts.models import Person
from rapport.audit.models import Event
from rapport.desk.actions import approve, set_rules, set_shelves, submit_for_review
from rapport.desk.models import DeskRules, DeskTask
from tests.making import NOW, make_draft, make_person, make_planned, make_site, make_topic

pytestmark = pytest.mark.django_db


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def approved(alice: Person, edith: Person):
    make_site()
    entry = make_draft("feedback-helps", by=alice)
    submit_for_review(entry=entry, by=alice, now=NOW)
    approve(entry=entry, by=edith, now=NOW)
    return entry


def test_the_audit_tells_in_words_who_wrote_and_who_approved(client, approved, edith):
    client.force_login(edith)
    told = page(client, "/desk/audit/?about=entry:feedback-helps")
    assert [words in told for words in ("began the entry", "submitted it for review", "approved it")] == [True] * 3
    assert "a approuvé" in page(client, "/fr/desk/audit/?about=entry:feedback-helps")


def test_the_audit_tells_details_in_words_and_topics_by_their_names(
    client, approved, edith, django_assert_max_num_queries
):
    client.force_login(edith)
    topic = make_topic("drop-out", name={"en": "Drop-Out", "fr": "Abandon"})
    for topics in ([topic], [], [topic], []):
        set_shelves(entry=approved, research_type=approved.research_type, topics=topics, by=edith, now=NOW)
    with django_assert_max_num_queries(13):
        told = page(client, "/desk/audit/")
    assert "topics: Drop-Out" in told
    assert "versions: English: 1" in told
    assert "thèmes\u00a0: Abandon" in page(client, "/fr/desk/audit/")
    assert re.findall(r"<small[^>]*>[a-z]*_[a-z_]*:", told) == []


def test_the_audit_is_no_part_of_today(client, approved, edith):
    client.force_login(edith)
    assert re.findall(r'href="([^"]*)"[^>]* aria-current="page"', page(client, "/desk/audit/")) == ["/desk/audit/"]


def test_the_audit_is_read_by_person(client, approved, alice, edith):
    client.force_login(edith)
    told = page(client, f"/desk/audit/?who={alice.pk}")
    assert ("submitted it for review" in told, "approved it" in told) == (True, False)


@pytest.mark.parametrize("asked", ["?who=nobody", "?who=%00", "?about=%00", "?page=99", "?who=9" + "9" * 30])
def test_what_is_asked_of_the_audit_in_an_odd_way_is_no_error(client, approved, edith, asked):
    client.force_login(edith)
    page(client, f"/desk/audit/{asked}")


def test_the_network_asks_for_a_second_person_until_its_administrator_says_otherwise(client, alice, edith):
    ada = make_person("Ada", "administrator")
    client.force_login(ada)
    (tick,) = re.findall(r'<input[^>]*name="second_person_approves"[^>]*>', page(client, "/desk/rules/"))
    assert "checked" in tick
    assert client.post("/desk/rules/", {}).status_code == 302
    assert DeskRules.objects.get().second_person_approves is False
    entry = make_draft("feedback-helps", by=edith)
    submit_for_review(entry=entry, by=edith, now=NOW)
    approve(entry=entry, by=edith, now=NOW)
    assert Event.objects.get(did="desk.rules-set").name == "Ada"


def test_a_task_is_closed_on_its_page_with_what_was_done(client, edith):
    make_site()
    task = DeskTask.objects.create(kind="held-back", issue=make_planned("2027-01", by=edith))
    client.force_login(edith)
    assert client.post(f"/desk/tasks/{task.pk}/do/close/", {"outcome": " "}).status_code == 422
    assert client.post(f"/desk/tasks/{task.pk}/do/close/", {"outcome": "Scheduled again."}).status_code == 302
    assert "Scheduled again." in page(client, "/desk/tasks/")
    task.refresh_from_db()
    assert task.done_by == edith


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize(
    ("address", "most"),
    [("/desk/", 28), ("/desk/entries/", 11), ("/desk/issues/", 11), ("/desk/tasks/", 13), ("/desk/audit/", 11)],
)
def test_a_page_of_the_desk_makes_no_more_queries_for_more_of_everything(
    client, alice, edith, django_assert_max_num_queries, address, most, number
):
    make_site()
    set_rules(second_person_approves=True, by=edith)
    for count in range(number):
        issue = make_planned(f"{2030 + count}-01", make_draft(f"entry-{count}", by=alice), by=edith)
        DeskTask.objects.create(kind="held-back", issue=issue)
        DeskTask.objects.create(kind="notice", entry=issue.entries.get())
        DeskTask.objects.create(kind="held-back", issue=issue, done_at=NOW, done_by=edith, outcome="Done.")
    client.force_login(edith)
    client.get(address)
    with django_assert_max_num_queries(most):
        client.get(address)


@pytest.mark.parametrize(
    "address",
    ["", "entries/", "entries/feedback-helps/", "entries/feedback-helps/en/", "issues/", "tasks/", "audit/",
     "articles/", "articles/new/", "articles/new/draft/"],
)  # fmt: skip
def test_a_page_of_the_desk_has_no_script_and_no_style_in_it(client, approved, edith, address):
    client.force_login(edith)
    answer = client.get(f"/desk/{address}")
    shown = answer.content.decode()
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=", shown) == []
    assert "unsafe" not in answer["Content-Security-Policy"]
