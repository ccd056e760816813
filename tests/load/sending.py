"""A worker that sends letters, as a process of its own: see `test_killed_while_sending`.

python -m tests.load.sending prepare COUNT | send PORT | report
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys

import django

PATIENCE = dt.timedelta(seconds=4)  # shorter than a host's, so that the test need not wait for minutes


def prepare(count: int) -> None:
    """An issue of two entries, and `count` subscribers who are due to get it."""
    from django.core.management import call_command
    from django.utils import timezone

    from rapport.mailing.actions.editions import open_editions
    from rapport.mailing.actions.preparing import prepare_mailings
    from rapport.mailing.models import MailRules, Subscriber
    from tests.making import make_entry, make_issue, make_site

    call_command("migrate", verbosity=0)
    make_site()
    now = timezone.now()
    MailRules.objects.create(pk=1, per_minute=None, per_domain=None)
    open_editions(now=now)
    addresses = [f"reader{number}@example{number % 7}.org" for number in range(count)]
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


def send(port: int) -> None:
    """Send until nothing waits for this moment or the next few seconds."""
    from django.core.mail.backends.smtp import EmailBackend

    from rapport.mailing.sending.posting import SmtpPost
    from rapport.mailing.sending.worker import send_letters

    backend = EmailBackend(host="127.0.0.1", port=port, timeout=2, use_tls=False, use_ssl=False)
    send_letters(post=SmtpPost(backend), patience=PATIENCE)


def hurry() -> None:
    """What a server put off is due now: the test has no hours to wait."""
    from django.utils import timezone

    from rapport.mailing.models import Delivery

    Delivery.objects.filter(state=Delivery.State.WAITING).update(due_at=timezone.now())


def report() -> None:
    """What became of each letter: the recipients by state."""
    from rapport.mailing.models import Delivery, LedgerLine, Mailing

    told: dict[str, list[str]] = {}
    for state, address in Delivery.objects.values_list("state", "subscriber__address"):
        told.setdefault(state, []).append(address)
    mailing = Mailing.objects.get(edition__kind="issue")
    sys.stdout.write(json.dumps({**told, "mailing": mailing.state, "ledger": LedgerLine.objects.count()}))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    match sys.argv[1:]:
        case ["prepare", count]:
            prepare(int(count))
        case ["send", port]:
            send(int(port))
        case ["hurry"]:
            hurry()
        case ["report"]:
            report()
