"""Who has an account and what they may do here: for administrators."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.accounts.actions import (
    NotPossible,
    close_account,
    invite,
    reopen_account,
    revoke_invitation,
    set_roles,
)
from rapport.accounts.emails import send_invitation
from rapport.accounts.forms import InvitationForm, RolesForm
from rapport.accounts.models import Invitation, Person
from rapport.accounts.policies import MAY_KEEP_ACCOUNTS, requires, signed_in
from rapport.accounts.queries import invitations, people
from rapport.web.addresses import whole

PEOPLE_PER_PAGE = 50
LONGEST_LIKE = 200


@requires(MAY_KEEP_ACCOUNTS)
def everybody(request: HttpRequest) -> HttpResponse:
    return _everybody(request, InvitationForm(initial={"language": get_language()}))


def _everybody(request: HttpRequest, form: InvitationForm, status: int = 200) -> HttpResponse:
    like = request.GET.get("like", "").replace("\0", "").strip()[:LONGEST_LIKE]
    page = Paginator(people(like), PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    found = {"page_obj": page, "like": like, "invitations": invitations(timezone.now()), "form": form}
    return render(request, "accounts/people.html", found, status=status)


@requires(MAY_KEEP_ACCOUNTS)
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Invite somebody. The link is shown once, in case the mail does not arrive."""
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _everybody(request, form, 422)
    sent = form.cleaned_data
    language = sent.pop("language")
    try:
        invitation, token = invite(**sent, by=signed_in(request), now=timezone.now())
    except NotPossible as problem:
        form.add_error("email", str(problem))
        return _everybody(request, form, 422)
    with translation.override(language):
        link = whole(request, reverse("invitation", args=[token]))
    words = {"email": invitation.email, "link": link}
    if send_invitation(invitation=invitation, link=link, language=language, request=request):
        messages.success(
            request,
            _("An invitation is on its way to %(email)s. Should it not arrive, pass on this link: %(link)s") % words,
        )
    else:
        messages.warning(
            request, _("The mail to %(email)s could not be sent. Pass on this link yourself: %(link)s") % words
        )
    return redirect("account_people")


@requires(MAY_KEEP_ACCOUNTS)
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation, pk=pk)
    revoke_invitation(invitation=invitation, by=signed_in(request), now=timezone.now())
    messages.success(request, _("The invitation to %(email)s is revoked.") % {"email": invitation.email})
    return redirect("account_people")


@requires(MAY_KEEP_ACCOUNTS)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person; what is sent is the roles they are to have."""
    found = get_object_or_404(Person, pk=pk)
    form = RolesForm(request.POST if request.method == "POST" else None, initial={"roles": sorted(found.roles)})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            set_roles(person=found, roles=form.cleaned_data["roles"], by=signed_in(request), now=timezone.now())
        except NotPossible as problem:
            form.add_error("roles", str(problem))
        else:
            messages.success(request, _("%(name)s’s roles are saved.") % {"name": found})
            return redirect("account_people")
    if form.errors:
        status = 422
    return render(request, "accounts/person.html", {"person": found, "form": form}, status=status)


@requires(MAY_KEEP_ACCOUNTS)
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Person, pk=pk)
    try:
        close_account(person=found, by=signed_in(request), now=timezone.now())
    except NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("%(name)s’s account is closed.") % {"name": found})
    return redirect("account_person", pk=pk)


@requires(MAY_KEEP_ACCOUNTS)
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Person, pk=pk)
    reopen_account(person=found, by=signed_in(request))
    messages.success(request, _("%(name)s’s account is open again.") % {"name": found})
    return redirect("account_person", pk=pk)
