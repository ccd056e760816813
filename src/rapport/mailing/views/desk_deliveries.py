"""To whom a mailing went: each letter with its reader, what became of it, and how it reads."""

from __future__ import annotations

from csp.decorators import csp_replace
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from rapport.accounts.policies import requires
from rapport.mailing.letters.links import whole
from rapport.mailing.letters.previewing import preview_letter
from rapport.mailing.models import Delivery, Edition
from rapport.mailing.policies import MAY_EDIT
from rapport.mailing.queries import lines_of
from rapport.mailing.views.desk_mailings import find_mailing
from rapport.web.unknown import NotHere, Way

LETTERS_PER_PAGE = 50


@requires(MAY_EDIT)
@require_GET
def deliveries(request: HttpRequest, number: int) -> HttpResponseBase:
    """The letters of a mailing, all of them or those in one state."""
    mailing = find_mailing(number)
    asked = request.GET.get("state", "")
    state = asked if asked in Delivery.State else ""
    found = mailing.deliveries.select_related("subscriber").order_by("pk")
    if state:
        found = found.filter(state=state)
    words = {
        "mailing": mailing,
        "state": state,
        "states": Delivery.State.choices,
        "page_obj": Paginator(found, LETTERS_PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "mailing/desk/deliveries.html", words)


@csp_replace({"style-src": ["'unsafe-inline'"], "img-src": ["data:"], "script-src": ["'none'"]})
@requires(MAY_EDIT)
@require_GET
def delivery(request: HttpRequest, number: int, delivery: int) -> HttpResponseBase:
    """The HTML of one reader's letter: the same entries, in their language, in the words that readers see now."""
    mailing = find_mailing(number)
    one = mailing.deliveries.select_related("subscriber", "mailing__edition").filter(pk=delivery).first()
    back = reverse("desk_letter_readers", args=[number])
    if one is None:
        raise NotHere(_("There is no such letter."), [Way(_("Its readers"), back)])
    lines = lines_of(one)
    if not lines and mailing.edition.kind != Edition.Kind.QUIET:
        raise NotHere(_("Nothing of this letter is left to be read."), [Way(_("Its readers"), back)])
    return HttpResponse(preview_letter(mailing.edition, lines, one.subscriber.language, back=whole(back)).html)
