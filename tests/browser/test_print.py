"""An entry on paper: two sheets of A4, without what only a screen can use."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import ENTRY, PAGES, RICH_ENTRY

pytestmark = pytest.mark.browser


def sheets(page: Page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", prefer_css_page_size=True)))


@pytest.mark.parametrize("path", [RICH_ENTRY, ENTRY, f"/fr{ENTRY}", PAGES["entry with disagreement"]])
def test_an_entry_takes_two_sheets_at_most(reader: Callable[..., Page], path: str):
    assert sheets(reader(path)) <= 2


def test_a_rich_entry_fills_both(reader: Callable[..., Page]):
    assert sheets(reader(RICH_ENTRY)) == 2


def test_what_only_a_screen_can_use_is_left_out(reader: Callable[..., Page]):
    page = reader(RICH_ENTRY)
    page.emulate_media(media="print")
    for selector in (".menu", ".exports", ".related", ".tags", ".colophon"):
        expect(page.locator(selector).first).to_be_hidden()
    for selector in ("h1", ".citation", ".implications", ".glance", ".findings", ".findings svg", ".limitations"):
        expect(page.locator(selector).first).to_be_visible()


def test_paper_is_light_for_readers_in_the_dark(reader: Callable[..., Page]):
    page = reader(ENTRY, color_scheme="dark")
    colour = "getComputedStyle(document.querySelector('h1')).color"
    assert page.evaluate(colour) == "rgb(236, 231, 220)"
    page.emulate_media(media="print")
    assert page.evaluate(colour) == "rgb(23, 33, 31)"
