"""How often the intervals of `rapport.stats` hold the truth, over many simulated networks.

    python benchmarks/coverage.py [--seeds 1000] [--workers 2] [--minutes 30] [--only lagged-small …] [--fresh]
    python benchmarks/coverage.py --report

What is repeated is in `coverage_studies.py`. Every run is kept as soon as it is done, a line of JSON in
`benchmarks/runs/coverage/`, so that a run that was stopped goes on where it was; `--fresh` begins anew, as after a
change of the statistics one must. The table goes to `docs/coverage.md`.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import math
import multiprocessing
import os
import platform
import sys
import time
import warnings
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy
from coverage_studies import STUDIES, Study
from coverage_studies.draws import Finding
from scipy.stats import norm

HERE = Path(__file__).resolve().parent
RUNS = HERE / "runs" / "coverage"
REPORT = HERE.parent / "docs" / "coverage.md"
ENTROPY = 20261124
AT_ONCE = 50  # seeds of one study before the next has its turn, so that all have as many when time is up
PROMISED = (0.93, 0.97)
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


# Running


def seed_of(key: str, index: int) -> int:
    """The seed of run `index` of a study: spawned, so that no study's data depend on another's."""
    sequence = np.random.SeedSequence([ENTROPY, zlib.crc32(key.encode())], spawn_key=(index,))
    return int(sequence.generate_state(1, np.uint64)[0])


def one_run(key: str, index: int) -> dict[str, Any]:
    """What came of one seed. Whatever is raised is a result too, by its name."""
    start = time.perf_counter()
    record: dict[str, Any] = {"index": index, "failed": None, "singular": False, "found": []}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            draw = STUDIES[key].run(seed_of(key, index))
    except Exception as error:
        record["failed"] = type(error).__name__
        record["said"] = str(error)
    else:
        record["singular"] = bool(draw.singular)
        record["found"] = [
            [item if isinstance(item, str) else float(item) for item in astuple(one)] for one in draw.findings
        ]
    return record | {"seconds": round(time.perf_counter() - start, 4)}


def several_runs(key: str, indices: list[int]) -> tuple[str, list[dict[str, Any]]]:
    return key, [one_run(key, index) for index in indices]


def kept(key: str) -> list[dict[str, Any]]:
    path = RUNS / f"{key}.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else []
    return [json.loads(line) for line in lines if line.endswith("\n")]  # a run cut short leaves half a line


def keep(key: str, records: list[dict[str, Any]]) -> None:
    with (RUNS / f"{key}.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)


def lots(studies: list[Study], seeds: int) -> Iterator[tuple[str, list[int]]]:
    """What is to be done, a lot of one study after that of another."""
    done = {study.key: {record["index"] for record in kept(study.key)} for study in studies}
    for first in range(0, seeds, AT_ONCE):
        for study in studies:
            last = min(first + AT_ONCE, round(seeds * study.share))
            left = [index for index in range(first, last) if index not in done[study.key]]
            if left:
                yield study.key, left


def run_all(studies: list[Study], seeds: int, workers: int, minutes: float) -> None:
    RUNS.mkdir(parents=True, exist_ok=True)
    todo = list(lots(studies, seeds))
    total, done, begun = sum(len(indices) for _, indices in todo), 0, time.monotonic()
    waiting, queue = set(), iter(todo)
    os.environ.update(dict.fromkeys(THREADS, "1"))  # a worker, which loads NumPy anew, has one core
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        while True:
            is_late = time.monotonic() - begun > 60 * minutes
            while len(waiting) < 2 * workers and not is_late and (lot := next(queue, None)):
                waiting.add(pool.submit(several_runs, *lot))
            if not waiting:
                break
            finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in finished:
                key, records = future.result()
                keep(key, records)
                done += len(records)
                spent = time.monotonic() - begun
                print(f"{done:6} of {total} runs, {spent / 60:5.1f} min, {key}", file=sys.stderr, flush=True)


# Counting


@dataclass(frozen=True)
class Row:
    """One interval over all seeds.

    held, held_low, held_high   the share of intervals that hold the truth, with its own 95% interval (Wilson, 1927)
    bias, sd, se                of estimates less truth: mean and SD; and the mean standard error
    none                        share of seeds that gave no interval
    """

    name: str
    truth: float | None
    held: float
    held_low: float
    held_high: float
    below: float
    bias: float
    sd: float
    se: float
    none: float

    @property
    def is_promised(self) -> bool:
        return PROMISED[0] <= self.held <= PROMISED[1]

    @property
    def may_be_promised(self) -> bool:
        """Whether the share's own interval reaches into what is promised."""
        return self.held_high >= PROMISED[0] and self.held_low <= PROMISED[1]


@dataclass(frozen=True)
class Counted:
    study: Study
    seeds: int
    singular: float
    failed: float
    seconds: float
    errors: dict[str, int]
    rows: tuple[Row, ...]


def wilson(share: float, count: int) -> tuple[float, float]:
    """Wilson's interval of a share (1927, JASA 22, p. 209)."""
    z = float(norm.ppf(0.975))
    middle = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    reach = z / (1 + z**2 / count) * math.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    return max(middle - reach, 0.0), min(middle + reach, 1.0)


def count(study: Study, records: list[dict[str, Any]]) -> Counted:
    by_name: dict[str, list[Finding]] = {}
    for record in records:
        for item in record["found"]:
            by_name.setdefault(item[0], []).append(Finding(*item))
    errors: dict[str, int] = {}
    for record in records:
        if record["failed"]:
            errors[record["failed"]] = errors.get(record["failed"], 0) + 1
    fitted = len(records) - sum(errors.values())
    return Counted(
        study=study,
        seeds=len(records),
        singular=sum(record["singular"] for record in records) / max(fitted, 1),
        failed=sum(errors.values()) / len(records),
        seconds=float(np.median([record["seconds"] for record in records])),
        errors=errors,
        rows=tuple(row(name, found, len(records)) for name, found in by_name.items()),
    )


def row(name: str, found: list[Finding], seeds: int) -> Row:
    _, *columns = zip(*(astuple(item) for item in found), strict=True)
    truth, estimate, se, low, high = np.array(columns, dtype=np.float64)
    given = np.isfinite(estimate) & ~np.isnan(low) & ~np.isnan(high)
    truth, estimate, se, low, high = (values[given] for values in (truth, estimate, se, low, high))
    held = float(np.mean((low <= truth) & (truth <= high)))
    off = estimate - truth
    return Row(
        name=name,
        truth=float(truth[0]) if np.ptp(truth) == 0 else None,
        held=held,
        held_low=wilson(held, len(truth))[0],
        held_high=wilson(held, len(truth))[1],
        below=float(np.mean(truth < low)),
        bias=float(off.mean()),
        sd=float(off.std(ddof=1)),
        se=float(se.mean()),
        none=1 - len(truth) / seeds,
    )


# Telling

HEAD = """# How often the intervals hold the truth

Of 95% intervals, about 95 in 100 should hold what they are about. Here each analysis of `rapport.stats` was repeated on networks that were simulated from a known truth (`stats.simulate`), each time from another seed. Made by `benchmarks/coverage.py`, never edited by hand.

{seeds} seeds a row; {date}, Python {python}, NumPy {numpy}, SciPy {scipy}, {machine}.

**{within} of {promised} rows where theory promises 95% lie between 93% and 97%.** {planned} further rows are here because theory promises less: models that are wrong on purpose, naive estimators, truths at a boundary.
"""  # noqa: E501  # a paragraph of the document is one line

CHANCE = (
    "Few enough outside to be chance: the share’s own interval reaches into 93–97%, and of so many rows at 95% one or "
    "two are expected to be outside."
)
REFUSED = """
A latent curve of few persons is refused (`NotConverged`, `NotIdentified`) where its likelihood has no maximum, or a flat one: it rises as variances of levels and slopes become ever more negative, from whichever start. A named error, with what can be done, is better than such a fit; without slopes (`growth="intercept"`) a model could be fitted to each of the refused sets.
"""  # noqa: E501  # a paragraph of the document is one line

HOW = """## How to read the tables

- **data**: therapists × clients × sessions, unless it says otherwise.
- **held**: the share of intervals that held the truth, with its own 95% interval from the number of seeds (Wilson). **Bold** outside 93–97%.
- **bias**: the mean of the estimates less the truth, in the units of the truth.
- **SD ÷ SE**: the standard deviation of the estimates divided by the mean standard error; above 1, errors are told too small.
- **none**: seeds without an interval, because the model was refused or the parameter could not be estimated.
- **singular**: fits with a variance, or a direction among the random effects, estimated as 0 (of panel models: below 0, or a correlation beyond ±1; of a meta-analysis: τ² = 0). They are counted in like all others.
- A truth that “varies” differs from seed to seed (as the effect of one new study does).
"""  # noqa: E501  # a paragraph of the document is one line


def sign(text: str) -> str:
    return text.replace("-", "−")


def figure(value: float) -> str:
    return sign(f"{value:.3g}") if abs(value) >= 5e-4 else "0"


def percent(share: float, digits: int = 0) -> str:
    return f"{100 * share:.{digits}f}%"


def table(counted: Iterable[Counted]) -> list[str]:
    lines = [
        "| data | what | truth | held | | bias | SD ÷ SE | none | singular | seeds |",
        "|---|---|---:|---:|---|---:|---:|---:|---:|---:|",
    ]
    for one in counted:
        for place, each in enumerate(one.rows):
            held = percent(each.held, 1)
            cells = (
                one.study.data if place == 0 else "",
                each.name,
                "varies" if each.truth is None else figure(each.truth),
                held if each.is_promised else f"**{held}**",
                f"{100 * each.held_low:.1f}–{100 * each.held_high:.1f}",
                figure(each.bias),
                "–" if math.isnan(each.se) else f"{each.sd / each.se:.2f}",
                percent(each.none, 1) if each.none else "0",
                percent(one.singular) if place == 0 else "",
                str(one.seeds) if place == 0 else "",
            )
            lines.append(f"| {' | '.join(cells)} |")
    return lines


def exceptions(counted: list[Counted]) -> list[str]:
    """The rows outside 93–97%, by their reason."""
    by_reason: dict[str, list[str]] = {}
    for one in counted:
        for each in one.rows:
            if not each.is_promised:
                reason = reason_of(one.study, each.name) or why_of(one.study, each)
                told = f"{each.name} ({one.study.data}): {percent(each.held, 1)}"
                by_reason.setdefault(reason, []).append(told)
    lines = ["## Where they do not, and why", ""]
    for reason, told in by_reason.items():
        lines += [f"- {reason}", *(f"  - {item}" for item in told)]
    return lines


def reason_of(study: Study, name: str) -> str | None:
    """Why theory does not promise 95% here; None where it does."""
    return study.because.get(name) or study.because.get("*")


def why_of(study: Study, row: Row) -> str:
    """Why a row is outside that theory would have within."""
    if known := study.why.get(row.name) or study.why.get("*"):
        return known
    return CHANCE if row.may_be_promised else "Not explained yet."


def failures(counted: list[Counted]) -> list[str]:
    lines = [
        f"- {one.study.group.split(':')[0].split('(')[0].strip()}, {one.study.data}: "
        + ", ".join(f"`{name}` in {number} of {one.seeds}" for name, number in sorted(one.errors.items()))
        for one in counted
        if one.errors
    ]
    return ["## What was refused", "", *(lines or ["Nothing: every seed gave a fit."]), *([REFUSED] if lines else [])]


def report() -> None:
    counted = [count(study, records) for study in STUDIES.values() if (records := kept(study.key))]
    rows = [(one.study, each) for one in counted for each in one.rows]
    promised = [each for study, each in rows if reason_of(study, each.name) is None]
    sizes = sorted({one.seeds for one in counted})
    text = HEAD.format(
        seeds=f"{sizes[-1]:,}" if len(sizes) == 1 else f"{sizes[0]:,} to {sizes[-1]:,}",
        date=dt.date.today().isoformat(),
        python=platform.python_version(),
        numpy=np.__version__,
        scipy=scipy.__version__,
        machine=f"{platform.system()} {platform.machine()}",
        within=sum(each.is_promised for each in promised),
        promised=len(promised),
        planned=len(rows) - len(promised),
    )
    lines = [text, *exceptions(counted), "", HOW]
    for group in dict.fromkeys(one.study.group for one in counted):
        lines += [f"## {group}", "", *table(one for one in counted if one.study.group == group), ""]
    lines += failures(counted)
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    summary = [
        {"study": one.study.key, "seeds": one.seeds, "failed": one.failed, "singular": one.singular}
        | {"seconds": one.seconds, "rows": [asdict(each) for each in one.rows]}
        for one in counted
    ]
    (RUNS / "summary.json").write_text(json.dumps(summary, indent=1, ensure_ascii=False), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--minutes", type=float, default=math.inf, help="begin nothing new after so many")
    parser.add_argument("--only", nargs="+", choices=STUDIES, metavar="STUDY", default=list(STUDIES))
    parser.add_argument("--fresh", action="store_true", help="forget the runs of these studies that were kept")
    parser.add_argument("--report", action="store_true", help="write the table from what was kept, and run nothing")
    asked = parser.parse_args()
    if asked.fresh:
        for key in asked.only:
            (RUNS / f"{key}.jsonl").unlink(missing_ok=True)
    if not asked.report:
        run_all([STUDIES[key] for key in asked.only], asked.seeds, asked.workers, asked.minutes)
    report()


if __name__ == "__main__":
    main()
