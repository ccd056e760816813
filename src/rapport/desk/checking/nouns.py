"""What a number counts: people, therapists, studies, sessions, time … in English and French.

A noun has a kind, by which numbers are compared at all, and a sort within it, by which “94 clients” and “94 couples”
are told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple


class Kind(StrEnum):
    """Kinds of things that are counted. Numbers of different kinds are not compared."""

    PEOPLE = "people"
    THERAPISTS = "therapists"
    RATERS = "raters"
    STUDIES = "studies"
    EFFECTS = "effects"
    SESSIONS = "sessions"
    TIME = "time"
    AGE = "age"
    POINTS = "points"
    PLACES = "places"
    GROUPS = "groups"
    DATABASES = "databases"
    MONEY = "money"
    ITEMS = "items"


_SORTS: Final[dict[Kind, dict[str, str]]] = {
    Kind.THERAPISTS: {
        "therapists": "therapists? clinicians? counsell?ors? providers? psychologists? thérapeutes? clinicien(?:ne)?s? "
        "psychologues? intervenante?s?",
        "trainees": "trainees? supervisees? stagiaires?",
        "supervisors": "supervisors? superviseure?s?",
    },
    Kind.PEOPLE: {
        "clients": "clients? cliente?s?",
        "patients": "patients? inpatients? outpatients? patiente?s?",
        "couples": "couples?",
        "dyads": "dyads? dyades?",
        "people": "people persons? participants? adults? women m[ae]n adolescents? children respondents? students? "
        "veterans? refugees? mothers? individuals? members? cases? personnes? participante?s? adultes? femmes? hommes? "
        "enfants? répondante?s? étudiante?s? individus? cas",
    },
    Kind.RATERS: {
        "raters": "raters? judges? coders? assessors? cotateurs? cotatrices? juges? codeurs? codeuses? "
        "observers? observat(?:eur|rice)s? évaluat(?:eur|rice)s?"
    },
    Kind.STUDIES: {
        "studies": "studies study trials? experiments? études? essais? expériences?",
        "samples": "samples? échantillons?",
        "reviews": "reviews? meta-analys[ei]s revues? méta-analyses?",
        "publications": "articles? reports? sources? references? publications? papers? références? rapports?",
    },
    Kind.EFFECTS: {
        "effects": "effects? comparisons? correlations? findings? sizes? effets? comparaisons? corrélations?"
    },
    Kind.SESSIONS: {
        "sessions": "sessions? visits? meetings? séances? visites? rencontres?",
        "calls": "calls? appels?",
        "letters": "letters? lettres?",
        "interviews": "interviews? entretiens?",
    },
    Kind.TIME: {
        "minutes": "minutes?",
        "hours": "hours? heures?",
        "days": "days? jours?",
        "weeks": "weeks? semaines?",
        "months": "months? mois",
        "years": "years? ans? années?",
    },
    Kind.POINTS: {"points": "points"},
    Kind.PLACES: {
        "centres": "cent(?:re|er)s? clinics? hospitals? sites? services? cliniques? hôpita(?:l|ux) universities",
        "countries": "countr(?:y|ies) pays",
    },
    Kind.GROUPS: {
        "groups": "groups? arms? conditions? groupes? bras",
        "treatments": "treatments? therapies traitements? thérapies",
    },
    Kind.DATABASES: {
        "databases": r"databases? bases?\sde\sdonnées",
        "registers": "registers? registr(?:y|ies) registres?",
    },
    Kind.MONEY: {"money": "dollars? euros? pounds? US\\$ \\$ € £ USD"},
    Kind.ITEMS: {
        "items": "items? questions? attributes? moderators? topics? scales? attributs? modérateurs? échelles?"
    },
}
ANYBODY: Final = "people"  # clients, therapists and raters may all be called so, and couples may not
CLIENTS: Final = frozenset({"clients", "patients"})
_CALLED_SO: Final = CLIENTS | {"therapists", "trainees", "supervisors", "raters"}

# Sorts whose nouns stand for one another, unless an article has numbers of both.
_ALIKE: Final[tuple[frozenset[str], ...]] = (
    CLIENTS,
    frozenset({"therapists", "trainees", "supervisors"}),
    frozenset({"couples", "dyads"}),
    frozenset({"studies", "reviews", "publications"}),
    frozenset({"sessions", "calls", "interviews"}),
    frozenset({"groups", "treatments"}),
    frozenset({"databases", "registers"}),
)

_KIND_OF: Final = {sort: kind for kind, sorts in _SORTS.items() for sort in sorts}
_NOUN: Final = "|".join(
    rf"(?P<{sort}>{'|'.join(words.split())})" for sorts in _SORTS.values() for sort, words in sorts.items()
)
_FIRST: Final = re.compile(rf"(?<![\w-])(?:{_NOUN})(?!\w)", re.IGNORECASE)
_BESIDE: Final = re.compile(rf"[\s-](?:{_NOUN})(?!\w)", re.IGNORECASE)  # “adult clients”, “client-therapist dyads”
_OWNER: Final = re.compile(r"\b[^\W\d_]+(?:[’']s|s[’'])\s")  # “the clients’ therapists” are no clients
_AGE: Final = re.compile(r"\bage\b|\baged\b|\bâge|\bâgée?s?\b", re.IGNORECASE)


class Counted(NamedTuple):
    """What is counted, by the first noun that tells it and those right behind it."""

    kind: Kind
    sorts: frozenset[str]
    noun: str
    end: int  # of the first noun


@lru_cache(maxsize=512)
def counted_in(text: str) -> Counted | None:
    """What the first noun of a text that tells it, with those right behind it, says is counted."""
    first = _FIRST.search(text)
    if first is None or first.lastgroup is None:
        return None
    sorts, end = {first.lastgroup}, first.end()
    while (beside := _BESIDE.match(text, end)) and beside.lastgroup:
        is_compound = text[end] == "-"  # “client-therapist dyads” are no clients
        sorts = {beside.lastgroup} if is_compound else {*sorts, beside.lastgroup}
        end = beside.end()
    return Counted(_KIND_OF[first.lastgroup], narrowed(sorts), text[first.start() : end], first.end())


def narrowed(sorts: Iterable[str]) -> frozenset[str]:
    """Without the sort that may be anybody, where another tells who: “adult clients”."""
    every = frozenset(sorts)
    return every - {ANYBODY} if every & _CALLED_SO | every & {"couples", "dyads"} else every


def kind_of(*texts: str) -> Kind | None:
    """What the first of the texts that says it speaks of."""
    for text in texts:
        if _AGE.search(text):
            return Kind.AGE
        found = counted_in(text)
        if found is not None:
            return found.kind
    return None


def sorts_of(*texts: str) -> frozenset[str]:
    """The sorts that are counted by any of the texts, which say the same in several languages."""
    bare = (_OWNER.sub(" ", text) for text in texts)
    return narrowed(sort for text in bare if (found := counted_in(text)) for sort in found.sorts)


def named_in(*texts: str) -> frozenset[str]:
    """Every sort that is named anywhere in the texts."""
    return frozenset(match.lastgroup or "" for text in texts for match in _FIRST.finditer(text))


def people_in(*texts: str) -> frozenset[str]:
    """Every sort of people that is named anywhere in the texts."""
    return frozenset(sort for sort in named_in(*texts) if _KIND_OF[sort] in {Kind.PEOPLE, Kind.THERAPISTS})


def are_alike(one: str, other: str) -> bool:
    """Whether two sorts may stand for each other."""
    if one == other or any({one, other} <= alike for alike in _ALIKE):
        return True
    return ANYBODY in {one, other} and bool({one, other} & _CALLED_SO)


def first_kind(text: str) -> tuple[Kind, int] | None:
    """The first noun that tells what is counted, and where it ends."""
    found = counted_in(text)
    return (found.kind, found.end) if found else None


def speaks_of_age(text: str) -> bool:
    return _AGE.search(text) is not None
