"""Designing a trial: which cluster goes to which arm, and how many are needed."""

from __future__ import annotations

from rapport.stats.design.allocation import Allocation, Place
from rapport.stats.design.randomisation import Verification, randomise, verify

__all__ = ["Allocation", "Place", "Verification", "randomise", "verify"]
