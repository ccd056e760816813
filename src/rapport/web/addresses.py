"""Whole addresses, for what is read elsewhere: feeds, sitemaps, descriptions for machines, published files."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest


def origin(request: HttpRequest) -> str:
    """Where readers find the site, without a closing slash: `RAPPORT_ADDRESS`, else where this request went.

    Empty when the request names a host that is not ours: the page that says so needs addresses too.
    """
    if settings.SITE_ADDRESS:
        return str(settings.SITE_ADDRESS)
    try:
        return f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return ""


def whole(request: HttpRequest, path: str) -> str:
    """`path`, which begins with a slash, as an address that leads there from anywhere."""
    return origin(request) + path
