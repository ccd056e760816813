"""What can be done with an entry: each view reads what was sent, calls one action, and leads back.

What is refused is said where it was asked, with what was typed. A deed asked for by GET is not done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from rapport.accounts.models import Person
from rapport.accounts.policies import Policy, View, requires, signed_in
from rapport.desk import actions, deed_forms
from rapport.desk.models import Acknowledgement, PreviewLink
from rapport.desk.policies import MAY_EDIT, MAY_WRITE
from rapport.desk.refusals import Refused
from rapport.desk.views.entries import entry_at_desk, issue_choices, languages_of_site, overview
from rapport.digest.models import Entry, Issue
from rapport.web.addresses import origin
from rapport.web.unknown import NotHere

NOT_UNDERSTOOD, REFUSED = 422, 409


@dataclass(frozen=True)
class Asked:
    """A deed as somebody asked for it: of which entry, by whom, when, and what the form says."""

    request: HttpRequest
    entry: Entry
    by: Person
    now: dt.datetime
    form: Any  # the deed's own form, valid

    @property
    def said(self) -> dict[str, Any]:
        said: dict[str, Any] = self.form.cleaned_data
        return said


Act = Callable[[Asked], str]
MakeForm = Callable[..., Form]  # of the request, the entry, and what else the address names


def deed(name: str, policy: Policy, make_form: MakeForm, *, at: str = "") -> Callable[[Act], View]:
    """Make a view of a deed. `name` is its form on the entry's page; `at` the place there to which it leads back."""

    def made(act: Act) -> View:
        @requires(policy)
        @wraps(act)
        def view(request: HttpRequest, slug: str, **of: Any) -> HttpResponseBase:
            entry = entry_at_desk(slug)
            back = reverse("desk_entry", args=[entry.slug]) + at
            if request.method != "POST":
                return redirect(back)
            form = make_form(request, entry, **of)
            if not form.is_valid():
                return overview(request, entry, refused={name: form}, status=NOT_UNDERSTOOD)
            try:
                answer = act(Asked(request, entry, signed_in(request), now(), form))
            except Refused as refusal:
                for reason in refusal.reasons:
                    form.add_error(None, reason)
                return overview(request, entry_at_desk(slug), refused={name: form}, status=REFUSED)
            if answer:
                messages.success(request, answer)
            return redirect(back)

        return view

    return made


def _plain(name: str) -> MakeForm:
    return lambda request, entry, **of: deed_forms.Plain(request.POST, auto_id=f"{name}_%s")


# --- stages -----------------------------------------------------------------------------------------


@deed("submit", MAY_WRITE, _plain("submit"))
def submit(asked: Asked) -> str:
    actions.submit_for_review(entry=asked.entry, by=asked.by, now=asked.now)
    return _("It is in review now.")


@deed("send_back", MAY_EDIT, lambda request, entry, **of: deed_forms.SendBack(request.POST, auto_id="send_back_%s"))
def send_back(asked: Asked) -> str:
    actions.send_back(entry=asked.entry, reason=asked.said["reason"], by=asked.by, now=asked.now)
    return _("It is a draft again, and its author can read why.")


@deed("approve", MAY_EDIT, lambda request, entry, **of: deed_forms.Approve(request.POST, auto_id="approve_%s"))
def approve(asked: Asked) -> str:
    actions.approve(entry=asked.entry, by=asked.by, now=asked.now, seen=asked.said["seen"])
    return _("Approved. These words are what goes out.")


@deed(
    "place",
    MAY_EDIT,
    lambda request, entry, **of: deed_forms.Place(request.POST, issues=issue_choices(), auto_id="place_%s"),
)
def place(asked: Asked) -> str:
    year, month = asked.said["issue"].split("-")
    issue = Issue.objects.get(year=int(year), month=int(month))
    actions.place_entry(issue=issue, entry=asked.entry, by=asked.by, now=asked.now)
    return _("It stands in that issue now.")


@deed(
    "shelves",
    MAY_WRITE,
    lambda request, entry, **of: deed_forms.Shelves(request.POST, auto_id="shelves_%s"),
    at="#shelves",
)
def shelves(asked: Asked) -> str:
    actions.set_shelves(
        entry=asked.entry,
        research_type=asked.said["research_type"],
        topics=asked.said["topics"],
        by=asked.by,
        now=asked.now,
    )
    return _("Topics and type are saved.")


# --- after readers have seen it -----------------------------------------------------------------------


def _account_form(kind: type[deed_forms.Accounts], name: str) -> MakeForm:
    return lambda request, entry, **of: kind(
        request.POST, languages=languages_of_site(request), own=entry.language, auto_id=f"{name}_%s"
    )


@deed("correct", MAY_EDIT, _account_form(deed_forms.Correct, "correct"))
def correct(asked: Asked) -> str:
    actions.publish_correction(
        entry=asked.entry, account=asked.form.account, reason=asked.said["reason"], by=asked.by, now=asked.now
    )
    return _("The correction is published, and readers are told what changed.")


@deed("translate", MAY_EDIT, _account_form(deed_forms.PublishTranslation, "translate"))
def publish_translation(asked: Asked) -> str:
    actions.publish_translation(
        entry=asked.entry, language=asked.said["language"], account=asked.form.account, by=asked.by, now=asked.now
    )
    return _("The translation is published.")


@requires(MAY_EDIT)
def withdraw(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A page of its own, because it cannot be undone."""
    entry = entry_at_desk(slug)
    sent = request.POST if request.method == "POST" else None
    if sent is None and entry.state != Entry.State.PUBLISHED:
        return redirect("desk_entry", slug=entry.slug)
    form = deed_forms.Withdraw(sent, languages=languages_of_site(request), own=entry.language, auto_id="withdraw_%s")
    if sent is None:
        return _withdrawing(request, entry, form)
    if not form.is_valid():
        return _withdrawing(request, entry, form, status=NOT_UNDERSTOOD)
    reason = form.cleaned_data["reason"]
    try:
        actions.withdraw_entry(entry=entry, account=form.account, reason=reason, by=signed_in(request), now=now())
    except Refused as refusal:
        for why in refusal.reasons:
            form.add_error(None, why)
        return _withdrawing(request, entry, form, status=REFUSED)
    messages.success(request, _("The entry is withdrawn. Its page says so, and why."))
    return redirect("desk_entry", slug=entry.slug)


def _withdrawing(request: HttpRequest, entry: Entry, form: Form, *, status: int = 200) -> HttpResponse:
    return render(request, "desk/entries/withdraw.html", {"entry": entry, "form": form}, status=status)


# --- links for outside readers, and what somebody answers for ------------------------------------------


@deed(
    "preview",
    MAY_WRITE,
    lambda request, entry, **of: deed_forms.Preview(request.POST, auto_id="preview_%s"),
    at="#previews",
)
def make_preview(asked: Asked) -> str:
    until = asked.now + dt.timedelta(days=asked.said["days"])
    _link, token = actions.make_preview_link(
        entry=asked.entry, label=asked.said["label"], by=asked.by, now=asked.now, expires_at=until
    )
    address = origin(asked.request) + reverse("preview", args=[token])
    messages.success(asked.request, address, extra_tags="preview-link")  # shown once; we keep no copy of the token
    return ""


@deed("revoke", MAY_WRITE, _plain("revoke"), at="#previews")
def revoke_preview(asked: Asked) -> str:
    link = _of(asked, PreviewLink)
    actions.revoke_preview_link(link=link, by=asked.by, now=asked.now)
    return _("The link of “%(label)s” opens nothing any more.") % {"label": link.label}


@deed("take_back", MAY_WRITE, _plain("take_back"), at="#acknowledged")
def take_back(asked: Asked) -> str:
    actions.take_back_acknowledgement(acknowledgement=_of(asked, Acknowledgement), by=asked.by, now=asked.now)
    return _("Nobody answers for this figure any more; the check asks about it again.")


def _of(asked: Asked, kind: type[Any]) -> Any:
    """The thing of this entry that the address names."""
    match = asked.request.resolver_match
    number = match.kwargs["number"] if match else 0
    found = kind.objects.filter(entry=asked.entry, pk=number).first()
    if found is None:
        raise NotHere(_("This is not, or no longer, part of the entry."))
    return found
