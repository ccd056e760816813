"""The OpenAPI document: what `endpoints` says of itself, and what it cannot say."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from rapport.digest.api.endpoints import api
from rapport.digest.middleware import site_of
from rapport.web.addresses import whole
from rapport.web.wording import in_language

DESCRIPTION = """\
Everything that the digest publishes, as data: issues, entries, articles, findings, topics and research types.

- It is only read, by anyone, without a key. Other methods than GET and HEAD are answered with 405.
- Texts come in all their languages at once, as mappings from language code to text.
- Numbers come as texts, with the decimals that their source printed. Null means not seen, never zero.
- Long lists come in parts: follow `next` until it is null.
- Every answer has an `ETag`. Send it back in `If-None-Match`, and what has not changed is answered with 304.
- What is not understood is answered with what was wrong, where, and what to do instead.

Drafts, and issues before their day, do not exist here. An entry that was withdrawn is answered with 410.
Fields may be added to what is answered; none is taken away or changes its meaning under `/api/v1`.
"""

ANSWERED = {
    "200": "The answer.",
    "304": "Nothing has changed since the answer with the `ETag` that was sent along.",
    "400": "The question is not understood; the answer says what to mend.",
    "404": "There is no such thing; the answer says what may have been meant.",
    "410": "The entry has been withdrawn; the answer tells the account of it.",
}

HEADERS: dict[str, Any] = {
    "ETag": {"description": "Changes when the answer does.", "schema": {"type": "string"}},
    "Cache-Control": {"description": "How long a proxy may keep it.", "schema": {"type": "string"}},
}
NEXT: dict[str, Any] = {
    "Link": {
        "description": 'Where the list goes on, with `rel="next"`; missing at its end.',
        "schema": {"type": "string"},
    }
}

IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of an answer that was kept.",
    "schema": {"type": "string"},
}


def document(request: HttpRequest) -> HttpResponse:
    """The document, with the addresses of this site."""
    site = site_of(request)
    told = deepcopy(described())
    told["servers"] = [{"url": whole(request, reverse("api:beginning")).rstrip("/")}]
    told["info"]["title"] = f"{in_language(site.name, 'en')}: digest"
    told["info"]["license"] = {"name": str(in_language(site.content_licence, "en")) or "not said"}
    if site.contact_email:
        told["info"]["contact"] = {"email": site.contact_email}
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


@cache
def described() -> dict[str, Any]:
    """The document without what differs from site to site."""
    told = dict(api.get_openapi_schema(path_prefix=""))
    told["info"]["description"] = DESCRIPTION
    shapes = told["components"]["schemas"]
    for question in [name for name in shapes if name.endswith("Question")]:
        del shapes[question]  # told already, parameter by parameter
    for path in told["paths"].values():
        del path["head"]  # HTTP has it wherever GET is
        _tell_more(path["get"])
    return told


def _tell_more(operation: dict[str, Any]) -> None:
    """Add what every answer has to one operation: statuses in words, headers, the conditional request."""
    operation["parameters"].append(IF_NONE_MATCH)
    operation["responses"][304] = {}
    in_parts = any(parameter["name"] == "cursor" for parameter in operation["parameters"])
    for status, response in operation["responses"].items():
        response["description"] = ANSWERED[str(status)]
        if status == 200:
            response["headers"] = {**HEADERS, **NEXT} if in_parts else HEADERS
