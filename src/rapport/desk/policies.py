"""Who may do what at the desk. Views name one of these; a deed that depends on whose entry it is asks here too."""

from __future__ import annotations

from collections.abc import Collection

from rapport.accounts.models import Person, Role
from rapport.accounts.policies import Policy
from rapport.desk.models import DeskRules
from rapport.digest.models import Entry

MAY_WRITE = Policy(Role.AUTHOR, Role.EDITOR, Role.ADMINISTRATOR)
MAY_EDIT = Policy(Role.EDITOR, Role.ADMINISTRATOR)  # approve, schedule, correct, withdraw
MAY_RUN = Policy(Role.ADMINISTRATOR)  # the network's own: identity, pages, shelves, rules


def may_change_at_once(person: Person, entry: Entry) -> bool:
    """What readers see without another step, such as where they find an entry, is an editor's to change."""
    return MAY_EDIT.allows(person) or entry.state != Entry.State.PUBLISHED


def may_approve(person: Person, writers: Collection[int], rules: DeskRules) -> bool:
    """Editors may; where the network asks for a second person, not of what they wrote a part of themselves.

    `writers` are the accounts that count as having written it (`queries.writers_of`).
    """
    return MAY_EDIT.allows(person) and not (rules.second_person_approves and person.pk in writers)
