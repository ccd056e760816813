"""Every check that fits what a text reports, each with its place in the text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Final, cast

from rapport.stats.consistency.counts import check_percentage, compare_df
from rapport.stats.consistency.intervals import Scale, check_interval, check_interval_p
from rapport.stats.consistency.p_values import Test, check_p
from rapport.stats.consistency.rounding import Span, exact, span
from rapport.stats.consistency.verdict import Check, CheckResult, Verdict
from rapport.stats.consistency.wording import Figures, Said
from rapport.stats.reported import Printed, Reported, parse_reported

_TESTS: Final = frozenset({"t", "z", "r", "F", "chi2", "Q"})
_COEFFICIENTS: Final = frozenset({"b", "gamma", "mean-difference"})
_SCALES: Final[dict[str, Scale]] = {"OR": "log", "RR": "log", "HR": "log", "r": "fisher"}
# With no effect they are 0, or 1 on the logarithmic scale. Means, shares and reliabilities have no such value.
_EVEN_EFFECTS: Final = frozenset(
    {"r", "d", "g", "SMD", "OR", "RR", "HR", "RD", "b", "beta", "gamma", "mean-difference"}
)
_HAVE_NULL: Final = _EVEN_EFFECTS | {"indirect-effect"}
# Their usual interval has them in the middle; that of an indirect effect is a bootstrap’s.
_EVEN: Final = _EVEN_EFFECTS | {"mean"}
_POSSIBLE: Final[dict[str, tuple[float, float]]] = {
    **dict.fromkeys(("p", "R2", "eta2"), (0.0, 1.0)),
    **dict.fromkeys(("r", "ICC", "kappa"), (-1.0, 1.0)),
    "alpha": (-math.inf, 1.0),
    **dict.fromkeys(("F", "chi2", "Q", "OR", "RR", "HR", "SD", "SE", "I2"), (0.0, math.inf)),
}
_ONE_TAILED: Final = re.compile(r"\bone[\s-]?(?:tail|sided)|\bunilat[ée]ra", re.IGNORECASE)

_S: Final = r"[\s\u00a0\u2009\u202f]{0,2}"
_N: Final = r"\d{1,3}(?:[,\u00a0\u202f\u2009]\d{3}){1,3}|\d{1,7}"
_P: Final = r"\d{1,3}(?:[.,]\d{1,4})?"
_OF: Final = rf"(?:{_S}/{_S}|\s(?:out\s)?of\s(?:the\s)?(?:\w{{1,12}}\s)??|\ssur\s(?:les\s)?)"
_WORDS: Final = r"(?:\s[^\W\d]{1,20}){0,3}?"
_SHARE: Final = re.compile(
    rf"(?<![\d.,/])(?P<count>{_N}){_OF}(?P<of>{_N})(?![\d/]|[.,]\d){_WORDS}"
    rf"{_S}(?:[(\[;,=:]|,?\sor\s|,?\ssoit\s){_S}(?P<percent>{_P}){_S}%"
    rf"|(?<![\d.,])(?P<percent_first>{_P}){_S}%{_S}[(\[]{_S}(?:n{_S}={_S})?(?P<count_last>{_N}){_OF}(?P<of_last>{_N})"
    rf"(?![\d/]|[.,]\d)"
)


def check_text(text: str) -> tuple[CheckResult, ...]:
    """Every check that fits what `parse_reported` finds in `text`, in the order in which it stands there.

    p against its statistic; an estimate over its standard error against t or z; an estimate and a p against their
    interval; degrees of freedom against an N in the same parentheses; a percentage against its count (“12 of 40
    (30%)”); and values that cannot be, such as r = 1.2. Statistics that stand alone, with nothing to compare, are
    passed over. A text that names one-tailed tests has one-tailed p accepted.
    """
    found = parse_reported(text)
    one_tailed = _ONE_TAILED.search(text) is not None
    tests = frozenset(one.p.start for one in found if one.p is not None and one.metric in _TESTS)
    results = [result for index in range(len(found)) for result in _of_one(text, found, index, one_tailed, tests)]
    results += [_percentage(text, match) for match in _SHARE.finditer(text)]
    results = [_closed(text, result) for result in results]
    return tuple(sorted(results, key=lambda result: (result.start or 0, result.end or 0)))


def _of_one(
    text: str, found: tuple[Reported, ...], index: int, one_tailed: bool, tests: frozenset[int]
) -> Iterator[CheckResult]:
    here = found[index]
    impossible = list(_impossible(text, here))
    yield from impossible
    if impossible:
        return
    # The p of a test named beside it is compared with that already.
    shared = here.p is not None and here.metric not in _TESTS and here.p.start in tests
    if here.metric in _TESTS and here.p is not None and here.value is not None and _has_its_df(here):
        yield _p(text, here, one_tailed)
    if here.metric in {"t", "r"} and here.n is not None and len(here.df) == 1 and here.n.value > 2:
        yield _df(text, here)
    if here.metric in _COEFFICIENTS and here.value is not None and here.operator == "=":
        yield from _ratio(text, found, index, one_tailed, shared)
    if here.interval is not None and here.value is not None and here.operator == "=" and here.is_estimate:
        yield from _interval(text, here, shared)


def _closed(text: str, result: CheckResult) -> CheckResult:
    """With the bracket that closes what the words open: “OR 1.84 (95% CI 1.12–3.02)”."""
    start, end = result.start or 0, result.end or 0
    for opening, closing in ("()", "[]"):
        words = text[start:end]
        if text[end : end + 1] == closing and words.count(opening) > words.count(closing):
            return replace(result, end=end + 1)
    return result


def _has_its_df(here: Reported) -> bool:
    """Whether its degrees of freedom are ones that such a test can have, or are not printed."""
    if any(df < 1 for df in here.df) or (here.n is not None and here.n.value < 3):
        return False
    if here.metric == "r" and not here.df and here.n is None and here.interval is not None:
        return False  # its p is compared with the interval
    return not here.df or here.metric == "z" or len(here.df) == (2 if here.metric == "F" else 1)


# --- p -------------------------------------------------------------------------------------------------


def _p(text: str, here: Reported, one_tailed: bool) -> CheckResult:
    assert here.p is not None
    quote = text[here.start : here.end]
    result = check_p(
        _span(here.p.number),
        test=cast(Test, here.metric),
        statistic=_span(here.values[0]),
        df=() if here.metric == "z" else here.df,
        n=here.n.value if here.n is not None and not here.df else None,
        operator=here.p.operator,
        statistic_operator=here.operator,
        one_tailed_named=one_tailed,
        quote=quote,
    )
    return replace(result, start=here.start, end=max(here.end, here.p.end))


def _ratio(text: str, found: tuple[Reported, ...], index: int, one_tailed: bool, shared: bool) -> Iterator[CheckResult]:
    """b, its SE and a t or z; or b, its SE and p."""
    here, error = found[index], _next(text, found, index)
    if error is None or error.metric != "SE" or error.value is None or error.operator != "=":
        return
    quotient = _quotient(_span(here.values[0]), _span(error.values[0]))
    if quotient is None:
        return
    words = f"{text[here.start : here.end]}, {text[error.start : error.end]}"
    test = _next(text, found, index + 1)
    if test is not None and test.metric in {"t", "z"} and test.value is not None and test.operator == "=":
        yield _quotient_against(text, here, test, quotient, words)
        return
    p = here.p or error.p
    if p is None or shared or not 0 <= p.number.value <= 1:
        return
    result = check_p(
        _span(p.number),
        test="z",
        statistic=quotient,
        operator=p.operator,
        one_tailed_named=one_tailed,
        quote=words,
    )
    if result.verdict is Verdict.INCONSISTENT and float(p.number.value) > (result.highest or 0):
        # With few degrees of freedom p is larger than by the normal distribution, and these are not printed.
        said = Said("p.no-df", {"p": result.printed, "test": words})
        result = replace(result, verdict=Verdict.CANNOT_TELL, distance=None, notes=(), said=said)
    yield replace(result, start=here.start, end=max(error.end, p.end))


def _quotient(estimate: Span, error: Span) -> Span | None:
    """The estimate over its SE, with the rounding of both; None where the SE rounds to 0."""
    if error.low <= 0:
        return None
    ratios = [
        estimate.low / error.low,
        estimate.low / error.high,
        estimate.high / error.low,
        estimate.high / error.high,
    ]
    return Span(f"{float(estimate.value / error.value):.2f}", estimate.value / error.value, min(ratios), max(ratios))


def _quotient_against(text: str, here: Reported, test: Reported, quotient: Span, words: str) -> CheckResult:
    printed = _span(test.values[0])
    distance = max(Fraction(0), printed.low - quotient.high, quotient.low - printed.high)
    mirrored = distance and printed.low <= -quotient.low and -quotient.high <= printed.high
    return CheckResult(
        check=Check.RATIO,
        verdict=Verdict.INCONSISTENT if distance else Verdict.CONSISTENT,
        printed=str(printed),
        lowest=float(quotient.low),
        highest=float(quotient.high),
        distance=float(distance),
        quote=text[here.start : test.end],
        start=here.start,
        end=test.end,
        notes=("sign",) if mirrored else (),
        said=Said(
            "ratio.differs" if distance else "ratio.fits",
            {
                "test": text[test.start : test.end],
                "estimate": words,
                "figures": Figures(float(quotient.low), float(quotient.high)),
            },
        ),
    )


def _next(text: str, found: tuple[Reported, ...], index: int) -> Reported | None:
    """The statistic that follows at once: in the same parentheses or right behind."""
    if index + 1 >= len(found):
        return None
    between = text[found[index].whole[1] : found[index + 1].start]
    return found[index + 1] if re.fullmatch(r"[\s,;:()\[\]]{0,6}(?:(?:and|with|et|avec)\s)?", between) else None


# --- intervals, df, percentages ----------------------------------------------------------------------------


def _interval(text: str, here: Reported, shared: bool) -> Iterator[CheckResult]:
    interval = here.interval
    assert interval is not None
    scale = _SCALES.get(here.metric, "plain" if here.metric in _EVEN else "any")
    name = here.symbol or ""
    point, low, high = _span(here.values[0]), _span(interval.low), _span(interval.high)
    if here.metric == "percent":
        point = replace(point, text=f"{point.text}%")
    result = check_interval(point, low, high, scale=scale, name=name, quote=text[here.start : interval.end])
    yield replace(result, start=min(here.start, interval.start), end=max(here.end, interval.end))
    p = here.p
    if p is None or shared or here.metric not in _HAVE_NULL or result.verdict is Verdict.INCONSISTENT:
        return
    if interval.level is None or not 50 <= interval.level < 100 or not 0 <= p.number.value <= 1:
        return
    start, end = here.whole
    against = check_interval_p(
        _span(p.number),
        point,
        low,
        high,
        level=interval.level,
        scale=scale,
        operator=p.operator,
        name=name,
        quote=text[start:end],
    )
    yield replace(against, start=start, end=end)


def _df(text: str, here: Reported) -> CheckResult:
    assert here.n is not None
    people = int(here.n.value)
    df = exact(here.df[0], "df") if here.df[0] == here.df[0].to_integral_value() else span(here.df[0], "df")
    expected = (people - 2,) if here.metric == "r" else (people - 2, people - 1)
    result = compare_df(df, expected, people, values_per_person=here.metric == "t", quote=text[here.start : here.end])
    return replace(result, start=here.start, end=here.end)


def _percentage(text: str, match: re.Match[str]) -> CheckResult:
    percent = match["percent"] or match["percent_first"]
    count, of = (
        re.sub(r"[^\d]", "", number)
        for number in (match["count"] or match["count_last"], match["of"] or match["of_last"])
    )
    quote = text[match.start() : match.end()]
    if int(of) == 0:
        said = Said("percentage.count", {"count": count, "of": of})
        return CheckResult(
            check=Check.PERCENTAGE,
            verdict=Verdict.INCONSISTENT,
            printed=f"{percent}%",
            quote=quote,
            start=match.start(),
            end=match.end(),
            said=said,
        )
    return replace(check_percentage(percent, count, of, quote=quote), start=match.start(), end=match.end())


def _impossible(text: str, here: Reported) -> Iterator[CheckResult]:
    """Values outside what they can be, of the statistic and of its p."""
    values = [(here.metric, number, here.start, here.end) for number in here.values]
    if here.p is not None:
        values.append(("p", here.p.number, here.p.start, here.p.end))
    for metric, number, start, end in values:
        low, high = _POSSIBLE.get(metric, (-math.inf, math.inf))
        value = float(number.value)
        if low <= value <= high:
            continue
        words = text[start:end]
        yield CheckResult(
            check=Check.POSSIBLE,
            verdict=Verdict.INCONSISTENT,
            printed=number.text,
            lowest=None if low == -math.inf else low,
            highest=None if high == math.inf else high,
            distance=max(low - value, value - high),
            quote=words,
            start=start,
            end=end,
            said=_said_impossible(words, here.symbol if metric == here.metric else "p", low, high),
        )


def _said_impossible(words: str, symbol: str, low: float, high: float) -> Said:
    parts: dict[str, str | Figures] = {"value": words, "what": symbol}
    if low > -math.inf:
        parts["low"] = Figures(low, low)
    if high < math.inf:
        parts["high"] = Figures(high, high)
    key = "range" if len(parts) == 4 else "least" if "low" in parts else "most"
    return Said(f"possible.{key}", parts)


def _span(number: Printed) -> Span:
    """A printed number; its text is kept, its decimals are those of its value."""
    of_value = span(Decimal(number.value), "number")
    return Span(number.text, of_value.value, of_value.low, of_value.high)
