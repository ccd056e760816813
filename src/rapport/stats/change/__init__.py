"""How one client's scores change: beyond the error of measurement, past a cut-off, and beside the course of others.

    reliable_change_threshold  how large a change must be to exceed what measurement error alone would give
    reliable_change            which persons changed by more than that
    cutoff                     the score between two populations, criteria a, b and c of Jacobson & Truax
    clinical_significance      recovered, improved, unchanged, deteriorated
    within_person_sd           how much scores vary within a client, pooled over a collection
    expected_course            the mean course of a collection and the band in which single scores lie

Three rules hold here.

*Nothing here predicts.* No function tells a risk, a probability of deterioration, or what will become of a client;
each describes scores that were given. In particular an item that asks about self-harm is never to be scored, banded or
averaged here: what a client answers to it goes to the therapist at once, as it is.

*No figures of instruments are kept here.* Norms, reliabilities and cut-offs are arguments, and come with a source from
whoever calls. A measure that has none (None) gets no reliable change and no cut-off: its course is shown, no more.

*What is named is the variant.* Formulas of reliable change differ, and so do their answers; each result says which.
"""

from rapport.stats.change.clinical import ClinicalSignificance, clinical_significance
from rapport.stats.change.course import CourseBand, ExpectedCourse, ShownCourse, expected_course
from rapport.stats.change.cutoffs import Cutoff, Norm, cutoff
from rapport.stats.change.reliable import (
    VARIANTS,
    ReliableChange,
    ReliableChangeThreshold,
    reliable_change,
    reliable_change_threshold,
)
from rapport.stats.change.spread import WithinPersonSD, within_person_sd

__all__ = [
    "VARIANTS",
    "ClinicalSignificance",
    "CourseBand",
    "Cutoff",
    "ExpectedCourse",
    "Norm",
    "ReliableChange",
    "ReliableChangeThreshold",
    "ShownCourse",
    "WithinPersonSD",
    "clinical_significance",
    "cutoff",
    "expected_course",
    "reliable_change",
    "reliable_change_threshold",
    "within_person_sd",
]
