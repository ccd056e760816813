"""Whose digest this is, read once for each request that asks."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from rapport.digest.models import SiteIdentity


class SiteIdentityMiddleware:
    """Sets `request.site_identity`: one query, and only when a page or its ETag needs it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.site_identity = SimpleLazyObject(current_site_identity)  # type: ignore[attr-defined]  # ours
        return self.get_response(request)


def site_of(request: HttpRequest) -> SiteIdentity:
    """Whose digest a request asks for. Read when the first attribute is asked for."""
    site: SiteIdentity = request.site_identity  # type: ignore[attr-defined]  # set by SiteIdentityMiddleware
    return site


def current_site_identity() -> SiteIdentity:
    site = SiteIdentity.objects.first() or SiteIdentity(pk=1)
    if not site.name:  # content without a site.yml
        site.name = site.wordmark = {"en": "Rapport"}
    return site
