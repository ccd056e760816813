"""Whether a printed p fits its statistic, with every value that rounds to what is printed."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from scipy import special

from rapport.stats.consistency.rounding import Digits, Span, exact, span
from rapport.stats.consistency.verdict import Check, CheckResult, Verdict
from rapport.stats.consistency.wording import Figures, Said
from rapport.stats.errors import OutOfRange, WrongShape

Test = Literal["t", "z", "r", "F", "chi2", "Q"]
Bounds = tuple[float, float]

_DF_COUNT: Final = {"t": 1, "z": 0, "r": 1, "F": 2, "chi2": 1, "Q": 1}
_SYMBOLS: Final = {"chi2": "χ²"}
_OPERATORS: Final = ("=", "<", ">", "≤", "≥", "≈")
ALPHA: Final = 0.05


def check_p(
    p: Digits,
    *,
    test: Test,
    statistic: Digits,
    df: Sequence[Digits] = (),
    n: Digits | None = None,
    operator: str = "=",
    statistic_operator: str = "=",
    tails: int = 2,
    one_tailed_named: bool = False,
    quote: str = "",
) -> CheckResult:
    """Whether the printed p fits the printed statistic. Give numbers as they are printed: "0.30", Decimal("2.80").

    test      "t", "z", "r", "F", "chi2" or "Q"
    df        as printed: one for t, r, χ² and Q, two for F. Whole ones are exact, others rounded
    n         people, for r: df is then n − 2
    operator, statistic_operator   what stands before p and before the statistic: = < > ≤ ≥ ≈
    tails     2; or 1 for t, z, r, where the test is known to be one-tailed
    one_tailed_named   whether the text speaks of one-tailed tests: a p that fits such a one is then consistent

    Where the two do not fit, notes say what would: a one-tailed test, a correction for several tests; and whether the
    two lie on different sides of .05. Where df are missing it can only be told when p is too small for any df.
    Raises OutOfRange for values that cannot be (p of 1.2, F of −3), and the errors of numbers that are none.
    """
    printed, value = span(p, "p"), span(statistic, "statistic")
    if isinstance(df, str) or not isinstance(df, Sequence):
        raise WrongShape(f"df is {df!r}; it must be a list: ['29'] for t(29), ['2', '57'] for F(2, 57).")
    _check(test, printed, value, operator, statistic_operator, tails)
    freedom = _freedom(test, df, n)
    p_words = f"p {operator} {printed}"
    words = quote or _words(test, value, df, n, statistic_operator)
    claim = _claim(printed, operator)
    if freedom is None:
        return _without_df(claim, p_words, words, test, value, statistic_operator, tails)
    recomputed = p_bounds(test, value, freedom, tails, statistic_operator)
    parts: dict[str, str | Figures] = {"p": p_words, "test": words, "figures": Figures(*recomputed, "p")}
    distance = _distance(claim, recomputed, operator)

    def answer(verdict: Verdict, key: str, notes: tuple[str, ...] = ()) -> CheckResult:
        return CheckResult(
            check=Check.P,
            verdict=verdict,
            printed=p_words,
            lowest=recomputed[0],
            highest=recomputed[1],
            distance=0.0 if verdict is Verdict.CONSISTENT else None if verdict is Verdict.CANNOT_TELL else distance,
            quote=words,
            notes=notes,
            said=Said(key, parts),
        )

    if distance == 0:
        return answer(Verdict.CONSISTENT, "p.fits")
    other = _other_tails(test, freedom, tails)
    other_fits = other and _distance(claim, _tailed(recomputed, other, tails), operator) == 0
    if other_fits and other == 1 and one_tailed_named:
        return answer(Verdict.CONSISTENT, "p.fits", ("taken-one-tailed",))
    if _fits_rounded_df(test, value, freedom, tails, statistic_operator, claim, operator):
        return answer(Verdict.CANNOT_TELL, "p.rounded-df")
    notes = []
    if other_fits:
        notes.append("one-tailed" if other == 1 else "two-tailed")
    if _different_sides(claim, recomputed):
        notes.append("side")
    if operator in {"=", "≈"} and claim[0] > recomputed[1] and not other_fits:
        notes.append("corrected")
    return answer(Verdict.INCONSISTENT, "p.differs", tuple(notes))


def p_bounds(test: str, statistic: Span, df: Sequence[Span], tails: int = 2, operator: str = "=") -> Bounds:
    """The smallest and the largest p of a statistic and df within their rounding."""
    low, high = _magnitudes(test, statistic, operator)
    corners = list(itertools.product(*[{float(d.low), float(d.high)} for d in df]))
    largest = max(_p(test, low, corner) for corner in corners)
    smallest = min(_p(test, high, corner) for corner in corners)
    return smallest * tails / 2, min(1.0, largest * tails / 2)


def _check(test: str, p: Span, value: Span, operator: str, statistic_operator: str, tails: int) -> None:
    if test not in _DF_COUNT:
        raise OutOfRange(f"test is {test!r}; it must be one of {', '.join(_DF_COUNT)}.")
    if not 0 <= p.value <= 1:
        raise OutOfRange(f"p is {p}; it must lie between 0 and 1.")
    for name, sign in (("operator", operator), ("statistic_operator", statistic_operator)):
        if sign not in _OPERATORS:
            raise OutOfRange(f"{name} is {sign!r}; it must be one of {' '.join(_OPERATORS)}.")
    if tails not in (1, 2) or (tails == 1 and test in {"F", "chi2", "Q"}):
        raise OutOfRange(f"tails is {tails}; it must be 2, or 1 for t, z and r.")
    if test in {"F", "chi2", "Q"} and value.value < 0:
        raise OutOfRange(f"{_SYMBOLS.get(test, test)} is {value}; it cannot be below 0.")
    if test == "r" and abs(value.value) > 1:
        raise OutOfRange(f"r is {value}; it must lie between −1 and 1.")


def _freedom(test: str, df: Sequence[Digits], n: Digits | None) -> tuple[Span, ...] | None:
    """The df with their rounding; None where they are not printed."""
    needed = _DF_COUNT[test]
    if not df and test == "r" and n is not None:
        people = exact(n, "n")
        if people.value < 3:
            raise OutOfRange(f"n is {n}; a correlation has a p from three people on.")
        return (Span(f"{people.value - 2}", people.value - 2, people.value - 2, people.value - 2),)
    if not df and needed:
        return None
    if len(df) != needed and not (test == "z" and df):
        raise WrongShape(f"{_SYMBOLS.get(test, test)} has {needed} degrees of freedom, and {len(df)} are given.")
    spans = [exact(d, "df") if "." not in str(d) and "," not in str(d) else span(d, "df") for d in df]
    for d in spans:
        if d.low <= 0:
            raise OutOfRange(f"df is {d}; degrees of freedom are above 0.")
    return tuple(spans) if needed else ()


def _words(test: str, value: Span, df: Sequence[Digits], n: Digits | None, operator: str) -> str:
    inner = ", ".join([*map(str, df), *([f"N = {n}"] if n is not None else [])])
    return f"{_SYMBOLS.get(test, test)}{f'({inner})' if inner else ''} {operator} {value}"


def _claim(p: Span, operator: str) -> Bounds:
    """What the printed p says: the range of an equation, or the bound of an inequality."""
    if operator == "=":
        return max(0.0, float(p.low)), float(p.high)
    if operator == "≈":
        return max(0.0, float(p.low - p.unit / 2)), float(p.high + p.unit / 2)
    bound = float(p.value)
    if operator in {"<", "≤"}:
        return 0.0, bound if bound > 0 else float(p.unit)  # “p < .000” is short for “rounds to .000”
    return bound, 1.0


def _distance(claim: Bounds, recomputed: Bounds, operator: str) -> float:
    """How far the nearest recomputed p is from what is printed; 0 where they meet."""
    if operator == "<" and recomputed[0] == claim[1]:
        return math.ulp(claim[1])
    return max(0.0, claim[0] - recomputed[1], recomputed[0] - claim[1])


def _other_tails(test: str, df: Sequence[Span], tails: int) -> int:
    """The other number of tails, where the test has one; else 0."""
    directed = test in {"t", "z", "r"} or (test in {"F", "chi2", "Q"} and df[0].value == 1)
    return 3 - tails if directed else 0


def _tailed(recomputed: Bounds, other: int, tails: int) -> Bounds:
    return recomputed[0] * other / tails, recomputed[1] * other / tails


def _fits_rounded_df(
    test: str, value: Span, df: Sequence[Span], tails: int, statistic_operator: str, claim: Bounds, operator: str
) -> bool:
    """Whether p fits where the printed whole df of a t or F (its second) are rounded, as Welch's are."""
    if test not in {"t", "F"}:
        return False
    last = df[-1]
    if last.low != last.high or last.value <= 1:
        return False
    wide = span(str(int(last.value)), "df")
    return _distance(claim, p_bounds(test, value, [*df[:-1], wide], tails, statistic_operator), operator) == 0


def _different_sides(claim: Bounds, recomputed: Bounds) -> bool:
    return (claim[1] <= ALPHA < recomputed[0]) or (recomputed[1] < ALPHA <= claim[0])


def _without_df(
    claim: Bounds, p_words: str, words: str, test: str, value: Span, statistic_operator: str, tails: int
) -> CheckResult:
    parts: dict[str, str | Figures] = {"p": p_words, "test": words}
    if test == "t":
        # The normal distribution has the smallest p of all t distributions.
        least = p_bounds("z", value, (), tails, statistic_operator)[0]
        one_tailed = least / 2 if tails == 2 else least
        if claim[1] < one_tailed:
            parts["figures"] = Figures(least, least, "p")
            return CheckResult(
                check=Check.P,
                verdict=Verdict.INCONSISTENT,
                printed=p_words,
                lowest=least,
                highest=1.0,
                distance=least - claim[1],
                quote=words,
                said=Said("p.too-small", parts),
            )
    return CheckResult(
        check=Check.P, verdict=Verdict.CANNOT_TELL, printed=p_words, quote=words, said=Said("p.no-df", parts)
    )


def _magnitudes(test: str, statistic: Span, operator: str) -> Bounds:
    """The smallest and the largest size of a statistic that is printed so."""
    low, high = float(statistic.low), float(statistic.high)
    if operator == "≈":
        low, high = low - float(statistic.unit) / 2, high + float(statistic.unit) / 2
    least = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
    most = max(abs(low), abs(high))
    if operator in {"<", "≤"}:
        least, most = 0.0, abs(float(statistic.value))
    elif operator in {">", "≥"}:
        least, most = abs(float(statistic.value)), math.inf
    return (min(least, 1.0), min(most, 1.0)) if test == "r" else (least, most)


def _p(test: str, size: float, df: Iterable[float]) -> float:
    """Two-tailed for t, z, r; the upper tail for F, χ², Q."""
    freedom = tuple(df)
    if test == "r":
        size = math.inf if size >= 1 else size * math.sqrt(freedom[0] / (1 - size * size))
    if math.isinf(size):
        return 0.0
    if test == "z":
        return float(2 * special.ndtr(-size))
    if test in {"t", "r"}:
        return float(2 * special.stdtr(freedom[0], -size))
    if test == "F":
        return float(special.fdtrc(freedom[0], freedom[1], size))
    return float(special.chdtrc(freedom[0], size))
