"""Sending an issue out: once, whole, and only when it is ready."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from rapport.accounts.models import Person
from rapport.audit.actions import record
from rapport.desk.actions.issues import close_held_back_tasks
from rapport.desk.actions.publishing import publish_first
from rapport.desk.audit_words import about
from rapport.desk.models import DeskTask, IssuePlan
from rapport.desk.queries.checklists import issue_readiness
from rapport.desk.queries.overviews import is_out
from rapport.desk.queries.words import site_languages
from rapport.desk.refusals import Refused
from rapport.digest import actions as digest
from rapport.digest.models import Entry, Issue

log = logging.getLogger(__name__)


def release_due_issues(*, now: dt.datetime) -> list[Issue]:
    """Send out each issue that is due, and hold back, with a task and the reason, each that is no longer ready.

    Called by the schedule, by any number of workers: each issue goes out once, whole or not at all. One that was
    held back waits for a person to schedule it anew. Returns those that went out.
    """
    due = IssuePlan.objects.filter(release_at__lte=now, released_at=None, held_back="").order_by("release_at")
    released, failed = [], None
    for key in list(due.values_list("pk", flat=True)):
        try:
            issue = _release_if_due(key, now)
        except Exception as problem:  # one issue that cannot go out keeps none of the others
            log.exception("The issue with the key %s could not be released", key)
            failed = failed or problem
        else:
            released += [issue] if issue else []
    if failed:
        raise failed
    return released


@transaction.atomic
def release_now(*, issue: Issue, by: Person, now: dt.datetime) -> Issue:
    """Send it out this moment. Refused with what the checklist still asks, and when it is out already."""
    Issue.objects.select_for_update().get(pk=issue.pk)
    plan, _new = IssuePlan.objects.get_or_create(issue=issue)
    plan = _hold_plan(plan.pk)
    if plan.released_at or is_out(plan.issue):
        raise Refused(_("The issue %(issue)s is out already.") % {"issue": plan.issue})
    _hold_entries(plan.issue)
    if blocking := issue_readiness(plan.issue).blocking:
        raise Refused(*(item.sentence for item in blocking))
    return _send_out(plan, by=by, now=now)


@transaction.atomic
def _release_if_due(key: int, now: dt.datetime) -> Issue | None:
    """Release one issue, unless another worker has done so since, or somebody has taken its time back."""
    plan = _hold_plan(key)
    if plan.released_at or plan.held_back or plan.release_at is None or plan.release_at > now:
        return None
    _hold_entries(plan.issue)
    with translation.override(site_languages()[0]):  # what is kept is in the network's language
        if is_out(plan.issue):
            blocking = [_("The issue %(issue)s is out already.") % {"issue": plan.issue}]
        else:
            blocking = [item.sentence for item in issue_readiness(plan.issue).blocking]
        if blocking:
            _hold_back(plan, blocking, now)
            return None
        return _send_out(plan, by=None, now=now)


def _hold_plan(key: int) -> IssuePlan:
    """The plan and its issue as they are now, held to the end of the transaction."""
    Issue.objects.select_for_update().get(plan=key)
    return IssuePlan.objects.select_for_update(of=("self",)).select_related("issue").get(pk=key)


def _hold_entries(issue: Issue) -> None:
    """Nobody saves words between the checklist and the publishing."""
    list(Entry.objects.select_for_update().filter(issue=issue).order_by("pk").values_list("pk"))


def _send_out(plan: IssuePlan, *, by: Person | None, now: dt.datetime) -> Issue:
    issue = plan.issue
    entries = list(issue.entries.filter(state=Entry.State.DRAFT).order_by("position").select_related("progress"))
    digest.release(issue=issue, on=timezone.localdate(now))
    scheduled_by = plan.scheduled_by.name if plan.scheduled_by else ""
    for entry in entries:
        entry.state = Entry.State.PUBLISHED
        publish_first(entry, by=by, now=now, scheduled_by=scheduled_by)
    plan.released_at, plan.held_back = now, ""
    plan.save()
    close_held_back_tasks(issue, by=by, now=now, outcome=_("It went out."))
    record(
        stream="digest",
        by=by,
        did="issue.released",
        about=about(issue),
        now=now,
        entries=[entry.slug for entry in entries],
        scheduled_by=scheduled_by,
    )
    return issue


def _hold_back(plan: IssuePlan, reasons: list[str], now: dt.datetime) -> None:
    plan.held_back = " ".join(reasons)
    plan.save()
    DeskTask.objects.create(kind=DeskTask.Kind.HELD_BACK, issue=plan.issue, made_at=now)
    record(stream="digest", by=None, did="issue.held-back", about=about(plan.issue), now=now, reasons=reasons)
