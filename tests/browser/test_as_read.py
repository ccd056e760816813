"""An entry as readers will see it, for whoever approves it: the button above it is one of the desk's."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.writing import write

pytestmark = pytest.mark.browser

ENTRY = "/desk/entries/shared-goals-and-collaboration/"

LOOKS = """(selector) => {
  const looks = getComputedStyle(document.querySelector(selector));
  return ["backgroundColor", "color", "fontFamily", "cursor", "borderRadius"].map((name) => looks[name]);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_approve_above_the_readers_page_looks_like_the_desks_main_button(at_the_desk, scheme):
    writer = at_the_desk(f"{ENTRY}en/", who="ada", color_scheme=scheme)
    write(writer, "limitations", " One thing more.")
    writer.get_by_role("button", name="Save, and see what it still needs").click()
    submit = writer.get_by_role("button", name="Submit for review")
    if submit.count():
        submit.click()
    page = at_the_desk(f"{ENTRY}en/as-read/", color_scheme=scheme)
    expect(page.get_by_role("button", name="Approve")).to_be_visible()
    approve = page.evaluate(LOOKS, ".preview-bar .button")
    page.goto(f"{ENTRY}en/")
    assert approve == page.evaluate(LOOKS, ".editor__bar .button--main")
