"""Planning an issue: which entries stand in it, in which order, under which line, and when it is to go out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.accounts.models import Person
from rapport.audit.actions import record
from rapport.desk.actions.locking import bring_to_desk, hold
from rapport.desk.audit_words import about
from rapport.desk.cleaning import as_one_line, clean_wording
from rapport.desk.models import DeskTask, IssuePlan
from rapport.desk.queries.checklists import issue_readiness
from rapport.desk.queries.overviews import is_out
from rapport.desk.refusals import Refused
from rapport.digest import actions as digest
from rapport.digest.models import Entry, Issue
from rapport.web.templatetags.web import language_name


@transaction.atomic
def plan_issue(*, year: int, month: int, by: Person, now: dt.datetime | None = None) -> IssuePlan:
    """Open the issue of a month. Refused when it is planned or out already, or for a month that is none."""
    if not (1900 <= year <= 2999 and 1 <= month <= 12):
        raise Refused(_("An issue has a year of four digits and a month from 1 to 12."))
    issue = digest.plan_issue(year=year, month=month)
    Issue.objects.select_for_update().get(pk=issue.pk)  # whoever plans it in the same moment comes after us
    if is_out(issue) or IssuePlan.objects.filter(issue=issue).exists():
        raise Refused(_("The issue %(issue)s is there already.") % {"issue": issue})
    plan = IssuePlan.objects.create(issue=issue)
    record(stream="digest", by=by, did="issue.planned", about=about(issue), now=now)
    return plan


@transaction.atomic
def place_entry(
    *, issue: Issue, entry: Entry, by: Person, position: int | None = None, now: dt.datetime | None = None
) -> Issue:
    """Put a draft into a planned issue, at `position` (from 0; left out: last). It leaves the one it stood in.

    Refused when the issue is out, or the entry has been published already.
    """
    issue = _being_planned(issue).issue
    held = hold(entry)
    if held.state != Entry.State.DRAFT:
        raise Refused(_("“%(slug)s” has been published; it stays where readers found it.") % {"slug": held.slug})
    bring_to_desk(held, now or timezone.now())
    others = list(issue.entries.exclude(pk=held.pk).order_by("position", "pk"))
    at = len(others) if position is None else max(0, min(position, len(others)))
    digest.place(issue=issue, entries=[*others[:at], held, *others[at:]])
    digest.keep_from_imports(entry=held)
    record(stream="digest", by=by, did="entry.placed", about=about(held), now=now, issue=str(issue), position=at)
    return issue


@transaction.atomic
def remove_entry(*, issue: Issue, entry: Entry, by: Person, now: dt.datetime | None = None) -> Issue:
    """Take a draft out of a planned issue. Refused when the issue is out."""
    issue = _being_planned(issue).issue
    held = hold(entry)
    if held.issue_id != issue.pk:
        raise Refused(_("“%(slug)s” does not stand in this issue.") % {"slug": held.slug})
    digest.place(issue=issue, entries=list(issue.entries.exclude(pk=held.pk).order_by("position", "pk")))
    digest.keep_from_imports(entry=held)
    record(stream="digest", by=by, did="entry.taken-out", about=about(held), now=now, issue=str(issue))
    return issue


@transaction.atomic
def reorder(*, issue: Issue, entries: Sequence[str], by: Person, now: dt.datetime | None = None) -> Issue:
    """Put the issue's entries in this order of slugs. Refused when these are not exactly the ones that stand in it."""
    issue = _being_planned(issue).issue
    there = {entry.slug: entry for entry in issue.entries.all()}
    if sorted(entries) != sorted(there):
        raise Refused(_("Other entries stand in this issue now. Look at it again, and then put them in order."))
    digest.place(issue=issue, entries=[there[slug] for slug in entries])
    record(stream="digest", by=by, did="issue.reordered", about=about(issue), now=now, entries=list(entries))
    return issue


@transaction.atomic
def write_teaser(
    *,
    issue: Issue,
    teaser: Mapping[str, str],
    by: Person,
    read: Mapping[str, str] | None = None,
    now: dt.datetime | None = None,
) -> Issue:
    """The “this month” line, in the languages given; the others stay. An empty line takes a language away.

    `read` is what its writer had before them: a line that they left as it was is not written, and one that somebody
    else has changed since is refused.
    """
    plan = _held(issue)
    lines, stored = clean_wording(teaser, _("The line")), plan.issue.teaser
    before = {**stored, **{code: as_one_line(line) for code, line in (read or {}).items()}}
    changed = {code: lines.get(code, "") for code in teaser if lines.get(code, "") != as_one_line(before.get(code, ""))}
    if overtaken := overtaken_lines(changed, before, stored):
        raise Refused(*overtaken)
    lines = {code: line for code, line in sorted({**stored, **changed}.items()) if line}
    if lines != stored:
        digest.write_teaser(issue=plan.issue, teaser=lines)
        record(stream="digest", by=by, did="issue.line-written", about=about(issue), now=now, line=lines)
    return plan.issue


def overtaken_lines(typed: Mapping[str, str], read: Mapping[str, str], stored: Mapping[str, str]) -> list[str]:
    """What is said of each line that somebody else has changed since it was `read`, and that was `typed` anew."""
    told = _("Somebody has changed the line (%(language)s) meanwhile to “%(line)s”. Save yours again to replace it.")
    overtaken = []
    for code, line in typed.items():
        mine, before, now = (as_one_line(words) for words in (line, read.get(code, ""), stored.get(code, "")))
        if mine != before and now not in (mine, before):
            overtaken.append(told % {"language": language_name(code), "line": stored.get(code, "")})
    return overtaken


@transaction.atomic
def schedule_issue(*, issue: Issue, release_at: dt.datetime, by: Person, now: dt.datetime) -> IssuePlan:
    """Say when it goes out. Refused with what the checklist still asks, for a time that has passed, and when out."""
    plan = _being_planned(issue)
    problems = [item.sentence for item in issue_readiness(plan.issue).blocking]
    if release_at <= now:
        problems.insert(0, _("That time has passed; choose a later one, or publish it now."))
    if problems:
        raise Refused(*problems)
    plan.release_at, plan.scheduled_by, plan.held_back = release_at, by, ""
    plan.save()
    close_held_back_tasks(plan.issue, by=by, now=now, outcome=_("It was scheduled again."))
    at = release_at.isoformat()
    record(stream="digest", by=by, did="issue.scheduled", about=about(issue), now=now, release_at=at)
    return plan


@transaction.atomic
def unschedule_issue(*, issue: Issue, by: Person, now: dt.datetime | None = None) -> IssuePlan:
    """Take back when it was to go out. Refused when it is out."""
    plan = _being_planned(issue)
    if plan.release_at is not None:
        plan.release_at = plan.scheduled_by = None
        plan.held_back = ""
        plan.save()
        record(stream="digest", by=by, did="issue.unscheduled", about=about(issue), now=now)
    return plan


# --- parts that releasing shares ----------------------------------------------------------------------


def close_held_back_tasks(issue: Issue, *, by: Person | None, now: dt.datetime, outcome: str) -> None:
    waiting = DeskTask.objects.filter(issue=issue, kind=DeskTask.Kind.HELD_BACK, done_at=None)
    waiting.update(done_by=by, done_at=now, outcome=outcome)


def _held(issue: Issue) -> IssuePlan:
    """The plan of an issue, held to the end of the transaction; made for one that came from files."""
    there = Issue.objects.select_for_update().filter(pk=issue.pk).first()
    if there is None:
        raise Refused(_("This issue is no longer there. Somebody deleted it meanwhile."))
    plan, _new = IssuePlan.objects.get_or_create(issue=there)
    plan.issue = there
    return plan


def _being_planned(issue: Issue) -> IssuePlan:
    plan = _held(issue)
    if is_out(plan.issue):
        raise Refused(_("The issue %(issue)s is out; what stands in it stays.") % {"issue": plan.issue})
    return plan
