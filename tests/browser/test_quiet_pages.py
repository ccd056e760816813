"""Pages that ask nothing of others, keep nothing on the reader's machine, and need no script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.pages import PAGES
from tests.browser.watching import Watched

pytestmark = pytest.mark.browser


# htmx notes in the window's own memory, gone when it closes, which page of its history it shows.
OF_HTMX = {"htmx-current-path-for-history"}


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_asks_nobody_else_keeps_nothing_and_says_nothing(reader: Callable[..., Page], kind: str):
    """The `reader` fixture asserts about requests, cookies and the console; what is stored is looked at here."""
    page = reader(PAGES[kind])
    page.wait_for_load_state("networkidle")
    assert page.evaluate("[localStorage.length, document.cookie]") == [0, ""]
    browses = kind.startswith(("browse", "search"))
    assert set(page.evaluate("Object.keys(sessionStorage)")) <= (OF_HTMX if browses else set())
    runs = "script:not([type='application/ld+json'])"  # a block of data for search engines is not run
    assert page.locator(runs).count() == (1 if browses else 0)


def test_the_watch_would_notice(browser: Browser, site: str):
    """What the `reader` fixture asserts is itself checked: a cookie, a foreign address, a forbidden script."""
    context = browser.new_context(base_url=site)
    watched = Watched(context.new_page(), site)
    watched.page.goto("/")
    watched.page.evaluate(
        """() => {
          document.cookie = "seen=1";
          document.body.append(Object.assign(document.createElement("script"), {textContent: "1"}));
          document.body.append(Object.assign(new Image(), {src: "http://127.0.0.2/pixel"}));
        }"""
    )
    watched.page.wait_for_timeout(100)
    complaints = watched.complaints()
    context.close()
    assert "cookie seen" in complaints
    assert any("Content Security Policy" in complaint and "inline script" in complaint for complaint in complaints)
    assert any("127.0.0.2" in complaint for complaint in complaints)
