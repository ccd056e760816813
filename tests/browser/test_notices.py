"""What readers see of an article that was retracted, questioned or corrected, and of an entry that was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.became import CORRECTED, QUESTIONED, RETRACTED, WITHDRAWN
from tests.browser.test_accessibility import faults_of
from tests.browser.test_layout import (
    CUT_OFF,
    LABELS_THAT_MEET,
    LEAST_TARGET,
    MOST_BYTES,
    SIDEWAYS,
    SMALL_TARGETS,
    weight_of,
)
from tests.browser.test_print import sheets

pytestmark = pytest.mark.browser

ENTRIES = {
    "retracted": f"/2000/01/{RETRACTED}/",
    "questioned": f"/2000/01/{QUESTIONED}/",
    "corrected": f"/2000/01/{CORRECTED}/",
    "withdrawn": f"/2000/01/{WITHDRAWN}/",
}
LISTS = {
    "topic": "/topics/drop-out/",
    "type": "/types/meta-analysis/",
    "findings": "/topics/drop-out/findings/",
    "issue": "/2023/01/",
    "year": "/2023/",
    "archive": "/archive/",
    "articles": "/articles/page/2/",
    "search": "/browse/?q=leaving+early",
}
PAGES = {
    f"{kind}{language}": f"{language}{path}" for kind, path in (ENTRIES | LISTS).items() for language in ("", "/fr")
}


@pytest.mark.parametrize("kind", PAGES)
def test_axe_finds_nothing(browser: Browser, later_site: str, kind: str):
    assert faults_of(browser, later_site, PAGES[kind]) == {}


@pytest.mark.parametrize("kind", PAGES)
def test_there_is_room_and_nothing_is_cut_off_or_too_small(later_reader: Callable[..., Page], kind: str):
    page = later_reader(PAGES[kind], width=320)
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(SIDEWAYS) == [False, []]
        assert page.evaluate(CUT_OFF) == []
        assert page.evaluate(SMALL_TARGETS, LEAST_TARGET) == []


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
@pytest.mark.parametrize("path", ["/topics/drop-out/", "/fr/types/meta-analysis/"])
def test_a_forest_says_in_words_what_was_retracted_and_its_labels_keep_clear(
    later_reader: Callable[..., Page], width: int, path: str
):
    page = later_reader(path, width=width)
    word = "rétracté" if path.startswith("/fr") else "retracted"
    expect(page.locator(".forest__doubted", has_text=word).first).to_be_visible()
    assert page.evaluate(LABELS_THAT_MEET) == []


def test_pages_stay_light(later_site: str):
    weights = {kind: weight_of(later_site, path) for kind, path in PAGES.items()}
    assert {kind: weight for kind, weight in weights.items() if weight > MOST_BYTES} == {}


@pytest.mark.parametrize("kind", ["retracted", "corrected", "retracted/fr"])
def test_on_paper_the_banner_stays_and_an_entry_takes_two_sheets(later_reader: Callable[..., Page], kind: str):
    page = later_reader(PAGES[kind])
    assert sheets(page) <= 2
    page.emulate_media(media="print")
    expect(page.locator(".notices")).to_be_visible()
    if kind == "corrected":
        expect(page.locator(".callout")).to_be_visible()
