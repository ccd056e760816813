"""What a letter is made of: the delivery that a worker has claimed, and what its reader is to get."""

from __future__ import annotations

from dataclasses import dataclass

from rapport.mailing.models import Delivery, Edition, LedgerLine


@dataclass(frozen=True)
class Claimed:
    """A letter that is ours to hand over: nobody else will."""

    delivery: Delivery
    lines: tuple[LedgerLine, ...]

    @property
    def edition(self) -> Edition:
        return self.delivery.mailing.edition
