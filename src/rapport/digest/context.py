from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from rapport.digest.middleware import current_site_identity


def site(request: HttpRequest) -> dict[str, Any]:
    """Whose digest this is, for the frame of every page."""
    return {"site": getattr(request, "site_identity", None) or current_site_identity()}
