"""What waits on an article's page while an entry about it is written."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from rapport.desk.suggesting import Kind, unnamed_claim
from rapport.desk.suggestions_shown import suggestions_for
from rapport.digest.exchange.database import article_value
from rapport.literature.models import Article


@dataclass(frozen=True)
class Waiting:
    suggestions: int  # of numbers: what the number check does not know yet
    unnamed: int  # findings that nobody has said in words


def waiting_with(request: HttpRequest, article: Article) -> Waiting:
    value = article_value(article)
    suggested = suggestions_for(request, article, value).open
    return Waiting(
        suggestions=sum(one.kind in (Kind.FIGURE, Kind.FINDING) for one in suggested),
        unnamed=sum(unnamed_claim(finding.claim, finding.metric) for finding in value.findings),
    )
