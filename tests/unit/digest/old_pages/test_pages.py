"""Whole pages of old digests, as the common systems save them, and the drafts that come out of them.

The pages and what must come out of each lie in `tests/samples/old_pages`; its README says how to renew them.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rapport.digest.exchange.reading import read_folder
from rapport.digest.exchange.writing import files_of
from rapport.digest.old_pages.known import Known
from rapport.digest.old_pages.reading import read_pages
from rapport.digest.old_pages.unsure import written

ROOT = Path(__file__).resolve().parents[4]
PAGES = ROOT / "tests" / "samples" / "old_pages"
SAMPLE, _ = read_folder(ROOT / "content")
FRENCH = {"french.html"}


def known() -> Known:
    """The sample's shelves, and nothing else: as in a digest that has no entry yet."""
    return Known(SAMPLE.topics, SAMPLE.research_types, author="the invented desk")


def told(page: Path) -> str:
    drafts = read_pages([page], known(), language="fr" if page.name in FRENCH else "en")
    files = {"UNSURE.md": written(drafts.unsure), **files_of(drafts.content)}
    return "".join(f"<<< {name} >>>\n{text}\n" for name, text in files.items())


def pages() -> list[Path]:
    return sorted(path for path in PAGES.iterdir() if path.suffix in (".txt", ".html", ".mhtml"))


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_a_saved_page_becomes_these_drafts(page):
    expected = page.with_name(f"{page.name}.expected.md")
    if os.environ.get("UPDATE_PAGES"):
        expected.write_text(told(page), encoding="utf-8")
    assert told(page) == expected.read_text(encoding="utf-8")


def test_every_kind_of_page_is_here():
    assert len(pages()) >= 12
