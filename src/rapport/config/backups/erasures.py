"""What was erased since a copy was made, and must not come back with it.

Whoever asks to be forgotten is forgotten in every copy that is ever restored: a room that erases adds its function
to `REPLAYS` and keeps, outside the database that a copy replaces, what it erased and when. After a restore each is
called with the moment of the copy, erases anew, and answers how much it erased.

So far no room does. Subscribers can delete all that is held about them, and come back with an older copy: the guide
for hosts says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

REPLAYS: list[Callable[[dt.datetime], int]] = []


def replay_erasures(since: dt.datetime) -> int:
    """Erase again what was erased after `since`; how much that was."""
    return sum(replay(since) for replay in REPLAYS)
