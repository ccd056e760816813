"""What a letter's own link opens: preferences, and unsubscribing. A letter may have been forwarded."""

from __future__ import annotations

from collections.abc import Callable

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from rapport.digest.models import SiteIdentity
from rapport.mailing.actions.subscribing import (
    LinkToMail,
    ask_for_link,
    ask_to_move,
    begin_again,
    change_wishes,
    is_suppressed,
    pause,
    unsubscribe,
    want_no_mail,
)
from rapport.mailing.addresses import parse_address
from rapport.mailing.emails import mail_link
from rapport.mailing.forms import MoveForm, PauseForm, WishesForm, wishes_as_typed
from rapport.mailing.limits import is_too_often
from rapport.mailing.models import MailedLink, Subscriber
from rapport.mailing.tokens import letter_token, read_letter_token
from rapport.mailing.views.pages import by_link

DAY = 24 * 3600
MOST_LINKS_A_DAY = 6


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
    words = {"subscriber": subscriber, "token": token, "done": done, "forms": forms, "today": timezone.localdate()}
    return render(request, "mailing/preferences.html", words, status=status)


def _do(request: HttpRequest, subscriber: Subscriber, forms: dict[str, Form]) -> str:
    """Do the deed that was asked for, and say so; an empty sentence when its form has something to mend."""
    now, deed = timezone.now(), request.POST.get("deed", "")
    match deed:
        case "wishes":
            wishes = WishesForm(request.POST)
            forms["wishes"] = wishes
            if wishes.is_valid():
                change_wishes(subscriber=subscriber, asked=wishes.asked, now=now)
                return _("Saved. It holds from your next letter on.")
        case "pause":
            pausing = PauseForm(request.POST)
            forms["pause"] = pausing
            if pausing.is_valid():
                until = pausing.cleaned_data["until"]
                pause(subscriber=subscriber, until=until, now=now)
                message = _("No letters before %(day)s. What comes meanwhile is in the first one after.")
                return message % {"day": date_format(until)}
        case "resume":
            pause(subscriber=subscriber, until=None, now=now)
            return _("Letters come again.")
        case "begin-again":
            begin_again(subscriber=subscriber, now=now)
            return _("Letters come again.")
        case "no-mail":
            want_no_mail(subscriber=subscriber, now=now)
            return _("You get no mail at all from us, not even when an entry that you had turns out wrong.")
        case "move":
            moving = MoveForm(request.POST)
            forms["move"] = moving
            if moving.is_valid():
                return _mail(subscriber, ask_to_move, to=moving.cleaned_data["to"], now=now)
        case MailedLink.Purpose.DOWNLOAD | MailedLink.Purpose.DELETE | MailedLink.Purpose.READING_LOG:
            return _mail(subscriber, ask_for_link, purpose=deed, now=now)
    return ""


def _mail(subscriber: Subscriber, ask: Callable[..., LinkToMail], **of: object) -> str:
    """Mail a link to the address on record. The sentence is the same when it was asked for too often.

    Whoever must get no mail from us, not even this one, is told how else they come to what is theirs.
    """
    if is_suppressed(parse_address(subscriber.address)):
        site = SiteIdentity.objects.filter(pk=1).first() or SiteIdentity()
        message = _("We send no mail at all to your address, so not this one either. Please write to us: %(contact)s.")
        return message % {"contact": site.contact_email or site.postal_address}
    if not is_too_often("link", str(subscriber.pk), most=MOST_LINKS_A_DAY, seconds=DAY):
        mail_link(ask(subscriber=subscriber, **of), language=subscriber.language)
    return _("We have written to the address to which your letters go. Open the link in that mail; it works for a day.")


@by_link
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """One button; and what a mail program posts for it. At once, without signing in, as often as one likes."""
    subscriber, delivery = read_letter_token(token)
    if request.method == "POST":
        subscriber = unsubscribe(subscriber=subscriber, now=timezone.now())
        if request.POST.get("List-Unsubscribe") == "One-Click":
            return HttpResponse(_("You are unsubscribed."), content_type="text/plain; charset=utf-8")
        return redirect(reverse("letter_unsubscribe", args=[letter_token(subscriber, delivery)]))
    return render(request, "mailing/unsubscribe.html", {"subscriber": subscriber, "token": token})
