"""What a letter's own link opens: preferences, and unsubscribing. A letter may have been forwarded."""

from __future__ import annotations

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.mailing.actions.subscribing import (
    ask_for_link,
    ask_to_begin_again,
    ask_to_move,
    change_wishes,
    pause,
    unsubscribe,
    want_no_mail,
)
from rapport.mailing.addresses import masked
from rapport.mailing.coming import when_next
from rapport.mailing.forms import MoveForm, PauseForm, WishesForm, wishes_as_typed
from rapport.mailing.models import MailedLink, Subscriber
from rapport.mailing.tokens import letter_token, read_letter_token
from rapport.mailing.views.on_record import mail_on_record
from rapport.mailing.views.pages import by_link
from rapport.mailing.wishes import nothing_left
from rapport.web.templatetags.web import day_name


@by_link
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """One page with several forms, each with a button of its own, named by `deed`."""
    subscriber, _delivery = read_letter_token(token)
    forms: dict[str, Form] = {
        "wishes": WishesForm(initial=wishes_as_typed(subscriber)),
        "pause": PauseForm(initial={"until": subscriber.paused_until}),
        "move": MoveForm(),
    }
    done, status = "", 200
    if request.method == "POST":
        done = _do(request, subscriber, forms)
        subscriber.refresh_from_db()
        status = 200 if done else 422
        if done and request.POST.get("deed") == "wishes":
            forms["wishes"] = WishesForm(initial=wishes_as_typed(subscriber))
    today = timezone.localdate()
    words = {
        "subscriber": subscriber,
        "address": masked(subscriber.address),
        "is_paused": subscriber.paused_until is not None and subscriber.paused_until > today,
        "nothing_left": nothing_left(subscriber),
        "next": when_next(subscriber, today=today),
        "token": token,
        "done": done,
        "forms": forms,
        "wrong": next((form for form in forms.values() if form.errors), None),
    }
    return render(request, "mailing/preferences.html", words, status=status)


def _do(request: HttpRequest, subscriber: Subscriber, forms: dict[str, Form]) -> str:
    """Do the deed that was asked for, and say so; an empty sentence when its form has something to mend."""
    now, deed = timezone.now(), request.POST.get("deed", "")
    match deed:
        case "wishes":
            wishes = WishesForm(request.POST)
            forms["wishes"] = wishes
            if wishes.is_valid():
                held = change_wishes(subscriber=subscriber, asked=wishes.asked)
                return " ".join(filter(None, (_("Saved."), when_next(held, today=timezone.localdate(now)))))
        case "pause":
            pausing = PauseForm(request.POST)
            forms["pause"] = pausing
            if pausing.is_valid():
                until = pausing.cleaned_data["until"]
                held = pause(subscriber=subscriber, until=until)
                paused = _("No letters before %(day)s.") % {"day": day_name(until)}
                return f"{paused} {when_next(held, today=timezone.localdate(now))}"
        case "resume":
            held = pause(subscriber=subscriber, until=None)
            return f"{_('The pause is over.')} {when_next(held, today=timezone.localdate(now))}"
        case "begin-again":
            return mail_on_record(subscriber, ask_to_begin_again, now=now)
        case "no-mail":
            want_no_mail(subscriber=subscriber, now=now)
            return _("You get no mail at all from us, not even when an entry that you had turns out wrong.")
        case "move":
            moving = MoveForm(request.POST)
            forms["move"] = moving
            if moving.is_valid():
                return mail_on_record(subscriber, ask_to_move, to=moving.cleaned_data["to"], now=now)
        case MailedLink.Purpose.DOWNLOAD | MailedLink.Purpose.DELETE | MailedLink.Purpose.READING_LOG:
            return mail_on_record(subscriber, ask_for_link, purpose=deed, now=now)
    return ""


@by_link
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """One button; and what a mail program posts for it. At once, without signing in, as often as one likes."""
    subscriber, delivery = read_letter_token(token)
    if request.method == "POST":
        subscriber = unsubscribe(subscriber=subscriber, now=timezone.now())
        if request.POST.get("List-Unsubscribe") == "One-Click":
            return HttpResponse(_("You are unsubscribed."), content_type="text/plain; charset=utf-8")
        return redirect(reverse("letter_unsubscribe", args=[letter_token(subscriber, delivery)]))
    words = {"subscriber": subscriber, "address": masked(subscriber.address), "token": token}
    return render(request, "mailing/unsubscribe.html", words)
