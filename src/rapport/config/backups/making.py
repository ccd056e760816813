"""Take a copy of everything, into a folder that appears whole or not at all."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

import rapport
from rapport.audit.models import JobRun
from rapport.config.backups.databases import copy_database, copy_name, one_moment, rows_by_table
from rapport.config.backups.manifest import BackupProblem, Manifest, described
from rapport.digest.exchange.database import read_database
from rapport.digest.exchange.writing import write_folder

DIGEST = "digest"
JOB = "backup"  # by this name the doctor finds when a copy was last made


def make_backup(folder: Path, *, now: dt.datetime) -> Manifest:
    """Copy the database and the digest as files into `folder`, which must be new or empty.

    It is made beside its place and moved there when it is whole and on the disk. What a copy that was cut short
    left behind is cleared away by the next one to the same place.
    """
    folder = folder.absolute()
    _refuse_what_is_there(folder)
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    with _alone_in(unfinished, folder):
        _refuse_what_is_there(folder)  # another copy may have come there meanwhile
        _empty(unfinished)
        try:
            manifest = _fill(unfinished, now)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        if folder.exists():
            folder.rmdir()
        unfinished.replace(folder)
    JobRun.objects.update_or_create(name=JOB, defaults={"begun_at": now, "ended_at": now, "problem": ""})
    return manifest


def _refuse_what_is_there(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupProblem(f"{folder} is there already. Name a new folder for each copy.")


@contextmanager
def _alone_in(unfinished: Path, folder: Path) -> Iterator[None]:
    """Hold the folder that a copy is made in: two at once would make one that is neither's.

    The system lets go of it when we end, however that is.
    """
    unfinished.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = os.open(unfinished, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not unfinished.exists() or os.fstat(held).st_ino != unfinished.stat().st_ino:
            raise BlockingIOError  # it went to its place while we took hold of it
        yield
    except BlockingIOError as error:
        raise BackupProblem(f"Another copy is being made in {folder}. Name another folder, or wait for it.") from error
    finally:
        os.close(held)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _fill(unfinished: Path, now: dt.datetime) -> Manifest:
    with one_moment():
        rows = rows_by_table()
        if not rows:
            raise BackupProblem("The database is empty: there is nothing to copy. Is RAPPORT_DATA right?")
        copy_database(unfinished / copy_name())
        content = read_database()
        applied = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
    write_folder(content, unfinished / DIGEST, replace=False)
    manifest = described(
        unfinished,
        version=rapport.__version__,
        made_at=now,
        database=connection.vendor,
        migrations=applied,
        rows=rows,
    )
    manifest.write(unfinished)
    for path in unfinished.rglob("*"):
        if path.is_file():
            path.chmod(0o600)
            with path.open("rb+") as file:
                os.fsync(file.fileno())
    return manifest
