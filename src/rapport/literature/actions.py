"""Every write to the literature."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max, Model
from django.utils import timezone

from rapport.accounts.models import Person
from rapport.audit.actions import record as record_event
from rapport.literature.citations.csl import name_of
from rapport.literature.lookup.record import FoundNotice, Record
from rapport.literature.models import (
    Abstract,
    Article,
    Family,
    Finding,
    Notice,
    NoticeCheck,
    ResearchType,
    Topic,
)
from rapport.literature.notices import is_same, matched
from rapport.literature.standing import retraction_of, standing_of
from rapport.web.folding import fold


def save_shelf(kind: type[Topic] | type[ResearchType], *, key: str, facts: Mapping[str, Any]) -> Topic | ResearchType:
    """Make or change a topic or a research type. A new one comes last, unless `facts` give its position."""
    new = {"position": position_after_all(kind), **facts}
    return kind.objects.update_or_create(key=key, defaults=dict(facts), create_defaults=new)[0]


def position_after_all(kind: type[Model]) -> int:
    """The position of what comes last in a list that has an order."""
    last = kind._default_manager.aggregate(last=Max("position"))["last"]
    return 0 if last is None else int(last) + 1


def save_family(*, axis: str, key: str, facts: Mapping[str, Any]) -> Family:
    """Make or change a family of outcomes, comparisons or time points."""
    return Family.objects.update_or_create(axis=axis, key=key, defaults=dict(facts))[0]


@transaction.atomic
def save_article(*, key: str, facts: dict[str, Any], findings: list[dict[str, Any]]) -> Article:
    """Make or change the article `key` and replace its findings by `findings`, in order.

    Links to other articles (overlap, supersession) are set afterwards by `link_article`, when all
    articles are there.
    """
    sort_key = fold(" ".join([*facts["authors"], str(facts["year"] or ""), facts["title"]]))[:255]
    article, _ = Article.objects.update_or_create(key=key, defaults={**facts, "sort_key": sort_key})
    kept = [finding["key"] for finding in findings]
    article.findings.exclude(key__in=kept).delete()
    for position, finding in enumerate(findings):
        fields = {name: value for name, value in finding.items() if name != "key"}
        Finding.objects.update_or_create(article=article, key=finding["key"], defaults={**fields, "position": position})
    return article


@transaction.atomic
def link_article(*, article: Article, overlaps_with: list[str], superseded_by: str | None) -> None:
    """Say which articles share studies or people with this one, and which one updates it."""
    article.overlaps_with.set(Article.objects.filter(key__in=overlaps_with))
    article.superseded_by = Article.objects.get(key=superseded_by) if superseded_by else None
    article.save(update_fields=["superseded_by"])


# --- notices ----------------------------------------------------------------------------------------


@transaction.atomic
def record_notices(*, article: Article, found: Iterable[FoundNotice], now: dt.datetime) -> list[Notice]:
    """Keep the notices that were `found` about an article; those that are new are answered.

    Two sources that tell of the same notice make one. One that was first known without its own DOI gets it when
    somebody knows it, and is not told of again.
    """
    Article.objects.select_for_update().get(pk=article.pk)  # two checks at once keep each notice once
    known, new = list(article.notices.all()), []
    for notice in found:
        same = next((other for other in known if is_same(other, notice)), None)
        if same is not None:
            if notice.doi and not same.doi:
                same.doi, same.source = notice.doi, notice.source
                same.published_on = notice.published_on or same.published_on
                same.save(update_fields=["doi", "source", "published_on"])
            continue
        new.append(
            Notice.objects.create(
                article=article,
                kind=notice.kind,
                doi=notice.doi,
                source=notice.source,
                published_on=notice.published_on,
                noticed_at=now,
            )
        )
        known.append(new[-1])
    refresh_standing(article=article)
    return new


@transaction.atomic
def save_notices(*, article: Article, notices: Sequence[Notice]) -> None:
    """Make `notices`, which are not saved, all that is known of notices about the article; those known stay rows."""
    known = Article.objects.select_for_update().get(pk=article.pk).notices.all()
    pairs, left = matched(known, notices)
    for other in left:
        other.delete()
    for notice, same in pairs:
        notice.article, notice.pk = article, same.pk if same else None
        notice.save(force_insert=same is None, force_update=same is not None)
    refresh_standing(article=article)


def refresh_standing(*, article: Article) -> None:
    """Say anew what the article's notices come to."""
    notices = list(article.notices.all())
    retraction = retraction_of(notices)
    article.standing = standing_of(notices)
    article.retracted_on = retraction.published_on if retraction else None
    article.retraction_doi = retraction.doi if retraction else ""
    article.save(update_fields=["standing", "retracted_on", "retraction_doi"])


def note_check(*, article: Article, now: dt.datetime, answered: bool, problem: str) -> None:
    """Keep that we asked about an article's notices, and whether there was an answer."""
    facts: dict[str, Any] = {"asked_at": now, "problem": problem}
    if answered:
        facts["answered_at"] = now
    NoticeCheck.objects.update_or_create(article=article, defaults=facts)


# --- from a look-up -------------------------------------------------------------------------------


def key_for(record: Record) -> str:
    """A key for the article that `record` describes: “swift-2012”, with a letter where that is taken.

    A key once used by a file or an address stays with its article, so the first with a name has no letter and is not
    renamed. Without an author the title's first words name it; without a year, only the name does.
    """
    family = name_of(record.authors[0]).family if record.authors else " ".join(record.title.split()[:4])
    words = re.sub(r"[^a-z0-9]+", "-", fold(family)).strip("-")[:60].strip("-") or "article"
    key = f"{words}-{record.year}" if record.year else words
    taken = set(Article.objects.filter(key__startswith=key).values_list("key", flat=True))
    if key not in taken:
        return key
    tails = [*"bcdefghijklmnopqrstuvwxyz", *(f"-{number}" for number in range(27, len(taken) + 28))]
    return next(f"{key}{tail}" for tail in tails if f"{key}{tail}" not in taken)


@transaction.atomic
def keep_abstract(
    *, article: Article, text: str, source: str, by: Person | None = None, now: dt.datetime | None = None
) -> Abstract | None:
    """Keep an article's abstract for checking against; it is never published. An empty `text` removes it.

    `by` is who pasted or removed it; without, it came with the article.
    """
    text = text.replace("\0", "").strip()
    if by is not None:
        did = "abstract.kept" if text else "abstract.removed"
        record_event(stream="digest", by=by, did=did, about=f"article:{article.key}", source=source)
    if not text:
        Abstract.objects.filter(article=article).delete()
        return None
    kept = {"text": text, "source": source[:40], "kept_at": now or timezone.now()}
    return Abstract.objects.update_or_create(article=article, defaults=kept)[0]
