"""What mail comes of something that an editor is about to do: said on the desk's pages before they press.

The desk asks by way of the settings (`DESK_COMES_OF`): it knows nothing of this room.
"""

from __future__ import annotations

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.digest.models import Entry, Issue
from rapport.mailing.actions.editions import HAS_IT
from rapport.mailing.models import Edition, LedgerLine, MailRules, Subscriber
from rapport.mailing.queries import readers_told
from rapport.web.templatetags.web import number


def of_issue(issue: Issue) -> list[str]:
    """Of publishing it: to how many it goes by mail, when, and who has it later. Two queries."""
    paused = Q(paused_until__gt=timezone.localdate())
    at_once = Q(rhythm=Subscriber.Rhythm.PUBLISHED) & ~paused
    readers = Subscriber.objects.filter(state=Subscriber.State.READING)
    now_and_later = readers.aggregate(now=Count("pk", filter=at_once), all=Count("pk"))
    now, later = now_and_later["now"], now_and_later["all"] - now_and_later["now"]
    if not now + later:
        return [_("Nobody subscribes to letters yet, so none go out.")]
    said = []
    if now:
        said.append(_now(now))
        said.append(
            _("By the rules of sending they wait until an editor lets them go.")
            if MailRules.current().waits_for_go
            else _("They go out within minutes, and what has gone cannot be called back.")
        )
    if later:
        message = ngettext(
            "%(count)s more, who reads monthly or quarterly or has paused, has it in a later letter.",
            "%(count)s more, who read monthly or quarterly or have paused, have it in a later letter.",
            later,
        )
        said.append(message % {"count": number(later)})
    return said


def of_change(entry: Entry) -> list[str]:
    """Of telling readers that it was corrected or withdrawn: how many are told by mail. One query."""
    told = readers_told(Edition(kind=Edition.Kind.RECALL))
    had = LedgerLine.objects.filter(entry=entry, delivery__state__in=HAS_IT, subscriber__state__in=told).count()
    if not had:
        return [_("Nobody has had it in a letter, so nobody is told by mail.")]
    message = ngettext(
        "The %(count)s reader who has had it in a letter is told by mail, with this line. It goes out within minutes.",
        "The %(count)s readers who have had it in a letter are told by mail, with this line. It goes out within "
        "minutes.",
        had,
    )
    return [message % {"count": number(had)}]


def _now(readers: int) -> str:
    message = ngettext(
        "A letter goes by mail to the %(count)s reader who gets each issue as it is published, if anything in it is "
        "what they asked for.",
        "Letters go by mail to the %(count)s readers who get each issue as it is published: to each with what they "
        "asked for, and to none for whom there is nothing in it.",
        readers,
    )
    return message % {"count": number(readers)}
