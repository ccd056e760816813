"""Somebody pauses, resumes and stops a letter while two workers send it: none goes in the pause, none goes twice.

What was stopped comes with each reader's next letter: their place and their ledger are as if it had never been, and
those of the readers who got it are not.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.load.dying import WORKERS
from tests.load.processes import database_of_its_own, run, started
from tests.mail_server import mail_server

LETTERS = 120
MODULE = "tests.load.sending"


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    with database_of_its_own(tmp_path) as named:
        run(named, MODULE, "prepare", str(LETTERS), "0")
        yield named


def press(desk: subprocess.Popen[str], word: str) -> None:
    """Press it, and come back when it has been done."""
    assert desk.stdin is not None
    assert desk.stdout is not None
    desk.stdin.write(f"{word}\n")
    desk.stdin.flush()
    assert desk.stdout.readline() == f"{word}\n"


def test_pause_resume_and_stop_while_two_workers_send(environment, tmp_path):
    with (
        mail_server(tmp_path, "--moody", "8") as server,
        started(environment, MODULE, "desk") as desk,
        started(environment, MODULE, "crowd", str(server.port), "0", "1") as workers,
    ):
        for letters in (10, 30, 50):
            server.wait_for(letters)
            press(desk, "pause")
            paused_at = len(server.recipients())
            time.sleep(0.5)
            assert paused_at <= len(server.recipients()) <= paused_at + WORKERS  # which were being handed over
            press(desk, "resume")
        server.wait_for(70)
        press(desk, "stop")
        stopped_at = len(server.recipients())
        assert workers.wait(120) == 0
        taken = server.recipients()
    assert stopped_at <= len(taken) <= min(stopped_at + WORKERS, LETTERS - 1)
    assert len(taken) == len(set(taken))
    told = run(environment, MODULE, "report")
    sent, dropped = set(told["states"].pop("sent")), set(told["states"].pop("dropped"))
    doubtful = set(told["states"].pop("in-doubt", []))
    assert (told["states"], told["mailings"]) == ({}, {"issue": "stopped"})
    assert (sent <= set(taken) <= sent | doubtful, len(sent) + len(doubtful) + len(dropped)) == (True, LETTERS)
    assert set(told["ledger"]) == set(told["considered"]) == sent | doubtful
