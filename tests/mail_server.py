"""A mail server in a process of its own, that writes down what it took and can be as difficult as servers are.

    with mail_server(folder) as server:      # server.port
        ...
    server.taken()                           # [(sender, recipient, message bytes), …] in order

What it does depends on the recipient's name, so that a test says what it wants where it says to whom:

    unknown-…   550 5.1.1 at RCPT: nobody has this mailbox       unwanted-…  550 5.7.1 at RCPT: it does not want us
    closed-…    550 5.2.1 at RCPT: the mailbox is closed         stranger-…  550 5.1.8 at RCPT: it does not know us
    full-…      452 4.2.2 at RCPT: not now                       refused-…   554 5.6.0 after the letter
    later-…     451 4.3.0 after the letter                       lost-…      takes it, and hangs up without a word
    silent-…    takes it, and says nothing for a long time       closing-…   421 at RCPT, and hangs up
    disliked-…  550 after the letter, and no more precisely      slow-…      takes it, and lets its answer wait a little
    vanishing-… hangs up at RCPT

With `--moody SEED` it is difficult at random, to anybody: see `MOODS`. How it answers the first, the second, … letter
to somebody depends on their address and the seed alone.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

ROOT = Path(__file__).parent.parent
SILENCE = 30.0
# At random: how often in a hundred letters.
MOODS = {"full": 4, "later": 3, "slow": 6, "lost": 1, "silent": 1, "closing": 2, "vanishing": 2}
SLOWNESS = 0.2


@dataclass(frozen=True)
class MailServer:
    port: int
    record: Path

    def taken(self) -> list[tuple[str, str, bytes]]:
        """What it took, in order. A letter it did not answer for, or was killed at, may be among them."""
        return [(one["sender"], one["recipient"], base64.b64decode(one["content"])) for one in self._told()]

    def recipients(self) -> list[str]:
        return [one["recipient"] for one in self._told()]

    def wait_for(self, letters: int, seconds: float = 60) -> None:
        """Come back when it has taken so many."""
        until = time.monotonic() + seconds
        while (taken := len(self._told())) < letters:
            assert time.monotonic() < until, f"{taken} letters have come instead of {letters}"
            time.sleep(0.01)

    def unanswered(self) -> list[str]:
        """The recipients of what it took without ever saying so."""
        return [one["recipient"] for one in self._told() if one["mood"] in ("lost", "silent")]

    def _told(self) -> list[dict[str, str]]:
        if not self.record.exists():
            return []
        lines = self.record.read_text().splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]  # the last one may be half written


@contextmanager
def mail_server(folder: Path, *options: str) -> Iterator[MailServer]:
    """Start one on a port of its own choice; it stops at the end."""
    with in_a_process("tests.mail_server", folder, *options) as server:
        yield server


@contextmanager
def in_a_process(module: str, folder: Path, *options: str, stderr: int | None = None) -> Iterator[MailServer]:
    """The mail server that is this module, with its record in `folder`."""
    record = folder / "taken.jsonl"
    command = [sys.executable, "-m", module, str(record), *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=stderr, text=True)
    try:
        assert process.stdout is not None
        yield MailServer(int(process.stdout.readline()), record)
    finally:
        process.kill()
        process.communicate()


class Handler:
    def __init__(self, record: Path, seed: int | None, asked: Counter[str]) -> None:
        self._record = record.open("a")
        self._seed = seed
        self._asked = asked  # how often there was a letter to somebody, on any connection
        self._of_this_letter = ""  # each connection has a handler of its own, and one letter at a time

    async def handle_RCPT(  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        mood = self._mood(address)
        self._of_this_letter = mood
        match mood:
            case "unknown":
                return "550 5.1.1 Nobody here has this name"
            case "unwanted":
                return "550 5.7.1 We do not want your mail"
            case "closed":
                return "550 5.2.1 This mailbox is closed"
            case "stranger":
                return "550 5.1.8 Sender address rejected: Domain not found"
            case "full":
                return "452 4.2.2 The mailbox is full"
            case "closing":
                asyncio.get_running_loop().call_later(0.01, server.transport.close)
                return "421 4.3.2 Closing"
            case "vanishing":
                server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        match self._of_this_letter:
            case "refused":
                return "554 5.6.0 We do not like this letter"
            case "disliked":
                return "550 Message content rejected"
            case "later":
                return "451 4.3.0 Try again later"
            case "lost":
                self._take(envelope)
                server.transport.abort()
            case "silent":
                self._take(envelope)
                await asyncio.sleep(SILENCE)
            case "slow":
                self._take(envelope)
                await asyncio.sleep(SLOWNESS)
            case _:
                self._take(envelope)
        return "250 OK"

    def _mood(self, address: str) -> str:
        if self._seed is None:
            return address.partition("-")[0]
        self._asked[address] += 1
        dice = random.Random(f"{self._seed} {address} {self._asked[address]}").uniform(0, 100)
        for mood, share in MOODS.items():
            dice -= share
            if dice < 0:
                return mood
        return ""

    def _take(self, envelope: Envelope) -> None:
        self._record.write(line_of(envelope, self._of_this_letter))
        self._record.flush()


def line_of(envelope: Envelope, mood: str = "") -> str:
    """A letter, as it stands in the record."""
    content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
    told = {
        "sender": envelope.mail_from,
        "recipient": envelope.rcpt_tos[0],
        "mood": mood,
        "content": base64.b64encode(content).decode(),
    }
    return json.dumps(told) + "\n"


async def serve(record: Path, seed: int | None) -> None:
    loop = asyncio.get_running_loop()
    asked: Counter[str] = Counter()

    def session() -> Any:
        return SMTP(Handler(record, seed, asked), hostname="mail.example.org")

    await stay(await loop.create_server(session, "127.0.0.1", 0))


async def stay(server: asyncio.Server) -> None:
    """Say at which port it is, and stay as long as whoever started us."""
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    parent = os.getppid()
    while os.getppid() == parent:  # whoever started us may have been killed
        await asyncio.sleep(0.5)


if __name__ == "__main__":
    seed = int(sys.argv[3]) if sys.argv[2:3] == ["--moody"] else None
    asyncio.run(serve(Path(sys.argv[1]), seed))
