"""How much of a score is measurement: alpha, omega, intraclass correlations, and the error of one score.

alpha          the internal consistency of a sum of items, with what each item does to it
omega          the same from a one-factor model, where items need not measure equally well
icc            how far raters agree about the same targets, in the six forms of Shrout & Fleiss
within_person  how reliably sessions within one client are told apart
standard_error_of_measurement  how far an observed score lies from the true one
"""

from rapport.stats.reliability.cronbach import Alpha, ItemInScale, alpha
from rapport.stats.reliability.intraclass import KINDS, IntraclassCorrelation, IntraclassForm, icc
from rapport.stats.reliability.mcdonald import Omega, omega
from rapport.stats.reliability.measurement_error import (
    StandardErrorOfMeasurement,
    standard_error_of_measurement,
)
from rapport.stats.reliability.repeated import WithinPersonReliability, within_person

__all__ = [
    "KINDS",
    "Alpha",
    "IntraclassCorrelation",
    "IntraclassForm",
    "ItemInScale",
    "Omega",
    "StandardErrorOfMeasurement",
    "WithinPersonReliability",
    "alpha",
    "icc",
    "omega",
    "standard_error_of_measurement",
    "within_person",
]
