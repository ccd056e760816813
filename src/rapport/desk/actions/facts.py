"""What is stored of an article, changed at the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.accounts.models import Person
from rapport.audit.actions import record
from rapport.desk.actions.locking import bring_to_desk, hold
from rapport.desk.actions.publishing import changed_languages, settle, show, told
from rapport.desk.actions.stages import facts_changed, refuse_unless_may_approve, set_approved
from rapport.desk.audit_words import about
from rapport.desk.checking import check_words, facts_of
from rapport.desk.models import Progress
from rapport.desk.policies import MAY_EDIT
from rapport.desk.queries.checklists import approvable
from rapport.desk.queries.overviews import acknowledgements_of
from rapport.desk.queries.words import texts_of
from rapport.desk.refusals import Refused
from rapport.digest import actions as digest
from rapport.digest.models import Entry, Revision
from rapport.literature.actions import save_article
from rapport.literature.models import Article


@transaction.atomic
def save_facts(
    *, key: str, facts: Mapping[str, Any], findings: Sequence[Mapping[str, Any]], by: Person, now: dt.datetime
) -> Article:
    """Make or change the article `key` and its findings (both as `literature.actions.save_article` takes them).

    An approved entry about it goes back to review. Refused when its entry is published: that is a correction, for
    which readers get an account (`correct_facts`).
    """
    entry = Entry.objects.filter(article__key=key).first()
    if entry and hold(entry).state == Entry.State.PUBLISHED:
        raise Refused(_("Readers see these facts; change them as a correction, with a line that tells readers."))
    article = save_article(key=key, facts=dict(facts), findings=[dict(finding) for finding in findings])
    record(stream="digest", by=by, did="article.facts-saved", about=about(article), now=now, findings=len(findings))
    facts_changed(article=article, by=by, now=now)
    return article


@transaction.atomic
def correct_facts(
    *,
    article: Article,
    facts: Mapping[str, Any],
    findings: Sequence[Mapping[str, Any]],
    account: Mapping[str, str],
    reason: str,
    by: Person,
    now: dt.datetime,
    languages: Collection[str] = (),
) -> Revision:
    """Change what is stored of an article whose entry is published, as a correction that readers are told of.

    `account` is one line for readers by language, `reason` for the network. With `languages`, the newest words of
    these go out in the same moment: so a wrong figure that stands both in a finding and in the text is mended at
    once. Refused to who is no editor, when the words that readers would then see contradict the facts, and when
    `may_approve` says that words must be approved by somebody else.
    """
    refuse_unless_editor(by)
    entry = Entry.objects.filter(article=article).first()
    if entry is None or hold(entry).state != Entry.State.PUBLISHED:
        raise Refused(_("Readers do not see these facts; save them without a correction."))
    entry = hold(entry)
    account, reason = told(entry, account, reason)
    progress = bring_to_desk(entry, now)
    saved = save_article(key=article.key, facts=dict(facts), findings=[dict(finding) for finding in findings])
    shown = [language for language in changed_languages(entry) if language in languages]
    if shown:
        refuse_unless_may_approve(by, entry, progress, approvable(entry))
        set_approved(entry, progress, by=by, now=now)
        show(entry, shown)
    _refuse_contradicted(entry, saved)
    digest.facts_changed(article=saved)
    digest.keep_from_imports(entry=entry)
    revision = digest.add_revision(
        entry=entry, kind=Revision.Kind.CORRECTED, by=by.name, now=now, account=account, reason=reason
    )
    if shown:
        settle(entry, progress, now)
    elif progress.stage == Progress.Stage.APPROVED:
        facts_changed(article=saved, by=by, now=now)
    record(
        stream="digest",
        by=by,
        did="entry.facts-corrected",
        about=about(entry),
        now=now,
        revision=revision.number,
        languages=shown,
        account=account,
        reason=reason,
    )
    return revision


def refuse_unless_editor(by: Person) -> None:
    """What is stored of an article whose entry is published is corrected by an editor."""
    if not MAY_EDIT.allows(by):
        raise Refused(left_to_editors())


def left_to_editors() -> str:
    return _("Readers see the entry about this article. An editor can correct it; ask one.")


def _refuse_contradicted(entry: Entry, article: Article) -> None:
    """Readers must not see a text and a table that contradict each other."""
    facts = facts_of(article)
    held = acknowledgements_of(entry)
    problems = []
    for text in entry.texts.all():
        acknowledged = [(ack.figure, ack.sentence) for ack in held if ack.language == text.language]
        checked = check_words(texts_of(text), facts, language=text.language, acknowledged=acknowledged)
        problems += [figure.message for figure in checked.contradicted]
    if problems:
        mend = _("Change the text too, and publish both in one correction.")
        raise Refused(*problems, mend)
