"""Congruence: do client and therapist see it alike, and does the outcome depend on it?"""

from rapport.stats.congruence.surface import response_surface, surface_from_coefficients
from rapport.stats.congruence.surface_result import ResponseSurface

__all__ = [
    "ResponseSurface",
    "response_surface",
    "surface_from_coefficients",
]
