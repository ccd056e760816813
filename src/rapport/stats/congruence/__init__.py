"""Congruence: do client and therapist see it alike, and what does it go with?

response_surface            is the outcome best where the two agree? `surface_from_coefficients` for published figures
truth_and_bias              does the therapist see the client's view too low or too high, and follow it?
actor_partner               what a person's own view, and the other's, go with
lagged_agreement            agreement at a session and the outcome at the next; `fit_lagged` where agreement is a column
agreement                   how far the two agree in each row
"""

from rapport.stats.congruence.actor_partner import ActorPartner, actor_partner
from rapport.stats.congruence.agreement import agreement
from rapport.stats.congruence.estimates import Estimate
from rapport.stats.congruence.lagged import fit_lagged, lagged_agreement
from rapport.stats.congruence.lagged_result import LaggedAgreement
from rapport.stats.congruence.surface import response_surface, surface_from_coefficients
from rapport.stats.congruence.surface_result import ResponseSurface
from rapport.stats.congruence.truth_and_bias import TruthAndBias, truth_and_bias

__all__ = [
    "ActorPartner",
    "Estimate",
    "LaggedAgreement",
    "ResponseSurface",
    "TruthAndBias",
    "actor_partner",
    "agreement",
    "fit_lagged",
    "lagged_agreement",
    "response_surface",
    "surface_from_coefficients",
    "truth_and_bias",
]
