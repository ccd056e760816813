"""From one metric to another: each step a function, its slope, and what it assumes.

    mean_difference, b ── d ── g
                          │ ╲
         biserial_r ───── r   log_odds_ratio ── odds_ratio
                          │         │ ╲
                          z         │   risk_difference
                                    log_risk_ratio ── risk_ratio

The way from one metric to another is the shortest one in this drawing.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from scipy import special, stats

from rapport.stats.arguments import check_choice
from rapport.stats.effects.effect import NAMES, Design, Effect, Metric
from rapport.stats.effects.inputs import between, positive
from rapport.stats.errors import MissingValues, NotIdentified, OutOfRange, TooFew

EQUAL_GROUPS: Final = "groups of equal size"
CHANGE_UNITS: Final = "SD of the changes"


@dataclass(frozen=True, slots=True)
class Given:
    """The numbers that some steps need."""

    base_rate: float | None
    sd: float | None
    constant: float
    constant_words: str
    constant_source: str


@dataclass(frozen=True, slots=True)
class Step:
    """One conversion. `change` is rising, so that limits convert as estimates do; `slope` is its derivative."""

    change: Callable[[float], float]
    slope: Callable[[float], float]
    assumes: tuple[str, ...] = ()
    standardiser: str = ""
    variance: float | None = None  # where the target has a formula of its own
    source: str = ""


def correction(df: float) -> float:
    """J, which takes the bias of d in small samples away: g = J d. Hedges (1981), exact by the gamma function."""
    if df <= 1:
        raise TooFew(f"Hedges’ correction needs at least 2 degrees of freedom; there are {df:g}. Stay with d.")
    return math.exp(special.gammaln(df / 2) - special.gammaln((df - 1) / 2)) / math.sqrt(df / 2)


def convert(
    effect: Effect, metric: Metric | str, *, base_rate: float | None, sd: float | None, log_odds: str
) -> Effect:
    """See Effect.to."""
    target = metric_of(metric)
    check_choice(log_odds, "log_odds", _CONSTANTS)
    given = Given(
        None if base_rate is None else between(base_rate, "base_rate", 0, 1),
        None if sd is None else positive(sd, "sd"),
        *_CONSTANTS[log_odds],
    )
    start = effect
    for next_metric in _way(effect.metric, target):
        effect = _take(effect, next_metric, given)
    if effect.metric is start.metric:
        return effect
    return replace(effect, how=f"{start.how}; converted from {NAMES[start.metric]} to {NAMES[target]}")


def metric_of(name: Metric | str) -> Metric:
    """The metric of this name. Raises OutOfRange."""
    try:
        return Metric(name)
    except ValueError:
        known = ", ".join(Metric)
        raise OutOfRange(f"There is no metric {name!r}. The metrics are: {known}.") from None


_CONSTANTS: Final = {
    "logistic": (
        math.pi / math.sqrt(3),
        "a logistic outcome behind the event (d × π/√3)",
        "Hasselblad & Hedges, 1995",
    ),
    "cox": (1.65, "a normal outcome behind the event (d × 1.65)", "Cox, 1970"),
}


def _take(effect: Effect, target: Metric, given: Given) -> Effect:
    step = _STEPS[effect.metric, target](effect, given)
    estimate = step.change(effect.estimate)
    variance = step.variance
    if variance is None and effect.variance is not None:
        variance = effect.variance * step.slope(effect.estimate) ** 2
    return replace(
        effect,
        metric=target,
        estimate=estimate,
        variance=variance,
        low=None if effect.low is None else step.change(effect.low),
        high=None if effect.high is None else step.change(effect.high),
        standardiser=step.standardiser,
        df=_df(effect),
        curvature=effect.curvature if {effect.metric, target} == {Metric.D, Metric.G} else None,
        assumptions=(*effect.assumptions, *(words for words in step.assumes if words not in effect.assumptions)),
        source="; ".join(dict.fromkeys(filter(None, [*effect.source.split("; "), step.source]))),
    )


def _way(start: Metric, target: Metric) -> list[Metric]:
    """The metrics on the shortest way, without the first."""
    before: dict[Metric, Metric] = {}
    queue = deque([start])
    while queue and target not in before and start != target:
        here = queue.popleft()
        for source, next_metric in _STEPS:
            if source == here and next_metric not in before and next_metric != start:
                before[next_metric] = here
                queue.append(next_metric)
    if start != target and target not in before:
        raise NotIdentified(f"{NAMES[start]} cannot be converted to {NAMES[target]}.")
    way: list[Metric] = []
    while target != start:
        way.append(target)
        target = before[target]
    return way[::-1]


def _df(effect: Effect) -> float | None:
    if effect.df is not None:
        return effect.df
    if effect.n1 is not None and effect.n2 is not None:
        return effect.n1 + effect.n2 - 2
    return None


# --- standardised differences ----------------------------------------------------------------------


def _between_d_and_g(effect: Effect, given: Given) -> Step:
    df = _df(effect)
    if df is None:
        raise MissingValues("Between d and g the sample sizes are needed, and this effect was made without them.")
    to_g = effect.metric is Metric.D
    factor = correction(df) if to_g else 1 / correction(df)
    variance = None
    if effect.curvature is not None and effect.variance is not None:
        variance = effect.variance + effect.curvature * effect.estimate**2 * (factor**2 - 1)
        if effect.variance_shrinks:  # then the variance of g is J² (…), of which d has the bracket
            squared = correction(df) ** 2
            variance = squared * variance if to_g else effect.variance / squared + variance - effect.variance
    return Step(
        lambda x: x * factor,
        lambda _: factor,
        standardiser=effect.standardiser,
        variance=variance,
        source="Hedges, 1981",
    )


def _into_units(effect: Effect, given: Given) -> Step:
    if given.sd is None:
        raise MissingValues(f"From {NAMES[effect.metric]} to d the outcome’s SD is needed: to(…, sd=…).")
    sd = given.sd
    return Step(
        lambda x: x / sd, lambda _: 1 / sd, (f"an SD of {sd:g}, taken as known",), standardiser="SD of the outcome"
    )


# --- d and r ---------------------------------------------------------------------------------------


def _spread_of_groups(effect: Effect) -> tuple[float, tuple[str, ...]]:
    """h in r = d / √(d² + h), which makes r the same as t / √(t² + df). Jacobs & Viechtbauer (2017)."""
    if effect.n1 is not None and effect.n2 is not None:
        return (effect.n1 + effect.n2 - 2) * (1 / effect.n1 + 1 / effect.n2), ()
    return 4.0, (EQUAL_GROUPS,)


def _d_to_r(effect: Effect, given: Given) -> Step:
    _refuse_change_units(effect, "r")
    h, assumes = _spread_of_groups(effect)
    return Step(
        lambda d: d / math.sqrt(d * d + h) if math.isfinite(d) else math.copysign(1.0, d),
        lambda d: h / (d * d + h) ** 1.5,
        assumes,
        source="Jacobs & Viechtbauer, 2017",
    )


def _r_to_d(effect: Effect, given: Given) -> Step:
    _refuse_perfect(effect)
    h, assumes = _spread_of_groups(effect)
    if effect.design is Design.ASSOCIATION:
        assumes = (*assumes, "one of the two variables tells two groups apart")
    return Step(
        lambda r: math.sqrt(h) * r / math.sqrt(1 - r * r) if abs(r) < 1 else math.copysign(math.inf, r),
        lambda r: math.sqrt(h) * (1 - r * r) ** -1.5,
        assumes,
        standardiser="pooled SD",
        source="Jacobs & Viechtbauer, 2017",
    )


def _refuse_perfect(effect: Effect) -> None:
    if abs(effect.estimate) >= 1:
        raise OutOfRange(
            "This r is 1 to all its digits, and has no d and no z. Is the effect it came from in one unit?"
        )


def _r_to_biserial(effect: Effect, given: Given) -> Step:
    if effect.design is Design.ASSOCIATION:
        raise NotIdentified("A biserial r compares two groups, and this r is of two variables in one group.")
    n1, n2 = effect.n1, effect.n2
    assumes: tuple[str, ...] = ("a normal variable behind the two groups",)
    if n1 is None or n2 is None:
        n1 = n2 = 1.0
        assumes = (*assumes, EQUAL_GROUPS)
    p, q = n1 / (n1 + n2), n2 / (n1 + n2)
    factor = math.sqrt(p * q) / float(stats.norm.pdf(special.ndtri(p)))
    return Step(
        lambda r: factor * r,
        lambda _: factor,
        assumes,
        variance=_soper(effect.estimate * factor, p, n1 + n2) if effect.n1 is not None else None,
        source="Soper, 1914; Jacobs & Viechtbauer, 2017",
    )


def _soper(biserial: float, p: float, n: float) -> float | None:
    """Soper’s variance of a biserial correlation; None where his approximation gives none."""
    q, z = 1 - p, float(special.ndtri(p))
    f = float(stats.norm.pdf(z))
    bend = 1.5 + (1 + p * z / f) * (1 - q * z / f)
    variance = (biserial**4 - bend * biserial**2 + p * q / f**2) / (n - 1)
    return variance if variance > 0 else None


def _r_to_z(effect: Effect, given: Given) -> Step:
    _refuse_perfect(effect)
    return Step(
        lambda r: math.atanh(r) if abs(r) < 1 else math.copysign(math.inf, r),
        lambda r: 1 / (1 - r * r),
        variance=effect.z_variance,
        source="Fisher, 1921",
    )


def _z_to_r(effect: Effect, given: Given) -> Step:
    return Step(math.tanh, lambda z: 1 / math.cosh(z) ** 2, source="Fisher, 1921")


# --- odds and risks --------------------------------------------------------------------------------


def _d_to_log_odds(effect: Effect, given: Given) -> Step:
    _refuse_change_units(effect, "an odds ratio")
    return Step(
        lambda d: d * given.constant,
        lambda _: given.constant,
        (given.constant_words, "an event when the outcome is high"),
        source=given.constant_source,
    )


def _log_odds_to_d(effect: Effect, given: Given) -> Step:
    return Step(
        lambda x: x / given.constant,
        lambda _: 1 / given.constant,
        (given.constant_words,),
        standardiser="SD within groups",
        source=given.constant_source,
    )


def _logarithm(effect: Effect, given: Given) -> Step:
    # The variance of a ratio is kept as that of its logarithm, hence the slope of 1.
    return Step(lambda x: math.log(x) if x > 0 else -math.inf, lambda _: 1.0)


def _exponential(effect: Effect, given: Given) -> Step:
    return Step(lambda x: math.exp(x) if x < 709 else math.inf, lambda _: 1.0)


def _base_rate(effect: Effect, given: Given) -> tuple[float, tuple[str, ...]]:
    if given.base_rate is None:
        raise MissingValues(
            "Between odds ratios and risks it matters how common the event is. Give the second group’s rate: "
            "to(…, base_rate=0.30)."
        )
    return given.base_rate, (f"the event in {100 * given.base_rate:g}% of the second group",)


def _log_odds_to_risk_difference(effect: Effect, given: Given) -> Step:
    base, assumes = _base_rate(effect, given)

    def risk(x: float) -> float:
        return float(special.expit(special.logit(base) + x))

    return Step(lambda x: risk(x) - base, lambda x: risk(x) * (1 - risk(x)), assumes, source="Zhang & Yu, 1998")


def _log_odds_to_log_risk_ratio(effect: Effect, given: Given) -> Step:
    base, assumes = _base_rate(effect, given)
    risk = special.expit
    own = float(special.logit(base))
    return Step(
        lambda x: float(special.log_expit(own + x)) - math.log(base),
        lambda x: float(1 - risk(own + x)),
        assumes,
        source="Zhang & Yu, 1998",
    )


def _risk_to_log_odds(effect: Effect, base: float, risk: Callable[[float], float]) -> Callable[[float], float]:
    if not 0 < risk(effect.estimate) < 1:
        raise OutOfRange(
            f"{NAMES[effect.metric]} {effect.estimate:.3g} from a rate of {base:g} would be a rate of "
            f"{risk(effect.estimate):.3g}. Give the base rate that belongs to it."
        )
    return lambda x: float(special.logit(min(1.0, max(0.0, risk(x)))) - special.logit(base))


def _risk_difference_to_log_odds(effect: Effect, given: Given) -> Step:
    base, assumes = _base_rate(effect, given)
    change = _risk_to_log_odds(effect, base, lambda x: base + x)
    return Step(change, lambda x: 1 / ((base + x) * (1 - base - x)), assumes, source="Zhang & Yu, 1998")


def _log_risk_ratio_to_log_odds(effect: Effect, given: Given) -> Step:
    base, assumes = _base_rate(effect, given)
    change = _risk_to_log_odds(effect, base, lambda x: base * math.exp(min(x, 700.0)))
    return Step(change, lambda x: 1 / (1 - base * math.exp(x)), assumes, source="Zhang & Yu, 1998")


def _refuse_change_units(effect: Effect, to: str) -> None:
    if effect.standardiser == CHANGE_UNITS:
        raise NotIdentified(
            f"This d is in units of the SD of the changes, and {to} compares people with each other. Give the "
            "correlation r of the two times where the effect is made, to have it in units of the SD of the scores."
        )


Make = Callable[[Effect, Given], Step]
_STEPS: Final[dict[tuple[Metric, Metric], Make]] = {
    (Metric.D, Metric.G): _between_d_and_g,
    (Metric.G, Metric.D): _between_d_and_g,
    (Metric.MEAN_DIFFERENCE, Metric.D): _into_units,
    (Metric.COEFFICIENT, Metric.D): _into_units,
    (Metric.D, Metric.R): _d_to_r,
    (Metric.R, Metric.D): _r_to_d,
    (Metric.R, Metric.BISERIAL_R): _r_to_biserial,
    (Metric.R, Metric.Z): _r_to_z,
    (Metric.Z, Metric.R): _z_to_r,
    (Metric.D, Metric.LOG_ODDS_RATIO): _d_to_log_odds,
    (Metric.LOG_ODDS_RATIO, Metric.D): _log_odds_to_d,
    (Metric.LOG_ODDS_RATIO, Metric.ODDS_RATIO): _exponential,
    (Metric.ODDS_RATIO, Metric.LOG_ODDS_RATIO): _logarithm,
    (Metric.LOG_RISK_RATIO, Metric.RISK_RATIO): _exponential,
    (Metric.RISK_RATIO, Metric.LOG_RISK_RATIO): _logarithm,
    (Metric.LOG_ODDS_RATIO, Metric.RISK_DIFFERENCE): _log_odds_to_risk_difference,
    (Metric.RISK_DIFFERENCE, Metric.LOG_ODDS_RATIO): _risk_difference_to_log_odds,
    (Metric.LOG_ODDS_RATIO, Metric.LOG_RISK_RATIO): _log_odds_to_log_risk_ratio,
    (Metric.LOG_RISK_RATIO, Metric.LOG_ODDS_RATIO): _log_risk_ratio_to_log_odds,
}
