"""An article's value changed in one place: a finding put in, taken out or moved. Pure functions."""

from __future__ import annotations

import hashlib
from typing import Any

from rapport.digest.exchange.schema import ArticleFile, Figure, FindingFile


def with_finding(value: ArticleFile, finding: FindingFile, *, instead_of: str | None = None) -> ArticleFile:
    """The article with `finding` in the place of the one with the key `instead_of`; without one, at the end."""
    findings = list(value.findings)
    places = [place for place, other in enumerate(findings) if other.key == instead_of]
    if places:
        findings[places[0]] = finding
    else:
        findings.append(finding)
    return changed(value, findings=tuple(findings))


def without_finding(value: ArticleFile, key: str) -> ArticleFile:
    return changed(value, findings=tuple(finding for finding in value.findings if finding.key != key))


def with_finding_moved(value: ArticleFile, key: str, by: int) -> ArticleFile:
    """The article with one finding `by` places further down (up, when negative), as far as the list goes."""
    findings = list(value.findings)
    places = [place for place, finding in enumerate(findings) if finding.key == key]
    if places:
        finding = findings.pop(places[0])
        findings.insert(max(0, min(len(findings), places[0] + by)), finding)
    return changed(value, findings=tuple(findings))


def with_figure(value: ArticleFile, figure: Figure) -> ArticleFile:
    return changed(value, figures=(*value.figures, figure))


def changed(value: ArticleFile, **facts: Any) -> ArticleFile:
    """The article with some facts changed; its rules are asked again."""
    fields = {name: getattr(value, name) for name in ArticleFile.model_fields}
    return ArticleFile.model_validate({**fields, **facts})


def finding_of(value: ArticleFile, key: str) -> FindingFile | None:
    return next((finding for finding in value.findings if finding.key == key), None)


def stamp_of(value: Any) -> str:
    """A short text that changes with the value: a form carries it, so that two tabs do not overwrite each other."""
    return hashlib.sha256(value.model_dump_json().encode()).hexdigest()[:16] if value is not None else "none"
