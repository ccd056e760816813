"""Run several programs as one: all start, all stop together, and one that dies is told of and started again.

Where we are killed without a word, those stop by themselves that were started as `attended`.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

SECONDS_TO_STOP = 10
SECONDS_BETWEEN_LOOKS = 0.2
SECONDS_BEFORE_ANOTHER_START = 1.0
MOST_STARTS = 5
STOPPED = 0


def attended(module: str, *arguments: str) -> tuple[str, ...]:
    """The command that runs one of Python's modules, and stops when we are gone (`rapport.config.attended`)."""
    return (sys.executable, "-m", "rapport.config.attended", module, *arguments)


@dataclass(frozen=True)
class Program:
    """What to start, and what to call it. Without the `needed` ones there is no point in going on."""

    name: str
    command: tuple[str, ...]
    needed: bool = False


class Stop(Exception):
    """Somebody asked us to stop."""


def run_together(programs: Sequence[Program], *, environ: Mapping[str, str], say: Callable[[str], None]) -> int:
    """Run until somebody stops us (answers 0), or until one that is needed has ended (answers 1)."""

    def stop(*_: object) -> None:
        raise Stop

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    running: dict[Program, subprocess.Popen[bytes]] = {}
    try:
        for program in programs:
            running[program] = _start(program, environ)
        return _watch(running, environ, say)
    except Stop:
        return STOPPED
    finally:
        for number in before:
            signal.signal(number, signal.SIG_IGN)  # asked twice, we are stopping already
        _stop(running.values())
        for number, handler in before.items():
            signal.signal(number, handler)


def _start(program: Program, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl+C reaches us alone, and we stop each in turn. The pipe, of which we alone hold our
    # end, is closed when we are gone.
    return subprocess.Popen(  # noqa: S603  # our own commands
        program.command, env=dict(environ), stdin=subprocess.PIPE, start_new_session=True
    )


def _watch(
    running: dict[Program, subprocess.Popen[bytes]], environ: Mapping[str, str], say: Callable[[str], None]
) -> int:
    starts = dict.fromkeys(running, 1)
    while True:
        for program, process in list(running.items()):
            code = process.poll()
            if code is None:
                continue
            ended = f"The {program.name} ended by itself ({_how(code)})"
            if program.needed or starts[program] == MOST_STARTS:
                say(f"{ended}; stopping all.")
                return 1
            say(f"{ended}; starting it again.")
            starts[program] += 1
            time.sleep(SECONDS_BEFORE_ANOTHER_START)
            running[program] = _start(program, environ)
        time.sleep(SECONDS_BETWEEN_LOOKS)


def _how(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _stop(processes: Iterable[subprocess.Popen[bytes]]) -> None:
    """Ask all to stop; kill what has not done so in time."""
    alive = [process for process in processes if process.poll() is None]
    for process in alive:
        process.terminate()
    until = time.monotonic() + SECONDS_TO_STOP
    for process in alive:
        try:
            process.wait(max(until - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
