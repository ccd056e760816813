"""From draft to approved, and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.accounts.models import Person
from rapport.audit.actions import record
from rapport.desk.actions.locking import bring_to_desk, close_all, hold, reopen
from rapport.desk.audit_words import about
from rapport.desk.checking.verdicts import normal
from rapport.desk.cleaning import clean_line
from rapport.desk.models import Acknowledgement, DeskRules, Progress
from rapport.desk.policies import MAY_EDIT, may_approve
from rapport.desk.queries.approvals import is_approved, writers_of
from rapport.desk.queries.checklists import approvable, check_of, readiness
from rapport.desk.queries.words import newest_words, words_of
from rapport.desk.refusals import Refused
from rapport.digest import actions as digest
from rapport.digest.models import Entry
from rapport.literature.models import Article


@transaction.atomic
def submit_for_review(*, entry: Entry, by: Person, now: dt.datetime) -> Progress:
    """Draft → in review. Refused at any other stage, and without title, summary or implications."""
    held = hold(entry)
    progress = _being_made(held, now)
    if progress.stage != Progress.Stage.DRAFT:
        raise Refused(_("Only a draft can be submitted for review; this one is %(stage)s.") % _stage(progress))
    words = words_of(held, held.language).texts
    empty = {
        "title": _("It has no title yet."),
        "summary": _("It has no summary yet."),
        "implications": _("It has no practice implications yet."),
    }
    if missing := [sentence for field, sentence in empty.items() if not words[field]]:
        raise Refused(*missing)
    if held.state == Entry.State.DRAFT and progress.author_id is None and not progress.author_name:
        progress.author = by
    return _to(held, progress, Progress.Stage.IN_REVIEW, did="entry.submitted", by=by, now=now)


@transaction.atomic
def send_back(*, entry: Entry, reason: str, by: Person, now: dt.datetime) -> Progress:
    """In review, or approved → draft, with a reason for its author, kept in the history."""
    reason = clean_line(reason, _("The reason"), needed=True)
    held = hold(entry)
    progress = _being_made(held, now)
    if progress.stage == Progress.Stage.DRAFT:
        raise Refused(_("It is a draft already."))
    return _to(held, progress, Progress.Stage.DRAFT, did="entry.sent-back", by=by, now=now, reason=reason)


@transaction.atomic
def approve(
    *, entry: Entry, by: Person, now: dt.datetime, seen: Mapping[str, tuple[int, int]] | None = None
) -> Progress:
    """In review → approved: the newest words are what may go out.

    Of translations, those that are ready; another keeps nothing back, and is approved by itself later. Refused, with
    a sentence for each, while something blocks it (`queries.checklists`), when `may_approve` says that it must be
    somebody else, and when a text was saved since `seen` (language to `Words.on`).
    """
    held = hold(entry)
    progress = _being_made(held, now)
    if progress.stage != Progress.Stage.IN_REVIEW:
        raise Refused(_("Only an entry in review can be approved; this one is %(stage)s.") % _stage(progress))
    refuse_unless_may_approve(by, held, progress, approvable(held))
    _refuse_unread(held, seen)
    missing = [item.sentence for item in readiness(held).blocking if item.key != "approved"]
    if missing:
        raise Refused(*missing)
    return set_approved(held, progress, by=by, now=now)


def set_approved(entry: Entry, progress: Progress, *, by: Person, now: dt.datetime) -> Progress:
    """Write the approval down. Whoever calls has asked whether it may be given."""
    progress.approved_by, progress.approved_by_name, progress.approved_at = by, "", now
    words = newest_words(entry)
    numbers = {language: words[language].number for language in approvable(entry) if language in words}
    progress.approved_versions = {**progress.approved_versions, **numbers}
    return _to(entry, progress, Progress.Stage.APPROVED, did="entry.approved", by=by, now=now, versions=numbers)


@transaction.atomic
def approve_translation(
    *, entry: Entry, language: str, by: Person, now: dt.datetime, seen: Mapping[str, tuple[int, int]] | None = None
) -> Progress:
    """Approve a translation by itself, beside an original that is approved: it may go out with it, or after it.

    Refused as `approve` is, and where there is none in this language that still waits.
    """
    held = hold(entry)
    progress = _being_made(held, now)
    if progress.stage != Progress.Stage.APPROVED:
        raise Refused(_("The original is %(stage)s; both are approved together.") % _stage(progress))
    words = newest_words(held)
    if language == held.language or language not in words:
        raise Refused(_("There is no translation in this language yet."))
    if is_approved(progress, language, words[language].number):
        raise Refused(_("This translation is approved already."))
    refuse_unless_may_approve(by, held, progress, [language])
    _refuse_unread(held, {code: on for code, on in (seen or {}).items() if code == language})
    if blocking := readiness(held, language).blocking:
        raise Refused(*(item.sentence for item in blocking))
    number = words[language].number
    progress.approved_versions = {**progress.approved_versions, language: number}
    progress.changed_at = now
    progress.save()
    close_all(held)
    digest.keep_from_imports(entry=held)
    did = "entry.translation-approved"
    record(stream="digest", by=by, did=did, about=about(held), now=now, language=language, number=number)
    return progress


def refuse_unless_may_approve(by: Person, entry: Entry, progress: Progress, languages: Collection[str]) -> None:
    """Refuse who may not approve the words of these languages, and say why."""
    rules = DeskRules.current()
    if may_approve(by, writers_of(entry, progress, languages), rules):
        return
    if not MAY_EDIT.allows(by):
        raise Refused(_("Only an editor can approve it."))
    if progress.author_id == by.pk:
        raise Refused(_("You wrote it; this network asks that somebody else approves it."))
    raise Refused(_("You wrote part of it; this network asks that somebody else approves it."))


def _refuse_unread(entry: Entry, seen: Mapping[str, tuple[int, int]] | None) -> None:
    words = newest_words(entry)
    if any(words[language].on != on for language, on in (seen or {}).items() if language in words):
        raise Refused(_("Somebody saved a text since you read it. Read it again before you approve it."))


@transaction.atomic
def facts_changed(*, article: Article, by: Person | None, now: dt.datetime) -> Progress | None:
    """Say that what is stored of the article changed: an approved entry goes back to review. None without an entry.

    `save_facts` and `correct_facts` do this themselves.
    """
    entry = Entry.objects.select_for_update().filter(article=article).order_by("pk").first()
    if entry is None:
        return None
    digest.facts_changed(article=article)
    digest.keep_from_imports(entry=entry)
    progress = bring_to_desk(entry, now)
    record(stream="digest", by=by, did="entry.facts-changed", about=about(entry), now=now, article=article.key)
    if progress.stage == Progress.Stage.APPROVED:
        reopen(progress, by=by, now=now, why="facts")
    return progress


@transaction.atomic
def acknowledge(
    *, entry: Entry, language: str, figure: str, sentence: str, reason: str, by: Person, now: dt.datetime
) -> Acknowledgement:
    """Answer, by name and with a reason, for a figure that nothing supports, or of which the text tells one
    source only, as it stands in that sentence.

    Refused without a reason, and when the figure is not open in the newest words: what is
    contradicted is mended, not acknowledged. Acknowledging twice gives the one that holds.
    """
    reason = clean_line(reason, _("The reason"), needed=True)
    held = hold(entry)
    _being_made(held, now, also_out=True)
    asked = _kept(figure, sentence)
    found = [one for one in check_of(held, language).figures if _kept(one.text, one.sentence) == asked]
    if not found:
        message = _("“%(figure)s” no longer stands in the text as it was shown. Look at the text again.")
        raise Refused(message % {"figure": figure[:60]})
    if all(one.acknowledged for one in found):
        holding = Acknowledgement.objects.filter(entry=held, language=language, taken_back_at=None)
        return next(ack for ack in holding if _kept(ack.figure, ack.sentence) == asked)
    if not any(one.is_open for one in found):
        message = _("“%(figure)s” needs no acknowledgement: it is supported, or it must be mended.")
        raise Refused(message % {"figure": figure[:60]})
    made = Acknowledgement.objects.create(
        entry=held,
        language=language,
        figure=found[0].text,
        sentence=found[0].sentence,
        reason=reason,
        by=by,
        made_at=now,
    )
    record(
        stream="digest",
        by=by,
        did="entry.figure-acknowledged",
        about=about(held),
        now=now,
        language=language,
        figure=made.figure,
        sentence=made.sentence,
        reason=reason,
    )
    return made


@transaction.atomic
def take_back_acknowledgement(*, acknowledgement: Acknowledgement, by: Person, now: dt.datetime) -> Acknowledgement:
    """Stop answering for a figure. An approved entry goes back to review. Doing it twice changes nothing."""
    held = hold(acknowledgement.entry)
    taken = Acknowledgement.objects.filter(pk=acknowledgement.pk, taken_back_at=None).update(taken_back_at=now)
    acknowledgement.refresh_from_db()
    if taken:
        record(
            stream="digest",
            by=by,
            did="entry.acknowledgement-taken-back",
            about=about(held),
            now=now,
            language=acknowledgement.language,
            figure=acknowledgement.figure,
        )
        progress = bring_to_desk(held, now)
        if progress.stage == Progress.Stage.APPROVED:
            reopen(progress, by=by, now=now, why="acknowledgement")
    return acknowledgement


@transaction.atomic
def set_rules(*, second_person_approves: bool, by: Person) -> DeskRules:
    """Say what this network asks of its desk."""
    rules, _new = DeskRules.objects.update_or_create(pk=1, defaults={"second_person_approves": second_person_approves})
    record(stream="digest", by=by, did="desk.rules-set", second_person_approves=second_person_approves)
    return rules


# --- parts --------------------------------------------------------------------------------------------


def _being_made(entry: Entry, now: dt.datetime, *, also_out: bool = False) -> Progress:
    """The progress of an entry on its way; refuses what has been withdrawn, or has nothing that waits."""
    if entry.state == Entry.State.WITHDRAWN:
        raise Refused(_("This entry has been withdrawn."))
    progress = bring_to_desk(entry, now)
    if progress.stage == Progress.Stage.OUT and not also_out:
        raise Refused(_("Readers see its newest words already; change them first."))
    return progress


def _kept(figure: str, sentence: str) -> tuple[str, str]:
    """How an acknowledgement is compared: white space does not count."""
    return normal(figure), normal(sentence)


def _stage(progress: Progress) -> dict[str, str]:
    return {"stage": progress.get_stage_display()}


def _to(
    entry: Entry,
    progress: Progress,
    stage: Progress.Stage,
    *,
    did: str,
    by: Person,
    now: dt.datetime,
    **details: object,
) -> Progress:
    """Move to `stage`: a deed, which ends the stretch of writing."""
    if stage != Progress.Stage.APPROVED:
        progress.approved_by = progress.approved_at = None
        progress.approved_by_name = ""
    progress.stage, progress.changed_at = stage, now
    progress.save()
    close_all(entry)
    digest.keep_from_imports(entry=entry)
    record(stream="digest", by=by, did=did, about=about(entry), now=now, **details)
    return progress
