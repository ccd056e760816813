"""What the tests of sending do in processes of their own: see `test_killed_while_sending`.

python -m tests.load.sending prepare READERS RECALLED [NAME] | crowd PORT KILLS LETTERS_A_LIFE [WAITS] | desk | report
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import time

import django

PATIENCE = dt.timedelta(seconds=4)  # shorter than a host's, so that the test need not wait for minutes
TIMEOUT = 2.0  # of the talk with a mail server; a busy machine is not to look like a silent one
BEFORE = "had it before"


def prepare(readers: int, recalled: int, name: str = "reader") -> None:
    """An issue of two entries that is due to `readers`; its correction, which is due to `recalled` who had it.

    How readers are called tells the mail server how to answer them.
    """
    from django.utils import timezone

    from rapport.digest.actions import add_revision
    from rapport.digest.models import Entry
    from rapport.mailing.actions.editions import open_editions
    from rapport.mailing.actions.preparing import prepare_mailings
    from rapport.mailing.models import Delivery, MailRules, Subscriber
    from tests.making import make_entry, make_issue, make_person, make_site

    make_site()
    make_person("Edith", "editor")
    now = timezone.now()
    MailRules.objects.create(pk=1, per_minute=None, per_domain=None)
    open_editions(now=now)
    names = [f"{name}{number}" for number in range(readers)] + [f"recalled{number}" for number in range(recalled)]
    addresses = [f"{name}@example{number % 7}.org" for number, name in enumerate(names)]
    Subscriber.objects.bulk_create(
        [
            Subscriber(address=one, folded=one, language="en", source="form", consented_at=now, joined_at=now)
            for one in addresses
        ],
        batch_size=500,
    )
    today = timezone.localdate(now)
    make_issue(f"{today:%Y-%m}", published_on=today)
    for slug in ("one", "two"):
        make_entry(slug, issue=f"{today:%Y-%m}")
    open_editions(now=now)
    prepare_mailings(now=now)
    if not recalled:
        return
    had_it = Delivery.objects.filter(subscriber__address__startswith="recalled")
    had_it.update(state=Delivery.State.SENT, ended_at=now, problem=BEFORE)
    add_revision(entry=Entry.objects.get(slug="one"), kind="corrected", by="Edith", now=now)
    open_editions(now=now)
    prepare_mailings(now=now)


def send(port: int) -> None:
    """One run after another, until no letter waits and none is being handed over."""
    from django.core.mail.backends.smtp import EmailBackend
    from django.db import InterfaceError, OperationalError, connection

    from rapport.mailing.models import Delivery
    from rapport.mailing.sending.posting import SmtpPost
    from rapport.mailing.sending.worker import send_letters

    crowd = os.getppid()
    while os.getppid() == crowd:  # whoever started us may have been killed
        backend = EmailBackend(host="127.0.0.1", port=port, timeout=TIMEOUT, use_tls=False, use_ssl=False)
        send_letters(post=SmtpPost(backend), patience=PATIENCE)
        try:
            hurry()
            if not Delivery.objects.filter(state__in=[Delivery.State.WAITING, Delivery.State.CLAIMED]).exists():
                return
        except (OperationalError, InterfaceError):  # it may have gone away here, too
            connection.close()
        time.sleep(0.05)


def be_impatient(waits: int) -> None:
    """Ask a database that has gone away this often, and soon; SQLite does not wait for a lock as long as a host's."""
    from django.db import connection

    from rapport.mailing.sending import worker

    worker.DATABASE_WAITS = (0.1,) * waits
    if connection.vendor == "sqlite":
        connection.settings_dict["OPTIONS"]["timeout"] = 0.2


def hurry() -> None:
    """What a server put off is due now: the test has no hours to wait."""
    from django.utils import timezone

    from rapport.mailing.models import Delivery

    now = timezone.now()
    Delivery.objects.filter(state=Delivery.State.WAITING, due_at__gt=now).update(due_at=now)


def desk() -> None:
    """Press what is read, a word a line, for the letter of the issue; or decide about what is in doubt."""
    from django.utils import timezone

    from rapport.accounts.models import Person
    from rapport.mailing.actions import running
    from rapport.mailing.models import Delivery, Mailing

    edith = Person.objects.get()
    mailing = Mailing.objects.get(edition__kind="issue")
    presses = {"pause": running.pause_mailing, "resume": running.resume_mailing, "stop": running.stop_mailing}
    for line in sys.stdin:
        word, *arrived = line.split()
        if word == "decide":
            for delivery in Delivery.objects.filter(state=Delivery.State.IN_DOUBT).select_related("subscriber"):
                has_it = delivery.subscriber.address in arrived
                decide = running.take_as_sent if has_it else running.send_again
                decide(delivery=delivery, by=edith, now=timezone.now())
        else:
            presses[word](mailing=mailing, by=edith, now=timezone.now())
        sys.stdout.write(f"{word}\n")
        sys.stdout.flush()


def report() -> None:
    """What became of each letter, and what the ledger and the readers' places know of it."""
    from rapport.mailing.models import Delivery, LedgerLine, Mailing, Subscriber

    letters = Delivery.objects.exclude(problem=BEFORE)
    states: dict[str, list[str]] = {}
    for state, address in letters.values_list("state", "subscriber__address"):
        states.setdefault(state, []).append(address)
    lines = LedgerLine.objects.order_by("entry__slug")
    told: dict[str, list[list[object]]] = {}
    for address, slug, revision in lines.values_list("subscriber__address", "entry__slug", "revision"):
        told.setdefault(address, []).append([slug, revision])
    silent = letters.filter(state=Delivery.State.IN_DOUBT).exclude(problem="")
    answer = {
        "states": states,
        "unanswered": list(silent.values_list("subscriber__address", flat=True)),
        "mailings": dict(Mailing.objects.values_list("edition__kind", "state")),
        "ledger": told,
        "considered": list(Subscriber.objects.exclude(seen_through=0).values_list("address", flat=True)),
    }
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    match sys.argv[1:]:
        case ["prepare", readers, recalled, *name]:
            prepare(int(readers), int(recalled), *name)
        case ["crowd", port, kills, letters_a_life, *waits]:
            from tests.load.dying import crowd

            if waits:
                be_impatient(int(waits[0]))
            crowd(lambda: send(int(port)), kills=int(kills), letters_a_life=int(letters_a_life))
        case ["desk"]:
            desk()
        case ["report"]:
            report()
