"""The one write to the audit."""

from __future__ import annotations

import datetime as dt
from typing import Any, Protocol

from django.utils import timezone

from rapport.audit.models import SCHEDULE, Event


class Somebody(Protocol):
    @property
    def pk(self) -> Any: ...
    @property
    def name(self) -> str: ...


def record(
    *, stream: str, by: Somebody | None, did: str, about: str = "", now: dt.datetime | None = None, **details: Any
) -> Event:
    """Write down that `by` (None: the schedule) `did` something, in the transaction in which it is done."""
    return Event.objects.create(
        stream=stream,
        at=now or timezone.now(),
        who=by.pk if by else None,
        name=by.name if by else SCHEDULE,
        did=did,
        about=about,
        details=details,
    )
