"""What happens to an entry that readers have seen: corrected, translated, withdrawn. Each is a numbered revision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from rapport.accounts.models import Person
from rapport.digest.models import Entry, Revision


def publish_correction(
    *,
    entry: Entry,
    account: Mapping[str, str],
    reason: str,
    by: Person,
    now: dt.datetime,
    languages: Collection[str] | None = None,
) -> Revision:
    """Show readers the approved words of `languages` (left out: of every published one whose words changed).

    `account` is one line for readers, by language; one in the entry's own language is needed. Refused unless the
    words are approved, when nothing differs from what readers see, or without an account or a reason.
    """
    raise NotImplementedError


def publish_translation(
    *, entry: Entry, language: str, by: Person, now: dt.datetime, account: Mapping[str, str] | None = None
) -> Revision:
    """Show readers of `language` the approved translation of a published entry for the first time."""
    raise NotImplementedError


def withdraw_entry(*, entry: Entry, account: Mapping[str, str], reason: str, by: Person, now: dt.datetime) -> Revision:
    """Take a published entry away from readers; its page says so, with the account. It cannot be undone."""
    raise NotImplementedError
