"""Clear away what has had its time. Nothing here is anybody's work."""

from __future__ import annotations

import datetime as dt

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from rapport.desk.models import Presence, PreviewLink
from rapport.mailing.models import MailedLink
from rapport.mailing.sending.claiming import forget_old_paces

# One that publishes every minute leaves 1,440 results a day. Those that failed stay longer, to be looked at.
FINISHED = dt.timedelta(days=1)
FAILED = dt.timedelta(days=14)
# A link that has expired still says so for a while, instead of “no such page”.
LINK = dt.timedelta(days=30)
# One that has expired still says so for a day. It holds an address, which is told that it is forgotten in time.
MAILED_LINK = dt.timedelta(days=1)
PRESENCE = dt.timedelta(hours=1)


def clear_expired(now: dt.datetime) -> None:
    """Remove sessions that are over, links that expired long ago, who was in the editor, how fast letters went."""
    Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    PreviewLink.objects.filter(expires_at__lt=now - LINK).delete()
    over = MailedLink.objects.filter(expires_at__lte=now)
    over.filter(subscriber=None).delete()  # the address of nobody who gets letters: forgotten within eight days
    over.filter(expires_at__lt=now - MAILED_LINK).delete()
    forget_old_paces(now=now)
    Presence.objects.filter(seen_at__lt=now - PRESENCE).delete()


def forget_finished_tasks(now: dt.datetime) -> None:
    """Remove the results of tasks that are done."""
    finished = DBTaskResult.objects.filter(finished_at__isnull=False)
    finished.filter(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=now - FINISHED).delete()
    finished.filter(finished_at__lt=now - FAILED).delete()
