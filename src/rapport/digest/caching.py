"""Conditional GET: a page that has not changed is not made again.

Every change of content gives the site a new stamp (`actions.mark_changed`), so one query tells whether a
reader's or a proxy's copy still holds. The date is part of it because announcements end and issues appear.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe

import rapport

SECONDS_FRESH = 300
View = Callable[..., HttpResponseBase]


def page_tag(request: HttpRequest, *args: Any, **kwargs: Any) -> str:
    """The ETag of a public page: it changes with the content, the day, the language and our version."""
    stamp = request.site_identity.stamp  # type: ignore[attr-defined]
    parts = (rapport.__version__, stamp, localdate().isoformat(), get_language() or "", request.get_full_path())
    return f'"{hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]}"'


def public_page(view: View) -> View:
    """A page anyone may read and any proxy may keep: GET and HEAD only, with an ETag, fresh for minutes."""

    @require_safe
    @condition(etag_func=page_tag)
    @wraps(view)
    def cached(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        patch_cache_control(response, public=True, max_age=SECONDS_FRESH)
        return response

    return cached
