"""From a demo's article to findings with words of their own, by keys; and what axe can see on the way."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

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


numbers = count(101)  # of each effect another: what is stored already is not suggested


@pytest.fixture
def suggesting(edith: Page) -> Page:
    """An article's page on which one finding has just been accepted and three are suggested still."""
    answered = edith.goto("/desk/articles/ferreira-lund-2026/")
    if answered and answered.status == 404:
        edith.goto("/desk/")
        edith.get_by_role("button", name="Asking about the alliance at every session").click()
        edith.keyboard.press("a")
        edith.keyboard.type("Asking helps")
        edith.keyboard.press("Enter")
    edith.locator("#abstract summary").click()
    outcomes = [f"Outcome {next(numbers)} was better, d = 0.{next(numbers)}, p < .001." for _four in range(4)]
    edith.get_by_label("The abstract’s text").fill(" ".join(outcomes))
    edith.get_by_role("button", name="Keep this abstract").click()
    expect(edith.locator("[data-suggestion]")).to_have_count(4)
    edith.wait_for_load_state()
    edith.keyboard.press("j")
    accept(edith, 3)
    expect(edith.locator("[data-suggestion]:focus-within")).to_have_count(1)
    return edith


def test_what_was_typed_anywhere_on_the_page_stays_and_is_still_watched_over(suggesting):
    words, abstract = (
        suggesting.locator("#naming input[type=text]").first,
        suggesting.get_by_label("The abstract’s text"),
    )
    words.fill("The first outcome")
    suggesting.locator("#abstract summary").click()
    abstract.fill("Another abstract")
    suggesting.locator("input[name=read_level]").last.check()
    suggesting.locator("[data-suggestion]").first.get_by_role("button", name="Accept").click()
    expect(suggesting.locator("[data-suggestion]")).to_have_count(2)
    expect(words).to_have_value("The first outcome")
    expect(abstract).to_be_visible()
    expect(abstract).to_have_value("Another abstract")
    expect(suggesting.locator("input[name=read_level]").last).to_be_checked()
    asked: list[str] = []
    suggesting.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    suggesting.get_by_role("link", name="Issues", exact=True).first.click(no_wait_after=True)
    suggesting.wait_for_timeout(200)
    assert asked == ["beforeunload"]


def test_a_key_that_is_held_answers_one_suggestion_and_not_all(suggesting):
    for _repeated in range(10):
        suggesting.keyboard.down("x")
        suggesting.wait_for_timeout(50)
    suggesting.keyboard.up("x")
    suggesting.wait_for_load_state("networkidle")
    expect(suggesting.locator("[data-suggestion]")).to_have_count(2)


@pytest.mark.parametrize("kept", [[], ["csrftoken"]])
def test_whoever_is_signed_out_is_told_so_and_loses_nothing(suggesting, kept):
    words = suggesting.locator("#naming input[type=text]").first
    words.fill("The first outcome")
    cookies = [cookie for cookie in suggesting.context.cookies() if cookie["name"] in kept]
    suggesting.context.clear_cookies()
    suggesting.context.add_cookies(cookies)
    suggesting.locator("[data-suggestion]").first.get_by_role("button", name="Accept").click()
    expect(suggesting.locator("#told")).to_contain_text("Not done: you are signed out")
    expect(words).to_have_value("The first outcome")


def test_a_number_for_a_published_entry_leads_to_the_whole_form_with_its_line_for_readers(edith):
    edith.goto("/desk/articles/swift-2012/")
    edith.get_by_label("The abstract’s text").fill("Of 777 clients many left, r = .44, p < .001.")
    edith.get_by_role("button", name="Keep this abstract").click()
    edith.locator(".suggestion--finding").get_by_role("link", name="Add it as a correction").click()
    expect(edith.get_by_label("Estimate")).to_have_value("0.44")
    expect(edith.get_by_role("group", name="One line for readers")).to_be_visible()
