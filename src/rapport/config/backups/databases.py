"""How each database is copied while others write to it, and brought back.

Both give one consistent moment. Within `one_moment()` all reads see that moment: the copy, the counts of rows and
the exported files are of the same state, and writers go on meanwhile.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from rapport.config.backups.manifest import BackupProblem

SQLITE_COPY = "database.sqlite3"
POSTGRES_COPY = "database.dump"


def copy_name() -> str:
    return POSTGRES_COPY if connection.vendor == "postgresql" else SQLITE_COPY


@contextmanager
def one_moment() -> Iterator[None]:
    """A transaction that only reads, and sees the database as it is at its first read."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    connection.ensure_connection()
    usual = connection.transaction_mode  # type: ignore[attr-defined]  # SQLite's wrapper has it
    connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]  # an IMMEDIATE one would keep writers out
    try:
        with transaction.atomic():
            yield
    finally:
        connection.transaction_mode = usual  # type: ignore[attr-defined]  # as above


def rows_by_table() -> dict[str, int]:
    """How many rows each table holds."""
    with connection.cursor() as cursor:
        return {name: _count(cursor, name) for name in sorted(connection.introspection.table_names(cursor))}


def _count(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608  # a table of our own
    (count,) = cursor.fetchone()
    return int(count)


def copy_database(to: Path) -> None:
    """Write the database as of `one_moment` to the file `to`."""
    if connection.vendor == "postgresql":
        _dump(to)
    else:
        _copy_sqlite(to)


# --- SQLite -----------------------------------------------------------------------------------------


def _copy_sqlite(to: Path) -> None:
    """By SQLite's own online backup, on the connection that has the moment open; then looked at as a file."""
    with closing(sqlite3.connect(to)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
    check_sqlite(to)


def check_sqlite(path: Path) -> None:
    """Let SQLite look through the whole file."""
    try:
        with closing(sqlite3.connect(path)) as copy:
            said = [row[0] for row in copy.execute("PRAGMA integrity_check")]
            broken = copy.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as error:
        raise BackupProblem(f"{path} is no sound database ({error}). Use another copy.") from error
    if said != ["ok"] or broken:
        raise BackupProblem(f"{path} is no sound database ({said[0] if said != ['ok'] else 'broken links'}).")


def bring_back_sqlite(copy: Path) -> None:
    """Put the copy where the database belongs, in one step: whatever interrupts it, there is all or nothing."""
    target = Path(connection.settings_dict["NAME"])
    connection.close()
    unfinished = target.with_name(f"{target.name}.restoring")
    shutil.copyfile(copy, unfinished)
    unfinished.chmod(0o600)
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    check_sqlite(unfinished)
    unfinished.replace(target)


# --- PostgreSQL -------------------------------------------------------------------------------------


def _dump(to: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={to}")


def bring_back_postgres(copy: Path) -> None:
    """Fill the empty database from the dump in one transaction: all of it or nothing."""
    connection.close()
    database = connection.settings_dict["NAME"]
    _run(
        "pg_restore",
        *("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"),
        f"--dbname={database}",
        str(copy),
    )


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs on our database."""
    path = shutil.which(program)
    if path is None:
        raise BackupProblem(
            f"{program} is not on the PATH. Install PostgreSQL's client programs of the server's version "
            "(on Debian: `apt install postgresql-client`) and try again."
        )
    # The password goes through the environment: arguments can be read by everybody on the machine.
    facts = connection.settings_dict
    given = {
        "PGHOST": facts["HOST"],
        "PGPORT": str(facts["PORT"] or ""),
        "PGUSER": facts["USER"],
        "PGPASSWORD": facts["PASSWORD"],
        "PGDATABASE": facts["NAME"],
        "PGSSLMODE": facts.get("OPTIONS", {}).get("sslmode", ""),
    }
    environ = {**os.environ, **{name: value for name, value in given.items() if value}}
    done = subprocess.run([path, *arguments], env=environ, capture_output=True, text=True, check=False)  # noqa: S603  # found above
    if done.returncode:
        raise BackupProblem(f"{program} failed: {' '.join(done.stderr.split())[:500]}")
