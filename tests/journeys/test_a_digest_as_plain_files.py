"""A host publishes the digest as plain files, and readers read them from a server that knows nothing of us.

Then the editor corrects an entry, and the host publishes again.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urljoin

import pytest
import rispy

from tests.journeys.test_a_therapists_ten_minutes import links
from tests.making import make_entry, make_page, make_site, revision
from tests.publishing import leads_nowhere, names_in, publish, served

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_assets")]


@pytest.fixture(autouse=True)
def _a_digest() -> None:
    make_site()
    for slug in ("about", "accessibility", "privacy"):
        make_page(slug)
    french = {"en": {"title": "Ask how it goes"}, "fr": {"title": "Demandez comment cela va"}}
    make_entry("ask-how-it-goes", issue="2024-05", topics=["feedback"], texts=french)
    make_entry("alliance-matters", issue="2024-04", topics=["alliance"], title="Alliance matters")
    make_entry("leaving-early", issue="2024-04", topics=["drop-out"], research_type="survey", title="Leaving early")
    make_entry("who-gains", issue="2023-11", topics=["outcome"], research_type="survey", title="Who gains")


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read().decode()


def test_a_reader_finds_an_entry_among_plain_files_and_takes_its_citation_along(tmp_path: Path) -> None:
    with served(publish(tmp_path / "digest")) as site:
        address = f"{site}/"
        for words in ("Topics", "Feedback", "Ask how it goes", "Français"):
            found = links(read(address))
            address = urljoin(address, next(to for said, to in found.items() if said.startswith(words)))
        entry = read(address)
        assert "Demandez comment cela va" in entry
        assert "Implications pour la pratique" in entry
        (reference,) = rispy.loads(read(urljoin(address, links(entry)["RIS"])))
        assert (reference["authors"], reference["year"]) == (["Rosa, R."], "2020")


def test_a_correction_changes_the_pages_that_show_it_and_no_other_file(tmp_path: Path) -> None:
    folder = publish(tmp_path / "digest")
    before = {name: (folder / name).stat().st_mtime_ns for name in names_in(folder)}

    corrected = {"number": 2, "kind": "corrected", "account": {"en": "The number was wrong."}}
    make_entry(
        "leaving-early",
        topics=["drop-out"],
        research_type="survey",
        title="One in five leaves early",
        revisions=[revision(1), revision(**corrected)],
        issue="2024-04",
    )
    publish(folder)

    after = {name: (folder / name).stat().st_mtime_ns for name in names_in(folder)}
    changed = {name for name in after if after[name] != before.get(name)}
    shown_on = ["2024/04/leaving-early/", "2024/04/", "2024/", "topics/drop-out/", "types/survey/", "browse/"]
    told_by = ["entries", "topic/drop-out", "type/survey", "topic/drop-out/type/survey"]
    assert changed == {
        *(f"{language}{page}index.html" for language in ("", "fr/") for page in shown_on),
        *(
            f"{language}feeds/{feed}.{form}"
            for language in ("", "fr/")
            for feed in told_by
            for form in ("atom", "json")
        ),
    }
    assert set(before) == set(after)
    with served(folder) as site:
        entry = read(f"{site}/2024/04/leaving-early/")
    assert "One in five leaves early" in entry
    assert "The number was wrong." in entry


def test_an_entry_that_moves_to_another_month_leaves_no_stale_file(tmp_path: Path) -> None:
    folder = publish(tmp_path / "digest")
    make_entry("who-gains", topics=["outcome"], research_type="survey", title="Who gains", issue="2024-02")
    publish(folder)
    assert [name for name in names_in(folder) if name.startswith(("2023/", "fr/2023/"))] == []
    assert leads_nowhere(folder) == {}
    with served(folder) as site:
        assert "Who gains" in read(f"{site}/2024/02/who-gains/")
        with pytest.raises(urllib.error.HTTPError, match="404") as answer:
            read(f"{site}/2023/11/who-gains/")
        answer.value.close()
