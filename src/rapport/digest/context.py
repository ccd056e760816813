from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from rapport.digest.middleware import current_site_identity
from rapport.web.addresses import elsewhere, origin


def site(request: HttpRequest) -> dict[str, Any]:
    """Whose digest this is, for the frame of every page, and the page's addresses in the languages it offers.

    A view that knows better in which languages its page is written gives an `elsewhere` of its own.
    """
    identity = getattr(request, "site_identity", None) or current_site_identity()
    return {
        "site": identity,
        "elsewhere": elsewhere(origin(request), request.path, languages=identity.languages),
    }
