"""A figure is marked where it stands, at every width: the marks lie on the field's own lines."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.writing import marks_in

pytestmark = pytest.mark.browser

ENTRY = "/desk/entries/hopeful-clients-do-better/en/"
# Letters that close up to the figure beside them: cut there, the line is wider, and may break elsewhere.
WORDS = (
    "Of 231 clients, 54% got better, 19.7% left early (95% CI 17.5 to 22.0), and 1,234 sessions were rated; r = 0.28 "
    "in 295 studies of 30,000 clients. AV. To 47.5% of them, P = 0.04, W. 7 To T. 11 were Ya. 42% fit, 12 of 13 Ta. "
    "77% done. Te. 5,432 or 0.54 V. 9. "
) * 3
WIDTHS = [363 + quarter / 4 for quarter in range(4 * 107)]

# The marks of a field that are seen where the field itself has another letter, at each width.
ASTRAY = """async ([widths, inElements]) => {
  await document.fonts.ready;
  const area = document.getElementById("words-summary");
  const paper = area.parentElement;
  const layer = paper.querySelector("[data-marks]");
  const words = layer.firstChild;
  let marks = [...CSS.highlights.values()]
    .flatMap((ranges) => [...ranges])
    .filter((range) => range.startContainer === words)
    .sort((one, other) => one.startOffset - other.startOffset)
    .map((range) => ({ start: range.startOffset, text: range.toString(), seen: () => range.getClientRects()[0] }));
  if (inElements) {
    let at = 0;
    const pieces = marks.flatMap((mark) => {
      const element = Object.assign(document.createElement("span"), { textContent: mark.text });
      mark.seen = () => element.getClientRects()[0];
      const before = area.value.slice(at, mark.start);
      at = mark.start + mark.text.length;
      return [before, element];
    });
    layer.replaceChildren(...pieces, area.value.slice(at));
  }
  window.scrollTo({ top: paper.getBoundingClientRect().top + window.scrollY - 150, behavior: "instant" });
  const astray = [];
  for (const width of widths) {
    paper.style.width = `${width}px`;
    for (const mark of marks) {
      const { left, top, height } = mark.seen();
      const place = document.caretPositionFromPoint(left + 1, top + height / 2);
      if (place.offsetNode !== area || place.offset !== mark.start) astray.push([width, mark.text]);
    }
  }
  return [marks.length, astray];
}"""


@pytest.fixture
def written(at_the_desk) -> Page:
    """The editing page, so high that all of a long summary is seen at once, with every figure of it marked."""
    page: Page = at_the_desk(ENTRY, height=2400)
    page.locator("#words-summary").fill(WORDS)
    expect(page.locator("#preview .prose--summary")).to_contain_text("77% done. Te. 5,432 or 0.54 V. 9.")
    return page


def astray(page: Page, widths: list[float], *, in_elements: bool = False) -> tuple[int, list[Any]]:
    number, found = page.evaluate(ASTRAY, [widths, in_elements])
    return number, found


def test_at_no_width_does_a_mark_stand_under_other_words(written):
    number, found = astray(written, WIDTHS)
    assert (number > 50, found) == (True, [])


def test_with_an_element_around_each_figure_some_would(written):
    """Why the marks are highlights of one stretch of text; and that the test above would notice."""
    assert astray(written, WIDTHS, in_elements=True)[1] != []


# Of each sign: whether some marked figure ends where it stands.
SIGNS = """() => {
  const layer = document.querySelector("[data-marks=summary]");
  const ends = [...CSS.highlights.values()]
    .flatMap((ranges) => [...ranges])
    .filter((range) => range.startContainer === layer.firstChild)
    .map((range) => [...range.getClientRects()].at(-1));
  return [...layer.querySelectorAll(".sign")].filter((sign) => sign.textContent).map((sign) => {
    const { left, top } = sign.getBoundingClientRect();
    return ends.some((end) => Math.abs(left - end.right) <= 1 && Math.abs(top - end.top) <= 8);
  });
}"""


@pytest.mark.parametrize("width", [1440, 390])
def test_the_sign_of_an_open_figure_stands_at_its_end_also_when_the_lines_have_moved(written, width):
    written.set_viewport_size({"width": width, "height": 2000})
    written.wait_for_timeout(100)
    at_their_ends = written.evaluate(SIGNS)
    assert (len(at_their_ends) > 20, all(at_their_ends)) == (True, True)


def test_each_verdict_is_told_by_the_form_of_its_line(at_the_desk):
    page = at_the_desk("/desk/entries/one-in-five-leaves-early/en/")
    page.locator("#words-summary").fill("19.7% left, not 47.5%, nor 8,765 clients.")
    expect(page.locator("#preview .prose--summary")).to_contain_text("8,765")
    assert marks_in(page, "summary") == [("supported", "19.7"), ("contradicted", "47.5"), ("unsupported", "8,765")]
    line = """(mark) => getComputedStyle(document.querySelector("[data-marks]"), `::highlight(figure-${mark})`)
        .textDecorationStyle"""
    kinds = ["contradicted", "disagree", "unsupported", "asked", "supported"]
    assert [page.evaluate(line, kind) for kind in kinds] == ["wavy", "double", "dashed", "dotted", "solid"]


def test_a_browser_without_highlights_shows_the_signs_and_the_list(at_the_desk):
    page = at_the_desk("/desk/entries/one-in-five-leaves-early/en/")
    page.add_init_script("delete window.Highlight;")
    page.reload()
    page.locator("#words-summary").fill("19.7% left, not 47.5%, nor 8,765 clients.")
    expect(page.locator("[data-marks=summary] .sign")).to_have_text(["", "✕", "?"])
    expect(page.locator("#check .figure--contradicted")).to_contain_text("47.5")
    page.keyboard.press("F8")
    expect(page.locator("#said")).to_contain_text("47.5")


def test_marks_are_seen_and_told_apart_in_colours_of_the_readers_own(at_the_desk):
    page = at_the_desk("/desk/entries/one-in-five-leaves-early/en/", forced_colors="active")
    page.locator("#words-summary").fill("47.5% left, nor 8,765 clients.")
    expect(page.locator("[data-marks=summary] .sign").last).to_have_text("?")
    plain = page.evaluate(
        """() => {
            const area = document.getElementById("words-summary");
            const layer = document.querySelector("[data-marks=summary]");
            const line = (mark) => of(layer, `::highlight(figure-${mark})`).textDecorationStyle;
            const of = (element, pseudo) => getComputedStyle(element, pseudo);
            return {
              plate: of(area).forcedColorAdjust,
              text: of(area).color === of(document.body).color,
              copy: of(layer).color,
              lines: ["contradicted", "unsupported"].map(line),
            };
        }"""
    )
    assert plain == {"plate": "none", "text": True, "copy": "rgba(0, 0, 0, 0)", "lines": ["wavy", "dashed"]}
