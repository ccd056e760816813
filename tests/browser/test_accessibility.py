"""What axe can see: no rule broken on any kind of page, on a phone and on a desk, in light and dark."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.pages import PAGES

pytestmark = pytest.mark.browser

EVERYTHING = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# The phone is long: a choice that the bar at the window's foot half covers, until one scrolls, is no small target.
SIZES = {"phone": {"width": 390, "height": 4000}, "desk": {"width": 1280, "height": 800}}


@pytest.mark.parametrize("kind", PAGES)
def test_axe_finds_nothing(browser: Browser, site: str, kind: str):
    assert faults_of(browser, site, PAGES[kind]) == {}


def faults_of(browser: Browser, site: str, path: str) -> dict[tuple[str, str], list[str]]:
    """What axe finds on a page, by colour scheme and size, where it finds anything."""
    context = browser.new_context(base_url=site, bypass_csp=True, reduced_motion="reduce")
    page = context.new_page()
    page.goto(path)
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for name, size in SIZES.items():
            page.set_viewport_size(size)
            found[scheme, name] = violations(page, EVERYTHING)
    context.close()
    return {where: what for where, what in found.items() if what}


def violations(page: Page, rules: dict[str, Any]) -> list[str]:
    answer = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]}).response
    assert answer["passes"], "axe looked at something"
    return [
        f"{broken['id']}: {node['target']} {node['failureSummary']}"
        for broken in answer["violations"]
        for node in broken["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_would_find_a_fault(browser: Browser, site: str, scheme: str):
    """The check itself is checked: a page is spoilt, and axe must say so."""
    context = browser.new_context(base_url=site, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto("/")
    page.evaluate("document.querySelector('h1').style.color = '#888'; document.documentElement.lang = ''")
    page.evaluate("document.body.style.background = '#777'")
    found = {line.partition(":")[0] for line in violations(page, EVERYTHING)}
    context.close()
    assert {"color-contrast", "html-has-lang"} <= found
