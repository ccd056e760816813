"""Residuals of dyads and of sessions: what may be said about them, and what it costs the likelihood.

Independent()                       one variance
ByRole("role")                      one variance for each role
Dyadic("role", "session")           and the two roles of a session correlated; exchangeable; over sessions
Autoregressive("session")           correlated over sessions, with gaps
"""

from __future__ import annotations

from rapport.stats.mixed.residuals.structures import Autoregressive, ByRole, Dyadic, Independent, Residual

__all__ = ["Autoregressive", "ByRole", "Dyadic", "Independent", "Residual"]
