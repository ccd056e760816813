"""Whether an interval fits its estimate, and its p."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, Literal

from scipy import special

from rapport.stats.arguments import check_number
from rapport.stats.consistency.p_values import ALPHA
from rapport.stats.consistency.rounding import Digits, Span, span
from rapport.stats.consistency.verdict import Check, CheckResult, Verdict
from rapport.stats.consistency.wording import Figures, Said
from rapport.stats.errors import OutOfRange

Scale = Literal["plain", "log", "fisher", "any"]
Bounds = tuple[float, float]


def check_interval(
    estimate: Digits, low: Digits, high: Digits, *, scale: Scale = "plain", name: str = "", quote: str = ""
) -> CheckResult:
    """Whether an estimate lies inside its interval, and in the middle of it.

    scale  where the middle is: "plain", "log" for ratios, "fisher" for correlations; "any" where that
           is not known, and only what lies outside is told
    name   how the estimate is called: “OR”

    Outside is inconsistent; outside as printed, and inside only by rounding, cannot be told where the middle is
    elsewhere. Inside but off the middle cannot be told either, since intervals by bootstrap, profile likelihood
    or exact methods need not be even.
    """
    point, lower, upper = span(estimate, "estimate"), span(low, "low"), span(high, "high")
    change = _scale(scale)
    words = f"{name} = {point}" if name else str(point)
    parts: dict[str, str | Figures] = {"estimate": words, "interval": _words(lower, upper)}

    def answer(verdict: Verdict, key: str, distance: float | None, where: Bounds | None, *notes: str) -> CheckResult:
        return CheckResult(
            check=Check.INTERVAL,
            verdict=verdict,
            printed=str(point),
            lowest=where[0] if where else None,
            highest=where[1] if where else None,
            distance=distance,
            quote=quote or f"{words}, {_words(lower, upper)}",
            notes=notes,
            said=Said(key, parts),
        )

    if lower.value > upper.value:
        return answer(Verdict.INCONSISTENT, "interval.order", float(lower.value - upper.value), None)
    outside = max(lower.low - point.high, point.low - upper.high)
    if outside > 0:
        distance = float(outside)
        parts["figures"] = Figures(distance, distance)
        mirrored = lower.low <= -point.value <= upper.high and point.value != 0
        bounds = float(lower.low), float(upper.high)
        return answer(Verdict.INCONSISTENT, "interval.outside", distance, bounds, *(("sign",) if mirrored else ()))
    middle, own = _middle(lower, upper, change), _on(point, change)
    fits = middle is not None and own is not None and middle[0] <= own[1] and own[0] <= middle[1]
    apart = float(max(lower.value - point.value, point.value - upper.value))
    if apart > 0 and not fits:
        parts["figures"] = Figures(apart, apart)
        return answer(Verdict.CANNOT_TELL, "interval.touches", None, (float(lower.low), float(upper.high)))
    if scale == "any" or middle is None or own is None:
        return answer(Verdict.CONSISTENT, "interval.inside", 0.0, (float(lower.low), float(upper.high)))
    if fits:
        return answer(Verdict.CONSISTENT, "interval.fits", 0.0, _back(middle, scale))
    where = _back(middle, scale)
    parts["figures"] = Figures(*where)
    plain = _middle(lower, upper, float)
    is_plain = scale == "log" and plain and plain[0] <= float(point.high) and float(point.low) <= plain[1]
    return answer(Verdict.CANNOT_TELL, "interval.askew", None, where, *(("plain-scale",) if is_plain else ()))


def check_interval_p(
    p: Digits,
    estimate: Digits,
    low: Digits,
    high: Digits,
    *,
    level: Digits = "95",
    scale: Scale = "plain",
    null: float | None = None,
    operator: str = "=",
    name: str = "",
    quote: str = "",
) -> CheckResult:
    """Whether a printed p fits the interval of its estimate (Altman & Bland, 2011).

    level  of the interval, in per cent: "95"
    null   the value of no effect: 1 on the "log" scale, else 0

    p is recomputed from the width of the interval, by the normal distribution. Where that fits, they are consistent.
    Where it does not, yet both say alike whether the null is inside at this level, the test may be of another kind
    than the interval, and it cannot be told. Where they say otherwise, they are inconsistent.
    """
    printed, point = span(p, "p"), span(estimate, "estimate")
    lower, upper = span(low, "low"), span(high, "high")
    percent = span(level, "level").value
    if not 0 < percent < 100:
        raise OutOfRange(f"level is {level}; write 95% as 95.")
    share, alpha = float(percent / 100), float(1 - percent / 100)  # exactly .05: 1 - 0.95 is a little more
    if not 0 <= printed.value <= 1:
        raise OutOfRange(f"p is {printed}; it must lie between 0 and 1.")
    if operator not in _CLAIMS:
        raise OutOfRange(f"operator is {operator!r}; it must be one of {' '.join(_CLAIMS)}.")
    words = f"{name} = {point}" if name else str(point)
    parts: dict[str, str | Figures] = {
        "p": f"p {operator} {printed}",
        "estimate": words,
        "interval": _words(lower, upper),
    }
    claim = _CLAIMS[operator](printed)
    nothing = check_number(null, "null") if null is not None else 1.0 if scale == "log" else 0.0
    recomputed = _p_of_interval(point, lower, upper, share, _scale(scale), nothing)
    if recomputed is None:
        verdict, key, distance = Verdict.CANNOT_TELL, "interval-p.cannot", None
    else:
        parts["figures"] = Figures(*recomputed, "p")
        apart = max(0.0, claim[0] - recomputed[1], recomputed[0] - claim[1])
        if apart == 0:
            verdict, key, distance = Verdict.CONSISTENT, "interval-p.fits", 0.0
        elif _agree(claim, lower, upper, alpha, nothing):
            verdict, key, distance = Verdict.CANNOT_TELL, "interval-p.near", None
        else:
            verdict, key, distance = Verdict.INCONSISTENT, "interval-p.differs", apart
    is_across = (
        verdict is Verdict.INCONSISTENT
        and recomputed is not None
        and (claim[1] <= ALPHA < recomputed[0] or recomputed[1] < ALPHA <= claim[0])
    )
    return CheckResult(
        check=Check.INTERVAL_P,
        verdict=verdict,
        printed=f"p {operator} {printed}",
        lowest=recomputed[0] if recomputed else None,
        highest=recomputed[1] if recomputed else None,
        distance=distance,
        quote=quote or f"{words}, {_words(lower, upper)}, p {operator} {printed}",
        notes=("side",) if is_across else (),
        said=Said(key, parts),
    )


_CLAIMS: Final[dict[str, Callable[[Span], Bounds]]] = {
    "=": lambda p: (max(0.0, float(p.low)), float(p.high)),
    "≈": lambda p: (max(0.0, float(p.low - p.unit / 2)), float(p.high + p.unit / 2)),
    "<": lambda p: (0.0, float(p.value) or float(p.unit)),
    "≤": lambda p: (0.0, float(p.value) or float(p.unit)),
    ">": lambda p: (float(p.value), 1.0),
    "≥": lambda p: (float(p.value), 1.0),
}


def _agree(claim: Bounds, lower: Span, upper: Span, alpha: float, null: float) -> bool:
    """Whether p and interval can say alike whether the null is inside, within their rounding."""
    can_be_outside = float(lower.high) > null or float(upper.low) < null
    can_be_inside = float(lower.low) <= null <= float(upper.high)
    return (can_be_outside and claim[0] < alpha) or (can_be_inside and claim[1] > alpha)


def _p_of_interval(
    point: Span, lower: Span, upper: Span, level: float, change: Callable[[float], float], null: float
) -> Bounds | None:
    """p of the normal test with this estimate and this width, within the rounding; None without a width."""
    ends = [_on(part, change) for part in (point, lower, upper)]
    if any(end is None for end in ends):
        return None
    own, first, last = (end for end in ends if end is not None)
    narrow, wide = last[0] - first[1], last[1] - first[0]
    if wide <= 0:
        return None
    zero = change(null)
    near = 0.0 if own[0] <= zero <= own[1] else min(abs(own[0] - zero), abs(own[1] - zero))
    far = max(abs(own[0] - zero), abs(own[1] - zero))
    least, most = near / wide, far / narrow if narrow > 0 else math.inf
    if narrow > 0 and (first[0] + last[0]) / 2 <= own[1] and own[0] <= (first[1] + last[1]) / 2:
        # An even interval says by itself where its middle is, and more exactly than a coarse estimate.
        ratios = [((a + b) / 2 - zero) / (b - a) for a in first for b in last]
        crosses = min(ratios) <= 0 <= max(ratios)
        nearest = 0.0 if crosses else min(map(abs, ratios))
        furthest = max(map(abs, ratios))
        if max(least, nearest) <= min(most, furthest):
            least, most = max(least, nearest), min(most, furthest)
    factor = 2 * float(special.ndtri(0.5 + level / 2))
    return 2 * float(special.ndtr(-most * factor)), 2 * float(special.ndtr(-least * factor))


def _words(lower: Span, upper: Span) -> str:
    """“[1.12, 3.02]”; “[1,12; 3,02]” where commas are decimal."""
    return f"[{lower}{';' if ',' in lower.text + upper.text else ','} {upper}]"


def _scale(scale: str) -> Callable[[float], float]:
    scales: dict[str, Callable[[float], float]] = {"plain": float, "any": float, "log": math.log, "fisher": math.atanh}
    if scale not in scales:
        raise OutOfRange(f"scale is {scale!r}; it must be one of {', '.join(scales)}.")
    return scales[scale]


def _back(bounds: Bounds, scale: str) -> Bounds:
    back = {"plain": float, "log": math.exp, "fisher": math.tanh}[scale]
    return back(bounds[0]), back(bounds[1])


def _on(number: Span, change: Callable[[float], float]) -> Bounds | None:
    """The range of a printed number on a scale; None where it is not on it, such as 0 on the logarithmic one."""
    try:
        return change(float(number.low)), change(float(number.high))
    except ValueError:
        return None


def _middle(lower: Span, upper: Span, change: Callable[[float], float]) -> Bounds | None:
    first, last = _on(lower, change), _on(upper, change)
    return None if first is None or last is None else ((first[0] + last[0]) / 2, (first[1] + last[1]) / 2)
