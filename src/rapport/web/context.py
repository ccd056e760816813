"""What every page's frame needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

import rapport
from rapport.web.addresses import in_each_language, origin, publication_of, whole

# One small file for each layer; browsers fetch them side by side and keep them.
STYLESHEETS = [f"web/css/{name}.css" for name in ("tokens", "base", "layout", "components", "pages")]


def page(request: HttpRequest) -> dict[str, Any]:
    """The page's language, its address in each language, our version, and whether it becomes a file."""
    return {
        "origin": origin(request),
        "language": get_language() or settings.LANGUAGE_CODE,
        "addresses": addresses(request),
        "publication": publication_of(request),
        "stylesheets": STYLESHEETS,
        "version": rapport.__version__,
    }


def addresses(request: HttpRequest) -> list[dict[str, str]]:
    """The address of this page in every interface language: `url` keeps the choices in its query."""
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    paths = in_each_language(request.path)
    return [
        {"code": code, "name": name, "url": paths[code] + query, "absolute": whole(request, paths[code])}
        for code, name in settings.LANGUAGES
    ]
