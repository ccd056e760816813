"""What stands in the database about a letter that is being handed over.

A claim is written, and kept by the database, before a worker talks to a mail server. What became of the letter is
written after, in one transaction with the next claim. So whatever moment a worker is killed at, one letter at most is
left claimed; when its worker has been silent for long enough it is in doubt, and a person decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from rapport.digest.models import Entry
from rapport.mailing.letters.claimed import Claimed
from rapport.mailing.models import Delivery, Edition, LedgerLine, Mailing, MailRules, Pace, Subscriber
from rapport.mailing.queries import hold_mailing, last_revisions, readers_told
from rapport.mailing.sending.halting import as_if_not_considered, drop_waiting
from rapport.mailing.sending.posting import InDoubt, NotHandedOver, NotNow, Refused

# How long a worker may be at one letter: longer than all time-outs of one talk with a mail server together.
PATIENCE = dt.timedelta(minutes=5)
# A server that says “later” is asked again after so many minutes; after the last, the letter has failed.
WAITS = (2, 5, 15, 60, 180, 360, 720)


@dataclass(frozen=True)
class Outcome:
    """What became of a letter: `problem` is None when it was taken."""

    delivery: Delivery
    problem: NotHandedOver | None = None


def make_claims_durable() -> None:
    """Let this connection's commits reach the disk before they are taken as done: a claim must outlive a power cut.

    SQLite is asked to; PostgreSQL does so unless a host has turned it off. Within a transaction it is too late to ask,
    and nothing that is claimed there is kept before its end anyway.
    """
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous=FULL")
        else:
            cursor.execute("SET synchronous_commit TO on")


@transaction.atomic
def mark_and_claim(
    *, outcome: Outcome | None, claim: str | None, now: dt.datetime, again: bool = False
) -> Claimed | None:
    """Write what became of a letter, and claim the next one that is due as `claim` (None: claim no more).

    Answers None when nothing is claimed. `again`: the same has been asked of a database that did not say whether it
    had done it, so that the letter may be claimed already.
    """
    if outcome is not None:
        mark(outcome=outcome, now=now)
    if claim is None:
        return None
    held = _claimed_as(claim) if again else None
    return _claimed(held) if held else _claim_next(claim, now)


def _claimed_as(claim: str) -> Delivery | None:
    ours = Delivery.objects.filter(claim=claim, state=Delivery.State.CLAIMED)
    return ours.select_related("subscriber", "mailing__edition").first()


def mark(*, outcome: Outcome, now: dt.datetime) -> None:
    """Write what became of a letter that was claimed. The one who claimed it knows better than a list of doubts."""
    delivery, problem = outcome.delivery, outcome.problem
    if isinstance(problem, NotNow) and (problem.of_server or delivery.attempts < len(WAITS)):
        _put_off(delivery, problem, now)
        return
    ours = _ours(delivery)
    if problem is None:
        if ours.update(state=Delivery.State.SENT, ended_at=now, problem=""):
            have_been_told([delivery.pk], delivery.mailing.edition)
            _end_row_of_soft_bounces(delivery)
    elif isinstance(problem, InDoubt):
        ours.update(state=Delivery.State.IN_DOUBT, problem=problem.says)
    else:
        has_failed = ours.update(state=Delivery.State.FAILED, ended_at=now, problem=problem.says)
        if has_failed and isinstance(problem, Refused) and problem.of_address:
            Subscriber.objects.filter(pk=delivery.subscriber_id, state=Subscriber.State.READING).update(
                state=Subscriber.State.FAILING, ended_at=now
            )


def _ours(delivery: Delivery) -> QuerySet[Delivery]:
    """The letter, if it is still the one that we have claimed."""
    held = [Delivery.State.CLAIMED, Delivery.State.IN_DOUBT]
    return Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim, state__in=held)


def _put_off(delivery: Delivery, problem: NotNow, now: dt.datetime) -> None:
    """Let it wait again; or drop it, when its mailing has been stopped meanwhile.

    A mailing may have been done meanwhile, too: when the letter was thought to be in doubt.
    """
    mailing = hold_mailing(delivery.mailing_id)
    if problem.of_server:
        due_at, attempts = now + dt.timedelta(minutes=1), delivery.attempts
    else:
        due_at, attempts = now + dt.timedelta(minutes=WAITS[delivery.attempts]), delivery.attempts + 1
    waits = _ours(delivery).update(
        state=Delivery.State.WAITING, claim="", due_at=due_at, attempts=attempts, problem=problem.says
    )
    if mailing.state == Mailing.State.STOPPED:
        drop_waiting(mailing=mailing, now=now)
    elif waits:
        goes_on(mailing)


def goes_on(mailing: Mailing) -> None:
    """A letter waits again of a mailing that may have been done. The mailing is held."""
    Mailing.objects.filter(pk=mailing.pk, state=Mailing.State.DONE).update(state=Mailing.State.GOING, ended_at=None)


def _end_row_of_soft_bounces(delivery: Delivery) -> None:
    """Unless the letter before this one came back. That this one was taken says little: a provider takes all.

    One that came back since the claim was the letter before: there is nothing to end for who had none then.
    """
    if not delivery.subscriber.soft_bounces:
        return
    before = Delivery.objects.filter(subscriber=OuterRef("pk"), state=Delivery.State.SENT).exclude(pk=delivery.pk)
    last = Subquery(before.order_by("-ended_at", "-pk").values("came_back")[:1])
    counted = Subscriber.objects.filter(pk=delivery.subscriber_id).exclude(soft_bounces=0)
    counted.annotate(last=last).filter(last=Delivery.Came.NOTHING).update(soft_bounces=0)


def have_been_told(letters: Iterable[int], edition: Edition) -> None:
    """Who has had a recall knows of that revision: those to whom these letters of `edition` went."""
    if edition.kind == Edition.Kind.RECALL:
        LedgerLine.objects.filter(
            subscriber__deliveries__in=letters, entry=edition.entry, revision__lt=edition.revision
        ).update(revision=edition.revision)


@transaction.atomic
def doubt_lost_claims(*, now: dt.datetime, patience: dt.timedelta = PATIENCE) -> int:
    """Put each letter in doubt whose worker has been silent for longer than `patience`. Returns their number."""
    lost = Delivery.objects.filter(state=Delivery.State.CLAIMED, claimed_at__lt=now - patience)
    return lost.update(state=Delivery.State.IN_DOUBT, problem="")


def _claim_next(claim: str, now: dt.datetime) -> Claimed | None:
    rules = MailRules.current()
    full = _full_domains(rules, now)
    if full is None:
        return None
    due = (
        Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=now, mailing__state=Mailing.State.GOING)
        .exclude(domain__in=full)
        .select_related("subscriber", "mailing__edition")
        .order_by("due_at", "pk")
        .select_for_update(of=("self",), skip_locked=True)
    )
    while (delivery := due.first()) is not None:
        if claimed := _claim(delivery, claim, now):
            _count(rules, delivery.domain, now)
            return claimed
    return None


def _claim(delivery: Delivery, claim: str, now: dt.datetime) -> Claimed | None:
    """Claim it, unless it is no longer wanted: then what is in it comes when its reader gets letters again."""
    delivery.claim, delivery.claimed_at, delivery.state = claim, now, Delivery.State.CLAIMED
    is_due = is_wanted(delivery) and not _waits_for_its_reader(delivery, now)
    claimed = _claimed(delivery) if is_due else None
    if claimed is None:
        delivery.claim, delivery.claimed_at, delivery.state = "", None, Delivery.State.DROPPED
        delivery.ended_at = now
    delivery.save(update_fields=["claim", "claimed_at", "state", "ended_at"])
    if claimed is None:
        as_if_not_considered(Delivery.objects.filter(pk=delivery.pk))
    return claimed


def is_wanted(delivery: Delivery) -> bool:
    """Whether its reader still gets such letters."""
    return delivery.subscriber.state in readers_told(delivery.mailing.edition)


def _waits_for_its_reader(delivery: Delivery, now: dt.datetime) -> bool:
    """Whether its reader wants no letters before a day that has not come: they paused while it waited."""
    until = delivery.subscriber.paused_until
    is_recall = delivery.mailing.edition.kind == Edition.Kind.RECALL
    return not is_recall and until is not None and until > timezone.localdate(now)


def _claimed(delivery: Delivery) -> Claimed | None:
    """What the letter has in it, at the revisions that readers see now. None when nothing is left to be read."""
    edition = delivery.mailing.edition
    if edition.kind == Edition.Kind.RECALL:
        had = delivery.subscriber.ledger.filter(entry=edition.entry, revision__lt=edition.revision)
        line = had.exclude(entry__state=Entry.State.DRAFT).first()
        return Claimed(delivery, (line,)) if line else None
    if edition.kind == Edition.Kind.QUIET:
        return Claimed(delivery, ())
    lines = list(delivery.lines.select_related("entry").order_by("pk"))
    gone = [line.pk for line in lines if line.entry.state != Entry.State.PUBLISHED]
    if gone:
        LedgerLine.objects.filter(pk__in=gone).delete()
    left = [line for line in lines if line.pk not in gone]
    newest = last_revisions(line.entry_id for line in left)
    for line in left:
        if newest.get(line.entry_id, 0) != line.revision:
            line.revision = newest[line.entry_id]
            line.save(update_fields=["revision"])
    return Claimed(delivery, tuple(left)) if left else None


def _full_domains(rules: MailRules, now: dt.datetime) -> list[str] | None:
    """The domains that have had their letters of this minute; None when nobody gets any more in it."""
    if rules.per_minute is None and rules.per_domain is None:
        return []
    minute = now.replace(second=0, microsecond=0)
    counts = dict(Pace.objects.filter(minute=minute).values_list("domain", "count"))
    if rules.per_minute is not None and counts.get("", 0) >= rules.per_minute:
        return None
    if rules.per_domain is None:
        return []
    return [domain for domain, count in counts.items() if domain and count >= rules.per_domain]


def _count(rules: MailRules, domain: str, now: dt.datetime) -> None:
    minute = now.replace(second=0, microsecond=0)
    for of in [""] * (rules.per_minute is not None) + [domain] * (rules.per_domain is not None):
        pace = Pace.objects.filter(domain=of, minute=minute)
        if not pace.update(count=F("count") + 1):
            # Another worker may be counting the first letter of this minute, too.
            Pace.objects.bulk_create([Pace(domain=of, minute=minute)], ignore_conflicts=True)
            pace.update(count=F("count") + 1)


@transaction.atomic
def finish_mailings(*, now: dt.datetime) -> int:
    """Mark as done every mailing that has been prepared for all and has nothing waiting or being handed over."""
    open_states = [Delivery.State.WAITING, Delivery.State.CLAIMED]
    going = Mailing.objects.filter(state=Mailing.State.GOING, prepared_at__isnull=False)
    over = going.exclude(Q(deliveries__state__in=open_states))
    # Held before it is asked again: somebody may be sending a letter of it anew.
    held = list(
        Mailing.objects.filter(pk__in=list(over.values_list("pk", flat=True))).order_by("pk").select_for_update()
    )
    return over.filter(pk__in=[mailing.pk for mailing in held]).update(state=Mailing.State.DONE, ended_at=now)


def forget_old_paces(*, now: dt.datetime) -> None:
    Pace.objects.filter(minute__lt=now - dt.timedelta(hours=1)).delete()
