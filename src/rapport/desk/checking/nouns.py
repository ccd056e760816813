"""What a number counts: people, therapists, studies, sessions, time … in English and French."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """Kinds of things that are counted. Numbers of different kinds are not compared."""

    PEOPLE = "people"
    THERAPISTS = "therapists"
    STUDIES = "studies"
    EFFECTS = "effects"
    SESSIONS = "sessions"
    TIME = "time"
    AGE = "age"
    POINTS = "points"
    PLACES = "places"
    GROUPS = "groups"
    MONEY = "money"
    ITEMS = "items"


_WORDS: Final[dict[Kind, str]] = {
    Kind.THERAPISTS: "therapists? clinicians? counsell?ors? providers? psychologists? trainees? supervisors? supervisees? "
    "thérapeutes? clinicien(?:ne)?s? psychologues? stagiaires? superviseure?s? intervenante?s?",
    Kind.PEOPLE: "people persons? clients? patients? participants? adults? women m[ae]n adolescents? children inpatients? "
    "outpatients? respondents? students? couples? veterans? refugees? mothers? individuals? members? cases? dyads? "
    "personnes? cliente?s? patiente?s? participante?s? adultes? femmes? hommes? enfants? répondante?s? étudiante?s? "
    "dyades? cas",
    Kind.STUDIES: "studies study trials? reviews? meta-analys[ei]s samples? articles? reports? sources? references? "
    "experiments? publications? papers? études? essais? revues? méta-analyses? échantillons? références? rapports? "
    "publications? expériences?",
    Kind.EFFECTS: "effects? comparisons? correlations? findings? sizes? effets? comparaisons? corrélations?",
    Kind.SESSIONS: "sessions? visits? calls? meetings? letters? interviews? séances? visites? appels? rencontres? lettres? "
    "entretiens?",
    Kind.TIME: "minutes? hours? days? weeks? months? years? heures? jours? semaines? mois ans? années?",
    Kind.POINTS: r"(?<!time\s)points?(?!\sde\svue)(?!\sof\sview)",
    Kind.PLACES: "cent(?:re|er)s? countr(?:y|ies) clinics? hospitals? sites? services? pays cliniques? hôpita(?:l|ux) "
    "universities centres?",
    Kind.GROUPS: "groups? arms? conditions? treatments? therapies groupes? bras traitements? thérapies",
    Kind.MONEY: "dollars? euros? pounds? US\\$ \\$ € £ USD",
    Kind.ITEMS: "items? questions? attributes? moderators? databases? topics? scales? attributs? modérateurs? échelles?",
}
_KIND: Final = re.compile(
    "|".join(rf"(?P<{kind.name}>(?<![\w-])(?:{'|'.join(words.split())})(?![\w]))" for kind, words in _WORDS.items()),
    re.IGNORECASE,
)
_AGE: Final = re.compile(r"\bage\b|\baged\b|\bâge|\bâgée?s?\b", re.IGNORECASE)


def kind_of(*texts: str) -> Kind | None:
    """What the first of the texts that says it speaks of."""
    for text in texts:
        if _AGE.search(text):
            return Kind.AGE
        found = first_kind(text)
        if found is not None:
            return found[0]
    return None


def first_kind(text: str) -> tuple[Kind, int] | None:
    """The first noun that tells what is counted, and where it ends."""
    match = _KIND.search(text)
    if match is None or match.lastgroup is None:
        return None
    return Kind[match.lastgroup], match.end()


def speaks_of_age(text: str) -> bool:
    return _AGE.search(text) is not None
