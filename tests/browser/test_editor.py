"""The editing page in Chromium: what is typed is checked, shown and saved; with a script, without, by keys alone."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.writing import marks_in, write

pytestmark = pytest.mark.browser

# Each test writes in an entry of its own.
ENTRIES = {
    "typing": "one-in-five-leaves-early",
    "conflict": "stronger-alliance-better-outcome",
    "without script": "less-skilled-online",
    "keys": "after-a-suicide-attempt",
    "saving": "more-empathic-therapists",
}


def address(entry: str, language: str = "en") -> str:
    return f"/desk/entries/{ENTRIES.get(entry, entry)}/{language}/"


def test_what_is_typed_is_checked_shown_and_saved_by_itself(at_the_desk):
    page = at_the_desk(address("typing"))
    write(page, "summary", " Of 123,456 clients 😀, 4,321 left.")

    expect(page.locator("#sum")).to_contain_text("2 figures to resolve")
    assert marks_in(page, "summary")[-2:] == [("unsupported", "123,456"), ("unsupported", "4,321")]
    expect(page.locator("#said")).to_have_text("Number check: 2 figures to resolve.")
    expect(page.locator("#preview .prose--summary")).to_contain_text("Of 123,456 clients 😀, 4,321 left.")
    expect(page.locator("#saved")).to_contain_text("Saved", timeout=8000)
    assert page.evaluate("document.activeElement.id") == "words-summary"

    page.reload()
    assert page.locator("#words-summary").input_value().endswith("Of 123,456 clients 😀, 4,321 left.")


def test_a_mark_stays_on_its_figure_while_the_text_before_it_grows(at_the_desk):
    page = at_the_desk(address("typing"))
    before = marks_in(page, "how_many")
    page.locator("#words-how_many").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.type("All in all ")
    assert (len(before) > 0, marks_in(page, "how_many")) == (True, before)


def test_a_figure_is_reached_answered_for_and_taken_back_by_keys_alone(at_the_desk):
    page = at_the_desk(address("keys"))
    write(page, "limitations", " Only 6,789 letters were read.")
    expect(page.locator("[data-marks=limitations] .sign--unsupported")).to_have_text("?")
    assert ("unsupported", "6,789") in marks_in(page, "limitations")
    page.locator("#words-title").focus()
    page.keyboard.press("F8")
    chosen = """() => {
        const area = document.activeElement;
        return [area.id, area.value.slice(area.selectionStart, area.selectionEnd)];
    }"""
    while page.evaluate(chosen)[1] != "6,789":
        page.keyboard.press("F8")
    assert page.evaluate(chosen)[0] == "words-limitations"
    expect(page.locator("#said")).to_have_text(re.compile(r"^6,789\. \S+"))

    page.keyboard.press("F9")
    assert page.evaluate("document.activeElement.closest('#check [data-figure]').textContent.includes('6,789')")
    page.keyboard.press("Enter")
    assert page.evaluate(chosen) == ["words-limitations", "6,789"]

    figure = page.locator("#check .figure--unsupported", has_text="6,789")
    figure.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Counted in the appendix.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#check .figure--acknowledged")).to_contain_text(
        "Edith Martin answers for it: Counted in the appendix."
    )
    assert page.evaluate("document.activeElement !== document.body")

    page.locator("#group-acknowledged > summary").click()
    page.get_by_role("button", name="Take this back").click()
    expect(page.locator("#check .figure--unsupported", has_text="6,789")).to_be_visible()


def test_a_figure_that_is_folded_away_is_reached_too_and_no_figure_is_said_to_be_none(at_the_desk):
    page = at_the_desk(address("typing"))
    [first, *_] = marks_in(page, "how_many")
    page.locator("#words-how_many").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("F9")
    focused = page.locator("#check [data-jump]:focus")
    expect(focused).to_be_visible()
    assert focused.locator(".mark").text_content() == first[1]

    page.locator("#words-design").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("F9")
    expect(page.locator("#said")).to_have_text("There is no figure at the cursor.")


def test_a_screen_reader_hears_what_matters_once_and_no_saving_by_itself(at_the_desk):
    page = at_the_desk(address("keys"))
    page.evaluate(
        """() => {
          window.heard = [];
          const live = [...document.querySelectorAll("[role=status], [role=alert], [aria-live]")];
          const listen = (element) => new MutationObserver(() => window.heard.push(element.textContent.trim()))
            .observe(element, {childList: true, characterData: true, subtree: true});
          live.forEach(listen);
        }"""
    )
    for words in (" First, some words.", " Then some more.", " And the last."):
        with page.expect_response(lambda answer: answer.request.method == "POST" and answer.url.endswith("/en/")):
            write(page, "measured", words)
    assert page.evaluate("window.heard") == []

    write(page, "measured", " With 7,531 of them.")
    expect(page.locator("#said")).to_contain_text("Number check:")
    page.keyboard.press("Control+s")
    expect(page.locator("#said")).to_contain_text("Saved")
    heard = page.evaluate("window.heard")
    assert [line.partition(" ")[0] for line in heard] == ["Number", "Saved"]


COVERED = """(selector) => {
  const box = document.querySelector(selector).getBoundingClientRect();
  const bar = document.querySelector(".editor__bar").getBoundingClientRect();
  return [box.top < bar.bottom, window.scrollY > 0];
}"""


def test_the_button_saves_where_one_is_and_says_what_is_not_saved_yet(at_the_desk):
    page = at_the_desk(address("saving"), reduced_motion="reduce")
    write(page, "limitations", " One more thing.")
    expect(page.get_by_text("Not saved yet", exact=True)).to_be_visible()
    expect(page.locator("#saved")).to_be_hidden()
    where = page.evaluate("window.scrollY")
    page.locator(".editor__bar button[value=save]").dispatch_event("click")  # a real one may be scrolled to first
    expect(page.locator("#saved")).to_have_text(re.compile(r"Saved \d"))
    expect(page.get_by_text("Not saved yet", exact=True)).to_be_hidden()
    assert (where > 0, page.evaluate("window.scrollY")) == (True, where)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_bar_covers_no_field_that_has_the_focus_nor_its_toolbar(at_the_desk, width):
    page = at_the_desk(address("saving"), width=width, height=700, reduced_motion="reduce")
    page.wait_for_load_state("networkidle")  # a typeface that arrives later moves what has the focus
    page.keyboard.press("End")
    page.locator("#words-summary").focus()
    for _ in range(5):  # back by the toolbar, to the field before
        page.keyboard.press("Shift+Tab")
    for _ in range(30):  # the page may still be scrolling to it; a policy forbids it to be asked by a text of ours
        if not page.evaluate(COVERED, ":focus")[0]:
            break
        page.wait_for_timeout(100)
    assert page.evaluate(COVERED, ":focus") == [False, True]


def test_on_a_phone_every_part_of_the_page_is_one_tap_away_and_no_key_is_named(at_the_desk):
    page = at_the_desk(address("saving"), width=390, height=800, reduced_motion="reduce")
    write(page, "limitations", "")
    expect(page.get_by_role("button", name="Explain this figure")).to_be_in_viewport()
    expect(page.get_by_role("link", name="Number check", exact=True)).to_be_in_viewport()
    expect(page.locator(".editor__sum kbd").last).to_be_hidden()
    page.locator("#sum").click()
    expect(page.locator("#check-title")).to_be_in_viewport()


COLUMN = """(selector) => {
  const column = document.querySelector(selector);
  const box = column.getBoundingClientRect();
  return {
    reached: column.tabIndex === 0,
    named: (column.role || column.getAttribute("role") || column.localName) + ": " + column.getAttribute("aria-label"),
    fades: column.classList.contains("goes-on") && getComputedStyle(column).maskImage !== "none",
    within: box.bottom <= innerHeight + 1,
  };
}"""


@pytest.mark.parametrize(
    ("selector", "name"),
    [
        (".editor__article", "section: What the article says"),
        (".editor__seen", "group: Number check, and what readers will see"),
    ],
)
def test_a_column_that_goes_on_below_says_so_and_is_scrolled_by_keys(at_the_desk, selector, name):
    page = at_the_desk(address("without script"), height=500, reduced_motion="reduce")
    column = page.locator(selector)
    goes_on = {"reached": True, "named": name, "fades": True, "within": True}
    assert page.evaluate(COLUMN, selector) == goes_on
    column.focus()
    page.keyboard.press("End")
    expect(column).not_to_have_class(re.compile("goes-on"))
    assert page.evaluate(COLUMN, selector) == {**goes_on, "fades": False}


def test_a_column_that_fits_is_no_stop_for_keys(at_the_desk):
    for width, height in ((390, 800), (1440, 4000)):
        page = at_the_desk(address("without script"), width=width, height=height)
        column = page.evaluate(COLUMN, ".editor__article")
        assert (column["reached"], column["fades"]) == (False, False)


def test_a_question_mark_outside_a_field_lists_the_keys(at_the_desk):
    page = at_the_desk(address("saving"))
    write(page, "limitations", "?")
    expect(page.locator("#keys dl")).to_be_hidden()
    page.locator("#sum").focus()
    page.keyboard.press("?")
    expect(page.locator("#keys dl")).to_be_visible()
    expect(page.locator("#keys summary")).to_be_focused()


def test_the_toolbar_is_used_by_keys(at_the_desk):
    page = at_the_desk(address("keys"))
    field = page.locator("#words-limitations")
    before = field.input_value()
    write(page, "limitations", "\n\nA point")
    toolbar = page.locator("[role=toolbar][aria-controls=words-limitations]")
    expect(toolbar).to_have_accessible_name("Formatting of Limitations")
    page.keyboard.press("Shift+Tab")
    expect(toolbar.get_by_role("button", name="Bold")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(toolbar.get_by_role("button", name="List")).to_be_focused()
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    assert field.input_value() == f"{before}\n\n- A point"
    page.keyboard.press("Control+a")
    page.keyboard.type(before)


def test_what_is_typed_beside_the_text_stays_while_the_check_is_renewed(at_the_desk):
    page = at_the_desk(address("keys"))
    write(page, "implications", " And 5,557 more.")
    figure = page.locator("#check .figure--unsupported", has_text="5,557")
    figure.locator("summary").click()
    figure.locator("textarea").fill("A reason that is being written")
    write(page, "implications", " And so on.")
    expect(page.locator("#preview .implications")).to_contain_text("And so on.")
    expect(page.locator("#check .figure__answer[open] textarea")).to_have_value("A reason that is being written")


def test_two_who_write_at_once_are_told_and_neither_loses_a_word(at_the_desk):
    # Alice has a passkey by now (test_account_pages.py), so that one click does not let her in.
    edith, ada = at_the_desk(address("conflict")), at_the_desk(address("conflict"), who="ada")
    expect(ada.locator("#others")).to_have_text("Edith Martin has this text open too.")
    write(ada, "who", ", says Ada")
    ada.keyboard.press("Control+s")
    expect(ada.locator("#saved")).to_contain_text("Saved")

    write(edith, "limitations", " Says Edith.")
    expect(edith.locator("#saved")).to_contain_text("Ada Okafor saved this text", timeout=8000)
    edith.get_by_role("button", name="Compare the two").click()
    expect(edith.get_by_role("heading", level=1)).to_have_text("Somebody else saved this text meanwhile")
    edith.get_by_role("button", name="Save what is to stand").click()
    assert edith.locator("#words-who").input_value().endswith(", says Ada")
    assert edith.locator("#words-limitations").input_value().endswith(" Says Edith.")


def test_words_that_could_not_be_saved_are_kept_and_brought_back(at_the_desk):
    page = at_the_desk(address("keys"))
    page.route("**/en/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    write(page, "measured", " and more")
    page.wait_for_timeout(400)
    page.evaluate("window.onbeforeunload = null")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("#kept")).to_be_visible()
    page.unroute("**/en/")
    page.get_by_role("button", name="Bring them back").click()
    assert page.locator("#words-measured").input_value().endswith(" and more")
    expect(page.locator("#saved")).to_contain_text("Saved", timeout=8000)


def test_without_a_script_every_step_has_a_button(at_the_desk):
    page = at_the_desk(address("without script"), javascript=False)
    summary = page.locator("#words-summary")
    summary.fill(f"{summary.input_value()}\n\nAbout 8,642 came.")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator(".checked .mark--unsupported", has_text="8,642")).to_be_visible()
    expect(page.locator("#preview .prose--summary")).to_contain_text("About 8,642 came.")

    figure = page.locator("#check .figure--unsupported", has_text="8,642")
    figure.locator("summary").click()
    figure.locator("textarea").fill("Told by the authors.")
    figure.get_by_role("button", name="Answer for it with this reason").click()
    expect(page.locator("#saved")).to_contain_text("Saved")
    assert summary.input_value().endswith("About 8,642 came.")

    page.locator("#notes-summary > summary").click()
    page.locator("#note-summary").fill("Is that all of them?")
    page.locator("#notes-summary").get_by_role("button", name="Write the note").click()
    expect(page.locator("#notes-summary .note")).to_contain_text("Is that all of them?")

    page.locator("#group-acknowledged > summary").click()
    page.get_by_role("button", name="Take this back").click()
    expect(page.locator("#check .figure--unsupported", has_text="8,642")).to_be_visible()

    page.locator("[id^=answer-][name^='answer:']").first.fill("All who were asked.")
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.locator("#notes-summary .note__text--answer")).to_contain_text("All who were asked.")
    page.get_by_role("button", name="Settle").click()
    expect(page.locator("#notes-summary .note--settled")).to_contain_text("Settled by Edith Martin.")

    page.get_by_role("link", name="Versions").click()
    expect(page.locator("ins").last).to_contain_text("8,642")
    page.locator("summary", has_text="Go back to it").last.click()
    page.get_by_role("button", name=re.compile("^Take version")).last.click()
    page.goto(address("without script"))
    assert "8,642" not in page.locator("#words-summary").input_value()


def test_without_a_script_two_texts_at_once_are_told_apart_too(at_the_desk):
    edith = at_the_desk(address("without script"), javascript=False)
    ada = at_the_desk(address("without script"), who="ada", javascript=False)
    for page, field, words in ((ada, "who", ", says Ada"), (edith, "measured", ", says Edith")):
        page.locator(f"#words-{field}").fill(page.locator(f"#words-{field}").input_value() + words)
        page.get_by_role("button", name="Save", exact=True).first.click()
    expect(edith.get_by_role("heading", level=1)).to_have_text("Somebody else saved this text meanwhile")
    edith.get_by_role("button", name="Save what is to stand").click()
    assert edith.locator("#words-who").input_value().endswith(", says Ada")
    assert edith.locator("#words-measured").input_value().endswith(", says Edith")


def test_a_translation_stands_beside_its_original(at_the_desk):
    page = at_the_desk(address("keys", "fr"))
    original, own = page.locator("[data-original=summary]"), page.locator("#words-summary")
    left, right = original.bounding_box(), own.bounding_box()
    assert left["x"] + left["width"] <= right["x"]
    write(page, "title", "Après une tentative")
    expect(page.locator("#preview .entry__title")).to_have_text("Après une tentative")
    expect(page.locator("#preview .implications__title")).to_have_text("Implications pour la pratique")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [address("typing"), address("typing", "fr"), f"{address('typing')}versions/"])
def test_axe_finds_nothing(at_the_desk, scheme, path):
    page = at_the_desk(path, color_scheme=scheme)
    write_nothing_but_a_figure(page)
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["html"][:160] for node in rule["nodes"]]) for rule in found] == []


def write_nothing_but_a_figure(page: Page) -> None:
    """Have a figure to resolve in the list, without saving it."""
    if page.locator("#words-summary").count():
        write(page, "summary", " 98,765")
        expect(page.locator("#check .figure--unsupported").first).to_be_visible()


@pytest.mark.parametrize("width", [320, 390, 768, 1100, 1440, 1920])
@pytest.mark.parametrize("path", [address("typing"), address("typing", "fr"), f"{address('typing')}versions/"])
def test_nothing_is_wider_than_the_screen(at_the_desk, width, path):
    page = at_the_desk(path, width=width)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_note_that_was_begun_is_not_left_behind_unasked(at_the_desk):
    page = at_the_desk(address("typing"))
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("#notes-design > summary").click()
    page.locator("#note-design").fill("Is that all of them?")
    page.locator("#notes-design").get_by_role("button", name="Write the note").click()
    expect(page.locator("#notes-design .note")).to_contain_text("Is that all of them?")
    page.reload()
    assert asked == []
    page.locator("#note-design").fill("And who was not asked?")
    page.get_by_role("link", name="Issues", exact=True).first.click(no_wait_after=True)
    page.wait_for_timeout(200)
    assert asked == ["beforeunload"]
    expect(page.locator("#note-design")).to_have_value("And who was not asked?")
