"""Draw the picture that stands beside a link to the site in chats and timelines, in the colours of `tokens.css`.

It names nobody, since every network has a name of its own: our mark, and a forest. Run it after a change of the
colours or of the mark: `.venv/bin/python docs/card.py`. It needs a Chromium, as the README's picture does.
"""

from __future__ import annotations

from pathlib import Path

from showing import chromium

STATIC = Path(__file__).parents[1] / "src" / "rapport" / "web" / "static" / "web"
PICTURE = STATIC / "card.png"
WIDTH, HEIGHT = 1200, 630

# Each line of the forest: where its interval begins and ends, and where its dot stands.
LINES = [(770, 985, 875), (840, 1015, 925), (715, 890, 800), (810, 1095, 950), (760, 905, 835)]
TOP, STEP, NO_DIFFERENCE = 155, 80, 690


def main() -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_content(drawing())
        page.add_style_tag(path=STATIC / "css" / "tokens.css")
        page.add_style_tag(content="body { margin: 0 } svg { display: block }")
        page.screenshot(path=PICTURE)
    print(f"{PICTURE} written, {PICTURE.stat().st_size} bytes")


def drawing() -> str:
    lines = "".join(
        f'<path d="M{low} {y}H{high}" stroke="var(--paper-2)" stroke-width="8" stroke-linecap="round"/>'
        f'<circle cx="{dot}" cy="{y}" r="17" fill="var(--amber-3)"/>'
        for y, (low, high, dot) in zip(range(TOP, HEIGHT, STEP), LINES, strict=False)
    )
    return f"""
      <svg width="{WIDTH}" height="{HEIGHT}" fill="none">
        <rect width="{WIDTH}" height="{HEIGHT}" fill="var(--pine-6)"/>
        <g transform="translate(35 35) scale(17.5)" stroke-width="3">
          <path d="M9 23V9h7a5 5 0 0 1 0 10H9" stroke="var(--paper-1)"/>
          <path d="M17 19l6 4" stroke="var(--amber-3)"/>
        </g>
        <path d="M{NO_DIFFERENCE} 105V525" stroke="var(--pine-3)" stroke-width="4" stroke-dasharray="4 14"
          stroke-linecap="round"/>
        {lines}
      </svg>"""


if __name__ == "__main__":
    main()
