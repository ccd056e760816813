"""How fast the statistics are beside R and the Python peers, in one sitting on the same data.

    python benchmarks/stats.py [--peers OTHER/bin/python] [--only three_levels panel] [--large]

Each fit runs in a process of its own, `--repeats` times (5), alone on the machine; medians are told, with what
each reached, since a quick fit that stops short is no fit. R needs the packages of `tests/contract/stats`, the peers
an environment that has `statsmodels` and `semopy`. The table goes to `docs/benchmarks-stats.md`.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
REPORT = HERE.parent / "docs" / "benchmarks-stats.md"
LIMIT = 900  # seconds for one tool's fits of one case
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
Columns = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One model on one data set. `fit` gives what was reached: a log-likelihood, or what `reached` names."""

    title: str
    data: Callable[[], Columns]
    fit: Callable[[Columns, int], float]  # columns and workers
    reached: str = "log-likelihood"
    aim: str = ""
    peers: bool = False
    workers: bool = False  # whether all cores are used when they are there


def three_levels(rows: int = 24_000) -> Columns:
    from rapport import stats

    clients = rows // 12
    drawn = stats.simulate.simulate_sessions(
        seed=1, therapists=clients // 20, clients=None, clients_per_therapist=20, sessions=12
    ).table
    return {
        "y": drawn["outcome"],
        "x": drawn["trained"],
        "session": drawn["session"],
        "therapist": drawn["therapist"],
        "client": drawn["client"],
    }


def fit_three_levels(table: Columns, workers: int) -> float:
    from rapport.stats import mixed

    random = (mixed.Random("therapist", slopes=("session",)), mixed.Random("client", slopes=("session",)))
    return mixed.fit(table, outcome="y", fixed=("x", "session"), random=random).log_likelihood


def dyads() -> Columns:
    from rapport import stats

    truth = stats.simulate.DyadsTruth(autocorrelation=0.0)
    drawn = stats.simulate.simulate_dyads(seed=2, therapists=100, clients=1000, sessions=12, truth=truth).table
    return {name: drawn[name] for name in ("client", "session", "role", "rating")}


def fit_dyads(table: Columns, workers: int) -> float:
    from rapport.stats import mixed

    fitted = mixed.fit(
        table,
        outcome="rating",
        fixed=("session",),
        random=(mixed.Random("client"),),
        residual=mixed.Dyadic("role", "session", within="client"),
    )
    return fitted.log_likelihood


def panel() -> Columns:
    from rapport import stats

    drawn = stats.simulate.simulate_panel(
        seed=3,
        clients=500,
        waves=6,
        truth=stats.simulate.PanelTruth(cluster_sd=0.0),
        absence=stats.simulate.Absence(missed=0.2),
    ).table
    return {
        f"{new}{wave}": drawn[f"{old}_{wave}"]
        for new, old in (("x", "client"), ("y", "therapist"))
        for wave in range(1, 7)
    }


def fit_panel(table: Columns, workers: int) -> float:
    from rapport.stats import panel

    series = {name: [f"{name}{wave}" for wave in range(1, 7)] for name in ("x", "y")}
    return panel.random_intercept_cross_lagged(table, **series).log_likelihood


def mediation() -> Columns:
    import numpy as np

    random = np.random.default_rng(4)
    trained = (np.arange(117) % 2).astype(float)
    alliance = 0.4 * trained + random.standard_normal(117)
    return {"trained": trained, "alliance": alliance, "wellbeing": 0.5 * alliance + random.standard_normal(117)}


def fit_mediation(table: Columns, workers: int) -> float:
    from rapport.stats import mediation

    found = mediation.mediate(
        table, predictor="trained", mediators=("alliance",), outcome="wellbeing", draws=2000, seed=1
    )
    return found.indirect.estimate


def trial() -> Columns:
    from rapport import stats

    drawn = stats.simulate.simulate_sessions(seed=5, therapists=40, clients=120, sessions=6).table
    return {
        "y": drawn["outcome"],
        "trained": drawn["trained"],
        "therapist": drawn["therapist"],
        "client": drawn["client"],
    }


def fit_power(table: Columns, workers: int) -> float:
    from rapport.stats import design

    planned = design.Trial(effect=5.0, therapists=40, clients_per_therapist=3, sessions=6)
    return design.power(planned, simulations=1000, seed=1, workers=workers, check_null=False).power.share


CASES = {
    "three_levels": Case(
        "24,000 rows, three levels, correlated intercepts and slopes at both (100 therapists × 20 clients × 12)",
        three_levels,
        fit_three_levels,
        aim="8 times `lme4`",
        peers=True,
    ),
    "large": Case(
        "2,400,000 rows, the same model (10,000 therapists × 20 × 12)",
        lambda: three_levels(2_400_000),
        fit_three_levels,
        aim="cost linear in rows; memory under 3 times the data",
    ),
    "dyads": Case(
        "24,000 rows in dyads: a variance for each role, correlated within a session (1,000 clients × 12 sessions × 2)",
        dyads,
        fit_dyads,
        aim="5 times `nlme`",
    ),
    "panel": Case(
        "Random-intercept cross-lagged panel, 500 clients × 6 waves × 2, a fifth of the waves missing",
        panel,
        fit_panel,
        aim="5 times `lavaan`",
        peers=True,
    ),
    "bootstrap": Case(
        "Mediation in 117 rows, 2,000 bootstrap draws", mediation, fit_mediation, reached="indirect effect", peers=True
    ),
    "power": Case(
        "Power of a trial of 40 therapists × 3 clients × 6 sessions, 1,000 simulations, each a three-level fit",
        trial,
        fit_power,
        reached="share significant (R: of refits, not a power)",
        workers=True,
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, metavar="PYTHON", help="a Python that has statsmodels and semopy")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument("--report", type=Path, default=REPORT)
    parser.add_argument("--ours", nargs=3, metavar=("CASE", "CSV", "WORKERS"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.ours:
        case, file, workers = asked.ours
        print(json.dumps(measure(CASES[case], Path(file), asked.repeats, int(workers))))
        return
    results: dict[str, list[dict[str, Any]]] = {}
    with tempfile.TemporaryDirectory(prefix="rapport-benchmark-") as folder:
        for name in asked.only:
            print(f"{CASES[name].title} …", flush=True)
            file = Path(folder) / f"{name}.csv"
            save(CASES[name].data(), file)
            results[name] = compare(name, file, asked.repeats, asked.peers)
            asked.report.write_text(report(results, asked.report), encoding="utf-8")  # what is measured is not lost
            file.unlink()
    print(f"Written: {asked.report}")


def compare(name: str, file: Path, repeats: int, peers: Path | None) -> list[dict[str, Any]]:
    """Every tool on one case, one after another."""
    case = CASES[name]
    ours = [sys.executable, str(Path(__file__)), "--repeats", str(repeats), "--ours", name, str(file)]
    found = [run("Rapport, one thread", [*ours, "1"], ONE_THREAD)]
    cores = os.cpu_count() or 1
    found.append(run(f"Rapport, all {cores} cores", [*ours, str(cores)], {}))
    if shutil.which("Rscript"):
        fewer = 1 if name in {"large", "power", "bootstrap"} else repeats
        found.append(
            run("R", ["Rscript", "--vanilla", str(HERE / "stats_in_r.R"), name, str(file), str(fewer)], ONE_THREAD)
        )
    if peers and case.peers:
        found += [
            run(
                tool,
                [str(peers), str(HERE / "stats_in_peers.py"), name, tool, str(file), str(min(repeats, 3))],
                ONE_THREAD,
            )
            for tool in ("statsmodels", "semopy")
        ]
    return [one for one in found if one]


def run(tool: str, command: list[str], environment: dict[str, str]) -> dict[str, Any]:
    """What one tool answers, with its seconds; or why it did not."""
    try:
        done = subprocess.run(
            command, env=os.environ | environment, capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        return {"tool": tool, "failed": f"stopped after {LIMIT} s"}
    if done.returncode == 3:  # the peer has no such model
        return {}
    if done.returncode:
        return {"tool": tool, "failed": (done.stderr.strip().splitlines() or ["no answer"])[-1][:160]}
    answer = json.loads(done.stdout.splitlines()[-1])
    answer["seconds"] = answer["seconds"] if isinstance(answer["seconds"], list) else [answer["seconds"]]
    print(f"  {tool}: {statistics.median(answer['seconds']):.3f} s, {answer['reached']}", flush=True)
    return {"tool": tool} | answer


def measure(case: Case, file: Path, repeats: int, workers: int) -> dict[str, Any]:
    """Our own fits, in this process."""
    table = load(file)
    data = sum(column.nbytes for column in table.values())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        reached = case.fit(table, workers)
        seconds.append(time.perf_counter() - began)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    return {"call": "", "seconds": seconds, "reached": reached, "memory": grown / data if data > 50e6 else None}


def save(columns: Columns, file: Path) -> None:
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(columns)
        for row in zip(*(column.tolist() for column in columns.values()), strict=True):
            writer.writerow(["NA" if cell != cell else cell for cell in row])


def load(file: Path) -> Columns:
    import polars

    frame = polars.read_csv(file, null_values="NA")
    return {name: frame[name].to_numpy() for name in frame.columns}


def report(results: dict[str, list[dict[str, Any]]], before: Path) -> str:
    """The whole page: what was measured now, and what the page `before` says of the other cases."""
    kept = _sections(before.read_text(encoding="utf-8")) if before.exists() else {}
    measured = {CASES[name].title: _section(name, found) for name, found in results.items()}
    titles = [case.title for case in CASES.values()]
    sections = [f"## {title}\n\n{text}" for title in titles if (text := measured.get(title) or kept.get(title))]
    return "\n\n".join([INTRODUCTION, *sections]) + "\n"


def _sections(page: str) -> dict[str, str]:
    """Title to text of a page's second-level sections."""
    parts = (part.partition("\n") for part in page.split("\n## ")[1:])
    return {title: text.strip() for title, _, text in parts}


INTRODUCTION = """\
# Benchmarks of the statistics

Seconds of one fit: the median of the fits of one process that has read the data. Simulated data. Beside the time \
stands what each reached, since a fit that stops short of the optimum is no fit. Made by `benchmarks/stats.py`, not by \
hand; [benchmarks/README.md](../benchmarks/README.md) says how to read it."""


def _section(name: str, found: list[dict[str, Any]]) -> str:
    case = CASES[name]
    base = next((statistics.median(one["seconds"]) for one in found if "seconds" in one), 1.0)
    lines = [f"{case.aim and f'Aim: {case.aim}. '}Measured {_when_and_where()}.", ""]
    lines += [f"| tool | seconds | times ours | {case.reached} | fits |", "|---|---:|---:|---:|---:|"]
    for one in found:
        tool = f"{one['tool']} ({one['call']})" if one.get("call") else one["tool"]
        if "failed" in one:
            lines.append(f"| {tool} | {one['failed']} | | | |")
            continue
        seconds = statistics.median(one["seconds"])
        reached, fits = _reached(one["reached"]), len(one["seconds"])
        lines.append(f"| {tool} | {seconds:.3f} | {seconds / base:.1f} | {reached} | {fits} |")
    memory = [one["memory"] for one in found if one.get("memory")]
    if memory:
        lines += ["", f"Memory that the fit took beyond the table: {max(memory):.1f} times the table."]
    return "\n".join(lines)


@cache
def _when_and_where() -> str:
    versions = f"Python {platform.python_version()}, NumPy {version('numpy')}, SciPy {version('scipy')}{_r_versions()}"
    return f"{dt.date.today()} with {versions}; {os.cpu_count()} CPUs, {platform.machine()}, {platform.system()}"


def _reached(value: Any) -> str:
    return f"{value:.6f}" if isinstance(value, float) else str(value)


def _r_versions() -> str:
    if not shutil.which("Rscript"):
        return ""
    asked = 'for (p in c("lme4", "nlme", "lavaan")) cat(",", p, as.character(packageVersion(p)))'
    said = subprocess.run(
        ["Rscript", "-e", f'cat(", R", as.character(getRversion())); {asked}'], capture_output=True, text=True
    )
    return said.stdout


if __name__ == "__main__":
    main()
