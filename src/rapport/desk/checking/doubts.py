"""Doubts about stored findings: whether the numbers of one finding fit one another. A doubt asks; it never accuses.

The checks are those of `rapport.stats.consistency`; here they are put to what is stored. Where numbers may be right in
spite of it (an interval that is not even, a p of another test), the doubt says so and `is_certain` is False.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rapport.desk.checking.facts import metric_in_words
from rapport.literature.metrics import METRICS
from rapport.stats import consistency
from rapport.stats.consistency.intervals import Scale
from rapport.stats.consistency.p_values import Test
from rapport.stats.consistency.rounding import span
from rapport.stats.consistency.verdict import Verdict
from rapport.stats.errors import StatsError
from rapport.web.numbers import format_number

if TYPE_CHECKING:
    from rapport.literature.models import Article, Finding


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing about the stored numbers that does not fit, or cannot be.

    finding   the finding's key; "" for the article's other numbers
    field     the form field to look at: "estimate", "interval_low", "p_value", "figures" …
    sentence  what does not fit, in the language of the interface
    mend      what to do, in the language of the interface
    kind      a word a program can test for: "interval.outside", "p.differs", "percent.range" …
    is_certain  whether the numbers cannot all be right; otherwise they may be, with a reason
    """

    finding: str
    field: str
    sentence: str
    mend: str
    kind: str
    is_certain: bool = True


def doubts_about(stored: Article | Finding) -> tuple[Doubt, ...]:
    """The doubts about one finding, or about all findings and figures of an article (with its findings prefetched)."""
    if hasattr(stored, "findings"):
        of_findings = (doubt for finding in stored.findings.all() for doubt in _of_finding(finding))
        return (*of_findings, *_of_figures(stored.figures or []))
    return tuple(_of_finding(cast("Finding", stored)))


# What a value in a metric can be: the least, the most, and whether these themselves are allowed.
_POSSIBLE: Final[dict[str, tuple[float, float, bool]]] = {
    "r": (-1, 1, True),
    "ICC": (-1, 1, True),
    "percent": (0, 100, True),
    "percent-of-variance": (0, 100, True),
    "RD": (-100, 100, True),
    "OR": (0, math.inf, False),
    "RR": (0, math.inf, False),
    "HR": (0, math.inf, False),
    "count": (0, math.inf, True),
}
_RATIOS: Final = frozenset({"OR", "RR", "HR"})
# The interval of these has them in the middle, on a scale of its own for ratios and correlations.
_SCALES: Final[dict[str, tuple[Scale, ...]]] = {
    **dict.fromkeys(("OR", "RR", "HR"), cast("tuple[Scale, ...]", ("log",))),
    "r": ("fisher", "plain"),
    **dict.fromkeys(
        ("d", "g", "SMD", "RD", "b", "beta", "gamma", "mean-difference", "mean"), cast("tuple[Scale, ...]", ("plain",))
    ),
}
_HAVE_NULL: Final = frozenset({"r", "d", "g", "SMD", "RD", "b", "beta", "gamma", "mean-difference"}) | _RATIOS
_DF_COUNT: Final = {"t": 1, "F": 2, "chi2": 1, "z": 0, "r": 1}
_EXPLAINED: Final = re.compile(
    r"symmetr|symétr|bootstrap|asymm|percentile|profile|exact|skew|milieu|middle", re.IGNORECASE
)


def _of_finding(finding: Finding) -> Iterator[Doubt]:
    impossible = list(_impossible(finding))
    yield from impossible
    yield from _sample(finding)
    if impossible:
        return
    yield from _interval(finding)
    yield from _test(finding)


# --- values that cannot be --------------------------------------------------------------------------------


def _impossible(finding: Finding) -> Iterator[Doubt]:
    metric = METRICS.get(finding.metric_key)
    fields: list[tuple[str, Decimal | None]] = [
        ("estimate", finding.estimate),
        ("interval_low", finding.interval_low),
        ("interval_high", finding.interval_high),
    ]
    if metric is not None and metric.key in _POSSIBLE:
        low, high, ends = _POSSIBLE[metric.key]
        for field, value in fields:
            if value is None or (low < value < high) or (ends and value in (low, high)):
                continue
            if field != "estimate" and metric.key in _RATIOS and value == 0:
                continue  # a limit that rounds to 0
            yield Doubt(
                finding.key,
                field,
                _range_words(metric.symbol or str(metric.name), Decimal(value), low, high, ends=ends),
                _("Compare it with the article: perhaps its sign, its decimal mark or its metric is another."),
                f"{metric.key}.range",
            )
    if metric is not None and metric.key == "NNT" and finding.estimate is not None and abs(finding.estimate) < 1:
        yield Doubt(
            finding.key,
            "estimate",
            _("The number needed to treat is %(value)s, and it cannot be below 1.")
            % {"value": _number(finding.estimate)},
            _("Compare it with the article: perhaps it is a difference between shares, of which it is 1 divided by."),
            "NNT.range",
        )
    if metric is not None and metric.key == "count" and finding.estimate is not None and finding.estimate % 1:
        yield Doubt(
            finding.key,
            "estimate",
            _("%(value)s people are stored, and people are counted in whole numbers.")
            % {"value": _number(finding.estimate)},
            _("Compare it with the article: perhaps it is a percentage or a mean."),
            "count.whole",
        )
    p = _decimal(finding.p_value)
    if p is not None and not 0 <= p <= 1:
        yield Doubt(
            finding.key,
            "p_value",
            _("p is %(value)s, and it lies between 0 and 1.") % {"value": _number(p)},
            _("Compare it with the article: perhaps the decimal mark is missing."),
            "p.range",
        )
    if finding.statistic is not None:
        value = Decimal(finding.statistic)
        if (finding.test in {"F", "chi2"} and value < 0) or (finding.test == "r" and abs(value) > 1):
            low, high = (-1, 1) if finding.test == "r" else (0, math.inf)
            yield Doubt(
                finding.key,
                "statistic",
                _range_words("χ²" if finding.test == "chi2" else finding.test, value, low, high, ends=True),
                _("Compare it with the article: perhaps its sign or the kind of test is another."),
                "statistic.range",
            )


def _range_words(name: str, value: Decimal, low: float, high: float, *, ends: bool) -> str:
    gaps = {"name": name, "value": _number(value), "low": _number(Decimal(low))}
    if high < math.inf:
        return _("%(name)s is %(value)s, and it lies between %(low)s and %(high)s.") % {
            **gaps,
            "high": _number(Decimal(high)),
        }
    if ends:
        return _("%(name)s is %(value)s, and it cannot be below %(low)s.") % gaps
    return _("%(name)s is %(value)s, and it must be above %(low)s.") % gaps


# --- samples ------------------------------------------------------------------------------------------------


def _sample(finding: Finding) -> Iterator[Doubt]:
    n, k, estimate = finding.n, finding.k, finding.estimate
    if n is not None and k is not None and k > n:
        yield Doubt(
            finding.key,
            "k",
            _("%(k)s studies are stored with %(n)s people, which is less than one person a study.")
            % {"k": _number(Decimal(k)), "n": _number(Decimal(n))},
            _("Compare both with the article: perhaps they have changed places."),
            "sample.studies",
            is_certain=False,
        )
    if estimate is None or not n or (k is not None and k > 1):
        return
    if finding.metric_key == "count" and estimate > n:
        yield Doubt(
            finding.key,
            "estimate",
            _("%(part)s people are counted of %(whole)s: the part is larger than the whole.")
            % {"part": _number(estimate), "whole": _number(Decimal(n))},
            _("Compare both with the article."),
            "count.part",
        )
    if finding.metric_key == "percent" and 0 <= estimate <= 100 and not _percent_is_possible(estimate, n):
        yield Doubt(
            finding.key,
            "n",
            _("No whole number of %(n)s people is %(percent)s; the nearest are %(nearest)s.")
            % {
                "n": _number(Decimal(n)),
                "percent": _percentage(estimate),
                "nearest": _nearest_percentages(estimate, n),
            },
            _("Compare both with the article: the percentage may be of fewer people, or of a weighted sample."),
            "percent.people",
            is_certain=False,
        )


def _percent_is_possible(percent: Decimal, n: int) -> bool:
    """Whether a whole number of n people rounds to this percentage (GRIM for shares; Brown & Heathers, 2017)."""
    printed = span(percent, "percent")
    return math.ceil(printed.low * n / 100) <= math.floor(printed.high * n / 100)


def _nearest_percentages(percent: Decimal, n: int) -> str:
    exact = Fraction(percent) * n / 100
    places = max(1, span(percent, "percent").decimals)
    counts = [math.floor(exact), math.floor(exact) + 1]
    said = [
        _("%(count)s (%(percent)s)")
        % {
            "count": _number(Decimal(count)),
            "percent": _percentage(Decimal(f"{float(Fraction(100 * count, n)):.{places}f}")),
        }
        for count in counts
    ]
    return _("%(one)s and %(other)s") % {"one": said[0], "other": said[1]}


# --- intervals and p -----------------------------------------------------------------------------------------


def _interval(finding: Finding) -> Iterator[Doubt]:
    estimate, low, high = finding.estimate, finding.interval_low, finding.interval_high
    if estimate is None or low is None or high is None:
        return
    symbol = METRICS[finding.metric_key].symbol if finding.metric_key in METRICS else ""
    name = symbol if symbol not in {"%", "n", "% var.", "US$"} else ""
    scales = _SCALES.get(finding.metric_key, cast("tuple[Scale, ...]", ("any",)))
    results = [consistency.check_interval(estimate, low, high, scale=scale, name=name) for scale in scales]
    result = results[0]
    if result.verdict is Verdict.INCONSISTENT:
        order = low > high
        yield Doubt(
            finding.key,
            "interval_low" if order else "estimate",
            result.sentence(_language()),
            _("Put the smaller limit first, and compare their signs with the article.")
            if order
            else _("Compare the estimate and both limits with the article, with their signs."),
            "interval.order" if order else "interval.outside",
        )
        return
    if all(one.verdict is Verdict.CANNOT_TELL for one in results) and not _is_explained(finding):
        yield Doubt(
            finding.key,
            "interval_low",
            result.sentence(_language()),
            _(
                "Compare the three with the article. If they are printed so, say in the note that the interval is not even."
            ),
            "interval.askew",
            is_certain=False,
        )
    p = _decimal(finding.p_value)
    if p is None or not 0 <= p <= 1 or finding.metric_key not in _HAVE_NULL or finding.interval_level is None:
        return
    against = [
        consistency.check_interval_p(
            finding.p_value,
            estimate,
            low,
            high,
            level=finding.interval_level,
            scale=scale,
            operator=finding.p_operator,
            name=name,
        )
        for scale in scales
    ]
    if all(one.verdict is Verdict.INCONSISTENT for one in against):
        yield Doubt(
            finding.key,
            "p_value",
            against[0].sentence(_language()),
            _("Compare p, its sign and the interval with the article; p may be that of another test."),
            "p.interval",
            is_certain=False,
        )


def _is_explained(finding: Finding) -> bool:
    return any(_EXPLAINED.search(text) for text in (finding.note or {}).values())


def _test(finding: Finding) -> Iterator[Doubt]:
    """p against its test; where no test is stored, that of a correlation in one sample."""
    df = tuple(str(one) for one in finding.df or [])
    if finding.test and finding.statistic is not None:
        needed = _DF_COUNT[finding.test]
        if df and needed != len(df):
            yield Doubt(
                finding.key,
                "df",
                _("The test %(test)s has %(needed)s degrees of freedom, and %(given)s are stored.")
                % {"test": _symbol(finding.test), "needed": needed, "given": len(df)},
                _("Write them as the article prints them: one, two for F, none for z."),
                "df.number",
            )
            return
        yield from _df_against_n(finding, df)
        yield from _p_against(finding, finding.test, Decimal(finding.statistic), df, is_certain=True)
    elif finding.metric_key == "r" and finding.estimate is not None and not finding.k and finding.interval_low is None:
        if finding.n and finding.n > 3:
            yield from _p_against(finding, "r", Decimal(finding.estimate), (), is_certain=False)


def _p_against(
    finding: Finding, test: str, value: Decimal, df: tuple[str, ...], *, is_certain: bool
) -> Iterator[Doubt]:
    if not finding.p_value:
        return
    try:
        result = consistency.check_p(
            finding.p_value,
            test=cast(Test, test),
            statistic=value,
            df=df,
            n=finding.n if test == "r" and not df else None,
            operator=cast(Literal["=", "<", ">"], finding.p_operator or "="),
        )
    except StatsError:
        return  # values that cannot be have a doubt of their own
    if result.verdict is Verdict.INCONSISTENT:
        yield Doubt(
            finding.key,
            "p_value",
            result.sentence(_language()),
            _("Compare p, the test and its degrees of freedom with the article."),
            "p.differs",
            is_certain=is_certain and not {"one-tailed", "corrected"} & set(result.notes),
        )


def _df_against_n(finding: Finding, df: tuple[str, ...]) -> Iterator[Doubt]:
    last = _decimal(df[-1]) if df else None
    if last is None or not finding.n or finding.test not in {"t", "r", "F"} or last < finding.n:
        return
    yield Doubt(
        finding.key,
        "df",
        _(
            "%(df)s degrees of freedom are stored with %(n)s people, and there are fewer of them than people in a test of "
            "one value a person."
        )
        % {"df": _number(last), "n": _number(Decimal(finding.n))},
        _("Compare both with the article; with several values a person they may be more."),
        "df.more",
        is_certain=False,
    )


# --- the article's other numbers ------------------------------------------------------------------------------


def _of_figures(figures: list[Mapping[str, Any]]) -> Iterator[Doubt]:
    """A figure may have `total_of`: the places (from 0) of the figures that it should be the sum of."""
    values = [_decimal(figure.get("value")) for figure in figures]
    for figure, value in zip(figures, values, strict=True):
        if value is None:
            continue
        what = _what(figure)
        if metric_in_words(figure.get("what") or {}) in {"percent", "I2"} and not 0 <= value <= 100:
            yield Doubt(
                "",
                "figures",
                _("“%(what)s” is %(value)s, and a percentage lies between 0 and 100.")
                % {"what": what, "value": _number(value)},
                _("Compare it with the article: perhaps its sign or its decimal mark is another."),
                "percent.range",
            )
        places = figure.get("total_of") or []
        parts = [values[place] for place in places if isinstance(place, int) and 0 <= place < len(values)]
        known = [part for part in parts if part is not None]
        if known and len(known) == len(places) and sum(known) != value:
            yield Doubt(
                "",
                "figures",
                _("“%(what)s” is %(value)s, and its parts sum to %(sum)s.")
                % {"what": what, "value": _number(value), "sum": _number(Decimal(sum(known)))},
                _("Compare the total and its parts with the article; some may be counted twice, or left out."),
                "total.differs",
            )


def _what(figure: Mapping[str, Any]) -> str:
    words = figure.get("what") or {}
    return str(words.get(_language()) or next(iter(words.values()), ""))


def _decimal(stored: Any) -> Decimal | None:
    if stored is None or stored == "":
        return None
    try:
        value = Decimal(str(stored))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _symbol(test: str) -> str:
    return "χ²" if test == "chi2" else test


def _language() -> Literal["en", "fr"]:
    return "fr" if (get_language() or "en").startswith("fr") else "en"


def _number(value: Decimal) -> str:
    return format_number(value, _language())


def _percentage(value: Decimal) -> str:
    return f"{_number(value)}\u00a0%" if _language() == "fr" else f"{_number(value)}%"
