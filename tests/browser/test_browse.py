"""Browse, with and without JavaScript: the same page, the same addresses, the same entries."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

CHOSEN = "/browse/?topic=drop-out&type=meta-analysis"


def what_it_shows(page: Page) -> dict[str, object]:
    return {
        "address": page.url.partition("/browse/")[2],
        "title": page.title(),
        "count": page.locator("#results-title").inner_text(),
        "chosen": page.locator(".choices [aria-current] .choices__label").all_inner_texts(),
        "entries": page.locator(".entry-line__title").all_inner_texts(),
    }


def choose(page: Page, *keys: str) -> None:
    for key in keys:
        before = page.url
        page.locator(f"#c-{key}").click()
        page.wait_for_url(lambda url, before=before: url != before)


def test_choices_lead_to_the_same_page_with_and_without_javascript(reader: Callable[..., Page]):
    pages = {javascript: reader("/browse/", javascript=javascript) for javascript in (True, False)}
    for page in pages.values():
        choose(page, "topic-drop-out", "type-meta-analysis")
    shown = {javascript: what_it_shows(page) for javascript, page in pages.items()}
    assert shown[True] == shown[False]
    assert shown[True]["address"] == "?topic=drop-out&type=meta-analysis"
    assert shown[True]["title"] == "Browse · Attendance, Attrition, and Drop-Out · Meta-analysis · Rapport"
    assert shown[True]["chosen"] == ["Attendance, Attrition, and Drop-Out", "Meta-analysis"]
    assert shown[True]["count"] == f"{len(shown[True]['entries'])} entries"


def test_with_javascript_the_page_stays_and_the_focus_too(reader: Callable[..., Page]):
    page = reader("/browse/")
    page.evaluate("window.stayed = true")
    choose(page, "topic-drop-out")
    assert page.evaluate("window.stayed")
    assert page.evaluate("document.activeElement.id") == "c-topic-drop-out"
    page.locator(".chosen a", has_text="Drop-Out").click()
    page.wait_for_url(lambda url: "topic" not in url)
    assert page.evaluate("window.stayed")


def test_the_new_count_is_announced(reader: Callable[..., Page]):
    """A screen reader speaks what changes in a status that was there before, so the status itself must stay."""
    page = reader("/browse/")
    status = page.locator("[role=status]")
    before = status.inner_text()
    status.evaluate("(element) => { element.stayed = true }")
    choose(page, "topic-drop-out")
    expect(status).not_to_have_text(before)
    assert status.evaluate("(element) => element.stayed")
    assert status.inner_text() == page.locator("#results-title").inner_text()


def test_back_and_forward_restore_what_was_chosen(reader: Callable[..., Page]):
    page = reader("/browse/")
    shown = [what_it_shows(page)]
    for key in ("topic-drop-out", "type-meta-analysis"):
        choose(page, key)
        shown.append(what_it_shows(page))
    for expected in (shown[1], shown[0]):
        page.go_back()
        expect(page.locator("#results-title")).to_have_text(expected["count"])
        assert what_it_shows(page) == expected
    page.go_forward()
    expect(page.locator("#results-title")).to_have_text(shown[1]["count"])
    assert what_it_shows(page) == shown[1]
    choose(page, "type-meta-analysis")
    assert what_it_shows(page) == shown[2]


def test_a_page_of_results_keeps_the_choices(reader: Callable[..., Page]):
    page = reader("/browse/?type=meta-analysis")
    first = what_it_shows(page)
    page.locator(".pages a[rel=next]").click()
    page.wait_for_url("**/browse/?type=meta-analysis&page=2")
    second = what_it_shows(page)
    assert second["chosen"] == first["chosen"]
    assert not set(second["entries"]) & set(first["entries"])


@pytest.mark.parametrize("javascript", [True, False])
def test_the_other_language_keeps_the_page_and_the_choices(reader: Callable[..., Page], javascript: bool):
    page = reader("/browse/", javascript=javascript)
    choose(page, "topic-drop-out", "type-meta-analysis")
    count = len(what_it_shows(page)["entries"])
    page.locator(".languages a").click()
    page.wait_for_url("**/fr/browse/?topic=drop-out&type=meta-analysis")
    assert page.locator("html").get_attribute("lang") == "fr"
    assert len(what_it_shows(page)["entries"]) == count
    page.locator(".languages a").click()
    page.wait_for_url(lambda url: url.endswith(CHOSEN) and "/fr/" not in url)


def test_choices_that_leave_nothing_say_so_and_can_be_taken_back(reader: Callable[..., Page]):
    page = reader("/browse/?topic=drop-out&year=1999")
    assert what_it_shows(page)["count"] == "0 entries"
    expect(page.locator(".results")).to_contain_text("No entry fits all of these choices.")
    page.locator(".chosen a", has_text="1999").click()
    page.wait_for_url("**/browse/?topic=drop-out")
    assert what_it_shows(page)["entries"]


def test_on_a_phone_the_way_to_the_results_stays_in_sight(reader: Callable[..., Page]):
    page = reader("/browse/", width=390)
    way = page.locator(".to-results a")
    expect(way).to_be_in_viewport()
    choose(page, "topic-drop-out")
    expect(way).to_be_in_viewport()
    assert re.fullmatch(r"Go to \d+ entries", way.inner_text())
    way.click()
    expect(page.locator("#results-title")).to_be_in_viewport()
    assert page.evaluate("document.activeElement.id") == "results-title"
