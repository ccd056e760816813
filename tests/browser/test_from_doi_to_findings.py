"""From a demo's article to findings with words of their own, by keys; and what axe can see on the way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.coming_in import come_in
from tests.browser.test_desk_accessibility import look

pytestmark = pytest.mark.browser


@pytest.fixture
def edith(browser: Browser, demo_of_its_own: tuple[str, dict[str, str]]) -> Iterator[Page]:
    context = browser.new_context(
        base_url=demo_of_its_own[0], bypass_csp=True, reduced_motion="reduce"
    )  # axe is injected
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    come_in(page, "edith")
    yield page
    context.close()
    assert said == []


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def accept(page: Page, left: int) -> None:
    expect(page.locator("[data-suggestion]:focus-within")).to_have_count(1)
    page.keyboard.press("a")
    expect(page.locator("[data-suggestion]")).to_have_count(left)


def test_one_key_ticks_one_key_accepts_and_the_next_field_has_the_focus(edith):
    edith.get_by_role("button", name="Asking about the alliance at every session").click()
    expect(edith.locator("[data-suggested] input:checked")).to_have_count(0)
    assert look(edith) == []
    edith.keyboard.press("a")
    expect(edith.locator("[data-suggested] input:checked")).to_have_count(4)
    assert focused(edith) == "id_working_title"
    edith.keyboard.type("Asking helps")
    edith.keyboard.press("Enter")

    # --- what is typed about one finding stays while others are accepted
    expect(edith.locator("[data-suggestion]")).to_have_count(8)
    edith.wait_for_load_state()
    edith.keyboard.press("j")
    for left in range(7, 3, -1):
        accept(edith, left)
    expect(edith.locator(".naming__one")).to_have_count(1)
    edith.locator("#id_claim-d-1_en").fill("The alliance at session 6")
    assert look(edith) == []
    edith.locator("[data-suggestion]").first.get_by_role("button", name="Accept").focus()
    for left in range(3, -1, -1):
        accept(edith, left)
    expect(edith.locator("#id_claim-d-1_en")).to_have_value("The alliance at session 6")
    expect(edith.locator("#id_claim-percent-1_en")).to_be_focused()

    # --- one that is refused is shown at its field, with all that was typed
    edith.keyboard.type("The alliance at session 6")
    edith.keyboard.press("Enter")
    expect(edith.locator("#id_claim-percent-1_en")).to_be_focused()
    expect(edith.locator("#id_claim-percent-1_en_error")).to_contain_text("Another finding has this name")
    expect(edith.locator("#id_claim-d-1_en")).to_have_value("The alliance at session 6")
    assert look(edith) == []
    edith.locator("#id_claim-percent-1_en").fill("Completed therapy")
    edith.keyboard.press("Enter")
    expect(edith.locator("#id_claim-percent-2_en")).to_be_focused()
    expect(edith.get_by_role("textbox", name="What was found, in your words", exact=True)).to_have_count(3)


def test_a_number_for_a_published_entry_leads_to_the_whole_form_with_its_line_for_readers(edith):
    edith.goto("/desk/articles/swift-2012/")
    edith.get_by_label("The abstract’s text").fill("Of 777 clients many left, r = .44, p < .001.")
    edith.get_by_role("button", name="Keep this abstract").click()
    edith.locator(".suggestion--finding").get_by_role("link", name="Add it as a correction").click()
    expect(edith.get_by_label("Estimate")).to_have_value("0.44")
    expect(edith.get_by_role("group", name="One line for readers")).to_be_visible()
