"""Which findings may be set side by side.

Two findings are *comparable* when they share metric, outcome family, comparison family and time-point
family, and the same direction is good in both. What an article did not say counts as unknown, and an
unknown is comparable with nothing. Comparable findings that have intervals share one forest; fewer than
two make none. A forest has no summary diamond: nothing here pools.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rapport.literature.metrics import Metric, Scale
from rapport.literature.models import Family, Finding

AlignmentKey = tuple[str, int, int, int, str]


@dataclass(frozen=True)
class ComparableFinding:
    """A finding in a set, with what a reader must know before counting it as separate evidence.

    `shares_with`: positions (0-based) in the set of the findings whose articles are known to share
    studies or people with this one. `superseded`: a later article updates this one.
    """

    finding: Finding
    shares_with: tuple[int, ...]
    superseded: bool


@dataclass(frozen=True)
class ComparableSet:
    """Two or more findings that answer one question with one measure, each with an interval."""

    metric: Metric
    outcome: Family
    comparison: Family
    time_point: Family
    favours: str
    findings: tuple[ComparableFinding, ...]


def alignment_key(finding: Finding) -> AlignmentKey | None:
    """What must be equal for two findings to be comparable; None when any part of it is unknown."""
    if (
        finding.metric is None
        or finding.metric.scale is Scale.PLAIN  # a quantity of its own kind has no axis to share
        or finding.outcome_family_id is None
        or finding.comparison_family_id is None
        or finding.time_point_family_id is None
        or not finding.favours
    ):
        return None
    return (
        finding.metric_key,
        finding.outcome_family_id,
        finding.comparison_family_id,
        finding.time_point_family_id,
        finding.favours,
    )


def comparable_sets(findings: Iterable[Finding], overlaps: frozenset[frozenset[int]]) -> list[ComparableSet]:
    """Group findings into forests, largest first; findings that stand alone are left out.

    `overlaps` holds pairs of article ids known to share studies or people. Findings come with their
    families and article selected.
    """
    groups: dict[AlignmentKey, list[Finding]] = defaultdict(list)
    for finding in findings:
        key = alignment_key(finding)
        if key is not None and finding.interval is not None:
            groups[key].append(finding)
    sets = [_as_set(group, overlaps) for group in groups.values() if len(group) > 1]
    return sorted(sets, key=lambda found: -len(found.findings))


def _as_set(group: list[Finding], overlaps: frozenset[frozenset[int]]) -> ComparableSet:
    first = group[0]
    assert first.metric and first.outcome_family and first.comparison_family and first.time_point_family
    rows = tuple(
        ComparableFinding(
            finding=finding,
            shares_with=tuple(
                position
                for position, other in enumerate(group)
                if other is not finding
                and (
                    other.article_id == finding.article_id
                    or frozenset((other.article_id, finding.article_id)) in overlaps
                )
            ),
            superseded=finding.article.superseded_by_id is not None,
        )
        for finding in group
    )
    return ComparableSet(
        metric=first.metric,
        outcome=first.outcome_family,
        comparison=first.comparison_family,
        time_point=first.time_point_family,
        favours=first.favours,
        findings=rows,
    )
