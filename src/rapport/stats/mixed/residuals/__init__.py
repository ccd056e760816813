"""Residuals of dyads and of sessions: what may be said about them, and what it costs the likelihood.

Independent()                       one variance
ByRole("role")                      one variance for each role
Dyadic("role", "session")           and the two roles of a session correlated; exchangeable; over sessions
Autoregressive("session")           correlated over sessions, with gaps
"""

from __future__ import annotations

from rapport.stats.mixed.residuals.covariance import Covariance as Covariance
from rapport.stats.mixed.residuals.moments import WeightedMoments as WeightedMoments
from rapport.stats.mixed.residuals.structures import Arrangement as Arrangement
from rapport.stats.mixed.residuals.structures import Autoregressive as Autoregressive
from rapport.stats.mixed.residuals.structures import ByRole as ByRole
from rapport.stats.mixed.residuals.structures import Dyadic as Dyadic
from rapport.stats.mixed.residuals.structures import Independent as Independent
from rapport.stats.mixed.residuals.structures import Residual as Residual

__all__ = ["Autoregressive", "ByRole", "Dyadic", "Independent", "Residual"]
