"""Do intervals of the lagged agreement model cover the truth in short panels? Beside them, the naive estimate.

    python -m benchmarks.coverage_lagged [seeds]

Prints, for each of a few processes, the mean estimate, its bias, the mean standard error over the spread of the
estimates, and the share of intervals that hold the truth, over seeds.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass

import numpy as np

from rapport.stats.congruence.lagged import fit_lagged
from rapport.stats.simulate import LaggedTruth, simulate_lagged

PROCESSES = {
    "φ = .4": LaggedTruth(),
    "φ = .7": LaggedTruth(autoregression=0.7),
    "φ = .4, agreement answers": LaggedTruth(feedback=0.03, agreement_autoregression=0.3),
    "φ = .4, levels go together": LaggedTruth(between=8.0, agreement_dyad_sd=0.6),
}


@dataclass(frozen=True)
class Coverage:
    """Of one parameter of one process, over `seeds` data sets."""

    process: str
    parameter: str
    truth: float
    mean: float
    naive: float
    se_over_sd: float
    coverage: float
    seeds: int

    def __str__(self) -> str:
        margin = 1.96 * math.sqrt(self.coverage * (1 - self.coverage) / self.seeds)
        return (
            f"{self.process:28} {self.parameter:16} truth {self.truth:6.2f}  mean {self.mean:6.2f}  naive "
            f"{self.naive:6.2f}"
            f"  SE/SD {self.se_over_sd:.2f}  coverage {100 * self.coverage:.1f}% ± {100 * margin:.1f}"
        )


def coverage_of(name: str, truth: LaggedTruth, seeds: int, **size: object) -> list[Coverage]:
    """Of φ, β and the slope between clients."""
    truths = {"outcome before": truth.autoregression, "agreement": truth.effect, "between clients": truth.between}
    found: dict[str, list[tuple[float, float, bool, float]]] = {parameter: [] for parameter in truths}
    for seed in range(seeds):
        data = simulate_lagged(seed=seed, truth=truth, **size)  # type: ignore[arg-type]
        result = fit_lagged(data.table, outcome="outcome", agreement="agreement", dyad="client", session="session")
        naive = {item.name: item.estimate for item in result.naive}
        for parameter, value in truths.items():
            item = result.between if parameter == "between clients" else result.estimate(parameter)
            found[parameter].append((item.estimate, item.se, item.holds(value), naive.get(parameter, math.nan)))
    rows = []
    for parameter, value in truths.items():
        estimates, errors, holds, naives = (
            np.array(column, dtype=float) for column in zip(*found[parameter], strict=True)
        )
        known = np.isfinite(errors)
        rows.append(
            Coverage(
                name,
                parameter,
                value,
                float(estimates[known].mean()),
                float(naives.mean()),
                float(np.median(errors[known]) / estimates[known].std()),
                float(holds[known].mean()),
                int(known.sum()),
            )
        )
    return rows


def main(seeds: int) -> None:
    for name, truth in PROCESSES.items():
        for row in coverage_of(name, truth, seeds):
            print(row)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
