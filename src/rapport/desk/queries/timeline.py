"""All that happened to an entry, in one line of time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rapport.audit.models import Event
from rapport.desk.models import Acknowledgement, Version
from rapport.digest.models import Entry
from rapport.web.wording import in_language

TOLD_OTHERWISE = {"entry.written", "entry.restored", "entry.begun", "entry.figure-acknowledged"}


@dataclass(frozen=True)
class Happening:
    """Something in an entry's history. `kind`: the audit's word (“entry.approved”), or version, revision,
    acknowledgement."""

    at: dt.datetime
    kind: str
    who: str
    sentence: str
    language: str = ""
    reason: str = ""
    number: int | None = None  # of a version or a revision
    details: dict[str, Any] = field(default_factory=dict)


def history(entry: Entry) -> list[Happening]:
    """All that happened to an entry, the newest first: versions, stages, acknowledgements, revisions. Four queries."""
    events = list(Event.objects.filter(stream="digest", about=f"entry:{entry.slug}").exclude(did__in=TOLD_OTHERWISE))
    sentences = _sentences()
    happenings = [
        *(_version(version) for version in Version.objects.filter(entry=entry).select_related("by")),
        *(_acknowledgement(ack) for ack in Acknowledgement.objects.filter(entry=entry).select_related("by")),
        *_revisions(entry, [event for event in events if "revision" in event.details]),
        *(_deed(event, sentences) for event in events if "revision" not in event.details),
    ]
    return sorted(happenings, key=lambda happening: happening.at, reverse=True)


def _version(version: Version) -> Happening:
    sentence = _("wrote version %(number)d") % {"number": version.number}
    if version.restored_from:
        sentence = _("made version %(old)d the newest again, as version %(number)d") % {
            "old": version.restored_from,
            "number": version.number,
        }
    elif version.by is None:
        sentence = _("as it came from files: version %(number)d") % {"number": version.number}
    return Happening(
        at=version.saved_at,
        kind="version",
        who=version.by.name if version.by else version.by_name,
        sentence=sentence,
        language=version.language,
        number=version.number,
        details={"restored_from": version.restored_from} if version.restored_from else {},
    )


def _acknowledgement(ack: Acknowledgement) -> Happening:
    return Happening(
        at=ack.made_at,
        kind="acknowledgement",
        who=ack.by.name if ack.by else ack.by_name,
        sentence=_("answers for “%(figure)s” in “%(sentence)s”") % {"figure": ack.figure, "sentence": ack.sentence},
        language=ack.language,
        reason=ack.reason,
        details={"taken_back_at": ack.taken_back_at} if ack.taken_back_at else {},
    )


def _revisions(entry: Entry, events: list[Event]) -> list[Happening]:
    """What readers were told; `who` did it is the author for readers, and in `details` who pressed the button."""
    done_by = {event.details["revision"]: event.told_name for event in events}
    sentences = {
        "published": _("was published (revision %(number)d)"),
        "corrected": _("was corrected (revision %(number)d)"),
        "translated": _("was translated (revision %(number)d)"),
        "withdrawn": _("was withdrawn (revision %(number)d)"),
        "notice": _("a notice about the article was told to readers (revision %(number)d)"),
    }
    return [
        Happening(
            # One that came from files has a day only: it comes before what was done at the desk on that day.
            at=revision.made_at or dt.datetime.combine(revision.made_on, dt.time(), tzinfo=dt.UTC),
            kind="revision",
            who=revision.by,
            sentence=sentences[revision.kind] % {"number": revision.number},
            language=revision.language,
            reason=revision.reason,
            number=revision.number,
            details={
                "kind": revision.kind,
                "account": in_language(revision.account, get_language() or entry.language).text,
                "done_by": done_by.get(revision.number, ""),
            },
        )
        for revision in entry.revisions.all()
    ]


def _deed(event: Event, sentences: dict[str, str]) -> Happening:
    return Happening(
        at=event.at,
        kind=event.did,
        who=event.told_name,
        sentence=sentences.get(event.did, event.did),
        language=str(event.details.get("language", "")),
        reason=str(event.details.get("reason", "")),
        details=event.details,
    )


def _sentences() -> dict[str, str]:
    return {
        "entry.submitted": _("submitted it for review"),
        "entry.sent-back": _("sent it back to its author"),
        "entry.approved": _("approved it"),
        "entry.reopened": _("changed it, so that it must be approved again"),
        "entry.facts-changed": _("changed what is stored of the article"),
        "entry.shelved": _("set its type and topics"),
        "entry.placed": _("put it into an issue"),
        "entry.taken-out": _("took it out of its issue"),
        "entry.translation-confirmed": _("said that the translation fits the original"),
        "entry.acknowledgement-taken-back": _("no longer answers for a figure"),
        "notice.arrived": _("found a notice about the article"),
        "note.written": _("wrote a note"),
        "note.answered": _("answered a note"),
        "note.settled": _("settled a note"),
        "preview.made": _("made a preview link"),
        "preview.revoked": _("closed a preview link"),
        "task.closed": _("closed a task"),
    }
