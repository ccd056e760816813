"""Writes `docs/agreement.md`: how far each kind of estimate is from R's, as the tests of this folder find it.

.venv/bin/python -m tests.contract.stats.agreement           writes the document
.venv/bin/python -m tests.contract.stats.agreement --print   prints it
"""

from __future__ import annotations

import contextlib
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.contract.stats.beside import COMPARED, Comparison
from tests.contract.stats.reference import HERE, reference

ROOT = HERE.parents[2]
DOCUMENT = ROOT / "docs" / "agreement.md"
# Relative to a figure smaller than this, a difference says nothing.
SMALL = 1e-6

# Each area with what was promised of it, and what R has no function for.
AREAS = {
    "Mixed models": (
        "Promised: log-likelihood to 1e-6, estimates to 1e-5 and standard errors to 1e-4, both relative. lme4 and"
        " lmerTest search here with far tighter tolerances than their own."
    ),
    "Residuals of dyads": (
        "The same promise. No log-likelihood of ours is more than 1e-9 below nlme's. R has no function for the product"
        " of roles and sessions (`dyads`): nlme fits the sum and the difference of the two raters as two independent"
        " series, which is the same model where both rated every session."
    ),
    "Congruence": (
        "The same promise. R has no function for the geometry of a surface nor for the lagged system: they are built"
        " there from lm, lmer and lavaan, the standard errors of the geometry with derivatives by differences."
    ),
    "Panels": (
        "Promised: 1e-4, relative, and 1e-5 for figures near zero, of which lavaan's own search leaves no more digits."
    ),
    "Mediation": "Promised: 1e-4, relative. Bootstrap intervals depend on the draws and are not compared.",
    "Meta-analysis": "Promised: 1e-6, relative.",
    "Effect sizes": (
        "Promised: 1e-6. R's packages at hand have no interval of a risk difference by Newcombe's method: the tests"
        " compare it with what Newcombe (1998) prints."
    ),
    "Measurement": "Nothing was promised in figures. All but omega and the expected course are closed formulas.",
    "Design": "Nothing was promised in figures. These are closed formulas; power by simulation is held to them.",
}


@dataclass
class Row:
    """All figures of one quantity of one kind of estimate."""

    figures: int = 0
    absolute: float = 0.0
    relative: float | None = None
    used: float = 0.0  # the largest difference in parts of the one that its test allows
    because: dict[str, None] = field(default_factory=dict)

    def add(self, comparison: Comparison) -> None:
        for difference, theirs in comparison.differences:
            self.figures += 1
            self.absolute = max(self.absolute, abs(difference))
            if abs(theirs) > SMALL:
                self.relative = max(self.relative or 0.0, abs(difference / theirs))
            allowed = max((comparison.rel or 0.0) * abs(theirs), comparison.abs or 1e-12)
            self.used = max(self.used, abs(difference) / allowed)
        if comparison.because:
            self.because[comparison.because] = None


def compared() -> list[Comparison]:
    """The comparisons of every test of this folder, run now."""
    tests = [str(path) for path in sorted(HERE.glob("test_*.py")) if path.name not in APART]
    with contextlib.chdir(ROOT), contextlib.redirect_stdout(sys.stderr):
        failed = pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests])
    if failed:
        raise SystemExit("The tests of tests/contract/stats must pass first.")
    return COMPARED


APART = {"test_reference.py", "test_agreement.py"}


def document(comparisons: list[Comparison]) -> str:
    return "\n".join([*_opening(comparisons), *(line for area in AREAS for line in _section(area, comparisons))]) + "\n"


def _opening(comparisons: list[Comparison]) -> Iterator[str]:
    versions = reference("versions")
    used = {one.beside.r.split("::")[0] for one in comparisons}
    packages = ", ".join(f"{name} {version}" for name, version in versions.items() if name in used)
    count = sum(len(one.differences) for one in comparisons)
    yield from ("# How far the statistics are from R", "")
    yield (
        f"{count:,} figures of ours beside R {versions['R']} ({packages}), on published data sets and simulated ones."
        " Made by `python -m tests.contract.stats.agreement`, never edited by hand: the comparisons are the tests in"
        " [tests/contract/stats](../tests/contract/stats/README.md), where the data and R's scripts are."
    )
    yield ""
    yield (
        "Each row tells the largest difference among its figures; the largest relative to R's figure (of figures above"
        f" {_number(SMALL)}; – where there are none); how much the test allows, the wider of two counting for each"
        " figure; and how much of that the worst figure takes. Digits are rounded up to one. Differences below some"
        " 1e-6 are mostly R's search or ours stopping near the same optimum, and change a little with the processor."
    )


def _section(area: str, comparisons: list[Comparison]) -> Iterator[str]:
    kinds: dict[str, dict[tuple[str, ...], Row]] = {}
    for one in comparisons:
        if one.beside.area == area:
            rows = kinds.setdefault(one.beside.of, {})
            rows.setdefault((one.quantity, f"`{one.beside.r}`", _allowed(one)), Row()).add(one)
    yield from ("", f"## {area}", "", AREAS[area], "")
    yield "| data and model | quantity | R | figures | difference | relative | allowed | taken |"
    yield "|---|---|---|---:|---:|---:|---|---:|"
    notes: dict[str, dict[str, None]] = {}
    for of, rows in kinds.items():
        for place, ((quantity, r, allowed), row) in enumerate(rows.items()):
            figures = [f"{row.figures:,}", _number(row.absolute), _number(row.relative)]
            taken = f"{math.ceil(100 * row.used)} %" if row.used > 0.01 else "< 1 %"
            yield "| " + " | ".join(["" if place else of, quantity, r, *figures, allowed, taken]) + " |"
            for note in row.because:
                notes.setdefault(note, {})[r] = None
    if notes:
        yield from ("", "Where R leaves less to compare with:", "")
        yield from (f"- {note} ({', '.join(functions)})" for note, functions in notes.items())


def _allowed(one: Comparison) -> str:
    parts = [f"{_number(one.rel)} relative"] if one.rel else []
    return " or ".join([*parts, *([_number(one.abs)] if one.abs else [])])


def _number(value: float | None) -> str:
    """To one digit, upwards."""
    if value is None:
        return "–"
    if value == 0.0:
        return "0"
    power = math.floor(math.log10(value))
    digit = math.ceil(round(value / 10.0**power, 6))
    return f"{digit}e{power}" if digit < 10 else f"1e{power + 1}"


def main(arguments: list[str]) -> None:
    text = document(compared())
    unknown = {one.beside.area for one in COMPARED} - AREAS.keys()
    assert not unknown, f"AREAS has no words for {unknown}"
    if arguments == ["--print"]:
        sys.stdout.write(text)
    else:
        DOCUMENT.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{DOCUMENT.relative_to(ROOT)} is written anew.\n")


if __name__ == "__main__":
    main(sys.argv[1:])
