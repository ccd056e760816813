"""The figures that R gave, and how they are made again.

A script `r/NAME.R` is run in `tests/contract/stats`, reads `data/`, and prints one JSON object (jsonlite's
`toJSON(x, digits = NA, auto_unbox = TRUE, na = "null")`). What it printed is kept in `r/NAME.json`, and
the versions of R and its packages, as they were when figures were last made, in `r/versions.json`.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SCRIPTS = sorted(path.stem for path in (HERE / "r").glob("*.R"))
PACKAGES = "jsonlite lme4 lmerTest nlme glmmTMB lavaan metafor metadat clubSandwich psych"


def reference(name: str) -> dict[str, Any]:
    """The kept figures of `r/NAME.R`."""
    return dict(json.loads((HERE / "r" / f"{name}.json").read_text()))


def data(name: str) -> dict[str, list[Any]]:
    """The columns of `data/NAME.csv`; a cell that is a number is a float, NA is NaN, the rest is text."""
    with (HERE / "data" / f"{name}.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {column: [_cell(row[column]) for row in rows] for column in rows[0]}


def _cell(text: str) -> Any:
    if text in {"", "NA"}:
        return float("nan")
    try:
        return float(text)
    except ValueError:
        return text


def why_not_run() -> str:
    """Why R cannot be run here; "" where it can."""
    if shutil.which("Rscript") is None:
        return "R is not installed; tests/contract/stats/README.md says which packages of Debian bring it"
    asked = f'cat(Filter(function(p) !requireNamespace(p, quietly = TRUE), strsplit("{PACKAGES}", " ")[[1]]))'
    missing = subprocess.run(["Rscript", "-e", asked], capture_output=True, text=True, check=True).stdout
    return f"R has no {missing}" if missing.strip() else ""


def run(name: str) -> dict[str, Any]:
    """The figures that R gives now."""
    done = subprocess.run(
        ["Rscript", "--vanilla", f"r/{name}.R"], cwd=HERE, capture_output=True, text=True, check=False, timeout=600
    )
    if done.returncode:
        raise RuntimeError(f"r/{name}.R failed:\n{done.stderr}")
    return dict(json.loads(done.stdout))


def versions() -> dict[str, str]:
    """The versions of R and of its packages that are installed here, by name."""
    asked = f'for (p in strsplit("{PACKAGES}", " ")[[1]]) cat(p, packageDescription(p)$Version, "\n")'
    asked = f'cat("R", as.character(getRversion()), "\n"); {asked}'
    told = subprocess.run(["Rscript", "--vanilla", "-e", asked], capture_output=True, text=True, check=True).stdout
    return dict(line.split() for line in told.splitlines())


def main(names: list[str]) -> None:
    (HERE / "r" / "versions.json").write_text(json.dumps(versions(), indent=1) + "\n")
    for name in names or SCRIPTS:
        (HERE / "r" / f"{name}.json").write_text(json.dumps(run(name), indent=1) + "\n")
        sys.stdout.write(f"r/{name}.json is written anew.\n")


if __name__ == "__main__":
    main(sys.argv[1:])
