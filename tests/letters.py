"""Letters as a test needs them: of one issue, prepared by the job that prepares them; waiting, or gone."""

from __future__ import annotations

import datetime as dt

from rapport.config.schedule import prepare_letters
from rapport.mailing.models import Delivery
from tests.making import make_entry, make_site, make_subscriber

MAY = dt.datetime(2024, 5, 7, 9, tzinfo=dt.UTC)


def letters_that_wait(*names: str) -> list[Delivery]:
    """Of the issue of May, with one entry, to subscribers of these names, who agreed a month before."""
    make_site()
    prepare_letters(MAY - dt.timedelta(days=3))  # letters begin
    for name in names:
        make_subscriber(name, consented_at=MAY - dt.timedelta(days=30))
    make_entry("may", issue="2024-05")
    prepare_letters(MAY)
    return list(Delivery.objects.order_by("pk"))


def letter_that_has_gone(name: str = "sam") -> Delivery:
    letters_that_wait(name)
    Delivery.objects.update(state=Delivery.State.SENT, ended_at=MAY)
    return Delivery.objects.get()
