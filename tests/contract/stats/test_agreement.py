"""`docs/agreement.md` is what the comparisons beside R give now."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.contract.stats.agreement import DOCUMENT, ROOT
from tests.contract.stats.beside import COMPARED, Beside


def without_differences(document: str) -> list[str]:
    """The document but for how far the figures are apart, which changes a little with the processor."""
    return [" | ".join(line.split(" | ")[:4] + line.split(" | ")[6:7]) for line in document.splitlines()]


@pytest.fixture(scope="module")
def now() -> str:
    command = [sys.executable, "-m", "tests.contract.stats.agreement", "--print"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_document_is_the_one_that_the_command_writes(now: str) -> None:
    written = DOCUMENT.read_text(encoding="utf-8")
    assert without_differences(written) == without_differences(now)


def test_no_difference_in_the_document_is_more_than_is_allowed() -> None:
    table = [line.split(" | ") for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.endswith(" % |")]
    assert table
    assert [row for row in table if int(row[-1].strip("< %|")) > 100] == []


def test_a_figure_too_far_from_rs_fails_and_is_not_counted() -> None:
    before = list(COMPARED)
    with pytest.raises(AssertionError, match="sleepstudy: slope as lme4::lmer gives it"):
        Beside("Mixed models", "sleepstudy", "lme4::lmer").agrees("slope", [1.0, 2.0], [1.0, 2.1], rel=1e-5)
    assert before == COMPARED


def test_a_figure_that_r_has_and_we_have_not_fails() -> None:
    with pytest.raises(AssertionError, match="sleepstudy: slope"):
        Beside("Mixed models", "sleepstudy", "lme4::lmer").agrees("slope", {"days": 1.0}, {"days": 1.0, "age": 2.0})
