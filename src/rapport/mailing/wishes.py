"""Which entries somebody wants, and why: asked by the letters, and by the page that explains them.

Nothing here reads the database: an entry's facts come in, a verdict comes out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from rapport.literature.metrics import METRICS, Scale
from rapport.literature.models import ResearchType, Topic
from rapport.mailing.models import Arrival, Subscriber

# What compares between studies. A percentage or a count is a result, and not the size of an effect.
EFFECT_SIZES = frozenset(
    key for key, metric in METRICS.items() if metric.scale in (Scale.DIFFERENCE, Scale.RATIO, Scale.CORRELATION)
)


# Stands for what somebody chose and is no more: of all of which nothing is about it.
GONE = 0


@dataclass(frozen=True)
class EntryFacts:
    """What choosing asks of an entry. `arrivals` maps each language it can be read in to its arrival's number."""

    entry: int
    topics: frozenset[int]
    research_type: int
    has_effect_sizes: bool
    language: str
    arrivals: Mapping[str, int]


@dataclass(frozen=True)
class Wishes:
    """What one subscriber asked for. No topics, or no types, means all of them."""

    language: str
    takes_other_languages: bool = False
    topics: frozenset[int] = frozenset()
    research_types: frozenset[int] = frozenset()
    effect_sizes_only: bool = False

    @classmethod
    def of(cls, subscriber: Subscriber) -> Wishes:
        """The wishes of a subscriber whose topics and types have been fetched."""
        return cls(
            language=subscriber.language,
            takes_other_languages=subscriber.takes_other_languages,
            topics=_chosen(subscriber.topics.all(), subscriber.chose_topics),
            research_types=_chosen(subscriber.research_types.all(), subscriber.chose_types),
            effect_sizes_only=subscriber.evidence == Subscriber.Evidence.EFFECT_SIZES,
        )


def nothing_left(subscriber: Subscriber) -> bool:
    """Whether all topics, or all types, that somebody chose are gone: then nothing comes until they choose anew."""
    wishes = Wishes.of(subscriber)
    return wishes.topics == {GONE} or wishes.research_types == {GONE}


def _chosen(shelves: Iterable[Topic | ResearchType], chose: bool) -> frozenset[int]:
    keys = frozenset(shelf.pk for shelf in shelves)
    return keys or frozenset({GONE} if chose else ())


class Because(StrEnum):
    """Why an entry is not in somebody's letter."""

    LANGUAGE = "language"
    TOPIC = "topic"
    RESEARCH_TYPE = "research-type"
    EVIDENCE = "evidence"
    SEEN = "seen"
    BEFORE = "before"


@dataclass(frozen=True)
class Verdict:
    """Whether an entry goes into a letter: in which language, under which of the topics asked for; or why not."""

    entry: int
    language: str = ""
    topics: frozenset[int] = frozenset()
    because: Because | None = None

    @property
    def goes(self) -> bool:
        return self.because is None


def language_for(wishes: Wishes, facts: EntryFacts) -> str:
    """The language in which the entry would come; empty where there is none they read."""
    if wishes.language in facts.arrivals:
        return wishes.language
    return facts.language if wishes.takes_other_languages and facts.language in facts.arrivals else ""


def judge(
    wishes: Wishes, facts: EntryFacts, *, after: int, through: int, had: Collection[int] = frozenset()
) -> Verdict:
    """Whether an entry goes into the letter of somebody who has been considered for arrivals up to `after`.

    `through` is the last arrival that the edition takes in, `had` the entries that they have had.
    """
    language = language_for(wishes, facts)
    met = wishes.topics & facts.topics if wishes.topics else facts.topics
    because = None
    if facts.entry in had:
        because = Because.SEEN
    elif not language:
        because = Because.LANGUAGE
    elif not after < facts.arrivals[language] <= through:
        because = Because.BEFORE
    elif wishes.topics and not met:
        because = Because.TOPIC
    elif wishes.research_types and facts.research_type not in wishes.research_types:
        because = Because.RESEARCH_TYPE
    elif wishes.effect_sizes_only and not facts.has_effect_sizes:
        because = Because.EVIDENCE
    return Verdict(facts.entry, language, met, because)


def chosen(
    wishes: Wishes,
    entries: Iterable[EntryFacts],
    *,
    after: int,
    through: int,
    had: Collection[int] = frozenset(),
) -> list[Verdict]:
    """Those of `entries` that go into the letter, in the order given."""
    verdicts = (judge(wishes, facts, after=after, through=through, had=had) for facts in entries)
    return [verdict for verdict in verdicts if verdict.goes]


def numbers_of(arrivals: Iterable[Arrival]) -> dict[int, dict[str, int]]:
    """For each entry, the number of its arrival in each language."""
    found: dict[int, dict[str, int]] = {}
    for arrival in arrivals:
        found.setdefault(arrival.entry_id, {})[arrival.language] = arrival.pk
    return found
