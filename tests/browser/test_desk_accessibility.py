"""What axe can see at the desk: no rule broken on any of its pages, in either language, in light and dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.became import CORRECTED, RETRACTED, WITHDRAWN
from tests.browser.coming_in import come_in
from tests.browser.test_accessibility import EVERYTHING, violations

pytestmark = pytest.mark.browser

LOOKS = {"light": {"width": 1280, "height": 800}, "dark": {"width": 390, "height": 2400}}
NARROWEST = 320
PAGES = {
    "home": "/desk/",
    "tasks": "/desk/tasks/",
    "entries": "/desk/entries/",
    "entry": f"/desk/entries/{RETRACTED}/",
    "entry corrected": f"/desk/entries/{CORRECTED}/",
    "entry withdrawn": f"/desk/entries/{WITHDRAWN}/",
    "editor": f"/desk/entries/{RETRACTED}/en/",
    "editor of a translation": f"/desk/entries/{RETRACTED}/fr/",
    "versions": f"/desk/entries/{RETRACTED}/en/versions/",
    "withdrawing": f"/desk/entries/{RETRACTED}/do/withdraw/",
    "issues": "/desk/issues/",
    "issue": "/desk/issues/2024/08/",
    "issue as read": "/desk/issues/2024/08/as-read/",
    "articles": "/desk/articles/",
    "articles found": "/desk/articles/?q=swift",
    "new article": "/desk/articles/new/",
    "article": "/desk/articles/swift-2012/",
    "details": "/desk/articles/swift-2012/details/",
    "figures": "/desk/articles/swift-2012/figures/",
    "new finding": "/desk/articles/swift-2012/new-finding/",
    "finding": "/desk/articles/swift-2012/findings/drop-out-rate/",
    "rules": "/desk/rules/",
    "audit": "/desk/audit/",
    "network": "/desk/network/",
    "identity": "/desk/network/identity/",
    "pages": "/desk/network/pages/",
    "new page": "/desk/network/pages/new/",
    "page": "/desk/network/pages/about.en/",
    "topics": "/desk/network/topics/",
    "new topic": "/desk/network/topics/new/",
    "topic": "/desk/network/topics/drop-out/",
    "your account": "/account/",
    "people": "/account/people/",
    "a person": "/account/people/1/",
    "address": "/account/address/",
    "password": "/account/password/",
    "is it you": "/account/again/",
    "sign out": "/account/sign-out/",
    "nothing at this address": "/desk/entries/no-such-entry/",
}


@pytest.fixture(scope="module")
def ada(browser: Browser, later_site: str) -> Iterator[Page]:
    """The desk as an administrator sees it, who may see all of it."""
    here = later_site.replace("127.0.0.1", "localhost")
    context = browser.new_context(base_url=here, bypass_csp=True, reduced_motion="reduce")
    page = context.new_page()
    come_in(page, "ada")
    yield page
    context.close()


@pytest.mark.parametrize("language", ["", "/fr"])
@pytest.mark.parametrize("kind", PAGES)
def test_axe_finds_nothing_and_nothing_is_too_wide(ada: Page, kind: str, language: str):
    ada.goto(language + PAGES[kind])
    assert look(ada) == []


def test_axe_finds_nothing_where_something_is_to_be_mended(ada: Page):
    ada.goto("/desk/articles/swift-2012/new-finding/")
    ada.get_by_label("Estimate").fill("a lot")
    ada.locator("#finding-form").evaluate("(form) => { form.noValidate = true; }")  # or the browser sends nothing
    ada.get_by_role("button", name="Save the finding").click()
    expect(ada.get_by_role("alert").get_by_role("link").first).to_be_visible()
    expect(ada.get_by_label("Estimate")).to_have_attribute("aria-invalid", "true")
    assert look(ada) == []


def look(page: Page) -> list[str]:
    """What axe finds on the page, wide and light, then narrow and dark; and whether anything is too wide."""
    found = []
    for scheme, size in LOOKS.items():
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        found += violations(page, EVERYTHING)
    page.set_viewport_size({"width": NARROWEST, "height": 800})
    beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*found, f"{beyond} pixels too wide"] if beyond > 0 else found
