"""Addresses that must get no mail: how many and why; and letting one get letters again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from rapport.accounts.policies import requires, signed_in
from rapport.mailing.actions.tending import lift_suppression
from rapport.mailing.desk_subscribers_forms import LiftForm
from rapport.mailing.models import Suppression
from rapport.mailing.policies import MAY_EDIT, MAY_RUN
from rapport.mailing.refusals import NotPossible
from rapport.mailing.subscriber_lists import count_suppressed

NOT_UNDERSTOOD = 422


@requires(MAY_EDIT)
@require_GET
def suppressed(request: HttpRequest) -> HttpResponseBase:
    return _page(request, LiftForm())


@requires(MAY_RUN)
@require_POST
def lift(request: HttpRequest) -> HttpResponseBase:
    form = LiftForm(request.POST)
    if form.is_valid():
        address = form.cleaned_data["address"]
        try:
            lift_suppression(address=address, by=signed_in(request), now=timezone.now())
        except NotPossible as problem:
            form.add_error("address", problem.sentence)
        else:
            message = _("%(address)s may get letters again, when whoever has it subscribes.")
            messages.success(request, message % {"address": address.written})
            return redirect("desk_letters_suppressed")
    return _page(request, form, status=NOT_UNDERSTOOD)


def _page(request: HttpRequest, form: LiftForm, *, status: int = 200) -> HttpResponse:
    counts = count_suppressed()
    words = {
        "form": form,
        "counts": [(why.label, counts.get(why.value, 0)) for why in Suppression.Why],
        "may_lift": MAY_RUN.allows(request.user),
    }
    return render(request, "mailing/subscribers/suppressed.html", words, status=status)
