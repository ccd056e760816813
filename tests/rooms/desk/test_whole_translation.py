"""What a translation still lacks of its original is told, each with the way to it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rapport.desk.actions import approve_translation, save_words
from rapport.desk.actions.articles import change_article
from rapport.desk.mending import address_of
from rapport.desk.queries import goes_out, readiness, words_of
from rapport.digest.exchange.database import article_value
from rapport.digest.exchange.schema import FindingFile
from rapport.digest.models import Entry
from tests.making import NOW, make_approved, make_site

pytestmark = pytest.mark.django_db

ORIGINAL = {
    "summary": "In all, 421 clients were asked.\n\nThey got better.",
    "implications": "- **Ask.** You might ask.\n- **Wait.** You might wait.",
}
FRENCH = {
    "title": "Le retour aide",
    "author": "Alice",
    "summary": "On a interrogé 421 clients.\n\nIls allaient mieux.",
    "implications": "- **Demandez.**\n- **Attendez.**",
}


@pytest.fixture
def translated(alice, edith):
    """Makes an entry with an original and a translation that are approved, but for what is said otherwise."""
    make_site(languages=["en", "fr"])

    def make(original=(), finding=None, **french):
        entry = make_approved(by=alice, approved_by=edith, **{**ORIGINAL, **dict(original)})
        if finding:
            value = article_value(entry.article)
            values = {"key": "d-1", "metric": "d", "estimate": Decimal("0.43"), "read_level": "abstract", **finding}
            found = FindingFile.model_validate(values)
            changed = value.model_copy(update={"findings": (found,)})
            change_article(article=entry.article, value=changed, by=alice, now=NOW)
        words = {**FRENCH, **french}
        save_words(entry=entry, language="fr", words=words, on=words_of(entry, "fr").on, by=alice, now=NOW)
        return Entry.objects.get(pk=entry.pk)

    return make


def lacks(entry):
    return [
        (item.status, item.sentence, address_of(item, entry))
        for item in readiness(entry).items
        if item.key == "incomplete"
    ]


def test_a_whole_translation_lacks_nothing(translated):
    assert lacks(translated()) == []


def test_a_paragraph_and_a_point_that_were_left_out_are_told_with_the_way_to_them(translated):
    entry = translated(summary="On a interrogé 421 clients.", implications="- **Demandez.**")
    page = f"/desk/entries/{entry.slug}/fr/"
    assert lacks(entry) == [
        ("open", "French, Summary: 1 paragraph, where the original has 2.", f"{page}#words-summary"),
        ("open", "French, Practice implications: 1 paragraph, where the original has 2.", f"{page}#words-implications"),
    ]


def test_what_stands_at_a_glance_and_was_not_translated_is_told(translated):
    entry = translated(original={"design": "A trial"})
    assert lacks(entry) == [
        (
            "open",
            "French, Design: nothing, where the original has something.",
            f"/desk/entries/{entry.slug}/fr/#words-design",
        )
    ]


def test_a_translation_without_the_limitations_of_its_original_stays_behind(translated, edith):
    entry = translated(original={"limitations": "Few were asked."})
    (blocking,) = readiness(entry, "fr").blocking
    assert blocking.sentence == "French, Limitations: nothing, where the original has something."
    (told,) = [item for item in readiness(entry).open if item.key == "translation"]
    assert told.sentence == f"The translation is not ready and stays behind: French. {blocking.sentence}"
    assert address_of(told, entry) == f"/desk/entries/{entry.slug}/fr/#words-limitations"


def test_a_finding_without_words_in_the_language_leads_to_its_own_page(translated):
    finding = {"claim": {"en": "A stronger alliance"}, "reading": {"en": "A little stronger."}}
    entry = translated(finding=finding)
    page = f"/desk/articles/{entry.article.key}/findings/d-1/"
    assert lacks(entry) == [
        ("open", "The finding “A stronger alliance” has no name in French.", f"{page}#id_claim_fr"),
        ("open", "The finding “A stronger alliance” has no plain words in French.", f"{page}#id_reading_fr"),
    ]


def test_an_incomplete_translation_is_not_called_ready_without_a_word(client, translated, edith):
    entry = translated(summary="On a interrogé 421 clients.")
    approve_translation(entry=entry, language="fr", by=edith, now=NOW)
    assert goes_out(entry) == ["en", "fr"]  # a translator may put two paragraphs into one
    (told,) = [item for item in readiness(entry).items if item.key == "translation"]
    assert told.sentence == "The translation goes out as it is, and lacks something: French."
