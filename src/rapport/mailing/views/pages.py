"""What all pages that a mailed link opens have in common."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from rapport.accounts.policies import ANYONE, requires
from rapport.mailing.tokens import BadToken

View = Callable[..., HttpResponse]


def by_link(view: View) -> View:
    """A page whose address is its key: kept in no cache, told to no other site, found by no search engine.

    A token that is none of ours opens nothing, and is told of in words.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except BadToken:
            response = say(
                request,
                _("This link opens nothing"),
                _("Perhaps a part of it was lost when it was copied, or what it led to has been deleted."),
                status=404,
            )
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return requires(ANYONE)(guarded)  # type: ignore[return-value]  # a view stays a view


def say(request: HttpRequest, title: str, sentence: str, *, status: int = 200, **more: Any) -> HttpResponse:
    """A page that says one thing."""
    return render(request, "mailing/said.html", {"title": title, "sentence": sentence, **more}, status=status)
