"""Designing a trial: which cluster goes to which arm, and how many are needed.

randomise, verify                  an allocation list, sealed, and whether a list is the one that was sealed
Trial, power                       a planned trial, and how often it would see its effect, by simulation
power_by_formula, design_effect    the same where a formula is exact, and what clustering costs
therapists_needed                  the smallest trial with the power wanted
"""

from __future__ import annotations

from rapport.stats.design.allocation import Allocation, Place
from rapport.stats.design.analyses import Finding
from rapport.stats.design.formula import FormulaPower, design_effect, power_by_formula
from rapport.stats.design.randomisation import Verification, randomise, verify
from rapport.stats.design.sample_size import TherapistsNeeded, therapists_needed
from rapport.stats.design.simulation import Power, Rate, power, wilson
from rapport.stats.design.trial import Trial

__all__ = [
    "Allocation",
    "Finding",
    "FormulaPower",
    "Place",
    "Power",
    "Rate",
    "TherapistsNeeded",
    "Trial",
    "Verification",
    "design_effect",
    "power",
    "power_by_formula",
    "randomise",
    "therapists_needed",
    "verify",
    "wilson",
]
