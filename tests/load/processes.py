"""Processes that are killed, and the database they share."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).parents[2]


@contextmanager
def database_of_its_own(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of processes that share an empty database: a file, or one on the server of DATABASE_URL."""
    named = {**os.environ, "RAPPORT_DATA": str(folder), "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    server = os.environ.get("DATABASE_URL")
    if not server:
        yield named
        return
    import psycopg

    name = f"rapport_killed_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            named["DATABASE_URL"] = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
            yield named
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def start(environment: dict[str, str], module: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


@contextmanager
def started(environment: dict[str, str], module: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process that does not outlive the block."""
    with start(environment, module, *arguments) as process:
        try:
            yield process
        finally:
            process.kill()  # nothing, where it has ended


def run(environment: dict[str, str], module: str, *arguments: str, seconds: float = 300) -> Any:
    """What the process said; None when it was killed."""
    process = start(environment, module, *arguments)
    said, _ = process.communicate(timeout=seconds)
    assert process.returncode in (0, -signal.SIGKILL), arguments
    return json.loads(said) if said else None
