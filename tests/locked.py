"""A database that somebody else writes to and does not end, as a long import does."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from django.db import connection


@contextmanager
def locked_database() -> Iterator[None]:
    """Hold the lock of a writer on another connection. For tests that are not in a transaction themselves."""
    with _locked_postgres() if connection.vendor == "postgresql" else _locked_sqlite():
        yield


@contextmanager
def _locked_sqlite() -> Iterator[None]:
    with closing(sqlite3.connect(connection.settings_dict["NAME"], uri=True, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def _locked_postgres() -> Iterator[None]:
    """PostgreSQL has no such lock; every table is locked for writing, and we wait for it a moment only."""
    import psycopg

    tables = ", ".join(connection.ops.quote_name(name) for name in connection.introspection.table_names())
    with psycopg.connect(**connection.get_connection_params()) as other, connection.cursor() as ours:
        other.execute(f"LOCK TABLE {tables} IN EXCLUSIVE MODE")
        ours.execute("SET lock_timeout = '200ms'")
        yield
        ours.execute("RESET lock_timeout")
        other.rollback()
