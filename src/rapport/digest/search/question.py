"""What a reader asks for: a question as typed, understood as concepts.

A *concept* is one thing asked for, with every phrase that would show it: the typed words themselves and, where
the synonyms know them, other words for the same. A phrase in quotation marks is a concept that must be there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapport.digest.search.synonyms import Group, Synonyms
from rapport.digest.search.words import SNOWBALL, Phrase, is_stopword, stem, words_of

LONGEST = 300
MOST_CONCEPTS = 16
QUOTED = re.compile(r"\"([^\"]*)\"|“([^”]*)”|«([^»]*)»")
AS_TYPED, SYNONYM, ASKED_AS = 1.0, 0.8, 0.65  # how much a phrase counts, by how it came into the question
PLAIN = 0.45  # how much a word counts that is not one of the field's: it may be there by the way


@dataclass(frozen=True)
class Concept:
    """One thing asked for. `phrases` maps what would show it, as stems, to how much that counts (0 to 1).

    `groups` are the synonyms it was understood by.
    """

    typed: str
    phrases: dict[Phrase, float]
    required: bool = False
    groups: tuple[Group, ...] = ()

    @property
    def weight(self) -> float:
        return 1.0 if self.groups or self.required else PLAIN


@dataclass(frozen=True)
class Question:
    """A question understood. `cut` when it was too long to be read to its end."""

    text: str
    concepts: tuple[Concept, ...]
    cut: bool = False

    @property
    def words(self) -> list[str]:
        """The typed words that are not in quotation marks, and are about something."""
        return _searched(words_of(QUOTED.sub(" ", self.text)))


def understand(typed: str, known: Synonyms) -> Question:
    """`typed`, whatever it is, as a question. Nothing in it is an operator but quotation marks."""
    text = " ".join(unicodedata.normalize("NFC", _typed_only(typed)).split())
    cut = len(text) > LONGEST
    text = text[:LONGEST]
    quoted = [next(filter(None, groups), "") for groups in QUOTED.findall(text)]
    concepts = [_phrase(phrase) for phrase in quoted if words_of(phrase)]
    words = words_of(QUOTED.sub(" ", text))
    concepts += _concepts(words, known)
    if not concepts:
        concepts = [_word(word) for word in words]  # “to be or not to be”: there is nothing else to search for
    distinct: dict[tuple[Phrase, ...], Concept] = {}
    for concept in concepts:
        distinct.setdefault(tuple(concept.phrases), concept)
    return Question(text, tuple(distinct.values())[:MOST_CONCEPTS], cut)


def _concepts(words: Sequence[str], known: Synonyms) -> list[Concept]:
    concepts, at = [], 0
    while at < len(words):
        end, triggers = known.at(words, at)
        if triggers:
            typed = words[at:end]
            phrases = _as_typed(typed)
            for trigger in triggers:
                for phrase in trigger.group.phrases:
                    phrases.setdefault(phrase, SYNONYM if trigger.own else ASKED_AS)
            groups = tuple(dict.fromkeys(trigger.group for trigger in triggers))
            concepts.append(Concept(" ".join(typed), phrases, groups=groups))
            at = end
            continue
        if not is_stopword(words[at]):
            concepts.append(_word(words[at]))
        at += 1
    return concepts


def _word(word: str) -> Concept:
    return Concept(word, _as_typed([word]))


def _phrase(text: str) -> Concept:
    return Concept(text.strip(), _as_typed(words_of(text)), required=True)


def _as_typed(words: Sequence[str]) -> dict[Phrase, float]:
    """The words one after the other, as they would stand in a text of each language."""
    return {tuple(stem(word, language) for word in words): AS_TYPED for language in SNOWBALL}


def _searched(words: Iterable[str]) -> list[str]:
    return [word for word in words if not is_stopword(word)]


def _typed_only(text: str) -> str:
    """`text` without what no keyboard types: control characters and halves of characters."""
    return "".join(" " if unicodedata.category(letter) in ("Cc", "Cs", "Co") else letter for letter in text)
