"""How long the desk's pages take where there is ten thousand of everything: in processor time, and in queries.

    python benchmarks/desk.py --rows 10000
    DATABASE_URL=postgres://postgres@127.0.0.1:5432/postgres python benchmarks/desk.py

No network has so many drafts that wait, or so many letters in doubt; what is asked is whether a page grows with them.
On PostgreSQL it makes a database of its own, as `reading.py` does. The table is printed. See `README.md`.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
NOW = dt.datetime(2024, 6, 3, 9, tzinfo=dt.UTC)
AT_ONCE, ROUNDS = 2_000, 3
PLANNED = 24  # issues that are not out
PAGES = (
    "/desk/",
    "/desk/articles/",
    "/desk/articles/?q=rosa",
    "/desk/entries/",
    "/desk/entries/?stage=in-review",
    "/desk/entries/?page=200",
    "/desk/entries/draft-1/",
    "/desk/entries/draft-1/en/",
    "/desk/entries/draft-1/en/versions/",
    "/desk/entries/draft-2/",
    "/desk/entries/draft-2/en/",
    "/desk/issues/",
    "/desk/issues/2990/01/",
    "/desk/tasks/",
    "/desk/audit/",
    "/desk/audit/?page=200",
    "/account/people/",
    "/account/people/?page=100",
    "/desk/subscribers/",
    "/desk/subscribers/?address=reader-99",
    "/desk/subscribers/?page=300",
    "/desk/subscribers/answers/",
    "/desk/letters/",
    "/desk/letters/1/",
    "/desk/letters/2/",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000, help="of each kind; default: 10000")
    parser.add_argument("--only", nargs="*", help="the addresses to ask; default: all")
    asked = parser.parse_args()
    sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
    from reading import DATABASE, start_django, with_database

    server = os.environ.get("DATABASE_URL", "")
    with tempfile.TemporaryDirectory(prefix="rapport-benchmark-") as data:
        os.environ["RAPPORT_DATA"] = data
        if server:
            with_database(server, "DROP DATABASE IF EXISTS", "CREATE DATABASE")
            os.environ["DATABASE_URL"] = urlsplit(server)._replace(path=f"/{DATABASE}").geturl()
        try:
            start_django()
            _measure(asked.rows, asked.only or PAGES)
        finally:
            if server:
                from django.db import connection

                connection.close()
                with_database(server, "DROP DATABASE IF EXISTS")


def _measure(rows: int, pages: Iterable[str]) -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from invented import settle

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    client = Client(SERVER_NAME="localhost")
    client.force_login(fill(rows))
    settle()
    print(f"{rows:,} of each kind, {connection.vendor}; processor time of one request, and queries")
    for page in pages:
        client.get(page)
        taken, walls = [], []
        for _ in range(ROUNDS):
            with CaptureQueriesContext(connection) as queries:
                wall, began = time.perf_counter(), time.process_time()
                answer = client.get(page)
                taken.append(time.process_time() - began)
                walls.append(time.perf_counter() - wall)
        spent, wall = statistics.median(taken) * 1000, statistics.median(walls) * 1000
        size = len(answer.content) / 1024
        told = f"{spent:8.0f} ms {wall:8.0f} ms wall {len(queries):4} queries {size:8.0f} kB"
        print(f"{page:45} {answer.status_code} {told}", flush=True)


def fill(rows: int) -> Any:
    """Ten thousand of everything; whoever may see all of it."""
    from rapport.audit.models import Event
    from tests.making import make_person, make_site

    make_site()
    edith = make_person("Edith", "editor", "administrator")
    _entries(rows, edith)
    _create(
        Event,
        (
            Event(stream="digest", who=edith.pk, name="Edith", did="entry.submitted", about=f"entry:draft-{n}", at=NOW)
            for n in range(rows)
        ),
    )
    _people(rows)
    _letters(rows)
    return edith


def _create(model: Any, rows: Iterable[Any]) -> list[Any]:
    return list(model.objects.bulk_create(list(rows), batch_size=AT_ONCE))


def _entries(rows: int, edith: Any) -> None:
    from rapport.desk.models import Acknowledgement, DeskTask, IssuePlan, Note, Progress, Version
    from rapport.digest.models import Entry, EntryText, Issue
    from rapport.literature.models import Article
    from tests.making import make_research_type, make_topic

    kind, topic = make_research_type(), make_topic()
    facts = {"read_level": "abstract", "authors": ["Rosa, M."], "year": 2020}
    articles = _create(
        Article,
        (
            Article(key=f"rosa-{n}", title=f"A work {n}", sort_key=f"rosa, m. 2020 a work {n}", **facts)
            for n in range(2 * rows)
        ),
    )
    months = [(year, month) for year in range(2999, 1900, -1) for month in range(1, 13)][:rows]
    issues = _create(Issue, (Issue(year=y, month=m, published_on=dt.date(y, m, 1)) for y, m in months))
    out = issues[PLANNED:]
    _create(
        IssuePlan,
        (IssuePlan(issue=issue, released_at=NOW if n >= PLANNED else None) for n, issue in enumerate(issues)),
    )
    common = {"language": "en", "research_type": kind}
    entries = _create(Entry, (Entry(slug=f"draft-{n}", article=articles[n], **common) for n in range(rows)))
    read = _create(
        Entry,
        (
            Entry(
                slug=f"published-{n}", article=articles[rows + n], state="published", issue=out[n % len(out)], **common
            )
            for n in range(rows)
        ),
    )
    _create(Entry.topics.through, (Entry.topics.through(entry=entry, topic=topic) for entry in entries))
    words = {"title": "A title", "summary": "About 12 of 40 clients left.", "implications": "Ask.", "author": "Edith"}
    _create(EntryText, (EntryText(entry=entry, language="en", **words) for entry in [*entries, *read]))
    stages = ["draft", "in-review", "approved"]
    _create(
        Progress,
        (
            Progress(
                entry=entry,
                stage=stages[n % 3],
                approved_at=NOW if n % 3 == 2 else None,
                author=edith if n % 2 else None,
                changed_at=NOW + dt.timedelta(seconds=n),
            )
            for n, entry in enumerate(entries)
        ),
    )
    _create(DeskTask, (DeskTask(kind="notice", entry=entry, made_at=NOW) for entry in entries))
    _create(
        DeskTask,
        (DeskTask(kind="notice", entry=entry, made_at=NOW, done_at=NOW, done_by=edith) for entry in entries),
    )
    of = entries[1]
    _create(
        Acknowledgement,
        (
            Acknowledgement(
                entry=of, language="en", figure=str(n), sentence=f"About {n} of them.", reason="Known.", by=edith
            )
            for n in range(rows)
        ),
    )
    busy = entries[2]
    _create(
        Version,
        (Version(entry=busy, language="en", number=n, words=words, by=edith, closed=True) for n in range(1, 501)),
    )
    _create(Note, (Note(entry=busy, language="en", field="summary", text=f"Note {n}", by=edith) for n in range(200)))


def _people(rows: int) -> None:
    from rapport.accounts.models import Grant, Person

    people = _create(
        Person, (Person(email=f"person-{n}@example.org", name=f"Person {n}", password="!") for n in range(rows))
    )
    _create(Grant, (Grant(person=person, role="author") for person in people))


def _letters(rows: int) -> None:
    from rapport.digest.models import Entry
    from rapport.mailing.models import Delivery, Edition, Mailing, ReadingLogLine, Subscriber

    readers = _create(
        Subscriber,
        (
            Subscriber(
                address=f"reader-{n}@example.org",
                folded=f"reader-{n}@example.org",
                language="en",
                source="form",
                consented_at=NOW,
            )
            for n in range(rows)
        ),
    )
    entries = list(Entry.objects.filter(state="published").order_by("pk"))
    _create(
        ReadingLogLine,
        (
            ReadingLogLine(subscriber=reader, entry=entry, answer="yes", answered_on=NOW.date())
            for reader, entry in zip(readers, entries, strict=True)
        ),
    )
    for state in ("failed", "in-doubt"):
        edition = Edition.objects.create(
            kind="monthly", period=f"2024-0{1 + (state == 'failed')}", through=0, made_at=NOW
        )
        mailing = Mailing.objects.create(edition=edition, state="going", prepared_at=NOW)
        _create(
            Delivery,
            (
                Delivery(
                    mailing=mailing,
                    subscriber=reader,
                    state=state,
                    domain="example.org",
                    due_at=NOW,
                    claim="x",
                    claimed_at=NOW,
                    ended_at=NOW,
                    problem=f"550 5.1.1 <{reader.address}> no such user {reader.pk}abcdefgh",
                )
                for reader in readers
            ),
        )
    months = ((2999 - n // 12, 1 + n % 12) for n in range(rows))
    editions = _create(
        Edition,
        (
            Edition(kind="monthly", period=f"{y:04}-{m:02}", through=0, made_at=NOW)
            for y, m in months
            if (y, m) not in {(2024, 1), (2024, 2)}
        ),
    )
    _create(Mailing, (Mailing(edition=edition, state="done", ended_at=NOW) for edition in editions))


if __name__ == "__main__":
    main()
