"""A server of its own with the sample digest, and a Chromium.

The server is the one that `rapport demo` starts, with the settings a host has: the strict content security
policy, hashed static files, a database file. The tests ask it for pages as readers do, and nothing else.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.coming_in import come_in
from tests.browser.watching import Watched

SECONDS_TO_START = 180  # several start at once, on a machine that does other things too
WAIT_FOR_THE_SCHEDULE = ("test_from_doi_to_retraction.py", "test_letters.py")
RAPPORT = [sys.executable, "-c", "from rapport.config.command import main; main()"]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where only these run: first the files that wait for a full minute, then the longest; what is last is short.

    For `--no-loadscope-reorder`, without which xdist hands out last what has the fewest tests: those that wait.
    """
    if {item.path.parent for item in items} == {Path(__file__).parent}:
        tests = Counter(item.path for item in items)
        items.sort(key=lambda item: (item.path.name not in WAIT_FOR_THE_SCHEDULE, -tests[item.path], item.path))


def find_chromium() -> str | None:
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium. Without one the tests are skipped, or fail where the host asks for them."""
    found = find_chromium()
    if found is None or not Path(found).exists():
        message = "There is no Chromium here. Install one (for example `apt install chromium`), or name it in CHROMIUM."
        if os.environ.get("RAPPORT_BROWSER_REQUIRED") == "yes":
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture(scope="session")
def demo_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of the demo, with a data directory of its own, for it and for commands beside it."""
    return _environment(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def log(demo_environment: dict[str, str]) -> Path:
    """What the demo says."""
    return Path(demo_environment["RAPPORT_DATA"]) / "server.log"


@pytest.fixture(scope="session")
def site(chromium: str, demo_environment: dict[str, str]) -> Iterator[str]:
    """The address of a server with the sample digest, on a data directory of its own."""
    with _served(demo_environment) as address:
        yield address


@pytest.fixture(scope="session")
def later_site(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same a while later: articles were retracted, questioned and corrected, entries too (`became.py`)."""
    environment = _environment(tmp_path_factory.mktemp("later"))
    data = environment["RAPPORT_DATA"]
    subprocess.run([*RAPPORT, "demo", "--no-serve"], env=environment, cwd=data, check=True, capture_output=True)
    script = Path(__file__).with_name("became.py")
    subprocess.run([sys.executable, str(script)], env=environment, cwd=data, check=True)
    with _served(environment) as address:
        yield address


@pytest.fixture(scope="module")
def demo_of_its_own(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a demo in which nobody else has published anything, and its environment for commands beside it."""
    environment = _environment(tmp_path_factory.mktemp("own"))
    with _served(environment) as address:
        yield address.replace("127.0.0.1", "localhost"), environment


def _environment(data: Path) -> dict[str, str]:
    ours = ("RAPPORT_", "DJANGO_", "DATABASE_URL")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return environment | {"RAPPORT_DATA": str(data), "DJANGO_SETTINGS_MODULE": "rapport.config.settings"}


@contextmanager
def _served(environment: dict[str, str]) -> Iterator[str]:
    """The address of the demo's server on a data directory."""
    log = Path(environment["RAPPORT_DATA"]) / "server.log"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with log.open("wb") as said:
        command = [*RAPPORT, "demo", "--port", str(port)]
        server = subprocess.Popen(command, env=environment, cwd=log.parent, stdout=said, stderr=said)
        try:
            _wait_for(server, f"http://127.0.0.1:{port}", log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=20)


def _wait_for(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    began = time.monotonic()
    while time.monotonic() - began < SECONDS_TO_START and server.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/about/", timeout=5).close()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"The server did not start:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for each file of tests.

    Not one for all: while Playwright runs, Django refuses its database to other tests of the same process.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def reader(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Open a page as a reader would: `reader("/browse/", width=390, javascript=False)`.

    Whatever the reader then does, the console must stay silent, no cookie may be set, and nothing may be
    asked of anyone but our server.
    """
    yield from _reading(browser, site)


@pytest.fixture
def later_reader(browser: Browser, later_site: str) -> Iterator[Callable[..., Page]]:
    """The same at `later_site`."""
    yield from _reading(browser, later_site)


@pytest.fixture
def at_the_desk(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Open a page of the desk as one of the demo's people; at the end, the console must have been silent."""
    here = site.replace("127.0.0.1", "localhost")
    opened: list[BrowserContext] = []
    said: list[str] = []

    def heard(message: Any) -> None:
        of_the_page = "the server responded with a status of 409" in message.text
        if message.type in ("error", "warning") and not of_the_page:
            said.append(f"{message.type}: {message.text}")

    def open_page(path: str, *, who: str = "edith", width: int = 1440, height: int = 900, **of_context: Any) -> Page:
        if "javascript" in of_context:
            of_context["java_script_enabled"] = of_context.pop("javascript")
        context = browser.new_context(base_url=here, viewport={"width": width, "height": height}, **of_context)
        opened.append(context)
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: said.append(f"script error: {error}"))
        come_in(page, who, path)
        return page

    yield open_page
    for context in opened:
        context.close()
    assert said == []


def _reading(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    opened: list[Watched] = []

    def open_page(path: str = "/", *, width: int = 1280, height: int = 800, **of_context: Any) -> Page:
        if "javascript" in of_context:
            of_context["java_script_enabled"] = of_context.pop("javascript")
        context = browser.new_context(base_url=site, viewport={"width": width, "height": height}, **of_context)
        page = context.new_page()
        opened.append(Watched(page, site))
        page.goto(path)
        return page

    yield open_page
    try:
        for watched in opened:
            assert watched.complaints() == []
    finally:
        for watched in opened:
            watched.page.context.close()
