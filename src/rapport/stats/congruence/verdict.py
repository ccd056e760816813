"""Whether a surface is what a congruence hypothesis says it is.

Humberg, Nestler & Back (2019, Social Psychological and Personality Science 10, 409–419): the first principal axis
must not differ from the line of congruence (slope 1, intercept 0), the surface must bend down on both sides of it
(a4 < 0), and must be level where it crosses it (a3 = 0). This is congruence in the broad sense; in the strict sense
the height is also the same all along the line (a1 = a2 = 0).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rapport.stats.congruence.estimates import Estimate

Verdict = Literal["strict congruence", "broad congruence", "no congruence effect"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: what is asked, whether it holds, and whether only the strict sense asks it."""

    asks: str
    holds: bool
    strict: bool = False


def judge(features: Mapping[str, Estimate], *, better: Literal["higher", "lower"]) -> tuple[Condition, ...]:
    """The conditions, in order. For an outcome where lower is better the surface must be a trough.

    Its lowest line is then the second principal axis, which is the first of the surface turned upside down.
    """
    axis = "first" if better == "higher" else "second"
    slope, intercept = features[f"{axis}_axis_slope"], features[f"{axis}_axis_intercept"]
    a3, a4 = features["a3"], features["a4"]
    low, high = a4.limits
    bends = high < 0 if better == "higher" else low > 0
    sign = "negative" if better == "higher" else "positive"
    return (
        Condition(f"the {axis} principal axis has a slope not different from 1", slope.holds(1)),
        Condition(f"the {axis} principal axis has an intercept not different from 0", intercept.holds(0)),
        Condition(f"the curvature along the line of incongruence, a4, is {sign}", bends),
        Condition("the slope along the line of incongruence, a3, is not different from 0", a3.holds(0)),
        Condition("the slope along the line of congruence, a1, is not different from 0", features["a1"].holds(0), True),
        Condition(
            "the curvature along the line of congruence, a2, is not different from 0", features["a2"].holds(0), True
        ),
    )


def conclude(conditions: tuple[Condition, ...]) -> Verdict:
    if not all(condition.holds for condition in conditions if not condition.strict):
        return "no congruence effect"
    return "strict congruence" if all(condition.holds for condition in conditions) else "broad congruence"
