"""Data whose truth is known, to see whether an analysis finds it. Each simulator returns both."""

from __future__ import annotations

from rapport.stats.simulate.absence import Absence
from rapport.stats.simulate.network import NetworkTruth, simulate_network
from rapport.stats.simulate.simulated import Simulated

__all__ = ["Absence", "NetworkTruth", "Simulated", "simulate_network"]
