"""What readers get to see of an entry: published, corrected, translated, withdrawn. Each is a numbered revision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.accounts.models import Person
from rapport.audit.actions import record
from rapport.desk.actions.locking import bring_to_desk, close_all, hold
from rapport.desk.actions.previews import end_preview_links
from rapport.desk.audit_words import about
from rapport.desk.cleaning import clean_line, clean_wording
from rapport.desk.models import Progress
from rapport.desk.queries.checklists import goes_out, outlook, readiness
from rapport.desk.queries.words import newest_words, texts_of
from rapport.desk.refusals import Refused
from rapport.desk.telling import told_to_all
from rapport.digest import actions as digest
from rapport.digest.models import Entry, EntryText, Revision


@transaction.atomic
def publish_correction(
    *,
    entry: Entry,
    account: Mapping[str, str],
    reason: str,
    by: Person,
    now: dt.datetime,
    languages: Collection[str] | None = None,
) -> Revision:
    """Show readers the approved words of `languages` (left out: of every published one whose words changed).

    `account` is one line for readers, by language; one in the entry's own language is needed. Readers of a text that
    is left as it is are told so, in their language. Refused unless the
    words are approved, when nothing differs from what readers see, or without an account or a reason.
    """
    held = hold(entry)
    account, reason = told(held, account, reason)
    progress = _approved(held, now)
    published = {text.language: texts_of(text) for text in held.texts.all()}
    approved = goes_out(held)
    changed = [code for code in changed_languages(held) if code in approved]
    wanted = changed if languages is None else [code for code in changed if code in languages]
    if languages and (unknown := set(languages) - set(published)):
        message = _("Readers do not have this entry in “%(language)s” yet; publish it as a translation.")
        raise Refused(message % {"language": min(unknown)})
    if not wanted:
        raise Refused(_("Readers see these words already; there is nothing to correct."))
    for language in wanted:
        if blocking := readiness(held, language).blocking:
            raise Refused(*(item.sentence for item in blocking))
    show(held, wanted)
    account = told_to_all(held, account, wanted)
    revision = digest.add_revision(
        entry=held, kind=Revision.Kind.CORRECTED, by=by.name, now=now, account=account, reason=reason
    )
    settle(held, progress, now)
    end_preview_links(held, now)
    _tell(held, "entry.corrected", revision, by=by, now=now, languages=wanted, account=account, reason=reason)
    return revision


@transaction.atomic
def publish_translation(
    *, entry: Entry, language: str, by: Person, now: dt.datetime, account: Mapping[str, str] | None = None
) -> Revision:
    """Show readers of `language` the approved translation of a published entry for the first time."""
    held = hold(entry)
    line = clean_wording(account or {}, _("What readers are told"))
    progress = _approved(held, now)
    if held.texts.filter(language=language).exists():
        raise Refused(_("Readers have it in this language already; publish a correction."))
    if language not in newest_words(held):
        raise Refused(_("There is no translation in this language yet."))
    if blocking := readiness(held, language).blocking:
        raise Refused(*(item.sentence for item in blocking))
    if language not in goes_out(held):
        raise Refused(_("This translation changed since the original was approved; it must be approved first."))
    show(held, [language])
    revision = digest.add_revision(
        entry=held, kind=Revision.Kind.TRANSLATED, by=by.name, now=now, account=line, language=language
    )
    settle(held, progress, now)
    end_preview_links(held, now)
    _tell(held, "entry.translated", revision, by=by, now=now, languages=[language], account=line)
    return revision


@transaction.atomic
def withdraw_entry(*, entry: Entry, account: Mapping[str, str], reason: str, by: Person, now: dt.datetime) -> Revision:
    """Take a published entry away from readers; its page says so, with the account. It cannot be undone."""
    held = hold(entry)
    account, reason = told(held, account, reason)
    if held.state == Entry.State.DRAFT:
        raise Refused(_("Readers have not seen this entry; there is nothing to withdraw."))
    if held.state == Entry.State.WITHDRAWN:
        raise Refused(_("This entry has been withdrawn already."))
    progress = bring_to_desk(held, now)
    digest.withdraw(entry=held)
    revision = digest.add_revision(
        entry=held, kind=Revision.Kind.WITHDRAWN, by=by.name, now=now, account=account, reason=reason
    )
    progress.stage, progress.changed_at = Progress.Stage.OUT, now
    progress.save()
    close_all(held)
    end_preview_links(held, now)
    _tell(held, "entry.withdrawn", revision, by=by, now=now, account=account, reason=reason)
    return revision


# --- parts that releasing an issue and correcting facts share -----------------------------------------


def publish_first(entry: Entry, *, by: Person | None, now: dt.datetime, scheduled_by: str = "") -> Revision:
    """Show an approved draft to readers for the first time, in each language that is ready and approved.

    Its issue is out: sent by somebody, or by the schedule, which `scheduled_by` set.
    """
    languages = goes_out(entry)
    progress = entry.progress
    own = newest_words(entry)[entry.language].texts
    digest.drop_texts(entry=entry, languages=set(entry.texts.values_list("language", flat=True)) - set(languages))
    show(entry, languages)
    author = own["author"] or (progress.author.name if progress.author else progress.author_name)
    revision = digest.add_revision(entry=entry, kind=Revision.Kind.PUBLISHED, by=author, now=now)
    settle(entry, progress, now)
    end_preview_links(entry, now)
    approved_by = progress.approved_by.name if progress.approved_by else progress.approved_by_name
    schedule = {"scheduled_by": scheduled_by} if by is None and scheduled_by else {}
    _tell(
        entry,
        "entry.published",
        revision,
        by=by,
        now=now,
        languages=languages,
        author=author,
        approved_by=approved_by,
        **schedule,
    )
    return revision


def show(entry: Entry, languages: Iterable[str]) -> None:
    """Make the newest words of these languages what readers see."""
    words = newest_words(entry)
    for language in languages:
        digest.write_text(entry=entry, language=language, words=words[language].texts)
    digest.keep_from_imports(entry=entry)


def changed_languages(entry: Entry) -> list[str]:
    """The languages that readers have, and whose newest words are not what they see."""
    published = {text.language: texts_of(text) for text in EntryText.objects.filter(entry=entry)}
    return [
        language
        for language, words in newest_words(entry).items()
        if language in published and words.texts != published[language]
    ]


def settle(entry: Entry, progress: Progress, now: dt.datetime) -> None:
    """Say that the newest words are out, unless some are still to be shown, or to be approved first."""
    seen, changed = set(entry.texts.values_list("language", flat=True)), set(changed_languages(entry))
    ahead = outlook(entry)
    if (set(ahead.goes_out) - seen) | (changed & set(ahead.goes_out)):
        progress.stage = Progress.Stage.APPROVED
    elif (set(ahead.approvable) - seen) | changed:
        progress.stage = Progress.Stage.DRAFT
        progress.approved_by = progress.approved_at = None
        progress.approved_by_name = ""
    else:
        progress.stage = Progress.Stage.OUT
    progress.changed_at = now
    progress.save()
    close_all(entry)


def told(entry: Entry, account: Mapping[str, str], reason: str) -> tuple[dict[str, str], str]:
    """The account for readers and the reason for the network, clean; refused without either."""
    problems: list[str] = []
    line: dict[str, str] = {}
    try:
        line = clean_wording(account, _("What readers are told"))
        if not line.get(entry.language):
            message = _("Say in one line, in the entry’s own language (%(language)s), what readers are told.")
            problems.append(message % {"language": entry.language})
    except Refused as refused:
        problems += refused.reasons
    try:
        reason = clean_line(reason, _("The reason"), needed=True)
    except Refused as refused:
        problems += refused.reasons
    if problems:
        raise Refused(*problems)
    return line, reason


def _approved(entry: Entry, now: dt.datetime) -> Progress:
    if entry.state == Entry.State.WITHDRAWN:
        raise Refused(_("This entry has been withdrawn."))
    if entry.state == Entry.State.DRAFT:
        raise Refused(_("Readers have not seen this entry yet; it goes out with its issue."))
    progress = bring_to_desk(entry, now)
    if progress.stage == Progress.Stage.OUT:
        raise Refused(_("Readers see its newest words already; change them first."))
    if progress.stage != Progress.Stage.APPROVED:
        message = _("The new words are %(stage)s; they must be approved before readers see them.")
        raise Refused(message % {"stage": progress.get_stage_display()})
    return progress


def _tell(
    entry: Entry, did: str, revision: Revision, *, by: Person | None, now: dt.datetime, **details: object
) -> None:
    record(stream="digest", by=by, did=did, about=about(entry), now=now, revision=revision.number, **details)
