"""Lists of the desk: entries by stage, issue and author; the audit; what waits today."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from rapport.accounts.models import Person
from rapport.audit.models import Event
from rapport.desk.models import DeskTask, IssuePlan, Progress
from rapport.digest.models import Entry, EntryText, Issue, Revision

# Entries that nobody has touched at the desk stand behind all others.
LAST_TOUCHED_FIRST = (Coalesce("progress__changed_at", Value(dt.datetime(1900, 1, 1, tzinfo=dt.UTC))).desc(),)


@dataclass(frozen=True)
class Wanted:
    """Which entries a list is asked for. Empty: all."""

    stage: str = ""
    issue: str = ""  # “2024-05”, or “none”
    author: str = ""  # the account's number
    q: str = ""  # words of its title, its author, its article or its DOI

    def __bool__(self) -> bool:
        return bool(self.stage or self.issue or self.author or self.q)


def with_stage(entries: QuerySet[Entry]) -> QuerySet[Any]:
    """Entries with their `stage`, as `queries.stage_of` tells it of one, and `changed`, when somebody last did."""
    corrected = Exists(Revision.objects.filter(entry=OuterRef("pk"), kind=Revision.Kind.CORRECTED))
    planned = Q(issue__plan__release_at__isnull=False, issue__plan__held_back="")
    out = Q(progress__isnull=True) | Q(progress__stage=Progress.Stage.OUT)
    stage = Case(
        When(state=Entry.State.WITHDRAWN, then=Value("withdrawn")),
        When(Q(state=Entry.State.PUBLISHED) & out & corrected, then=Value("corrected")),
        When(Q(state=Entry.State.PUBLISHED) & out, then=Value("published")),
        When(Q(progress__stage="approved", state=Entry.State.DRAFT) & planned, then=Value("scheduled")),
        When(progress__stage__in=["draft", "in-review", "approved"], then="progress__stage"),
        default=Value("draft"),
        output_field=CharField(),
    )
    return entries.annotate(stage=stage)


def entries_listed(wanted: Wanted) -> QuerySet[Any]:
    """The entries that were asked for, the last touched first: three queries, whatever their number."""
    entries = with_stage(Entry.objects.select_related("issue", "article", "progress__author"))
    if wanted.stage:
        entries = entries.filter(stage=wanted.stage)
    if wanted.issue == "none":
        entries = entries.filter(issue=None)
    elif wanted.issue:
        year, month = wanted.issue.split("-")
        entries = entries.filter(issue__year=int(year), issue__month=int(month))
    if wanted.author:
        entries = entries.filter(progress__author=int(wanted.author))
    if wanted.q:
        texts = EntryText.objects.filter(Q(title__icontains=wanted.q) | Q(author__icontains=wanted.q))
        entries = entries.filter(
            Q(slug__icontains=wanted.q)
            | Q(article__title__icontains=wanted.q)
            | Q(article__authors__icontains=wanted.q)
            | Q(article__authors__icontains=json.dumps(wanted.q)[1:-1])  # SQLite keeps “é” as JSON escapes it
            | Q(article__doi__icontains=wanted.q)
            | Q(pk__in=texts.values("entry"))
        )
    in_order = entries.order_by(*LAST_TOUCHED_FIRST, "-issue__year", "-issue__month", "position", "pk")
    return in_order.prefetch_related("texts")


def authors() -> QuerySet[Person]:
    """Everybody who wrote an entry at the desk."""
    return Person.objects.filter(pk__in=Progress.objects.exclude(author=None).values("author")).order_by("name", "pk")


def issues_out() -> QuerySet[Any]:
    """The issues that went out, or came from files, the newest first, each with the number of its `entries_out`."""
    out = Issue.objects.filter(Q(plan__isnull=True) | Q(plan__released_at__isnull=False)).select_related("plan")
    count = Count("entries", filter=~Q(entries__state=Entry.State.DRAFT))
    return out.annotate(entries_out=count).order_by("-year", "-month")


def entries_in(issue: Issue) -> list[Any]:
    """An issue's entries in their order, each with its `stage`: three queries, whatever their number."""
    entries = with_stage(Entry.objects.filter(issue=issue).select_related("article", "research_type", "progress"))
    return list(entries.order_by("position", "pk").prefetch_related("texts", "topics"))


def plan_of(issue: Issue) -> IssuePlan | None:
    return getattr(issue, "plan", None)


def recently_out(limit: int = 5) -> list[Revision]:
    """The last things readers heard of."""
    return list(
        Revision.objects.exclude(entry__state=Entry.State.DRAFT)
        .select_related("entry__issue", "entry__article")
        .prefetch_related("entry__texts")
        .order_by("-made_on", "-pk")[:limit]
    )


def tasks_done() -> QuerySet[DeskTask]:
    """The tasks somebody has closed, the last closed first."""
    done = DeskTask.objects.exclude(done_at=None).select_related("entry", "issue", "notice", "done_by")
    return done.order_by("-done_at", "-pk").prefetch_related("entry__texts")


def audit_of(*, about: str = "", who: str = "", did: str = "") -> QuerySet[Event]:
    """What was done on the digest's side, the newest first; about a thing, by a person, or of a kind."""
    events = Event.objects.filter(stream="digest")
    if about:
        events = events.filter(about=about)
    if who:
        events = events.filter(who=int(who))
    if did:
        events = events.filter(did=did)
    return events


def writers_of_audit() -> list[tuple[int, str]]:
    """Everybody who did something, by number and the name they had last."""
    found: dict[int, str] = {}
    people = Event.objects.filter(stream="digest").exclude(who=None).order_by("name").values_list("who", "name")
    for who, name in people.distinct():
        if who is not None:
            found[who] = name
    return sorted(found.items(), key=lambda pair: pair[1].casefold())
