"""What happens to an entry that readers have seen."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation

from rapport.audit.models import Event
from rapport.desk.actions import (
    approve,
    correct_facts,
    publish_correction,
    publish_translation,
    save_words,
    set_rules,
    submit_for_review,
    withdraw_entry,
)
from rapport.desk.actions.notices import keep_answer
from rapport.desk.models import Progress
from rapport.desk.queries import history, stage_of, words_of
from rapport.digest.models import Entry, SearchDocument, SiteIdentity
from rapport.literature.lookup.record import FoundNotice
from rapport.literature.notices import Told
from tests.making import NOW, WRITTEN, make_approved, make_entry, make_released, make_site
from tests.refusals import refusal

pytestmark = pytest.mark.django_db

LATER = NOW + dt.timedelta(days=3)
ACCOUNT = {"en": "The number of clients was wrong."}
FRENCH = {
    "title": "Un titre",
    "author": "Alice",
    "summary": "On a interrogé 421 clients.",
    "implications": "- **Demandez.**",
}


@pytest.fixture
def entry(alice, edith):
    """An entry of Alice's that Edith approved, and that is out."""
    make_site()
    made = make_approved(by=alice, approved_by=edith)
    make_released("2024-06", made, by=edith)
    return Entry.objects.get(pk=made.pk)


def write(entry, by, language="en", **words):
    on = words_of(entry, language).on
    return save_words(entry=entry, language=language, words=words, on=on, by=by, now=LATER)


def approved(entry, *, by, author):
    submit_for_review(entry=entry, by=author, now=LATER)
    approve(entry=entry, by=by, now=LATER)


def correct(entry, by, **named):
    return publish_correction(
        **{"entry": entry, "account": ACCOUNT, "reason": "A reader wrote.", "by": by, "now": LATER, **named}
    )


def told(entry):
    return [
        (revision.number, revision.kind, revision.language, revision.made_at, revision.by, revision.account)
        for revision in entry.revisions.all()
    ]


# --- correcting ---------------------------------------------------------------------------------------


def test_a_correction_shows_approved_words_and_tells_readers_what_when_and_the_network_why(entry, alice, edith):
    write(entry, alice, summary="All 421 clients were asked.")
    approved(entry, by=edith, author=alice)
    assert stage_of(Entry.objects.get()) == "approved"
    stamp = SiteIdentity.objects.get().stamp
    revision = correct(entry, edith)
    assert entry.texts.get().summary == "All 421 clients were asked."
    assert told(entry)[1:] == [(2, "corrected", "", LATER, "Edith", ACCOUNT)]
    assert revision.reason == "A reader wrote."
    assert stage_of(Entry.objects.get()) == "corrected"
    assert SiteIdentity.objects.get().stamp != stamp
    assert "all" in SearchDocument.objects.get().summary.split()
    assert Event.objects.get(did="entry.corrected").details == {
        "revision": 2,
        "languages": ["en"],
        "account": ACCOUNT,
        "reason": "A reader wrote.",
    }


def test_words_that_are_not_approved_are_not_shown(entry, alice, edith):
    write(entry, alice, summary="All 421 clients were asked.")
    assert refusal(correct, entry=entry, by=edith) == (
        "The new words are draft; they must be approved before readers see them.",
    )
    submit_for_review(entry=entry, by=alice, now=LATER)
    assert refusal(correct, entry=entry, by=edith) == (
        "The new words are in review; they must be approved before readers see them.",
    )
    assert entry.texts.get().summary == WRITTEN["summary"]


def test_who_changes_what_is_out_does_not_approve_the_change(entry, edith):
    write(entry, edith, summary="All 421 clients were asked.")
    submit_for_review(entry=entry, by=edith, now=LATER)
    assert refusal(approve, entry=entry, by=edith, now=LATER) == (
        "You wrote part of it; this network asks that somebody else approves it.",
    )


def test_a_correction_needs_an_account_in_the_entrys_language_and_a_reason(entry, alice, edith):
    write(entry, alice, summary="All 421 clients were asked.")
    approved(entry, by=edith, author=alice)
    assert refusal(correct, entry=entry, by=edith, account={"fr": "Le nombre."}, reason="") == (
        "Say in one line, in the entry’s own language (en), what readers are told.",
        "The reason is empty; write it.",
    )


def test_there_is_nothing_to_correct_where_readers_see_the_newest_words(entry, edith, alice):
    assert refusal(correct, entry=entry, by=edith) == ("Readers see its newest words already; change them first.",)
    write(entry, alice, summary="Changed.")
    write(entry, alice, summary=WRITTEN["summary"])
    approved(entry, by=edith, author=alice)
    assert refusal(correct, entry=entry, by=edith) == ("Readers see these words already; there is nothing to correct.",)


def test_a_draft_and_a_withdrawn_entry_are_not_corrected(alice, edith):
    draft = make_approved("a-draft", by=alice, approved_by=edith)
    assert refusal(correct, entry=draft, by=edith) == (
        "Readers have not seen this entry yet; it goes out with its issue.",
    )
    withdrawn = make_entry("withdrawn", issue="2024-05", state="withdrawn")
    assert refusal(correct, entry=withdrawn, by=edith) == ("This entry has been withdrawn.",)


# --- translating --------------------------------------------------------------------------------------


def test_a_translation_is_published_as_news_in_its_language(entry, alice, edith):
    write(entry, alice, "fr", **FRENCH)
    approved(entry, by=edith, author=alice)
    publish_translation(entry=entry, language="fr", by=edith, now=LATER)
    assert sorted(entry.texts.values_list("language", flat=True)) == ["en", "fr"]
    assert told(entry)[1:] == [(2, "translated", "fr", LATER, "Edith", {})]
    assert Progress.objects.get().stage == "out"


def test_a_translation_that_is_not_there_ready_or_new_is_refused(entry, alice, edith):
    write(entry, alice, "fr", title="Un titre", author="Alice")
    approved(entry, by=edith, author=alice)

    def publish(language):
        return refusal(publish_translation, entry=entry, language=language, by=edith, now=LATER)

    assert publish("fr") == ("It has no summary.", "It has no practice implications.")
    assert publish("de") == ("There is no translation in this language yet.",)
    assert publish("en") == ("Readers have it in this language already; publish a correction.",)
    assert refusal(correct, entry=entry, by=edith, languages=["fr"]) == (
        "Readers do not have this entry in “fr” yet; publish it as a translation.",
    )


def test_an_approved_translation_still_waits_when_the_original_was_corrected(entry, alice, edith):
    write(entry, alice, "fr", **FRENCH)
    write(entry, alice, design="A trial")
    save_words(entry=entry, language="fr", words={}, on=words_of(entry, "fr").on, by=alice, now=LATER, of_original=2)
    approved(entry, by=edith, author=alice)
    correct(entry, edith)
    assert Progress.objects.get().stage == "approved"
    publish_translation(entry=entry, language="fr", by=edith, now=LATER)
    assert Progress.objects.get().stage == "out"


# --- withdrawing --------------------------------------------------------------------------------------


def withdraw(entry, by, **named):
    return withdraw_entry(
        **{"entry": entry, "account": {"en": "The article was retracted."}, "reason": "Retracted.", "by": by}
        | {"now": LATER, **named}
    )


def test_a_withdrawal_takes_the_entry_from_readers_and_says_so(entry, edith):
    withdraw(entry, edith)
    entry = Entry.objects.get()
    assert (entry.state, stage_of(entry)) == ("withdrawn", "withdrawn")
    assert told(entry)[1:] == [(2, "withdrawn", "", LATER, "Edith", {"en": "The article was retracted."})]
    assert not SearchDocument.objects.exists()
    assert Event.objects.get(did="entry.withdrawn").name == "Edith"


def test_a_withdrawal_is_once_of_what_was_published_and_with_an_account(entry, edith):
    assert refusal(withdraw, entry=entry, by=edith, account={}, reason="") == (
        "Say in one line, in the entry’s own language (en), what readers are told.",
        "The reason is empty; write it.",
    )
    withdraw(entry, edith)
    assert refusal(withdraw, entry=entry, by=edith) == ("This entry has been withdrawn already.",)
    assert refusal(withdraw, entry=make_entry("a-draft"), by=edith) == (
        "Readers have not seen this entry; there is nothing to withdraw.",
    )


# --- correcting facts ---------------------------------------------------------------------------------


def correct_number(entry, by, number, **named):
    article = entry.article
    names = ["kind", "language", "authors", "year", "title", "journal", "volume", "issue", "pages", "editors"]
    names += ["publisher", "doi", "pmid", "read_level"]
    facts = {name: getattr(article, name) for name in names}
    facts["figures"] = [{"value": number, "what": {"en": "clients", "fr": "clients"}}]
    deed = {"article": article, "facts": facts, "findings": [], "account": ACCOUNT, "reason": "Misread."}
    return correct_facts(**deed, by=by, now=LATER, **named)


def test_facts_that_readers_see_change_with_a_correction(entry, alice, edith):
    entry.article.figures = [{"value": "421", "what": {"en": "clients"}}, {"value": "9", "what": {"en": "sites"}}]
    entry.article.save()
    correct_number(entry, edith, "421")
    assert [figure["value"] for figure in Entry.objects.get().article.figures] == ["421"]
    assert told(entry)[1:] == [(2, "corrected", "", LATER, "Edith", ACCOUNT)]
    assert Event.objects.get(did="entry.facts-corrected").details["reason"] == "Misread."


def test_facts_that_readers_see_are_corrected_by_editors_only(entry, alice):
    assert refusal(correct_number, entry=entry, by=alice, number="421") == (
        "Readers see the entry about this article. An editor can correct it; ask one.",
    )
    assert len(told(entry)) == 1


def test_facts_are_not_corrected_so_that_the_text_contradicts_them(entry, edith):
    reasons = refusal(correct_number, entry=entry, by=edith, number="412")
    assert reasons[-1] == "Change the text too, and publish both in one correction."
    assert [figure["value"] for figure in Entry.objects.get().article.figures] == ["421"]
    assert len(told(entry)) == 1


def test_a_wrong_number_in_a_finding_and_in_the_text_is_mended_at_once(entry, alice, edith):
    write(entry, alice, summary="In all, 431 clients were asked after each session.")
    revision = correct_number(entry, edith, "431", languages=["en"])
    assert revision.number == 2
    assert entry.texts.get().summary == "In all, 431 clients were asked after each session."
    progress = Progress.objects.get()
    assert (progress.stage, progress.approved_by) == ("out", edith)


def test_who_wrote_the_words_does_not_publish_them_with_the_facts_alone(entry, edith):
    write(entry, edith, summary="In all, 431 clients were asked after each session.")
    assert refusal(correct_number, entry=entry, by=edith, number="431", languages=["en"]) == (
        "You wrote part of it; this network asks that somebody else approves it.",
    )
    assert entry.texts.get().summary == WRITTEN["summary"]
    set_rules(second_person_approves=False, by=edith)
    correct_number(entry, edith, "431", languages=["en"])


def test_facts_nobody_sees_need_no_correction(alice, edith):
    draft = make_approved("a-draft", by=alice, approved_by=edith)
    assert refusal(correct_number, entry=draft, by=edith, number="431") == (
        "Readers do not see these facts; save them without a correction.",
    )


# --- history ------------------------------------------------------------------------------------------


def test_the_history_tells_who_wrote_approved_and_published_and_corrected(entry, alice, edith):
    write(entry, alice, summary="All 421 clients were asked.")
    approved(entry, by=edith, author=alice)
    correct(entry, edith)
    told = [(happening.who, happening.kind) for happening in history(entry)]
    assert sorted(told) == sorted(
        [
            ("Alice", "version"),
            ("Alice", "entry.submitted"),
            ("Edith", "entry.approved"),
            ("Edith", "entry.placed"),
            ("Alice", "revision"),
            ("Alice", "version"),
            ("Alice", "entry.reopened"),
            ("Alice", "entry.submitted"),
            ("Edith", "entry.approved"),
            ("Edith", "revision"),
        ]
    )
    assert history(entry)[0].at == LATER
    (first,) = [happening for happening in history(entry) if happening.number == 1 and happening.kind == "revision"]
    assert first.details == {"kind": "published", "account": "", "done_by": "Edith"}


def test_the_history_of_an_entry_with_a_notice_is_in_the_pages_language(entry, edith):
    told = Told(entry.article, (FoundNotice(kind="retraction", source="Retraction Watch"),), answered=True)
    keep_answer(told=told, now=LATER)
    with translation.override("fr"):
        happened = {happening.kind: happening for happening in history(entry) if happening.at == LATER}
    assert (happened["revision"].who, happened["revision"].details["done_by"]) == (
        "Retraction Watch",
        "la planification",
    )
    assert happened["revision"].details["account"] == "L’article a été rétracté. Ne vous fiez pas à ses résultats."


@pytest.mark.parametrize("number", [2, 30])
def test_the_queries_of_a_history_do_not_grow(entry, alice, django_assert_num_queries, number):
    for count in range(number):
        save_words(
            entry=entry,
            language="en",
            words={"summary": f"Version {count}."},
            on=words_of(entry, "en").on,
            by=alice,
            now=LATER + dt.timedelta(hours=count),
        )
    with django_assert_num_queries(4):
        history(entry)
