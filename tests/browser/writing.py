"""Writing in the editing page as a person does, and reading from it which figures it marks."""

from __future__ import annotations

from typing import cast

from playwright.sync_api import Page


def write(page: Page, field: str, text: str) -> None:
    """Type at the end of a field, as a person does."""
    page.locator(f"#words-{field}").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


MARKED = """(field) => {
  const words = document.querySelector(`[data-marks=${field}]`).firstChild;
  return [...CSS.highlights]
    .flatMap(([name, ranges]) => [...ranges].map((range) => [name.replace("figure-", ""), range]))
    .filter(([, range]) => range.startContainer === words)
    .sort(([, one], [, other]) => one.startOffset - other.startOffset)
    .map(([mark, range]) => [mark, range.toString()]);
}"""


def marks_in(page: Page, field: str) -> list[tuple[str, str]]:
    """The figures marked in a field, in order: how, and which."""
    return [(mark, text) for mark, text in cast(list[list[str]], page.evaluate(MARKED, field))]
