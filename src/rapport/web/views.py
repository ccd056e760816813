"""Pages for what went wrong. Each says what, and leads on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rapport.web.unknown import NotHere, NotUnderstood


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    message = exception.message if isinstance(exception, NotHere) else _("There is no page at this address.")
    ways = exception.ways if isinstance(exception, NotHere) else ()
    return _answer(request, 404, _("Not found"), message, ways)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, NotUnderstood):
        return _answer(request, 400, _("Not understood"), exception.message, exception.ways)
    message = _("The address asks for something we do not understand.")
    return _answer(request, 400, _("Not understood"), message, ())


def server_error(request: HttpRequest) -> HttpResponse:
    # Without the request: what the frame of a page needs may be the very thing that is broken.
    return HttpResponse(render_to_string("web/500.html", {"language": get_language()}), status=500)


def _answer(request: HttpRequest, status: int, title: str, message: object, ways: object) -> HttpResponse:
    response = render(
        request, "web/problem.html", {"title": title, "message": message, "ways": ways, "status": status}, status=status
    )
    response["Cache-Control"] = "no-cache"
    return response
