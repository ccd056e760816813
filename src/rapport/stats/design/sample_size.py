"""How many therapists a trial needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

from rapport.stats.arguments import check_count, check_share
from rapport.stats.design.analyses import Analysis
from rapport.stats.design.formula import power_by_formula
from rapport.stats.design.runs import Progress
from rapport.stats.design.simulation import Power, power
from rapport.stats.design.trial import Trial
from rapport.stats.errors import NotIdentified, OutOfRange
from rapport.stats.results import Result, ResultTable, number


@dataclass(frozen=True, kw_only=True)
class TherapistsNeeded(Result):
    """The smallest number of therapists with the power wanted.

    therapists  in both arms together
    target      the power wanted
    found       the power there
    tried       every number tried with its power, by number
    """

    method: ClassVar[str] = "Bisection over simulated power, the same random numbers at every step"
    reference: ClassVar[str] = "Arnold, Hogan, Colford & Hubbard, 2011, BMC Medical Research Methodology 11"

    therapists: int
    target: float
    found: Power
    tried: tuple[Power, ...]

    def sentence(self) -> str:
        arms = self.found.trial.arms
        return (
            f"{self.therapists} therapists ({arms[0]} trained, {arms[1]} not) give the power of "
            f"{number(self.target, leading_zero=False)} that was wanted: {self.found.power} in "
            f"{self.found.simulations:,} simulated trials, analysed with {self.found.analysis}."
        )

    def table(self) -> ResultTable:
        rows = tuple((step.trial.therapists, *step.power, step.by_formula) for step in self.tried)
        return ResultTable(
            "Power by number of therapists", ("therapists", "power", "low", "high", "power by formula"), rows
        )


def therapists_needed(
    trial: Trial,
    *,
    seed: int,
    target: float = 0.80,
    simulations: int = 1000,
    analysis: str | Analysis = "mixed model",
    alpha: float = 0.05,
    at_most: int = 1000,
    step: int = 2,
    workers: int | None = None,
    progress: Progress | None = None,
) -> TherapistsNeeded:
    """The smallest multiple of `step` therapists at which simulated power reaches `target`.

    The search starts from the formula, where one holds, or else from trial.therapists; the arguments are those of
    `power`, and `progress` starts anew at each number tried. The answer has the simulation's error: where its
    interval reaches well below the target, plan a few therapists more, or simulate more.

    Raises OutOfRange for an effect of 0, NotIdentified where even `at_most` therapists do not reach the target.
    """
    check_share(target, "target", above_zero=True, below_one=True)
    check_count(step, "step")
    check_count(at_most, "at_most", at_least=4)
    if trial.effect == 0:
        raise OutOfRange("effect is 0; no number of therapists finds an effect that is not there.")
    tried: dict[int, Power] = {}

    def reaches(steps: int) -> bool:
        therapists = steps * step
        if therapists not in tried:
            tried[therapists] = power(
                replace(trial, therapists=therapists),
                seed=seed,
                simulations=simulations,
                analysis=analysis,
                alpha=alpha,
                check_null=False,
                workers=workers,
                progress=progress,
            )
        return tried[therapists].power.share >= target

    fewest, most = _fewest(trial, step), at_most // step
    start = min(max(_guess(trial, target, alpha, fewest * step, at_most) // step, fewest), most)
    enough = _first(reaches, start, fewest, most)
    if enough is None:
        best = tried[most * step].power
        raise NotIdentified(
            f"Even {most * step} therapists reach a power of {best} only. Look for a larger effect, more clients or "
            "sessions, or give a larger at_most."
        )
    steps = tuple(tried[count] for count in sorted(tried))
    return TherapistsNeeded(therapists=enough * step, target=target, found=tried[enough * step], tried=steps)


def _first(reaches: Callable[[int], bool], start: int, fewest: int, most: int) -> int | None:
    """The smallest number that reaches, from widening steps around `start` and then bisection; None if `most` does
    not."""
    low, high, width = fewest - 1, start, max(1, start // 10)
    while not reaches(high):
        if high == most:
            return None
        low, high, width = high, min(most, high + width), 2 * width
    while high - low > 1 and low < fewest:
        below = max(fewest, high - width)
        if not reaches(below):
            low = below
        elif below == fewest:
            return below
        else:
            high, width = below, 2 * width
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return high


def _fewest(trial: Trial, step: int) -> int:
    """Steps to the smallest trial whose arms have two therapists each; the trial itself has."""
    smallest = next(
        count for count in range(4, trial.therapists + 1) if 2 <= round(trial.trained_share * count) <= count - 2
    )
    return -(-smallest // step)


def _guess(trial: Trial, target: float, alpha: float, low: int, high: int) -> int:
    """Where the formula reaches the target; trial.therapists where no formula holds."""
    even = replace(trial, uneven=False, clients_per_therapist=max(1, round(trial.clients_per_therapist)))
    try:
        while high - low > 1:
            middle = (low + high) // 2
            reached = power_by_formula(replace(even, therapists=middle), alpha=alpha).power >= target
            low, high = (low, middle) if reached else (middle, high)
    except NotIdentified:
        return trial.therapists
    return high
