"""What a copy says of itself: by which version it was made, when, of what, and the checksum of every file in it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

NAME = "manifest.json"
FORMAT = 1


class BackupProblem(Exception):
    """Why no copy could be made, or brought back, in words and with the mend."""


class Manifest(BaseModel):
    """The copy's own description. `rows` counts each table, `files` maps each name to its SHA-256."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int
    version: str
    made_at: dt.datetime
    database: str
    migrations: list[str]
    rows: dict[str, int]
    files: dict[str, str]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The manifest of the copy in `folder`."""
        path = folder / NAME
        if not path.is_file():
            raise BackupProblem(f"{folder} holds no whole copy: there is no {NAME} in it.")
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(said, dict) and said.get("format") != FORMAT:
                raise BackupProblem(
                    f"{path} is of format {said.get('format')!r}, which this version does not know. "
                    "Install the version that made it."
                )
            return cls.model_validate(said)
        except (ValueError, ValidationError) as error:
            raise BackupProblem(f"{path} is damaged and cannot be read. Use another copy.") from error

    def write(self, folder: Path) -> None:
        (folder / NAME).write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")

    def check_files(self, folder: Path) -> None:
        """Every file is there and as it was when the copy was made; nothing was added."""
        found = dict(checksums(folder))
        missing = sorted(self.files.keys() - found.keys())
        changed = sorted(name for name in self.files.keys() & found.keys() if self.files[name] != found[name])
        added = sorted(found.keys() - self.files.keys())
        problems = [
            f"{what}: {', '.join(names[:5])}{f' and {len(names) - 5} more' if len(names) > 5 else ''}"
            for what, names in (("missing", missing), ("damaged", changed), ("not part of it", added))
            if names
        ]
        if problems:
            raise BackupProblem(
                f"The copy in {folder} is not as it was made ({'; '.join(problems)}). Use another copy."
            )


def checksums(folder: Path) -> Iterator[tuple[str, str]]:
    """Each file below `folder` but the manifest, with its SHA-256."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != NAME:
            with path.open("rb") as file:
                yield name, hashlib.file_digest(file, "sha256").hexdigest()


def described(folder: Path, **facts: Any) -> Manifest:
    """The manifest of the files that are in `folder` now."""
    return Manifest(format=FORMAT, files=dict(checksums(folder)), **facts)
