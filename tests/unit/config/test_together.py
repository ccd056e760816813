"""Several programs run as one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[3] / "src"
STAYS = "import time; time.sleep(60)"
HELLO = "import os; os.write(1, b'NAME %d\\n' % os.getpid()); "  # one write: two lines at once stay apart
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"


def together(*programs: tuple[str, str, bool], seconds_to_stop: float = 5) -> subprocess.Popen[str]:
    """A process that runs these (name, code, needed) together; each says its name and number when it has started."""
    script = textwrap.dedent(f"""
        import os, sys
        HELLO = {HELLO!r}
        from rapport.config import together
        from rapport.config.together import Program, run_together
        together.SECONDS_TO_STOP = {seconds_to_stop}
        together.SECONDS_BEFORE_ANOTHER_START = 0
        programs = [
            Program(name, (sys.executable, "-c", HELLO.replace("NAME", name) + code), needed)
            for name, code, needed in {programs!r}
        ]
        sys.exit(run_together(programs, environ=os.environ, say=lambda line: print(line, flush=True)))
    """)
    environ = {**os.environ, "PYTHONPATH": str(SOURCE)}
    return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environ)


def started(process: subprocess.Popen[str], count: int) -> dict[str, int]:
    """The numbers of those that have said that they started, by name."""
    assert process.stdout is not None
    said = dict(process.stdout.readline().split() for _ in range(count))
    return {name: int(number) for name, number in said.items()}


def is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_asked_to_stop_all_stop(asked):
    process = together(("web", STAYS, True), ("worker", STAYS, False))
    children = started(process, 2)
    process.send_signal(asked)
    rest, _ = process.communicate(timeout=10)
    assert (process.returncode, rest) == (0, "")
    assert [name for name, number in children.items() if is_alive(number)] == []


def test_one_that_does_not_listen_is_killed():
    process = together(("web", DEAF, True), seconds_to_stop=0.2)
    children = started(process, 1)
    time.sleep(0.3)  # until it is deaf
    process.terminate()
    process.communicate(timeout=10)
    assert not is_alive(children["web"])


@pytest.mark.parametrize("listens", [True, False])
def test_killed_without_a_word_those_that_are_attended_stop_by_themselves(tmp_path, listens):
    (tmp_path / "stays.py").write_text(STAYS if listens else DEAF)
    attend = f"""
        import sys; sys.path.insert(0, {str(tmp_path)!r}); sys.argv = ["", "stays"]
        from rapport.config import attended; attended.SECONDS_TO_STOP = 0.2; attended.main()
    """
    process = together(("web", textwrap.dedent(attend), True), ("worker", textwrap.dedent(attend), False))
    children = started(process, 2)
    time.sleep(0.5)  # until they listen, or are deaf
    assert [name for name, number in children.items() if not is_alive(number)] == []
    process.kill()
    process.communicate(timeout=10)  # to the end of what they write, which comes with the end of the last of them


def test_when_the_needed_one_ends_all_stop_and_it_is_told():
    process = together(("worker", STAYS, False), ("web", "raise SystemExit(3)", True))
    children = started(process, 2)
    rest, _ = process.communicate(timeout=10)
    assert (process.returncode, rest) == (1, "The web ended by itself (exit code 3); stopping all.\n")
    assert [name for name, number in children.items() if is_alive(number)] == []


def test_another_that_dies_is_told_of_and_started_again():
    process = together(("web", STAYS, True), ("worker", STAYS, False))
    first = started(process, 2)
    os.kill(first["worker"], signal.SIGKILL)
    assert process.stdout is not None
    assert process.stdout.readline() == "The worker ended by itself (signal SIGKILL); starting it again.\n"
    assert [name for name, number in started(process, 1).items() if number != first[name]] == ["worker"]
    assert is_alive(first["web"])
    process.terminate()
    process.communicate(timeout=10)


def test_one_that_cannot_stay_is_given_up_and_it_is_told():
    process = together(("worker", "raise SystemExit(1)", False))
    said, _ = process.communicate(timeout=20)
    told = [line for line in said.splitlines() if line.startswith("The ")]
    assert told == [*["The worker ended by itself (exit code 1); starting it again."] * 4, told[-1]]
    assert (process.returncode, told[-1]) == (1, "The worker ended by itself (exit code 1); stopping all.")
