"""Which deeds an entry's page offers, to whom: what stands behind its buttons. The deeds themselves ask again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from rapport.accounts.models import Person
from rapport.desk.models import DeskRules, Progress
from rapport.desk.policies import MAY_EDIT, may_approve, may_change_at_once
from rapport.digest.models import Entry


@dataclass(frozen=True)
class Offers:
    """Each is whether the deed makes sense now and `person` may do it."""

    submit: bool = False
    send_back: bool = False
    approve: bool = False
    second_person: bool = False  # an editor wrote this, and the network asks for another one's approval
    place: bool = False
    correct: bool = False
    translate: tuple[str, ...] = ()
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
    unseen: Collection[str],
    changed: Collection[str],
) -> Offers:
    """What can be done with `entry` at `stage`.

    Of a published entry, `unseen` are the languages that readers have no text in yet, and `changed` those whose
    newest words are not what readers see.
    """
    edits = MAY_EDIT.allows(person)
    allowed = may_approve(person, progress, rules)
    shown = entry.state == Entry.State.PUBLISHED
    return Offers(
        submit=stage == "draft",
        send_back=edits and stage in {"in-review", "approved", "scheduled"},
        approve=allowed and stage == "in-review",
        second_person=edits and not allowed and stage == "in-review",
        place=edits and entry.state == Entry.State.DRAFT,
        correct=edits and shown and stage == "approved" and bool(changed),
        translate=tuple(unseen) if edits and shown and stage == "approved" else (),
        withdraw=edits and shown,
        write=entry.state != Entry.State.WITHDRAWN,
        shelve=entry.state != Entry.State.WITHDRAWN and may_change_at_once(person, entry),
    )
