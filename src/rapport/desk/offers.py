"""Which deeds an entry's page offers, to whom: what stands behind its buttons. The deeds themselves ask again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from rapport.accounts.models import Person
from rapport.desk.models import DeskRules, Progress
from rapport.desk.policies import MAY_EDIT, may_approve, may_change_at_once
from rapport.desk.queries import Outlook, writers_of
from rapport.digest.models import Entry


@dataclass(frozen=True)
class Offers:
    """Each is whether the deed makes sense now and `person` may do it."""

    submit: bool = False
    send_back: bool = False
    approve: bool = False
    second_person: bool = False  # an editor wrote this, and the network asks for another one's approval
    wrote_it: bool = False  # the whole of it, and not only a part
    place: bool = False
    correct: bool = False
    translate: tuple[str, ...] = ()
    approve_translation: tuple[str, ...] = ()
    others_translation: tuple[str, ...] = ()  # that an editor wrote a part of, and another one must approve
    withdraw: bool = False
    write: bool = False
    shelve: bool = False


def offers(
    person: Person,
    entry: Entry,
    stage: str,
    *,
    progress: Progress,
    rules: DeskRules,
    outlook: Outlook,
    unseen: Collection[str],
    changed: Collection[str],
) -> Offers:
    """What can be done with `entry` at `stage`.

    Of a published entry, `unseen` are the languages that readers have no text in yet, and `changed` those whose
    newest words are not what readers see.
    """
    edits = MAY_EDIT.allows(person)
    allowed = edits and (
        stage != "in-review" or may_approve(person, writers_of(entry, progress, outlook.approvable), rules)
    )
    beside = [
        (language, may_approve(person, writers_of(entry, progress, [language]), rules))
        for language in (outlook.to_approve if edits else ())
    ]
    shown = entry.state == Entry.State.PUBLISHED
    return Offers(
        submit=stage == "draft",
        send_back=edits and stage in {"in-review", "approved", "scheduled"},
        approve=allowed and stage == "in-review",
        second_person=edits and not allowed and stage == "in-review",
        wrote_it=progress.author_id == person.pk,
        place=edits and entry.state == Entry.State.DRAFT,
        correct=edits and shown and stage == "approved" and any(one in outlook.goes_out for one in changed),
        translate=tuple(one for one in unseen if one in outlook.goes_out)
        if edits and shown and stage == "approved"
        else (),
        approve_translation=tuple(language for language, may in beside if may),
        others_translation=tuple(language for language, may in beside if not may),
        withdraw=edits and shown,
        write=entry.state != Entry.State.WITHDRAWN,
        shelve=entry.state != Entry.State.WITHDRAWN and may_change_at_once(person, entry),
    )
