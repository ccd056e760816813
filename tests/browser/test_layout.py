"""Room for everything: no sideways scrolling, text twice as large, targets a finger can hit, light pages."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.pages import ENTRY, PAGES, RESEARCH_TYPE, RICH_ENTRY, TOPIC

pytestmark = pytest.mark.browser

MOST_BYTES = 60 * 1024
LEAST_TARGET = 24

SIDEWAYS = """() => {
  const room = document.documentElement.clientWidth;
  const beyond = [...document.querySelectorAll("main *, header *, footer *")].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width && box.right > room + 0.5 && !element.closest(".visually-hidden, svg, thead");
  });
  return [document.documentElement.scrollWidth > room, beyond.map((element) => element.outerHTML.slice(0, 120))];
}"""

# A link in a sentence may be as small as its words; one that stands alone may not (WCAG 2.2, 2.5.8). A small
# target will do where a circle of 24 pixels around it meets no other target.
SMALL_TARGETS = """(least) => {
  const shown = (element) => element.checkVisibility() && !element.closest(".skip");
  const targets = [...document.querySelectorAll("a[href], button, input, select, summary")].filter(shown);
  const inSentence = (element) => [...element.parentElement.childNodes].some(
    (node) => node !== element && node.nodeType === Node.TEXT_NODE && /\\p{L}{2}/u.test(node.textContent));
  const centre = (box) => [box.left + box.width / 2, box.top + box.height / 2];
  const small = (box) => box.width < least || box.height < least;
  const boxes = new Map(targets.map((element) => [element, element.getBoundingClientRect()]));
  return targets.filter((element) => small(boxes.get(element)) && !inSentence(element)).filter((element) => {
    const [x, y] = centre(boxes.get(element));
    return targets.some((other) => {
      if (other === element) return false;
      const box = boxes.get(other);
      const far = small(box) ? Math.hypot(centre(box)[0] - x, centre(box)[1] - y) - least / 2
        : Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
      return far < least / 2;
    });
  }).map((element) => element.outerHTML.slice(0, 120));
}"""

# Labels of a forest that run into another mark, or out of the drawing.
LABELS_THAT_MEET = """() => [...document.querySelectorAll("svg.forest")].flatMap((drawing) => {
  const room = drawing.getBoundingClientRect();
  const labels = [...drawing.querySelectorAll(".forest__label")];
  const marks = [...drawing.querySelectorAll("rect, circle, .forest__grid text")]
    .map((mark) => mark.getBoundingClientRect());
  const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  return labels.filter((label) => {
    const box = label.getBoundingClientRect();
    return box.right > room.right || marks.some((mark) => meets(box, mark));
  }).map((label) => label.textContent);
})"""

# What is cut off: an element whose own words do not fit into it.
CUT_OFF = """() => [...document.querySelectorAll("main *, header *, footer *")].filter((element) =>
  element.checkVisibility() && !element.closest(".visually-hidden, svg, thead")
  && getComputedStyle(element).overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1
).map((element) => element.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_of_320_pixels_does_not_scroll_sideways(reader: Callable[..., Page], kind: str):
    page = reader(PAGES[kind], width=320)
    assert page.evaluate(SIDEWAYS) == [False, []]


@pytest.mark.parametrize("kind", PAGES)
def test_text_of_twice_the_size_stays_readable(reader: Callable[..., Page], kind: str):
    """The reader's own text size, at twice the usual, on a window of 1280 pixels."""
    page = reader(PAGES[kind])
    before = page.locator("h1").evaluate("(h1) => parseFloat(getComputedStyle(h1).fontSize)")
    _ask_for_text_of(page, 32)
    page.reload()
    assert page.locator("h1").evaluate("(h1) => parseFloat(getComputedStyle(h1).fontSize)") >= 1.5 * before
    assert page.evaluate(SIDEWAYS) == [False, []]
    assert page.evaluate(CUT_OFF) == []


def _ask_for_text_of(page: Page, pixels: int) -> None:
    """As a reader does in the browser's preferences, so that every `rem` and media query follows."""
    session = page.context.new_cdp_session(page)
    session.send("Page.enable")
    session.send("Page.setFontSizes", {"fontSizes": {"standard": pixels, "fixed": pixels}})


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("kind", PAGES)
def test_what_stands_alone_is_large_enough_to_hit(reader: Callable[..., Page], kind: str, width: int):
    page = reader(PAGES[kind], width=width)
    assert page.evaluate(SMALL_TARGETS, LEAST_TARGET) == []


def test_nothing_moves_for_readers_who_asked_for_stillness(reader: Callable[..., Page]):
    moving = """() => [getComputedStyle(document.documentElement).scrollBehavior,
        ...[...document.querySelectorAll("*")].map((element) => getComputedStyle(element))
        .filter((style) => style.animationName !== "none" || style.transitionDuration !== "0s").map(String)]"""
    assert reader("/", reduced_motion="no-preference").evaluate(moving) == ["smooth"]
    assert reader("/", reduced_motion="reduce").evaluate(moving) == ["auto"]


@pytest.mark.parametrize("path", [ENTRY, RICH_ENTRY, TOPIC, f"/fr{RESEARCH_TYPE}", f"{TOPIC}findings/"])
def test_each_drawing_stands_beside_its_numbers(reader: Callable[..., Page], path: str):
    page = reader(path, width=390)
    in_rows = page.evaluate(
        """() => [...document.querySelectorAll("svg.interval")].map(
        (drawing) => /\\d/.test(drawing.closest("tr").querySelector("td b").textContent))"""
    )
    in_forests = page.evaluate(
        """() => [...document.querySelectorAll("svg.forest")].map((drawing) => {
          const rows = [...drawing.closest("figure").querySelectorAll("tbody tr")];
          const figures = rows.flatMap((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent));
          return figures.every((figure) => /\\d/.test(figure))
            && rows.length === drawing.querySelectorAll("circle").length;
        })"""
    )
    assert in_rows
    assert all(in_rows)
    assert all(in_forests)
    assert bool(in_forests) == path.startswith(("/topics/drop-out/", "/fr/types")) * ("findings" not in path)


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_labels_of_a_forest_keep_clear_of_one_another(reader: Callable[..., Page], width: int):
    assert reader(RESEARCH_TYPE, width=width).evaluate(LABELS_THAT_MEET) == []


def test_every_kind_of_page_is_light(site: str):
    """A page and its stylesheets together, as they are before any compression."""
    weights = {}
    for kind, path in PAGES.items():
        sheets = 6 if kind.split()[0] in ("subscribe", "browse", "search", "entry", "letter", "letters") else 5
        weights[kind] = weight_of(site, path, sheets=sheets)
    assert {kind: weight for kind, weight in weights.items() if weight > MOST_BYTES} == {}


def weight_of(site: str, path: str, *, sheets: int | None = None) -> int:
    """The bytes of a page and of its stylesheets, of which it must have this many."""
    html = _fetch(site + path)
    found = re.findall(rb'<link rel="stylesheet" href="([^"]+)"', html)
    assert sheets is None or len(found) == sheets, path
    return len(html) + sum(len(_fetch(site + sheet.decode())) for sheet in found)


def _fetch(url: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=20) as response:
            return response.read()
    except urllib.error.HTTPError as error:
        return error.read()
