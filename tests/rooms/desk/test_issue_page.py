"""The page of an issue is one form: whichever button is pressed, nothing that was typed elsewhere on it is lost."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from django.utils.timezone import localdate

from rapport.desk.actions import plan_issue, release_due_issues, schedule_issue, write_teaser
from rapport.desk.models import IssuePlan
from rapport.desk.queries import expected_release
from rapport.digest.models import Entry, Issue
from tests.making import NOW, make_approved, make_draft, make_person, make_planned, make_released, make_site

pytestmark = pytest.mark.django_db

PAGE = "/desk/issues/2124/06/"
TYPED = {
    "line_en": "This month, two entries.",
    "line_fr": "Ce mois-ci, deux fiches.",
    "read_en": "",
    "read_fr": "",
    "day": "2124-06-05",
    "time": "09:30",
}


@pytest.fixture
def issue(client, edith):
    make_site()
    alice = make_person("Alice", "author")
    drafts = [make_approved(slug, by=alice, approved_by=edith) for slug in ("one", "two")]
    planned = make_planned("2124-06", *drafts, by=edith)
    write_teaser(issue=planned, teaser={"en": ""}, by=edith)
    make_draft("three", by=alice)
    client.force_login(edith)
    return planned


def fields(markup: str) -> dict[str, str]:
    """What stands in the page's day and time, and in its lines."""
    said = dict(re.findall(r'<input type="(?:date|time)" name="(day|time)" value="([^"]*)"', markup))
    lines = re.findall(r'<textarea name="(line_[a-z]+)"[^>]*>\n?([^<]*)</textarea>', markup)
    return said | {name: html.unescape(text) for name, text in lines}


@pytest.mark.parametrize(
    ("deed", "pressed"),
    [
        ("line", {}),
        ("move", {"down": "one"}),
        ("take-out", {"out": "one"}),
        ("place", {"place-entry": "three"}),
        ("unschedule", {}),
    ],
)
def test_a_button_loses_nothing_that_was_typed_beside_it(client, issue, deed, pressed):
    response = client.post(f"{PAGE}do/{deed}/", TYPED | pressed, follow=True)
    assert response.status_code == 200
    assert fields(response.content.decode()) == {name: TYPED[name] for name in ("day", "time", "line_en", "line_fr")}
    assert Issue.objects.get(pk=issue.pk).teaser == {"en": TYPED["line_en"], "fr": TYPED["line_fr"]}


def test_to_schedule_saves_the_line_that_it_needs(client, issue):
    response = client.post(f"{PAGE}do/schedule/", TYPED, follow=True)
    assert "Scheduled." in response.content.decode()
    plan = IssuePlan.objects.get()
    assert (f"{plan.release_at:%Y-%m-%d}", plan.issue.teaser["en"]) == ("2124-06-05", TYPED["line_en"])
    assert response.redirect_chain == [(f"{PAGE}#schedule", 302)]


def test_what_is_refused_stays_typed_whichever_button_it_was(client, issue):
    refused = client.post(f"{PAGE}do/schedule/", TYPED | {"day": "2020-01-01"})
    assert "That time has passed" in refused.content.decode()
    assert fields(refused.content.decode()) == {name: TYPED[name] for name in ("time", "line_en", "line_fr")} | {
        "day": "2020-01-01"
    }
    refused = client.post(f"{PAGE}do/move/", TYPED | {"up": "nobody"})
    assert fields(refused.content.decode())["line_fr"] == TYPED["line_fr"]


def test_a_suggested_line_is_taken_and_what_was_typed_in_the_other_language_kept(client, issue):
    client.post(f"{PAGE}do/line/", TYPED | {"take_en": "…what the titles say"})
    assert Issue.objects.get(pk=issue.pk).teaser == {"en": "…what the titles say", "fr": TYPED["line_fr"]}


def test_on_the_way_to_publishing_it_now_the_line_is_saved(client, issue):
    response = client.post(f"{PAGE}do/line/", TYPED | {"then": "release"})
    assert (response.url, Issue.objects.get(pk=issue.pk).teaser["en"]) == (f"{PAGE}do/release/", TYPED["line_en"])


def test_a_page_that_is_behind_overwrites_no_line(client, issue, edith):
    write_teaser(issue=issue, teaser={"en": "Somebody else’s."}, by=edith)
    client.post(f"{PAGE}do/move/", TYPED | {"line_en": "", "down": "one"})  # they had left it empty
    issue.refresh_from_db()
    assert issue.teaser == {"en": "Somebody else’s.", "fr": TYPED["line_fr"]}
    refused = client.post(f"{PAGE}do/line/", TYPED)
    page = html.unescape(refused.content.decode())
    assert "Somebody has changed the line (English) meanwhile to “Somebody else’s.”." in page
    assert fields(page)["line_en"] == TYPED["line_en"]
    assert 'name="read_en" value="Somebody else’s."' in page  # so that whoever saves again means it
    client.post(f"{PAGE}do/line/", TYPED | {"read_en": "Somebody else’s."})
    issue.refresh_from_db()
    assert issue.teaser["en"] == TYPED["line_en"]


def sent_again(response) -> dict[str, str]:
    """What the page would send as it was answered, nothing more typed."""
    page = response.content.decode()
    return fields(page) | {
        name: html.unescape(text) for name, text in re.findall(r'name="(read_..)" value="([^"]*)"', page)
    }


def test_a_line_that_was_left_alone_stays_so_when_something_else_was_refused(client, issue, edith):
    write_teaser(issue=issue, teaser={"en": "Somebody else’s."}, by=edith)
    refused = client.post(f"{PAGE}do/schedule/", TYPED | {"day": "2020-01-01", "line_en": ""})
    client.post(f"{PAGE}do/line/", sent_again(refused))
    issue.refresh_from_db()
    assert issue.teaser == {"en": "Somebody else’s.", "fr": TYPED["line_fr"]}


@pytest.mark.parametrize("day", ["2020-01-01", "the first of June", "2124-06-05"])
def test_a_line_is_never_replaced_without_a_word_whatever_was_refused_beside_it(client, issue, edith, day):
    write_teaser(issue=issue, teaser={"en": "Somebody else’s."}, by=edith)
    refused = client.post(f"{PAGE}do/schedule/", TYPED | {"day": day})
    told = "Somebody has changed the line (English) meanwhile to “Somebody else’s.”."
    assert html.unescape(refused.content.decode()).count(told) == 1
    client.post(f"{PAGE}do/line/", sent_again(refused))
    issue.refresh_from_db()
    assert issue.teaser["en"] == TYPED["line_en"]


@pytest.mark.parametrize("stored", ["Ce mois-ci\u202f: une  fiche.", "Ce mois-ci :\nune fiche."])
def test_a_line_with_blanks_of_its_own_is_changed_by_whoever_read_it(client, issue, stored):
    Issue.objects.filter(pk=issue.pk).update(teaser={"fr": stored})
    sent = sent_again(client.get(PAGE))
    client.post(f"{PAGE}do/line/", sent)
    assert Issue.objects.get(pk=issue.pk).teaser == {"fr": stored}
    client.post(f"{PAGE}do/line/", sent | {"line_fr": "Ce mois-ci\u202f: une fiche."})
    assert Issue.objects.get(pk=issue.pk).teaser == {"fr": "Ce mois-ci\u202f: une fiche."}


@pytest.mark.parametrize(
    ("deed", "pressed", "told"),
    [
        (
            "move",
            {"down": "three"},
            "This entry does not stand in this issue any more: somebody took it out meanwhile.",
        ),
        ("take-out", {"out": "three"}, "This entry does not stand in this issue any more"),
        ("move", {}, "Press the button beside one of the entries."),
        ("place", {"place-entry": "one"}, "This entry no longer waits for an issue: it stands in one, or is gone."),
        ("place", {}, "Choose an entry."),
    ],
)
def test_what_somebody_did_with_an_entry_meanwhile_is_told_in_words(client, issue, deed, pressed, told):
    refused = client.post(f"{PAGE}do/{deed}/", TYPED | pressed)
    page = html.unescape(refused.content.decode())
    assert refused.status_code == 422
    assert told in page
    assert "valid choice" not in page
    assert fields(page)["line_en"] == TYPED["line_en"]


# --- when it would be expected --------------------------------------------------------------------------


def test_a_time_is_proposed_and_not_taken_for_what_is_scheduled(client, issue):
    assert fields(client.get(PAGE).content.decode()) == {
        "day": "2124-06-01", "time": "08:00", "line_en": "", "line_fr": "",
    }  # fmt: skip
    assert IssuePlan.objects.get().release_at is None


def test_it_is_proposed_for_the_day_and_hour_of_the_last_one_or_for_tomorrow(edith):
    alice = make_person("Alice", "author")
    before = make_planned("2024-05", make_approved("earlier", by=alice, approved_by=edith), by=edith)
    schedule_issue(issue=before, release_at=NOW + dt.timedelta(hours=3), by=edith, now=NOW)
    release_due_issues(now=NOW + dt.timedelta(hours=4))
    june = plan_issue(year=2024, month=6, by=edith).issue
    hour = NOW + dt.timedelta(hours=3)
    assert expected_release(june, NOW) == hour + dt.timedelta(days=1)
    july = plan_issue(year=2024, month=7, by=edith).issue
    expected = expected_release(july, NOW)
    assert (localdate(expected), expected.hour) == (dt.date(2024, 7, NOW.day), hour.hour)


# --- from an entry ------------------------------------------------------------------------------------


def test_an_issue_is_planned_for_the_entry_that_waits_for_it(client, edith):
    entry = make_approved(by=make_person("Alice", "author"), approved_by=edith)
    client.force_login(edith)
    asked = client.get(f"/desk/issues/?entry={entry.slug}").content.decode()
    assert "“Feedback helps those who are not on track” then stands in it." in html.unescape(asked)
    response = client.post("/desk/issues/do/plan/", {"month": "2124-06", "entry": entry.slug}, follow=True)
    assert "The issue is planned, and the entry stands in it." in response.content.decode()
    assert str(Entry.objects.get().issue) == "2124-06"


def test_an_entry_that_went_out_meanwhile_keeps_no_issue_from_being_planned(client, edith):
    entry = make_approved(by=make_person("Alice", "author"), approved_by=edith)
    make_released("2024-05", entry, by=edith)
    client.force_login(edith)
    client.post("/desk/issues/do/plan/", {"month": "2124-06", "entry": entry.slug})
    assert list(Issue.objects.get(year=2124).entries.all()) == []


def test_an_entry_that_somebody_put_into_an_issue_meanwhile_stays_there(client, issue):
    response = client.post("/desk/issues/do/plan/", {"month": "2124-07", "entry": "one"}, follow=True)
    assert "The issue is planned. Put entries into it." in response.content.decode()
    assert str(Entry.objects.get(slug="one").issue) == "2124-06"


@pytest.mark.parametrize("wrong", ["\x00", "é", "x" * 10_000, "not-here"])
def test_an_entry_that_cannot_be_there_is_not_asked_for(client, issue, wrong):
    assert client.get("/desk/issues/", {"entry": wrong}).status_code == 200
    response = client.post("/desk/issues/do/plan/", {"month": "2124-07", "entry": wrong})
    assert response.status_code in (302, 422)
