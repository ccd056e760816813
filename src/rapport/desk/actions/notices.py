"""A retraction, correction or expression of concern arrives: readers are told, and an editor gets a task.

The services are asked outside any transaction; what one answer says is kept in one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from rapport.audit.actions import record
from rapport.desk.models import DeskTask
from rapport.digest.actions import add_revision, facts_changed
from rapport.digest.models import Entry, Revision, SiteIdentity
from rapport.literature.actions import note_check, record_notices
from rapport.literature.lookup import services
from rapport.literature.lookup.crossref import Crossref
from rapport.literature.models import Article, Notice
from rapport.literature.notices import Told, articles_to_ask_about, ask_about
from rapport.web.templatetags.web import day_name

# After so many questions in a row without an answer the service is down, and is left in peace until tomorrow.
MOST_IN_VAIN = 3


class NoticesUnknown(Exception):
    """About some articles there was no answer, so what is known of them may be out of date."""


@dataclass(frozen=True)
class CheckOfNotices:
    """What a check came to: how many articles were asked about, what is new, and who gave no answer."""

    asked: int
    new: tuple[Notice, ...]
    in_vain: int
    left: int


def check_notices(*, now: dt.datetime, crossref: Crossref | None = None) -> CheckOfNotices:
    """Ask about every article that has a DOI, and tell of what is new. Raises `NoticesUnknown` when answers lack.

    Whatever was answered is kept before it raises.
    """
    asking = crossref or services(contact=_contact()).crossref
    articles = articles_to_ask_about(now)
    new: list[Notice] = []
    asked = in_vain = in_a_row = 0
    problem = ""
    for article in articles:
        told = ask_about(article, asking)
        asked += 1
        new += keep_answer(told=told, now=now)
        in_a_row = 0 if told.answered else in_a_row + 1
        if not told.answered:
            in_vain, problem = in_vain + 1, told.problem
        if in_a_row == MOST_IN_VAIN:
            break
    check = CheckOfNotices(asked, tuple(new), in_vain, len(articles) - asked)
    if in_vain:
        raise NoticesUnknown(f"{problem} No answer about {check.in_vain + check.left} of {len(articles)} articles.")
    return check


@transaction.atomic
def keep_answer(*, told: Told, now: dt.datetime) -> list[Notice]:
    """Keep what was answered about one article, and tell readers and editors of what is new in it."""
    note_check(article=told.article, now=now, answered=told.answered, problem=told.problem)
    before = _as_told(told.article)
    new = record_notices(article=told.article, found=told.notices, now=now)
    if _as_told(told.article) != before:  # new, or known better: a withdrawn entry's page shows notices too
        facts_changed(article=told.article)
    for entry in Entry.objects.filter(article=told.article):
        for notice in new:
            tell_of(notice=notice, entry=entry, now=now)
    return new


@transaction.atomic
def tell_of(*, notice: Notice, entry: Entry, now: dt.datetime) -> DeskTask:
    """Tell the readers of an entry, by a revision, and its editors, by a task. A draft has no readers."""
    if entry.state == Entry.State.PUBLISHED:
        account = account_of(notice)
        add_revision(entry=entry, kind=Revision.Kind.NOTICE, by=notice.source, now=now, account=account)
    task, _is_new = DeskTask.objects.get_or_create(
        entry=entry, notice=notice, defaults={"kind": DeskTask.Kind.NOTICE, "made_at": now}
    )
    record(
        stream="digest",
        by=None,
        did="notice.arrived",
        about=f"entry:{entry.slug}",
        now=now,
        kind=notice.kind,
        doi=notice.doi,
        source=notice.source,
    )
    return task


def _as_told(article: Article) -> list[tuple[object, ...]]:
    return list(article.notices.values_list("pk", "doi", "source", "published_on"))


def account_of(notice: Notice) -> dict[str, str]:
    """One line for readers on what happened to the article, in every language of the interface."""
    account = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            account[code] = _line(notice)
    return account


def _line(notice: Notice) -> str:
    said = {
        Notice.Kind.RETRACTION: _("The article was retracted. Its findings should not be relied on."),
        Notice.Kind.CONCERN: _("An expression of concern was published about the article."),
        Notice.Kind.CORRECTION: _("A correction to the article was published."),
        Notice.Kind.REINSTATEMENT: _("The article, retracted before, was reinstated."),
        Notice.Kind.OTHER: _("A notice about the article was published."),
    }[Notice.Kind(notice.kind)]
    if notice.published_on is None:
        return said
    return f"{said} " + _("The notice is of %(date)s.") % {"date": day_name(notice.published_on)}


def _contact() -> str:
    site: Iterable[str] = SiteIdentity.objects.values_list("contact_email", flat=True)[:1]
    return next(iter(site), "")
