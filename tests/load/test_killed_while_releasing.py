"""Workers that are killed while they release, and workers that release at once: each issue goes out once, whole.

On SQLite in a file of its own; with DATABASE_URL, in a database of its own on that server.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.load.releasing import MONTHS

KILLS = int(os.environ.get("RAPPORT_KILLS", "6"))
ROOT = Path(__file__).parents[2]

NOT_OUT = {
    "released": False,
    "states": ["draft", "draft"],
    "revisions": [0, 0],
    "stages": ["approved", "approved"],
    "found": [False, False],
    "events": 0,
}
OUT = {
    "released": True,
    "states": ["published", "published"],
    "revisions": [1, 1],
    "stages": ["out", "out"],
    "found": [True, True],
    "events": 1,
}


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Where the processes find their database, which holds what `prepare` makes."""
    named = {**os.environ, "RAPPORT_DATA": str(tmp_path), "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    server = os.environ.get("DATABASE_URL")
    if not server:
        run(named, "prepare")
        yield named
        return
    import psycopg

    name = f"rapport_releasing_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            named["DATABASE_URL"] = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
            run(named, "prepare")
            yield named
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def start(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.load.releasing", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def run(environment: dict[str, str], *arguments: str) -> Any:
    """What the process said; None when it was killed."""
    process = start(environment, *arguments)
    said, _ = process.communicate(timeout=120)
    assert process.returncode in (0, -signal.SIGKILL), arguments
    return json.loads(said) if said else None


def test_a_worker_that_is_killed_leaves_each_issue_out_or_not_and_the_next_one_goes_on(environment):
    chance = random.Random(5)
    killed = 0
    for kill_at in [2, *(chance.randint(3, 220) for _ in range(KILLS))]:
        killed += run(environment, "release", str(kill_at)) is None
        told = run(environment, "report")
        assert all(state in (OUT, NOT_OUT) for state in told.values()), (kill_at, told)
    assert killed
    run(environment, "release")
    assert run(environment, "report") == dict.fromkeys(MONTHS, OUT)
    assert run(environment, "release")["released"] == []


def test_workers_that_release_at_once_release_each_issue_once(environment):
    workers = [start(environment, "release") for _ in range(3)]
    said = [json.loads(worker.communicate(timeout=120)[0])["released"] for worker in workers]
    assert sorted(month for months in said for month in months) == list(MONTHS)
    assert run(environment, "report") == dict.fromkeys(MONTHS, OUT)
