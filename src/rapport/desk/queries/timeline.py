"""All that happened to an entry, in one line of time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rapport.audit.models import Event
from rapport.desk.audit_words import about, deed_name
from rapport.desk.models import Acknowledgement, Version
from rapport.digest.models import Entry
from rapport.web.wording import in_language

MOST = 200
TOLD_OTHERWISE = {"entry.written", "entry.restored", "entry.begun", "entry.figure-acknowledged"}
REPEATED = {"entry.facts-changed", "entry.shelved"}


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
    times: int = 1
    details: dict[str, Any] = field(default_factory=dict)


def history(entry: Entry) -> list[Happening]:
    """What happened to an entry, the newest first: versions, stages, acknowledgements, revisions. Four queries.

    What one person did several times in a row, and nothing tells apart, is told once. Of a history that nobody would
    read to its end, the last `MOST`; the versions and the audit have all of it.
    """
    deeds = Event.objects.filter(stream="digest", about=about(entry)).exclude(did__in=TOLD_OTHERWISE)
    events = list(deeds.order_by("-pk")[:MOST])
    written = Version.objects.filter(entry=entry).select_related("by").defer("words").order_by("-saved_at")
    held = Acknowledgement.objects.filter(entry=entry).select_related("by").order_by("-made_at")
    happenings = [
        *(_version(version) for version in written[:MOST]),
        *(_acknowledgement(ack) for ack in held[:MOST]),
        *_revisions(entry, [event for event in events if "revision" in event.details]),
        *(_deed(event) for event in events if "revision" not in event.details),
    ]
    return _without_repeats(sorted(happenings, key=lambda happening: happening.at, reverse=True))[:MOST]


def _without_repeats(happenings: list[Happening]) -> list[Happening]:
    told: list[Happening] = []
    for happening in happenings:
        last = told[-1] if told else None
        if last and happening.kind in REPEATED and (last.kind, last.who) == (happening.kind, happening.who):
            told[-1] = replace(last, times=last.times + 1)
        else:
            told.append(happening)
    return told


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
    scheduled_by = {event.details["revision"]: event.details.get("scheduled_by", "") for event in events}
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
                **({"scheduled_by": scheduled} if (scheduled := scheduled_by.get(revision.number)) else {}),
            },
        )
        for revision in entry.revisions.all()
    ]


def _deed(event: Event) -> Happening:
    return Happening(
        at=event.at,
        kind=event.did,
        who=event.told_name,
        sentence=deed_name(event.did),
        language=str(event.details.get("language", "")),
        reason=str(event.details.get("reason", "")),
        details=event.details,
    )
