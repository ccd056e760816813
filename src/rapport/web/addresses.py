"""Whole addresses, for what is read elsewhere: feeds, sitemaps, descriptions for machines, published files."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest

# Of a site: scheme and host, without a path.
SITE_ADDRESS = re.compile(r"https?://[a-z0-9.\-]+(:\d{1,5})?", re.IGNORECASE)


@dataclass(frozen=True)
class Publication:
    """The site as plain files: where they are read, and the live site, if any, that answers what files cannot."""

    address: str
    live: str = ""

    def at_live_site(self, path: str) -> str:
        """`path` at the live site; empty where there is none."""
        return self.live and self.live + path


def publication_of(request: HttpRequest) -> Publication | None:
    """The publication that this page is made for; none when a reader asks for it."""
    return getattr(request, "publication", None)


def origin(request: HttpRequest) -> str:
    """Where readers find the site, without a closing slash: `RAPPORT_ADDRESS`, else where this request went.

    For a page that is published as a file: where the files are read.
    Empty when the request names a host that is not ours: the page that says so needs addresses too.
    """
    if publication := publication_of(request):
        return publication.address
    if settings.SITE_ADDRESS:
        return str(settings.SITE_ADDRESS)
    try:
        return f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return ""


def whole(request: HttpRequest, path: str) -> str:
    """`path`, which begins with a slash, as an address that leads there from anywhere."""
    return origin(request) + path
