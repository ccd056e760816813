"""A translation beside an entry on its way: it has an approval of its own, and keeps nothing back."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from rapport.desk.actions import (
    approve,
    approve_translation,
    publish_correction,
    publish_translation,
    release_due_issues,
    save_words,
    schedule_issue,
    submit_for_review,
)
from rapport.desk.models import IssuePlan, Progress
from rapport.desk.queries import issue_readiness, readiness, stage_of, words_of
from rapport.digest.models import Entry
from tests.making import NOW, make_approved, make_person, make_planned, make_released, make_site
from tests.refusals import refusal

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
FRENCH = {
    "title": "Le retour aide",
    "author": "Alice",
    "summary": "On a interrogé 421 clients.",
    "implications": "- **Demandez.**",
}


def write(entry, by, language="fr", *, now=NOW, **words):
    on = words_of(entry, language).on
    return save_words(entry=entry, language=language, words=words, on=on, by=by, now=now)


def now_of(entry):
    return Entry.objects.get(pk=entry.pk)


def languages(entry):
    return sorted(entry.texts.values_list("language", flat=True))


@pytest.fixture
def scheduled(alice, edith):
    """An entry of Alice's that Edith approved, in an issue that goes out in an hour."""
    make_site()
    entry = make_approved(by=alice, approved_by=edith)
    now = timezone.now()
    issue = make_planned("2024-06", entry, by=edith)
    schedule_issue(issue=issue, release_at=now + dt.timedelta(hours=1), by=edith, now=now)
    return now_of(entry)


def test_beginning_a_translation_of_a_scheduled_entry_leaves_it_scheduled(client, scheduled, edith):
    client.force_login(edith)
    sent = {"title": "Le retour aide", "on": "0.0", "do": "save"}
    client.post(f"/desk/entries/{scheduled.slug}/fr/", sent, headers={"HX-Request": "true"})
    assert stage_of(now_of(scheduled)) == "scheduled"
    assert issue_readiness(scheduled.issue).ready


def test_the_issue_goes_out_without_a_translation_that_nobody_has_approved(scheduled, alice):
    write(scheduled, alice, **FRENCH)
    later = timezone.now() + DAY
    assert release_due_issues(now=later) == [scheduled.issue]
    assert languages(scheduled) == ["en"]
    assert words_of(scheduled, "fr").texts["title"] == "Le retour aide"  # nothing is lost
    assert Progress.objects.get().stage == "draft"  # it is still to be read, approved and published


def test_a_translation_that_is_approved_in_time_goes_out_with_the_issue(scheduled, alice, edith):
    write(scheduled, alice, **FRENCH)
    approve_translation(entry=scheduled, language="fr", by=edith, now=NOW)
    release_due_issues(now=timezone.now() + DAY)
    assert languages(scheduled) == ["en", "fr"]
    assert Progress.objects.get().stage == "out"


def test_a_translation_that_changes_after_its_approval_stays_behind_alone(scheduled, alice, edith):
    write(scheduled, alice, **FRENCH)
    approve_translation(entry=scheduled, language="fr", by=edith, now=NOW)
    write(scheduled, alice, summary="On a interrogé 421 clients, chaque fois.")
    assert stage_of(now_of(scheduled)) == "scheduled"
    release_due_issues(now=timezone.now() + DAY)
    assert languages(scheduled) == ["en"]


def test_later_it_is_published_as_a_translation_once_it_is_approved(scheduled, alice, edith):
    write(scheduled, alice, **FRENCH)
    later = timezone.now() + DAY
    release_due_issues(now=later)
    entry = now_of(scheduled)
    submit_for_review(entry=entry, by=alice, now=later)
    approve(entry=entry, by=edith, now=later)
    publish_translation(entry=entry, language="fr", by=edith, now=later)
    assert [(one.kind, one.language) for one in entry.revisions.all()] == [("published", ""), ("translated", "fr")]


def test_the_checklist_says_that_a_translation_waits_for_its_approval(scheduled, alice):
    write(scheduled, alice, **FRENCH)
    (item,) = [item for item in readiness(scheduled).open if item.key == "translation"]
    assert item.sentence == "The translation is ready, and stays behind until it is approved: French."


def test_who_translated_does_not_approve_the_translation(scheduled, edith):
    write(scheduled, edith, **FRENCH)
    assert refusal(approve_translation, entry=scheduled, language="fr", by=edith, now=NOW) == (
        "You wrote part of it; this network asks that somebody else approves it.",
    )
    max_ = make_person("Max", "editor")
    assert approve_translation(entry=scheduled, language="fr", by=max_, now=NOW).approved_by == edith


def test_a_translation_is_approved_only_where_it_is_ready_read_and_new(scheduled, alice, edith):
    def approving(language="fr", **named):
        return refusal(approve_translation, entry=scheduled, language=language, by=edith, now=NOW, **named)

    assert approving() == ("There is no translation in this language yet.",)
    assert approving("en") == ("There is no translation in this language yet.",)
    write(scheduled, alice, title="Le retour aide")
    assert approving()[0] == "It does not say who wrote it."
    write(scheduled, alice, **FRENCH)
    assert approving(seen={"fr": (1, 1)}) == (
        "Somebody saved a text since you read it. Read it again before you approve it.",
    )
    approve_translation(entry=scheduled, language="fr", by=edith, now=NOW)
    assert approving() == ("This translation is approved already.",)


def test_the_entrys_page_offers_to_approve_the_translation(client, scheduled, alice, edith):
    write(scheduled, alice, **FRENCH)
    client.force_login(edith)
    page = client.get(f"/desk/entries/{scheduled.slug}/").content.decode()
    assert "Approve the translation into French" in page
    client.post(f"/desk/entries/{scheduled.slug}/do/approve-translation/", {"language": "fr", "seen": "fr:1.1"})
    assert Progress.objects.get().approved_versions["fr"] == 1
    page = client.get(f"/desk/entries/{scheduled.slug}/").content.decode()
    assert "Approve the translation into French" not in page


def test_a_correction_shows_the_approved_text_and_not_the_translation_still_being_mended(alice, edith):
    make_site()
    entry = make_approved(by=alice, approved_by=edith)
    write(entry, alice, **FRENCH)
    approve_translation(entry=entry, language="fr", by=edith, now=NOW)
    make_released("2024-06", entry, by=edith)
    entry = now_of(entry)
    later = NOW + DAY
    write(entry, alice, "en", now=later, design="A trial")
    submit_for_review(entry=entry, by=alice, now=later)
    approve(entry=entry, by=edith, now=later)
    write(entry, alice, now=later, summary="On a demandé à 421 clients.")
    account = {"en": "The design was missing."}
    publish_correction(entry=entry, account=account, reason="A reader wrote.", by=edith, now=later)
    assert {text.language: (text.design, text.summary) for text in entry.texts.all()} == {
        "en": ("A trial", "In all, 421 clients were asked after each session."),
        "fr": ("", "On a interrogé 421 clients."),
    }
    assert Progress.objects.get().stage == "draft"  # the French is still to be approved


# --- an approval that a change takes away is told before, and the issue says so at once -----------------


def page(client, path):
    return client.get(path).content.decode()


def test_the_editor_says_before_that_a_change_takes_the_approval_away(client, scheduled, edith):
    client.force_login(edith)
    original = page(client, f"/desk/entries/{scheduled.slug}/en/")
    assert "If you change these words, they must be approved again." in original
    assert "its issue is held back" in original
    french = page(client, f"/desk/entries/{scheduled.slug}/fr/")
    assert "If you change these words" not in french
    assert "The original is approved and goes out with or without this translation." in french


def test_what_is_stored_of_the_article_says_so_too(client, scheduled, edith):
    client.force_login(edith)
    told = "If you change what is stored here, it must be approved again."
    assert told in page(client, f"/desk/articles/{scheduled.article.key}/")
    assert told in page(client, f"/desk/articles/{scheduled.article.key}/figures/")
    assert told in page(client, f"/desk/articles/{scheduled.article.key}/new-finding/")


@pytest.mark.parametrize("address", ["/desk/issues/2024/06/", "/desk/"])
def test_the_issue_says_at_once_that_it_would_be_held_back(client, scheduled, edith, address):
    client.force_login(edith)
    assert "Goes out on" in page(client, address)
    write(scheduled, edith, "en", summary="Anew.")
    told = page(client, address)
    assert "Goes out on" not in told
    assert "is held back then, unless what it still needs is done" in told


def test_an_issue_that_was_held_back_asks_for_a_new_time_and_never_says_that_it_goes_out(
    client, scheduled, alice, edith
):
    write(scheduled, alice, "en", summary="Anew.")
    IssuePlan.objects.update(release_at=timezone.now() - DAY)
    release_due_issues(now=timezone.now())
    approve(entry=scheduled, by=edith, now=NOW)
    client.force_login(edith)
    for address in ("/desk/issues/2024/06/", "/desk/", "/desk/issues/", f"/desk/entries/{scheduled.slug}/"):
        told = page(client, address)
        assert "held back" in told.lower()
        assert "oes out on " not in told
        assert "It goes out with its issue" not in told
    issue = page(client, "/desk/issues/2024/06/")
    assert "Choose a new time" in issue
    assert "is ready again" in issue
