"""The sample digest as plain files behind another server, read in a browser."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.watching import Watched
from tests.publishing import NGINX, leads_nowhere, served, served_by_nginx

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/fr/",
    "/2023/01/one-in-five-leaves-early/",
    "/fr/topics/drop-out/",
    "/topics/drop-out/findings/",
    "/browse/",
    "/browse/page/2/",
    "/fr/browse/",
    "/articles/",
    "/nothing/",
]


@pytest.fixture(scope="module")
def published(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample digest, published as a host does."""
    place = tmp_path_factory.mktemp("published")
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PYTHONPATH") if name in os.environ}
    rapport = [sys.executable, "-c", "from rapport.config.command import main; main()"]
    for arguments in (["demo", "--no-serve"], ["publish_static", place / "digest", "--address", "http://127.0.0.1"]):
        subprocess.run([*rapport, *arguments], env={**kept, "RAPPORT_DATA": str(place / "data")}, check=True)
    return place / "digest"


@pytest.fixture(scope="module")
def copy(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of nginx with the files, as the guide sets it up; without nginx, of Python's own file server."""
    with served_by_nginx(published, tmp_path_factory.mktemp("nginx")) if NGINX else served(published) as site:
        yield site


def test_every_link_of_the_sample_digest_leads_to_a_file(published: Path):
    assert leads_nowhere(published) == {}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_nothing_asks_nobody_and_wears_its_clothes(browser: Browser, copy: str, path: str):
    if path == "/nothing/" and not NGINX:
        pytest.skip("Python's file server has a page of its own for what is not there.")
    context = browser.new_context(base_url=copy)
    try:
        watched = Watched(context.new_page(), copy)
        watched.page.goto(path, wait_until="networkidle")
        assert watched.complaints() == []
        assert watched.page.locator("script:not([type='application/ld+json'])").count() == 0
        assert "Source Serif" in watched.page.locator("h1").first.evaluate("(e) => getComputedStyle(e).fontFamily")
        assert watched.page.evaluate("document.fonts.status") == "loaded"
    finally:
        context.close()


def test_a_reader_narrows_by_one_choice(browser: Browser, copy: str):
    context = browser.new_context(base_url=copy)
    try:
        page = context.new_page()
        page.goto("/browse/page/2/")
        page.locator("#c-topic-drop-out").click()
        page.wait_for_url("**/topics/drop-out/")
        assert page.locator("h1").inner_text() == "Attendance, Attrition, and Drop-Out"
    finally:
        context.close()
