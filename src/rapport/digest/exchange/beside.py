"""What another room keeps beside an entry, and travels with it: how it was made at the desk.

The desk imports the digest, never the other way round. So the desk registers itself here when it starts, and the
exchange asks whoever is registered; without a desk, nothing travels beside an entry.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from rapport.digest.exchange.schema import DeskFile


class Desk(Protocol):
    def read(self) -> dict[str, DeskFile]:
        """What is kept beside each entry that has been at the desk, or has tasks there, by slug."""

    def take(self, slug: str, kept: DeskFile) -> None:
        """Keep this beside an entry that has not been at the desk here."""

    def words_replaced(self, slugs: Collection[str]) -> None:
        """An import changed the words of these entries: they are a new version of those that are at the desk."""


class NoDesk:
    def read(self) -> dict[str, DeskFile]:
        return {}

    def take(self, slug: str, kept: DeskFile) -> None:
        pass

    def words_replaced(self, slugs: Collection[str]) -> None:
        pass


_registered: list[Desk] = []


def register(desk: Desk) -> None:
    """Say who keeps the desk's part; the last one counts."""
    _registered[:] = [desk]


def desk() -> Desk:
    return _registered[0] if _registered else NoDesk()
