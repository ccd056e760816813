"""An effect from a statistic that a text prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Literal

from rapport.stats.effects.associations import from_chi2, from_interval, from_r
from rapport.stats.effects.counts import from_odds_ratio, from_risk_ratio
from rapport.stats.effects.differences import from_d, from_f, from_p, from_paired_t, from_t
from rapport.stats.effects.effect import Effect
from rapport.stats.effects.inputs import Number, positive
from rapport.stats.errors import BadInput, MissingValues, OutOfRange, WrongShape
from rapport.stats.reported import Reported


def from_reported(
    reported: Reported,
    *,
    n1: Number | None = None,
    n2: Number | None = None,
    n: Number | None = None,
    sign: int | None = None,
    design: Literal["two groups", "paired"] = "two groups",
    r: Number | None = None,
) -> Effect:
    """The effect size behind one statistic of `reported.parse_reported`.

    n1, n2  the two groups' sizes, where there are two groups
    n       people in all (r, χ²) or pairs (a paired t); what is printed in the parentheses is used where there is any
    sign    1 or −1, for F, χ² and p, which have no direction
    design  whether a t compares two groups or the same people twice
    r       the correlation of the two times, for a paired t

    Understands t, F with one numerator df, z, χ² with one df, r, d, g, SMD, OR, RR, p, and coefficients and
    differences with an interval. Raises OutOfRange for the
    others and for what was printed with < or >, and MissingValues where a number is needed that is not printed.
    """
    if not isinstance(reported, Reported):
        raise WrongShape(f"reported is {reported!r}; it must be what `parse_reported` finds in a text.")
    make = _MAKERS.get(reported.metric)
    if make is None:
        known = ", ".join(_MAKERS)
        raise OutOfRange(f"From {reported.symbol or reported.metric} no effect size follows. Understood are: {known}.")
    if reported.value is None or (reported.operator not in {"=", "≈"} and reported.metric != "p"):
        raise OutOfRange(f"“{reported}” is not one value. An effect needs the statistic itself.")
    around = _Around(reported, n1, n2, n if n is not None else _own_n(reported), sign, design, r)
    try:
        return make(around)
    except BadInput as error:
        raise type(error)(f"“{reported}”: {error}") from None


class _Around:
    """The statistic with what the reader of the article adds."""

    def __init__(
        self,
        reported: Reported,
        n1: Number | None,
        n2: Number | None,
        n: Number | None,
        sign: int | None,
        design: str,
        r: Number | None,
    ) -> None:
        self.reported, self.n1, self.n2, self.n = reported, n1, n2, n
        self.sign, self.design, self.r = sign, design, r
        self.value = float(reported.value or 0)

    @property
    def level(self) -> float:
        interval = self.reported.interval
        return float(interval.level) / 100 if interval is not None and interval.level is not None else 0.95

    @property
    def limits(self) -> tuple[Number | None, Number | None]:
        interval = self.reported.interval
        return (None, None) if interval is None else (interval.low.value, interval.high.value)

    def with_level_named(self, effect: Effect) -> Effect:
        interval = self.reported.interval
        if interval is None or interval.level is not None:
            return effect
        return replace(effect, assumptions=(*effect.assumptions, "a printed interval of 95%"))


def _own_n(reported: Reported) -> Number | None:
    return None if reported.n is None else reported.n.value


def _t(around: _Around) -> Effect:
    df = around.reported.df[0] if around.reported.df else None
    if around.design == "paired":
        pairs = around.n if around.n is not None else None if df is None else df + 1
        if pairs is None:
            raise MissingValues("A paired t needs its df or the number of pairs: n=….")
        return from_paired_t(around.value, n=pairs, r=around.r)
    if around.design != "two groups":
        raise OutOfRange(f'design is {around.design!r}; it must be "two groups" or "paired".')
    return from_t(around.value, n1=around.n1, n2=around.n2, df=df)


def _f(around: _Around) -> Effect:
    df = around.reported.df
    if len(df) == 2 and df[0] == 1 and around.design == "paired":
        return from_paired_t(
            from_f(around.value, sign=around.sign, n1=2, n2=2).estimate, n=around.n or df[1] + 1, r=around.r
        )
    df1, df2 = df if len(df) == 2 else (1, None)
    return from_f(around.value, sign=around.sign, n1=around.n1, n2=around.n2, df1=df1, df2=df2)


def _z(around: _Around) -> Effect:
    if around.n1 is None or around.n2 is None:
        raise MissingValues("Give the two groups’ sizes, n1 and n2.")
    effect = from_t(around.value, n1=around.n1, n2=around.n2)
    return replace(effect, assumptions=(*effect.assumptions, "z taken as the t of the two groups’ means"))


def _chi2(around: _Around) -> Effect:
    if around.n is None:
        raise MissingValues("χ² needs the number of people: n=….")
    df = around.reported.df[0] if around.reported.df else 1
    return from_chi2(around.value, n=around.n, sign=around.sign, df=df)


def _r(around: _Around) -> Effect:
    n = around.n
    if n is None and around.reported.df:
        n = around.reported.df[0] + 2
    low, high = around.limits
    return around.with_level_named(from_r(around.value, n, low=low, high=high, level=around.level))


def _d(around: _Around) -> Effect:
    low, high = around.limits
    metric: Literal["d", "g"] = "g" if around.reported.metric == "g" else "d"
    effect = from_d(around.value, metric=metric, n1=around.n1, n2=around.n2, low=low, high=high, level=around.level)
    return around.with_level_named(effect)


def _or(around: _Around) -> Effect:
    low, high = around.limits
    return around.with_level_named(
        from_odds_ratio(around.value, low, high, level=around.level, n1=around.n1, n2=around.n2)
    )


def _rr(around: _Around) -> Effect:
    low, high = around.limits
    return around.with_level_named(
        from_risk_ratio(around.value, low, high, level=around.level, n1=around.n1, n2=around.n2)
    )


def _with_interval(around: _Around) -> Effect:
    low, high = around.limits
    if low is None or high is None:
        raise MissingValues("A coefficient or difference needs its printed interval; without one use from_coefficient.")
    metric = _PLAIN[around.reported.metric]
    return around.with_level_named(from_interval(around.value, low, high, metric=metric, level=around.level))


def _p(around: _Around) -> Effect:
    if around.n1 is None or around.n2 is None:
        raise MissingValues("From p alone the two groups’ sizes are needed: n1 and n2.")
    positive(around.value, "p")
    return from_p(around.value, n1=around.n1, n2=around.n2, sign=around.sign, operator=around.reported.operator)


_PLAIN: Final[dict[str, Literal["b", "mean_difference", "risk_difference"]]] = {
    "b": "b",
    "gamma": "b",
    "indirect-effect": "b",
    "mean-difference": "mean_difference",
    "RD": "risk_difference",
}
_MAKERS: Final[dict[str, Callable[[_Around], Effect]]] = {
    "t": _t,
    "F": _f,
    "z": _z,
    "chi2": _chi2,
    "r": _r,
    "d": _d,
    "g": _d,
    "SMD": _d,
    "OR": _or,
    "RR": _rr,
    **dict.fromkeys(_PLAIN, _with_interval),
    "p": _p,
}
