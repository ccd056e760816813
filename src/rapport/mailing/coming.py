"""When somebody's next letter is due, by their rhythm and their pause, in words for themselves."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from rapport.mailing.models import Subscriber
from rapport.web.templatetags.web import day_name

MONTHS = {Subscriber.Rhythm.MONTHLY: 1, Subscriber.Rhythm.QUARTERLY: 3}


def next_due(subscriber: Subscriber, *, today: dt.date) -> dt.date | None:
    """The day after the month or the quarter, first after `today` and not in a pause. None: with an issue."""
    months = MONTHS.get(Subscriber.Rhythm(subscriber.rhythm))
    if months is None:
        return None
    not_before = max(today + dt.timedelta(days=1), subscriber.paused_until or today)
    month = not_before.year * 12 + not_before.month - 1
    if not_before.day > 1:
        month += 1
    month += -month % months
    return dt.date(month // 12, month % 12 + 1, 1)


def when_next(subscriber: Subscriber, *, today: dt.date) -> str:
    """A sentence; empty for whoever gets no letters."""
    if subscriber.state != Subscriber.State.READING:
        return ""
    day = next_due(subscriber, today=today)
    if day is not None:
        message = _("Your next letter comes on %(day)s, if there is something new of what you asked for.")
        return message % {"day": day_name(day)}
    if subscriber.paused_until and subscriber.paused_until > today:
        message = _("Your next letter comes with the first issue from %(day)s on, with what has come out meanwhile.")
        return message % {"day": day_name(subscriber.paused_until)}
    return _("Your next letter comes with the next issue, if there is something in it of what you asked for.")
