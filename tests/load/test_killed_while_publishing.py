"""Publications that are killed at any moment: readers meet the old copy or the new one, whole, always.

`RAPPORT_KILLS=200` kills more often.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.load import publishing_for_ever
from tests.load.publishing_for_ever import Files, publish_files, two_digests
from tests.making import make_folder
from tests.publishing import COPY, LIVE, names_in

KILLS = int(os.environ.get("RAPPORT_KILLS", "20"))
KILLS_OF_THE_COMMAND = max(KILLS // 4, 4)
SOURCE = Path(__file__).parents[2] / "src"


def contents(folder: Path) -> Files:
    return {name: (folder / name).read_bytes() for name in names_in(folder)}


def number_of(folder: Path) -> int:
    return int(os.readlink(folder).rpartition("/")[2])


@contextmanager
def reader(folder: Path, expected: list[Files]) -> Iterator[None]:
    """Somebody who reads all the time, file by file and copy by copy, and complains at the end."""
    complaints: list[str] = []
    ended, readings = Event(), 0

    def read() -> None:
        nonlocal readings
        everywhere = set.intersection(*map(set, expected))
        while not ended.is_set():
            for name in everywhere:
                if (folder / name).read_bytes() not in [files[name] for files in expected]:
                    complaints.append(f"{name} is not whole")
            number, copy = number_of(folder), folder.resolve()
            try:
                whole = contents(copy) in expected
            except FileNotFoundError:
                whole = False
            # Whoever needs longer than two publications for one reading may find that the copy is gone.
            if not whole and number_of(folder) < number + 2:
                complaints.append(f"copy {number} is mixed")
            readings += 1

    thread = Thread(target=lambda: complaints.extend(_raised_by(read)))
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
    assert (complaints, readings > 0) == ([], True)


def _raised_by(work: Callable[[], None]) -> list[str]:
    try:
        work()
    except Exception as error:
        return [repr(error)]
    return []


# --- the folder alone: many kills in little time --------------------------------------------------


def test_a_folder_is_whole_however_often_its_writer_is_killed(tmp_path: Path) -> None:
    folder, expected, draw = tmp_path / "digest", two_digests(), random.Random(0)
    publish_files(folder, expected[0])
    with reader(folder, expected):
        for _ in range(KILLS):
            command = [sys.executable, publishing_for_ever.__file__, str(folder)]
            environ = {**os.environ, "PYTHONPATH": str(SOURCE)}
            with subprocess.Popen(command, stdout=subprocess.PIPE, env=environ) as writer:
                assert writer.stdout is not None
                writer.stdout.readline()
                time.sleep(draw.uniform(0, 0.1))
                writer.kill()
            assert contents(folder) in expected
    publish_files(folder, expected[1])
    assert contents(folder) == expected[1]
    assert len(list((tmp_path / ".digest.copies").iterdir())) == 5  # two copies, their checksums and the lock


# --- the command, with the processes it starts ----------------------------------------------------


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    """What publishes a small digest on a data directory of its own."""
    rapport = [sys.executable, "-c", "from rapport.config.command import main; main()"]
    for arguments in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"]):
        subprocess.run([*rapport, *arguments], env=environment(tmp_path), check=True)
    folder = make_folder(tmp_path / "content")
    subprocess.run([*rapport, "import_digest", folder, "-v0"], env=environment(tmp_path), check=True)
    return [*rapport, "publish_static", str(tmp_path / "digest"), "--address", COPY, "--processes", "2", "-v0"]


def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PYTHONPATH") if name in os.environ}
    (tmp_path / "data").mkdir(exist_ok=True)
    return kept | {
        "RAPPORT_DATA": str(tmp_path / "data"),
        "RAPPORT_SECRET_KEY": "a key for tests only, long enough to be taken for a real one",
        "RAPPORT_HOSTS": "localhost",
    }


def test_the_old_publication_is_whole_when_the_command_is_killed(tmp_path: Path, command: list[str]) -> None:
    folder, draw, expected = tmp_path / "digest", random.Random(0), []
    ways = [command, [*command, "--live", LIVE]]
    for way in ways:
        began = time.monotonic()
        subprocess.run(way, env=environment(tmp_path), check=True)
        seconds = time.monotonic() - began
        expected.append(contents(folder))
    assert expected[0] != expected[1]
    with reader(folder, expected):
        for kill in range(KILLS_OF_THE_COMMAND):
            started = subprocess.Popen(ways[kill % 2], env=environment(tmp_path), start_new_session=True)
            time.sleep(draw.uniform(0.3, 1) * seconds)
            if kill % 4 < 2:
                os.killpg(started.pid, signal.SIGKILL)
            else:  # its processes are left to themselves
                started.kill()
            started.wait()
            assert contents(folder) in expected
    assert publish_when_it_may(ways[0], tmp_path) == 0
    assert contents(folder) == expected[0]


def publish_when_it_may(command: list[str], tmp_path: Path) -> int:
    """Processes whose parent was killed hold the lock until they have come to the end of their share."""
    for _ in range(60):
        done = subprocess.run(command, env=environment(tmp_path), stderr=subprocess.PIPE, text=True, check=False)
        if "Another publication" not in done.stderr:
            return done.returncode
        time.sleep(0.5)
    return 1
