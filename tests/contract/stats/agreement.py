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
from pathlib import Path

import pytest

from tests.contract.stats.beside import COMPARED, Comparison
from tests.contract.stats.reference import HERE, reference

ROOT = HERE.parents[2]
DOCUMENT = ROOT / "docs" / "agreement.md"
# Relative to a figure smaller than this, a difference says nothing.
SMALL = 1e-6

# Each area with what was promised of it and where R has nothing to compare with.
AREAS = {
    "Mixed models": """Promised: log-likelihood to 1e-6, estimates to 1e-5, standard errors to 1e-4, the last two relative.
lme4 and lmerTest search here with far tighter tolerances than their own.""",
    "Residuals of dyads": """The same promise. Beyond 1e-9, no log-likelihood of ours is below nlme's. R has no function for
the product of roles and sessions (`dyads`): the sum and the difference of the two raters are fitted by nlme as two
independent series, which is the same model where both rated every session.""",
    "Congruence": """The same promise. What R has no function for (the geometry of a surface, the lagged system) is built
there from its parts, with derivatives by differences.""",
    "Panels": """Promised: 1e-4, relative, of everything. R has no second program for it; lavaan searches with its own
tolerances.""",
    "Mediation": "Promised: 1e-4. Bootstrap intervals depend on the draws and are not compared.",
    "Meta-analysis": """Promised: 1e-6, relative, of everything. Egger's test, leave-one-out and tests robust to clusters
are compared too.""",
    "Effect sizes": """Promised: 1e-6. Beyond R, the intervals of risk differences are compared with the ones that
Newcombe (1998) prints.""",
    "Measurement": "No promise was made; these are closed formulas but for omega and the expected course.",
    "Design": "No promise was made; these are closed formulas.",
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
    packages = ", ".join(
        f"{name} {version}" for name, version in versions.items() if name not in {"R", "jsonlite", "metadat"}
    )
    count = sum(len(one.differences) for one in comparisons)
    yield "# How far the statistics are from R’s"
    yield ""
    yield f"{count:,} figures of ours beside R’s, on published data sets and simulated ones."
    yield "Made by `python -m tests.contract.stats.agreement`, never edited by hand; the comparisons are the tests in"
    yield "[tests/contract/stats](../tests/contract/stats/README.md), where the data and R’s scripts are."
    yield ""
    yield f"R {versions['R']}; {packages}."
    yield ""
    yield "Each row: the largest difference among its figures; the largest relative to R’s figure, among figures above"
    yield f"{_number(SMALL)}; what the test allows; and how much of that the worst figure takes. Differences of 1e-9 and less are"
    yield "those of two searches for the same optimum, or of the processor’s arithmetic, and change with it."


def _section(area: str, comparisons: list[Comparison]) -> Iterator[str]:
    rows: dict[tuple[str, ...], Row] = {}
    for one in comparisons:
        if one.beside.area == area:
            key = (one.beside.of, one.quantity, f"`{one.beside.r}`", _allowed(one))
            rows.setdefault(key, Row()).add(one)
    yield from ("", f"## {area}", "", *AREAS[area].splitlines(), "")
    yield "| data and model | quantity | R | figures | difference | relative | allowed | taken |"
    yield "|---|---|---|---:|---:|---:|---|---:|"
    order = {of: place for place, of in enumerate(dict.fromkeys(key[0] for key in rows))}
    for (of, quantity, r, allowed), row in sorted(rows.items(), key=lambda item: order[item[0][0]]):
        cells = [of, quantity, r, f"{row.figures:,}", _number(row.absolute), _number(row.relative), allowed]
        yield "| " + " | ".join([*cells, f"{math.ceil(100 * row.used):d} %"]) + " |"
    notes = {(quantity, note): None for (_, quantity, _, _), row in rows.items() for note in row.because}
    by_note = {note: [quantity for quantity, other in notes if other == note] for _, note in notes}
    if by_note:
        yield from ("", "Where R leaves less to compare with:", "")
        yield from (f"- {', '.join(quantities)}: {note}" for note, quantities in by_note.items())


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
