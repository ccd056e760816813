"""Planning an issue, and sending it out: once, whole, and only when it is ready."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from rapport.accounts.models import Person
from rapport.desk.models import IssuePlan
from rapport.digest.models import Entry, Issue


def plan_issue(*, year: int, month: int, by: Person) -> IssuePlan:
    """Open the issue of a month. Refused when there is one already, or for a month that is none."""
    raise NotImplementedError


def place_entry(*, issue: Issue, entry: Entry, by: Person, position: int | None = None) -> Issue:
    """Put a draft into a planned issue, at `position` (from 0; left out: last). It leaves the one it stood in.

    Refused when the issue is out, or the entry has been published already.
    """
    raise NotImplementedError


def remove_entry(*, issue: Issue, entry: Entry, by: Person) -> Issue:
    """Take a draft out of a planned issue. Refused when the issue is out."""
    raise NotImplementedError


def reorder(*, issue: Issue, entries: Sequence[str], by: Person) -> Issue:
    """Put the issue's entries in this order of slugs. Refused when these are not exactly the ones that stand in it."""
    raise NotImplementedError


def write_teaser(*, issue: Issue, teaser: Mapping[str, str], by: Person) -> Issue:
    """The “this month” line, by language. An empty line takes a language away."""
    raise NotImplementedError


def schedule_issue(*, issue: Issue, release_at: dt.datetime, by: Person, now: dt.datetime) -> IssuePlan:
    """Say when it goes out. Refused with what the checklist still asks, for a time that has passed, and when out."""
    raise NotImplementedError


def unschedule_issue(*, issue: Issue, by: Person) -> IssuePlan:
    """Take back when it was to go out. Refused when it is out."""
    raise NotImplementedError


def release_now(*, issue: Issue, by: Person, now: dt.datetime) -> Issue:
    """Send it out this moment. Refused with what the checklist still asks, and when it is out already."""
    raise NotImplementedError


def release_due_issues(*, now: dt.datetime) -> list[Issue]:
    """Send out each issue that is due, and hold back, with a task and the reason, each that is no longer ready.

    Called by the schedule, by any number of workers: each issue goes out once, whole or not at all.
    Returns those that went out.
    """
    raise NotImplementedError
