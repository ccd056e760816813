"""Workers that die at a moment that was drawn for them, wherever they are then.

The kernel ends them: an alarm that nobody catches is as sudden as SIGKILL, and strikes to the microsecond. Workers are
forked from a process that has loaded everything, so that a death costs no start of Python.
"""

from __future__ import annotations

import json
import os
import random
import signal
import smtplib
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

WORKERS = 2
SHORTLY = 0.003  # seconds: within this time after the moment has come
LETTERS_A_SECOND = 40  # of one worker, about
STATEMENTS_A_LETTER = 12  # about
# In the order in which a worker comes to them. "any" is a time, whatever the worker does then.
MOMENTS = ("any", "statement", "commit", "connect", "letter", "answer")


class Fate:
    """When a worker is to die: a little after it has come to `moment` for the `left`th time."""

    def __init__(self, chance: random.Random, letters_a_life: int) -> None:
        self.moment = chance.choice(MOMENTS)
        letters = chance.randint(1, letters_a_life)
        often = {"connect": 1, "statement": letters * STATEMENTS_A_LETTER}
        self._left = often.get(self.moment, letters)
        self._delay = chance.uniform(0, SHORTLY)
        if self.moment == "any":
            self._left, self._delay = 1, chance.uniform(0, letters_a_life / LETTERS_A_SECOND)

    def comes_to(self, moment: str) -> bool:
        """Say where the worker is. Whether it dies of it."""
        if moment != self.moment:
            return False
        self._left -= 1
        if self._left == 0:
            signal.setitimer(signal.ITIMER_REAL, max(self._delay, 1e-6))
        return self._left == 0


def live_under(fate: Fate) -> None:
    """Let this process come to the moments of `fate`: in the database, and in the talk with a mail server."""
    from django.db import connection

    def statement(execute: Any, *arguments: Any) -> Any:
        fate.comes_to("statement")
        return execute(*arguments)

    def commit() -> None:
        fate.comes_to("commit")
        as_ever()

    as_ever = connection.commit
    connection.commit = commit  # type: ignore[method-assign]  # there is no other place that knows of every commit
    connection.execute_wrappers.append(statement)
    smtplib.SMTP = partial(Talk, fate)  # type: ignore[misc]  # Django asks for it by this name
    fate.comes_to("any")


class Talk(smtplib.SMTP):
    """The talk of a worker with a mail server, in which it comes to its moments."""

    def __init__(self, fate: Fate, *arguments: Any, **named: Any) -> None:
        self._fate = fate
        self._is_answer_due = False  # to a letter
        super().__init__(*arguments, **named)

    def connect(self, *arguments: Any, **named: Any) -> tuple[int, bytes]:
        self._fate.comes_to("connect")
        return super().connect(*arguments, **named)

    def send(self, s: Any) -> None:
        self._is_answer_due = s.endswith(b"\r\n.\r\n" if isinstance(s, bytes) else "\r\n.\r\n")
        if self._is_answer_due:
            super().send(s[: len(s) // 2])
            if self._fate.comes_to("letter"):
                time.sleep(SHORTLY / 2)  # dead by now, with half a letter given; or a little later
            s = s[len(s) // 2 :]
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        answer = super().getreply()
        if self._is_answer_due:
            self._fate.comes_to("answer")
        return answer


def crowd(work: Callable[[], None], *, kills: int, letters_a_life: int) -> None:
    """Let workers do `work` at once, each until it dies or has done it; says how many died, by moment.

    Fails when one of them fails, after the others have ended.
    """
    chance = random.Random(6)
    living: dict[int, Fate | None] = {}
    killed: Counter[str] = Counter()
    began = time.monotonic()
    is_done = has_failed = False
    while living or not is_done:
        while len(living) < WORKERS and not is_done:
            doomed = sum(fate is not None for fate in living.values())
            fate = Fate(chance, letters_a_life) if killed.total() + doomed < kills else None
            living[_fork(work, fate)] = fate
        pid, status = os.wait()
        ended = living.pop(pid)
        if os.WIFSIGNALED(status) and ended is not None:
            killed[ended.moment] += 1
        else:
            is_done, has_failed = True, has_failed or status != 0
    sys.stdout.write(json.dumps({"killed": killed, "seconds": round(time.monotonic() - began)}))
    sys.exit(has_failed)


def _fork(work: Callable[[], None], fate: Fate | None) -> int:
    from django.db import connection

    connection.close()
    return os.fork() or _live(work, fate)


def _live(work: Callable[[], None], fate: Fate | None) -> NoReturn:
    try:
        if fate is not None:
            live_under(fate)
        work()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)
