"""Several records of one work laid together: what they agree on, and where they differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rapport.literature.citations import Reference
from rapport.literature.citations.csl import name_of, place_of
from rapport.literature.lookup.crossref import once
from rapport.literature.lookup.record import ABSTRACTS_FROM, FIELDS, NAMES, PRECEDENCE, Record
from rapport.web.folding import fold


@dataclass(frozen=True, slots=True)
class Told:
    """One value of a field, in its best spelling, and the services that agree on it."""

    value: Any
    services: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(NAMES.get(service, service) for service in self.services)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field on which services differ: each value with who says so, the likelier first."""

    field: str
    told: tuple[Told, ...]


def ordered(records: Iterable[Record]) -> list[Record]:
    """Records in the order in which we believe them."""
    rank = {service: at for at, service in enumerate(PRECEDENCE)}
    return sorted(records, key=lambda record: rank.get(record.source, len(rank)))


def told(field: str, records: Sequence[Record]) -> tuple[Told, ...]:
    """Each value of `field`, by precedence. Case, dashes, initials and “&” make no difference; silence is no value."""
    same = _SAME.get(field, _words)
    groups: dict[Any, list[Record]] = {}
    for record in ordered(records):
        if value := getattr(record, field):
            groups.setdefault(same(value), []).append(record)
    if field == "kind" and len(groups) > 1:
        groups.pop("document", None)  # what a service says that cannot tell
    best = _BEST.get(field, _first)
    return tuple(
        Told(best([getattr(record, field) for record in group]), tuple(record.source for record in group))
        for group in groups.values()
    )


def differences(records: Sequence[Record]) -> tuple[Difference, ...]:
    """The fields on which records differ, in the order of an article's fields."""
    all_told = ((field, told(field, records)) for field in FIELDS)
    return tuple(Difference(field, values) for field, values in all_told if len(values) > 1)


def merged(records: Sequence[Record]) -> Record:
    """One record of several: each field as the service has it that we believe first among those that have it."""
    facts: dict[str, Any] = {}
    for field in (*FIELDS, "pmcid"):
        if values := told(field, records):
            facts[field] = values[0].value
    if facts.get("kind") == "online-first" and (facts.get("volume") or facts.get("issue")):
        facts["kind"] = "journal-article"
    sources = tuple(dict.fromkeys(record.source for record in ordered(records)))
    return Record(
        source=sources[0] if len(sources) == 1 else "+".join(sources),
        **facts,
        abstract=abstract_of(records)[0],
        notices=once(notice for record in ordered(records) for notice in record.notices),
        subjects=tuple(dict.fromkeys(subject for record in ordered(records) for subject in record.subjects)),
    )


def abstract_of(records: Iterable[Record]) -> tuple[str, str]:
    """The abstract of the first service, in the order of `ABSTRACTS_FROM`, that has one; and that service's key."""
    having = {record.source: record.abstract for record in records if record.abstract}
    for service in (*ABSTRACTS_FROM, *having):
        if service in having:
            return having[service], service
    return "", ""


# --- what counts as the same ----------------------------------------------------------------------


def words_of(text: str) -> str:
    """A text's words, folded: case, accents, dashes, quotes and punctuation make no difference; “&” is “and”."""
    folded = fold(text.replace("&", " and ")).replace("’", "").replace("'", "")
    return " ".join(re.findall(r"[^\W_]+", folded))


def _words(value: Any) -> Any:
    return words_of(str(value)) or str(value)


def _names(value: tuple[str, ...]) -> Any:
    """Family names and first initials: “Swift, J.” is “Swift, Joshua K.”; particles and accents make no difference."""
    parts = []
    for author in value:
        name = name_of(author)
        family = re.sub(r"[\W_]", "", fold(name.family))
        particles = re.match(
            r"(?:van der|van den|van de|von der|de la|van|von|de|del|della|di|da|du|le|la)\s", fold(name.family)
        )
        if particles:
            family = re.sub(r"[\W_]", "", fold(name.family)[particles.end() :])
        parts.append((family, fold(name.given)[:1]))
    return tuple(parts)


def _journal(value: str) -> Any:
    """A journal's name without its place, its subtitle and “The”: PubMed adds them."""
    text = re.split(r"\s*[:=(]|\. ", value)[0] or value
    return re.sub(r"^the ", "", words_of(text)) or value


def _pages(value: str) -> Any:
    place = place_of(Reference(key="", pages=value))
    return fold(place.article_number or place.range("-")) or value


def _number(value: str) -> Any:
    folded = re.sub(r"^(?:vol(?:ume)?|no|issue)\.?\s*", "", fold(value))
    return re.sub(r"[‐–—-]+", "-", folded).lstrip("0") or value


def _kind(value: str) -> Any:
    return "journal-article" if value == "online-first" else value


def _same_spelling(value: Any) -> Any:
    return fold(value) if isinstance(value, str) else value


_SAME: Final[dict[str, Callable[[Any], Any]]] = {
    "authors": _names,
    "editors": _names,
    "journal": _journal,
    "pages": _pages,
    "volume": _number,
    "issue": _number,
    "kind": _kind,
    "year": _same_spelling,
    "language": _same_spelling,
    "doi": _same_spelling,
    "pmid": _same_spelling,
    "pmcid": _same_spelling,
}


# --- the best of several spellings ------------------------------------------------------------------


def _first(values: list[Any]) -> Any:
    shouted = [value for value in values if not (isinstance(value, str) and " " in value and value.isupper())]
    return (shouted or values)[0]


def _in_sentence_case(values: list[str]) -> str:
    """APA prints titles in sentence case: the spelling with the fewest capitals, unless it has none at all."""
    cased = [value for value in values if any(letter.isupper() for letter in value)]
    return min(cased or values, key=lambda value: sum(letter.isupper() for letter in value))


def _most_initials(values: list[tuple[str, ...]]) -> tuple[str, ...]:
    return max(values, key=lambda names: sum(name.count(".") for name in names))


def _in_print(values: list[str]) -> str:
    return "journal-article" if "journal-article" in values else values[0]


_BEST: Final[dict[str, Callable[[list[Any]], Any]]] = {
    "title": _in_sentence_case,
    "authors": _most_initials,
    "editors": _most_initials,
    "kind": _in_print,
}
