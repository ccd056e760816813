"""Lists in the fields of the editing page: Enter begins the next point, and on an empty point ends the list."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

ENTRY = "/desk/entries/managing-countertransference/en/"


@pytest.fixture
def page(at_the_desk) -> Page:
    opened: Page = at_the_desk(ENTRY)
    return opened


def typed(page: Page, text: str, keys: list[str], *, left: int = 0) -> str:
    """What stands in a field that held `text` after `keys`, with `|` for the cursor; first it goes `left`."""
    field = page.locator("#words-implications")
    field.fill(text)
    field.focus()
    page.keyboard.press("Control+End")
    for key in ["ArrowLeft"] * left + keys:
        page.keyboard.press(key)
    at = field.evaluate("(area) => area.selectionStart")
    value = field.input_value()
    return f"{value[:at]}|{value[at:]}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- Ask both.", "- Ask both.\n- |"),
        ("* Ask both.", "* Ask both.\n* |"),
        ("+ Ask both.", "+ Ask both.\n+ |"),
        ("1. Ask both.", "1. Ask both.\n2. |"),
        ("9) Ask both.", "9) Ask both.\n10) |"),
        ("- One\n  - Ask both.", "- One\n  - Ask both.\n  - |"),
        ("Ask both.", "Ask both.\n|"),
        ("**Ask** both.", "**Ask** both.\n|"),
        ("-5 points", "-5 points\n|"),
        ("2019. In that year", "2019. In that year\n|"),
    ],
)
def test_enter_in_a_point_begins_the_next_one_and_elsewhere_a_line(page, before, after):
    assert typed(page, before, ["Enter"]) == after


def test_enter_within_a_point_cuts_it_in_two(page):
    assert typed(page, "- Ask both. Each time.", ["Enter"], left=len(" Each time.")) == "- Ask both.\n- |Each time."


def test_enter_before_the_words_of_a_point_puts_a_line_before_it(page):
    assert typed(page, "- Ask", ["Home", "Enter"]) == "\n|- Ask"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- Ask both.\n- ", "- Ask both.\n\n|"),
        ("1. Ask both.\n2. ", "1. Ask both.\n\n|"),
        ("Words.\n\n- ", "Words.\n\n|"),
        ("- ", "|"),
    ],
)
def test_enter_on_an_empty_point_ends_the_list(page, before, after):
    assert typed(page, before, ["Enter"]) == after


def test_shift_and_enter_make_a_plain_line(page):
    assert typed(page, "- Ask both.", ["Shift+Enter"]) == "- Ask both.\n|"


@pytest.mark.parametrize("before", ["- Ask both.", "- Ask both.\n- "])
def test_undo_takes_either_back(page, before):
    assert typed(page, before, ["Enter", "Control+z"]).replace("|", "") == before


def test_an_enter_that_ends_a_composition_is_the_keyboards_own(page):
    page.locator("#words-implications").fill("- 相手")
    prevented = page.locator("#words-implications").evaluate(
        """(area) => {
            area.setSelectionRange(area.value.length, area.value.length);
            const enter = { key: "Enter", bubbles: true, cancelable: true, isComposing: true };
            return !area.dispatchEvent(new KeyboardEvent("keydown", enter));
        }"""
    )
    assert (prevented, page.locator("#words-implications").input_value()) == (False, "- 相手")


def test_the_next_point_is_checked_and_saved_like_all_that_is_typed(page):
    typed(page, "- Ask both.", ["Enter"])
    page.keyboard.type("Of 6,543 clients.")
    expect(page.locator("#check .figure--unsupported", has_text="6,543")).to_be_visible()
    expect(page.locator("#preview .implications li")).to_have_count(2)
    typed(page, "- Ask both.\n- Of 6,543 clients.", ["Enter"])
    expect(page.locator("#saved")).to_contain_text("Saved", timeout=8000)
    page.reload()
    assert page.locator("#words-implications").input_value().startswith("- Ask both.\n- Of 6,543 clients.")


@pytest.mark.parametrize(
    ("before", "keys", "after"),
    [
        ("", ["A", "s"], "- As|"),
        ("", ["*", "*", "A"], "- **A|"),
        ("", ["1", ".", "Space"], "1. |"),
        ("", ["-", "Space", "A"], "- A|"),
        ("Ask.", ["x"], "Ask.x|"),
    ],
)
def test_the_first_letter_of_the_implications_begins_their_first_point(page, before, keys, after):
    assert typed(page, before, keys) == after


@pytest.mark.parametrize(
    ("before", "keys", "after"),
    [
        ("- Ask.", ["Enter", "-", "Space", "B"], "- Ask.\n- B|"),
        ("* Ask.", ["Enter", "*", "Space", "B"], "* Ask.\n* B|"),
        ("- a", ["Space", "-", "Space"], "- a - |"),
    ],
)
def test_a_mark_typed_behind_the_mark_that_came_by_itself_is_the_same_one(page, before, keys, after):
    assert typed(page, before, keys) == after


def test_what_began_by_itself_can_be_taken_back(page):
    assert typed(page, "", ["A", "Control+z"]) == "|"
