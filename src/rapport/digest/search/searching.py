"""From a typed question to the entries that answer it, in order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapport.digest.catalogue import Catalogue, Entries, catalogue
from rapport.digest.keeping import kept_while_unchanged
from rapport.digest.models import SearchDocument
from rapport.digest.search.engine import entries_with
from rapport.digest.search.question import Concept, Question, understand
from rapport.digest.search.ranking import WEIGHTS, rarity, scores
from rapport.digest.search.showing import Marker
from rapport.digest.search.spelling import vocabulary
from rapport.digest.search.synonyms import synonyms
from rapport.digest.search.words import Phrase, cut, is_stopword, words_of

MOST_RANKED = 60
MOST_DECIDING = 8
ENOUGH = 0.33  # an entry is found when it has this share of what is asked for, rare concepts counting more
COMMON = 0.3  # a concept that more than this share of a large digest has does not decide
LARGE = 2000
EVERYWHERE = 0.6
MOST_NAMED = 2
MOST_HELD = 400  # sets of entries: 5 MB at 100,000 entries

Sought = tuple[tuple[Phrase, ...], bool]  # any of these phrases, and whether in title or shelves only


@dataclass(frozen=True)
class Respelling:
    typed: str
    meant: str


@dataclass(frozen=True)
class Asked:
    """A concept, the entries that have it and how many these are, and how much it says.

    Of a concept that is too common to decide, it may be that only some of the entries were looked up; the
    number is then the limit at which that ended.
    """

    concept: Concept
    having: Entries
    number: int
    rarity: float


class Search:
    """One question put to the digest of one day: what was understood, what was found, in which order."""

    def __init__(self, typed: str, *, stamp: str, today: dt.date) -> None:
        self.typed, self._stamp = typed, stamp
        self.catalogue: Catalogue = catalogue(stamp)
        self._shown = self.catalogue.shown(today)
        self._synonyms = synonyms(stamp)
        self._held = kept_while_unchanged(stamp, Held)
        question = understand(typed, self._synonyms)
        self.respelt = tuple(self._respellings(question))
        self.question = understand(_respelt(question.text, self.respelt), self._synonyms)
        self.cut = question.cut

    @cached_property
    def found(self) -> Entries:
        """The entries that answer: all that is required, and enough of the rest."""
        entries = self._shown
        for asked in self._asked:
            if asked.concept.required:
                entries &= asked.having
        deciding = [asked for asked in self._deciding if not asked.concept.required]
        if not deciding:
            return entries if any(asked.concept.required for asked in self._asked) else 0
        enough = ENOUGH * sum(asked.rarity for asked in deciding)
        having = 0
        for mass, together in _together(deciding):
            if mass < enough:
                break
            having |= together
        return entries & having

    @cached_property
    def marker(self) -> Marker:
        """Marks in texts what this question asks for."""
        return Marker(asked.concept for asked in self._telling)

    def also(self, language: str) -> list[str]:
        """Other words for what was typed, by which entries were searched too."""
        groups = dict.fromkeys(group for asked in self._telling for group in asked.concept.groups)
        typed = {word for asked in self._asked for word in words_of(asked.concept.typed)}
        named = [group.written.get(language) or next(iter(group.written.values())) for group in groups]
        others = [[words for words in of if not typed.issuperset(words_of(words))][:MOST_NAMED] for of in named]
        return [words for of in others for words in of]

    @property
    def unknown(self) -> list[str]:
        """What was asked for and stands in no entry."""
        return [asked.concept.typed for asked in self._asked if not asked.having]

    def in_order(self, entries: Entries, start: int, number: int) -> list[int]:
        """The primary keys of `entries` (some of those found) from the `start`-th on: the best answers first.

        The first `MOST_RANKED` are ranked; what follows is in the order of a list, newest first.
        """
        pool = self._pool(entries)
        ranked = self._ranked(pool)
        if start + number <= len(ranked):
            return ranked[start : start + number]
        rest = entries & ~self.catalogue.entries(pool)
        after = max(start - len(ranked), 0)
        return ranked[start:] + self.catalogue.newest(rest, after, number - len(ranked[start:]))

    # --- what is asked ----------------------------------------------------------------------------

    @cached_property
    def _asked(self) -> list[Asked]:
        number = self._shown.bit_count()
        limit = int(COMMON * number) + 1 if number > LARGE else None
        asked = [self._having(concept, number, limit) for concept in self.question.concepts]
        if limit and all(one.number >= limit for one in asked if one.having):
            asked = [self._having(concept, number, None) for concept in self.question.concepts]
        return asked

    def _having(self, concept: Concept, of: int, limit: int | None) -> Asked:
        whole = None if concept.required else limit
        held = self._holding(concept.phrases, at_most=whole)
        having = held & self._shown
        # The same number whether the looking up ended at the limit or all of it was known from before.
        number = whole if whole and held.bit_count() >= whole else having.bit_count()
        return Asked(concept, having, number, concept.weight * rarity(number, of))

    @cached_property
    def _deciding(self) -> list[Asked]:
        """The concepts that tell entries apart: not those that nobody has, nor those that everybody has."""
        number = self._shown.bit_count()
        had = [asked for asked in self._asked if asked.having]
        rare = [asked for asked in had if number <= LARGE or asked.number <= COMMON * number]
        return sorted(rare or had, key=lambda asked: -asked.rarity)[:MOST_DECIDING]

    @cached_property
    def _telling(self) -> list[Asked]:
        """The concepts that are worth showing: those that most entries have would mark every line."""
        most = EVERYWHERE * self._shown.bit_count()
        had = [asked for asked in self._asked if asked.having]
        return [asked for asked in had if asked.concept.required or asked.number <= most] or had

    # --- in which order ---------------------------------------------------------------------------

    def _pool(self, entries: Entries) -> list[int]:
        """The primary keys of the entries worth ranking: those that have most of what is asked for.

        When more have it than can be ranked, those that have it in their title or on their shelves go first.
        """
        pool: list[int] = []
        for _, together in _together(self._deciding):
            group = entries & together
            entries &= ~group
            room = MOST_RANKED - len(pool)
            if group.bit_count() > room:
                group = self._prominent_first(group, room)
            pool += self.catalogue.newest(group)
            if len(pool) >= MOST_RANKED:
                break
        return pool

    def _prominent_first(self, group: Entries, room: int) -> Entries:
        chosen = 0
        prominent = [self._holding(asked.concept.phrases, prominent=True) for asked in self._deciding]
        everywhere = group
        for having in prominent:
            everywhere &= having
        for tier in (everywhere, *(group & having for having in prominent), group):
            left = room - chosen.bit_count()
            for pk in self.catalogue.newest(tier & ~chosen, 0, left):
                chosen |= self.catalogue.entries([pk])
        return chosen

    def _ranked(self, pool: Sequence[int]) -> list[int]:
        rows = SearchDocument.objects.filter(pk__in=pool).values("pk", *WEIGHTS)
        documents = {row["pk"]: row for row in rows}
        standing = [pk for pk in pool if pk in documents]
        found = scores(
            [documents[pk] for pk in standing],
            [asked.concept for asked in self._asked],
            [asked.rarity if asked.having else 0.0 for asked in self._asked],
        )
        place = {pk: n for n, pk in enumerate(self.catalogue.newest(self.catalogue.entries(standing)))}
        best = sorted(zip(found, standing, strict=True), key=lambda pair: (-pair[0], place[pair[1]]))
        return [pk for _, pk in best]

    # --- what was probably meant --------------------------------------------------------------------

    def _respellings(self, question: Question) -> Iterator[Respelling]:
        words = vocabulary(self._stamp)
        for word in dict.fromkeys(question.words):
            if word in self._synonyms.words or (
                words.knows(word) and (self.catalogue.everything == self._shown or self._is_shown(word))
            ):
                continue
            for meant in words.meant(word, self._synonyms.words):
                if not is_stopword(meant) and self._is_shown(meant):
                    yield Respelling(word, meant)
                    break

    def _is_shown(self, word: str) -> bool:
        """Whether readers may see a word, or another for the same: not one that only a later issue has."""
        concepts = understand(word, self._synonyms).concepts
        return any(self._holding(concept.phrases) & self._shown for concept in concepts)

    def _holding(self, phrases: Iterable[Phrase], *, prominent: bool = False, at_most: int | None = None) -> Entries:
        """The entries that hold any of `phrases`, or `at_most` of them; looked up once while the content stays."""
        sought = (tuple(phrases), prominent)
        held = self._held.get(sought)
        if held is None:
            keys = entries_with(sought[0], prominent=prominent, at_most=at_most)
            held = self.catalogue.entries(keys)
            if at_most is None or len(keys) < at_most:
                self._held.keep(sought, held)
        return held


class Held:
    """The entries of what was looked up last, up to MOST_HELD phrases: readers ask for the same words again."""

    def __init__(self) -> None:
        self._entries: dict[Sought, Entries] = {}

    def get(self, sought: Sought) -> Entries | None:
        return self._entries.get(sought)

    def keep(self, sought: Sought, entries: Entries) -> None:
        if len(self._entries) >= MOST_HELD:
            self._entries.clear()
        self._entries[sought] = entries


def _respelt(text: str, respelt: Sequence[Respelling]) -> str:
    meant = {one.typed: one.meant for one in respelt}
    for word, start, end in reversed(list(cut(text))):
        if word in meant:
            text = text[:start] + meant[word] + text[end:]
    return text


def _together(asked: Sequence[Asked]) -> Iterator[tuple[float, Entries]]:
    """Every way to have some of what is asked for: how much that is, and who has it; the most first.

    At most 2^8 ways, each one `&` of two whole numbers away from another.
    """
    having, mass = [-1], [0.0]
    for one in asked:
        having += [entries & one.having for entries in having]
        mass += [sum_ + one.rarity for sum_ in mass]
    for way in sorted(range(1, len(having)), key=lambda way: -mass[way]):
        yield mass[way], having[way]
