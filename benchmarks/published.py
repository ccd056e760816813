"""The same entry page from our server and, published as a file, from nginx: requests a second, as ratios.

    python benchmarks/published.py

Needs `wrk` and `nginx`. Publishes the sample digest into a temporary directory, sets nginx up as the host's guide
says, and loads both in turn. The table goes to `docs/benchmarks-published.md`. See `README.md`.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import servers

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "docs" / "benchmarks-published.md"
OURS = "gunicorn gthread"  # decision 11


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=4, help="of load, each time; default: 4")
    parser.add_argument("--rounds", type=int, default=5, help="times to load each in turn; medians are told")
    parser.add_argument("--connections", type=int, default=16)
    asked = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    from tests.publishing import NGINX, served_by_nginx

    if not (shutil.which("wrk") and NGINX):
        print("wrk or nginx is not installed, so nothing was measured. On Debian: apt-get install wrk nginx-light")
        return
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RAPPORT_", "DATABASE_URL"))}
    with tempfile.TemporaryDirectory(prefix="rapport-published-") as place:
        environment = kept | {"RAPPORT_DATA": f"{place}/data"}
        command = [sys.executable, "-m", "rapport.config.command"]
        subprocess.run([*command, "demo", "--no-serve"], env=environment, stdout=subprocess.DEVNULL, check=True)
        began = time.monotonic()
        publish = [*command, "publish_static", f"{place}/digest", "--address", "https://digest.example.org"]
        subprocess.run(publish, env=environment, stdout=subprocess.DEVNULL, check=True)
        took = time.monotonic() - began
        files = sum(path.is_file() for path in Path(place, "digest").rglob("*"))
        entry = servers.an_entry(environment)
        with served_by_nginx(Path(place, "digest"), Path(place)) as published:
            rates = {
                "nginx, the published file": _rates(lambda: _at(published), entry, asked),
                **{
                    f"{OURS}, {workers} worker{'s' if workers > 1 else ''}": _rates(
                        lambda workers=workers: _ours(workers, environment), entry, asked
                    )
                    for workers in (1, 2)
                },
            }
    REPORT.write_text(report(rates, entry, files, took, asked), encoding="utf-8")
    print(f"Written: {REPORT}")


@contextmanager
def _at(address: str) -> Iterator[str]:
    yield address


@contextmanager
def _ours(workers: int, environment: dict[str, str]) -> Iterator[str]:
    server = subprocess.Popen(
        [sys.executable, *servers.servers(workers)[OURS]], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        servers.wait_until_it_answers()
        yield f"http://127.0.0.1:{servers.PORT}"
    finally:
        server.terminate()
        server.wait(timeout=45)


def _rates(serving: Callable[[], Iterator[str]], entry: str, asked: argparse.Namespace) -> list[float]:
    with serving() as site:
        servers.load(site + entry, seconds=1, connections=asked.connections)
        return [
            servers.load(site + entry, seconds=asked.seconds, connections=asked.connections)[0]
            for _ in range(asked.rounds)
        ]


def report(rates: dict[str, list[float]], entry: str, files: int, took: float, asked: argparse.Namespace) -> str:
    slowest = statistics.median(rates[f"{OURS}, 1 worker"])
    machine = f"{os.cpu_count()} CPUs, {platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    rows = [
        f"| {name} | {middle:,.0f} | {min(of):,.0f}–{max(of):,.0f} | {middle / slowest:,.1f} |"
        for name, of in rates.items()
        if (middle := statistics.median(of))
    ]
    return "\n".join(
        [
            "# Benchmarks: the published files",
            "",
            "Requests a second of one entry page, from our server and, published by `rapport publish_static`, as a "
            f"file from nginx set up as the [host's guide](guides/host.md) says. {asked.connections} kept-alive "
            f"connections on loopback, {asked.rounds} loads of {asked.seconds} s each; the load shares the machine's "
            "CPUs with the server. Made by `benchmarks/published.py`, never edited by hand.",
            "",
            f"{time.strftime('%Y-%m-%d')} · {machine} · `{entry}` · load average at the end {os.getloadavg()[0]:.1f}",
            "",
            "| served by | requests/s, median | lowest–highest | times one worker |",
            "|---|---:|---:|---:|",
            *rows,
            "",
            f"Publishing the sample digest, {files:,} files, took {took:.0f} s in the same run.",
            "",
        ]
    )


if __name__ == "__main__":
    main()
