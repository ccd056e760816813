"""What somebody typed into a form that could not be taken: their own words are shown to them, to be copied.

A page of the desk is kept by no browser, so that going back would bring an empty form.
"""

from __future__ import annotations

import re

from django.core.exceptions import DisallowedHost, SuspiciousOperation
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

SECRET = re.compile(r"password|code|token|credential|secret", re.IGNORECASE)


def words_sent(request: HttpRequest) -> list[str]:
    """The texts of several words that a form of ours carried; none when another site, or a program, sent it.

    Single words are left out: they are keys and choices, and what has no space may be what nobody should see.
    """
    if request.method != "POST" or not _is_ours(request):
        return []
    try:
        sent = [text for name, texts in request.POST.lists() if not SECRET.search(name) for text in texts]
    except (SuspiciousOperation, UnreadablePostError, MultiPartParserError):  # too much, cut short, in no form
        return []
    return [text for text in sent if " " in text.strip()]


def _is_ours(request: HttpRequest) -> bool:
    """Whether the form stood on a page of this site: nobody else puts words before who is led here."""
    try:
        return request.headers.get("origin") == f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return False
