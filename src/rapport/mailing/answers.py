"""What readers answered to “Would this change what you do?”: counts, and never whose.

A reader may have answered for themselves alone, so fewer than `FEWEST` answers are not told. Nor is what could be
worked out: where the entries of a topic that are not told have fewer than that between them, the topic leaves them out.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rapport.digest.models import Entry
from rapport.digest.reading import best_text
from rapport.literature.models import Topic
from rapport.literature.queries import in_reading_order
from rapport.mailing.models import ReadingLogLine
from rapport.mailing.reading_record import safe_cell
from rapport.web.wording import in_language

FEWEST = 5
Answer = ReadingLogLine.Answer


@dataclass(frozen=True)
class Tally:
    """How often each answer was given."""

    yes: int = 0
    not_sure: int = 0
    no: int = 0

    @property
    def total(self) -> int:
        return self.yes + self.not_sure + self.no

    @property
    def is_told(self) -> bool:
        return self.total >= FEWEST

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.yes + other.yes, self.not_sure + other.not_sure, self.no + other.no)


NONE = Tally()


@dataclass(frozen=True)
class Answers:
    """The counts of every entry and topic about which somebody answered, by their keys in the database."""

    by_entry: Mapping[int, Tally]
    by_topic: Mapping[int, Tally]


def count_answers() -> Answers:
    """Two queries, whatever there is."""
    counted: defaultdict[int, dict[str, int]] = defaultdict(dict)
    rows = ReadingLogLine.objects.order_by().values_list("entry", "answer").annotate(count=Count("pk"))
    for entry, answer, count in rows:
        counted[entry][answer] = count
    by_entry = {
        entry: Tally(of.get(Answer.YES, 0), of.get(Answer.NOT_SURE, 0), of.get(Answer.NO, 0))
        for entry, of in counted.items()
    }
    about: defaultdict[int, list[Tally]] = defaultdict(list)
    answered = ReadingLogLine.objects.order_by().values("entry")
    for topic, entry in Entry.topics.through.objects.filter(entry__in=answered).values_list("topic", "entry"):
        about[topic].append(by_entry[entry])
    return Answers(by_entry, {topic: of_topic(tallies) for topic, tallies in about.items()})


def of_topic(tallies: Sequence[Tally]) -> Tally:
    """What may be told of a topic with these entries."""
    told = sum((one for one in tallies if one.is_told), NONE)
    rest = sum((one for one in tallies if not one.is_told), NONE)
    return told + rest if rest.is_told or not told.total else told


def topics_answered(answers: Answers) -> list[tuple[Topic, Tally]]:
    """In the order in which readers meet topics."""
    topics = in_reading_order(Topic.objects.filter(pk__in=answers.by_topic))
    return [(topic, answers.by_topic[topic.pk]) for topic in topics]


def entries_answered(answers: Answers, keys: Iterable[int]) -> list[tuple[Entry, Tally]]:
    """Those of these keys, in the order given."""
    found = Entry.objects.select_related("issue").prefetch_related("texts").in_bulk(list(keys))
    return [(found[key], answers.by_entry[key]) for key in keys if key in found]


def newest_answered() -> list[int]:
    """The keys of the entries about which somebody answered, those of the newest issue first."""
    order = ("-issue__year", "-issue__month", "position", "pk")
    answered = ReadingLogLine.objects.order_by().values("entry")
    return list(Entry.objects.filter(pk__in=answered).order_by(*order).values_list("pk", flat=True))


def answers_as_csv() -> bytes:
    """Every topic and entry, in UTF-8 with a mark by which spreadsheets know it; no cell is taken for a formula."""
    answers, language = count_answers(), get_language() or "en"
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["about", "key", "name", "answers", *Answer.values])
    for topic, tally in topics_answered(answers):
        writer.writerow(["topic", topic.key, safe_cell(in_language(topic.name, language).text), *_cells(tally)])
    for entry, tally in entries_answered(answers, newest_answered()):
        texts = list(entry.texts.all())
        title = best_text(texts, entry.language).title if texts else ""
        writer.writerow(["entry", entry.slug, safe_cell(title), *_cells(tally)])
    return out.getvalue().encode("utf-8-sig")


def _cells(tally: Tally) -> list[int | str]:
    if not tally.is_told:
        return [fewer_words(), "", "", ""]
    return [tally.total, tally.yes, tally.not_sure, tally.no]


def fewer_words() -> str:
    return _("fewer than %(fewest)d") % {"fewest": FEWEST}
