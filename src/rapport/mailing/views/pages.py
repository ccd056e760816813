"""What all pages that a mailed link opens have in common."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from rapport.accounts.policies import ANYONE, View, requires
from rapport.mailing.models import Subscriber
from rapport.mailing.tokens import TEST, BadToken


def by_link(view: View) -> View:
    """A page whose address is its key: kept in no cache, told to no other site, found by no search engine.

    A token that is none of ours opens nothing, and is told of in words; so is what stands for one in a test letter.
    Whoever knows the address may press its buttons, and nobody else can have them pressed: it needs no cookie against
    that. Browsers that tell nobody where they come from (`no-referrer`) do not say so to us either, and Django would
    refuse what they send.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except (BadToken, Subscriber.DoesNotExist):  # the latter: deleted in the moment of the press
            response = _of_test(request) if kwargs.get("token") == TEST else _opens_nothing(request)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return csrf_exempt(requires(ANYONE)(guarded))


def _opens_nothing(request: HttpRequest) -> HttpResponse:
    return say(
        request,
        _("This link opens nothing"),
        _("Perhaps a part of it was lost when it was copied, or what it led to has been deleted."),
        status=404,
    )


def _of_test(request: HttpRequest) -> HttpResponse:
    """What a link of a test letter opens, where a reader's would act."""
    return say(
        request,
        _("This link stood in a test letter"),
        _("In a reader’s letter it is their own. Here it belongs to nobody, and nothing was changed."),
    )


def say(request: HttpRequest, title: str, sentence: str, *, status: int = 200, **more: Any) -> HttpResponse:
    """A page that says one thing."""
    return render(request, "mailing/said.html", {"title": title, "sentence": sentence, **more}, status=status)
