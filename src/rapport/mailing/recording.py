"""What the audit is told about letters."""

from __future__ import annotations

import datetime as dt

from rapport.accounts.models import Person
from rapport.audit.actions import record
from rapport.mailing.models import Edition


def record_of_letter(did: str, edition: Edition, *, by: Person | None, now: dt.datetime, **details: object) -> None:
    """Who did it (None: nobody at the desk), to the letter of which edition.

    The audit is kept for good, so `details` name a delivery by its number and never by an address.
    """
    record(stream="digest", by=by, did=did, about=f"letter:{edition}", now=now, **details)
