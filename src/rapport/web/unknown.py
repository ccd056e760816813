"""Answers to addresses that lead nowhere: what was wrong, and where to go instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import Http404
from django.utils.functional import Promise

Message = str | Promise


@dataclass(frozen=True)
class Way:
    """A link that may be what the reader meant."""

    label: str
    url: str


class NotHere(Http404):
    """There is no such page. `message` says what was not found; `ways` lead on."""

    def __init__(self, message: Message, ways: Sequence[Way] = ()) -> None:
        super().__init__(message)
        self.message, self.ways = message, tuple(ways)


class NotUnderstood(BadRequest):
    """The address asks for something we do not understand. `message` names it; `ways` lead on."""

    def __init__(self, message: Message, ways: Sequence[Way] = ()) -> None:
        super().__init__(message)
        self.message, self.ways = message, tuple(ways)
