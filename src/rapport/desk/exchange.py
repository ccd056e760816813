"""How an entry was made at the desk, as the files that travel with it say it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from rapport.accounts.models import Person
from rapport.desk.actions.locking import keep_as_versions, reopen
from rapport.desk.fields import FIELDS
from rapport.desk.models import Acknowledgement, Progress, Version
from rapport.digest.actions import keep_from_imports
from rapport.digest.exchange.schema import AcknowledgementFile, DeskFile, VersionFile, VersionWords
from rapport.digest.models import Entry

BY_IMPORT = "an import"


class DeskFiles:
    """The desk's part in an import and an export (`rapport.digest.exchange.beside`)."""

    def read(self) -> dict[str, DeskFile]:
        """What is kept beside each entry that has been at the desk, by slug. Three queries."""
        versions: dict[int, dict[str, list[Version]]] = defaultdict(lambda: defaultdict(list))
        for version in Version.objects.select_related("by").order_by("language", "number"):
            versions[version.entry_id][version.language].append(version)
        acknowledgements: dict[int, list[Acknowledgement]] = defaultdict(list)
        for acknowledgement in Acknowledgement.objects.select_related("by").order_by("made_at", "pk"):
            acknowledgements[acknowledgement.entry_id].append(acknowledgement)
        progresses = Progress.objects.select_related("entry", "author", "approved_by").order_by("entry__slug")
        return {
            progress.entry.slug: DeskFile(
                stage=progress.stage,
                author=_name(progress.author, progress.author_name),
                approved_by=_name(progress.approved_by, progress.approved_by_name),
                approved=progress.approved_at,
                changed=progress.changed_at,
                versions={
                    language: tuple(_version(version) for version in of)
                    for language, of in versions[progress.entry_id].items()
                },
                acknowledgements=tuple(_acknowledgement(ack) for ack in acknowledgements[progress.entry_id]),
            )
            for progress in progresses
        }

    @transaction.atomic
    def take(self, slug: str, kept: DeskFile) -> None:
        """Keep this beside an entry that has not been at the desk here."""
        entry = Entry.objects.select_for_update().get(slug=slug)
        persons = _persons()
        Progress.objects.create(
            entry=entry,
            stage=kept.stage,
            author=persons.get(kept.author or ""),
            author_name=kept.author or "",
            approved_by=persons.get(kept.approved_by or ""),
            approved_by_name=kept.approved_by or "",
            approved_at=kept.approved,
            changed_at=kept.changed,
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


def _persons() -> dict[str, Person]:
    """Who has an account here, by name; a name that two have is nobody's."""
    by_name: dict[str, list[Person]] = defaultdict(list)
    for person in Person.objects.all():
        by_name[person.name].append(person)
    return {name: persons[0] for name, persons in by_name.items() if name and len(persons) == 1}


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
