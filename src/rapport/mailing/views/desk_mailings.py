"""Where editors see to the sending of letters: what goes, what failed, what is in doubt, the rules, a test letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from rapport.accounts.models import Person
from rapport.accounts.policies import View, requires, signed_in
from rapport.mailing.actions import running
from rapport.mailing.desk_forms import RulesForm, TestLetterForm
from rapport.mailing.limits import is_too_often
from rapport.mailing.models import Delivery, Edition, Mailing, MailRules
from rapport.mailing.policies import MAY_EDIT, MAY_RUN
from rapport.mailing.progress import (
    Counts,
    counts_of,
    failed_of,
    in_doubt_of,
    sayings_of,
    time_left,
    trouble_of,
)
from rapport.mailing.refusals import NotPossible
from rapport.mailing.sending.choosing import post
from rapport.mailing.sending.claiming import is_wanted
from rapport.web.unknown import NotHere

MAILINGS_PER_PAGE, FAILED_PER_PAGE, DOUBTS_SHOWN, SAYINGS_SHOWN = 20, 25, 20, 10
MOST_TESTS, TESTS_WINDOW = 10, 600
NOT_UNDERSTOOD, TOO_OFTEN = 422, 429
State = Mailing.State


# --- pages --------------------------------------------------------------------------------------


@requires(MAY_EDIT)
def mailings(request: HttpRequest) -> HttpResponse:
    page = Paginator(_mailings(), MAILINGS_PER_PAGE).get_page(request.GET.get("page"))
    of = counts_of(one.pk for one in page)
    rows = [(one, of.get(one.pk, Counts())) for one in page]
    return render(request, "mailing/desk/list.html", {"rows": rows, "page_obj": page})


@requires(MAY_EDIT)
def mailing(request: HttpRequest, number: int) -> HttpResponse:
    """One mailing: how far it has come, what can be done with it, what waits for a decision, what failed."""
    one = find_mailing(number)
    failed = failed_of(one)
    sayings = sayings_of(failed)
    page = Paginator(failed, FAILED_PER_PAGE).get_page(request.GET.get("page"))
    goes_on = one.state != State.STOPPED
    told = _how_far(one)
    words = {
        **told,
        "doubts": in_doubt_of(one)[:DOUBTS_SHOWN],
        "doubts_behind": max(0, told["counts"].in_doubt - DOUBTS_SHOWN),
        "goes_on": goes_on,
        "sayings": sayings[:SAYINGS_SHOWN],
        "said_otherwise": sum(saying.letters for saying in sayings[SAYINGS_SHOWN:]),
        "page_obj": page,
        "failed_again": running.that_may_go_again(one, Delivery.State.FAILED).count(),
        "failed": [(delivery, goes_on and is_wanted(delivery)) for delivery in page],
    }
    return render(request, "mailing/desk/mailing.html", words)


@requires(MAY_EDIT)
def progress(request: HttpRequest, number: int) -> HttpResponse:
    """What the page of a mailing asks for while it is being sent. When it no longer is, that page is made anew."""
    one = find_mailing(number)
    if one.state != State.GOING:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    told = _how_far(one)
    of = told["counts"]
    seen = {name: request.GET.get(name, "") for name in ("failed", "in_doubt")}
    is_behind = seen != {"failed": str(of.failed), "in_doubt": str(of.in_doubt)}
    return render(request, "mailing/desk/progress.html", {**told, "seen": seen, "is_behind": is_behind})


def _how_far(one: Mailing) -> dict[str, Any]:
    of = counts_of([one.pk]).get(one.pk, Counts())
    is_going = one.state == State.GOING
    return {
        "mailing": one,
        "counts": of,
        "seen": {"failed": of.failed, "in_doubt": of.in_doubt},
        "trouble": trouble_of(one) if is_going else None,
        "left": time_left(one, of.waiting) if is_going else None,
        "at": now(),
    }


# --- deeds: posted to, and lead back ------------------------------------------------------------

Act = Callable[..., object]


def _deed(act: Act, done: str | Promise) -> View:
    """A view that does `act` with a mailing and says so; or says, in the words of the refusal, why it cannot be."""

    @requires(MAY_EDIT)
    def view(request: HttpRequest, number: int) -> HttpResponseBase:
        if request.method == "POST":
            _do(request, act, done, mailing=find_mailing(number))
        return redirect("desk_letter", number)

    return view


def _deed_of_delivery(act: Act, done: str | Promise, at: str) -> View:
    """The same with one letter of the mailing; leads back to its list."""

    @requires(MAY_EDIT)
    def view(request: HttpRequest, number: int, delivery: int) -> HttpResponseBase:
        if request.method == "POST":
            letter = Delivery.objects.filter(pk=delivery, mailing=find_mailing(number)).first()
            if letter is None:
                raise NotHere(_("There is no such letter."))
            _do(request, act, done, delivery=letter)
        page = request.GET.get("page", "")
        back = reverse("desk_letter", args=[number])
        return redirect(f"{back}?page={page}#{at}" if page.isascii() and page.isdecimal() else f"{back}#{at}")

    return view


def _do(request: HttpRequest, act: Act, done: str | Promise, **to: object) -> None:
    try:
        act(**to, by=signed_in(request), now=now())
    except NotPossible as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, str(done))


let_it_go = _deed(running.let_go, gettext_lazy("It goes out from now on."))
pause = _deed(running.pause_mailing, gettext_lazy("Paused. A letter that is being handed over this moment still goes."))
go_on = _deed(running.resume_mailing, gettext_lazy("It goes on where it was paused."))
stop_it = _deed(running.stop_mailing, gettext_lazy("Stopped. Nothing more of it is sent."))
arrived = _deed_of_delivery(running.take_as_sent, gettext_lazy("It counts as sent."), "in-doubt")
send_again = _deed_of_delivery(running.send_again, gettext_lazy("It is sent again within a minute."), "in-doubt")
try_again = _deed_of_delivery(running.send_again, gettext_lazy("It is tried again within a minute."), "failed")


@requires(MAY_EDIT)
def stop(request: HttpRequest, number: int) -> HttpResponseBase:
    """What stopping does, with a button that does it."""
    if request.method == "POST":
        return stop_it(request, number=number)
    one = find_mailing(number)
    if one.state not in (State.HELD, State.GOING, State.PAUSED):
        return redirect("desk_letter", number)
    words = {"mailing": one, "counts": counts_of([one.pk]).get(one.pk, Counts()), "kinds": Edition.Kind}
    return render(request, "mailing/desk/stop.html", words)


# --- deeds with all letters in one state ----------------------------------------------------------


@dataclass(frozen=True)
class DeedForAll:
    """What can be done at once with all letters of a mailing in the state `was`, and how it is asked."""

    was: str
    act: Act
    heading: str | Promise
    means: str | Promise
    button: str | Promise
    done: str | Promise
    only_readers: bool = True  # whether it leaves out readers who get no more letters

    def letters(self, mailing: Mailing) -> QuerySet[Delivery]:
        if self.only_readers:
            return running.that_may_go_again(mailing, self.was)
        return mailing.deliveries.filter(state=self.was)


def _deed_for_all(deed: DeedForAll) -> View:
    """A page that says what the deed does, with a button that does it to as many letters as the page told of."""

    @requires(MAY_EDIT)
    def view(request: HttpRequest, number: int) -> HttpResponseBase:
        one = find_mailing(number)
        if request.method == "POST":
            seen = request.POST.get("seen", "")
            _do(request, deed.act, deed.done, mailing=one, seen=int(seen) if seen.isascii() and seen.isdecimal() else 0)
            return redirect("desk_letter", number)
        letters = deed.letters(one).count()
        left = one.deliveries.filter(state=deed.was).count() - letters
        words = {"mailing": one, "deed": deed, "letters": letters, "left": left}
        return render(request, "mailing/desk/all.html", words)

    return view


all_arrived = _deed_for_all(
    DeedForAll(
        was=Delivery.State.IN_DOUBT,
        act=running.take_all_as_sent,
        heading=gettext_lazy("Have all letters in doubt arrived?"),
        means=gettext_lazy("They count as sent. A reader whose letter did not arrive does not get it."),
        button=gettext_lazy("All of them arrived"),
        done=gettext_lazy("They count as sent."),
        only_readers=False,
    )
)
gone_already = _deed_for_all(
    DeedForAll(
        was=Delivery.State.WAITING,
        act=running.take_all_as_gone,
        heading=gettext_lazy("Has this letter gone already?"),
        means=gettext_lazy(
            "They count as sent, and none of them goes. That is right when they had gone before a copy of the database "
            "was brought back."
        ),
        button=gettext_lazy("It has gone already"),
        done=gettext_lazy("They count as sent."),
        only_readers=False,
    )
)
send_all_again = _deed_for_all(
    DeedForAll(
        was=Delivery.State.IN_DOUBT,
        act=partial(running.send_all_again, was=Delivery.State.IN_DOUBT),
        heading=gettext_lazy("Send all letters in doubt again?"),
        means=gettext_lazy("A reader whose letter did arrive gets it twice."),
        button=gettext_lazy("Send all of them again"),
        done=gettext_lazy("They are sent again from now on."),
    )
)
try_all_again = _deed_for_all(
    DeedForAll(
        was=Delivery.State.FAILED,
        act=partial(running.send_all_again, was=Delivery.State.FAILED),
        heading=gettext_lazy("Try all failed letters again?"),
        means=gettext_lazy("The mail server took none of them, so nobody gets one twice."),
        button=gettext_lazy("Try all of them again"),
        done=gettext_lazy("They are tried again from now on."),
    )
)


@requires(MAY_RUN)
def rules(request: HttpRequest) -> HttpResponseBase:
    form = RulesForm(request.POST) if request.method == "POST" else RulesForm.of(MailRules.current())
    if form.is_valid():
        running.set_rules(**form.cleaned_data, by=signed_in(request), now=now())
        messages.success(request, _("The rules are saved. They hold from the next letter on."))
        return redirect("desk_letters_rules")
    status = NOT_UNDERSTOOD if form.errors else 200
    return render(request, "mailing/desk/rules.html", {"form": form}, status=status)


@requires(MAY_EDIT)
def test_letter(request: HttpRequest) -> HttpResponseBase:
    """Send oneself the letter of an issue: to one's own address, whatever else is sent."""
    by = signed_in(request)
    language = request.GET.get("language", "")
    known = language in dict(settings.LANGUAGES)
    asked = {"issue": request.GET.get("issue", ""), "language": language if known else get_language()}
    form = TestLetterForm(request.POST or None, initial=asked, asked=request.POST.get("issue", asked["issue"]))
    status = 200
    if request.method == "POST":
        status = NOT_UNDERSTOOD
        if form.is_valid():
            said = _send_test(form, by, now())
            if said is None:
                messages.success(request, _("The letter is on its way to %(address)s.") % {"address": by.email})
                return redirect(f"{reverse('desk_letter_test')}?{urlencode(form.cleaned_data)}")
            form.add_error(None, said)
    return render(request, "mailing/desk/test.html", {"form": form, "address": by.email}, status=status)


def _send_test(form: TestLetterForm, by: Person, at: dt.datetime) -> str | None:
    """None when the mail server took it; otherwise why it was not sent."""
    if is_too_often("test-letter", str(by.pk), most=MOST_TESTS, seconds=TESTS_WINDOW):
        return _("These were many tests within a few minutes. Wait a little before the next one.")
    language = form.cleaned_data["language"]
    try:
        running.send_test_letter(issue=form.issue_chosen, language=language, by=by, post=post(), now=at)
    except NotPossible as refusal:
        return refusal.sentence
    return None


# --- what they ask for --------------------------------------------------------------------------


def _mailings() -> Any:
    """The newest first, with what their editions are called by."""
    kept = Mailing.objects.select_related("edition__issue", "edition__entry", "changed_by")
    return kept.prefetch_related("edition__entry__texts").order_by("-pk")


def find_mailing(number: int) -> Mailing:
    """The mailing of that number; a page that says so where there is none."""
    found: Mailing | None = _mailings().filter(edition__id=number).first()
    if found is None:
        raise NotHere(_("There is no such letter."))
    return found
