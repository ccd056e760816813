"""From draft to approved, and back."""

from __future__ import annotations

import pytest

from rapport.audit.models import Event
from rapport.desk.actions import (
    acknowledge,
    approve,
    facts_changed,
    save_facts,
    save_words,
    send_back,
    set_rules,
    submit_for_review,
    take_back_acknowledgement,
)
from rapport.desk.mending import address_of
from rapport.desk.models import Acknowledgement, Progress
from rapport.desk.queries import Status, acknowledgements_of, answered_for, history, newest_words, readiness, words_of
from rapport.literature.models import Article
from tests.making import NOW, make_approved, make_draft, make_entry, make_person
from tests.refusals import refusal

pytestmark = pytest.mark.django_db


def stage(entry):
    return Progress.objects.get(entry=entry).stage


def deeds(entry):
    return list(
        Event.objects.filter(about=f"entry:{entry.slug}")
        .order_by("pk")
        .values_list("name", "did")
        .exclude(did__in=["entry.begun", "entry.written"])
    )


# --- the way to approval ------------------------------------------------------------------------------


def test_a_draft_is_submitted_approved_and_sent_back(alice, edith):
    entry = make_draft(by=alice)
    submit_for_review(entry=entry, by=alice, now=NOW)
    assert stage(entry) == "in-review"
    progress = approve(entry=entry, by=edith, now=NOW)
    assert (progress.stage, progress.approved_by, progress.approved_at) == ("approved", edith, NOW)
    progress = send_back(entry=entry, reason="The title promises\nmore.", by=edith, now=NOW)
    assert (progress.stage, progress.approved_by, progress.approved_at) == ("draft", None, None)
    assert deeds(entry) == [
        ("Alice", "entry.submitted"),
        ("Edith", "entry.approved"),
        ("Edith", "entry.sent-back"),
    ]
    assert Event.objects.get(did="entry.sent-back").details == {"reason": "The title promises more."}
    assert Event.objects.get(did="entry.approved").details == {"versions": {"en": 1}}


def test_an_entry_is_submitted_only_with_something_to_review(alice):
    entry = make_draft(by=alice, summary="", implications="")
    assert refusal(submit_for_review, entry=entry, by=alice, now=NOW) == (
        "It has no summary yet.",
        "It has no practice implications yet.",
    )


def test_only_a_draft_is_submitted_and_only_what_is_in_review_is_approved(alice, edith):
    entry = make_draft(by=alice)
    assert refusal(approve, entry=entry, by=edith, now=NOW) == (
        "Only an entry in review can be approved; this one is draft.",
    )
    submit_for_review(entry=entry, by=alice, now=NOW)
    assert refusal(submit_for_review, entry=entry, by=alice, now=NOW) == (
        "Only a draft can be submitted for review; this one is in review.",
    )


def test_it_is_not_sent_back_without_a_reason_nor_twice(alice, edith):
    entry = make_draft(by=alice)
    submit_for_review(entry=entry, by=alice, now=NOW)
    assert refusal(send_back, entry=entry, reason=" ", by=edith, now=NOW) == ("The reason is empty; write it.",)
    send_back(entry=entry, reason="Too long.", by=edith, now=NOW)
    assert refusal(send_back, entry=entry, reason="Too long.", by=edith, now=NOW) == ("It is a draft already.",)


def test_its_author_does_not_approve_it_where_a_second_person_must(edith):
    entry = make_draft(by=edith)
    submit_for_review(entry=entry, by=edith, now=NOW)
    assert refusal(approve, entry=entry, by=edith, now=NOW) == (
        "You wrote it; this network asks that somebody else approves it.",
    )
    set_rules(second_person_approves=False, by=make_person("Ada", "administrator"))
    assert approve(entry=entry, by=edith, now=NOW).stage == "approved"


@pytest.mark.parametrize("roles", [[], ["author"]])
def test_who_is_no_editor_does_not_approve(alice, roles):
    entry = make_draft(by=alice)
    submit_for_review(entry=entry, by=alice, now=NOW)
    charlie = make_person("Charlie", *roles)
    assert refusal(approve, entry=entry, by=charlie, now=NOW) == ("Only an editor can approve it.",)


def test_nobody_approves_words_they_have_not_read(alice, edith):
    entry = make_draft(by=alice)
    submit_for_review(entry=entry, by=alice, now=NOW)
    read = {"en": words_of(entry, "en").on}
    save_words(entry=entry, language="en", words={"summary": "Anew."}, on=read["en"], by=alice, now=NOW)
    assert refusal(approve, entry=entry, by=edith, now=NOW, seen=read) == (
        "Somebody saved a text since you read it. Read it again before you approve it.",
    )


def test_what_is_out_unchanged_is_neither_submitted_nor_approved_nor_sent_back(alice, edith):
    entry = make_entry(issue="2024-05")
    reasons = ("Readers see its newest words already; change them first.",)
    assert refusal(submit_for_review, entry=entry, by=alice, now=NOW) == reasons
    assert refusal(approve, entry=entry, by=edith, now=NOW) == reasons
    assert refusal(send_back, entry=entry, reason="Why.", by=edith, now=NOW) == reasons


def test_a_refused_deed_leaves_nothing_behind(alice, edith):
    entry = make_entry()
    refusal(approve, entry=entry, by=edith, now=NOW)
    assert not Progress.objects.exists()
    assert not Event.objects.exists()


# --- figures ------------------------------------------------------------------------------------------


def in_review(alice, summary):
    entry = make_draft(by=alice, summary=summary)
    submit_for_review(entry=entry, by=alice, now=NOW)
    return entry


def test_a_contradicted_figure_blocks_approval_and_is_not_acknowledged(alice, edith):
    entry = in_review(alice, "In all, 412 clients were asked.")
    (blocked,) = readiness(entry).blocking[:1]
    assert (blocked.key, blocked.field, blocked.language) == ("contradicted", "summary", "en")
    assert refusal(approve, entry=entry, by=edith, now=NOW) == (blocked.sentence,)
    reasons = refusal(
        acknowledge,
        entry=entry,
        language="en",
        figure="412",
        sentence="In all, 412 clients were asked.",
        reason="I know better.",
        by=edith,
        now=NOW,
    )
    assert reasons == ("“412” needs no acknowledgement: it is supported, or it must be mended.",)


def answer_for(entry, by, *, figure="37", sentence="In all, 37 therapists took part.", reason="Counted in figure 1."):
    return acknowledge(entry=entry, language="en", figure=figure, sentence=sentence, reason=reason, by=by, now=NOW)


def test_an_unsupported_figure_is_answered_for_by_name_and_with_a_reason(alice, edith):
    entry = in_review(alice, "In all, 37 therapists took part.")
    assert [item.key for item in readiness(entry).blocking] == ["unsupported", "approved"]
    assert refusal(answer_for, entry=entry, by=alice, reason="") == ("The reason is empty; write it.",)
    made = answer_for(entry, alice)
    assert (made.figure, made.sentence, made.reason, made.by) == (
        "37",
        "In all, 37 therapists took part.",
        "Counted in figure 1.",
        alice,
    )
    assert answer_for(entry, edith, reason="Once more.") == made
    approve(entry=entry, by=edith, now=NOW)
    assert deeds(entry)[-2:] == [("Alice", "entry.figure-acknowledged"), ("Edith", "entry.approved")]


def test_who_answers_for_a_figure_and_why_stands_in_the_entrys_history(client, alice, edith):
    entry = in_review(alice, "In all, 37 therapists took part.")
    take_back_acknowledgement(acknowledgement=answer_for(entry, alice), by=edith, now=NOW)
    told = [(one.who, one.sentence, one.reason) for one in history(entry) if "figure" in one.sentence or one.reason]
    assert sorted(told) == [
        ("Alice", "answers for “37” in “In all, 37 therapists took part.”", "Counted in figure 1."),
        ("Edith", "no longer answers for a figure", ""),
    ]
    client.force_login(edith)
    assert "Counted in figure 1." in client.get(f"/desk/entries/{entry.slug}/").content.decode()


def listed(entry):
    answered = answered_for(entry, newest_words(entry))
    return list(answered.standing), list(answered.gone)


def test_an_answer_whose_sentence_is_gone_is_listed_apart_from_those_that_hold(client, alice):
    entry = in_review(alice, "In all, 37 therapists took part.")
    client.force_login(alice)
    page = f"/desk/entries/{entry.slug}/"
    nobody = "None so far. A figure that nothing stored supports goes out only when somebody answers for it."
    assert nobody in client.get(page).content.decode()
    made = answer_for(entry, alice)
    assert listed(entry) == ([made], [])
    words = {"summary": "In all, 37 therapists took part, and stayed."}
    save_words(entry=entry, language="en", words=words, on=words_of(entry, "en").on, by=alice, now=NOW)
    assert listed(entry) == ([], [made])
    shown = client.get(page).content.decode()
    assert (nobody in shown, "1 answer to a sentence that is gone" in shown) == (True, True)


def test_a_figure_in_a_sentence_that_changed_is_asked_about_again(alice):
    entry = in_review(alice, "In all, 37 therapists took part.")
    answer_for(entry, alice)
    words = {"summary": "Only 37 therapists took part."}
    save_words(entry=entry, language="en", words=words, on=words_of(entry, "en").on, by=alice, now=NOW)
    assert [item.key for item in readiness(entry).blocking] == ["unsupported", "approved"]


def test_a_figure_that_does_not_stand_there_is_not_answered_for(alice):
    entry = in_review(alice, "In all, 37 therapists took part.")
    assert refusal(answer_for, entry=entry, by=alice, figure="38") == (
        "“38” no longer stands in the text as it was shown. Look at the text again.",
    )


def test_an_acknowledgement_is_taken_back_and_the_approval_lapses(alice, edith):
    entry = in_review(alice, "In all, 37 therapists took part.")
    made = answer_for(entry, alice)
    approve(entry=entry, by=edith, now=NOW)
    take_back_acknowledgement(acknowledgement=made, by=alice, now=NOW)
    take_back_acknowledgement(acknowledgement=made, by=alice, now=NOW)
    assert (stage(entry), list(acknowledgements_of(entry))) == ("in-review", [])
    assert Acknowledgement.objects.get().taken_back_at == NOW  # kept, for the history
    assert Event.objects.filter(did="entry.acknowledgement-taken-back").count() == 1


# --- facts --------------------------------------------------------------------------------------------


def test_facts_that_changed_ask_for_approval_again(alice, edith):
    entry = make_approved(by=alice, approved_by=edith)
    assert facts_changed(article=entry.article, by=alice, now=NOW).stage == "in-review"
    assert facts_changed(article=make_entry("another").article, by=alice, now=NOW).stage == "draft"


def facts_of_rows(article, **changed):
    names = [
        "kind", "language", "authors", "year", "title", "journal", "volume", "issue", "pages", "editors",
        "publisher", "doi", "pmid", "read_level", "figures",
    ]  # fmt: skip  # as many lines as names would say no more
    return {name: getattr(article, name) for name in names} | changed


def test_facts_are_saved_and_an_approved_entry_about_them_is_in_review_again(alice, edith):
    entry = make_approved(by=alice, approved_by=edith)
    facts = facts_of_rows(entry.article, title="Another title")
    article = save_facts(key=entry.article.key, facts=facts, findings=[], by=alice, now=NOW)
    assert (article.title, stage(entry)) == ("Another title", "in-review")
    assert deeds(entry)[-2:] == [("Alice", "entry.facts-changed"), ("Alice", "entry.reopened")]


def test_facts_that_readers_see_are_not_changed_in_silence(alice):
    entry = make_entry(issue="2024-05")
    facts = facts_of_rows(entry.article, title="Another title")
    assert refusal(save_facts, key=entry.article.key, facts=facts, findings=[], by=alice, now=NOW) == (
        "Readers see these facts; change them as a correction, with a line that tells readers.",
    )
    assert Article.objects.get(key=entry.article.key).title == "An article: Alliance matters"


# --- the checklist ------------------------------------------------------------------------------------


def test_a_checklist_names_all_that_is_missing(alice):
    entry = make_draft(by=alice, summary="", implications="")
    entry.topics.clear()
    assert [(item.key, item.sentence) for item in readiness(entry).blocking] == [
        ("summary", "It has no summary."),
        ("implications", "It has no practice implications."),
        ("shelves", "It has no topic; choose at least one, so that readers find it."),
        ("approved", "It is not approved yet."),
    ]


NO_LIMITATIONS = "It has no limitations: say what readers should keep in mind, such as who was left out."


@pytest.mark.parametrize(
    ("limitations", "status", "sentence"),
    [("", Status.OPEN, NO_LIMITATIONS), ("One clinic only.", Status.DONE, "It has limitations.")],
)
def test_an_entry_without_limitations_goes_out_and_is_asked_about_them(alice, edith, limitations, status, sentence):
    entry = make_approved(by=alice, approved_by=edith, limitations=limitations)
    (item,) = [item for item in readiness(entry).items if item.key == "limitations"]
    assert (item.status, item.sentence, readiness(entry).ready) == (status, sentence, True)
    assert address_of(item, entry) == f"/desk/entries/{entry.slug}/en/#words-limitations"


@pytest.mark.parametrize(
    ("implications", "are_asked_about"),
    [
        ("**Ask.**\n**Listen.**", True),
        ("- **Ask.**\n- **Listen.**", False),
        ("1. Ask.\n2. Listen.", False),
        ("**Ask.**", False),
        ("**Ask.**\n\n**Listen.**", False),
    ],
)
def test_implications_that_run_together_are_asked_about(alice, implications, are_asked_about):
    entry = make_draft(by=alice, implications=implications)
    items = [item for item in readiness(entry).items if item.key == "points"]
    assert [item.status for item in items] == [Status.OPEN] * are_asked_about
    assert [address_of(item, entry) for item in items] == [
        f"/desk/entries/{entry.slug}/en/#words-implications"
    ] * are_asked_about


def test_a_translation_is_not_asked_for_limitations_that_its_original_has_not(alice):
    entry = make_draft(by=alice, limitations="")
    save_words(entry=entry, language="fr", words={"title": "Un titre"}, on=None, by=alice, now=NOW)
    assert [item for item in readiness(entry, "fr").items if item.field == "limitations"] == []


def test_a_translation_that_is_not_ready_stays_behind_and_blocks_nothing(alice, edith):
    entry = make_approved(by=alice, approved_by=edith)
    save_words(entry=entry, language="fr", words={"title": "Un titre"}, on=None, by=alice, now=NOW)
    (item,) = [item for item in readiness(entry).items if item.key == "translation"]
    assert (item.status, item.language, item.sentence) == (
        Status.OPEN,
        "fr",
        "The translation is not ready and stays behind: French. It does not say who wrote it. "
        "It has no summary. It has no practice implications.",
    )
    assert readiness(entry).ready
    assert not readiness(entry, "fr").ready


@pytest.mark.parametrize("number", [1, 3])
def test_the_queries_of_a_checklist_do_not_grow_with_what_stands_in_it(alice, django_assert_max_num_queries, number):
    entry = make_draft(by=alice)
    for count in range(number):
        words = {"title": f"Un titre {count}"}
        on = words_of(entry, "fr").on
        save_words(entry=entry, language="fr", words=words, on=on, by=alice, now=NOW)
    with django_assert_max_num_queries(10):
        readiness(entry)
