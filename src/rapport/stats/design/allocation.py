"""An allocation list, its seal, and whether a seal holds."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any, ClassVar

from rapport.stats.errors import BadInput
from rapport.stats.results import Cell, Result, ResultTable

FORM: int = 1  # of the canonical text; a change of the text or of how lots are drawn is a new number


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the list.

    place    1 …, the order in which the clusters were given
    cluster  its label
    stratum  "" where there are none
    block    1 …, within the stratum
    arm      where it goes
    """

    place: int
    cluster: str
    stratum: str
    block: int
    arm: str


@dataclass(frozen=True, kw_only=True)
class Allocation(Result):
    """Which cluster goes to which arm. Keep it from those who enrol clusters or clients until each is enrolled.

    places       the list, in the order of enrolment
    arms, ratio  the arms and how many of each to the others
    block_sizes  from which each block's size was drawn
    seed         draws the list again; as secret as the list
    sha256       the seal: SHA-256 of `canonical` in UTF-8, 64 hexadecimal digits. Deposit it before enrolment, and
                 afterwards `verify` shows that the list was not changed
    unit         what a cluster is: “therapist”
    """

    method: ClassVar[str] = "Permuted blocks of randomly varying size"
    reference: ClassVar[str] = (
        "Matts & Lachin, 1988, Controlled Clinical Trials 9; CONSORT for cluster trials, item 8–10"
    )

    places: tuple[Place, ...]
    arms: tuple[str, ...]
    ratio: tuple[int, ...]
    block_sizes: tuple[int, ...]
    seed: int
    unit: str = "cluster"

    @property
    def canonical(self) -> str:
        """The list and how it was drawn as one text, the same on every machine: JSON with sorted keys and no spaces,
        every character outside ASCII escaped."""
        told = {
            "form": FORM,
            "seed": self.seed,
            "arms": self.arms,
            "ratio": self.ratio,
            "block_sizes": self.block_sizes,
            "list": [[place.cluster, place.stratum, place.block, place.arm] for place in self.places],
        }
        return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)

    @property
    def sha256(self) -> str:
        return seal(self.canonical)

    def arm_of(self, cluster: object) -> str:
        """The arm of one cluster. Raises BadInput for a cluster that is not in the list."""
        for place in self.places:
            if place.cluster == str(cluster):
                return place.arm
        raise BadInput(f"{cluster!r} was not randomised: it is not in this list of {len(self.places)}.")

    def counts(self, stratum: str | None = None) -> dict[str, int]:
        """Clusters in each arm, in all or in one stratum."""
        found = Counter(place.arm for place in self.places if stratum is None or place.stratum == stratum)
        return {arm: found[arm] for arm in self.arms}

    @property
    def strata(self) -> tuple[str, ...]:
        """The strata in the order in which they first appear; ("",) where there are none."""
        return tuple(dict.fromkeys(place.stratum for place in self.places))

    def to_dict(self) -> dict[str, Any]:
        """As every result, with the seal."""
        return {**super().to_dict(), "sha256": self.sha256}

    def sentence(self) -> str:
        counts = self.counts()
        told = [f"{arm} (n = {counts[arm]})" for arm in self.arms]
        arms = f"{', '.join(told[:-1])} or {told[-1]}"
        sizes = " and ".join(map(str, self.block_sizes))
        strata = f", within {len(self.strata)} strata" if self.strata != ("",) else ""
        return (
            f"{len(self.places)} {self.unit}s were randomised to {arms} in permuted blocks of {sizes}{strata}. "
            f"The list is sealed with SHA-256 {self.sha256[:12]}…"
        )

    def table(self) -> ResultTable:
        """The list itself."""
        rows = tuple((p.place, p.cluster, p.stratum, p.block, p.arm) for p in self.places)
        return ResultTable(f"Allocation of {self.unit}s", ("place", self.unit, "stratum", "block", "arm"), rows)

    def balance(self) -> ResultTable:
        """Clusters in each arm, stratum by stratum and in all; difference is the largest arm less the smallest,
        each divided by its part of the ratio."""
        parts: list[tuple[str, dict[str, int]]] = []
        if self.strata != ("",):
            parts = [(stratum, self.counts(stratum)) for stratum in self.strata]
        rows: list[tuple[Cell, ...]] = []
        for name, counts in [*parts, ("all", self.counts())]:
            shares = [counts[arm] / part for arm, part in zip(self.arms, self.ratio, strict=True)]
            rows.append((name, *counts.values(), max(shares) - min(shares)))
        return ResultTable("Balance of the allocation", ("stratum", *self.arms, "difference"), tuple(rows))


def seal(canonical: str) -> str:
    """SHA-256 of a canonical text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical.encode()).hexdigest()
