"""Issues: which are planned, and one of them: its entries, its line, its checklist, when it goes out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from rapport.accounts.policies import requires, signed_in
from rapport.desk import actions, issue_forms, queries
from rapport.desk.cleaning import as_one_line
from rapport.desk.deed_forms import Plain
from rapport.desk.models import IssuePlan
from rapport.desk.policies import MAY_EDIT, MAY_WRITE
from rapport.desk.refusals import Refused
from rapport.desk.views.deed import NOT_UNDERSTOOD, REFUSED, Asked, Deeds, add_reasons
from rapport.digest.models import Entry, Issue
from rapport.web.unknown import NotHere

ISSUES_PER_PAGE = 24


# --- all of them --------------------------------------------------------------------------------------


@requires(MAY_WRITE)
def issues(request: HttpRequest) -> HttpResponse:
    initial = {"month": queries.next_month_to_plan(localdate()), "entry": request.GET.get("entry", "")}
    return _list(request, issue_forms.PlanIssue(initial=initial, auto_id="plan_%s"))


def _list(request: HttpRequest, form: Form, *, status: int = 200) -> HttpResponse:
    out = queries.issues_out()
    page = Paginator(out, ISSUES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "planned": queries.issues_at_the_desk(),
        "page_obj": page,
        "form": form,
        "waiting": _waiting(form["entry"].value() or ""),
        "may_edit": _edits(request),
    }
    return render(request, "desk/issues/list.html", context, status=status)


def _waiting(slug: str) -> Entry | None:
    """The draft for which an issue is to be planned; none that somebody has put into one meanwhile."""
    is_slug = re.fullmatch(r"[-\w]{1,80}", slug, re.ASCII)
    return Entry.objects.filter(slug=slug, state=Entry.State.DRAFT, issue=None).first() if is_slug else None


@requires(MAY_EDIT)
def plan(request: HttpRequest) -> HttpResponseBase:
    if request.method != "POST":
        return redirect("desk_issues")
    form = issue_forms.PlanIssue(request.POST, auto_id="plan_%s")
    if not form.is_valid():
        return _list(request, form, status=NOT_UNDERSTOOD)
    year, month = form.cleaned_data["month"]
    waiting = _waiting(form.cleaned_data["entry"])
    try:
        with transaction.atomic():
            planned = actions.plan_issue(year=year, month=month, by=signed_in(request), now=now())
            if waiting:
                actions.place_entry(issue=planned.issue, entry=waiting, by=signed_in(request), now=now())
    except Refused as refusal:
        add_reasons(form, refusal, "month")
        return _list(request, form, status=REFUSED)
    messages.success(
        request,
        _("The issue is planned, and the entry stands in it.")
        if waiting
        else _("The issue is planned. Put entries into it."),
    )
    return redirect("desk_issue", year=year, month=month)


# --- one of them --------------------------------------------------------------------------------------


@requires(MAY_WRITE)
def issue(request: HttpRequest, year: int, month: int) -> HttpResponse:
    return _page(request, issue_at_desk(year, month))


def issue_at_desk(year: int, month: int) -> Issue:
    found = Issue.objects.select_related("plan__scheduled_by").filter(year=year, month=month).first()
    if found is None:
        raise NotHere(_("No issue is planned for that month."))
    return found


@dataclass(frozen=True)
class Line:
    """The “this month” line in one language, and what is suggested for it."""

    language: str
    text: str
    suggested: str
    read: str  # what its writer has before them, if they leave it as it is


def _page(
    request: HttpRequest, issue: Issue, *, refused: Mapping[str, Form] | None = None, status: int = 200
) -> HttpResponse:
    plan, languages = queries.plan_of(issue) or IssuePlan(issue=issue), queries.site_languages()
    out = queries.is_out(issue)
    entries = queries.entries_in(issue)
    forms: dict[str, Form] = {
        "teaser": issue_forms.Teaser(
            languages=languages, initial=_as_typed(request, _lines(issue, languages)), auto_id="line_%s"
        )
    }
    if not out:
        forms["schedule"] = issue_forms.Schedule(initial=_as_typed(request, _moment(issue)), auto_id="schedule_%s")
        forms["place"] = _place_form(None)
    suggestions = {code: queries.suggested_teaser(entries, code) for code in languages}
    _tell_of_overtaken_lines(request, issue, languages, refused or {})
    context = {
        "issue": issue,
        "plan": plan,
        "out": out,
        "entries": entries,
        "checklist": None if out else queries.issue_readiness(issue),
        "lines": [
            Line(
                code,
                issue.teaser.get(code, ""),
                text if text != issue.teaser.get(code) else "",
                _read(request, code, issue.teaser.get(code, "")),
            )
            for code, text in suggestions.items()
        ],
        "forms": {**forms, **(refused or {})},
        "refused": refused or {},
        "may_edit": _edits(request),
    }
    return render(request, "desk/issues/issue.html", context, status=status)


def _edits(request: HttpRequest) -> bool:
    return MAY_EDIT.allows(signed_in(request))


def _as_typed(request: HttpRequest, stored: Mapping[str, str]) -> dict[str, str]:
    """What the fields begin with: what was typed into them before another button was pressed, or what is stored."""
    typed = request.POST if request.method == "POST" else request.GET
    return {name: typed.get(name, value) for name, value in stored.items()}


def _read(request: HttpRequest, code: str, stored: str) -> str:
    """What is read of a line on a page that shows what was typed: of one that was left as it was, what that is."""
    typed, read = request.POST.get(f"line_{code}"), request.POST.get(f"read_{code}")
    is_left = typed is not None and read is not None and as_one_line(typed) == as_one_line(read)
    return str(read) if is_left else stored


def _tell_of_overtaken_lines(
    request: HttpRequest, issue: Issue, languages: Sequence[str], refused: Mapping[str, Form]
) -> None:
    """Whatever else was refused: the page that is shown now would replace what somebody else wrote meanwhile."""
    typed = {code: request.POST[f"line_{code}"] for code in languages if f"line_{code}" in request.POST}
    read = {code: request.POST[f"read_{code}"] for code in typed if f"read_{code}" in request.POST}
    for form in list(refused.values())[:1]:
        for reason in actions.overtaken_lines(typed, {**issue.teaser, **read}, issue.teaser):
            if reason not in form.non_field_errors():
                form.add_error(None, reason)


def _lines(issue: Issue, languages: Sequence[str]) -> dict[str, str]:
    return {f"line_{code}": issue.teaser.get(code, "") for code in languages}


def _moment(issue: Issue) -> dict[str, str]:
    """When it goes out, or else when one would expect it to."""
    plan = queries.plan_of(issue)
    scheduled = plan.release_at if plan and not plan.held_back else None
    return issue_forms.Schedule.initially(scheduled or queries.expected_release(issue, now()))


# --- what is done with it -----------------------------------------------------------------------------


def _back(request: HttpRequest, issue: Issue) -> str:
    """The page of an issue is one form: a day and a time that were typed stay there when another button is pressed."""
    address = reverse("desk_issue", args=[issue.year, issue.month])
    stored = _moment(issue)
    typed = {name: request.POST.get(name, value) for name, value in stored.items()}
    return address if typed == stored else f"{address}?{urlencode(typed)}"


ISSUE = Deeds(find=issue_at_desk, show=_page, address=_back)


def _place_form(sent: Mapping[str, str] | None) -> Form:
    return issue_forms.PlaceEntry(sent, entries=queries.entries_to_place(), prefix="place", auto_id="place_%s")


def _entry_form(request: HttpRequest, issue: Issue) -> Form:
    return issue_forms.EntryOfIssue(request.POST, entries=queries.entries_in(issue), auto_id="entry_%s")


def _teaser_form(request: HttpRequest) -> issue_forms.Teaser:
    return issue_forms.Teaser(request.POST, languages=queries.site_languages(), auto_id="line_%s")


def _keep_line(asked: Asked[Issue]) -> None:
    """Save what stands in the lines, whichever button was pressed."""
    form = _teaser_form(asked.request)
    if not form.is_valid():
        raise Refused(*(str(reason) for reasons in form.errors.values() for reason in reasons))
    actions.write_teaser(issue=asked.of, teaser=form.lines, read=form.read, by=asked.by, now=asked.now)


@ISSUE.deed("place", MAY_EDIT, lambda request, issue: _place_form(request.POST), at="#entries")
def place(asked: Asked[Issue]) -> str:
    _keep_line(asked)
    entry = Entry.objects.get(slug=asked.said["entry"])
    actions.place_entry(issue=asked.of, entry=entry, by=asked.by, now=asked.now)
    return _("The entry stands in this issue now.")


@ISSUE.deed("entry", MAY_EDIT, _entry_form, at="#entries")
def take_out(asked: Asked[Issue]) -> str:
    _keep_line(asked)
    entry = Entry.objects.get(slug=asked.said["out"])
    actions.remove_entry(issue=asked.of, entry=entry, by=asked.by, now=asked.now)
    return _("The entry stands in no issue now; it is kept as it is.")


@ISSUE.deed("entry", MAY_EDIT, _entry_form, at="#entries")
def move(asked: Asked[Issue]) -> str:
    _keep_line(asked)
    slugs = [entry.slug for entry in queries.entries_in(asked.of)]
    actions.reorder(issue=asked.of, entries=issue_forms.moved(slugs, **asked.said), by=asked.by, now=asked.now)
    return _("The order is changed.")


@ISSUE.deed("teaser", MAY_EDIT, lambda request, issue: _teaser_form(request), at="#teaser")
def write_line(asked: Asked[Issue]) -> str | HttpResponse:
    _keep_line(asked)
    if asked.request.POST.get("then") == "release":
        return redirect("release_issue", year=asked.of.year, month=asked.of.month)
    return _("The line is saved.")


@ISSUE.deed(
    "schedule",
    MAY_EDIT,
    lambda request, issue: issue_forms.Schedule(request.POST, auto_id="schedule_%s"),
    at="#schedule",
)
def schedule(asked: Asked[Issue]) -> str:
    _keep_line(asked)
    actions.schedule_issue(issue=asked.of, release_at=asked.said["release_at"], by=asked.by, now=asked.now)
    return _("Scheduled. It goes out by itself, and you can still take that back.")


@ISSUE.deed("schedule", MAY_EDIT, lambda request, issue: Plain(request.POST), at="#schedule")
def unschedule(asked: Asked[Issue]) -> str:
    _keep_line(asked)
    actions.unschedule_issue(issue=asked.of, by=asked.by, now=asked.now)
    return _("It is no longer scheduled.")


@requires(MAY_EDIT)
def release(request: HttpRequest, year: int, month: int) -> HttpResponseBase:
    """Send it out now, after a page that asks whether that is meant."""
    issue = issue_at_desk(year, month)
    refused: tuple[str, ...] = ()
    if request.method == "POST":
        try:
            actions.release_now(issue=issue, by=signed_in(request), now=now())
        except Refused as refusal:
            refused = refusal.reasons
        else:
            messages.success(request, _("The issue is published. Readers see it now."))
            return redirect("desk_issue", year=year, month=month)
    context = {"issue": issue, "entries": queries.entries_in(issue), "refused": refused}
    return render(request, "desk/issues/release.html", context, status=REFUSED if refused else 200)
