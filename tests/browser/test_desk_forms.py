"""What was typed into a form of the desk is not left behind unasked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.browser.coming_in import come_in

pytestmark = pytest.mark.browser


@pytest.fixture
def edith(browser: Browser, later_site: str) -> Iterator[Page]:
    context = browser.new_context(base_url=later_site.replace("127.0.0.1", "localhost"))
    page = context.new_page()
    come_in(page, "edith")
    yield page
    context.close()


@pytest.fixture
def asked(edith: Page) -> list[str]:
    """What the browser asked; it is answered that one wants to stay."""
    kinds: list[str] = []

    def stay(dialog: Dialog) -> None:
        kinds.append(dialog.type)
        dialog.dismiss()

    edith.on("dialog", stay)
    return kinds


def test_whoever_leaves_a_form_that_they_typed_into_is_asked_first(edith: Page, asked: list[str]):
    edith.goto("/desk/issues/")
    edith.get_by_label("Month").fill("2124-05")
    edith.get_by_role("link", name="Entries", exact=True).first.click(no_wait_after=True)
    edith.wait_for_timeout(200)
    assert asked == ["beforeunload"]
    expect(edith.get_by_label("Month")).to_have_value("2124-05")


def test_nobody_is_asked_who_sends_it_or_has_typed_nothing(edith: Page, asked: list[str]):
    edith.goto("/desk/issues/2024/08/")
    edith.goto("/desk/issues/")
    edith.get_by_label("Month").fill("2024-08")
    edith.get_by_role("button", name="Plan it").click()
    expect(edith.get_by_text("The issue 2024-08 is there already.")).to_be_visible()
    assert asked == []


def test_whoever_stays_after_all_has_sent_neither_form(edith: Page, asked: list[str]):
    edith.goto("/desk/articles/swift-2012/")
    abstract = edith.get_by_label("The abstract’s text")
    abstract.fill("Of 777 clients many left.")
    edith.locator("input[name=read_level]").last.check()
    edith.get_by_role("button", name="Save the level").click(no_wait_after=True)
    edith.wait_for_timeout(200)
    assert asked == ["beforeunload"]
    abstract.evaluate("field => field.form.reset()")
    edith.get_by_role("link", name="Entries", exact=True).first.click(no_wait_after=True)
    edith.wait_for_timeout(200)
    assert asked == ["beforeunload", "beforeunload"]
