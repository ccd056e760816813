"""A database that goes away while letters are sent: PostgreSQL cuts every connection, SQLite's lock is held too long.

Workers ask again, and nothing is sent twice, lost or in doubt. When it stays away they end, and what each of them was
at is in doubt.
"""

from __future__ import annotations

import random
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests.load.dying import WORKERS
from tests.load.processes import database_of_its_own, run, started
from tests.mail_server import MailServer, mail_server

LETTERS = 60
SLOWLY = "slow-reader"  # the mail server lets each wait a little: letters are still due when the database goes
MODULE = "tests.load.sending"


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    with database_of_its_own(tmp_path) as named:
        run(named, MODULE, "prepare", str(LETTERS), "0", SLOWLY)
        yield named


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    with mail_server(tmp_path) as server:
        yield server


@contextmanager
def gone(environment: dict[str, str]) -> Iterator[None]:
    """While this lasts no worker can write."""
    url = environment.get("DATABASE_URL")
    if not url:
        path = Path(environment["RAPPORT_DATA"]) / "rapport.sqlite3"
        with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as connection:
            take_the_lock(connection)
            yield
            connection.execute("ROLLBACK")
        return
    name = urlsplit(url).path.strip("/")
    with psycopg.connect(urlunsplit(urlsplit(url)._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        yield
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def take_the_lock(connection: sqlite3.Connection, seconds: float = 30) -> None:
    """Between two writes of the workers: SQLite's own waiting sleeps ever longer, and they write all the time."""
    until = time.monotonic() + seconds
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            assert time.monotonic() < until, "the workers never let go of the lock"
            time.sleep(0.0005)
        else:
            return


def crowd(
    environment: dict[str, str], server: MailServer, *, waits: int
) -> AbstractContextManager[subprocess.Popen[str]]:
    """Workers at work, that ask a database which does not answer so many times."""
    return started(environment, MODULE, "crowd", str(server.port), "0", "1", str(waits))


def test_a_database_that_comes_back_costs_no_letter_and_doubles_none(environment, server):
    chance = random.Random(7)
    with crowd(environment, server, waits=100) as workers:
        for letters in range(1, LETTERS, 10):
            server.wait_for(letters)
            time.sleep(chance.uniform(0, 0.05))  # wherever they are then
            with gone(environment):
                time.sleep(chance.choice([0, 0.5]))  # back at once, or away for longer than SQLite waits for a lock
        assert workers.wait(120) == 0
    told = run(environment, MODULE, "report")
    taken = server.recipients()
    assert (len(taken), len(set(taken)), told["mailings"]) == (LETTERS, LETTERS, {"issue": "done"})
    assert {state: len(readers) for state, readers in told["states"].items()} == {"sent": LETTERS}


def test_a_database_that_stays_away_leaves_what_each_worker_was_at_in_doubt(environment, server):
    with crowd(environment, server, waits=1) as workers:
        server.wait_for(LETTERS // 3)
        with gone(environment):
            assert workers.wait(120) == 1
    with crowd(environment, server, waits=100) as workers:
        assert workers.wait(120) == 0
    told = run(environment, MODULE, "report")
    taken, sent = server.recipients(), set(told["states"]["sent"])
    doubtful = set(told["states"].get("in-doubt", []))
    assert len(taken) == len(set(taken))
    assert sent <= set(taken) <= sent | doubtful
    assert (len(sent | doubtful), len(doubtful) <= WORKERS) == (LETTERS, True)
