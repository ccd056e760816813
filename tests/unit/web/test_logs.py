"""What a line of the log leaves out."""

import logging
import re

import pytest
from django.urls import get_resolver

from rapport.web.logs import WithoutKeys


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/letters/preferences/1-2.abc_DEF-g/", "/letters/preferences/…/"),
        ("/fr/letters/link/abc_DEF-g/?as=pdf", "/fr/letters/link/…/?as=pdf"),
        ("/preview/abc:def/", "/preview/…/"),
        ("/account/invitation/abc:def/", "/account/invitation/…/"),
        ("/account/address/confirm/abc:def/", "/account/address/confirm/…/"),
        ("/account/password/new/1-d8x2k3-5f0c9a/", "/account/password/new/…/"),
        ("/fr/account/password/new/1-d8x2k3-5f0c9a/", "/fr/account/password/new/…/"),
        ("/account/password/new/done/", "/account/password/new/done/"),
        ("/letters/subscribe/", "/letters/subscribe/"),
        ("/2024/05/letters-and-previews/", "/2024/05/letters-and-previews/"),
    ],
)
def test_an_address_that_is_a_key_stands_in_no_log(path, said):
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "%s: %s", ("Internal Server Error", path), None)
    assert WithoutKeys().filter(record)
    assert record.getMessage() == f"Internal Server Error: {said}"


def addresses(patterns, before=""):
    """Every address of the site, with what it names in angle brackets or as a group."""
    for pattern in patterns:
        here = before + str(pattern.pattern)
        yield from addresses(pattern.url_patterns, here) if hasattr(pattern, "url_patterns") else [here]


def test_no_address_that_holds_a_token_or_a_key_is_forgotten():
    keys = re.compile(r"<str:(?:token|key)>|\(\?P<uidb36>.*\)")
    found = (where for where in addresses(get_resolver().url_patterns) if keys.search(where))
    held = {"/" + keys.sub("1-secret", where).replace("^", "") for where in found}
    held = {path for path in held if not path.startswith("/demo/mail/")}  # the demo's own letters, on this machine
    assert len(held) > 8
    told = {}
    for path in held:
        record = logging.LogRecord("django.request", logging.ERROR, "", 0, path, (), None)
        WithoutKeys().filter(record)
        told[path] = record.getMessage()
    assert [path for path, said in told.items() if "secret" in said] == []


def test_the_site_writes_its_log_so(settings):
    assert all("without_keys" in handler["filters"] for handler in settings.LOGGING["handlers"].values())
