"""Asking for letters, and confirming it. No page here says whether an address gets letters."""

from __future__ import annotations

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from rapport.accounts.policies import ANYONE, requires
from rapport.mailing.actions.preparing import send_newest_issue
from rapport.mailing.actions.subscribing import Asked, ask_to_subscribe, begun_by, confirm, look_at_link
from rapport.mailing.coming import when_next
from rapport.mailing.emails import mail_already, mail_link
from rapport.mailing.forms import SubscribeForm
from rapport.mailing.limits import is_too_often, time_stamp, was_read, who_asks
from rapport.mailing.models import Delivery, MailedLink, Subscriber
from rapport.mailing.refusals import NotPossible
from rapport.mailing.telling import told_wishes
from rapport.mailing.tokens import letter_token
from rapport.mailing.views.pages import by_link, say
from rapport.web.busy import BUSY, is_busy, told_busy

HOUR = 3600
MOST_BY_ONE_NETWORK, MOST_TO_ONE_ADDRESS = 20, 3


# Cached pages have the field, and so neither cookie nor CSRF token. Somebody else's page could at most have us mail a
# link that does nothing until it is pressed, to an address that it has to know: as anybody can here, and as often.
@csrf_exempt
@requires(ANYONE)
def subscribe(request: HttpRequest) -> HttpResponse:
    """The choices; with `stamp`, which only they have, what was chosen."""
    if request.method != "POST":
        return _choices(request, SubscribeForm())
    if "stamp" not in request.POST:  # the field in the foot of a page
        form = SubscribeForm(initial={"address": request.POST.get("address", "")[:300]})
        return _choices(request, form, is_second_step=True)
    form = SubscribeForm(request.POST)
    if not form.is_valid():
        return _choices(request, form, status=422)
    if not was_read(request.POST["stamp"]):
        message = _("That was quick, or the page had been open for long. Look it over, and press the button again.")
        form.add_error(None, message)
        return _choices(request, form, status=422)
    try:
        if is_too_often("subscribe", who_asks(request), most=MOST_BY_ONE_NETWORK, seconds=HOUR):
            form.add_error(None, _("Many people have asked from your network within an hour. Try again in an hour."))
            return _choices(request, form, status=429)
        _ask(form)
    except OperationalError as error:
        if not is_busy(error):
            raise
        form.add_error(None, str(BUSY))
        return told_busy(_choices(request, form))
    return redirect(reverse("letter_asked"))


def _choices(
    request: HttpRequest, form: SubscribeForm, *, status: int = 200, is_second_step: bool = False
) -> HttpResponse:
    """The page with the choices. It is stamped anew whenever it is shown."""
    words = {"form": form, "stamp": time_stamp(is_second_step=is_second_step), "is_second_step": is_second_step}
    return render(request, "mailing/subscribe.html", words, status=status)


def _ask(form: SubscribeForm) -> None:
    """Mail what is to be mailed. Whatever that is, the page that follows is the same."""
    address = form.address_given
    if is_too_often("confirm", address.folded, most=MOST_TO_ONE_ADDRESS, seconds=HOUR):
        return
    known = Subscriber.objects.filter(folded=address.folded, state=Subscriber.State.READING).first()
    if known is not None:
        mail_already(known)
        return
    mailed = ask_to_subscribe(address=address, asked=form.asked, now=timezone.now())
    if mailed is not None:
        mail_link(mailed, language=get_language() or "en")


@requires(ANYONE)
def asked(request: HttpRequest) -> HttpResponse:
    """What comes next, whoever asked."""
    return render(request, "mailing/asked.html")


@by_link
def confirm_page(request: HttpRequest, token: str) -> HttpResponse:
    """One button. Opening the page changes nothing: programs that read mail follow every link."""
    now = timezone.now()
    try:
        if request.method != "POST":
            link = look_at_link(token, MailedLink.Purpose.CONFIRM, now=now)
            if link.used_at is not None:
                return _begun(request, begun_by(link))
            words = {"link": link, "wishes": told_wishes(Asked.read(link.wishes))}
            return render(request, "mailing/confirm.html", words)
        subscriber, is_new = confirm(token=token, now=now)
    except NotPossible as problem:
        way = {"way": reverse("letter_subscribe"), "way_name": _("Ask for letters")}
        return say(request, _("This link no longer works"), problem.sentence, status=410, **way)
    wants_newest = is_new and bool(request.POST.get("newest"))
    if wants_newest:
        send_newest_issue(subscriber=subscriber, now=now)
    return _begun(request, subscriber, wanted_newest=wants_newest)


def _begun(request: HttpRequest, subscriber: Subscriber, *, wanted_newest: bool = False) -> HttpResponse:
    waits = [Delivery.State.WAITING, Delivery.State.CLAIMED]
    words = {
        "wanted_newest": wanted_newest,
        "coming": subscriber.deliveries.filter(state__in=waits).exists(),
        "next": when_next(subscriber, today=timezone.localdate()),
        "preferences": reverse("letter_preferences", args=[letter_token(subscriber)]),
    }
    return render(request, "mailing/confirmed.html", words)
