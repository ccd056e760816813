"""Where the interface stands: `/api/v1/…`, outside the languages, since one answer has them all."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.urls import URLPattern, path, re_path, reverse

from rapport.accounts.policies import ANYONE, View, with_policy
from rapport.digest.api import refusals
from rapport.digest.api.document import document
from rapport.digest.api.endpoints import api
from rapport.digest.caching import public_page

app_name = "api"


def open_to_all(view: View) -> View:
    """An answer that is kept like our pages, may be read by scripts of other sites, and is JSON when it refuses."""
    kept = public_page(view)

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # A NUL character stands in no key of ours, and PostgreSQL fails when it is asked for one.
        response = (nowhere if "\0" in request.path else kept)(request, *args, **kwargs)
        if response.status_code == 405:
            response = refusals.tell(refusals.of_another_method(request))
            response["Allow"] = "GET, HEAD"
        if response.status_code >= 400:
            response["Cache-Control"] = "no-cache"
            del response["ETag"]  # that of an answer, and this is none
        else:
            response["Content-Language"] = ", ".join(code for code, _ in settings.LANGUAGES)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, Link"
        return response

    answered.csrf_exempt = True  # type: ignore[attr-defined]  # it refuses to be posted to, in words of its own
    return with_policy(ANYONE)(answered)


def nowhere(request: HttpRequest, **parts: str) -> HttpResponseBase:
    """An address that leads nowhere; with a closing slash, it leads to the one without."""
    address, mark, query = request.get_full_path().partition("?")
    if address.endswith("/"):
        return HttpResponsePermanentRedirect(address.rstrip("/") + mark + query)
    asked = request.path.removeprefix(reverse("api:beginning"))
    return refusals.tell(refusals.of_no_address(asked, LISTS))


# What ninja makes of the endpoints, each opened to all; then the document; then everything else.
ADDRESSES = [made for made in api.urls[0] if isinstance(made, URLPattern) and made.name != "api-root"]
for pattern in ADDRESSES:
    pattern.callback = open_to_all(pattern.callback)

LISTS = [str(pattern.pattern) for pattern in ADDRESSES if "<" not in str(pattern.pattern)]

urlpatterns = [
    *ADDRESSES,
    path("openapi.json", open_to_all(document), name="openapi"),
    re_path("", open_to_all(nowhere)),
]
