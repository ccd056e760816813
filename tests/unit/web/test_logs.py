"""What a line of the log leaves out."""

import logging

import pytest

from rapport.web.logs import WithoutKeys


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/letters/preferences/1-2.abc_DEF-g/", "/letters/preferences/…/"),
        ("/fr/letters/link/abc_DEF-g/?as=pdf", "/fr/letters/link/…/?as=pdf"),
        ("/preview/abc:def/", "/preview/…/"),
        ("/account/invitation/abc:def/", "/account/invitation/…/"),
        ("/account/address/confirm/abc:def/", "/account/address/confirm/…/"),
        ("/letters/subscribe/", "/letters/subscribe/"),
        ("/2024/05/letters-and-previews/", "/2024/05/letters-and-previews/"),
    ],
)
def test_an_address_that_is_a_key_stands_in_no_log(path, said):
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "%s: %s", ("Internal Server Error", path), None)
    assert WithoutKeys().filter(record)
    assert record.getMessage() == f"Internal Server Error: {said}"


def test_the_site_writes_its_log_so(settings):
    assert all("without_keys" in handler["filters"] for handler in settings.LOGGING["handlers"].values())
