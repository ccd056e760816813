"""What can be done with an entry, on its own page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from rapport.accounts.policies import requires, signed_in
from rapport.desk import actions, deed_forms, queries
from rapport.desk.models import Acknowledgement, PreviewLink
from rapport.desk.policies import MAY_EDIT, MAY_WRITE
from rapport.desk.refusals import Refused
from rapport.desk.views.deed import NOT_UNDERSTOOD, REFUSED, Asked, Deeds, add_reasons
from rapport.desk.views.entries import correction_form, entry_at_desk, issue_choices, overview
from rapport.digest.models import Entry, Issue
from rapport.web.addresses import origin
from rapport.web.unknown import NotHere

ENTRY = Deeds(
    find=lambda slug, **_: entry_at_desk(slug),
    show=overview,
    address=lambda _request, entry: reverse("desk_entry", args=[entry.slug]),
)
MakeForm = Callable[[HttpRequest, Entry], Form]


def _plain(name: str) -> MakeForm:
    return lambda request, entry: deed_forms.Plain(request.POST, auto_id=f"{name}_%s")


# --- stages -----------------------------------------------------------------------------------------


@ENTRY.deed("submit", MAY_WRITE, _plain("submit"))
def submit(asked: Asked[Entry]) -> str:
    actions.submit_for_review(entry=asked.of, by=asked.by, now=asked.now)
    return _("It is in review now.")


@ENTRY.deed("send_back", MAY_EDIT, lambda request, entry: deed_forms.SendBack(request.POST, auto_id="send_back_%s"))
def send_back(asked: Asked[Entry]) -> str:
    actions.send_back(entry=asked.of, reason=asked.said["reason"], by=asked.by, now=asked.now)
    return _("It is a draft again, and its author can read why.")


@ENTRY.deed("approve", MAY_EDIT, lambda request, entry: deed_forms.Approve(request.POST, auto_id="approve_%s"))
def approve(asked: Asked[Entry]) -> str:
    actions.approve(entry=asked.of, by=asked.by, now=asked.now, seen=asked.said["seen"])
    return _("Approved. These words are what goes out.")


@ENTRY.deed(
    "approve_translation",
    MAY_EDIT,
    lambda request, entry: deed_forms.ApproveTranslation(request.POST, auto_id="approve_translation_%s"),
)
def approve_translation(asked: Asked[Entry]) -> str:
    language, seen = asked.said["language"], asked.said["seen"]
    actions.approve_translation(entry=asked.of, language=language, by=asked.by, now=asked.now, seen=seen)
    if asked.of.state == Entry.State.DRAFT:
        return _("The translation is approved. It goes out with the original.")
    return _("The translation is approved. You can publish it now.")


@ENTRY.deed(
    "place",
    MAY_EDIT,
    lambda request, entry: deed_forms.Place(request.POST, issues=issue_choices(), auto_id="place_%s"),
)
def place(asked: Asked[Entry]) -> str:
    year, month = asked.said["issue"].split("-")
    issue = Issue.objects.get(year=int(year), month=int(month))
    actions.place_entry(issue=issue, entry=asked.of, by=asked.by, now=asked.now)
    return _("It stands in that issue now.")


@ENTRY.deed(
    "shelves",
    MAY_WRITE,
    lambda request, entry: deed_forms.Shelves(request.POST, auto_id="shelves_%s"),
    at="#shelves",
)
def shelves(asked: Asked[Entry]) -> str:
    actions.set_shelves(
        entry=asked.of,
        research_type=asked.said["research_type"],
        topics=asked.said["topics"],
        by=asked.by,
        now=asked.now,
    )
    return _("Topics and type are saved.")


# --- after readers have seen it -----------------------------------------------------------------------


def _account_form(kind: type[deed_forms.Accounts], name: str) -> MakeForm:
    return lambda request, entry: kind(
        request.POST, languages=queries.site_languages(), own=entry.language, auto_id=f"{name}_%s"
    )


@ENTRY.deed(
    "correct",
    MAY_EDIT,
    lambda request, entry: correction_form(entry, queries.site_languages(), request.POST),
    at="#stage",
)
def correct(asked: Asked[Entry]) -> str:
    actions.publish_correction(
        entry=asked.of, account=asked.form.account, reason=asked.said["reason"], by=asked.by, now=asked.now
    )
    return _("The correction is published, and readers are told what changed.")


@ENTRY.deed("translate", MAY_EDIT, _account_form(deed_forms.PublishTranslation, "translate"))
def publish_translation(asked: Asked[Entry]) -> str:
    actions.publish_translation(
        entry=asked.of, language=asked.said["language"], account=asked.form.account, by=asked.by, now=asked.now
    )
    return _("The translation is published.")


@requires(MAY_EDIT)
def withdraw(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A page of its own, because it cannot be undone."""
    entry = entry_at_desk(slug)
    sent = request.POST if request.method == "POST" else None
    if sent is None and entry.state != Entry.State.PUBLISHED:
        return redirect("desk_entry", slug=entry.slug)
    form = deed_forms.Withdraw(sent, languages=queries.site_languages(), own=entry.language, auto_id="withdraw_%s")
    if sent is None:
        return _withdrawing(request, entry, form)
    if not form.is_valid():
        return _withdrawing(request, entry, form, status=NOT_UNDERSTOOD)
    reason = form.cleaned_data["reason"]
    try:
        actions.withdraw_entry(entry=entry, account=form.account, reason=reason, by=signed_in(request), now=now())
    except Refused as refusal:
        add_reasons(form, refusal)
        return _withdrawing(request, entry, form, status=REFUSED)
    messages.success(request, _("The entry is withdrawn. Its page says so, and why."))
    return redirect("desk_entry", slug=entry.slug)


def _withdrawing(request: HttpRequest, entry: Entry, form: Form, *, status: int = 200) -> HttpResponse:
    return render(request, "desk/entries/withdraw.html", {"entry": entry, "form": form}, status=status)


# --- links for outside readers, and what somebody answers for ------------------------------------------


@ENTRY.deed(
    "preview",
    MAY_WRITE,
    lambda request, entry: deed_forms.Preview(request.POST, auto_id="preview_%s"),
    at="#previews",
)
def make_preview(asked: Asked[Entry]) -> str:
    until = asked.now + dt.timedelta(days=asked.said["days"])
    _link, token = actions.make_preview_link(
        entry=asked.of, label=asked.said["label"], by=asked.by, now=asked.now, expires_at=until
    )
    address = origin(asked.request) + reverse("preview", args=[token])
    messages.success(asked.request, address, extra_tags="preview-link")  # shown once; we keep no copy of the token
    return ""


@ENTRY.deed("revoke", MAY_WRITE, _plain("revoke"), at="#previews")
def revoke_preview(asked: Asked[Entry]) -> str:
    link = _of(asked, PreviewLink)
    actions.revoke_preview_link(link=link, by=asked.by, now=asked.now)
    return _("The link of “%(label)s” opens nothing any more.") % {"label": link.label}


@ENTRY.deed("take_back", MAY_WRITE, _plain("take_back"), at="#acknowledged")
def take_back(asked: Asked[Entry]) -> str:
    actions.take_back_acknowledgement(acknowledgement=_of(asked, Acknowledgement), by=asked.by, now=asked.now)
    return _("Nobody answers for this figure any more; the check asks about it again.")


def _of(asked: Asked[Entry], kind: type[Any]) -> Any:
    """The thing of this entry that the address names."""
    match = asked.request.resolver_match
    number = match.kwargs["number"] if match else 0
    found = kind.objects.filter(entry=asked.of, pk=number).first()
    if found is None:
        raise NotHere(_("This is not, or no longer, part of the entry."))
    return found
