"""Sending that stops before all letters have gone: because somebody says so, or because it fails again and again."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from rapport.mailing.models import Delivery, LedgerLine, Mailing, Subscriber
from rapport.mailing.queries import hold_mailing
from rapport.mailing.recording import record_of_letter


@transaction.atomic
def pause_by_itself(*, mailing: int, problem: str, now: dt.datetime) -> bool:
    """Pause a mailing whose letters failed one after another, until somebody has looked. Whether it was going."""
    held = hold_mailing(mailing)
    if held.state != Mailing.State.GOING:
        return False
    held.state, held.problem, held.changed_by = Mailing.State.PAUSED, problem, None
    held.save(update_fields=["state", "problem", "changed_by"])
    record_of_letter("letter.paused-by-itself", held.edition, by=None, now=now)
    return True


def drop_waiting(*, mailing: Mailing, now: dt.datetime) -> None:
    """Drop the letters of a mailing that wait, as if their readers had not been considered for it.

    The mailing is held. The letters go first: one that a worker is claiming at this moment is still sent, and has to
    keep its lines of the ledger.
    """
    Delivery.objects.filter(mailing=mailing, state=Delivery.State.WAITING).update(
        state=Delivery.State.DROPPED, ended_at=now
    )
    as_if_not_considered(Delivery.objects.filter(mailing=mailing, state=Delivery.State.DROPPED, ended_at=now))


def as_if_not_considered(dropped: QuerySet[Delivery]) -> None:
    """What was in these letters, of which none has gone, is as new to their readers as it was before."""
    considered = dropped.filter(subscriber=OuterRef("pk")).values("seen_from")[:1]
    Subscriber.objects.filter(pk__in=dropped.values("subscriber"), seen_through__gt=Subquery(considered)).update(
        seen_through=Subquery(considered)
    )
    LedgerLine.objects.filter(delivery__in=dropped).delete()
