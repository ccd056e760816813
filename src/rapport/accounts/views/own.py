"""“Your account”: who somebody is here, what opens their account, and where it is open."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.accounts.actions import end_session, save_profile
from rapport.accounts.forms import ProfileForm
from rapport.accounts.policies import SIGNED_IN, requires, signed_in
from rapport.accounts.queries import keys_of, sessions_of


@requires(SIGNED_IN)
def account(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    known = {"name": person.name, "language": person.language}
    form = ProfileForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        save_profile(by=person, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("account")
    return render(
        request,
        "accounts/account.html",
        {
            "person": person,
            "form": form,
            "keys": keys_of(person),
            "sessions": sessions_of(person, timezone.now()),
            "here": request.session.session_key,
        },
    )


@requires(SIGNED_IN)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out on one of one's own devices."""
    person = signed_in(request)
    session = get_object_or_404(UserSession, pk=pk, user=person)
    end_session(session=session, by=person)
    messages.success(request, _("That device is signed out."))
    return redirect("account")


@requires(SIGNED_IN)
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    for session in UserSession.objects.filter(user=person).exclude(session_key=request.session.session_key):
        end_session(session=session, by=person)
    messages.success(request, _("Every other device is signed out."))
    return redirect("account")


@requires(SIGNED_IN)
def to_account(request: HttpRequest) -> HttpResponse:
    """Where allauth has a page of its own, ours has it all."""
    return redirect("account")
