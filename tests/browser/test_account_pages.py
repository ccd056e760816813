"""Signing in as people do: with one click in the demo, with a password and a code, with a passkey.

The policy of the pages is in force: what needs an inline script or style would not work here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from rapport.accounts.demo import DEMO_PASSWORD
from tests.browser.test_accessibility import EVERYTHING, violations

pytestmark = pytest.mark.browser

SIZES = {
    "phone": {"width": 390, "height": 2400},
    "narrow": {"width": 320, "height": 2400},
    "desk": {"width": 1280, "height": 800},
}
PAGES = {
    "sign in": "/account/sign-in/",
    "sign in in French": "/fr/account/sign-in/",
    "password forgotten": "/account/password/forgotten/",
    "by invitation": "/account/by-invitation/",
    "an invitation that is not open": "/account/invitation/no-such-token/",
}
PRIVATE = {
    "your account": "/account/",
    "your account in French": "/fr/account/",
    "people": "/account/people/",
    "a person": "/account/people/1/",
    "address": "/account/address/",
    "password": "/account/password/",
    "is it you": "/account/again/",
    "sign out": "/account/sign-out/",
}


@pytest.fixture
def here(site: str) -> str:
    """The site by this machine's name: a passkey belongs to a name, and a bare number is none."""
    return site.replace("127.0.0.1", "localhost")


@pytest.fixture
def visitor(browser: Browser, here: str) -> Iterator[Callable[..., Page]]:
    """Open the sign-in page in a browser of one's own; at the end, its console must have been silent."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(path: str = "/account/sign-in/", **of_context: Any) -> Page:
        context = browser.new_context(base_url=here, **of_context)
        opened.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in opened:
        context.close()
    assert complaints == []


def enter(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile(name)).click()


def show_again(page: Page) -> None:
    """Before a change of what opens the account, its owner says the password once more."""
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Go on").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_too_wide(browser: Browser, here: str, scheme: str):
    context = browser.new_context(base_url=here, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    page = context.new_page()
    found = dict(look(page, PAGES))
    page.goto(PAGES["sign in"])
    enter(page, "Ada Okafor")
    found |= look(page, PRIVATE)
    for kind, path in (("an app", "/account/app/"), ("a passkey", "/account/passkeys/add/")):
        page.goto(path)
        if "/again/" in page.url:
            show_again(page)
        found |= look(page, {kind: page.url})
    context.close()
    assert {where: what for where, what in found.items() if what} == {}


def look(page: Page, pages: dict[str, str]) -> dict[tuple[str, str], list[str]]:
    found = {}
    for kind, path in pages.items():
        page.goto(path)
        for name, size in SIZES.items():
            page.set_viewport_size(size)
            found[kind, name] = violations(page, EVERYTHING)
            wide = page.evaluate("document.documentElement.scrollWidth")
            found[kind, name] += [f"{wide} pixels wide"] if wide > size["width"] else []
    return found


def test_one_click_leads_to_the_desk_and_one_out_again(visitor: Callable[..., Page]):
    page = visitor("/desk/")
    enter(page, "Edith Martin")
    page.wait_for_url("**/desk/")
    page.goto("/account/")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/account/sign-in/")


def test_signing_in_works_without_javascript(visitor: Callable[..., Page]):
    page = visitor(java_script_enabled=False)
    page.get_by_label("E-mail address").fill("edith@demo.example.org")
    page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/desk/")


def test_with_the_keyboard_alone(visitor: Callable[..., Page]):
    page = visitor()
    page.get_by_label("E-mail address").focus()
    page.keyboard.type("edith@demo.example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/")


def test_a_passkey_is_added_and_opens_the_account(visitor: Callable[..., Page]):
    page = visitor()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    abilities = {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    options = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True, **abilities}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    enter(page, "Alice Ames")

    page.goto("/account/passkeys/add/")
    show_again(page)
    page.get_by_label("Name").fill("My laptop")
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/account/codes/")
    assert page.locator(".codes li").count() == 10
    page.goto("/account/")
    assert "My laptop" in page.locator(".opens").inner_text()

    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/desk/")

    page.goto("/account/")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_label("E-mail address").fill("alice@demo.example.org")
    page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/account/sign-in/code/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/desk/")


def test_a_passkey_that_the_device_refuses_is_said_on_the_page(visitor: Callable[..., Page]):
    page = visitor()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "isUserVerified": False}})
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("alert").get_by_text("That did not work, or was cancelled.").wait_for()
