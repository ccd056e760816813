"""A reader's question: what does the digest say on dropping out of therapy?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import rispy
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_from_home_by_topic_and_type_to_an_entry(reader: Callable[..., Page]):
    page = reader("/")
    page.get_by_role("link", name="Attendance, Attrition, and Drop-Out").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Attendance, Attrition, and Drop-Out")
    expect(page.get_by_role("heading", name="The evidence at a glance")).to_be_attached()
    page.get_by_role("link", name="Combine with other choices").click()
    page.get_by_role("navigation", name="Choices").get_by_role("link", name="Meta-analysis").click()
    page.wait_for_url("**/browse/?topic=drop-out&type=meta-analysis")
    page.get_by_role("link", name="One client in five leaves before therapy is done").click()
    expect(page.get_by_role("heading", name="Practice implications")).to_be_visible()
    row = page.get_by_role("row", name="Clients who stopped before treatment was done")
    expect(row).to_contain_text("19.7%")
    expect(row).to_contain_text("18.7% to 20.7%")
    expect(row.locator("svg")).to_be_visible()


def test_from_home_by_research_type_to_the_same_entry(reader: Callable[..., Page]):
    page = reader("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Research types").click()
    page.get_by_role("link", name="Meta-analysis", exact=True).click()
    page.get_by_role("link", name="Combine with other choices").click()
    page.get_by_role("navigation", name="Choices").get_by_role("link", name="Drop-Out").click()
    page.wait_for_url("**/browse/?topic=drop-out&type=meta-analysis")
    expect(page.get_by_role("link", name="One client in five leaves before therapy is done")).to_be_visible()


def test_the_entry_is_read_on_a_phone_in_french_and_its_reference_taken_home(
    reader: Callable[..., Page], tmp_path: Path
):
    page = reader("/topics/drop-out/", width=390, height=844, has_touch=True, is_mobile=True)
    page.get_by_role("link", name="One client in five leaves before therapy is done").tap()
    page.get_by_role("link", name="Français").tap()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator(".only-in")).to_have_count(0)
    expect(page.get_by_role("main")).to_contain_text("18,7\u00a0% à 20,7\u00a0%")
    with page.expect_download() as download:
        page.get_by_role("link", name="RIS", exact=True).tap()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    (reference,) = rispy.loads(file.read_text(encoding="utf-8"))
    assert file.name == "swift-2012.ris"
    assert reference["type_of_reference"] == "JOUR"
    assert reference["authors"] == ["Swift, J. K.", "Greenberg, R. P."]
    assert reference["year"] == "2012"
    assert reference["doi"] == "10.1037/a0028226"
