"""Through what an effect goes: mediation and path models of what was observed, with bootstrap intervals.

    stats.mediation.mediate(table, predictor="trained", mediators="alliance", outcome="wellbeing", seed=4)

Every value is needed: a row that lacks one is refused, not dropped (`tables.complete_rows` leaves such rows out).
"""

from __future__ import annotations

from rapport.stats.mediation.effects import bootstrap_interval
from rapport.stats.mediation.models import mediate, path_model
from rapport.stats.mediation.results import Effect, Interval, Mediation, PathModel

__all__ = ["Effect", "Interval", "Mediation", "PathModel", "bootstrap_interval", "mediate", "path_model"]
