"""Addresses by which somebody without an account reads a draft until a day."""

from __future__ import annotations

import datetime as dt

from rapport.accounts.models import Person
from rapport.desk.models import PreviewLink
from rapport.digest.models import Entry

LASTS = dt.timedelta(days=14)


def make_preview_link(
    *, entry: Entry, label: str, by: Person, now: dt.datetime, expires_at: dt.datetime | None = None
) -> tuple[PreviewLink, str]:
    """A link for whoever `label` names, and its token, which is kept nowhere: show it now or never.

    It lasts `LASTS` unless `expires_at` says otherwise. Refused for a moment that has passed, or beyond a year.
    """
    raise NotImplementedError


def revoke_preview_link(*, link: PreviewLink, by: Person, now: dt.datetime) -> PreviewLink:
    """Close the link before its time. Doing it twice changes nothing."""
    raise NotImplementedError
