"""Suggest topics and a research type for an entry, each with the words it came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapport.digest.exchange.schema import ShelfItem
from rapport.digest.old_pages.topic_words import TOLD_ONCE, topic_pattern
from rapport.web.folding import fold

MOST_TOPICS: Final = 3
IN_TITLE: Final = 3  # how much more a word of the title says than one of the text
FALLBACKS: Final = ("miscellaneous", "other", "divers", "autre", "autres", "general")

# Parts of names that say nothing by themselves: nearly every entry has them.
TOO_COMMON: Final = {
    "outcomes", "outcome", "treatment", "treatments", "therapy", "illness", "brain", "awareness", "crisis", "theory",
    "guideline", "naturalistic", "qualitative", "resultats", "cerveau", "maladie", "divers", "miscellaneous", "survey",
    "duree", "frequence", "frequency",
}  # fmt: skip
# What articles say of how they were made, by the key of the research type that it speaks for.
EVIDENCE: Final[dict[str, tuple[str, ...]]] = {
    "meta-analysis": (r"meta-?analy\w+", r"meta-?analyses?", r"pooled (?:\w+ ){0,3}(?:studies|trials)"),
    "systematic-review": (r"systematic(?:ally)? review\w*", r"revue systematique", r"scoping review"),
    "randomized-trial": (
        r"randomi[sz]ed(?:,? \w+){0,2} trials?", r"randomly (?:assigned|allocated)", r"\brcts?\b",
        r"essais? (?:controles? )?randomises?", r"au hasard entre",
    ),
    "qualitative": (
        r"qualitative (?:study|analysis|interviews?|methods?)", r"thematic(?:ally)? analy\w+", r"grounded theory",
        r"(?:semi-?structured|in-?depth) interviews?", r"interpretative phenomenological", r"etude qualitative",
        r"entretiens semi-diriges", r"analyse thematique",
    ),
    "survey": (r"survey(?:ed|s)?", r"questionnaire was sent", r"enquete", r"sondage"),
    "case-study": (r"case (?:study|studies|report)", r"single case", r"etude de cas"),
    "naturalistic": (
        r"naturalistic", r"routine (?:care|practice|outcome)", r"observational", r"practice-based (?:study|evidence)",
        r"milieu naturel",
    ),
    "process-outcome": (r"process[- –]outcome", r"session[- ]by[- ]session", r"processus[- –]resultats"),
    "experiment": (r"experiment(?:al)? (?:study|manipulation)", r"laborator(?:y|ies)", r"etude experimentale"),
}  # fmt: skip

# What is left of « Préférences des clientes et des clients » behind its « et » names nothing.
_HALF: Final = re.compile(r"(?:des|aux|du|de la)\s", re.IGNORECASE)


@dataclass(frozen=True)
class Suggestion:
    """A topic or a type, and the words that speak for it: none when it only fills the place."""

    key: str
    words: tuple[str, ...]


def suggest_topics(topics: Mapping[str, ShelfItem], title: str, text: str, labels: Iterable[str]) -> list[Suggestion]:
    """The likeliest topics, at most three; else the one for what fits nowhere, without words."""
    labelled = [Suggestion(key, words) for key, words in _labelled(topics, labels).items()]
    if labelled:
        return labelled
    scores: dict[str, tuple[int, tuple[str, ...]]] = {}
    folded_title, folded = fold(title), fold(text)
    for key, item in topics.items():
        found = _said_of(key, item, title, folded_title), _said_of(key, item, text, folded)
        if any(found):
            words = tuple(dict.fromkeys(word for mentions in found for word in mentions))
            scores[key] = IN_TITLE * len(found[0]) + len(found[1]), words
    best = sorted(scores, key=lambda key: -scores[key][0])[:MOST_TOPICS]
    strong = [key for key in best if scores[key][0] >= 2] or best[:1]
    return [Suggestion(key, scores[key][1]) for key in strong] or [Suggestion(fallback(topics), ())]


def suggest_type(types: Mapping[str, ShelfItem], title: str, text: str, labels: Iterable[str]) -> Suggestion:
    """The type for which most speaks; else one without words."""
    labelled = _labelled(types, labels)
    if labelled:
        return Suggestion(*next(iter(labelled.items())))
    whole = f"{title}\n{text}"
    folded = fold(whole).replace("–", "-")
    best: tuple[int, Suggestion] | None = None
    for key, item in types.items():
        words = list(_mentions(item, whole, folded))
        for pattern in EVIDENCE.get(key, ()):
            words += [found[0] for found in re.finditer(rf"\b{pattern}", folded)]
        if words and (best is None or len(words) > best[0]):
            best = len(words), Suggestion(key, tuple(dict.fromkeys(word.lower() for word in words)))
    return best[1] if best else Suggestion(fallback(types), ())


def fallback(shelf: Mapping[str, ShelfItem]) -> str:
    """The shelf for what fits nowhere else; the last one where there is none."""
    for key, item in shelf.items():
        if key in FALLBACKS or any(fold(name) in FALLBACKS for name in item.name.values()):
            return key
    return list(shelf)[-1]


def has_fallback(shelf: Mapping[str, ShelfItem]) -> bool:
    key = fallback(shelf)
    return key in FALLBACKS or any(fold(name) in FALLBACKS for name in shelf[key].name.values())


def _labelled(shelf: Mapping[str, ShelfItem], labels: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What the page itself files the entry under: whole names, variants, or a distinct part of one."""
    found: dict[str, tuple[str, ...]] = {}
    for label in labels:
        folded = f" {_spaced(label)} "
        pieces = {
            form for part in re.split("[,;|/]", label) for form in (part.strip(), _spaced(part).removesuffix("s"))
        }
        for key, item in shelf.items():
            names = [*item.name.values(), *item.variants]
            terms = {term if is_short else _spaced(term) for term, is_short in _terms(tuple(names), ())}
            if any(f" {_spaced(name)} " in folded for name in names) or terms & pieces:
                found[key] = (label,)
    return found


def _spaced(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))


def _said_of(key: str, item: ShelfItem, text: str, folded: str) -> list[str]:
    """Each place that says one of the topic's names, or what else speaks for it."""
    found = _mentions(item, text, folded)
    pattern = topic_pattern(key)
    if pattern is not None:
        others = [match[0] for match in pattern.finditer(folded)]
        new = [other for other in others if not any(word in other or other in word for word in found)]
        found += new * 2 if key in TOLD_ONCE else new
    return found


def _mentions(item: ShelfItem, text: str, folded: str) -> list[str]:
    """Each place in the text that says one of the shelf's names, variants, or their parts."""
    found: list[str] = []
    for term, is_abbreviation in _terms(tuple(item.name.values()), item.variants):
        if term not in (text if is_abbreviation else folded):
            continue  # seen at once; the patterns below would take long on a whole archive
        if is_abbreviation:
            found += re.findall(rf"\b{re.escape(term)}\b", text)
        else:
            found += re.findall(rf"\b{re.escape(term)}s?\b", folded)
    return found


@lru_cache(maxsize=512)
def _terms(names: tuple[str, ...], variants: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    """“Trauma and/or PTSD” → trauma, PTSD: the terms to look for, and whether each is an abbreviation."""
    terms: dict[str, bool] = {}
    for name in (*names, *variants):
        for part in re.split(r"[(),/:]|\s(?:and|or|et|ou|and/or|&)\s", name):
            term = part.strip()
            if _HALF.match(term):
                continue
            is_abbreviation = term.isupper() and len(term) >= 2
            if is_abbreviation:
                terms[term] = True
            elif len(term) >= 5 and fold(term) not in TOO_COMMON:
                terms[fold(term).removesuffix("s")] = False
    return tuple(terms.items())
