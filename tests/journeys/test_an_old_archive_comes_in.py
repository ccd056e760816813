"""Edith has a saved page of the digest that her network published for years on another system.

She reads it, corrects two things that are marked as unsure, imports the folder, and sees drafts; her readers
see nothing of them until she publishes one.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from rapport.digest.models import Entry

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "tests" / "samples" / "old_pages" / "as-shown.txt"

pytestmark = pytest.mark.django_db

# Where a reader, or a reader's program, could meet an entry.
PLACES = [
    "/",
    "/archive/",
    "/2023/",
    "/articles/",
    "/articles/articles.ris",
    "/articles/articles.json",
    "/browse/",
    "/browse/?topic=termination",
    "/topics/termination/",
    "/topics/drop-out/findings/",
    "/types/qualitative/",
]
# These are looked at as soon as they are there.
PLACES_TO_COME = [
    "/search/?q=chairs",
    "/feeds/entries.atom",
    "/feeds/entries.json",
    "/sitemap-pages.xml",
    "/sitemap-entries-1.xml",
    "/api/v1/entries",
    "/api/v1/articles",
    "/api/v1/issues",
]


@pytest.fixture(autouse=True)
def _the_sample_digest() -> None:
    call_command("import_digest", ROOT / "content", verbosity=0)


def correct(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (path.name, old)
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_an_editor_reads_a_page_corrects_two_things_and_imports_drafts(client: Client, tmp_path: Path) -> None:
    folder = tmp_path / "old-digest"
    call_command("read_page", PAGE, out=folder, verbosity=0)
    unsure = (folder / "UNSURE.md").read_text(encoding="utf-8")

    # The first: the page cites no article, only names its authors.
    assert "`articles/letters-never-sent.yml`: no reference stands with the entry" in unsure
    assert "The text names “Quirke and colleagues (2018)”" in unsure
    named = "authors:\n- Quirke, B.\nyear: 2018\ntitle: Letters never sent, an invented study\nread_level: abstract"
    correct(folder / "articles" / "letters-never-sent.yml", "read_level: secondary-source", named)
    # The second: an interval of which the page did not print the level.
    assert "“[0.90, 2.17]” prints no level; left out. If it is a 95% interval, add both" in unsure
    interval = "  estimate: 1.40\n  interval: [0.90, 2.17]\n  interval_level: 95\n"
    correct(folder / "articles" / "okafor-lind-2019.yml", "  estimate: 1.40\n", interval)

    call_command("import_digest", folder, verbosity=0)

    drafts = Entry.objects.filter(state="draft")
    assert [(str(draft.issue), draft.slug) for draft in drafts.order_by("issue__month", "position")] == [
        ("2019-05", "counting-chairs"),
        ("2019-06", "do-therapists-who-nap-listen-better"),
        ("2019-06", "letters-never-sent"),
    ]
    assert drafts.get(slug="letters-never-sent").article.authors == ["Quirke, B."]
    assert str(Entry.objects.get(slug=drafts[0].slug).article.findings.get(key="or-1").interval_level) == "95"

    for draft in drafts:
        for address in (draft.get_absolute_url(), f"/fr{draft.get_absolute_url()}"):
            assert client.get(address).status_code == 404, address
    assert client.get("/2019/06/").status_code == 404
    words = [draft.texts.get().title for draft in drafts] + ["Quirke", "Okafor-Lind", "counting-chairs", "2019/06"]
    for place in [*PLACES, *PLACES_TO_COME]:
        response = client.get(place)
        assert response.status_code == 200 or place in PLACES_TO_COME, place
        shown = response.getvalue().decode()
        assert [word for word in words if word in shown] == [], place


def test_a_draft_is_read_by_all_once_it_is_published(client: Client, tmp_path: Path) -> None:
    folder = tmp_path / "old-digest"
    call_command("read_page", PAGE, out=folder, verbosity=0)
    entry = folder / "entries" / "counting-chairs.md"
    published = "state: published\nrevisions:\n- {number: 1, kind: published, date: 2019-05-01, by: Edith}\n"
    correct(entry, "state: draft\n", published)
    call_command("import_digest", folder, verbosity=0)
    assert "Counting Chairs" in client.get("/2019/05/").text
    assert "7.5%" in client.get("/2019/05/counting-chairs/").text
    assert client.get("/2019/06/letters-never-sent/").status_code == 404
