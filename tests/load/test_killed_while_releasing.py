"""Workers that are killed while they release, and workers that release at once: each issue goes out once, whole.

On SQLite in a file of its own; with DATABASE_URL, in a database of its own on that server.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.load.processes import database_of_its_own, run, start
from tests.load.releasing import MONTHS

KILLS = int(os.environ.get("RAPPORT_KILLS", "6"))
MODULE = "tests.load.releasing"

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
    with database_of_its_own(tmp_path) as named:
        run(named, MODULE, "prepare")
        yield named


def test_a_worker_that_is_killed_leaves_each_issue_out_or_not_and_the_next_one_goes_on(environment):
    chance = random.Random(5)
    killed = 0
    for kill_at in [2, *(chance.randint(3, 220) for _ in range(KILLS))]:
        killed += run(environment, MODULE, "release", str(kill_at)) is None
        told = run(environment, MODULE, "report")
        assert all(state in (OUT, NOT_OUT) for state in told.values()), (kill_at, told)
    assert killed
    run(environment, MODULE, "release")
    assert run(environment, MODULE, "report") == dict.fromkeys(MONTHS, OUT)
    assert run(environment, MODULE, "release")["released"] == []


def test_workers_that_release_at_once_release_each_issue_once(environment):
    workers = [start(environment, MODULE, "release") for _ in range(3)]
    said = [json.loads(worker.communicate(timeout=120)[0])["released"] for worker in workers]
    assert sorted(month for months in said for month in months) == list(MONTHS)
    assert run(environment, MODULE, "report") == dict.fromkeys(MONTHS, OUT)
