"""Make the README's picture anew: an entry of the sample digest, as a reader sees it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).parent / "images" / "entry.png"
PORT = "8642"
ADDRESS = f"http://localhost:{PORT}/2023/01/one-in-five-leaves-early/"


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("No Chromium was found. Install one, for example Debian's package chromium.")
    with tempfile.TemporaryDirectory() as data:
        environ = {**os.environ, "RAPPORT_DATA": data}
        command = [Path(sys.executable).with_name("rapport"), "demo", "--port", PORT]
        server = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)
        try:
            wait_for(ADDRESS)
            take(chromium)
        finally:
            server.terminate()
            server.wait()
    print(f"{PICTURE} written")


def wait_for(address: str) -> None:
    for _ in range(120):
        try:
            urllib.request.urlopen(address)
        except OSError:
            time.sleep(0.5)
        else:
            return
    sys.exit("The demo did not answer within a minute.")


def take(chromium: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1200, "height": 860}, color_scheme="light")
        page.goto(ADDRESS, wait_until="networkidle")
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
