"""What a letter says: composed for one subscriber, rendered for mail clients, and as a page."""

from __future__ import annotations

import datetime as dt

from rapport.mailing.sending.claiming import Claimed
from rapport.mailing.sending.posting import Letter


def compose(claimed: Claimed, *, now: dt.datetime) -> Letter:
    raise NotImplementedError
