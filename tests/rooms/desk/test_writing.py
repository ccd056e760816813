"""Starting an entry and saving its words."""

from __future__ import annotations

import datetime as dt

import pytest

from rapport.audit.models import Event
from rapport.desk.actions import (
    approve,
    confirm_translation,
    restore_version,
    save_words,
    set_shelves,
    start_entry,
    submit_for_review,
)
from rapport.desk.differing import OriginalParagraph
from rapport.desk.models import Progress, Version
from rapport.desk.queries import is_behind, newest_words, versions, words_of
from rapport.desk.refusals import Refused, SavedMeanwhile
from rapport.digest.models import Entry, SiteIdentity
from tests.making import (
    NOW,
    WRITTEN,
    make_approved,
    make_article,
    make_draft,
    make_entry,
    make_person,
    make_released,
    make_research_type,
    make_site,
    make_topic,
)

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


def save(entry, by, *, at=NOW, on="newest", language="en", **words):
    """Save words on the newest version, or on the one named."""
    on = words_of(entry, language).on if on == "newest" else on
    return save_words(entry=entry, language=language, words=words, on=on, by=by, now=at)


# --- starting -----------------------------------------------------------------------------------------


def begin(article, by, title="Feedback helps", language="en"):
    return start_entry(
        article=article, language=language, title=title, research_type=make_research_type(), by=by, now=NOW
    )


def test_an_entry_begins_as_a_draft_of_whoever_begins_it(alice):
    entry = begin(make_article("rosa-2020"), alice, title="Feedback helps: a trial")
    assert (entry.slug, entry.state, entry.edited_at_desk) == ("feedback-helps-a-trial", "draft", True)
    assert (entry.progress.stage, entry.progress.author) == ("draft", alice)
    words = words_of(entry, "en")
    assert (words.texts["title"], words.texts["author"], words.on) == ("Feedback helps: a trial", "Alice", (1, 1))
    assert entry.texts.get().title == "Feedback helps: a trial"
    assert list(Event.objects.values_list("name", "did", "about")) == [
        ("Alice", "entry.begun", "entry:feedback-helps-a-trial")
    ]


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Feedback helps", "feedback-helps-2"),
        ("« L’alliance », à l’écoute", "lalliance-a-lecoute"),
        ("snake_case  and -- dashes", "snake-case-and-dashes"),
        ("漢字 🙂", "sam-2021"),
        ("new", "new-2"),
        ("word " * 39, "-".join(["word"] * 12)),
    ],
)
def test_an_address_is_made_of_any_title(alice, title, slug):
    begin(make_article("rosa-2020"), alice, title="Feedback helps")
    assert begin(make_article("sam-2021"), alice, title=title).slug == slug


def test_an_article_has_one_entry(alice):
    article = make_article("rosa-2020")
    begin(article, alice)
    with pytest.raises(Refused) as refused:
        begin(article, alice, title="Another")
    assert refused.value.reasons == ("This article has an entry already: “feedback-helps”.",)


@pytest.mark.parametrize(
    ("title", "language", "reason"),
    [
        ("", "en", "Title is empty; write it."),
        (" \n ", "en", "Title is empty; write it."),
        ("x" * 201, "en", "Title has 201 characters; shorten it to 200."),
        ("a\0b", "en", "Title holds a character that cannot be shown, after “a”; delete it and type it again."),
        ("Feedback", "xx", "The digest is not written in “xx”."),
    ],
)
def test_an_entry_is_not_begun_with_a_title_or_in_a_language_that_cannot_be(alice, title, language, reason):
    with pytest.raises(Refused) as refused:
        begin(make_article("rosa-2020"), alice, title=title, language=language)
    assert refused.value.reasons == (reason,)
    assert not Entry.objects.exists()


# --- versions -----------------------------------------------------------------------------------------


def test_what_one_person_types_in_one_stretch_is_one_version(alice):
    entry = make_draft(by=alice)
    save(entry, alice, at=NOW + MINUTE, summary="One.")
    save(entry, alice, at=NOW + 9 * MINUTE, summary="One. Two.")
    assert [(v.number, v.saves, v.words["summary"]) for v in versions(entry, "en")] == [(1, 4, "One. Two.")]


def test_a_pause_begins_another_version(alice):
    entry = make_draft(by=alice)
    save(entry, alice, at=NOW + 11 * MINUTE, summary="Later.")
    assert [(v.number, v.words["summary"], v.closed) for v in versions(entry, "en")] == [
        (2, "Later.", False),
        (1, WRITTEN["summary"], True),
    ]


def test_another_person_begins_another_version(alice, edith):
    entry = make_draft(by=alice)
    save(entry, edith, at=NOW + MINUTE, title="Edith’s title")
    save(entry, alice, at=NOW + 2 * MINUTE, title="Alice’s title")
    assert [(v.number, v.by, v.words["title"]) for v in versions(entry, "en")] == [
        (3, alice, "Alice’s title"),
        (2, edith, "Edith’s title"),
        (1, alice, WRITTEN["title"]),
    ]


def test_a_deed_begins_another_version(alice):
    entry = make_draft(by=alice)
    submit_for_review(entry=entry, by=alice, now=NOW)
    save(entry, alice, at=NOW + MINUTE, summary="After.")
    assert [version.number for version in versions(entry, "en")] == [2, 1]


def test_fields_that_are_not_sent_stay_as_they_are(alice):
    entry = make_draft(by=alice)
    saved = save(entry, alice, summary="New.")
    assert saved.words["implications"] == WRITTEN["implications"]


def test_the_same_words_change_nothing(alice):
    entry = make_draft(by=alice)
    before = words_of(entry, "en")
    save(entry, alice, at=NOW + 30 * MINUTE, on=None, **WRITTEN)  # also when the answer to the first save was lost
    assert words_of(entry, "en") == before


def test_a_draft_is_in_the_digest_as_it_was_saved_and_readers_pages_stay_cached(alice):
    make_site()
    entry = make_draft(by=alice)
    stamp = SiteIdentity.objects.get().stamp
    save(entry, alice, summary="New.")
    assert entry.texts.get().summary == "New."
    assert SiteIdentity.objects.get().stamp == stamp


def test_line_breaks_and_blanks_are_tidied(alice):
    entry = make_draft(by=alice)
    saved = save(entry, alice, title=" Two\r\nlines ", summary="\r\nOne.\r\n\r\nTwo. \n")
    assert (saved.words["title"], saved.words["summary"]) == ("Two lines", "One.\n\nTwo.")


@pytest.mark.parametrize(
    ("words", "reasons"),
    [
        ({"title": "x" * 201}, ("Title has 201 characters; shorten it to 200.",)),
        (
            {"summary": "One.\0", "design": "y" * 301},
            (
                "Summary holds a character that cannot be shown, after “One.”; delete it and type it again.",
                "Design has 301 characters; shorten it to 300.",
            ),
        ),
        ({"slug": "mine"}, ("An entry has no field “slug”.",)),
        (
            {"summary": "\ud800"},
            ("Summary holds a character that cannot be shown, after “”; delete it and type it again.",),
        ),
    ],
)
def test_words_that_cannot_be_kept_are_refused_by_field(alice, words, reasons):
    entry = make_draft(by=alice)
    before = words_of(entry, "en")
    with pytest.raises(Refused) as refused:
        save(entry, alice, **words)
    assert refused.value.reasons == reasons
    assert words_of(entry, "en") == before


def test_emoji_and_ten_thousand_characters_are_kept(alice):
    entry = make_draft(by=alice)
    saved = save(entry, alice, title="🙂" * 200, summary="é" * 10_000)
    assert (saved.words["title"], len(saved.words["summary"])) == ("🙂" * 200, 10_000)


# --- two at once --------------------------------------------------------------------------------------


def test_nobody_overwrites_what_somebody_else_saved_meanwhile(alice, edith):
    entry = make_draft(by=alice)
    read = words_of(entry, "en").on
    save(entry, edith, on=read, summary="Edith’s.")
    with pytest.raises(SavedMeanwhile) as meanwhile:
        save(entry, alice, on=read, summary="Alice’s.")
    assert (meanwhile.value.newest.by, meanwhile.value.newest.words["summary"]) == (edith, "Edith’s.")
    assert words_of(entry, "en").texts["summary"] == "Edith’s."


def test_nor_what_they_saved_themselves_in_another_tab(alice):
    entry = make_draft(by=alice)
    read = words_of(entry, "en").on
    save(entry, alice, on=read, summary="First tab.")
    with pytest.raises(SavedMeanwhile):
        save(entry, alice, on=read, summary="Second tab.")


def test_two_who_begin_a_translation_at_once_are_told(alice, edith):
    entry = make_draft(by=alice)
    save(entry, alice, language="fr", on=None, title="Le titre d’Alice")
    with pytest.raises(SavedMeanwhile):
        save(entry, edith, language="fr", on=None, title="Le titre d’Edith")


def test_different_languages_do_not_meet(alice, edith):
    entry = make_draft(by=alice)
    read = words_of(entry, "en").on
    save(entry, edith, language="fr", on=None, title="Un titre")
    save(entry, alice, on=read, summary="English.")
    assert {language: words.number for language, words in newest_words(entry).items()} == {"en": 2, "fr": 1}


# --- what came from files -----------------------------------------------------------------------------


def test_an_entry_from_files_keeps_its_words_as_its_first_version(alice):
    entry = make_entry(texts={"en": {}, "fr": {}})
    assert words_of(entry, "en").on == (0, 0)
    save(entry, alice, summary="Anew.")
    assert [(v.number, v.by, v.by_name, v.words["summary"]) for v in versions(entry, "en")] == [
        (2, alice, "", "Anew."),
        (1, None, "Edith", "A stronger alliance goes with a better outcome."),
    ]
    assert [(v.number, v.of_original) for v in versions(entry, "fr")] == [(1, 1)]
    entry.refresh_from_db()
    assert (entry.edited_at_desk, entry.progress.stage, entry.progress.author) == (True, "draft", alice)


def test_words_of_a_published_entry_wait_at_the_desk(alice):
    entry = make_entry(issue="2024-05")
    save(entry, alice, summary="Better said.")
    assert entry.texts.get().summary == "A stronger alliance goes with a better outcome."
    progress = Progress.objects.get(entry=entry)
    assert (progress.stage, progress.author) == ("draft", None)


def test_words_of_a_withdrawn_entry_stay(alice):
    entry = make_entry(issue="2024-05", state="withdrawn")
    with pytest.raises(Refused) as refused:
        save(entry, alice, summary="After all.")
    assert refused.value.reasons == ("This entry has been withdrawn; its words stay as they were.",)


# --- approval lapses ----------------------------------------------------------------------------------


def test_writing_after_approval_asks_for_approval_again(alice, edith):
    entry = make_approved(by=alice, approved_by=edith)
    save(entry, alice, summary="One more thing.")
    progress = Progress.objects.get(entry=entry)
    assert (progress.stage, progress.approved_by, progress.approved_at) == ("in-review", None, None)
    assert Event.objects.filter(did="entry.reopened").get().details == {"was": "approved", "why": "words:en"}


def test_writing_in_review_stays_in_review(alice, edith):
    entry = make_draft(by=alice)
    submit_for_review(entry=entry, by=alice, now=NOW)
    save(entry, edith, summary="421 clients were asked.")
    assert Progress.objects.get(entry=entry).stage == "in-review"
    approve(entry=entry, by=make_person("Max", "editor"), now=NOW)


# --- restoring ----------------------------------------------------------------------------------------


def test_an_older_version_is_restored_as_a_new_one(alice, edith):
    entry = make_draft(by=alice)
    save(entry, edith, summary="Edith’s.")
    on = words_of(entry, "en").on
    restored = restore_version(entry=entry, language="en", number=1, on=on, by=alice, now=NOW)
    assert (restored.number, restored.restored_from, restored.words["summary"]) == (3, 1, WRITTEN["summary"])
    assert entry.texts.get().summary == WRITTEN["summary"]
    assert Version.objects.filter(entry=entry).count() == 3


def test_restoring_does_not_overwrite_what_was_saved_meanwhile(alice, edith):
    entry = make_draft(by=alice)
    on = words_of(entry, "en").on
    save(entry, edith, summary="Edith’s.")
    with pytest.raises(SavedMeanwhile):
        restore_version(entry=entry, language="en", number=1, on=on, by=alice, now=NOW)


def test_a_version_that_is_not_there_is_not_restored(alice):
    entry = make_draft(by=alice)
    with pytest.raises(Refused) as refused:
        restore_version(entry=entry, language="en", number=7, on=(1, 2), by=alice, now=NOW)
    assert refused.value.reasons == ("There is no version 7 of this text.",)


# --- translations -------------------------------------------------------------------------------------


def test_a_translation_is_behind_when_a_paragraph_of_its_original_changed(alice):
    entry = make_draft(by=alice, summary="One.\n\nTwo.")
    save(entry, alice, language="fr", on=None, title="Un titre", summary="Un.\n\nDeux.")
    assert is_behind(entry, "fr") is None
    save(entry, alice, summary="One.\n\nTwo, said better.\n\nThree.")
    late = is_behind(entry, "fr")
    assert (late.of_original, late.newest) == (1, 2)
    assert late.changed == (
        ("summary", OriginalParagraph("Two, said better.", was="Two.")),
        ("summary", OriginalParagraph("Three.", is_new=True)),
    )


def test_of_a_list_only_the_points_that_changed_count(alice):
    entry = make_draft(by=alice, implications="- Ask.\n- Listen.")
    save(entry, alice, language="fr", on=None, title="Un titre", implications="- Demandez.\n- Écoutez.")
    save(entry, alice, implications="- Ask.\n- Listen, and say so.")
    assert is_behind(entry, "fr").changed == (
        ("implications", OriginalParagraph("- Listen, and say so.", was="- Listen.")),
    )


def test_a_translation_that_was_confirmed_is_not_behind(alice):
    entry = make_draft(by=alice)
    save(entry, alice, language="fr", on=None, title="Un titre")
    save(entry, alice, summary="Anew.")
    confirm_translation(entry=entry, language="fr", original=2, by=alice, now=NOW)
    assert is_behind(entry, "fr") is None
    assert words_of(entry, "fr").of_original == 2


def test_saving_a_translation_beside_the_newest_original_says_that_it_fits(alice):
    entry = make_draft(by=alice)
    save(entry, alice, language="fr", on=None, title="Un titre")
    save(entry, alice, summary="Anew.")
    save(entry, alice, language="fr", title="Un autre titre")
    assert is_behind(entry, "fr") is not None
    save_words(
        entry=entry,
        language="fr",
        words={},
        on=words_of(entry, "fr").on,
        by=alice,
        now=NOW,
        of_original=2,
    )
    assert is_behind(entry, "fr") is None


def test_an_original_that_was_translated_is_not_written_over(alice):
    entry = make_draft(by=alice)
    save(entry, alice, language="fr", on=None, title="Un titre")
    save(entry, alice, at=NOW + MINUTE, summary="Within the same stretch.")
    assert [version.number for version in versions(entry, "en")] == [2, 1]


def test_a_translation_of_a_version_that_is_not_there_is_refused(alice):
    entry = make_draft(by=alice)
    with pytest.raises(Refused) as refused:
        save_words(entry=entry, language="fr", words={"title": "Un"}, on=None, by=alice, now=NOW, of_original=9)
    assert refused.value.reasons == ("There is no version 9 of the original.",)


# --- shelves ------------------------------------------------------------------------------------------


def test_topics_of_a_published_entry_show_at_once_and_are_recorded(alice, edith):
    make_site()
    entry = make_approved(by=alice, approved_by=edith)
    make_released("2024-06", entry, by=edith)
    stamp = SiteIdentity.objects.get().stamp
    set_shelves(
        entry=entry, research_type=make_research_type("survey"), topics=[make_topic("drop-out")], by=edith, now=NOW
    )
    entry.refresh_from_db()
    assert (entry.research_type.key, [topic.key for topic in entry.topics.all()]) == ("survey", ["drop-out"])
    assert SiteIdentity.objects.get().stamp != stamp
    assert Event.objects.filter(did="entry.shelved").get().details == {"type": "survey", "topics": ["drop-out"]}
