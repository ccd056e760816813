"""From draft to approved, and back."""

from __future__ import annotations

import datetime as dt

from rapport.accounts.models import Person
from rapport.desk.models import Acknowledgement, DeskRules, Progress
from rapport.digest.models import Entry
from rapport.literature.models import Article


def submit_for_review(*, entry: Entry, by: Person, now: dt.datetime) -> Progress:
    """Draft → in review. Refused at any other stage, and without title, summary or implications."""
    raise NotImplementedError


def send_back(*, entry: Entry, reason: str, by: Person, now: dt.datetime) -> Progress:
    """In review, or approved → draft, with a reason for its author, kept in the history."""
    raise NotImplementedError


def approve(*, entry: Entry, by: Person, now: dt.datetime) -> Progress:
    """In review → approved: the newest words of every language are what may go out.

    Refused, with a sentence for each, while something blocks it (`queries.readiness`), and when `may_approve` says
    that it must be somebody else.
    """
    raise NotImplementedError


def facts_changed(*, article: Article, by: Person | None, now: dt.datetime) -> Progress | None:
    """Say that what is stored of the article changed: an approved entry goes back to review. None without an entry.

    `save_facts` and `correct_facts` do this themselves.
    """
    raise NotImplementedError


def acknowledge(
    *, entry: Entry, language: str, figure: str, sentence: str, reason: str, by: Person, now: dt.datetime
) -> Acknowledgement:
    """Answer, by name and with a reason, for a figure that nothing supports, as it stands in that sentence.

    Refused without a reason, and when the figure does not stand unsupported in the newest words: what is
    contradicted is mended, not acknowledged. Acknowledging twice gives the one that holds.
    """
    raise NotImplementedError


def take_back_acknowledgement(*, acknowledgement: Acknowledgement, by: Person, now: dt.datetime) -> Acknowledgement:
    """Stop answering for a figure. An approved entry goes back to review. Doing it twice changes nothing."""
    raise NotImplementedError


def set_rules(*, second_person_approves: bool, by: Person) -> DeskRules:
    raise NotImplementedError
