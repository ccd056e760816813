"""The command `rapport`, run as a host runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

RAPPORT = Path(sys.executable).parent / "rapport"
KEY = "a key for tests only, long enough to be taken for a real one"
PRODUCTION = {
    "RAPPORT_SECRET_KEY": KEY,
    "RAPPORT_HOSTS": "digest.example.org",
    "RAPPORT_MAIL_URL": "smtp://localhost:25",
    "RAPPORT_MAIL_FROM": "desk@digest.ca",
}


def environment(data: Path, **settings: object) -> dict[str, str]:
    """What a command sees of the world: nothing but these settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PYTHONPATH") if name in os.environ}
    given = {name: str(value) for name, value in settings.items()}
    return {**kept, "RAPPORT_DATA": str(data), "PYTHONUTF8": "1", **given}


@dataclass(frozen=True)
class Outcome:
    code: int
    said: str
    complained: str


def run_rapport(folder: Path, *arguments: object, **settings: object) -> Outcome:
    """Run `rapport` in a folder with these arguments, in an environment that holds nothing but these settings."""
    done = subprocess.run(
        [str(RAPPORT), *map(str, arguments)],
        env=environment(folder / "data", **settings),
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Outcome(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def rapport(tmp_path: Path) -> Callable[..., Outcome]:
    """Run `rapport` with these arguments in a folder of the test's own."""
    return partial(run_rapport, tmp_path)
