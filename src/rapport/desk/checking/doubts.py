"""Doubts about stored findings: whether the numbers of one finding fit one another. A doubt asks; it never accuses.

The checks are those of `rapport.stats.consistency`; here they are put to what is stored. Where numbers may be right in
spite of it (an interval that is not even, a p of another test), the doubt says so and `is_certain` is False.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from django.utils.translation import gettext as _

from rapport.desk.checking.doubt import Doubt, decimal_of, language, number, percentage, symbol_of
from rapport.desk.checking.facts import metric_in_words
from rapport.desk.checking.impossible import impossible_samples, impossible_values
from rapport.literature.metrics import METRICS
from rapport.stats import consistency
from rapport.stats.consistency.intervals import Scale
from rapport.stats.consistency.p_values import Test
from rapport.stats.consistency.verdict import Verdict
from rapport.stats.errors import StatsError

if TYPE_CHECKING:
    from rapport.literature.models import Article, Finding


def doubts_about(stored: Article | Finding) -> tuple[Doubt, ...]:
    """The doubts about one finding, or about all findings and figures of an article (with its findings prefetched)."""
    if hasattr(stored, "findings"):
        article = cast("Article", stored)
        of_findings = (doubt for finding in article.findings.all() for doubt in _of_finding(finding))
        return (*of_findings, *_of_figures(article.figures or []))
    return tuple(_of_finding(stored))


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
_LEAST_LEVEL: Final = 50
_DF_COUNT: Final = {"t": 1, "F": 2, "chi2": 1, "z": 0, "r": 1}
_EXPLAINED: Final = re.compile(
    r"symmetr|symétr|bootstrap|asymm|percentile|profile|exact|skew|milieu|middle", re.IGNORECASE
)


def _of_finding(finding: Finding) -> Iterator[Doubt]:
    impossible = list(impossible_values(finding))
    yield from impossible
    yield from impossible_samples(finding)
    if impossible:
        return
    yield from _interval(finding)
    yield from _test(finding)


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
            result.sentence(language()),
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
            result.sentence(language()),
            _("Compare the three with the article. If they are printed so, say in the note that it is not even."),
            "interval.askew",
            is_certain=False,
        )
    if finding.interval_level is not None and not _LEAST_LEVEL <= finding.interval_level < 100:
        yield Doubt(
            finding.key,
            "interval_level",
            _("The level of the interval is stored as %(level)s, and it lies between 50 and 100.")
            % {"level": percentage(finding.interval_level)},
            _("Write the level in percent: 95, not 0.95."),
            "level.range",
        )
        return
    p = decimal_of(finding.p_value)
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
            against[0].sentence(language()),
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
                % {"test": symbol_of(finding.test), "needed": needed, "given": len(df)},
                _("Write them as the article prints them: one, two for F, none for z."),
                "df.number",
            )
            return
        yield from _df_against_n(finding, df)
        yield from _p_against(finding, finding.test, Decimal(finding.statistic), df, is_certain=True)
        return
    is_alone = not finding.k and finding.interval_low is None  # one sample, whose p is not that of an interval
    if finding.metric_key == "r" and finding.estimate is not None and is_alone and (finding.n or 0) > 3:
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
            result.sentence(language()),
            _("Compare p, the test and its degrees of freedom with the article."),
            "p.differs",
            is_certain=is_certain and not {"one-tailed", "corrected"} & set(result.notes),
        )


def _df_against_n(finding: Finding, df: tuple[str, ...]) -> Iterator[Doubt]:
    last = decimal_of(df[-1]) if df else None
    if last is None or not finding.n or finding.test not in {"t", "r", "F"} or last < finding.n:
        return
    yield Doubt(
        finding.key,
        "df",
        _(
            "%(df)s degrees of freedom are stored with %(n)s people, and a test of one value "
            "a person has fewer of them than people."
        )
        % {"df": number(last), "n": number(Decimal(finding.n))},
        _("Compare both with the article; with several values a person they may be more."),
        "df.more",
        is_certain=False,
    )


# --- the article's other numbers ------------------------------------------------------------------------------


def _of_figures(figures: list[Mapping[str, Any]]) -> Iterator[Doubt]:
    """A figure may have `total_of`: the places (from 0) of the figures that it should be the sum of."""
    values = [decimal_of(figure.get("value")) for figure in figures]
    for figure, value in zip(figures, values, strict=True):
        if value is None:
            continue
        what = _what(figure)
        if metric_in_words(figure.get("what") or {}) in {"percent", "I2"} and not 0 <= value <= 100:
            yield Doubt(
                "",
                "figures",
                _("“%(what)s” is %(value)s, and a percentage lies between 0 and 100.")
                % {"what": what, "value": number(value)},
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
                % {"what": what, "value": number(value), "sum": number(Decimal(sum(known)))},
                _("Compare the total and its parts with the article; some may be counted twice, or left out."),
                "total.differs",
            )


def _what(figure: Mapping[str, Any]) -> str:
    words = figure.get("what") or {}
    return str(words.get(language()) or next(iter(words.values()), ""))
