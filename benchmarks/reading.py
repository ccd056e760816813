"""How fast readers get their pages from a digest of 10,000 and of 100,000 entries, on SQLite and PostgreSQL.

    python benchmarks/reading.py --entries 10000 100000 --postgres postgres://postgres@127.0.0.1:5432/postgres

Every database is filled with an invented digest, read through the whole site in one process (middleware,
views, queries, templates) and dropped again. The table goes to `docs/benchmarks.md`. See `README.md`.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

HERE = Path(__file__).resolve().parent
REPORT = HERE.parent / "docs" / "benchmarks.md"
KEPT = HERE / "runs" / "reading.json"  # what was measured last of each database; the report is made of it
DATABASE = "rapport_benchmark"
REQUESTS, WARM_UP = 60, 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, nargs="+", default=[10_000, 100_000], help="default: 10000 100000")
    parser.add_argument("--postgres", metavar="URL", help=f"a server on which to make and drop “{DATABASE}”")
    parser.add_argument("--no-sqlite", dest="sqlite", action="store_false", help="measure PostgreSQL only")
    parser.add_argument("--rounds", type=int, default=3, help="times to measure every page; medians are told")
    parser.add_argument("--report", type=Path, default=REPORT, help="default: docs/benchmarks.md")
    parser.add_argument("--one", type=int, metavar="ENTRIES", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if min(asked.entries) < 1000:
        parser.error("--entries must be 1000 or more: the invented digest has sixty years of issues to fill.")
    if asked.one:
        print(json.dumps(measure_one(asked.one, asked.rounds)))
        return
    for entries in asked.entries:
        if asked.sqlite:
            keep(_in_its_own_process(entries, asked.rounds))
        if asked.postgres:
            with_database(asked.postgres, "DROP DATABASE IF EXISTS", "CREATE DATABASE")
            try:
                url = urlsplit(asked.postgres)._replace(path=f"/{DATABASE}").geturl()
                keep(_in_its_own_process(entries, asked.rounds, database_url=url))
            finally:
                with_database(asked.postgres, "DROP DATABASE IF EXISTS")
    asked.report.write_text(report(kept()), encoding="utf-8")
    print(f"Written: {asked.report}")


def _in_its_own_process(entries: int, rounds: int, *, database_url: str = "") -> dict[str, Any]:
    """Django's settings are read once in a process, so every database gets a process."""
    print(f"{entries:,} entries on {'PostgreSQL' if database_url else 'SQLite'} …", flush=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAPPORT_")}
    with tempfile.TemporaryDirectory(prefix="rapport-benchmark-") as data:
        done = subprocess.run(
            [sys.executable, __file__, "--one", str(entries), "--rounds", str(rounds)],
            env=kept | {"RAPPORT_DATA": data, "DATABASE_URL": database_url},
            stdout=subprocess.PIPE,
            check=True,
        )
    return json.loads(done.stdout)


def keep(result: dict[str, Any]) -> None:
    """Keep what was measured in place of what was measured of the same database before."""
    others = [other for other in kept() if _heading(other) != _heading(result)]
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps([*others, result]), encoding="utf-8")


def kept() -> list[dict[str, Any]]:
    results = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else []
    return sorted(results, key=lambda result: (result["entries"], result["database"].startswith("PostgreSQL")))


def with_database(url: str, *commands: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as server:
        for command in commands:
            server.execute(f"{command} {DATABASE}")


# --- one database, in its own process ---------------------------------------------------------------


def measure_one(entries: int, rounds: int) -> dict[str, Any]:
    """Fill the database that the environment names, and measure every page."""
    start_django()
    from django.core.management import call_command
    from django.db import connection
    from invented import fill, settle

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    fill(entries)
    settle()
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()" if connection.vendor == "postgresql" else "SELECT sqlite_version()")
        told = cursor.fetchone()[0].split()
    return {
        "entries": entries,
        "database": f"PostgreSQL {told[1]}" if connection.vendor == "postgresql" else f"SQLite {told[0]}",
        "pages": measure(rounds),
        "rounds": rounds,
        "measured_on": dt.date.today().isoformat(),
        "load": os.getloadavg()[0],
    }


def start_django() -> None:
    """The settings of the demo: everything as in production, but for HTTPS."""
    import django

    from rapport.config.environment import prepare_demo

    prepare_demo()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
    django.setup()


def measure(rounds: int) -> dict[str, dict[str, float]]:
    """For every page: p50 and p95 in milliseconds (the medians of the rounds), and the most queries it made."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="localhost")

    def fetch(address: str) -> None:
        response = client.get(address)
        assert response.status_code == 200, f"{address} answers {response.status_code}"

    results = {}
    for page, make in pages().items():
        addresses = [make(random.Random(n)) for n in range(REQUESTS)]
        for address in addresses[:WARM_UP]:
            fetch(address)
        timed = [sorted(_milliseconds(fetch, address) for address in addresses) for _ in range(rounds)]
        queries = []
        for address in addresses[:WARM_UP]:
            with CaptureQueriesContext(connection) as made:
                fetch(address)
            queries.append(len(made))
        results[page] = {
            "p50": statistics.median(times[REQUESTS // 2] for times in timed),
            "p95": statistics.median(times[REQUESTS * 95 // 100] for times in timed),
            "queries": max(queries),
        }
    return results


def _milliseconds(fetch: Callable[[str], None], address: str) -> float:
    began = time.perf_counter()
    fetch(address)
    return (time.perf_counter() - began) * 1000


def pages() -> dict[str, Callable[[random.Random], str]]:
    """The pages that are measured: each makes one of its addresses."""
    from invented import VOCABULARY

    from rapport.digest.models import Entry, EntryText

    texts = list(EntryText.objects.order_by("pk").values_list("pk", flat=True)[:2000])
    published = list(Entry.objects.filter(state=Entry.State.PUBLISHED).order_by("pk").values_list("pk", flat=True))
    drawn = random.Random(0).sample(published, REQUESTS)
    shown = [entry.get_absolute_url() for entry in Entry.objects.filter(pk__in=drawn).select_related("issue")]
    number = len(published)

    def topic(draw: random.Random) -> str:
        return f"topic-{draw.randint(1, 36)}"

    def kind(draw: random.Random) -> str:
        return f"type-{draw.randint(1, 10)}"

    def word(draw: random.Random) -> str:
        """A word of the invented language as readers would ask for it: neither the commonest nor the rarest."""
        return VOCABULARY[int(20 * 250 ** draw.random())]

    def phrase(draw: random.Random) -> str:
        """Two words that stand side by side in some entry."""
        words = EntryText.objects.get(pk=draw.choice(texts)).summary.split()
        at = draw.randrange(2, 50)
        return " ".join(words[at : at + 2])

    def two_topics(draw: random.Random) -> str:
        first, second = draw.sample(range(1, 37), 2)
        return f"topic=topic-{first}&topic=topic-{second}"

    return {
        "home": lambda draw: draw.choice(["/", "/fr/"]),
        "entry": lambda draw: draw.choice(shown),
        "browse: no choice": lambda draw: f"/browse/page/{draw.randint(2, 30)}/",
        "browse: one topic": lambda draw: f"/browse/?topic={topic(draw)}",
        "browse: two topics and a type": lambda draw: f"/browse/?{two_topics(draw)}&type={kind(draw)}",
        "browse: type, year, language": lambda draw: (
            f"/browse/?type={kind(draw)}&year={draw.randint(1970, 2022)}&language={draw.choice(['en', 'fr'])}"
        ),
        "browse: a far page": lambda draw: f"/browse/page/{draw.randint(number // 40, number // 21)}/",
        "search: one word": lambda draw: f"/browse/?q={word(draw)}",
        "search: one of the commonest words": lambda draw: f"/browse/?q={draw.choice(VOCABULARY[:20])}",
        "search: a question of five words": lambda draw: f"/browse/?q={'+'.join(word(draw) for _ in range(5))}",
        "search: a slip of spelling": lambda draw: f"/browse/?q={word(draw)}ba+{word(draw)}",
        "search: a phrase": lambda draw: f"/browse/?q=%22{quote(phrase(draw))}%22",
        "search: two words, one topic": lambda draw: f"/browse/?q={word(draw)}+{word(draw)}&topic={topic(draw)}",
        "topic": lambda draw: f"/topics/{topic(draw)}/",
        "archive": lambda draw: draw.choice(["/archive/", "/fr/archive/"]),
        "articles": lambda draw: f"/articles/page/{draw.randint(2, number // 50)}/",
    }


# --- the report ---------------------------------------------------------------------------------------


def report(results: list[dict[str, Any]]) -> str:
    machine = f"{os.cpu_count()} CPUs, {platform.machine()}, {platform.system()}"
    databases = " · ".join(sorted({result["database"] for result in results}, reverse=True))
    loads = "; ".join(f"{_heading(one)}: {one['measured_on']}, {one['rounds']}, {one['load']:.1f}" for one in results)
    lines = [
        "# Benchmarks",
        "",
        "How long the site takes to make a page, from request to response, in one process: middleware, queries, "
        f"templates. Invented entries, {REQUESTS} requests a page over varied addresses, a warm process, no page taken "
        "from a cache. Made by `benchmarks/reading.py`, never edited by hand; how to read it is in "
        "[benchmarks/README.md](../benchmarks/README.md).",
        "",
        f"Python {platform.python_version()} · Django {version('django')} · {databases} · {machine}",
        "",
        "Each cell: p50 / p95 in milliseconds, the medians of the rounds.",
        "",
        f"Day, rounds, and the machine’s load average at the end: {loads}. Where the load is much above the number of "
        "CPUs, other work shared them and the times are too long, p95 most of all.",
        "",
        f"| page | queries | {' | '.join(_heading(result) for result in results)} |",
        f"|---|{'---:|' * (len(results) + 1)}",
    ]
    for page in results[0]["pages"]:
        cells = [f"{result['pages'][page]['p50']:.0f} / {result['pages'][page]['p95']:.0f}" for result in results]
        queries = max(result["pages"][page]["queries"] for result in results)
        lines.append(f"| {page} | {queries} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _heading(result: dict[str, Any]) -> str:
    return f"{result['database'].split()[0]}, {result['entries']:,}"


if __name__ == "__main__":
    main()
