"""What a browser says of itself, as a person would."""

from __future__ import annotations

import pytest

from rapport.accounts.browsers import browser_name


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) SamsungBrowser/25.0 Chrome/121.0", "Samsung Internet on Android"),
        ("curl/8.5.0", "A browser that does not say its name"),
        ("", "A browser that does not say its name"),
    ],
)
def test_a_browsers_name(said: str, name: str):
    assert browser_name(said) == name
