"""A therapist has ten minutes and a question: “my client missed two sessions; what helps?”

The whole path on the sample digest: find the entries, read one, read it in French, take its citation
along; and, as the editor, change one file and see the change.
"""

from __future__ import annotations

import re
import shutil
from html import unescape
from pathlib import Path

import pytest
import rispy
from django.core.management import call_command
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample_digest")]


def links(page: str) -> dict[str, str]:
    """Each link of a page: its words → its address."""
    found = re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', page, re.DOTALL)
    return {
        unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", words))).strip(): unescape(address)
        for address, words in found
    }


def follow(client: Client, page: str, words: str) -> str:
    """Click the link that says `words`."""
    address = next(address for said, address in links(page).items() if said.startswith(words))
    response = client.get(address)
    assert response.status_code == 200, address
    return response.text


def test_a_therapist_finds_what_helps_when_clients_leave_early(client: Client) -> None:
    topics = follow(client, client.get("/").text, "Topics")
    drop_out = follow(client, topics, "Attendance, Attrition, and Drop-Out")
    assert "One client in five leaves before therapy is done" in drop_out
    assert '<svg class="forest"' in drop_out  # two reviews give comparable rates
    assert "Swift &amp; Greenberg (2012): 19.7%, 95% interval 18.7% to 20.7%" in drop_out

    together = client.get(links(drop_out)["Combine with other choices"]).text
    narrowed = client.get(links(together)["Meta-analysis 6"]).text
    assert "A client did well in therapy for depression, then broke off contact" not in narrowed

    entry = follow(client, narrowed, "One client in five leaves before therapy is done")
    main = entry[entry.index("<main") :]
    assert main.index("Practice implications") < main.index("The weighted average was 19.7%")


def test_she_reads_it_in_french_and_follows_the_same_paths_there(client: Client) -> None:
    home = client.get("/").text
    french = follow(client, home, "Français")
    topics = follow(client, french, "Thèmes")
    name = next(said for said in links(topics) if "abandon" in said.lower())
    drop_out = follow(client, topics, name)
    entry = follow(client, drop_out, "Une personne sur cinq quitte la thérapie avant la fin")
    assert '<html lang="fr">' in entry
    assert "Implications pour la pratique" in entry
    assert "19,7\u00a0%" in entry
    english_only = client.get("/fr/2023/12/managing-countertransference/").text
    assert "Ce contenu n’est disponible qu’en anglais." in english_only


def test_she_takes_the_citation_into_her_reference_manager(client: Client) -> None:
    entry = client.get("/2023/01/one-in-five-leaves-early/").text
    file = client.get(links(entry)["RIS"])
    (reference,) = rispy.loads(b"".join(file).decode())
    assert {key: reference[key] for key in ("authors", "year", "primary_title", "doi") if key in reference} | {
        "title": reference.get("title")
    } == {
        "authors": ["Swift, J. K.", "Greenberg, R. P."],
        "year": "2012",
        "title": "Premature discontinuation in adult psychotherapy: A meta-analysis",
        "doi": "10.1037/a0028226",
    }


def test_the_editor_changes_one_file_and_sees_the_change(client: Client, sample_digest: Path, tmp_path: Path) -> None:
    folder = tmp_path / "content"
    shutil.copytree(sample_digest, folder)
    file = folder / "entries" / "one-in-five-leaves-early.md"
    old = file.read_text(encoding="utf-8")
    file.write_text(old.replace("Supervise for it.", "Bring it to supervision."), encoding="utf-8")
    tag = client.get("/2023/01/")["ETag"]

    call_command("import_digest", folder, verbosity=0)

    issue = client.get("/2023/01/", headers={"if-none-match": tag})
    assert issue.status_code == 200
    assert "Bring it to supervision." in issue.text
    assert "Supervise for it." not in issue.text


def test_every_page_of_the_sample_digest_answers(client: Client) -> None:
    """Follow every link from the front page, in both languages."""
    waiting, seen = ["/"], set()
    while waiting:
        address = waiting.pop()
        if address in seen or address.startswith(("http", "mailto:", "#")):
            continue
        seen.add(address)
        response = client.get(address)
        if address.endswith("/desk/"):  # the one link that is not for readers
            assert response.status_code == 302
            continue
        assert response.status_code in (200, 301), address
        if response.get("Content-Type", "").startswith("text/html") and "/browse/" not in address:
            base = address.split("?")[0]
            found = links(response.text).values()
            waiting += [base + link if link.startswith("?") else link.split("#")[0] or base for link in found]
    assert len(seen) > 400
