"""The way from an article to readers, page by page: each one leads on to the next."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.utils import translation

from rapport.desk.actions import (
    approve,
    place_entry,
    publish_correction,
    save_words,
    schedule_issue,
    submit_for_review,
    withdraw_entry,
    write_note,
)
from rapport.desk.actions.articles import change_article
from rapport.desk.actions.notices import keep_answer
from rapport.desk.mending import address_of
from rapport.desk.queries import history, issue_readiness, next_month_to_plan, readiness, words_of
from rapport.digest.exchange.database import article_value
from rapport.digest.exchange.schema import FindingFile
from rapport.digest.models import Entry
from rapport.literature.lookup.record import FoundNotice
from rapport.literature.notices import Told
from tests.making import (
    NOW,
    make_approved,
    make_draft,
    make_issue,
    make_person,
    make_planned,
    make_released,
    make_site,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def edith(client):
    make_site()
    edith = make_person("Edith", "editor")
    client.force_login(edith)
    return edith


def page(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def with_finding(entry, by, claim: str):
    """Store a finding of the entry's article: d = 0.43."""
    value = article_value(entry.article)
    finding = FindingFile.model_validate(
        {"key": "d-1", "claim": {"en": claim}, "metric": "d", "estimate": Decimal("0.43"), "read_level": "abstract"}
    )
    change_article(article=entry.article, value=value.model_copy(update={"findings": (finding,)}), by=by, now=NOW)


def test_what_is_pasted_on_the_desks_first_page_is_looked_up(client, edith):
    form = re.search(r'<div class="begin".*?</form>', page(client, "/desk/"), re.DOTALL)
    assert form
    assert 'action="/desk/articles/new/"' in form[0]
    (name,) = re.findall(r'<input[^>]*id="begin"[^>]*name="(\w+)"', form[0])
    answer = client.post("/desk/articles/new/", {name: " "})
    assert (answer.status_code, "Paste a DOI, a PubMed number" in answer.content.decode()) == (422, True)


def test_a_demo_names_what_can_be_pasted_beside_the_field_and_another_site_does_not(client, edith, settings):
    told = []
    for settings.DEMO in (True, False):
        told.append([doi in page(client, "/desk/") for doi in ("10.5555/rapport.2026.0231", "In this demo")])
    assert told == [[True, True], [False, False]]


def test_a_finding_from_the_abstract_begins_without_words_and_leads_on_to_the_next(client, edith):
    entry = make_draft(by=edith)
    with_finding(entry, edith, "Standardised difference (Cohen’s d), from the abstract")
    value = article_value(entry.article)
    other = value.findings[0].model_copy(update={"key": "d-2", "claim": {"en": "Drop-out"}})
    change_article(article=entry.article, value=value.model_copy(update={"findings": (*value.findings, other)}),
                   by=edith, now=NOW)  # fmt: skip
    first, second = (f"/desk/articles/{entry.article.key}/findings/{key}/" for key in ("d-1", "d-2"))
    shown = [re.search(r'<input[^>]*name="claim_en"[^>]*>', page(client, path))[0] for path in (first, second)]
    assert ["value=" in field for field in shown] == [False, True]
    onward = ["Save, and on to the next finding" in page(client, path) for path in (first, second)]
    assert onward == [True, False]
    form = {"claim_en": "Alliance", "metric": "d", "estimate": "0.43", "read_level": "abstract", "key": "d-1"}
    answer = client.post(first, {**form, "deed": "save-and-next"})
    assert (answer.status_code, answer["Location"]) == (302, second)


def test_an_article_without_findings_leads_to_what_its_abstract_says(client, edith):
    entry = make_draft(by=edith)
    link = f'href="/desk/articles/{entry.article.key}/#findings"'
    assert link in page(client, f"/desk/entries/{entry.slug}/en/")
    with_finding(entry, edith, "A stronger alliance")
    assert link not in page(client, f"/desk/entries/{entry.slug}/en/")


def test_saving_leads_on_to_what_the_entry_still_needs(client, edith):
    entry = make_draft(by=edith)
    words = {"on": "1.2", "summary": "In all, 412 clients were asked.", "do": "go-on"}
    answer = client.post(f"/desk/entries/{entry.slug}/en/", words)
    assert answer.url == f"/desk/entries/{entry.slug}/"
    assert "The text has 412; stored is 421" in page(client, answer.url)


def test_a_checklist_leads_to_the_place_that_is_to_be_mended(edith):
    entry = make_draft(by=edith, author="", summary="In all, 412 clients were asked.")
    with_finding(entry, edith, "Standardised difference (Cohen’s d), from the abstract")
    blocking = readiness(entry).blocking
    assert {item.key: address_of(item, entry) for item in blocking} == {
        "author": f"/desk/entries/{entry.slug}/en/#words-author",
        "contradicted": f"/desk/entries/{entry.slug}/en/#check",
        "unnamed": f"/desk/articles/{entry.article.key}/#naming",
        "approved": "",  # its own page says what leads on
    }


def test_a_finding_that_has_no_words_of_its_own_keeps_an_entry_from_going_out(edith):
    entry = make_draft(by=edith)
    with_finding(entry, edith, "Standardised difference (Cohen’s d), from the abstract 2")
    assert [item.sentence for item in readiness(entry).blocking if item.key == "unnamed"] == [
        "Readers would see a finding called “Standardised difference (Cohen’s d), from the abstract 2”: "
        "say in your own words what was found."
    ]
    with_finding(entry, edith, "A stronger alliance")
    assert [item.key for item in readiness(entry).blocking] == ["approved"]


def test_what_somebody_did_several_times_in_a_row_is_told_once(client, edith):
    entry = make_draft(by=edith)
    for number in range(3):
        with_finding(entry, edith, f"A stronger alliance, {number}")
    assert [(told.kind, told.times) for told in history(entry) if told.kind == "entry.facts-changed"] == [
        ("entry.facts-changed", 3)
    ]
    assert "(3 times)" in page(client, f"/desk/entries/{entry.slug}/")


def test_a_notice_is_told_once_in_the_history_with_who_found_it(edith):
    entry = make_approved(by=make_person("Alice", "author"), approved_by=edith)
    make_released("2024-06", entry, by=edith)
    notice = FoundNotice(kind="retraction", doi="10.5555/notice", source="Retraction Watch", published_on=None)
    keep_answer(told=Told(entry.article, (notice,), answered=True), now=NOW + dt.timedelta(days=1))
    first = history(entry)[0]
    assert (first.kind, first.details["kind"], first.who) == ("revision", "notice", "Retraction Watch")
    assert first.details["done_by"] == "the schedule"
    assert [told.sentence for told in history(entry) if told.kind == "notice.arrived"] == []


def test_a_notice_about_a_draft_is_told_in_words(edith):
    entry = make_draft(by=edith)
    notice = FoundNotice(kind="retraction", doi="10.5555/notice", source="Retraction Watch", published_on=None)
    keep_answer(told=Told(entry.article, (notice,), answered=True), now=NOW + dt.timedelta(days=1))
    assert history(entry)[0].sentence == "found a notice about the article"


@pytest.mark.parametrize(
    ("taken", "today", "month"),
    [
        ((), dt.date(2024, 6, 15), "2024-06"),
        ((), dt.date(2024, 6, 16), "2024-07"),
        ((), dt.date(2024, 12, 31), "2025-01"),
        (("2024-06",), dt.date(2024, 6, 1), "2024-07"),
        (("2024-11", "2024-12", "2025-01"), dt.date(2024, 11, 5), "2025-02"),
    ],
)
def test_the_next_month_without_an_issue_is_offered(taken, today, month):
    for issue in taken:
        make_issue(issue)
    assert next_month_to_plan(today) == month


# --- the next step ----------------------------------------------------------------------------------------


def stage_panel(client, entry) -> str:
    found = re.search(
        r'<section class="panel" id="stage".*?</section>', page(client, f"/desk/entries/{entry.slug}/"), re.DOTALL
    )
    assert found
    return found[0]


def main_buttons(markup: str) -> list[tuple[str, str]]:
    return re.findall(r'<a class="button button--main" href="([^"]+)">([^<]+)</a>', markup)


def test_an_approved_entry_leads_on_to_an_issue(client, edith):
    entry = make_approved(by=make_person("Alice", "author"), approved_by=edith)
    assert main_buttons(stage_panel(client, entry)) == [("/desk/issues/?entry=feedback-helps#plan", "Plan an issue")]
    issue = make_planned("2024-06", by=edith)
    assert main_buttons(stage_panel(client, entry)) == [("#issue", "Put it into an issue")]
    place_entry(issue=issue, entry=entry, by=edith)
    assert main_buttons(stage_panel(client, entry)) == [("/desk/issues/2024/06/#schedule", "Schedule its issue")]
    whole = page(client, f"/desk/entries/{entry.slug}/")
    assert f'<a class="button" href="/desk/entries/{entry.slug}/en/">Write</a>' in whole  # no longer the main thing


def test_an_approved_correction_and_translation_lead_on_to_their_publication(client, edith):
    alice = make_person("Alice", "author")
    entry = make_approved(by=alice, approved_by=edith)
    make_released("2024-06", entry, by=edith)
    entry.refresh_from_db()
    french = {"title": "Un titre", "author": "Alice", "summary": "Résumé.", "implications": "- **Demandez.**"}
    for language, words in (("en", {"who": "Adults"}), ("fr", french)):
        save_words(entry=entry, language=language, words=words, on=words_of(entry, language).on, by=alice, now=NOW)
    submit_for_review(entry=entry, by=alice, now=NOW)
    approve(entry=entry, by=edith, now=NOW)
    assert main_buttons(stage_panel(client, entry)) == [
        ("#correct", "Publish the correction"),
        ("#translate-fr", "Publish the translation into French"),
    ]


def test_a_published_entry_under_correction_is_still_called_published(client, edith):
    alice = make_person("Alice", "author")
    entry = make_approved(by=alice, approved_by=edith)
    make_released("2024-06", entry, by=edith)
    entry.refresh_from_db()
    save_words(entry=entry, language="en", words={"who": "Adults"}, on=words_of(entry, "en").on, by=alice, now=NOW)
    panel = stage_panel(client, entry)
    named = [re.sub(r"<[^>]+>", "", step).strip() for step in re.findall(r"<li.*?</li>", panel, re.DOTALL)]
    assert named == [
        "Published (done)", "Correction: draft", "Correction: in review", "Correction: approved", "Corrected"
    ]  # fmt: skip
    assert 'aria-current="step"><span>Correction: draft' in panel


# --- reading before approving -----------------------------------------------------------------------------


def test_what_is_to_be_approved_is_read_as_a_whole_page(client, edith):
    entry = make_draft(by=make_person("Alice", "author"))
    submit_for_review(entry=entry, by=edith, now=NOW)
    address = f"/desk/entries/{entry.slug}/en/as-read/"
    assert f'href="{address}"' in stage_panel(client, entry)
    read = page(client, address)
    assert "Feedback helps those who are not on track" in read
    assert "<textarea" not in read
    assert 'action="/desk/entries/feedback-helps/do/approve/"' in read
    assert client.get(f"/desk/entries/{entry.slug}/de/as-read/").status_code == 404


# --- a line of a checklist leads to the very place ----------------------------------------------------------


def test_an_open_note_is_led_to_where_it_stands(edith):
    entry = make_draft(by=edith)
    write_note(entry=entry, language="en", field="implications", quote="", text="Say more.", by=edith, now=NOW)
    (item,) = [item for item in readiness(entry).open if item.key == "notes"]
    assert address_of(item, entry) == f"/desk/entries/{entry.slug}/en/#notes-implications"


def test_an_entrys_own_page_does_not_lead_to_itself(client, edith):
    entry = make_draft(by=edith)
    whole = page(client, f"/desk/entries/{entry.slug}/")
    assert "It is not approved yet." in whole
    assert f'href="/desk/entries/{entry.slug}/#stage"' not in whole
    issue = make_planned("2024-06", entry, by=edith)
    (item,) = [item for item in issue_readiness(issue).blocking if item.entry]
    assert address_of(item) == f"/desk/entries/{entry.slug}/"


# --- small things on the way --------------------------------------------------------------------------------


def test_the_line_that_an_issue_needs_is_not_called_optional_and_says_what_it_is(client, edith):
    make_planned("2024-06", by=edith)
    issue = page(client, "/desk/issues/2024/06/")
    labels = re.findall(r'<label class="field__label" for="line_line_(\w+)">(.*?)</label>', issue, re.DOTALL)
    assert [(code, "optional" in label) for code, label in labels] == [("en", False), ("fr", True)]
    assert "stands at the head of the issue" in issue


def test_an_entry_is_not_offered_the_issue_it_stands_in(client, edith):
    entry = make_draft(by=edith)
    make_planned("2024-06", entry, by=edith)
    assert "Put it into this issue instead" not in page(client, f"/desk/entries/{entry.slug}/")
    make_planned("2024-07", by=edith)
    choice = re.search(r'<select name="issue".*?</select>', page(client, f"/desk/entries/{entry.slug}/"), re.DOTALL)
    assert choice
    assert re.findall(r'value="([^"]+)"', choice[0]) == ["2024-07"]


def test_an_article_that_is_here_already_says_how_far_its_entry_is(client, edith):
    entry = make_approved(by=make_person("Alice", "author"), approved_by=edith)
    entry.article.doi = "10.5555/feedback"
    entry.article.save()
    issue = make_planned("2024-06", entry, by=edith)
    schedule_issue(issue=issue, release_at=NOW + dt.timedelta(days=1), by=edith, now=NOW)
    answer = client.post("/desk/articles/new/", {"typed": "10.5555/feedback"}).content.decode()
    assert "Scheduled" in answer
    assert "Draft" not in answer


def test_entries_are_searched_by_title_author_and_doi(client, edith):
    entry = make_draft("feedback-helps", by=edith, title="Feedback helps")
    make_draft("who-leaves", by=edith, title="Who leaves early")
    entry.article.doi = "10.5555/feedback"
    entry.article.save()
    for asked in ("feedback HELPS", "10.5555/feedback", "feedback-helps"):
        listed = page(client, f"/desk/entries/?q={asked}")
        assert ("Feedback helps" in listed, "Who leaves early" in listed) == (True, False)
    assert "No entry fits these choices." in page(client, "/desk/entries/?q=%00nothing")


def test_going_back_to_a_version_asks_first(client, edith):
    entry = make_draft(by=edith)
    later = NOW + dt.timedelta(hours=1)
    save_words(entry=entry, language="en", words={"who": "Adults"}, on=words_of(entry, "en").on, by=edith, now=later)
    listed = page(client, f"/desk/entries/{entry.slug}/en/versions/")
    assert re.search(
        r"<details[^>]*>\s*<summary>Go back to it.*?</summary>.*?What is newest now stays a version.*?<button",
        listed,
        re.DOTALL,
    )


def test_a_withdrawn_entry_says_of_none_of_its_texts_that_it_is_published(client, edith):
    entry = make_approved(by=make_person("Alice", "author"), approved_by=edith)
    make_released("2024-06", entry, by=edith)
    entry.refresh_from_db()
    withdraw_entry(entry=entry, account={"en": "Retracted."}, reason="So.", by=edith, now=NOW)
    whole = page(client, f"/desk/entries/{entry.slug}/")
    texts = re.search(r'<section class="panel" id="texts".*?</section>', whole, re.DOTALL)
    assert texts
    assert ("Withdrawn" in texts[0], "Published" in texts[0]) == (True, False)


def test_a_task_is_called_by_what_was_noticed(client, edith):
    entry = make_approved(by=make_person("Alice", "author"), approved_by=edith)
    make_released("2024-06", entry, by=edith)
    notice = FoundNotice(kind="retraction", source="Retraction Watch", published_on=None)
    keep_answer(told=Told(entry.article, (notice,), answered=True), now=NOW)
    for address in ("/desk/", f"/desk/entries/{entry.slug}/"):
        told = page(client, address)
        assert "Retraction" in told
        assert "A notice about an article" not in told


def test_above_a_corrected_entry_it_is_not_said_to_stand_as_it_was_written(client, edith):
    alice = make_person("Alice", "author")
    entry = make_approved(by=alice, approved_by=edith)
    make_released("2024-06", entry, by=edith)
    entry.refresh_from_db()
    notice = FoundNotice(kind="retraction", source="Retraction Watch", published_on=None)
    keep_answer(told=Told(entry.article, (notice,), answered=True), now=NOW)
    assert "Our entry stands below as it was written." in page(client, entry.get_absolute_url())
    on = words_of(entry, "en").on
    save_words(entry=entry, language="en", words={"who": "Adults"}, on=on, by=alice, now=NOW)
    submit_for_review(entry=entry, by=alice, now=NOW)
    approve(entry=entry, by=edith, now=NOW)
    publish_correction(entry=entry, account={"en": "Who."}, reason="Left out.", by=edith, now=NOW)
    assert "Our entry stands below as it was last corrected." in page(client, entry.get_absolute_url())


def test_how_many_entries_an_issue_usually_has_is_said_in_french_too(edith):
    issue = make_issue("2026-05")
    entry = make_draft(by=edith)
    Entry.objects.filter(pk=entry.pk).update(issue=issue)
    with translation.override("fr"):
        (sentence,) = [item.sentence for item in issue_readiness(issue).items if item.key == "entries"]
    assert sentence == "1 fiche y figure. Un numéro en compte d’ordinaire deux ou trois."
