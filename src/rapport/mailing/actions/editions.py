"""Finding what is due to be read: new arrivals, and the editions that are made of them.

Mailing finds published issues by itself. All of it happens while the one row of `MailRules` is held, so that two
workers at once see one order of arrivals, and make one edition of an issue.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from rapport.digest.models import Entry, EntryText, Issue, Revision
from rapport.mailing.models import Arrival, Delivery, Edition, LedgerLine, Mailing, MailRules

# An issue that came out longer ago than this is an archive that was brought in, and no news.
NEWS_DAYS = 45
RECALLED_BY = (Revision.Kind.CORRECTED, Revision.Kind.WITHDRAWN, Revision.Kind.NOTICE)
# Whoever's letter is being handed over at this moment is as good as somebody who has it.
HAS_IT = (Delivery.State.SENT, Delivery.State.IN_DOUBT, Delivery.State.CLAIMED)


def hold_rules(now: dt.datetime) -> MailRules:
    """The rules, held to the end of the transaction. The first time, letters start from now on."""
    MailRules.objects.get_or_create(pk=1, defaults={"since": now})
    rules = MailRules.objects.select_for_update().get(pk=1)
    if rules.since is None:
        rules.since = now
        rules.save(update_fields=["since"])
    return rules


@transaction.atomic
def open_editions(*, now: dt.datetime) -> list[Edition]:
    """Note what has arrived, and open every edition that is due and not open yet. Returns the new ones."""
    rules = hold_rules(now)
    note_arrivals(now)
    return [*_issues(rules, now), *_periods(rules, now), *_recalls(rules, now)]


def note_arrivals(now: dt.datetime) -> None:
    """Give each text that readers can read, and that has no number yet, the next one. The rules are held."""
    today = timezone.localdate(now)
    # What is taken back to be written on arrives anew with its new text, for those who have not had it.
    Arrival.objects.filter(entry__state=Entry.State.DRAFT).delete()
    known = Arrival.objects.filter(entry=OuterRef("entry"), language=OuterRef("language"))
    fresh = EntryText.objects.filter(
        ~Exists(known), entry__state=Entry.State.PUBLISHED, entry__issue__published_on__lte=today
    )
    news_from = today - dt.timedelta(days=NEWS_DAYS)
    # A translation of what was news to others is news to those who read it now, however long it took.
    were_news = set(
        Arrival.objects.filter(entry__in=fresh.values("entry"), is_news=True).values_list("entry", flat=True)
    )
    order = fresh.order_by("entry__issue__year", "entry__issue__month", "entry__position", "pk")
    Arrival.objects.bulk_create(
        [
            Arrival(
                entry_id=entry,
                language=language,
                is_news=published_on >= news_from or entry in were_news,
                seen_at=now,
            )
            for entry, language, published_on in order.values_list("entry", "language", "entry__issue__published_on")
        ],
        batch_size=500,
    )


def latest_arrival() -> int:
    """The number of the last arrival; 0 when there is none."""
    return Arrival.objects.aggregate(last=Max("pk"))["last"] or 0


def newest_issue(now: dt.datetime) -> Issue | None:
    return Issue.objects.published(timezone.localdate(now)).order_by("-year", "-month").first()


@transaction.atomic
def edition_of(*, issue: Issue, now: dt.datetime) -> Edition:
    """The edition of an issue that is out: opened if nobody has, for a new subscriber who asks for the newest one."""
    hold_rules(now)
    note_arrivals(now)
    edition, is_new = Edition.objects.get_or_create(
        issue=issue, defaults={"kind": Edition.Kind.ISSUE, "through": latest_arrival(), "made_at": now}
    )
    if is_new:  # nobody else is due: it came out before there were letters, or as an archive
        Mailing.objects.create(edition=edition, state=Mailing.State.DONE, prepared_at=now, ended_at=now)
    return edition


def _issues(rules: MailRules, now: dt.datetime) -> list[Edition]:
    """An edition of each issue with news in it."""
    today = timezone.localdate(now)
    news = Arrival.objects.filter(entry__issue=OuterRef("pk"), is_news=True)
    made = Edition.objects.filter(issue=OuterRef("pk"))
    due = Issue.objects.published(today).filter(Exists(news), ~Exists(made)).order_by("year", "month")
    return [_open(rules, now, kind=Edition.Kind.ISSUE, issue=issue) for issue in due]


def _periods(rules: MailRules, now: dt.datetime) -> list[Edition]:
    """The letters of the month and of the quarter that have ended, once each, from the one in which letters began."""
    today = timezone.localdate(now)
    assert rules.since is not None, "held rules have a beginning"
    began = timezone.localdate(rules.since)
    opened = []
    for kind, (period, ended) in (
        (Edition.Kind.MONTHLY, month_before(today)),
        (Edition.Kind.QUARTERLY, quarter_before(today)),
        (Edition.Kind.QUIET, quarter_before(today)),
    ):
        if began < ended and not Edition.objects.filter(kind=kind, period=period).exists():
            opened.append(_open(rules, now, kind=kind, period=period))
    return opened


def month_before(day: dt.date) -> tuple[str, dt.date]:
    """The month that ended last before `day`: its name, and the first day after it."""
    ended = day.replace(day=1)
    return f"{ended - dt.timedelta(days=1):%Y-%m}", ended


def quarter_before(day: dt.date) -> tuple[str, dt.date]:
    """The quarter that ended last before `day`: its name, and the first day after it."""
    ended = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    last_day = ended - dt.timedelta(days=1)
    return f"{last_day.year}-Q{last_day.month // 3}", ended


def _recalls(rules: MailRules, now: dt.datetime) -> list[Edition]:
    """A recall of each entry that was corrected, withdrawn or doubted since somebody had it: its newest revision."""
    had = LedgerLine.objects.filter(
        entry=OuterRef("entry"), revision__lt=OuterRef("number"), delivery__state__in=HAS_IT
    )
    told = Edition.objects.filter(entry=OuterRef("entry"), revision__gte=OuterRef("number"))
    due = Revision.objects.filter(Exists(had), ~Exists(told), kind__in=RECALLED_BY)
    newest: dict[int, Revision] = {revision.entry_id: revision for revision in due.order_by("number")}
    return [
        _open(rules, now, kind=Edition.Kind.RECALL, entry=revision.entry, revision=revision.number)
        for revision in newest.values()
    ]


def _open(rules: MailRules, now: dt.datetime, **what: object) -> Edition:
    edition = Edition.objects.create(through=latest_arrival(), made_at=now, **what)
    waits = rules.waits_for_go and edition.kind != Edition.Kind.RECALL  # what is wrong is told without delay
    Mailing.objects.create(edition=edition, state=Mailing.State.HELD if waits else Mailing.State.GOING)
    return edition
