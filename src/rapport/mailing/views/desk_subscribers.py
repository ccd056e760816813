"""Who gets letters, and one of them: what they asked for, what they got, what they would get now and why."""

from __future__ import annotations

import datetime as dt

from csp.decorators import csp_replace
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rapport.accounts.policies import requires, signed_in
from rapport.mailing.actions.tending import delete_subscriber, stop_letters
from rapport.mailing.desk_subscribers_forms import FilterForm
from rapport.mailing.explaining import NextLetter, next_letter, of_newest_issue, why_none_come
from rapport.mailing.letters.links import whole
from rapport.mailing.letters.previewing import LetterPreview, preview_letter
from rapport.mailing.models import Subscriber
from rapport.mailing.policies import MAY_EDIT
from rapport.mailing.subscriber_lists import count_subscribers, count_suppressed, subscribers_listed
from rapport.web.unknown import NotHere, Way

SUBSCRIBERS_PER_PAGE, LETTERS_PER_PAGE = 30, 20


@requires(MAY_EDIT)
@require_GET
def subscribers(request: HttpRequest) -> HttpResponseBase:
    """By a part of the address, state, rhythm and language; and how many there are of each."""
    form = FilterForm(request.GET)
    page = Paginator(subscribers_listed(**form.asked), SUBSCRIBERS_PER_PAGE).get_page(request.GET.get("page"))
    words = {
        "form": FilterForm(initial=form.asked),
        "asked": form.asked,
        "page_obj": page,
        "counts": count_subscribers(),
        "suppressed": sum(count_suppressed().values()),
    }
    return render(request, "mailing/subscribers/list.html", words)


@requires(MAY_EDIT)
@require_GET
def subscriber(request: HttpRequest, number: int) -> HttpResponseBase:
    found, now = _find(number), timezone.now()
    upcoming = next_letter(found, now=now)
    sent = found.deliveries.select_related("mailing__edition__issue", "mailing__edition__entry")
    letters = sent.prefetch_related("mailing__edition__entry__texts", "lines__entry__texts").order_by("-pk")
    preview = _preview(found, upcoming)
    words = {
        "subscriber": found,
        "none_come": why_none_come(found, today=timezone.localdate(now)),
        "upcoming": upcoming,
        "preview": preview,
        "newest": None if preview else _of_newest(found, now),
        "page_obj": Paginator(letters, LETTERS_PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "mailing/subscribers/one.html", words)


@csp_replace({"style-src": ["'unsafe-inline'"], "img-src": ["data:"], "script-src": ["'none'"]})
@requires(MAY_EDIT)
@require_GET
def letter(request: HttpRequest, number: int) -> HttpResponseBase:
    """The HTML of what they would get now, or of the newest issue. Its styles stand in it; nothing in it runs."""
    found, now = _find(number), timezone.now()
    preview = _of_newest(found, now) if "newest" in request.GET else _preview(found, next_letter(found, now=now))
    if preview is None:
        back = Way(found.address, reverse("desk_subscriber", args=[found.pk]))
        raise NotHere(_("There is nothing that they would get now."), [back])
    return HttpResponse(preview.html)


@requires(MAY_EDIT)
@require_POST
def stop(request: HttpRequest, number: int) -> HttpResponseBase:
    try:
        stopped = stop_letters(subscriber=_find(number), by=signed_in(request), now=timezone.now())
    except Subscriber.DoesNotExist:
        raise _gone() from None
    messages.success(request, _("%(address)s gets no more letters.") % {"address": stopped.address})
    return redirect("desk_subscriber", stopped.pk)


@requires(MAY_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, number: int) -> HttpResponseBase:
    """GET: what would be deleted, and a button. POST: all about them is."""
    found = _find(number)
    if request.method != "POST":
        return render(request, "mailing/subscribers/delete.html", {"subscriber": found})
    delete_subscriber(subscriber=found, by=signed_in(request), now=timezone.now())
    messages.success(request, _("All about this subscriber is deleted."))
    return redirect("desk_subscribers")


def _find(number: int) -> Subscriber:
    found = Subscriber.objects.filter(pk=number).prefetch_related("topics", "research_types").first()
    if found is None:
        raise _gone()
    return found


def _gone() -> NotHere:
    return NotHere(
        _("There is no such subscriber; perhaps all about them has been deleted."),
        [Way(_("Subscribers"), reverse("desk_subscribers"))],
    )


def _preview(found: Subscriber, upcoming: NextLetter) -> LetterPreview | None:
    """The letter as it would be; None where nothing would be in it."""
    if not upcoming.lines:
        return None
    back = whole(reverse("desk_subscriber", args=[found.pk]))
    return preview_letter(upcoming.edition, upcoming.lines, found.language, back=back)


def _of_newest(found: Subscriber, now: dt.datetime) -> LetterPreview | None:
    """By what they ask for, the letter of the newest issue, whatever they have had of it."""
    made = of_newest_issue(found, now=now)
    if made is None:
        return None
    edition, lines = made
    return preview_letter(edition, lines, found.language, back=whole(reverse("desk_subscriber", args=[found.pk])))
