"""Conditional GET: a page that has not changed is not made again.

Every change of content gives the site a new stamp (`actions.mark_changed`), so one query tells whether a
reader's or a proxy's copy still holds. The date is part of it because announcements end and issues appear.
"""

from __future__ import annotations

import hashlib
from functools import cache, wraps
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe

import rapport
from rapport.accounts.policies import ANYONE, View, with_policy
from rapport.digest.middleware import site_of

SECONDS_AT_A_PROXY = 300


def page_tag(request: HttpRequest, *args: Any, **kwargs: Any) -> str:
    """The ETag of a public page: it changes with the content, the day, the language and our version."""
    stamp = site_of(request).stamp
    parts = (build_tag(), stamp, localdate().isoformat(), get_language() or "", request.get_full_path())
    return f'"{hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]}"'


@cache
def build_tag() -> str:
    """What the pages are made with: it changes when code, a template, a translation or a stylesheet does."""
    package = Path(rapport.__file__).parent
    digest = hashlib.sha256(getattr(staticfiles_storage, "manifest_hash", "").encode())
    for file in sorted([*package.rglob("*.py"), *package.rglob("*.html"), *package.rglob("*.mo")]):
        digest.update(file.read_bytes())
    return f"{rapport.__version__}-{digest.hexdigest()}"


def public_page(view: View) -> View:
    """A page anyone may read: GET and HEAD only, with an ETag.

    A proxy may hand it out for some minutes; a reader's own browser asks each time, which costs one query.
    """
    conditional = require_safe(condition(etag_func=page_tag)(view))

    @wraps(view)
    def cached(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.META.get("HTTP_IF_NONE_MATCH", "").strip() == "*":
            del request.META["HTTP_IF_NONE_MATCH"]  # “whatever there is” cannot be said before the page is known
        response = conditional(request, *args, **kwargs)
        if response.status_code in (200, 304):
            patch_cache_control(response, public=True, max_age=0, s_maxage=SECONDS_AT_A_PROXY)
        return response

    cached.csrf_exempt = True  # type: ignore[attr-defined]  # it refuses to be posted to, in words of its own
    return with_policy(ANYONE)(cached)
