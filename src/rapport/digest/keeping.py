"""Keep in memory what is made from the whole content, for as long as the content stays as it is.

The content's stamp changes with every write (`actions.mark_changed`), in whichever process. Whoever reads a
new stamp makes anew what it needs, so no process ever answers from another's past.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
_kept: dict[Callable[[], Any], tuple[str, Any]] = {}
_making = threading.RLock()


def kept_while_unchanged(stamp: str, make: Callable[[], T]) -> T:
    """What `make` made at `stamp`, or makes now. Content without a stamp is read anew each time."""
    kept_at, value = _kept.get(make, ("", None))
    if not stamp or kept_at != stamp:
        with _making:  # several threads that meet a new stamp wait for the first of them
            kept_at, value = _kept.get(make, ("", None))
            if not stamp or kept_at != stamp:
                value = make()
                _kept[make] = (stamp, value)
    made: T = value
    return made
