"""What editors do with a mailing: let it go, pause it, stop it, decide about a letter in doubt, try one again."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from rapport.accounts.models import Person
from rapport.audit.actions import record
from rapport.digest.models import Issue
from rapport.mailing.actions.subscribing import is_suppressed
from rapport.mailing.addresses import BadAddress, parse_address
from rapport.mailing.letters import compose_test
from rapport.mailing.models import Delivery, Mailing, MailRules
from rapport.mailing.queries import hold_mailing, readers_told
from rapport.mailing.recording import record_of_letter
from rapport.mailing.refusals import NotPossible
from rapport.mailing.sending.claiming import goes_on, have_been_told, is_wanted
from rapport.mailing.sending.halting import drop_waiting
from rapport.mailing.sending.posting import InDoubt, Post, hand_over

State = Mailing.State
TOGETHER = 500
# What a letter is that waits as if it had never been tried.
ANEW = {
    "state": Delivery.State.WAITING,
    "claim": "",
    "claimed_at": None,
    "ended_at": None,
    "attempts": 0,
    "problem": "",
}


@transaction.atomic
def let_go(*, mailing: Mailing, by: Person, now: dt.datetime) -> Mailing:
    """Send a letter that waited for a go."""
    return _change(mailing, {State.HELD}, State.GOING, "letter.let-go", by=by, now=now)


@transaction.atomic
def pause_mailing(*, mailing: Mailing, by: Person, now: dt.datetime) -> Mailing:
    """Claim no more of its letters. The ones that are being handed over this moment still go."""
    return _change(mailing, {State.GOING}, State.PAUSED, "letter.paused", by=by, now=now)


@transaction.atomic
def resume_mailing(*, mailing: Mailing, by: Person, now: dt.datetime) -> Mailing:
    """Go on where it was paused."""
    return _change(mailing, {State.PAUSED}, State.GOING, "letter.resumed", by=by, now=now)


@transaction.atomic
def stop_mailing(*, mailing: Mailing, by: Person, now: dt.datetime) -> Mailing:
    """Send no more of it, for good. What was in the letters that still waited comes with each reader's next letter."""
    allowed = {State.HELD, State.GOING, State.PAUSED}
    held = _change(mailing, allowed, State.STOPPED, "letter.stopped", by=by, now=now)
    held.ended_at = now
    held.save(update_fields=["ended_at"])
    drop_waiting(mailing=held, now=now)
    return held


@transaction.atomic
def take_as_sent(*, delivery: Delivery, by: Person, now: dt.datetime) -> Delivery:
    """Decide that a letter in doubt has arrived."""
    held = _hold(delivery, Delivery.State.IN_DOUBT)
    held.state, held.ended_at = Delivery.State.SENT, now
    held.save(update_fields=["state", "ended_at"])
    have_been_told([held.pk], held.mailing.edition)
    record_of_letter("letter.taken-as-sent", held.mailing.edition, by=by, now=now, delivery=held.pk)
    return held


@transaction.atomic
def send_again(*, delivery: Delivery, by: Person, now: dt.datetime) -> Delivery:
    """Send a letter anew that is in doubt (its reader may get it twice), or that has failed."""
    hold_mailing(delivery.mailing_id)  # first: a worker that lets a letter wait again holds them in this order
    held = _hold(delivery, Delivery.State.IN_DOUBT, Delivery.State.FAILED)
    if not is_wanted(held):
        raise NotPossible(_("%(address)s no longer gets letters.") % {"address": held.subscriber.address})
    if held.mailing.state == State.STOPPED:
        raise NotPossible(_("This letter was stopped; nothing more of it is sent."))
    was = held.state
    Delivery.objects.filter(pk=held.pk).update(**ANEW, due_at=now)
    held.refresh_from_db()
    goes_on(held.mailing)
    record_of_letter("letter.sent-again", held.mailing.edition, by=by, now=now, delivery=held.pk, was=was)
    return held


@transaction.atomic
def take_all_as_sent(*, mailing: Mailing, seen: int, by: Person, now: dt.datetime) -> None:
    """Decide that every letter in doubt has arrived: the `seen` ones that whoever decides was told of."""
    held = hold_mailing(mailing.pk)
    doubts = _hold_all(Delivery.objects.filter(mailing=held, state=Delivery.State.IN_DOUBT), seen)
    for some in doubts:
        have_been_told(some, held.edition)
        Delivery.objects.filter(pk__in=some).update(state=Delivery.State.SENT, ended_at=now)
    _record_all("letter.all-taken-as-sent", held, doubts, by=by, now=now)


@transaction.atomic
def take_all_as_gone(*, mailing: Mailing, seen: int, by: Person, now: dt.datetime) -> None:
    """Decide that the letters of a mailing that is held have gone: before the copy was brought back that knows nothing
    of it. The mailing is over then.
    """
    held = hold_mailing(mailing.pk)
    if held.state != State.HELD or held.prepared_at is None:
        raise NotPossible(_("This can be said of a letter only that is prepared for all and waits for a go."))
    letters = _hold_all(Delivery.objects.filter(mailing=held, state=Delivery.State.WAITING), seen)
    for some in letters:
        have_been_told(some, held.edition)
        Delivery.objects.filter(pk__in=some).update(state=Delivery.State.SENT, ended_at=now)
    held.state, held.changed_by, held.ended_at = State.DONE, by, now
    held.save(update_fields=["state", "changed_by", "ended_at"])
    _record_all("letter.all-taken-as-gone", held, letters, by=by, now=now)


@transaction.atomic
def send_all_again(*, mailing: Mailing, was: str, seen: int, by: Person, now: dt.datetime) -> None:
    """Send anew every letter that is in doubt, or every one that failed, to readers who still get letters.

    `was` says which; `seen` is how many of them whoever decides was told of.
    """
    held = hold_mailing(mailing.pk)
    if held.state == State.STOPPED:
        raise NotPossible(_("This letter was stopped; nothing more of it is sent."))
    letters = _hold_all(that_may_go_again(held, was), seen)
    for some in letters:
        Delivery.objects.filter(pk__in=some).update(**ANEW, due_at=now)
    if letters:
        goes_on(held)
    _record_all("letter.all-sent-again", held, letters, by=by, now=now, was=was)


def that_may_go_again(mailing: Mailing, was: str) -> QuerySet[Delivery]:
    """Those of a mailing's letters in this state whose readers still get such letters."""
    told = readers_told(mailing.edition)
    return Delivery.objects.filter(mailing=mailing, state=was, subscriber__state__in=told)


def send_test_letter(*, issue: Issue, language: str, by: Person, post: Post, now: dt.datetime) -> str:
    """Send the letter of an issue to the address of whoever asks, and to nobody else. Returns that address.

    No reader, letter or ledger knows of it.
    """
    try:
        address = parse_address(by.email)
    except BadAddress as problem:
        raise NotPossible(str(problem)) from problem
    if is_suppressed(address):
        raise NotPossible(_("%(address)s has asked for no mail at all.") % {"address": address.written})
    letter = compose_test(issue=issue, language=language, to=address.written)
    if letter is None:
        raise NotPossible(_("No entry of this issue can be read, so there is no letter of it."))
    instead = hand_over(letter, post, what="A test letter")
    post.close()
    if isinstance(instead, InDoubt):
        message = _("The mail server did not say whether it took the letter: “%(says)s”. It may arrive.")
        raise NotPossible(message % {"says": instead.says})
    if instead is not None:
        raise NotPossible(_("The mail server did not take the letter: “%(says)s”.") % {"says": instead.says})
    record(stream="digest", by=by, did="letter.tested", about=f"letter:issue {issue}", now=now, language=language)
    return address.written


@transaction.atomic
def set_rules(
    *, per_minute: int | None, per_domain: int | None, waits_for_go: bool, by: Person, now: dt.datetime
) -> MailRules:
    """How fast letters go out, and whether each waits for somebody to let it go."""
    rules, _new = MailRules.objects.select_for_update().get_or_create(pk=1)
    rules.per_minute, rules.per_domain, rules.waits_for_go = per_minute, per_domain, waits_for_go
    rules.save()
    record(
        stream="digest",
        by=by,
        did="letters.rules",
        now=now,
        per_minute=per_minute,
        per_domain=per_domain,
        waits_for_go=waits_for_go,
    )
    return rules


def _change(mailing: Mailing, allowed: set[State], to: State, did: str, *, by: Person, now: dt.datetime) -> Mailing:
    held = hold_mailing(mailing.pk)
    if held.state not in allowed:
        message = _("This letter %(state)s; that cannot be done with it now.")
        raise NotPossible(message % {"state": held.get_state_display()})
    held.state, held.changed_by, held.problem = to, by, ""
    held.save(update_fields=["state", "changed_by", "problem"])
    record_of_letter(did, held.edition, by=by, now=now)
    return held


def _hold(delivery: Delivery, *states: str) -> Delivery:
    held = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("subscriber", "mailing__edition")
        .get(pk=delivery.pk)
    )
    if held.state not in states:
        message = _("Somebody has decided about this letter already: it is “%(state)s”.")
        raise NotPossible(message % {"state": held.get_state_display()})
    return held


def _hold_all(letters: QuerySet[Delivery], seen: int) -> list[list[int]]:
    """These letters, held, by some hundreds; refused when they are not as many as somebody saw."""
    held = list(letters.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    if len(held) != seen:
        message = _("Meanwhile there are %(now)s such letters, and not %(seen)s. Look again, and decide then.")
        raise NotPossible(message % {"now": len(held), "seen": seen})
    return [held[start : start + TOGETHER] for start in range(0, len(held), TOGETHER)]


def _record_all(did: str, held: Mailing, of: list[list[int]], *, by: Person, now: dt.datetime, **more: object) -> None:
    record_of_letter(did, held.edition, by=by, now=now, letters=sum(map(len, of)), **more)
