"""Mixed models for nested data: sessions in clients in therapists.

    from rapport import stats
    from rapport.stats.mixed import Random

    fit = stats.mixed.fit(table, outcome="wellbeing", fixed=("session", "trained"),
                          random=(Random("therapist"), Random("client", slopes=("session",))))
    print(fit)

Residuals are independent unless `residual` says otherwise: ByRole, Dyadic, Autoregressive (see `residuals`).

The way of a fit: `terms` (how a model is written) → `design` (the table, read and scaled) → `moments` (rows added up
within clusters) → `likelihood` (the deviance and its derivatives) → `problem` (one function of parameters) →
`search` (its minimum) → `fitting` → `fitted` (what it says).
"""

from rapport.stats.mixed.bootstrap import Bootstrap, Draw
from rapport.stats.mixed.compare import LikelihoodRatio, compare
from rapport.stats.mixed.fitted import Contrast, GroupVariance, MixedFit
from rapport.stats.mixed.fitting import fit
from rapport.stats.mixed.inference import Coefficient
from rapport.stats.mixed.modes import ConditionalModes
from rapport.stats.mixed.profile import Profile
from rapport.stats.mixed.residuals import Autoregressive, ByRole, Dyadic, Independent, Residual
from rapport.stats.mixed.residuals.report import ResidualEstimates, ResidualParameter
from rapport.stats.mixed.terms import Random
from rapport.stats.mixed.therapist import TherapistEffect, therapist_effect

__all__ = [
    "Autoregressive",
    "Bootstrap",
    "ByRole",
    "Coefficient",
    "ConditionalModes",
    "Contrast",
    "Draw",
    "Dyadic",
    "GroupVariance",
    "Independent",
    "LikelihoodRatio",
    "MixedFit",
    "Profile",
    "Random",
    "Residual",
    "ResidualEstimates",
    "ResidualParameter",
    "TherapistEffect",
    "compare",
    "fit",
    "therapist_effect",
]
