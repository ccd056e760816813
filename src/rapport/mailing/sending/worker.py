"""The loop that hands letters over, one after another, until none is due or its time is up."""

from __future__ import annotations

import datetime as dt
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from rapport.mailing.letters import compose
from rapport.mailing.letters.claimed import Claimed
from rapport.mailing.sending.claiming import (
    PATIENCE,
    Outcome,
    doubt_lost_claims,
    finish_mailings,
    make_claims_durable,
    mark_and_claim,
)
from rapport.mailing.sending.halting import pause_by_itself
from rapport.mailing.sending.posting import InDoubt, NotHandedOver, NotNow, Post, Refused, hand_over, saying

T = TypeVar("T")
log = logging.getLogger("rapport.mailing")

# So many letters one after another that were refused, for no reason that lies in their addresses, or left in doubt:
# then it is not they. The run ends, and their mailing is paused, or every letter of it would come to the same end.
MOST_IN_A_ROW = 5
# A database that went away is waited for: a letter that was taken must be marked, or a person has to ask about it.
DATABASE_WAITS = (0.2, 1.0, 3.0, 10.0, 30.0)


@dataclass
class Tally:
    """What one run came to."""

    taken: int = 0
    put_off: int = 0
    refused: int = 0
    in_doubt: int = 0
    is_cut_short: bool = False

    def add(self, problem: NotHandedOver | None) -> None:
        self.taken += problem is None
        self.put_off += isinstance(problem, NotNow)
        self.refused += isinstance(problem, Refused)
        self.in_doubt += isinstance(problem, InDoubt)


def send_letters(
    *,
    post: Post,
    seconds: float | None = None,
    clock: Callable[[], dt.datetime] = timezone.now,
    patience: dt.timedelta = PATIENCE,
) -> Tally:
    """Hand over every letter that is due, for at most `seconds`. Any number of workers may do so at once.

    Ends early when the mail server takes nothing, or fails at letter after letter. Letters whose worker has gone are
    put in doubt first.
    """
    until = None if seconds is None else time.monotonic() + seconds
    tally = Tally()
    _insist(lambda again: make_claims_durable())  # on a connection that was open before, too
    _insist(lambda again: doubt_lost_claims(now=clock(), patience=patience))
    outcome: Outcome | None = None
    row: list[Outcome] = []
    try:
        while True:
            may_claim = until is None or time.monotonic() < until
            claimed = _mark_and_claim(outcome, secrets.token_hex(16) if may_claim else None, clock)
            if claimed is None:
                tally.is_cut_short = not may_claim
                break
            outcome = Outcome(claimed.delivery, _hand_over(claimed, post))
            tally.add(outcome.problem)
            if isinstance(outcome.problem, NotNow) and outcome.problem.of_server:
                log.warning("The mail server takes no letters now: %s", outcome.problem.says)
                _mark_and_claim(outcome, None, clock)
                break
            row = [*row, outcome] if _is_not_of_the_letter(outcome.problem) else []
            if len(row) >= MOST_IN_A_ROW:
                _mark_and_claim(outcome, None, clock)
                _end_for(row, clock)
                break
    finally:
        post.close()
    _insist(lambda again: finish_mailings(now=clock()))
    return tally


def _is_not_of_the_letter(problem: NotHandedOver | None) -> bool:
    return isinstance(problem, InDoubt) or (isinstance(problem, Refused) and not problem.of_address)


def _end_for(row: list[Outcome], clock: Callable[[], dt.datetime]) -> None:
    """The last letters all failed. Their mailing waits for a person, unless it is one place that takes none of them."""
    last = row[-1]
    assert last.problem is not None, "what is in the row has failed"
    log.error("The mail server failed at %s letters in a row: %s", len(row), last.problem)
    places = {outcome.delivery.domain for outcome in row}
    if len(places) > 1 or all(isinstance(outcome.problem, InDoubt) for outcome in row):
        mailing, problem = last.delivery.mailing_id, last.problem.says
        _insist(lambda again: pause_by_itself(mailing=mailing, problem=problem, now=clock()))


def _hand_over(claimed: Claimed, post: Post) -> NotHandedOver | None:
    """What became of it. A letter that cannot be made keeps none of the others."""
    try:
        letter = compose(claimed)
    except (OperationalError, InterfaceError) as error:
        return NotNow(saying(error))
    except Exception as error:
        log.exception("The letter of delivery %s could not be made", claimed.delivery.pk)
        return Refused(saying(error), of_address=False)
    return hand_over(letter, post, what=f"The letter of delivery {claimed.delivery.pk}")


def _mark_and_claim(outcome: Outcome | None, claim: str | None, clock: Callable[[], dt.datetime]) -> Claimed | None:
    return _insist(lambda again: mark_and_claim(outcome=outcome, claim=claim, now=clock(), again=again))


def _insist(work: Callable[[bool], T]) -> T:
    """Do it, and again, told so, when the database has gone away meanwhile."""
    for count, wait in enumerate((*DATABASE_WAITS, None)):
        try:
            if connection.connection is None:
                make_claims_durable()
            return work(count > 0)
        except (OperationalError, InterfaceError) as error:
            connection.close()
            if wait is None:
                raise
            log.warning("The database does not answer (%s); it is asked again in %s s.", error, wait)
            time.sleep(wait)
    raise AssertionError("the last try returns or raises")
