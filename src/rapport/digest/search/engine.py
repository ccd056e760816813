"""Which entries hold which words: FTS5 on SQLite, `tsvector` on PostgreSQL, behind one function.

Both search the same stems, so both give the same entries. They find; `ranking` puts in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from django.db import connection

from rapport.digest.search.words import Phrase

PROMINENT = ("title", "shelves")


def entries_with(phrases: Iterable[Phrase], *, prominent: bool = False, at_most: int | None = None) -> list[int]:
    """The primary keys of entries that hold any of `phrases`; with `prominent`, in title or shelves only.

    `at_most` ends the search early, for words so common that it is enough to know that they are.
    """
    wanted = [phrase for phrase in phrases if phrase]
    if not wanted:
        return []
    if connection.vendor == "postgresql":
        statement, parameter = POSTGRES, _tsquery(wanted, prominent=prominent)
    else:
        statement, parameter = SQLITE, _fts5(wanted, prominent=prominent)
    limit = f" LIMIT {int(at_most)}" if at_most is not None else ""
    with connection.cursor() as cursor:
        cursor.execute(statement + limit, [parameter])
        return list(chain.from_iterable(cursor.fetchall()))


SQLITE = "SELECT rowid FROM digest_searchindex WHERE digest_searchindex MATCH %s"
POSTGRES = "SELECT entry_id FROM digest_searchdocument WHERE vector @@ %s::tsquery"


def _fts5(phrases: Sequence[Phrase], *, prominent: bool) -> str:
    """FTS5's own words are capitals and signs; a stem in quotation marks is never one of them."""
    any_of = " OR ".join(f'"{" ".join(phrase)}"' for phrase in phrases)
    return f"{{{' '.join(PROMINENT)}}} : ({any_of})" if prominent else any_of


def _tsquery(phrases: Sequence[Phrase], *, prominent: bool) -> str:
    """The same for PostgreSQL; `A` and `B` are the weights that the migration gives to what is prominent."""
    weights = ":AB" if prominent else ""
    return " | ".join("(" + " <-> ".join(f"'{stem}'{weights}" for stem in phrase) + ")" for phrase in phrases)
