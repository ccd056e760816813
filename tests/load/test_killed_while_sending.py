"""Workers that are killed while they send, to a mail server that puts off, refuses, hangs up and says nothing.

Nobody gets a letter twice. Nobody is missed but those whose letter is in doubt: one at most for each kill, and one for
each answer that did not come. They are listed, for a person to decide.

`RAPPORT_LETTERS=2000 RAPPORT_KILLS=100` is the whole of it; fewer by default.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.load.processes import database_of_its_own, run, start
from tests.mail_server import mail_server

LETTERS = int(os.environ.get("RAPPORT_LETTERS", "120"))
KILLS = int(os.environ.get("RAPPORT_KILLS", "6"))
WORKERS = 2
MODULE = "tests.load.sending"


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    with database_of_its_own(tmp_path) as named:
        run(named, MODULE, "prepare", str(LETTERS))
        yield named


def test_nobody_gets_two_letters_and_nobody_is_missed_but_those_that_are_listed(environment, tmp_path):
    chance = random.Random(6)
    with mail_server(tmp_path, "--moody", "6") as server:
        port = str(server.port)
        killed = 0
        while killed < KILLS:
            workers = [start(environment, MODULE, "send", port) for _ in range(WORKERS)]
            # A worker needs a moment to start; it is killed anywhere in its work.
            time.sleep(1.0 + chance.expovariate(1.5))
            for worker in workers:
                killed += worker.poll() is None
                worker.kill()
                worker.communicate()
            run(environment, MODULE, "hurry")
        finish(environment, port)
        told = run(environment, MODULE, "report")
        taken = Counter(server.recipients())
    sent, doubtful = set(told.pop("sent", [])), set(told.pop("in-doubt", []))
    assert told == {"mailing": "done", "ledger": 2 * LETTERS}
    assert len(sent) + len(doubtful) == LETTERS
    assert [reader for reader, letters in taken.items() if letters > 1] == []
    assert sent - set(taken) == set()
    assert set(taken) - sent <= doubtful
    unanswered = sum(1 for reader in doubtful if reader in taken)
    assert len(doubtful) <= killed + unanswered


def finish(environment: dict[str, str], port: str) -> None:
    """Let workers work undisturbed until nothing waits; claims of the killed are in doubt by then."""
    until = time.monotonic() + 240
    while time.monotonic() < until:
        run(environment, MODULE, "send", port)
        run(environment, MODULE, "hurry")
        told = run(environment, MODULE, "report")
        if "waiting" not in told and "claimed" not in told:
            return
        time.sleep(1)
    raise AssertionError(f"letters still wait: {told}")
