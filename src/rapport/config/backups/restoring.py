"""Bring a copy back into an empty place, and make sure that it came whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

import rapport
from rapport.audit.models import JobRun
from rapport.config.backups.databases import (
    bring_back_postgres,
    bring_back_sqlite,
    check_sqlite,
    copy_name,
    rows_by_table,
)
from rapport.config.backups.erasures import replay_erasures, take_over
from rapport.config.backups.making import DIGEST, JOB
from rapport.config.backups.manifest import BackupProblem, Manifest

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def restore_backup(
    folder: Path, *, left: Path | None = None, say: Callable[[str], None] = lambda line: None
) -> Manifest:
    """Bring the copy in `folder` back. The database must be empty; nothing that is there is overwritten.

    `left` is the file in which the place that was put aside kept who left; it is taken over. Everything that can be
    checked is checked before anything is written.
    """
    folder = folder.absolute()
    if left is not None and not left.is_file():
        raise BackupProblem(f"{left} is no file. It is readers-who-left.jsonl of the data directory put aside.")
    manifest = Manifest.read(folder)
    _refuse_what_we_cannot_read(manifest, folder)
    _refuse_to_overwrite()
    say("Checking the copy …")
    manifest.check_files(folder)
    copy = folder / copy_name()
    say(f"Bringing back the database ({connection.vendor}) …")
    if connection.vendor == "postgresql":
        bring_back_postgres(copy)
    else:
        check_sqlite(copy)
        bring_back_sqlite(copy)
    _check_rows(manifest)
    if _is_older(manifest):
        say(f"The copy is of version {manifest.version}; bringing it up to {rapport.__version__} …")
        call_command("migrate", verbosity=0)
        call_command("index_search", verbosity=0)
    # A session that was ended since must not come back; everybody signs in again.
    Session.objects.all().delete()
    UserSession.objects.all().delete()
    # The copy was made before it could know of itself.
    made = {"begun_at": manifest.made_at, "ended_at": manifest.made_at, "problem": ""}
    JobRun.objects.update_or_create(name=JOB, defaults=made)
    if left is not None:
        take_over(left)
    gone = replay_erasures(manifest.made_at)
    if gone:
        say(f"Readers who left since the copy was made, and stay away: {gone}.")
    say("Letters wait until an editor lets them go, at /desk/letters/: some may have gone since the copy was made.")
    return manifest


def _refuse_what_we_cannot_read(manifest: Manifest, folder: Path) -> None:
    if manifest.database != connection.vendor:
        made_of, here = NAMES.get(manifest.database, manifest.database), NAMES.get(connection.vendor)
        raise BackupProblem(
            f"The copy is of {made_of} and this site uses {here}. Set DATABASE_URL for {made_of}; or bring back the "
            f"digest alone: `rapport migrate`, then `rapport import_digest {folder / DIGEST}`."
        )
    ours = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    unknown = [name for name in manifest.migrations if name not in ours]
    if unknown:
        raise BackupProblem(
            f"The copy was made by version {manifest.version}, which is newer than this one ({rapport.__version__}): "
            f"it has {unknown[-1]}. Install that version first."
        )


def _refuse_to_overwrite() -> None:
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        if not path.parent.is_dir():
            raise BackupProblem(f"The data directory {path.parent} is not there. Make it, or set RAPPORT_DATA.")
        for there in (path, path.with_name(f"{path.name}-wal")):
            if there.exists() and there.stat().st_size:
                raise BackupProblem(
                    f"{there} is there already, and restoring overwrites nothing. Stop the site and move it away "
                    "(with the files beside it that end in -wal and -shm), or set RAPPORT_DATA to an empty directory."
                )
        return
    if connection.introspection.table_names():
        raise BackupProblem(
            f"The database {connection.settings_dict['NAME']} is not empty, and restoring overwrites nothing. "
            "Make a new one (`createdb`) and name it in DATABASE_URL."
        )


def _check_rows(manifest: Manifest) -> None:
    found = rows_by_table()
    wrong = sorted(
        table for table in manifest.rows.keys() | found.keys() if manifest.rows.get(table) != found.get(table)
    )
    if wrong:
        told = ", ".join(f"{table} ({found.get(table)} for {manifest.rows.get(table)})" for table in wrong[:5])
        raise BackupProblem(f"What came back is not what was copied: {told}. Do not use it; try another copy.")


def _is_older(manifest: Manifest) -> bool:
    loader = MigrationLoader(connection)
    ours = {f"{app}.{name}" for app, name in loader.disk_migrations}
    return manifest.version != rapport.__version__ or bool(ours - set(manifest.migrations))
