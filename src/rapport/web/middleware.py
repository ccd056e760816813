"""The language of a page is told by its address and by nothing else."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation


class HeadWithoutBodyMiddleware:
    """A HEAD answer says how long the page is and does not send it: servers warn of a body there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "HEAD":
            if response.streaming:
                response.streaming_content = ()  # type: ignore[attr-defined]  # of a streaming response
            else:
                length = len(response.content)
                response.content = b""
                response["Content-Length"] = str(length)
        return response


class LanguageFromAddressMiddleware:
    """`/fr/…` is French, everything else the default language, whatever the browser prefers.

    Django's own middleware adds `Vary: Accept-Language`, which would make a proxy keep one copy of each
    page for every list of preferences.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language  # as Django's own middleware sets it
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
