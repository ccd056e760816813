"""What a letter says: composed for one subscriber, rendered for mail programs, and as a page."""

from __future__ import annotations

from dataclasses import replace

from django.utils import translation
from django.utils.translation import gettext as _

from rapport.digest.models import Entry, Issue
from rapport.mailing.letters.claimed import Claimed
from rapport.mailing.letters.composing import content_of
from rapport.mailing.letters.message import MailedLetter
from rapport.mailing.letters.press import Press, addressed, print_sheet
from rapport.mailing.models import Edition, LedgerLine

_press = Press()


def compose(claimed: Claimed) -> MailedLetter:
    """The letter that a worker has claimed, as it is to be read now."""
    return _press.letter(claimed)


def compose_test(*, issue: Issue, language: str, to: str) -> MailedLetter | None:
    """The letter of an issue as somebody gets it who asked for all of it, for a person at the desk to look at.

    Nothing of it is kept, and its links to preferences, unsubscribing and answers open nothing. None when nothing in
    the issue is there to be read.
    """
    entries = issue.entries.filter(state=Entry.State.PUBLISHED).order_by("position").prefetch_related("texts")
    lines = [LedgerLine(entry=entry, language=_language_of(entry, language), revision=0) for entry in entries]
    if not lines:
        return None
    edition = Edition(kind=Edition.Kind.ISSUE, issue=issue, through=0)
    with translation.override(language):
        content = content_of(edition, lines, language)
        marked = replace(content, subject=_("[Test] %(subject)s") % {"subject": content.subject})
        return addressed(print_sheet(marked), to=to, delivery=None)


def _language_of(entry: Entry, wanted: str) -> str:
    return wanted if any(text.language == wanted for text in entry.texts.all()) else entry.language
