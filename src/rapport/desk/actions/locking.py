"""How a deed takes hold of an entry, so that two at once come one after the other."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from rapport.accounts.models import Person
from rapport.audit.actions import record
from rapport.desk.audit_words import about
from rapport.desk.models import Progress, Version
from rapport.desk.queries.words import texts_of
from rapport.desk.refusals import Refused
from rapport.digest.models import Entry


def hold(entry: Entry) -> Entry:
    """The entry as it is now, held to the end of the transaction. SQLite lets one writer in at a time by itself."""
    held = Entry.objects.select_for_update().filter(pk=entry.pk).order_by("pk").first()
    if held is None:
        raise Refused(_("This entry is no longer there. Somebody deleted it meanwhile."))
    return held


def bring_to_desk(entry: Entry, now: dt.datetime) -> Progress:
    """The entry's progress. One that came from files gets its words kept as first versions, so that none is lost."""
    stage = Progress.Stage.DRAFT if entry.state == Entry.State.DRAFT else Progress.Stage.OUT
    progress, is_new = Progress.objects.get_or_create(entry=entry, defaults={"stage": stage, "changed_at": now})
    if is_new:
        keep_as_versions(entry, now)
    return progress


def keep_as_versions(entry: Entry, now: dt.datetime, *, by_name: str = "") -> list[Version]:
    """Keep what the digest holds of each language as a version, where it differs from the newest."""
    made = []
    texts = sorted(entry.texts.all(), key=lambda text: (text.language != entry.language, text.language))
    original = None
    for text in texts:
        words = texts_of(text)
        newest = Version.objects.filter(entry=entry, language=text.language).order_by("-number").first()
        if newest is None or newest.words != words:
            close(newest)
            newest = Version.objects.create(
                entry=entry,
                language=text.language,
                number=newest.number + 1 if newest else 1,
                words=words,
                of_original=original.number if original and text.language != entry.language else None,
                by_name=by_name or text.translator or text.author,
                begun_at=now,
                saved_at=now,
                closed=True,
            )
            made.append(newest)
        if text.language == entry.language:
            original = newest
    return made


def close(version: Version | None) -> None:
    """End the stretch of writing: what is typed next is another version."""
    if version and not version.closed:
        version.closed = True
        version.save(update_fields=["closed"])


def close_all(entry: Entry) -> None:
    Version.objects.filter(entry=entry, closed=False).update(closed=True)


def reopen(progress: Progress, *, by: Person | None, now: dt.datetime, why: str) -> None:
    """Words or facts changed: what was approved is in review again, and what is out has a newer draft."""
    was = progress.stage
    progress.changed_at = now
    if was == Progress.Stage.APPROVED:
        progress.stage = Progress.Stage.IN_REVIEW
    elif was == Progress.Stage.OUT:
        progress.stage = Progress.Stage.DRAFT
    if was != progress.stage:
        progress.approved_by = progress.approved_at = None
        progress.approved_by_name = ""
        subject = about(progress.entry)
        record(stream="digest", by=by, did="entry.reopened", about=subject, now=now, was=was, why=why)
    progress.save()
