"""Two who write at once: a worker at a letter, and another worker or a person. On PostgreSQL: SQLite lets one in."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction

from rapport.mailing.actions.running import send_again, stop_mailing
from rapport.mailing.models import Delivery, LedgerLine, Mailing, MailRules, Pace
from rapport.mailing.sending.claiming import Outcome, finish_mailings, mark_and_claim
from rapport.mailing.sending.posting import InDoubt, NotNow
from tests.at_once import ON_A_SERVER
from tests.letters import MAY, letters_that_wait
from tests.making import make_person

pytestmark = [
    pytest.mark.django_db(transaction=True),
    ON_A_SERVER,
]


@pytest.fixture
def mailing() -> Mailing:
    """A letter to Sam that waits."""
    letters_that_wait("sam")
    return Mailing.objects.get()


def stopped_during(deed: Callable[[], Any], mailing: Mailing) -> Any:
    """What the worker's `deed` gave: the mailing is stopped before the transaction of the deed has ended."""
    edith = make_person("Edith", "editor")
    return at_once(deed, lambda: stop_mailing(mailing=mailing, by=edith, now=MAY))[0]


def at_once(deed: Callable[[], Any], other: Callable[[], Any]) -> tuple[Any, Any]:
    """What both gave: the `other` is done before the transaction of the `deed` has ended, or waits for its end."""
    done = Event()

    def do_the_other() -> Any:
        done.wait()
        try:
            return other()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as another:
        with transaction.atomic():
            gave = deed()
            others = another.submit(do_the_other)
            done.set()
            until = time.monotonic() + 5
            while not (others.done() or _somebody_waits()) and time.monotonic() < until:
                time.sleep(0.01)
        return gave, others.result()


def _somebody_waits() -> bool:
    """Whether another connection waits for what this one holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def test_a_letter_that_is_claimed_while_its_mailing_is_stopped_keeps_its_line_of_the_ledger(mailing):
    claimed = stopped_during(lambda: mark_and_claim(outcome=None, claim="one", now=MAY), mailing)
    mark_and_claim(outcome=Outcome(claimed.delivery), claim=None, now=MAY)
    assert (Mailing.objects.get().state, Delivery.objects.get().state) == ("stopped", "sent")
    assert LedgerLine.objects.count() == 1


def test_a_letter_that_is_put_off_while_its_mailing_is_stopped_does_not_wait_for_ever(mailing):
    claimed = mark_and_claim(outcome=None, claim="one", now=MAY)
    outcome = Outcome(claimed.delivery, NotNow("full"))
    stopped_during(lambda: mark_and_claim(outcome=outcome, claim=None, now=MAY), mailing)
    assert (Mailing.objects.get().state, Delivery.objects.get().state) == ("stopped", "dropped")
    assert not LedgerLine.objects.exists()


def test_a_letter_that_is_sent_again_while_its_mailing_is_found_done_is_sent(mailing):
    edith = make_person("Edith", "editor")
    claimed = mark_and_claim(outcome=None, claim="one", now=MAY)
    mark_and_claim(outcome=Outcome(claimed.delivery, InDoubt("silence")), claim=None, now=MAY)
    at_once(
        lambda: send_again(delivery=claimed.delivery, by=edith, now=MAY),
        lambda: finish_mailings(now=MAY),
    )
    assert (Mailing.objects.get().state, Delivery.objects.get().state) == ("going", "waiting")


def test_two_workers_who_claim_the_first_letters_of_a_minute_count_both():
    MailRules.objects.create(pk=1, per_minute=10, per_domain=10)
    letters_that_wait("sam", "dana")
    claims = at_once(
        lambda: mark_and_claim(outcome=None, claim="one", now=MAY),
        lambda: mark_and_claim(outcome=None, claim="two", now=MAY),
    )
    assert len({claimed.delivery.pk for claimed in claims}) == 2
    assert list(Pace.objects.order_by("domain").values_list("domain", "count")) == [("", 2), ("example.org", 2)]
