"""What a deed at the desk says when it cannot be done. Views show `reasons` as they are, and lose nothing typed."""

from __future__ import annotations

from rapport.desk.models import Version


class Refused(Exception):
    """The deed was not done, and nothing was changed. `reasons` are whole sentences that say what to mend."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = reasons
        super().__init__(" ".join(reasons))


class SavedMeanwhile(Refused):
    """Somebody saved since these words were read. `newest` is what stands now; the caller still has what was typed."""

    def __init__(self, newest: Version, *reasons: str) -> None:
        self.newest = newest
        super().__init__(*reasons)
