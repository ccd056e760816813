"""Power by simulation: how often a planned trial would see its effect, and how often it would see one that is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from scipy.special import stdtrit

from rapport.stats import wald
from rapport.stats.arguments import check_count, check_level, check_seed, check_share
from rapport.stats.design.analyses import Analysis, find_analysis
from rapport.stats.design.formula import power_by_formula
from rapport.stats.design.runs import CHUNK, Findings, Progress, Task, run, trial_seeds
from rapport.stats.design.trial import UNITS, Trial
from rapport.stats.errors import BadInput, NotIdentified, OutOfRange, StatsError
from rapport.stats.results import Caution, Result, ResultTable, interval_text, number
from rapport.stats.tables import Floats
from rapport.stats.workers import count_workers

# Starting processes took 0.9 s and a mixed model 23 µs a row (docs/benchmarks-stats.md): below this, one is quicker.
ROWS_WORTH_A_PROCESS: Final = 80_000


class Rate(NamedTuple):
    """A share of simulated trials with its 95% Monte Carlo interval."""

    share: float
    low: float
    high: float

    def __str__(self) -> str:
        limits = interval_text(self.low, self.high, 0.95, 3, leading_zero=False)
        return f"{number(self.share, 3, leading_zero=False)}, {limits}"


@dataclass(frozen=True, kw_only=True)
class Power(Result):
    """What a planned trial would find, over many simulated ones.

    power             share of trials with p below `alpha`; a trial whose analysis gave up counts as seeing nothing
    type_one_error    the same where training does nothing; None where not asked for
    by_formula        the power of the t test on therapists' means, where a formula holds
    mean_estimate     of the effect; its difference from trial.effect is the analysis's bias
    empirical_se      standard deviation of the estimates over trials
    mean_se           mean (root mean square) of the standard errors that the analysis gave; it should be close
    coverage          share of the trials' confidence intervals (1 − alpha) that hold the true effect
    failed            trials whose analysis gave up, of `simulations`
    """

    trial: Trial
    analysis: str
    simulations: int
    alpha: float
    seed: int
    power: Rate
    type_one_error: Rate | None
    by_formula: float | None
    mean_estimate: float
    empirical_se: float
    mean_se: float
    coverage: Rate
    failed: int

    @property
    def method(self) -> str:  # type: ignore[override]  # depends on the fit
        return f"{self.simulations} simulated trials, analysed with {self.analysis}"

    @property
    def reference(self) -> str:  # type: ignore[override]  # depends on the fit
        return "Morris, White & Crowther, 2019, Statistics in Medicine 38; intervals of Wilson, 1927"

    def sentence(self) -> str:
        null = ""
        if self.type_one_error is not None:
            null = f" Where training had no such effect, the share of significant trials was {self.type_one_error}."
        return (
            f"With {self.trial.sentence()}, the power to detect an effect of {number(self.trial.effect)} "
            f"{UNITS[self.trial.on]} on the {self.trial.on} was {self.power} ({self.simulations:,} simulated trials, "
            f"analysed with {self.analysis}, two-sided α = {number(self.alpha, leading_zero=False)}).{null}"
        )

    def table(self) -> ResultTable:
        rows: list[tuple[str, float | None, float | None, float | None]] = [("power", *self.power)]
        if self.type_one_error is not None:
            rows.append(("type I error", *self.type_one_error))
        rows.append(("coverage", *self.coverage))
        if self.by_formula is not None:
            rows.append(("power by formula", self.by_formula, None, None))
        rows += [
            ("true effect", self.trial.effect, None, None),
            ("mean estimate", self.mean_estimate, None, None),
            ("empirical SE", self.empirical_se, None, None),
            ("mean SE", self.mean_se, None, None),
        ]
        return ResultTable("Power by simulation", ("quantity", "value", "low", "high"), tuple(rows))


def power(
    trial: Trial,
    *,
    seed: int,
    simulations: int = 1000,
    analysis: str | Analysis = "mixed model",
    alpha: float = 0.05,
    check_null: bool = True,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Power:
    """How often a trial like this would find its effect significant.

    analysis    "mixed model" (`stats.mixed.fit`, REML with Satterthwaite's degrees of freedom), "cluster means" (a t
                test on one number a therapist), or a function (simulated, trial) → Finding of your own; with more
                than one worker it must stand at the top of a module
    alpha       the p below which an effect counts as seen
    check_null  also simulate as many trials where training does nothing, from the same random numbers: the share of
                significant ones is the type-I error
    workers     processes; if None every core, or one where all would be done before a second has started: cluster
                means, and few or small trials. Trial i has seed i of the spawned seeds, so that the figures are the
                same whatever the number
    progress    called as progress(done, total), in trials, after every few

    The intervals are Wilson's (1927, Journal of the American Statistical Association 22) and tell the simulation's
    own error; 1,000 trials give ±.025 at a power of .80. The measures are those of Morris, White and Crowther (2019,
    Statistics in Medicine 38, table 6). Checked against `power_by_formula` where it is exact.

    Raises OutOfRange, NotNumbers; StatsError with the reason where the analysis gave up in every trial.
    """
    if not isinstance(trial, Trial):
        raise BadInput(f"trial is {trial!r}; it must be a Trial: design.Trial(effect=…, on=…, …).")
    check_count(simulations, "simulations", at_least=10)
    check_share(alpha, "alpha", above_zero=True, below_one=True)
    chosen = find_analysis(analysis)
    seeds = trial_seeds(check_seed(seed), simulations)
    chunks = [tuple(seeds[start : start + CHUNK]) for start in range(0, simulations, CHUNK)]
    tasks = [
        Task(trial, chosen, chunk, null) for null in ([False, True] if check_null else [False]) for chunk in chunks
    ]
    trials = sum(len(task.seeds) for task in tasks)
    findings = run(tasks, workers=workers_for(workers, trial, trials, analysis), progress=progress)
    found = _gather(findings[: len(chunks)])
    none = _gather(findings[len(chunks) :]) if check_null else None
    return _summarise(trial, found, none, analysis=_name(analysis), alpha=alpha, seed=int(seed))


def workers_for(asked: int | None, trial: Trial, trials: int, analysis: str | Analysis) -> int:
    """How many processes: as many as asked for; unasked, one where starting others takes longer than they save."""
    rows = trials * round(trial.clients_per_therapist * trial.therapists) * trial.sessions
    if asked is None and (analysis == "cluster means" or rows < ROWS_WORTH_A_PROCESS):
        return 1
    return count_workers(asked)


def wilson(successes: int, count: int, *, level: float = 0.95) -> Rate:
    """A share with Wilson's score interval (1927, Journal of the American Statistical Association 22, 209–212).

    Raises OutOfRange.
    """
    if count < 1 or not 0 <= successes <= count:
        raise OutOfRange(f"{successes} of {count} is no share.")
    z = wald.critical(check_level(level))
    share = successes / count
    middle = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z / (1 + z**2 / count) * float(np.sqrt(share * (1 - share) / count + z**2 / (4 * count**2)))
    low, high = (0.0 if successes == 0 else middle - half), (1.0 if successes == count else middle + half)
    return Rate(share, low, high)


def _gather(findings: list[Findings]) -> Floats:
    values = np.concatenate([part.values for part in findings])
    if np.isnan(values[:, 0]).all():
        raise StatsError(f"The analysis gave up in every simulated trial, first with: {findings[0].refusal}")
    return values


def _summarise(trial: Trial, found: Floats, none: Floats | None, *, analysis: str, alpha: float, seed: int) -> Power:
    estimate, se, df, p = found[~np.isnan(found[:, 0])].T
    half = stdtrit(df, 1 - alpha / 2) * se
    error = None if none is None else wilson(int((none[:, 3] < alpha).sum()), len(none))
    failed = len(found) - len(estimate)
    try:
        by_formula = power_by_formula(trial, alpha=alpha).power
    except NotIdentified:
        by_formula = None
    return Power(
        trial=trial,
        analysis=analysis,
        simulations=len(found),
        alpha=alpha,
        seed=seed,
        power=wilson(int((p < alpha).sum()), len(found)),
        type_one_error=error,
        by_formula=by_formula,
        mean_estimate=float(estimate.mean()),
        empirical_se=float(estimate.std(ddof=1)) if len(estimate) > 1 else float("nan"),
        mean_se=float(np.sqrt((se**2).mean())),
        coverage=wilson(int((np.abs(estimate - trial.effect) <= half).sum()), len(estimate)),
        failed=failed,
        warnings=tuple(_cautions(error, alpha, failed, len(found))),
    )


def _cautions(error: Rate | None, alpha: float, failed: int, count: int) -> list[Caution]:
    cautions = []
    if error is not None and error.low > alpha:
        cautions.append(
            Caution(
                "liberal-test",
                f"Without an effect the test is significant in {error} of trials, above its level of {alpha:g}: the "
                "power is overstated. Use an analysis that keeps its level, such as cluster means.",
            )
        )
    if error is not None and error.high < alpha:
        cautions.append(
            Caution(
                "conservative-test",
                f"Without an effect the test is significant in {error} of trials, below its level of {alpha:g}: the "
                "test gives power away.",
            )
        )
    if failed:
        cautions.append(
            Caution(
                "failed-fits", f"The analysis gave up in {failed} of {count} trials; these count as not significant."
            )
        )
    return cautions


def _name(analysis: Any) -> str:
    names = {"mixed model": "a linear mixed model", "cluster means": "a t test on therapists' means"}
    return names.get(analysis) or str(getattr(analysis, "__name__", analysis))
