"""Make the README's picture anew: an entry of the sample digest, as a reader sees it."""

from __future__ import annotations

from pathlib import Path

from showing import chromium, demo

PICTURE = Path(__file__).parent / "images" / "entry.png"
ENTRY = "/2023/01/one-in-five-leaves-early/"


def main() -> None:
    with chromium() as browser, demo(port=8642) as address:
        page = browser.new_page(viewport={"width": 1200, "height": 860}, color_scheme="light")
        page.goto(f"{address}{ENTRY}", wait_until="networkidle")
        page.screenshot(path=PICTURE)
    print(f"{PICTURE} written")


if __name__ == "__main__":
    main()
