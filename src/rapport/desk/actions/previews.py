"""Addresses by which somebody without an account reads a draft until a day."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.accounts.models import Person
from rapport.accounts.tokens import hashed, new_token
from rapport.audit.actions import record
from rapport.desk.actions.locking import hold
from rapport.desk.audit_words import about
from rapport.desk.cleaning import clean_line
from rapport.desk.models import PreviewLink
from rapport.desk.queries.overviews import has_unpublished
from rapport.desk.refusals import Refused
from rapport.digest.models import Entry

LASTS = dt.timedelta(days=14)
LONGEST = dt.timedelta(days=366)


@transaction.atomic
def make_preview_link(
    *, entry: Entry, label: str, by: Person, now: dt.datetime, expires_at: dt.datetime | None = None
) -> tuple[PreviewLink, str]:
    """A link for whoever `label` names, and its token, which is kept nowhere: show it now or never.

    It lasts `LASTS` unless `expires_at` says otherwise. Refused for a moment that has passed, or beyond a year.
    """
    label = clean_line(label, _("For whom"), longest=200)
    until = expires_at or now + LASTS
    if not now < until <= now + LONGEST:
        raise Refused(_("The link must end between now and a year from now."))
    held = hold(entry)
    if not has_unpublished(held):
        raise Refused(_("There is nothing here that readers do not see already; send them its address."))
    token = new_token()
    link = PreviewLink.objects.create(
        entry=held, token_hash=hashed(token), label=label, made_by=by, made_at=now, expires_at=until
    )
    record(
        stream="digest",
        by=by,
        did="preview.made",
        about=about(held),
        now=now,
        link=link.pk,
        label=label,
        until=until.isoformat(),
    )
    return link, token


def end_preview_links(entry: Entry, now: dt.datetime) -> None:
    """End the links to a draft: readers have now what they showed, or are to see it no more."""
    PreviewLink.objects.filter(entry=entry, revoked_at=None, expires_at__gt=now).update(revoked_at=now)


@transaction.atomic
def revoke_preview_link(*, link: PreviewLink, by: Person, now: dt.datetime) -> PreviewLink:
    """Close the link before its time. Doing it twice changes nothing."""
    revoked = PreviewLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now)
    link.refresh_from_db()
    if revoked:
        record(stream="digest", by=by, did="preview.revoked", about=about(link.entry), now=now, link=link.pk)
    return link
