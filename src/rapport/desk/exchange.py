"""How an entry was made at the desk, as the files that travel with it say it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils import timezone

from rapport.accounts.models import Person
from rapport.desk.actions.locking import keep_as_versions, reopen
from rapport.desk.fields import FIELDS
from rapport.desk.models import Acknowledgement, DeskTask, Progress, Version
from rapport.digest.actions import keep_from_imports
from rapport.digest.exchange.schema import AcknowledgementFile, DeskFile, TaskFile, VersionFile, VersionWords
from rapport.digest.models import Entry
from rapport.literature.models import Notice

BY_IMPORT = "an import"


class DeskFiles:
    """The desk's part in an import and an export (`rapport.digest.exchange.beside`)."""

    def read(self) -> dict[str, DeskFile]:
        """What is kept beside each entry that has been at the desk, or has tasks there, by slug. Four queries."""
        versions: dict[int, dict[str, list[Version]]] = defaultdict(lambda: defaultdict(list))
        for version in Version.objects.select_related("by").order_by("language", "number"):
            versions[version.entry_id][version.language].append(version)
        acknowledgements: dict[int, list[Acknowledgement]] = defaultdict(list)
        for acknowledgement in Acknowledgement.objects.select_related("by").order_by("made_at", "pk"):
            acknowledgements[acknowledgement.entry_id].append(acknowledgement)
        tasks: dict[str, list[TaskFile]] = defaultdict(list)
        of_notices = DeskTask.objects.filter(entry__isnull=False, notice__isnull=False)
        for task in of_notices.select_related("entry", "notice", "done_by"):
            if task.entry and task.notice:  # as the query asked; this tells the type checker
                tasks[task.entry.slug].append(_task(task, task.notice))
        progresses = Progress.objects.select_related("entry", "author", "approved_by")
        at_the_desk = {
            progress.entry.slug: DeskFile(
                stage=progress.stage,
                author=_name(progress.author, progress.author_name),
                approved_by=_name(progress.approved_by, progress.approved_by_name),
                approved=progress.approved_at,
                approved_versions=dict(progress.approved_versions),
                changed=progress.changed_at,
                versions={
                    language: tuple(_version(version) for version in of)
                    for language, of in versions[progress.entry_id].items()
                },
                acknowledgements=tuple(_acknowledgement(ack) for ack in acknowledgements[progress.entry_id]),
                tasks=tuple(tasks.pop(progress.entry.slug, ())),
            )
            for progress in progresses
        }
        elsewhere = {slug: DeskFile(tasks=tuple(of)) for slug, of in tasks.items()}
        return dict(sorted({**at_the_desk, **elsewhere}.items()))

    @transaction.atomic
    def take(self, slug: str, kept: DeskFile) -> None:
        """Keep this beside an entry that has not been at the desk here."""
        entry = Entry.objects.select_for_update().get(slug=slug)
        persons = _persons()
        if kept.stage and kept.changed:
            _take_progress(entry, kept, kept.stage, kept.changed, persons)
        for task in kept.tasks:
            _take_task(entry, task, persons)

    @transaction.atomic
    def words_replaced(self, slugs: Collection[str]) -> None:
        """An import changed the words of these entries: they are a new version of those that are at the desk."""
        now = timezone.now()
        for entry in Entry.objects.filter(slug__in=slugs, progress__isnull=False).select_related("progress"):
            made = keep_as_versions(entry, now, by_name=BY_IMPORT)
            progress = entry.progress
            if entry.state != Entry.State.DRAFT:  # a file says what readers see
                progress.stage, progress.changed_at = Progress.Stage.OUT, now
                progress.save()
            elif made:
                reopen(progress, by=None, now=now, why="import")


def _take_progress(
    entry: Entry, kept: DeskFile, stage: str, changed: dt.datetime, persons: Mapping[str, Person]
) -> None:
    Progress.objects.create(
        entry=entry,
        stage=stage,
        author=persons.get(kept.author or ""),
        author_name=kept.author or "",
        approved_by=persons.get(kept.approved_by or ""),
        approved_by_name=kept.approved_by or "",
        approved_at=kept.approved,
        approved_versions=_approved_versions(kept),
        changed_at=changed,
    )
    Version.objects.bulk_create(
        Version(
            entry=entry,
            language=language,
            number=version.number,
            words=dict.fromkeys(FIELDS, "") | version.words.model_dump(exclude_none=True),
            of_original=version.of_original,
            by=persons.get(version.by or ""),
            by_name=version.by or "",
            begun_at=version.begun,
            saved_at=version.saved,
            closed=True,
            restored_from=version.restored_from,
        )
        for language, versions in kept.versions.items()
        for version in versions
    )
    Acknowledgement.objects.bulk_create(
        Acknowledgement(
            entry=entry,
            language=ack.language,
            figure=ack.figure,
            sentence=ack.sentence,
            reason=ack.reason,
            by=persons.get(ack.by),
            by_name=ack.by,
            made_at=ack.made,
            taken_back_at=ack.taken_back,
        )
        for ack in kept.acknowledgements
    )
    keep_from_imports(entry=entry)


def _take_task(entry: Entry, kept: TaskFile, persons: Mapping[str, Person]) -> None:
    DeskTask.objects.get_or_create(
        entry=entry,
        notice=_notice(entry, kept),
        defaults={
            "kind": DeskTask.Kind.NOTICE,
            "made_at": kept.made,
            "done_at": kept.done,
            "done_by": persons.get(kept.by or ""),
            "done_by_name": kept.by or "",
            "outcome": kept.outcome or "",
        },
    )


def _notice(entry: Entry, task: TaskFile) -> Notice:
    """The notice that a task is about. Its DOI may be known here and not in the file; `checking.py` saw to its kind."""
    of_kind = [notice for notice in entry.article.notices.all() if notice.kind == task.notice]
    named = (notice for notice in of_kind if notice.doi.casefold() == (task.doi or "").casefold())
    return next(named, of_kind[0])


def _persons() -> dict[str, Person]:
    """Who has an account here, by name; a name that two have is nobody's."""
    by_name: dict[str, list[Person]] = defaultdict(list)
    for person in Person.objects.all():
        by_name[person.name].append(person)
    return {name: persons[0] for name, persons in by_name.items() if name and len(persons) == 1}


def _approved_versions(kept: DeskFile) -> dict[str, int]:
    """What was last approved. A file that does not say is older than that: all of it was approved together."""
    if kept.approved_versions or kept.stage not in {"approved", "out"}:
        return dict(kept.approved_versions)
    return {language: versions[-1].number for language, versions in kept.versions.items() if versions}


def _name(person: Person | None, kept: str) -> str | None:
    return (person.name if person else kept) or None


def _version(version: Version) -> VersionFile:
    return VersionFile(
        number=version.number,
        by=_name(version.by, version.by_name),
        begun=version.begun_at,
        saved=version.saved_at,
        of_original=version.of_original,
        restored_from=version.restored_from,
        words=VersionWords(**{field: text for field in FIELDS if (text := version.words.get(field))}),
    )


def _acknowledgement(ack: Acknowledgement) -> AcknowledgementFile:
    return AcknowledgementFile(
        language=ack.language,
        figure=ack.figure,
        sentence=ack.sentence,
        reason=ack.reason,
        by=_name(ack.by, ack.by_name) or "somebody",
        made=ack.made_at,
        taken_back=ack.taken_back_at,
    )


def _task(task: DeskTask, notice: Notice) -> TaskFile:
    return TaskFile(
        notice=notice.kind,
        doi=notice.doi or None,
        made=task.made_at,
        done=task.done_at,
        by=_name(task.done_by, task.done_by_name),
        outcome=task.outcome or None,
    )
