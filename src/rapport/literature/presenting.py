"""Findings as readers see them: printed figures, and marks for the drawings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from rapport.literature.citations import in_text
from rapport.literature.evidence import ComparableSet
from rapport.literature.metrics import Metric, Scale
from rapport.literature.models import Article, Finding
from rapport.web.charts import Mark, fit_scale, place, usual_scale
from rapport.web.charts import Scale as Axis
from rapport.web.numbers import format_number, format_percent, format_probability

FOREST_TOP, FOREST_ROW = 6, 44
SAID_BY_THEIR_UNIT = {"percent", "percent-of-variance", "days", "years", "USD", "mean-difference"}


@dataclass(frozen=True)
class FindingRow:
    """One row of a findings table. `axis` and `mark` are None where there is nothing to draw."""

    finding: Finding
    estimate: str
    interval: str
    interval_label: str
    p: str
    axis: Axis | None
    mark: Mark | None

    @property
    def metric_name(self) -> object:
        """The metric in words, where its symbol does not say it already."""
        metric = self.finding.metric
        return metric.name if metric and metric.key not in SAID_BY_THEIR_UNIT else ""

    @property
    def lacks_interval(self) -> bool:
        """Whether readers would look for an interval that was not seen: of an effect, not of a plain number."""
        metric = self.finding.metric
        is_effect = metric is not None and metric.scale not in (Scale.PERCENT, Scale.PLAIN)
        return is_effect and bool(self.estimate) and not self.interval


@dataclass(frozen=True)
class Columns:
    """Which columns of a findings table have something to show."""

    interval: bool
    drawn: bool
    words: bool


@dataclass(frozen=True)
class ForestRow:
    row: FindingRow
    article: Article
    label: str
    number: int
    shares_with: tuple[int, ...]
    superseded: bool

    @property
    def label_y(self) -> int:
        return FOREST_TOP + (self.number - 1) * FOREST_ROW + 16

    @property
    def range_y(self) -> int:
        return self.label_y + 10

    @property
    def point_y(self) -> int:
        return self.range_y + 3

    @property
    def overlaps(self) -> bool:
        return bool(self.shares_with)

    @property
    def doubted(self) -> str:
        """Why the finding may not be relied on, in a word beside its label: its article is retracted or questioned."""
        return {"retracted": _("retracted"), "questioned": _("questioned")}.get(self.article.standing, "")

    @property
    def hollow(self) -> bool:
        """Drawn as an outline: what a later article updates, or nobody should rely on."""
        return self.superseded or bool(self.doubted)


@dataclass(frozen=True)
class Forest:
    """Comparable findings on one axis, in the order of their articles' years. Nothing is pooled."""

    of: ComparableSet
    axis: Axis
    rows: tuple[ForestRow, ...]

    @property
    def axis_y(self) -> int:
        return FOREST_TOP + len(self.rows) * FOREST_ROW + 4

    @property
    def tick_y(self) -> int:
        return self.axis_y + 16

    @property
    def height(self) -> int:
        return self.tick_y + 8


def finding_rows(findings: Sequence[Finding]) -> list[FindingRow]:
    """The findings as table rows, each measure on its usual axis, so that small looks small on every page."""
    values: dict[str, list[Decimal]] = defaultdict(list)
    for finding in findings:
        values[finding.metric_key] += _values(finding)
    axes = {key: _usual_axis(metric, values[key]) for key, metric in _metrics(findings).items()}
    return [finding_row(finding, axes.get(finding.metric_key)) for finding in findings]


def columns_of(rows: Sequence[FindingRow]) -> Columns:
    return Columns(
        interval=any(row.interval or row.lacks_interval for row in rows),
        drawn=any(row.mark for row in rows),
        words=any(row.finding.reading or row.finding.note for row in rows),
    )


def forest(found: ComparableSet) -> Forest:
    """A set of comparable findings, drawn."""
    ordered = sorted(range(len(found.findings)), key=lambda i: (found.findings[i].finding.article.year or 0, i))
    number_of = {position: number for number, position in enumerate(ordered, start=1)}
    axis = _axis(found.metric, [value for row in found.findings for value in _values(row.finding)])
    assert axis is not None, "comparable findings are in a metric that can be drawn"
    rows = tuple(
        ForestRow(
            row=finding_row(found.findings[position].finding, axis),
            article=found.findings[position].finding.article,
            label=in_text(found.findings[position].finding.article.reference, get_language() or "en"),
            number=number_of[position],
            shares_with=tuple(sorted(number_of[other] for other in found.findings[position].shares_with)),
            superseded=found.findings[position].superseded,
        )
        for position in ordered
    )
    return Forest(of=found, axis=axis, rows=rows)


def finding_row(finding: Finding, axis: Axis | None) -> FindingRow:
    language = get_language() or "en"
    mark = None
    if axis is not None and finding.estimate is not None:
        mark = place(axis, finding.estimate, finding.interval)
    return FindingRow(
        finding=finding,
        estimate=printed_estimate(finding, language),
        interval=printed_interval(finding, language),
        interval_label=_("%(level)s interval") % {"level": format_percent(finding.interval_level, language)}
        if finding.interval_level is not None
        else "",
        p=_printed_p(finding, language),
        axis=axis,
        mark=mark,
    )


def printed_estimate(finding: Finding, language: str) -> str:
    """The estimate with its symbol, as an article would print it: “r = 0.28”, “19.7%”, “900 US$”."""
    metric, value = finding.metric, finding.estimate
    if metric is None or value is None:
        return ""
    figure = format_number(value, language)
    match metric.key:
        case "percent":
            return format_percent(value, language)
        case "percent-of-variance":
            return _("%(figure)s of variance") % {"figure": format_percent(value, language)}
        case "days":
            return ngettext("%(figure)s day", "%(figure)s days", _counted(value, language)) % {"figure": figure}
        case "years":
            return ngettext("%(figure)s year", "%(figure)s years", _counted(value, language)) % {"figure": figure}
        case "USD":
            return (
                _("US$%(figure)s") % {"figure": figure}
                if value >= 0
                else _("−US$%(figure)s") % {"figure": format_number(abs(value), language)}
            )
        case "mean-difference":
            return ngettext("%(figure)s point", "%(figure)s points", _counted(value, language)) % {"figure": figure}
    return f"{metric.symbol} = {figure}" if metric.symbol else figure


def _counted(value: Decimal, language: str) -> int:
    """The whole number whose plural `value` takes: English says “0.5 points”, French « 1,5 point »."""
    if language == "fr":
        return int(abs(value))
    return 1 if abs(value) == 1 else 2


def printed_interval(finding: Finding, language: str) -> str:
    """“from 0.25 to 0.30”, « de 0,25 à 0,30 »; empty where no interval was seen."""
    if finding.interval is None:
        return ""
    written = format_percent if finding.metric_key.startswith("percent") else format_number
    low, high = (written(value, language) for value in finding.interval)
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def _printed_p(finding: Finding, language: str) -> str:
    if not finding.p_operator:
        return ""
    value = format_probability(Decimal(finding.p_value), language)
    return f"p {finding.p_operator} {value}"


def _values(finding: Finding) -> list[Decimal]:
    return [value for value in (finding.estimate, finding.interval_low, finding.interval_high) if value is not None]


def _metrics(findings: Iterable[Finding]) -> dict[str, Metric]:
    return {finding.metric_key: finding.metric for finding in findings if finding.metric}


def _usual_axis(metric: Metric, values: Sequence[Decimal]) -> Axis | None:
    if metric.scale is Scale.PLAIN or not values:
        return None
    if metric.scale is Scale.PERCENT:
        return Axis(0.0, 100.0, log=False, null=None)
    if metric.scale is Scale.RATIO:
        return usual_scale(values, usual=4, log=True)
    if metric.scale is Scale.CORRELATION:
        return usual_scale(values, usual=0.5)
    return usual_scale(values, usual=1)


def _axis(metric: Metric, values: Sequence[Decimal]) -> Axis | None:
    if metric.scale is Scale.PLAIN or not values:
        return None
    return fit_scale(values, null=metric.null, log=metric.scale is Scale.RATIO, percent=metric.scale is Scale.PERCENT)
