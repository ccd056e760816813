"""What one seed gives: intervals beside the truths that they should hold."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One interval: what it is about, what it should hold, and what was found. `se` is NaN where there is none."""

    name: str
    truth: float
    estimate: float
    se: float
    low: float
    high: float


@dataclass(frozen=True)
class Draw:
    findings: tuple[Finding, ...]
    singular: bool = False


def finding(name: str, truth: float, found: Any) -> Finding:
    """From anything with estimate, low and high."""
    se = getattr(found, "se", None)
    return Finding(name, truth, found.estimate, math.nan if se is None else se, found.low, found.high)
