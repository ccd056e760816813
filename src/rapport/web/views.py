"""Pages for what went wrong. Each says what, and leads on."""

from __future__ import annotations

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rapport.web.busy import BUSY, is_busy, told_busy
from rapport.web.typed_words import words_sent
from rapport.web.unknown import NotHere, NotUnderstood


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    message = exception.message if isinstance(exception, NotHere) else _("There is no page at this address.")
    ways = exception.ways if isinstance(exception, NotHere) else ()
    return _answer(request, 404, _("Not found"), message, ways)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, NotUnderstood):
        return _answer(request, 400, _("Not understood"), exception.message, exception.ways)
    message = _("The address asks for something we do not understand.")
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        message = _("What you sent is more than we take at once. Go back, and send it in parts.")
    elif request.method == "POST":
        message = _("What was sent cannot be read. Go back, load the page anew and send it again.")
    return _answer(request, 400, _("Not understood"), message, ())


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours; or a database that somebody else writes to for too long, which passes."""
    error = sys.exc_info()[1]
    busy = is_busy(error)
    context = {"language": get_language(), "busy": BUSY if busy else "", "typed_words": words_sent(request)}
    # Without the request: what the frame of a page needs may be the very thing that is broken.
    response = HttpResponse(render_to_string("web/500.html", context), status=500)
    response["Cache-Control"] = "no-store"
    return told_busy(response) if busy else response


def _answer(request: HttpRequest, status: int, title: str, message: object, ways: object) -> HttpResponse:
    context = {
        "title": title,
        "message": message,
        "ways": ways,
        "status": status,
        "typed_words": words_sent(request),
    }
    response = render(request, "web/problem.html", context, status=status)
    response["Cache-Control"] = "no-cache"
    return response
