"""Issues: which are planned, and one of them: its entries, its line, its checklist, when it goes out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from rapport.accounts.models import Person
from rapport.accounts.policies import View, requires, signed_in
from rapport.desk import actions, deed_forms, listing, queries
from rapport.desk.models import IssuePlan
from rapport.desk.policies import MAY_EDIT, MAY_WRITE
from rapport.desk.refusals import Refused
from rapport.desk.views.deeds import NOT_UNDERSTOOD, REFUSED
from rapport.desk.views.entries import languages_of_site
from rapport.digest.models import Entry, Issue
from rapport.web.unknown import NotHere

ISSUES_PER_PAGE = 24


# --- all of them --------------------------------------------------------------------------------------


@requires(MAY_WRITE)
def issues(request: HttpRequest) -> HttpResponse:
    month = queries.next_month_to_plan(localdate())
    return _list(request, deed_forms.PlanIssue(initial={"month": month}, auto_id="plan_%s"))


def _list(request: HttpRequest, form: Form, *, status: int = 200) -> HttpResponse:
    out = listing.issues_out()
    page = Paginator(out, ISSUES_PER_PAGE).get_page(request.GET.get("page"))
    context = {"planned": queries.issues_at_the_desk(), "page_obj": page, "form": form, "may_edit": _edits(request)}
    return render(request, "desk/issues/list.html", context, status=status)


@requires(MAY_EDIT)
def plan(request: HttpRequest) -> HttpResponseBase:
    if request.method != "POST":
        return redirect("desk_issues")
    form = deed_forms.PlanIssue(request.POST, auto_id="plan_%s")
    if not form.is_valid():
        return _list(request, form, status=NOT_UNDERSTOOD)
    year, month = form.cleaned_data["month"]
    try:
        actions.plan_issue(year=year, month=month, by=signed_in(request), now=now())
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error("month", reason)
        return _list(request, form, status=REFUSED)
    messages.success(request, _("The issue is planned. Put entries into it."))
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


def _page(
    request: HttpRequest, issue: Issue, *, refused: Mapping[str, Form] | None = None, status: int = 200
) -> HttpResponse:
    plan, languages = listing.plan_of(issue) or IssuePlan(issue=issue), languages_of_site(request)
    out = queries.is_out(issue)
    entries = listing.entries_in(issue)
    forms: dict[str, Form] = {
        "teaser": deed_forms.Teaser(languages=languages, initial=_lines(issue), auto_id="line_%s")
    }
    if not out:
        forms["schedule"] = deed_forms.Schedule(
            initial=deed_forms.Schedule.initially(plan.release_at), auto_id="schedule_%s"
        )
        forms["place"] = deed_forms.PlaceEntry(entries=queries.entries_to_place(), auto_id="place_%s")
    suggestions = {code: queries.suggested_teaser(entries, code) for code in languages}
    context = {
        "issue": issue,
        "plan": plan,
        "out": out,
        "entries": entries,
        "checklist": None if out else queries.issue_readiness(issue),
        "lines": [
            Line(code, issue.teaser.get(code, ""), text if text != issue.teaser.get(code) else "")
            for code, text in suggestions.items()
        ],
        "forms": {**forms, **(refused or {})},
        "refused": refused or {},
        "may_edit": _edits(request),
    }
    return render(request, "desk/issues/issue.html", context, status=status)


def _edits(request: HttpRequest) -> bool:
    return MAY_EDIT.allows(signed_in(request))


def _lines(issue: Issue) -> dict[str, str]:
    return {f"line_{code}": line for code, line in issue.teaser.items()}


# --- what is done with it -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """A deed as somebody asked for it: of which issue, by whom, when, and what the form says."""

    request: HttpRequest
    issue: Issue
    by: Person
    now: dt.datetime
    form: Any  # the deed's own form, valid

    @property
    def said(self) -> dict[str, Any]:
        said: dict[str, Any] = self.form.cleaned_data
        return said


Act = Callable[[Asked], str]
MakeForm = Callable[[HttpRequest, Issue], Form]


def deed(name: str, make_form: MakeForm, *, at: str = "") -> Callable[[Act], View]:
    """Make a view of a deed of editors. What is refused is said on the issue's page, with what was typed."""

    def made(act: Act) -> View:
        @requires(MAY_EDIT)
        @wraps(act)
        def view(request: HttpRequest, year: int, month: int) -> HttpResponseBase:
            issue = issue_at_desk(year, month)
            back = reverse("desk_issue", args=[issue.year, issue.month]) + at
            if request.method != "POST":
                return redirect(back)
            form = make_form(request, issue)
            if not form.is_valid():
                return _page(request, issue, refused={name: form}, status=NOT_UNDERSTOOD)
            try:
                answer = act(Asked(request, issue, signed_in(request), now(), form))
            except Refused as refusal:
                for reason in refusal.reasons:
                    form.add_error(None, reason)
                return _page(request, issue_at_desk(year, month), refused={name: form}, status=REFUSED)
            messages.success(request, answer)
            return redirect(back)

        return view

    return made


def _entry_form(request: HttpRequest, issue: Issue) -> Form:
    return deed_forms.PlaceEntry(request.POST, entries=queries.entries_to_place(), auto_id="place_%s")


def _standing_form(request: HttpRequest, issue: Issue) -> Form:
    return deed_forms.Standing(request.POST, entries=listing.entries_in(issue), auto_id="standing_%s")


@deed("place", _entry_form, at="#entries")
def place(asked: Asked) -> str:
    entry = Entry.objects.get(slug=asked.said["entry"])
    actions.place_entry(issue=asked.issue, entry=entry, by=asked.by, now=asked.now)
    return _("The entry stands in this issue now.")


@deed("standing", _standing_form, at="#entries")
def take_out(asked: Asked) -> str:
    entry = Entry.objects.get(slug=asked.said["entry"])
    actions.remove_entry(issue=asked.issue, entry=entry, by=asked.by, now=asked.now)
    return _("The entry stands in no issue now; it is kept as it is.")


@deed("standing", _standing_form, at="#entries")
def move(asked: Asked) -> str:
    slugs = [entry.slug for entry in listing.entries_in(asked.issue)]
    actions.reorder(issue=asked.issue, entries=deed_forms.moved(slugs, **asked.said), by=asked.by, now=asked.now)
    return _("The order is changed.")


@deed(
    "teaser",
    lambda request, issue: deed_forms.Teaser(request.POST, languages=languages_of_site(request), auto_id="line_%s"),
    at="#teaser",
)
def write_line(asked: Asked) -> str:
    actions.write_teaser(issue=asked.issue, teaser=asked.form.lines, by=asked.by, now=asked.now)
    return _("The line is saved.")


@deed("schedule", lambda request, issue: deed_forms.Schedule(request.POST, auto_id="schedule_%s"), at="#schedule")
def schedule(asked: Asked) -> str:
    actions.schedule_issue(issue=asked.issue, release_at=asked.said["release_at"], by=asked.by, now=asked.now)
    return _("Scheduled. It goes out by itself, and you can still take that back.")


@deed("schedule", lambda request, issue: deed_forms.Plain(request.POST), at="#schedule")
def unschedule(asked: Asked) -> str:
    actions.unschedule_issue(issue=asked.issue, by=asked.by, now=asked.now)
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
    context = {"issue": issue, "entries": listing.entries_in(issue), "refused": refused}
    return render(request, "desk/issues/release.html", context, status=REFUSED if refused else 200)
