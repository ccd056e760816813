"""Who is at what: entries by stage, notes, tasks, links."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate, localtime, make_aware

from rapport.accounts.models import Person
from rapport.accounts.tokens import hashed
from rapport.desk.checking import Checked, Facts, check_words
from rapport.desk.checking.verdicts import normal
from rapport.desk.models import Acknowledgement, DeskTask, IssuePlan, Note, Presence, PreviewLink, Progress, Version
from rapport.desk.queries.lists import LAST_TOUCHED_FIRST, issues_out, with_stage
from rapport.desk.queries.words import Words, newest_versions
from rapport.digest.models import Entry, Issue, Revision
from rapport.web.wording import in_language

STAGES = ("draft", "in-review", "approved", "scheduled", "published", "corrected", "withdrawn")
MOST_TO_PLACE = 200
MOST_NOTES = 200
MIDDLE_OF_MONTH = 15
HERE = dt.timedelta(seconds=45)  # for how long after a sign of life somebody counts as having a text open


@dataclass(frozen=True)
class AtTheDesk:
    """A line of the overview: an entry, its stage (one of `STAGES`), its title and who wrote it when."""

    entry: Entry
    stage: str
    title: str
    author: Person | None
    changed_at: dt.datetime | None  # None: as it came from files
    open_notes: int = 0


def stage_of(entry: Entry) -> str:
    """Where the entry stands, one of `STAGES`. A published entry whose newest words wait is at their stage."""
    if entry.state == Entry.State.WITHDRAWN:
        return "withdrawn"
    progress = getattr(entry, "progress", None)
    if progress and progress.stage == Progress.Stage.APPROVED and entry.state == Entry.State.DRAFT:
        plan = getattr(entry.issue, "plan", None) if entry.issue else None
        return "scheduled" if plan and plan.release_at and not plan.held_back else "approved"
    if progress and progress.stage != Progress.Stage.OUT:
        return str(progress.stage)
    if entry.state == Entry.State.DRAFT:
        return "draft"
    corrected = any(revision.kind == Revision.Kind.CORRECTED for revision in entry.revisions.all())
    return "corrected" if corrected else "published"


def at_the_desk(
    *,
    stage: str = "",
    by: Person | None = None,
    not_by: Person | None = None,
    in_no_issue: bool = False,
    most: int | None = None,
) -> list[AtTheDesk]:
    """The entries that are being made, the longest untouched last: two queries. No more than `most`, if given.

    At one `stage` (of `STAGES`, up to scheduled), written by a person or by anybody else, in no issue.
    """
    waiting = [Progress.Stage.DRAFT, Progress.Stage.IN_REVIEW, Progress.Stage.APPROVED]
    # What only says again that readers have an entry already spares the database telling its stage.
    made: QuerySet[Any] = Entry.objects.filter(Q(state=Entry.State.DRAFT) | Q(progress__stage__in=waiting))
    made = with_stage(made).filter(stage__in=[stage] if stage else STAGES[:4])
    if by is not None:
        made = made.filter(_written_by(by))
    if not_by is not None:
        made = made.exclude(_written_by(not_by))
    if in_no_issue:
        made = made.filter(issue=None)
    in_order = (*LAST_TOUCHED_FIRST, "slug")
    chosen = made.order_by(*in_order).values("pk")[:most]  # of very many, only these are read and sorted whole
    notes = Note.objects.filter(entry=OuterRef("pk"), answers=None, settled_at=None).order_by()
    open_notes = Coalesce(Subquery(notes.values("entry").annotate(count=Count("pk")).values("count")), 0)
    entries = with_stage(Entry.objects.filter(pk__in=chosen)).annotate(open_notes=open_notes).order_by(*in_order)
    related = ("progress__author", "issue", "article", "research_type")
    return [_line(entry) for entry in entries.select_related(*related).prefetch_related("texts")]


def _written_by(person: Person) -> Q:
    """Drafts of theirs, and what they wrote last of an entry that readers have: its author may be another."""
    newest = newest_versions(Version.objects.filter(by=person)).order_by().values("entry")
    return Q(state=Entry.State.DRAFT, progress__author=person) | Q(state=Entry.State.PUBLISHED, pk__in=newest)


def _line(entry: Any) -> AtTheDesk:
    progress = getattr(entry, "progress", None)
    title = in_language({text.language: text.title for text in entry.texts.all()}, entry.language).text
    return AtTheDesk(
        entry=entry,
        stage=entry.stage,
        title=title or entry.slug,
        author=progress.author if progress else None,
        changed_at=progress.changed_at if progress else None,
        open_notes=entry.open_notes,
    )


def issues_at_the_desk(most: int | None = None) -> list[Issue]:
    """The issues that are planned and not out, the soonest first, with `plan` and their entries in order.

    No more than `most`, if given.
    """
    entries = Entry.objects.order_by("position").select_related("progress", "article").prefetch_related("texts")
    planned = Issue.objects.filter(plan__released_at=None, plan__isnull=False).select_related("plan__scheduled_by")
    return list(planned.prefetch_related(Prefetch("entries", entries)).order_by("year", "month")[:most])


def next_month_to_plan(today: dt.date) -> str:
    """The first month that has no issue yet, as “2024-06”: from this one on, or from the next when it is half over."""
    taken = set(Issue.objects.filter(year__gte=today.year).values_list("year", "month"))
    year, month = today.year, today.month
    if today.day > MIDDLE_OF_MONTH:
        taken.add((year, month))
    while (year, month) in taken:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return f"{year}-{month:02}"


def expected_release(issue: Issue, now: dt.datetime) -> dt.datetime:
    """When an issue that has no time yet would be expected: on the day of its month on which the last one came out.

    Tomorrow when that day is past. At the hour at which the last issue went out by itself, or else at eight.
    """
    planned = IssuePlan.objects.exclude(release_at=None).exclude(released_at=None).order_by("-release_at").first()
    hour = localtime(planned.release_at).time() if planned and planned.release_at else dt.time(8)
    last = issues_out().first()
    usual = last.published_on.day if last else 1
    on = issue.first_day.replace(day=min(usual, monthrange(issue.year, issue.month)[1]))
    day = max(on, localdate(now) + dt.timedelta(days=1))
    return make_aware(dt.datetime.combine(day, hour.replace(second=0, microsecond=0)))


def is_out(issue: Issue) -> bool:
    """Whether readers have, or have had, anything of the issue: then its entries change by revisions only."""
    plan = IssuePlan.objects.filter(issue=issue).only("released_at").first()
    return bool(plan and plan.released_at) or issue.entries.exclude(state=Entry.State.DRAFT).exists()


def departure(plan: IssuePlan | None, now: dt.datetime, *, ready: bool = True) -> str:
    """How a planned issue leaves: unset, held-back, due (its time has come, the schedule has not), goes-out, or
    at-risk: it would be held back, since by its checklist it is not `ready`.
    """
    if plan is None or plan.release_at is None:
        return "unset"
    if plan.held_back:
        return "held-back"
    if not ready:
        return "at-risk"
    return "due" if plan.release_at <= now else "goes-out"


def entries_to_place() -> list[Entry]:
    """Drafts that stand in no issue, with their texts, approved ones first; no more than somebody chooses from.

    Any other is placed from its own page.
    """
    drafts = Entry.objects.filter(state=Entry.State.DRAFT, issue=None).select_related("progress", "article")
    order = [Progress.Stage.APPROVED, Progress.Stage.IN_REVIEW, Progress.Stage.DRAFT]
    rank = Case(*(When(progress__stage=stage, then=place) for place, stage in enumerate(order)), default=len(order))
    return list(drafts.prefetch_related("texts").order_by(rank, "slug")[:MOST_TO_PLACE])


def notes_of(entry: Entry, language: str) -> list[tuple[Note, list[Note]]]:
    """Each note beside the text with its answers, oldest first; open ones before settled ones. One query.

    Of more than are ever read, the last.
    """
    notes = Note.objects.filter(entry=entry, language=language).select_related("by", "settled_by")
    answers: dict[int, list[Note]] = defaultdict(list)
    first = []
    for note in notes.order_by("made_at", "pk"):
        if note.answers_id:
            answers[note.answers_id].append(note)
        else:
            first.append(note)
    first = sorted(first, key=lambda note: note.settled_at is None)[-MOST_NOTES:]
    first.sort(key=lambda note: note.settled_at is not None)
    return [(note, answers[note.pk]) for note in first]


def acknowledgements_of(entry: Entry) -> QuerySet[Acknowledgement]:
    """Those that hold (were not taken back), the newest first, with who made them."""
    holding = Acknowledgement.objects.filter(entry=entry, taken_back_at=None)
    return holding.select_related("by").order_by("-made_at", "-pk")


def acknowledgements_in(texts: Mapping[str, str], *, entry: Entry, language: str) -> list[Acknowledgement]:
    """Those that hold and whose sentence stands in these words, the oldest first: two queries.

    What was said of sentences that have since been written anew stays kept, and is not read whole each time.
    """
    written = [normal(text) for text in texts.values()]
    kept = acknowledgements_of(entry).filter(language=language)
    standing = [
        key for key, sentence in kept.values_list("pk", "sentence") if any(normal(sentence) in text for text in written)
    ]
    return list(kept.filter(pk__in=standing).order_by("made_at", "pk"))


@dataclass(frozen=True)
class AnsweredFor:
    """The figures somebody answers for: `standing` in the newest words, and `gone` with the sentence they stood in."""

    standing: tuple[Acknowledgement, ...]
    gone: QuerySet[Acknowledgement]


def answered_for(entry: Entry, newest: Mapping[str, Words]) -> AnsweredFor:
    """Those of `acknowledgements_of`, by whether they still hold for a figure. What is stored does not matter here."""
    standing: list[Acknowledgement] = []
    for language, words in newest.items():
        kept = acknowledgements_in(words.texts, entry=entry, language=language)
        asked = [(one.figure, one.sentence) for one in kept]
        checked = check_words(words.texts, Facts(), language=language, acknowledged=asked) if kept else Checked()
        held = {(normal(figure.text), normal(figure.sentence)) for figure in checked.figures if figure.acknowledged}
        standing += [one for one in kept if (normal(one.figure), normal(one.sentence)) in held]
    gone = acknowledgements_of(entry).exclude(pk__in=[one.pk for one in standing])
    return AnsweredFor(tuple(standing), gone)


def answered_before(entry: Entry, language: str, figures: Iterable[str]) -> dict[str, Acknowledgement]:
    """By figure, what somebody answered for it last, in whatever sentence it stood."""
    every = acknowledgements_of(entry).filter(language=language, figure__in=list(figures))[:MOST_NOTES]
    return {normal(one.figure): one for one in reversed(every)}


def open_tasks(most: int | None = None) -> list[DeskTask]:
    """What waits for somebody, the newest first, with what it is about: two queries. No more than `most`, if given."""
    tasks = DeskTask.objects.filter(done_at=None).select_related("entry__article", "issue__plan", "notice__article")
    return list(tasks.prefetch_related("entry__texts")[:most])


def count_open_tasks() -> int:
    return DeskTask.objects.filter(done_at=None).count()


def who_else(entry: Entry, language: str, person: Person, now: dt.datetime) -> list[Person]:
    """The others who have this text open, by name."""
    seen = Presence.objects.filter(entry=entry, language=language, seen_at__gt=now - HERE).exclude(person=person)
    return [presence.person for presence in seen.select_related("person").order_by("person__name", "person")]


def entry_by_preview_token(token: str, now: dt.datetime) -> Entry | None:
    """The entry that a link's token opens now; None when it has expired, was revoked, or never was, and when there
    is nothing to see that is not published.
    """
    link = PreviewLink.objects.filter(token_hash=hashed(token), revoked_at=None, expires_at__gt=now)
    related = ("entry__article", "entry__research_type", "entry__issue", "entry__progress")
    found = link.select_related(*related).first()
    return found.entry if found and has_unpublished(found.entry) else None


def has_unpublished(entry: Entry) -> bool:
    """Whether there is something of it that readers do not see yet: a draft, or a correction being written."""
    if entry.state != Entry.State.PUBLISHED:
        return entry.state == Entry.State.DRAFT
    progress = getattr(entry, "progress", None)
    return progress is not None and progress.stage != Progress.Stage.OUT
