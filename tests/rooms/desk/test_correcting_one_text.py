"""An entry in two languages of which one is corrected: what readers of the other are told."""

from __future__ import annotations

import datetime as dt
import html

import pytest

from rapport.desk.actions import (
    approve,
    approve_translation,
    publish_correction,
    save_words,
    submit_for_review,
    withdraw_entry,
)
from rapport.desk.queries import words_of
from rapport.digest.models import Entry
from tests.making import NOW, make_approved, make_person, make_released, make_site

pytestmark = pytest.mark.django_db

LATER = NOW + dt.timedelta(days=3)
ACCOUNT = {"en": "The number of clients was wrong."}
FRENCH = {
    "title": "Le retour aide",
    "author": "Alice",
    "summary": "On a interrogé 421 clients.",
    "implications": "- **Demandez.**",
}
BEHIND = "Cela concerne le texte en anglais\u202f; celui-ci ne contient pas encore la correction."


def write(entry, by, language="en", **words):
    on = words_of(entry, language).on
    return save_words(entry=entry, language=language, words=words, on=on, by=by, now=LATER)


@pytest.fixture
def entry(alice, edith):
    """An entry of Alice's that readers have in English and French; its English is corrected and approved again."""
    make_site()
    made = make_approved(by=alice, approved_by=edith)
    write(made, alice, "fr", **FRENCH)
    approve_translation(entry=made, language="fr", by=edith, now=NOW)
    make_released("2024-06", made, by=edith)
    made = Entry.objects.get(pk=made.pk)
    write(made, alice, summary="All 421 clients were asked.")
    submit_for_review(entry=made, by=alice, now=LATER)
    approve(entry=made, by=edith, now=LATER)
    return Entry.objects.get(pk=made.pk)


def correct(entry, by, account=ACCOUNT):
    return publish_correction(entry=entry, account=account, reason="A reader wrote.", by=by, now=LATER)


def page(client, address):
    return html.unescape(client.get(address).content.decode())


def test_readers_of_the_translation_are_told_in_their_language_that_it_is_behind(client, entry, edith):
    correct(entry, edith)
    french = page(client, f"/fr{entry.get_absolute_url()}")
    assert BEHIND in french
    assert "The number of clients was wrong." not in french
    assert "The number of clients was wrong." in page(client, entry.get_absolute_url())


def test_a_line_written_for_them_stands_before_it(client, entry, edith):
    revision = correct(entry, edith, ACCOUNT | {"fr": "Le nombre était faux."})
    assert revision.account == ACCOUNT | {"fr": f"Le nombre était faux. {BEHIND}"}


def test_a_translation_that_fits_the_corrected_original_is_not_called_behind(entry, alice, edith):
    fits = words_of(entry, "en").number
    on = words_of(entry, "fr").on
    save_words(entry=entry, language="fr", words={}, on=on, by=alice, now=LATER, of_original=fits)
    assert correct(entry, edith).account["fr"] == (
        "Cela concerne le texte en anglais\u202f; celui-ci n’avait pas à être changé."
    )


def test_a_translation_that_is_corrected_with_it_has_its_own_line(entry, alice, edith):
    fits = words_of(entry, "en").number
    on = words_of(entry, "fr").on
    words = {"summary": "On a demandé à 421 clients."}
    save_words(entry=entry, language="fr", words=words, on=on, by=alice, now=LATER, of_original=fits)
    approve_translation(entry=entry, language="fr", by=edith, now=LATER)
    account = ACCOUNT | {"fr": "Le nombre était faux."}
    assert correct(entry, edith, account).account == account


def test_the_form_asks_for_the_translations_own_correction_or_says_what_its_readers_are_told(client, entry, edith):
    client.force_login(edith)
    told = page(client, f"/desk/entries/{entry.slug}/")
    assert "The French text is not corrected yet." in told
    assert f'href="/desk/entries/{entry.slug}/fr/"' in told
    sent = {"account_en": "It was wrong.", "account_fr": "", "reason": "A reader wrote."}
    client.post(f"/desk/entries/{entry.slug}/do/correct/", sent)
    assert Entry.objects.get().revisions.last().account == {"en": "It was wrong.", "fr": BEHIND}


def test_a_translation_that_is_corrected_too_needs_a_line_in_its_language(client, entry, alice, edith):
    fits = words_of(entry, "en").number
    on = words_of(entry, "fr").on
    words = {"summary": "On a demandé à 421 clients."}
    save_words(entry=entry, language="fr", words=words, on=on, by=alice, now=LATER, of_original=fits)
    approve_translation(entry=entry, language="fr", by=edith, now=LATER)
    client.force_login(make_person("Max", "editor"))
    sent = {"account_en": "It was wrong.", "account_fr": "", "reason": "A reader wrote."}
    answer = client.post(f"/desk/entries/{entry.slug}/do/correct/", sent)
    assert answer.status_code == 422
    assert Entry.objects.get().revisions.count() == 1


@pytest.mark.parametrize(("language", "word"), [("fr", "(en anglais)"), ("en", "")])
def test_a_reason_in_another_language_is_marked_and_named(client, entry, edith, language, word):
    account = {"en": "The article was retracted."}
    withdraw_entry(entry=entry, account=account, reason="Retracted.", by=edith, now=LATER)
    told = page(client, f"/fr{entry.get_absolute_url()}" if language == "fr" else entry.get_absolute_url())
    marked = '<span lang="en">The article was retracted.</span> (en anglais)'
    assert (marked in told) == (language == "fr")
    assert "The article was retracted." in told
