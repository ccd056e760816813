"""How often somebody may ask for something, without asking anybody else who they are.

Counted in the cache, which all processes share, in windows of fixed length.
"""

from __future__ import annotations

import time

from allauth.account.adapter import get_adapter
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest

TIME_TRAP = "rapport.time-trap"
# A person who reads a form needs longer than this; a program that fills in all it finds does not.
SECONDS_TO_READ = 1.5
FORM_LASTS = 12 * 3600
# Whoever typed an address into the foot of a page has read one page already. That page is kept by caches, and dated by
# nobody; so the second begins as if it had been open for a second.
FIRST_PAGE = 1


def is_too_often(what: str, who: str, *, most: int, seconds: int) -> bool:
    """Count one more try of `what` by `who`; whether that is more than `most` in this window of `seconds`."""
    key = f"limit:{what}:{int(time.time()) // seconds}:{who}"[:240].replace(" ", "_")
    if cache.add(key, 1, timeout=seconds):
        return most < 1
    try:
        return cache.incr(key) > most
    except ValueError:  # the window has just closed
        return False


def who_asks(request: HttpRequest) -> str:
    """The network address that asks; the proxies that the host has are seen through."""
    return str(get_adapter().get_client_ip(request))


def time_stamp(*, is_second_step: bool = False) -> str:
    """Goes into a form, and comes back with it."""
    since = time.time() - (FIRST_PAGE if is_second_step else 0)
    return signing.Signer(salt=TIME_TRAP).sign(f"form:{signing.b62_encode(int(since))}")


def was_read(stamp: str) -> bool:
    """Whether enough time has passed since the form was shown that a person can have filled it in."""
    signer = signing.TimestampSigner(salt=TIME_TRAP)
    try:
        signer.unsign(stamp, max_age=FORM_LASTS)
        made = signing.b62_decode(stamp.rsplit(":", 2)[1])
    except (signing.BadSignature, IndexError, ValueError):
        return False
    return time.time() - made >= SECONDS_TO_READ
