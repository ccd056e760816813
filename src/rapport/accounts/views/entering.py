"""Coming in: an invitation's page, the demo's people, and what is said to whoever may not."""

from __future__ import annotations

from allauth.account.utils import get_next_redirect_url, perform_login
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.accounts.actions import NotPossible, accept_as, accept_invitation
from rapport.accounts.demo import DEMO_PEOPLE, offers_demo_accounts
from rapport.accounts.forms import AcceptForm
from rapport.accounts.models import Invitation, Person
from rapport.accounts.policies import ANYONE, person_of, requires
from rapport.accounts.queries import state_of
from rapport.web.typed_words import words_sent


@requires(ANYONE)
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """An open door. Looking at it changes nothing: programs that read mail follow every link."""
    now = timezone.now()
    found = Invitation.objects.of_token(token).first()
    if found is None or state_of(found, now) != "open":
        how = state_of(found, now) if found else "unknown"
        return render(request, "accounts/invitation_closed.html", {"how": how}, status=410 if found else 404)
    person = person_of(request)
    has_account = Person.objects.filter(email=found.email).exists()
    if person is not None or has_account:
        return _with_an_account(request, found, token, person)
    form = AcceptForm(request.POST or None, invitation=found, initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        try:
            person = accept_invitation(token=token, language=get_language() or "en", now=now, **form.cleaned_data)
        except NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Welcome, %(name)s.") % {"name": person.name})
            return _let_in(request, person, to=reverse("desk"))
    status = 422 if form.errors else 200
    return render(request, "accounts/invitation.html", {"invitation": found, "form": form}, status=status)


def _with_an_account(request: HttpRequest, found: Invitation, token: str, person: Person | None) -> HttpResponse:
    """Somebody who is signed in, or ought to be, takes up the roles as who they are."""
    if request.method == "POST" and person is not None:
        try:
            accept_as(token=token, by=person, now=timezone.now())
        except NotPossible as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("Welcome, %(name)s.") % {"name": person.name})
            return redirect("desk")
    return render(request, "accounts/invitation_known.html", {"invitation": found, "person": person})


@requires(ANYONE)
def by_invitation(request: HttpRequest) -> HttpResponse:
    """Where somebody lands who looks for a way to sign up."""
    return render(request, "accounts/by_invitation.html")


@requires(ANYONE)
@require_POST
def enter_demo(request: HttpRequest, key: str) -> HttpResponse:
    """Become one of the demo's people; outside a demo, and from elsewhere, there is no such address."""
    who = next((who for who in DEMO_PEOPLE if who.key == key), None)
    if who is None or not offers_demo_accounts(request):
        raise Http404
    person = get_object_or_404(Person, email=who.email)
    to = get_next_redirect_url(request) or reverse("desk")
    return _let_in(request, person, to=to)


def _let_in(request: HttpRequest, person: Person, *, to: str) -> HttpResponse:
    answer: HttpResponse = perform_login(request, person, redirect_url=to)
    return answer


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, in words, with ways on."""
    message = str(exception) or _("Your account may not see this page.")
    return _said(request, "accounts/refused.html", 403, message)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was sent without its key: mostly a page that stayed open while somebody signed in or out."""
    message = _(
        "This form was opened before you signed in or out, or your browser keeps no cookies, so we do not know "
        "that it was you who sent it. Go back, load the page anew and send it again; your browser may still have "
        "what you typed."
    )
    return _said(request, "accounts/refused.html", 403, message)


def too_often(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429: allauth asks for this page when somebody tries too often."""
    return _said(
        request, "accounts/refused.html", 429, _("That was too often in a short time. Wait a minute, then try again.")
    )


def _said(request: HttpRequest, template: str, status: int, message: str) -> HttpResponse:
    context = {"message": message, "status": status, "typed_words": words_sent(request)}
    response = render(request, template, context, status=status)
    add_never_cache_headers(response)
    return response
