"""The field's synonyms, as an editor keeps them, ready to be found in a question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapport.digest.keeping import kept_while_unchanged
from rapport.digest.models import SynonymGroup
from rapport.digest.search.words import Phrase, is_stopword, stem, stems, words_of


@dataclass(frozen=True)
class Group:
    """Phrases that mean the same: as stems, and by language as the editor wrote them."""

    phrases: tuple[Phrase, ...]
    written: Mapping[str, Sequence[str]] = field(compare=False)


@dataclass(frozen=True)
class Trigger:
    """A phrase that asks for a group. `words` are folded; `own` when it is one of the group's own words."""

    words: Phrase
    group: Group
    own: bool

    def matches(self, words: Sequence[str], start: int) -> int:
        """Where the phrase ends if it stands in `words` at `start`, else 0.

        One stopword between two of its words is passed over.
        """
        at = start
        for wanted in self.words:
            if start < at < len(words) and is_stopword(words[at]) and not _same(words[at], wanted):
                at += 1
            if at >= len(words) or not _same(words[at], wanted):
                return 0
            at += 1
        return at


class Synonyms:
    """All groups; `at` finds those that a question asks for at one of its words."""

    def __init__(self, groups: Iterable[SynonymGroup] | None = None) -> None:
        self._starting: dict[str, list[Trigger]] = defaultdict(list)
        self.words: set[str] = set()
        for row in SynonymGroup.objects.all() if groups is None else groups:
            phrases = {
                tuple(stem(word, language) for word in words_of(phrase)): None
                for language, listed in row.words.items()
                for phrase in listed
            }
            group = Group(tuple(phrases), row.words)
            for own, by_language in ((True, row.words), (False, row.asked_as)):
                for phrase in (phrase for listed in by_language.values() for phrase in listed):
                    self._add(Trigger(tuple(words_of(phrase)), group, own))

    def at(self, words: Sequence[str], start: int) -> tuple[int, list[Trigger]]:
        """The triggers of the longest phrase that stands in `words` at `start`, and where it ends."""
        ends: dict[int, list[Trigger]] = defaultdict(list)
        for key in stems(words[start]):
            for trigger in self._starting.get(key, ()):
                end = trigger.matches(words, start)
                if end and trigger not in ends[end]:
                    ends[end].append(trigger)
        longest = max((end for end, found in ends.items() if found), default=0)
        return longest, ends[longest] if longest else []

    def _add(self, trigger: Trigger) -> None:
        if not trigger.words:
            return
        self.words.update(trigger.words)
        for key in stems(trigger.words[0]):
            self._starting[key].append(trigger)


def synonyms(stamp: str) -> Synonyms:
    """The synonyms of the content at `stamp`."""
    return kept_while_unchanged(stamp, Synonyms)


def _same(one: str, other: str) -> bool:
    return one == other or not set(stems(one)).isdisjoint(stems(other))
