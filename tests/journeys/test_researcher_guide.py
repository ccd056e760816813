"""A researcher follows the guide, from an exported table to a result with its picture."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.running_guides import Block, blocks, broken, run

pytest.importorskip("altair")
pytest.importorskip("polars")
pytest.importorskip("vl_convert")

DOCS = Path(__file__).resolve().parents[2] / "docs"
GUIDE = (DOCS / "guides" / "researcher.md").read_text(encoding="utf-8")
EXAMPLES = DOCS / "examples"


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Block], list[str]]:
    """The folder it was followed in, its blocks, and what each printed."""
    folder, found = tmp_path_factory.mktemp("researcher"), blocks(GUIDE)
    return folder, found, run([block.code for block in found], folder)


def test_every_block_of_the_guide_prints_what_stands_below_it(followed: tuple[Path, list[Block], list[str]]) -> None:
    _, found, printed = followed

    assert GUIDE.count("```python") == len(found) > 10
    assert GUIDE.count("```text") == sum(block.told is not None for block in found)
    assert printed == [block.told or "" for block in found]


def test_the_picture_in_the_guide_is_the_one_that_its_code_saves(
    followed: tuple[Path, list[Block], list[str]],
) -> None:
    folder, _, _ = followed
    saved, shown = ((at / "surface.svg").read_text(encoding="utf-8") for at in (folder, DOCS / "images"))

    # The size of letters, and so where things stand, depends on the machine's fonts; what is drawn does not.
    for drawn in ('fill="rgb(', "line of congruence", "Meets the conditions of congruence in the strict sense"):
        assert saved.count(drawn) == shown.count(drawn) > 0


def test_the_examples_table_is_the_guides(followed: tuple[Path, list[Block], list[str]]) -> None:
    folder, _, _ = followed
    name = "simulated-network.csv"

    assert (folder / name).read_text() == (EXAMPLES / name).read_text()


def test_the_example_prints_the_guides_four_answers_and_leaves_a_picture(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "congruence.py")], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    *answers, picture = [part.splitlines()[0] for part in done.stdout.strip().split("\n\n")]
    assert len(answers) == 4
    assert picture == f"Picture of the response surface: {tmp_path / 'surface.svg'}"
    assert [answer for answer in answers if broken(answer) not in GUIDE] == []
    assert (tmp_path / "surface.svg").read_text(encoding="utf-8").startswith("<svg")
