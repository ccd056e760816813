"""What the guide, the page and the OpenAPI document show of the programming interface is true of the sample digest."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import schemathesis
from django.core.management import call_command
from django.test import Client

from rapport.digest.api import schemas
from rapport.digest.api.document import described

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "guides" / "api.md").read_text(encoding="utf-8")
EXAMPLE_SITE = "https://digest.example.org"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sample(live_server: Any) -> str:
    """The address of a server with the sample digest."""
    call_command("import_digest", str(ROOT / "content"), verbosity=0)
    return str(live_server.url)


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)


def run(command: str, folder: Path) -> str:
    """What a shell command of an example prints. It reaches our own server, past any proxy of this machine."""
    if shutil.which("curl") is None:
        pytest.skip("There is no curl on this machine.")
    silent = command.replace("curl ", "curl --silent --show-error --noproxy '*' ", 1)
    done = subprocess.run(["sh", "-c", silent], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


def run_python(program: str) -> list[str]:
    environment = {**os.environ, "no_proxy": "*", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, encoding="utf-8")
    return done.stdout.splitlines()


def test_the_guides_commands_do_what_it_says(sample: str, tmp_path: Path) -> None:
    entries, findings, topics, refused = (block.replace(EXAMPLE_SITE, sample) for block in blocks("sh"))
    finding, refusal = (json.loads(block.replace(EXAMPLE_SITE, sample)) for block in blocks("json"))

    chosen = json.loads(run(entries, tmp_path))["items"]
    assert "one-in-five-leaves-early" in [entry["slug"] for entry in chosen]

    first = json.loads(run(findings, tmp_path))["items"][0]
    assert {name: first[name] for name in finding} == finding

    run(topics, tmp_path)
    kept = (tmp_path / "topics.json").read_bytes()
    assert len(json.loads(kept)["items"]) == 36
    run(topics, tmp_path)
    assert (tmp_path / "topics.json").read_bytes() == kept

    assert json.loads(run(refused, tmp_path)) == refusal


def test_the_guides_program_prints_what_it_says(sample: str) -> None:
    [program] = blocks("python")
    lines = run_python(program.replace(EXAMPLE_SITE, sample))
    assert len(lines) == len(items(f"{sample}/api/v1/entries?topic=alliance"))
    assert all(re.fullmatch(rf"20\d\d\t.+\t{sample}/20\d\d/\d\d/[a-z-]+/", line) for line in lines)


def test_the_pages_examples_do_what_it_says(sample: str, tmp_path: Path) -> None:
    by_topic, again, program = examples_of_page(f"{sample}/api/")
    assert examples_of_page(f"{sample}/fr/api/") == [by_topic, again, program]

    assert len(json.loads(run(by_topic, tmp_path))["items"]) == 5
    run(again, tmp_path)
    assert len(json.loads((tmp_path / "articles.json").read_text(encoding="utf-8"))["items"]) == 50
    with_interval = items(f"{sample}/api/v1/findings?has_interval=true")
    assert run_python(program) == [
        "\t".join(
            [
                finding["article"]["key"],
                finding["metric"]["key"],
                finding["estimate"],
                finding["interval"]["low"],
                finding["interval"]["high"],
                finding["interval"]["level"],
            ]
        )
        for finding in with_interval
    ]


def examples_of_page(address: str) -> list[str]:
    page = urlopen(address).read().decode()
    return [html.unescape(code) for code in re.findall(r"<code[^>]*>(.*?)</code></pre>", page, re.DOTALL)]


def items(address: str) -> list[dict[str, Any]]:
    """Every item of a list, read through the test client."""
    found, path = [], "/" + address.partition("//")[2].partition("/")[2]
    while path:
        part = Client().get(path).json()
        found += part["items"]
        path = (part["next"] or "").removeprefix("http://testserver")
    return found


def test_the_finding_in_the_document_is_one_of_the_sample(sample: str) -> None:
    [finding, *_] = items(f"{sample}/api/v1/findings?article=swift-2012")
    assert json.loads(json.dumps(finding).replace("http://testserver", EXAMPLE_SITE)) == schemas.A_FINDING


class TestDocument:
    """The OpenAPI document is well formed, and complete for people too."""

    @pytest.fixture
    def document(self) -> dict[str, Any]:
        return Client().get("/api/v1/openapi.json", headers={"host": "testserver"}).json()

    def test_it_is_well_formed(self, document: dict[str, Any]) -> None:
        schemathesis.openapi.from_dict(document).validate()
        assert document["openapi"] == "3.1.0"
        assert document["servers"] == [{"url": "http://testserver/api/v1"}]
        assert list(document["paths"]) == list(described()["paths"])

    def test_every_operation_parameter_and_answer_is_described(self, document: dict[str, Any]) -> None:
        without = []
        for path, methods in document["paths"].items():
            assert list(methods) == ["get"]
            operation = methods["get"]
            told = [("operation", operation), *((p["name"], p) for p in operation["parameters"])]
            told += operation["responses"].items()
            without += [(path, name) for name, of in told if not of.get("description")]
        assert without == []

    def test_every_refusal_is_of_one_shape(self, document: dict[str, Any]) -> None:
        shapes = {
            (status, answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2])
            for methods in document["paths"].values()
            for status, answer in methods["get"]["responses"].items()
            if status.startswith("4")
        }
        assert shapes == {("400", "Refusal"), ("404", "Refusal"), ("410", "Withdrawn")}

    def test_nothing_private_is_in_it(self, document: dict[str, Any]) -> None:
        assert "seen_as" not in json.dumps(document)

    def test_it_names_the_network_and_its_terms(self, sample: str, document: dict[str, Any]) -> None:
        document = Client().get("/api/v1/openapi.json").json()
        info = document["info"]
        assert info["title"] == "Sample Practice Research Network (invented): digest"
        assert info["license"]["name"].endswith("(CC BY 4.0).")
        assert info["contact"] == {"email": "desk@example.org"}
