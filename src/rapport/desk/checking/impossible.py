"""Stored values that cannot be, and samples that cannot have them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from rapport.desk.checking.doubt import Doubt, decimal_of, number, percentage
from rapport.literature.metrics import METRICS, Metric
from rapport.stats.consistency.rounding import span

if TYPE_CHECKING:
    from rapport.literature.models import Finding

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
_STANDARDISED: Final = frozenset({"d", "g", "SMD"})
_LARGEST: Final = 10


def impossible_values(finding: Finding) -> Iterator[Doubt]:
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
                _range_words(_name_of(metric), Decimal(value), low, high, ends=ends),
                _("Compare it with the article: perhaps its sign, its decimal mark or its metric is another."),
                f"{metric.key}.range",
            )
    if metric is not None and metric.key == "NNT" and finding.estimate is not None and abs(finding.estimate) < 1:
        yield Doubt(
            finding.key,
            "estimate",
            _("The number needed to treat is %(value)s, and it cannot be below 1.")
            % {"value": number(finding.estimate)},
            _("Compare it with the article: perhaps it is a difference between shares, of which it is 1 divided by."),
            "NNT.range",
        )
    if metric is not None and metric.key == "count" and finding.estimate is not None and finding.estimate % 1:
        yield Doubt(
            finding.key,
            "estimate",
            _("%(value)s people are stored, and people are counted in whole numbers.")
            % {"value": number(finding.estimate)},
            _("Compare it with the article: perhaps it is a percentage or a mean."),
            "count.whole",
        )
    is_difference = metric is not None and metric.key in _STANDARDISED
    if is_difference and finding.estimate is not None and abs(finding.estimate) > _LARGEST:
        yield Doubt(
            finding.key,
            "estimate",
            _("%(name)s is %(value)s standard deviations, which no treatment reaches.")
            % {"name": metric.symbol if metric else "", "value": number(finding.estimate)},
            _("Compare it with the article: perhaps the decimal mark is missing, or the metric is another."),
            "difference.large",
            is_certain=False,
        )
    p = decimal_of(finding.p_value)
    if p is not None and not 0 <= p <= 1:
        yield Doubt(
            finding.key,
            "p_value",
            _("p is %(value)s, and it lies between 0 and 1.") % {"value": number(p)},
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


def _name_of(metric: Metric) -> str:
    return str(metric.name) if not metric.symbol or "%" in metric.symbol else metric.symbol


def _range_words(name: str, value: Decimal, low: float, high: float, *, ends: bool) -> str:
    gaps = {"name": name, "value": number(value), "low": number(Decimal(low))}
    if high < math.inf:
        return _("%(name)s is %(value)s, and it lies between %(low)s and %(high)s.") % {
            **gaps,
            "high": number(Decimal(high)),
        }
    if ends:
        return _("%(name)s is %(value)s, and it cannot be below %(low)s.") % gaps
    return _("%(name)s is %(value)s, and it must be above %(low)s.") % gaps


# --- samples ------------------------------------------------------------------------------------------------


def impossible_samples(finding: Finding) -> Iterator[Doubt]:
    n, k, estimate = finding.n, finding.k, finding.estimate
    if n is not None and k is not None and k > n:
        yield Doubt(
            finding.key,
            "k",
            _("%(k)s studies are stored with %(n)s people, which is less than one person a study.")
            % {"k": number(Decimal(k)), "n": number(Decimal(n))},
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
            % {"part": number(estimate), "whole": number(Decimal(n))},
            _("Compare both with the article."),
            "count.part",
        )
    if finding.metric_key == "percent" and 0 <= estimate <= 100 and not _percent_is_possible(estimate, n):
        yield Doubt(
            finding.key,
            "n",
            _("No whole number of %(n)s people is %(percent)s; the nearest are %(nearest)s.")
            % {
                "n": number(Decimal(n)),
                "percent": percentage(estimate),
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
            "count": number(Decimal(count)),
            "percent": percentage(Decimal(f"{float(Fraction(100 * count, n)):.{places}f}")),
        }
        for count in counts
    ]
    return _("%(one)s and %(other)s") % {"one": said[0], "other": said[1]}
