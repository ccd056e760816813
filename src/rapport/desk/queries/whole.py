"""An entry as it stands at the desk, read whole: what its checklist is made from. Ten queries for any number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Prefetch

from rapport.desk.models import Acknowledgement, Note, Version
from rapport.desk.queries.words import Words, earlier_originals, newest_words_of_many
from rapport.digest.models import Entry
from rapport.literature.models import Finding


@dataclass(frozen=True)
class WholeEntry:
    """An entry with its article and progress, its newest words, and what was noted and acknowledged beside them."""

    entry: Entry
    words: Mapping[str, Words]
    earlier: Mapping[int, Version] = field(default_factory=dict)  # of the original, by number
    open_notes: tuple[Note, ...] = ()
    answered_for: Mapping[str, list[tuple[str, str]]] = field(default_factory=dict)

    def acknowledged(self, language: str) -> list[tuple[str, str]]:
        """The figures somebody answers for, each with its sentence."""
        return self.answered_for.get(language, [])


def whole_entries(entries: Iterable[Entry]) -> list[WholeEntry]:
    """These entries, read whole, in their order."""
    keys = [entry.pk for entry in entries]
    read = Entry.objects.filter(pk__in=keys).select_related("progress", "article", "research_type", "issue")
    read = read.prefetch_related(
        "topics",
        "article__notices",
        Prefetch("article__findings", Finding.objects.with_families().order_by("position")),
    )
    by_key = {entry.pk: entry for entry in read}
    words = newest_words_of_many(by_key.values())
    earlier = earlier_originals((entry, words[pk]) for pk, entry in by_key.items())
    notes: dict[int, list[Note]] = defaultdict(list)
    for note in Note.objects.filter(entry__in=keys, answers=None, settled_at=None):
        notes[note.entry_id].append(note)
    answered_for: dict[int, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    holding = Acknowledgement.objects.filter(entry__in=keys, taken_back_at=None)
    for entry, language, figure, sentence in holding.values_list("entry", "language", "figure", "sentence"):
        answered_for[entry][language].append((figure, sentence))
    return [
        WholeEntry(by_key[pk], words[pk], earlier.get(pk, {}), tuple(notes[pk]), answered_for[pk])
        for pk in keys
        if pk in by_key
    ]
