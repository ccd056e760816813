"""A worker that is killed while it publishes by itself: the schedule asks again, and the next worker does it."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.load.test_killed_while_publishing import SOURCE, contents, environment
from tests.making import make_folder
from tests.publishing import COPY

KILLS = int(os.environ.get("RAPPORT_KILLS", "2"))
JOB = "publish-static"
RAPPORT = [sys.executable, "-c", "from rapport.config.command import main; main()"]
MINUTE = dt.timedelta(minutes=1)


class Host:
    """One small server: its settings, its digest, and a clock that goes on as a test says."""

    def __init__(self, place: Path) -> None:
        self.folder = place / "digest"
        paths = os.pathsep.join([str(SOURCE), str(SOURCE.parent)])
        self.environ = environment(place) | {
            "PYTHONPATH": paths,
            "RAPPORT_PUBLISH_FOLDER": str(self.folder),
            "RAPPORT_PUBLISH_ADDRESS": COPY,
        }
        self.now = dt.datetime.now(dt.UTC)

    def does(self, *arguments: str) -> None:
        subprocess.run([*RAPPORT, *arguments, "-v0"], env=self.environ, check=True)

    def asks_after(self, passed: dt.timedelta) -> bool:
        """Whether the schedule, looking so much later, leaves the job for a worker."""
        self.now += passed
        command = [sys.executable, "-m", "tests.load.asking", JOB, self.now.isoformat()]
        asked = subprocess.run(command, env=self.environ, cwd=SOURCE.parent, stdout=subprocess.PIPE, check=True)
        return asked.stdout.decode() == JOB

    def kills_its_worker(self, wait: float, *, with_its_processes: bool) -> None:
        """A worker dies so many seconds after it has begun to write a copy."""
        worker = subprocess.Popen([*RAPPORT, "worker", "-v0"], env=self.environ, start_new_session=True)
        copies = self.folder.parent / ".digest.copies"
        while not any(copies.glob("*.writing")):
            assert worker.poll() is None
            time.sleep(0.02)
        time.sleep(wait)
        if with_its_processes:
            os.killpg(worker.pid, signal.SIGKILL)
        else:
            worker.kill()
        worker.wait()

    def publishes_in_time(self) -> bool:
        """Workers look each minute until something is published. Those left of a killed one hold its lock a while."""
        for _ in range(60):
            self.does("worker", "--once")
            if self.folder.is_symlink():
                return True
            time.sleep(0.5)
            assert self.asks_after(MINUTE)
        return False


@pytest.fixture
def host(tmp_path: Path) -> Host:
    host = Host(tmp_path)
    host.does("migrate")
    host.does("collectstatic", "--noinput")
    host.does("import_digest", str(make_folder(tmp_path / "content")))
    return host


@pytest.mark.parametrize("kill", range(KILLS))
def test_what_a_killed_worker_began_the_next_one_ends(host: Host, tmp_path: Path, kill: int) -> None:
    host.does("publish_static", str(tmp_path / "by hand"))
    assert host.asks_after(MINUTE)
    host.kills_its_worker(random.Random(kill).uniform(0, 0.5), with_its_processes=kill % 2 == 0)
    assert not host.folder.exists()
    assert not host.asks_after(MINUTE), "it may still be at it"
    assert host.asks_after(2 * MINUTE)
    assert host.publishes_in_time()
    assert contents(host.folder) == contents(tmp_path / "by hand")
