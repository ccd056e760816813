"""What a deed at the desk is refused with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rapport.desk.refusals import Refused


def refusal(deed: Callable[..., Any], *args: Any, **named: Any) -> tuple[str, ...]:
    """The sentences with which `deed` is refused; fails when it is done."""
    with pytest.raises(Refused) as refused:
        deed(*args, **named)
    return refused.value.reasons
