"""Clinical significance: reliable change, and where it led."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rapport.stats.arguments import check_flag, check_number
from rapport.stats.change.cutoffs import Cutoff
from rapport.stats.change.reliable import (
    ReliableChange,
    ReliableChangeThreshold,
    as_threshold,
    percent,
    read_pairs,
    reliable_change,
)
from rapport.stats.errors import BadInput
from rapport.stats.results import Caution, Result, ResultTable, number
from rapport.stats.tables import Floats

VERDICTS: Final = ("recovered", "improved", "unchanged", "deteriorated")


@dataclass(frozen=True, kw_only=True)
class ClinicalSignificance(Result):
    """What became of each person between two measurements.

    verdicts            one a person, in the order given: one of VERDICTS
    counts              how many persons have each
    counts_clinical     the same among those who began in the clinical range, who alone can recover
    cutoff              in points; `at_cutoff_is_clinical` says to which side it belongs
    """

    verdicts: tuple[str, ...]
    counts: dict[str, int]
    counts_clinical: dict[str, int]
    cutoff: float
    at_cutoff_is_clinical: bool
    change: ReliableChange

    @property
    def method(self) -> str:  # type: ignore[override]  # depends on the fit
        return f"Reliable change ({self.change.threshold.name}) and a cut-off of {_score(self.cutoff)}"

    @property
    def reference(self) -> str:  # type: ignore[override]  # depends on the fit
        own = self.change.reference
        return own if own.startswith("Jacobson & Truax, 1991") else f"Jacobson & Truax, 1991; {own}"

    def sentence(self) -> str:
        threshold = self.change.threshold
        more = "more than" if threshold.exact else "at least"
        rule = f"cut-off {_score(self.cutoff)}; reliable change {more} {number(threshold.points)}, {threshold.name}"
        n = len(self.verdicts)
        if n == 1:
            before, after = self.change.before[0], self.change.after[0]
            return f"The score went from {_score(before)} to {_score(after)}: {self.verdicts[0]} ({rule})."
        told = [f"{self.counts[name]} ({percent(self.counts[name], n)}) {_did(name)}" for name in VERDICTS]
        return f"Of {n} clients, {', '.join(told[:-1])}, and {told[-1]} ({rule})."

    def table(self) -> ResultTable:
        n, clinical = len(self.verdicts), sum(self.counts_clinical.values())
        rows = tuple(
            (
                name,
                self.counts[name],
                100 * self.counts[name] / n,
                self.counts_clinical[name],
                100 * self.counts_clinical[name] / clinical if clinical else None,
            )
            for name in VERDICTS
        )
        columns = ("verdict", "n", "%", "n from clinical range", "% from clinical range")
        return ResultTable("Clinical significance", columns, rows)

    def persons(self) -> ResultTable:
        """One row a person."""
        rows = zip(self.change.before, self.change.after, self.change.change, self.verdicts, strict=True)
        return ResultTable("Change of each person", ("before", "after", "change", "verdict"), tuple(rows))


def clinical_significance(
    before: ArrayLike,
    after: ArrayLike,
    *,
    cutoff: float | Cutoff,
    threshold: float | ReliableChangeThreshold,
    higher_is_better: bool,
    at_cutoff_is_clinical: bool = True,
) -> ClinicalSignificance:
    """Recovered, improved, unchanged or deteriorated, for one person or for vectors of shape (persons,).

        recovered     improved reliably, began in the clinical range and ended outside it
        improved      improved reliably otherwise
        unchanged     no reliable change
        deteriorated  deteriorated reliably

    (Jacobson & Truax, 1991.) `threshold` is the result of `reliable_change_threshold`, or a published number of points;
    `cutoff` a score or the result of `cutoff`. A score at the cut-off counts as clinical, as “caseness ≥ 10” does.

    Persons who began outside the clinical range cannot recover; how many they are is said.

    Raises BadInput where the measure has no cut-off or no reliable change, and what `reliable_change` raises.
    """
    if cutoff is None:
        raise BadInput("No cut-off is known for this measure. Use reliable_change, or show the course alone.")
    check_flag(higher_is_better, "higher_is_better")
    check_flag(at_cutoff_is_clinical, "at_cutoff_is_clinical")
    if isinstance(cutoff, Cutoff) and cutoff.higher_is_better != higher_is_better:
        raise BadInput("The cut-off was worked out for the other direction of higher_is_better.")
    at = cutoff.value if isinstance(cutoff, Cutoff) else check_number(cutoff, "cutoff")
    first, second = read_pairs(before, after)
    change = reliable_change(first, second, threshold=as_threshold(threshold), higher_is_better=higher_is_better)

    def is_clinical(scores: Floats) -> NDArray[np.bool_]:
        beyond = scores < at if higher_is_better else scores > at
        return np.asarray(beyond | (scores == at) if at_cutoff_is_clinical else beyond, dtype=np.bool_)

    began, ended = is_clinical(first), is_clinical(second)
    verdicts = np.array(change.verdicts, dtype="<U12")
    verdicts[(verdicts == "improved") & began & ~ended] = "recovered"
    outside = int((~began).sum())
    cautions: tuple[Caution, ...] = ()
    if outside:
        text = f"{outside} of {len(first)} began outside the clinical range and could not recover."
        cautions = (Caution("outside-clinical-range", text),)
    return ClinicalSignificance(
        verdicts=tuple(verdicts.tolist()),
        counts={name: int((verdicts == name).sum()) for name in VERDICTS},
        counts_clinical={name: int((verdicts[began] == name).sum()) for name in VERDICTS},
        cutoff=at,
        at_cutoff_is_clinical=at_cutoff_is_clinical,
        change=change,
        warnings=cautions,
    )


def _did(verdict: str) -> str:
    return {"unchanged": "did not change reliably"}.get(verdict, verdict)


def _score(score: float) -> str:
    return number(score, 0 if score == round(score) else 2)
