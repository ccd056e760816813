"""The kept figures are what R gives: each script is run again where R is installed."""

from __future__ import annotations

import functools
import math
import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.stats.reference import SCRIPTS, reference, run, why_not_run

why_not = functools.cache(why_not_run)


@pytest.mark.parametrize("name", SCRIPTS)
def test_r_gives_the_kept_figures(name: str) -> None:
    if why_not():
        assert not os.environ.get("RAPPORT_R_REQUIRED"), why_not()
        pytest.skip(why_not())

    kept, now = dict(flat(reference(name))), dict(flat(run(name)))

    assert kept.keys() == now.keys()
    # Optimisers stop a little elsewhere on another processor: what is compared is what can be trusted of them.
    assert {key: now[key] for key in kept if not close(kept[key], now[key])} == {}


def flat(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from flat(item, f"{key}.{name}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from flat(item, f"{key}[{index}]")
    else:
        yield key, value


def close(kept: Any, now: Any) -> bool:
    if isinstance(kept, (int, float)) and isinstance(now, (int, float)):
        return math.isclose(kept, now, rel_tol=1e-4, abs_tol=1e-6)
    return bool(kept == now)
