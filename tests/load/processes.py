"""Processes that are killed, and the database they share."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).parents[2]
FILE = "rapport.sqlite3"


@contextmanager
def database_of_its_own(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of processes that share a database with empty tables: a file, or one on the server.

    It is a copy of one that is made once, since making the tables takes longer than most of what is tested.
    """
    named = {**os.environ, "RAPPORT_DATA": str(folder), "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    server = os.environ.get("DATABASE_URL")
    if not server:
        shutil.copyfile(_empty_file(), folder / FILE)
        yield named
        return
    name = f"rapport_killed_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{_empty_database(server)}"')
        try:
            yield {**named, "DATABASE_URL": _at(server, name)}
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@cache
def _empty_file() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="rapport-empty-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _make_tables(folder, {})
    with closing(sqlite3.connect(folder / FILE)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # all of it is in the one file that is copied
    return folder / FILE


@cache
def _empty_database(server: str) -> str:
    name = f"rapport_empty_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    atexit.register(_drop, server, name)
    with tempfile.TemporaryDirectory() as folder:
        _make_tables(Path(folder), {"DATABASE_URL": _at(server, name)})
    return name


def _drop(server: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _make_tables(folder: Path, more: dict[str, str]) -> None:
    command = [sys.executable, "-m", "django", "migrate", "--verbosity", "0", "--settings", "tests.settings"]
    named = {**os.environ, "RAPPORT_DATA": str(folder), "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    subprocess.run(command, cwd=ROOT, env={**named, **more}, check=True)


def _at(server: str, name: str) -> str:
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


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
