"""What editors do about one subscriber who writes to them: stop the letters, delete everything, lift a suppression.

The audit tells who did it and never to whom: an address that was deleted must not live on there.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.accounts.models import Person
from rapport.audit.actions import record
from rapport.mailing.actions.editions import hold_rules
from rapport.mailing.actions.subscribing import forget, unsubscribe
from rapport.mailing.addresses import Address
from rapport.mailing.models import Subscriber, Suppression
from rapport.mailing.refusals import NotPossible
from rapport.mailing.tokens import suppression_key


@transaction.atomic
def stop_letters(*, subscriber: Subscriber, by: Person, now: dt.datetime) -> Subscriber:
    """As if they had unsubscribed themselves. Of somebody who gets none it changes nothing."""
    held = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    stopped = unsubscribe(subscriber=held, now=now)
    if stopped.state != held.state:
        record(stream="digest", by=by, did="subscriber.stopped", about=_number(held), now=now)
    return stopped


@transaction.atomic
def delete_subscriber(*, subscriber: Subscriber, by: Person, now: dt.datetime) -> None:
    """All that is held about them: wishes, letters, reading log. Whoever wants no mail at all stays suppressed."""
    hold_rules(now)
    held = Subscriber.objects.select_for_update().filter(pk=subscriber.pk).first()
    if held is None:  # somebody else has, or they themselves, a moment ago
        return
    record(stream="digest", by=by, did="subscriber.deleted", about=_number(held), now=now)
    forget(held, now)


@transaction.atomic
def lift_suppression(*, address: Address, by: Person, now: dt.datetime) -> None:
    """Let an address get mail again when whoever has it asks for it. It begins no letters."""
    found = Suppression.objects.select_for_update().filter(key=suppression_key(address.folded)).first()
    if found is None:
        raise NotPossible(_("%(address)s is not suppressed.") % {"address": address.written})
    record(stream="digest", by=by, did="suppression.lifted", now=now, why=found.why)
    found.delete()


def _number(subscriber: Subscriber) -> str:
    return f"subscriber:{subscriber.pk}"
