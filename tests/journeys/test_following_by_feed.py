"""A therapist follows one topic by feed. A correction comes, then a withdrawal; both reach her without her asking.

On the sample digest, with the editor's files changed on the way and a feed reader that asks as readers do:
it sends the ETag of what it holds, knows entries by their id, and takes a later `updated` for a change.
"""

from __future__ import annotations

import re
import shutil
from html import unescape
from pathlib import Path
from typing import Any

import feedparser
import pytest
from django.core.management import call_command
from django.test import Client

from tests.reading_feeds import atom_faults

ENTRY = "entries/one-in-five-leaves-early.md"
LAST_REVISION = "  language: fr\n  date: 2023-01-16\n  by: la rédaction d’exemple de Rapport\n"

pytestmark = pytest.mark.django_db


class FeedReader:
    """Follows one feed, and tells what is new each time it looks."""

    def __init__(self, client: Client, address: str) -> None:
        self.client, self.address, self.tag = client, address, ""
        self.held: dict[str, str] = {}

    def look(self) -> list[Any]:
        response = self.client.get(self.address, headers={"if-none-match": self.tag} if self.tag else {})
        if response.status_code == 304:
            return []
        assert (response.status_code, atom_faults(response.text)) == (200, [])
        self.tag = response["ETag"]
        entries = feedparser.parse(response.content).entries
        changed = [entry for entry in entries if entry.updated > self.held.get(entry.id, "")]
        self.held |= {entry.id: entry.updated for entry in entries}
        return changed


@pytest.fixture
def folder(sample_digest: Path, tmp_path: Path) -> Path:
    """The editor's content folder, imported."""
    shutil.copytree(sample_digest, tmp_path / "content")
    return tmp_path / "content"


def edit(folder: Path, *changes: tuple[str, str]) -> None:
    file = folder / ENTRY
    text = file.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    call_command("import_digest", folder, verbosity=0)


def test_a_topic_is_followed_through_a_correction_and_a_withdrawal(client: Client, folder: Path) -> None:
    topic = client.get("/topics/drop-out/").text
    (address,) = re.findall(r'<a href="([^"]*)">Follow by feed</a>', topic)
    reader = FeedReader(client, unescape(address))

    first = reader.look()
    assert "One client in five leaves before therapy is done" in [entry.title for entry in first]
    assert first == sorted(first, key=lambda entry: entry.updated, reverse=True)
    assert reader.look() == []

    account = "    en: The older review gave 47%, not 57%.\n"
    correction = f"- number: 3\n  kind: corrected\n  date: 2024-09-02\n  by: Edith\n  account:\n{account}"
    edit(folder, (LAST_REVISION, LAST_REVISION + correction), ("Supervise for it.", "Bring it to supervision."))
    (corrected,) = reader.look()
    assert corrected.title == "One client in five leaves before therapy is done"
    told = corrected.content[0].value
    assert told.index("Entry corrected on 2 September 2024:") < told.index("The older review gave 47%, not 57%.")
    assert told.index("The older review gave 47%") < told.index("Bring it to supervision.")
    assert client.get(corrected.link.removeprefix("http://testserver")).status_code == 200

    account = "    en: The article was retracted by its journal.\n"
    withdrawal = f"- number: 4\n  kind: withdrawn\n  date: 2024-09-02\n  by: Edith\n  account:\n{account}"
    edit(folder, (correction, correction + withdrawal), ("state: published", "state: withdrawn"))
    (withdrawn,) = reader.look()
    assert (withdrawn.id, withdrawn.title) == (
        corrected.id,
        "Withdrawn: One client in five leaves before therapy is done",
    )
    assert "The article was retracted by its journal." in withdrawn.content[0].value
    assert "Bring it to supervision." not in withdrawn.content[0].value
    assert client.get(withdrawn.link.removeprefix("http://testserver")).status_code == 410
    assert reader.look() == []


def test_she_picks_two_topics_in_french_and_gets_only_what_is_on_both(client: Client, folder: Path) -> None:
    page = client.get("/fr/subscribe/", {"topic": ["drop-out", "client-factors"], "language": "fr"}).text
    address = unescape(re.findall(r"<code>http://testserver([^<]*)</code>", page[page.index('id="yours"') :])[0])
    assert address == "/fr/feeds/topic/client-factors+drop-out.atom"
    entries = FeedReader(client, address).look()
    assert "Une personne sur cinq quitte la thérapie avant la fin" in [entry.title for entry in entries]
    for entry in entries:
        assert {"drop-out", "client-factors"} <= {tag.term for tag in entry.tags}


def test_every_feed_of_the_sample_digest_is_without_fault(client: Client, folder: Path) -> None:
    topics = re.findall(r"/topics/([a-z-]+)/", client.get("/topics/").text)
    types = re.findall(r"/types/([a-z-]+)/", client.get("/types/").text)
    names = ["entries", *(f"topic/{key}" for key in dict.fromkeys(topics)), *(f"type/{key}" for key in types)]
    assert len(names) == 47
    for name in names:
        for language in ("", "/fr"):
            response = client.get(f"{language}/feeds/{name}.atom")
            assert (response.status_code, atom_faults(response.text)) == (200, []), name
            assert not feedparser.parse(response.content).bozo, name
