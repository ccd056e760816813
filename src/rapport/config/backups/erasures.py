"""What was erased since a copy was made, and must not come back with it.

Whoever asks to be forgotten is forgotten in every copy that is ever restored: a room that erases adds its function
to `REPLAYS` and keeps, outside the database that a copy replaces, what it erased and when. After a restore each is
called with the moment of the copy, erases anew, and answers how much it erased.

So far no room holds anybody who could ask: readers leave nothing here, and a member's account goes by hand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

REPLAYS: list[Callable[[dt.datetime], int]] = []


def replay_erasures(since: dt.datetime) -> int:
    """Erase again what was erased after `since`; how much that was."""
    return sum(replay(since) for replay in REPLAYS)
