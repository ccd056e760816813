"""What was erased since a copy was made, and must not come back with it.

Whoever asks to be forgotten is forgotten in every copy that is ever restored: a room that erases adds its function
to `REPLAYS` and keeps, outside the database that a copy replaces, what it erased and when. After a restore each is
called with the moment of the copy, erases anew, and answers how much it erased.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from rapport.mailing import leaving

REPLAYS: list[Callable[[dt.datetime], int]] = [leaving.replay]


def take_over(left: Path) -> None:
    """Go on with the file in which another data directory kept who left."""
    own = Path(settings.LEAVING_FILE)
    if left.resolve() != own.resolve():
        own.write_text(left.read_text(encoding="utf-8"), encoding="utf-8")
        own.chmod(0o600)


def replay_erasures(since: dt.datetime) -> int:
    """Erase again what was erased after `since`; how much that was."""
    return sum(replay(since) for replay in REPLAYS)
