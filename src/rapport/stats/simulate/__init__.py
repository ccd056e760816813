"""Data whose truth is known, to see whether an analysis finds it. Each simulator returns both.

simulate_network   both raters' alliance and well-being: truth and bias, agreement and the next session
simulate_sessions  an outcome growing over sessions, in clients, in therapists
simulate_surface   an outcome that is a response surface of two views
simulate_dyads     two roles rating the same sessions: residuals that go together, and over time
simulate_lagged    a short dynamic panel: agreement and the next outcome, with or without feedback
simulate_panel     two series in wide form: random intercepts, cross-lagged paths, missing waves
"""

from __future__ import annotations

from rapport.stats.simulate.absence import Absence
from rapport.stats.simulate.dyads import DyadsTruth, simulate_dyads
from rapport.stats.simulate.lagged import LaggedTruth, simulate_lagged
from rapport.stats.simulate.network import NetworkTruth, simulate_network
from rapport.stats.simulate.panel import PanelTruth, simulate_panel
from rapport.stats.simulate.sessions import SessionsTruth, simulate_sessions
from rapport.stats.simulate.simulated import Simulated
from rapport.stats.simulate.surface import SurfaceTruth, simulate_surface

__all__ = [
    "Absence",
    "DyadsTruth",
    "LaggedTruth",
    "NetworkTruth",
    "PanelTruth",
    "SessionsTruth",
    "Simulated",
    "SurfaceTruth",
    "simulate_dyads",
    "simulate_lagged",
    "simulate_network",
    "simulate_panel",
    "simulate_sessions",
    "simulate_surface",
]
