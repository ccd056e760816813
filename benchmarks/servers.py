"""How granian and gunicorn serve the sample digest: speed, memory, and how they stop.

    python benchmarks/servers.py

Needs `wrk`; a server that is not installed is left out. Prints a Markdown table. See `README.md`.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path

PORT = 8797
APPLICATION = "rapport.config.wsgi:application"
HERE = Path(__file__).resolve().parent


def servers(workers: int) -> dict[str, list[str]]:
    gunicorn = ["-m", "gunicorn", "--bind", f"127.0.0.1:{PORT}", "--workers", str(workers), "--log-level", "error"]
    granian = ["-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(PORT)]
    granian += ["--workers", str(workers), "--blocking-threads", "2", "--respawn-failed-workers"]
    granian += ["--no-access-log", "--log-level", "error"]
    return {
        "granian": [*granian, APPLICATION],
        "gunicorn gthread": [*gunicorn, "--worker-class", "gthread", "--threads", "4", APPLICATION],
        "gunicorn sync": [*gunicorn, "--worker-class", "sync", APPLICATION],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=4, help="of load, each time; default: 4")
    parser.add_argument("--rounds", type=int, default=3, help="times to load each page; medians are told")
    parser.add_argument("--connections", type=int, default=16)
    asked = parser.parse_args()
    if not shutil.which("wrk"):
        print("wrk is not installed, so nothing was measured. On Debian: apt-get install wrk")
        return
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RAPPORT_", "DATABASE_URL"))}
    with tempfile.TemporaryDirectory(prefix="rapport-servers-") as data:
        environment = kept | {"RAPPORT_DATA": data}
        command = [sys.executable, "-m", "rapport.config.command"]
        subprocess.run([*command, "demo", "--no-serve"], env=environment, stdout=subprocess.DEVNULL, check=True)
        entry = an_entry(environment)
        print(f"{asked.connections} connections, {asked.seconds} s, {asked.rounds} rounds; {os.cpu_count()} CPUs\n")
        print("| server | workers | page | requests/s | CPU ms | p50 ms | p99 ms | failed | memory MB |", end="")
        print(" beside 16 half-sent requests | worker killed | on SIGTERM |")
        print("|---|---:|---|---:|---:|---:|---:|---:|---:|---|---|---|")
        for workers in (1, 2):
            for name, server in servers(workers).items():
                if find_spec(server[1]) is None:
                    print(f"| {name} | {workers} | not installed |")
                    continue
                _measure(name, workers, server, {"home": "/", "entry": entry}, environment, asked)
    for name in ("granian", "gunicorn"):
        if find_spec(name):
            print(f"\n{name} {distribution(name).version}: {_megabytes(name):.1f} MB installed, needs", end=" ")
            print(", ".join(need for need in distribution(name).requires or [] if "extra ==" not in need) or "nothing")


def an_entry(environment: dict[str, str]) -> str:
    """The address of the entry with the most findings: the page with the most to draw."""
    script = (
        "import django; django.setup()\n"
        "from django.db.models import Count\n"
        "from rapport.digest.models import Entry\n"
        "shown = Entry.objects.filter(state='published').annotate(n=Count('article__findings'))\n"
        "print(shown.order_by('-n', 'slug').first().get_absolute_url())"
    )
    settings = {"DJANGO_SETTINGS_MODULE": "rapport.config.settings"}
    told = subprocess.run(
        [sys.executable, "-c", script], env=environment | settings, stdout=subprocess.PIPE, check=True, text=True
    )
    return told.stdout.strip()


def _measure(
    name: str,
    workers: int,
    server: list[str],
    pages: dict[str, str],
    environment: dict[str, str],
    asked: argparse.Namespace,
) -> None:
    process = subprocess.Popen([sys.executable, *server], env=environment, stderr=subprocess.DEVNULL)
    try:
        wait_until_it_answers()
        rows = []
        for page, address in pages.items():
            url = f"http://127.0.0.1:{PORT}{address}"
            load(url, seconds=1, connections=asked.connections)
            loads = [load(url, seconds=asked.seconds, connections=asked.connections) for _ in range(asked.rounds)]
            rate, p50, p99, failed = (statistics.median(column) for column in zip(*loads, strict=True))
            work, memory = _work(process.pid, address), _memory(process.pid)
            rows.append(f"{page} | {rate:.0f} | {work:.1f} | {p50:.0f} | {p99:.0f} | {failed:.0f} | {memory:.0f}")
        beside = _beside_half_sent_requests(pages["entry"])
        killed = _kill_a_worker(process, pages["entry"])
        stopped = _stop(process, pages["entry"])
        for row in rows:
            print(f"| {name} | {workers} | {row} | {beside} | {killed} | {stopped} |", flush=True)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def wait_until_it_answers() -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", PORT), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            time.sleep(1)  # the other workers
            return
    raise SystemExit("The server did not start.")


def _wrk(url: str, *, seconds: int, connections: int) -> list[str]:
    return ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", url]


def load(url: str, *, seconds: int, connections: int) -> tuple[float, float, float, int]:
    """Requests a second, p50 and p99 in milliseconds, and answers that failed."""
    command = _wrk(url, seconds=seconds, connections=connections)
    told = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])
    return rate, _latency(told, 50), _latency(told, 99), _failed(told)


def _latency(told: str, percent: int) -> float:
    number, unit = re.search(rf"\s{percent}%\s+([\d.]+)(us|ms|s)\b", told).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def _failed(told: str) -> int:
    """Connections that broke or timed out, and answers other than 2xx and 3xx."""
    sockets = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", told)
    answers = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    return (sum(map(int, sockets.groups())) if sockets else 0) + (int(answers[1]) if answers else 0)


def _get(address: str) -> bool:
    """Whether a whole page comes back."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=20)
    try:
        connection.request("GET", address)
        answer = connection.getresponse()
        return answer.status == 200 and answer.read().rstrip().endswith(b"</html>")
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _work(pid: int, address: str, requests: int = 200) -> float:
    """Milliseconds of CPU that the server spends on one request: other programs hardly change it."""
    before = _cpu_seconds(pid)
    with ThreadPoolExecutor(4) as readers:
        assert all(readers.map(_get, [address] * requests))
    return (_cpu_seconds(pid) - before) / requests * 1000


def _beside_half_sent_requests(address: str, number: int = 16) -> str:
    """How long a page takes while slow or hostile readers hold connections open."""
    slow = [socket.create_connection(("127.0.0.1", PORT)) for _ in range(number)]
    try:
        for connection in slow:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: local")
        time.sleep(0.5)
        began = time.monotonic()
        answered = _get(address)
        return f"{time.monotonic() - began:.1f} s" if answered else "no answer in 20 s"
    finally:
        for connection in slow:
            connection.close()
        time.sleep(1)


def _kill_a_worker(process: subprocess.Popen[bytes], address: str) -> str:
    """What becomes of the site when one worker dies at once, as from a lack of memory."""
    os.kill(_workers(process.pid)[-1], signal.SIGKILL)
    began = time.monotonic()
    time.sleep(0.2)
    while time.monotonic() - began < 10:
        if process.poll() is not None:
            return "the server ends"
        if all(_get(address) for _ in range(8)):
            return f"answers within {time.monotonic() - began:.1f} s"
        time.sleep(0.1)
    return "no answers"


def _stop(process: subprocess.Popen[bytes], address: str, sent: int = 8) -> str:
    """What SIGTERM does to requests that were sent just before, and how long the server takes to go."""
    with ThreadPoolExecutor(sent) as readers:
        answers = [readers.submit(_get, address) for _ in range(sent)]
        time.sleep(0.05)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        try:
            said = f"exit {process.wait(timeout=45)} after {time.monotonic() - began:.1f} s"
        except subprocess.TimeoutExpired:
            return "still there after 45 s"
        return f"{sum(answer.result() for answer in answers)} of {sent} answered, {said}"


def _workers(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def _cpu_seconds(pid: int) -> float:
    """CPU time of a process and its children so far."""
    after_name = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    own = (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(_cpu_seconds(child) for child in _workers(pid))


def _memory(pid: int) -> float:
    """Resident memory of a process and its children, in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    own = int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024
    return own + sum(_memory(child) for child in _workers(pid))


def _megabytes(name: str) -> float:
    files = distribution(name).files or []
    return sum(path.stat().st_size for file in files if (path := Path(file.locate())).is_file()) / 1e6


if __name__ == "__main__":
    main()
