"""What a letter says: composed for one subscriber, rendered for mail clients, and as a page."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from rapport.digest.models import SiteIdentity
from rapport.mailing.letters.message import MailedLetter
from rapport.mailing.sending.claiming import Claimed


def compose(claimed: Claimed, *, now: dt.datetime) -> MailedLetter:
    """The letter that a worker has claimed, as it is to be read now."""
    site = SiteIdentity.objects.filter(pk=1).first() or SiteIdentity()
    titles = [line.entry.texts.get(language=line.language).title for line in claimed.lines]
    return MailedLetter(
        delivery=claimed.delivery,
        sender_name=str(site),
        subject="; ".join(titles),
        text="\n\n".join(titles),
        html="".join(f"<p>{title}</p>" for title in titles),
        list_name=str(site),
        unsubscribe_url=settings.SITE_ADDRESS,
    )
