"""A figure of ours beside R's: asserted in a test, and counted for the table in `docs/agreement.md`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

# What the comparisons of this process were, in the order in which they were made.
COMPARED: list[Comparison] = []


@dataclass(frozen=True)
class Comparison:
    """What one comparison found: `differences` holds (ours − theirs, theirs) of each figure."""

    beside: Beside
    quantity: str
    rel: float | None
    abs: float | None
    because: str
    differences: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Beside:
    """One kind of estimate of some data, beside one function of R ("lme4::lmer")."""

    area: str
    of: str
    r: str

    def agrees(
        self,
        quantity: str,
        ours: Any,
        theirs: Any,
        *,
        rel: float | None = None,
        abs: float | None = None,  # noqa: A002 -- as pytest.approx names it
        because: str = "",
    ) -> None:
        """Every figure of ours is R's within `rel` of it or `abs`, whichever is wider, as in `pytest.approx`.

        Figures come alone, in sequences, or in dictionaries. `because` says why R leaves less to compare with.
        """
        found, expected = dict(_figures(ours)), dict(_figures(theirs))
        assert found.keys() == expected.keys(), f"{self.of}: {quantity}"
        wrong = {
            key: (value, expected[key])
            for key, value in found.items()
            if value != pytest.approx(expected[key], rel=rel, abs=abs)
        }
        assert wrong == {}, f"{self.of}: {quantity} as {self.r} gives it"
        pairs = [
            (value, expected[key]) for key, value in found.items() if value is not None and expected[key] is not None
        ]
        finite = tuple((a - b, b) for a, b in pairs if math.isfinite(a) and math.isfinite(b))
        COMPARED.append(Comparison(self, quantity, rel, abs, because, finite))


def _figures(value: Any, key: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], float | None]]:
    """The figures in `value` with their places; a sequence of one is its item, as R unboxes it."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _figures(item, (*key, name))
    elif isinstance(value, (list, tuple, np.ndarray)):
        places: list[tuple[Any, ...]] = [key] if len(value) == 1 else [(*key, place) for place in range(len(value))]
        for place, item in zip(places, value, strict=True):
            yield from _figures(item, place)
    else:
        yield key, None if value is None else float(value)
