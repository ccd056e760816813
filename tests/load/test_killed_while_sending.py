"""Workers that are killed while they send, to a mail server that delays, puts off, refuses, hangs up and says nothing.

Two send at once. Each dies at a moment that is drawn: while it claims, commits, connects, gives the letter, or after
the server's answer and before the mark; or at any time. Nobody gets a letter twice. Nobody is missed but those whose
letter is in doubt: one at most for each kill, and one for each answer that did not come. They are listed, a person
decides about them, and then everybody has had one letter.

`RAPPORT_LETTERS=2000 RAPPORT_KILLS=100` is the whole of it; fewer by default. With `-s` it says how many died where.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.load.processes import database_of_its_own, run, start
from tests.mail_server import mail_server

LETTERS = int(os.environ.get("RAPPORT_LETTERS", "200"))
KILLS = int(os.environ.get("RAPPORT_KILLS", "10"))
RECALLED = LETTERS // 4  # letters that tell of a correction, to those who had the issue before
LETTERS_A_LIFE = max(LETTERS // KILLS, 1) if KILLS else 1
MODULE = "tests.load.sending"
NEWS = [["one", 2], ["two", 1]]  # what the ledger says of those who know the correction
HAD_BEFORE = [["one", 1], ["two", 1]]


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    with database_of_its_own(tmp_path) as named:
        run(named, MODULE, "prepare", str(LETTERS - RECALLED), str(RECALLED))
        yield named


def test_nobody_gets_two_letters_and_nobody_is_missed_but_those_that_are_listed(environment, tmp_path):
    with mail_server(tmp_path, "--moody", "6") as server:
        died = send(environment, server.port, kills=KILLS)
        taken = Counter(server.recipients())
        unanswered = set(server.unanswered())
    told = run(environment, MODULE, "report")
    sent, doubtful = (set(told["states"].get(state, [])) for state in ("sent", "in-doubt"))
    lost = doubtful - set(told["unanswered"])
    assert sum(died["killed"].values()) == KILLS
    assert told["mailings"] == {"issue": "done", "recall": "done"}
    assert (set(told["states"]) <= {"sent", "in-doubt"}, len(sent) + len(doubtful)) == (True, LETTERS)
    assert [reader for reader, letters in taken.items() if letters > 1] == []
    assert sent - set(taken) == set()
    assert set(taken) - sent <= doubtful
    assert set(told["unanswered"]) <= unanswered
    assert len(lost) <= KILLS
    assert {reader for reader in doubtful if is_recalled(reader) and told["ledger"][reader] != HAD_BEFORE} == set()
    sys.stdout.write(
        f"{died}; in doubt: {len(lost)} by a kill, {len(told['unanswered'])} by an answer that did not come\n"
    )

    decide(environment, arrived=doubtful & set(taken))
    with mail_server(tmp_path) as server:  # what comes to it is added to the same record
        send(environment, server.port)
        letters = server.taken()
    assert set(Counter(recipient for _, recipient, _ in letters).values()) == {1}
    assert len(letters) == LETTERS
    assert [recipient for _, recipient, content in letters if not is_whole(recipient, content)] == []
    told = run(environment, MODULE, "report")
    assert (list(told["states"]), told["mailings"]) == (["sent"], {"issue": "done", "recall": "done"})
    assert {reader for reader, lines in told["ledger"].items() if is_recalled(reader) and lines != NEWS} == set()


def send(environment: dict[str, str], port: int, *, kills: int = 0) -> dict[str, dict[str, int]]:
    """Let workers send until nothing is left; how many died, by the moment."""
    return run(environment, MODULE, "crowd", str(port), str(kills), str(LETTERS_A_LIFE), seconds=900)


def decide(environment: dict[str, str], *, arrived: set[str]) -> None:
    """A person asks the readers who are listed whether they have it, and sends it again to those who have not."""
    desk = start(environment, MODULE, "desk")
    desk.communicate(" ".join(["decide", *arrived]) + "\n", timeout=60)
    assert desk.returncode == 0


def is_recalled(reader: str) -> bool:
    return reader.startswith("recalled")


def is_whole(recipient: str, content: bytes) -> bool:
    message = message_from_bytes(content, policy=policy.default)
    return message["To"] == recipient and [part.defects for part in message.walk() if part.defects] == []
