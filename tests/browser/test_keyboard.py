"""Everything by keyboard: first the way to the content, then each link, and the focus always in sight."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.pages import ENTRY, TOPIC

pytestmark = pytest.mark.browser

# Where the focus is, and whether a reader can see it: outlined, within the window, covered by nothing.
FOCUSED = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const style = getComputedStyle(element), box = element.getClientRects()[0];
  const x = box.left + box.width / 2, y = box.top + box.height / 2, on_top = document.elementFromPoint(x, y);
  return {
    name: element.href || element.id,
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    in_sight: box.width > 0 && y > 0 && y < innerHeight && x > 0 && x < innerWidth,
    uncovered: on_top !== null && (element.contains(on_top) || on_top.contains(element)),
  };
}"""
REACHABLE = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
  .filter((element) => element.checkVisibility()).map((element) => element.href || element.id)"""


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["/", ENTRY, TOPIC, "/browse/", "/articles/", "/topics/drop-outs/"])
def test_every_link_is_reached_in_order_and_seen(reader: Callable[..., Page], path: str, width: int):
    page = reader(path, width=width, reduced_motion="reduce")
    wanted, reached = page.evaluate(REACHABLE), []
    for _ in wanted:
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert focused == {"name": focused["name"], "outlined": True, "in_sight": True, "uncovered": True}
        reached.append(focused["name"])
    assert reached == wanted


def test_the_first_stop_leads_past_the_menu(reader: Callable[..., Page]):
    page = reader("/")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "Skip to the content"
    assert skip.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_choice_is_made_and_taken_back_by_keyboard_alone(reader: Callable[..., Page], javascript: bool):
    page = reader("/browse/", javascript=javascript)
    choice = page.locator("#c-topic-drop-out")
    _tab_to(page, "#c-topic-drop-out")
    page.keyboard.press("Enter")
    page.wait_for_url("**/browse/?topic=drop-out")
    assert choice.get_attribute("aria-current") == "true"
    if javascript:
        assert page.locator("#c-topic-drop-out:focus").count() == 1
    else:
        _tab_to(page, "#c-topic-drop-out")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "topic" not in url)
    assert choice.get_attribute("aria-current") is None


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    pytest.fail(f"80 tabs did not lead to {selector}")
