"""Subscribers from a list: each with when and where they agreed. Whoever has not agreed is not taken in.

All or nothing: every problem is told at once, with its line, and until they are mended nothing is kept.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.accounts.models import Person
from rapport.audit.actions import record
from rapport.literature.models import ResearchType, Topic
from rapport.mailing.actions.editions import hold_rules, latest_arrival, note_arrivals
from rapport.mailing.addresses import Address, BadAddress, parse_address
from rapport.mailing.models import Subscriber, Suppression
from rapport.mailing.refusals import NotPossible
from rapport.mailing.tokens import suppression_key

COLUMNS = ("address", "consented_on", "consent", "language", "topics", "research_types", "evidence", "rhythm")
NEEDED = COLUMNS[:3]
MOST_ROWS = 100_000
MOST_PROBLEMS = 50
LONGEST_CONSENT = 300
BATCH = 500


class ProblemsInList(Exception):
    """What is to be mended, line by line. Nothing was taken in."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems))


@dataclass(frozen=True)
class Row:
    """One line of the list, understood."""

    address: Address
    consented_on: dt.date
    consent: str
    language: str
    takes_other_languages: bool
    topics: tuple[str, ...]
    research_types: tuple[str, ...]
    evidence: str
    rhythm: str


@dataclass(frozen=True)
class ListTaken:
    """What an import came to."""

    new: int
    known: int
    suppressed: int


@transaction.atomic
def import_subscribers(*, content: bytes, by: Person, now: dt.datetime) -> ListTaken:
    """Take in a CSV file (UTF-8; commas or semicolons; a first line with the names of `COLUMNS`).

    Whoever gets letters already, has unsubscribed, or must get none, stays as they are. Raises `ProblemsInList`.
    """
    rows = _each_once(read_list(content, today=timezone.localdate(now)))
    hold_rules(now)  # nobody may begin at one of these addresses meanwhile
    known = _among(Subscriber.objects.all(), "folded", rows)
    keys = {suppression_key(folded): folded for folded in rows if folded not in known}
    suppressed = {keys[key] for key in _among(Suppression.objects.all(), "key", keys)}
    fresh = [row for folded, row in rows.items() if folded not in known and folded not in suppressed]
    note_arrivals(now)
    _make(fresh, now)
    record(
        stream="digest",
        by=by,
        did="subscribers.imported",
        now=now,
        new=len(fresh),
        known=len(known),
        suppressed=len(suppressed),
    )
    return ListTaken(len(fresh), len(known), len(suppressed))


def read_list(content: bytes, *, today: dt.date) -> list[Row]:
    """The rows of a list. Raises `ProblemsInList` with every problem, up to `MOST_PROBLEMS`."""
    problems: list[str] = []
    rows: list[Row] = []
    allowed = _Allowed.read()
    for number, fields in _lines(content):
        if number > MOST_ROWS + 1:
            raise ProblemsInList([_("The list has more than %(most)d lines. Take it in parts.") % {"most": MOST_ROWS}])
        try:
            rows.append(_row(fields, allowed, today))
        except ProblemsInList as of_line:
            message = _("Line %(number)d: %(problem)s")
            problems += [message % {"number": number, "problem": problem} for problem in of_line.problems]
            if len(problems) >= MOST_PROBLEMS:
                problems[MOST_PROBLEMS:] = [_("There may be more; these come first.")]
                break
    if problems:
        raise ProblemsInList(problems)
    return rows


def _lines(content: bytes) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The lines with their numbers, by the names in the first one."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        sentence = _("The file is not in UTF-8. In a spreadsheet, save it as “CSV UTF-8”.")
        raise ProblemsInList([sentence]) from None
    if "\0" in text:  # no database keeps it, and no text has it
        raise ProblemsInList([_("The file is not plain text. In a spreadsheet, save it as “CSV UTF-8”.")])
    first = text.partition("\n")[0]
    reader = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ","
    )
    try:
        names = [name.strip().lower() for name in reader.fieldnames or []]
        reader.fieldnames = names
        if missing := [name for name in NEEDED if name not in names]:
            message = _("The first line must name the columns; these are missing: %(names)s.")
            raise ProblemsInList([message % {"names": ", ".join(missing)}])
        if twice := [name for name in COLUMNS if names.count(name) > 1]:
            raise ProblemsInList([_("The first line names the column “%(name)s” twice.") % {"name": twice[0]}])
        if unknown := [name for name in names if name and name not in COLUMNS]:
            message = _("There is no column “%(name)s”. There are: %(names)s.")
            raise ProblemsInList([message % {"name": unknown[0][:40], "names": ", ".join(COLUMNS)}])
        for fields in reader:
            if any("\n" in (value or "").strip() for key, value in fields.items() if key):
                message = _("Line %(number)d ends a cell that began on a line before. Is a quotation mark left open?")
                raise ProblemsInList([message % {"number": reader.line_num}])
            if any((value or "").strip() for key, value in fields.items() if key):
                yield reader.line_num, {key: (value or "").strip() for key, value in fields.items() if key}
    except csv.Error as error:
        message = _("Line %(number)d cannot be read (%(error)s).")
        raise ProblemsInList([message % {"number": reader.line_num, "error": error}]) from None


@dataclass(frozen=True)
class _Allowed:
    """What may stand in the columns that name something of this network."""

    languages: frozenset[str]
    topics: frozenset[str]
    research_types: frozenset[str]

    @classmethod
    def read(cls) -> _Allowed:
        return cls(
            frozenset(code for code, _name in settings.LANGUAGES),
            frozenset(Topic.objects.values_list("key", flat=True)),
            frozenset(ResearchType.objects.values_list("key", flat=True)),
        )


def _row(fields: Mapping[str, str], allowed: _Allowed, today: dt.date) -> Row:
    """A line, understood. Raises `ProblemsInList` with all that is wrong in it, so that it is mended once."""
    language = fields.get("language") or settings.LANGUAGE_CODE
    evidence, rhythm = fields.get("evidence") or "any", fields.get("rhythm") or "published"
    columns: dict[str, Callable[[], Any]] = {
        "address": lambda: parse_address(fields["address"]),
        "consented_on": lambda: _day_of_consent(fields["consented_on"], today),
        "consent": lambda: _consent(fields["consent"]),
        "language": lambda: _one_of("language", language.removesuffix("+"), allowed.languages),
        "topics": lambda: _some_of("topics", fields.get("topics", ""), allowed.topics),
        "research_types": lambda: _some_of("research_types", fields.get("research_types", ""), allowed.research_types),
        "evidence": lambda: _one_of("evidence", evidence, frozenset(Subscriber.Evidence.values)),
        "rhythm": lambda: _one_of("rhythm", rhythm, frozenset(Subscriber.Rhythm.values)),
    }
    read: dict[str, Any] = {}
    problems: list[str] = []
    for column, understand in columns.items():
        try:
            read[column] = understand()
        except (NotPossible, BadAddress) as problem:
            problems.append(str(problem))
    if problems:
        raise ProblemsInList(problems)
    return Row(**read, takes_other_languages=language.endswith("+"))


def _day_of_consent(text: str, today: dt.date) -> dt.date:
    if not text:
        raise NotPossible(_("There is no day on which they agreed. Whoever has not agreed gets no letters."))
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise NotPossible(_("“%(text)s” is not a day as in 2026-11-29.") % {"text": text[:40]}) from None
    if day > today or day.year < 1990:
        raise NotPossible(_("They cannot have agreed on %(text)s.") % {"text": text[:40]})
    return day


def _consent(text: str) -> str:
    if not text:
        raise NotPossible(_("It does not say where they agreed, for example “form at the spring meeting”."))
    if len(text) > LONGEST_CONSENT:
        message = _("What it says of their consent is longer than %(longest)d letters: “%(begins)s…”. Shorten it.")
        raise NotPossible(message % {"longest": LONGEST_CONSENT, "begins": text[:40]})
    return text


def _one_of(column: str, value: str, allowed: frozenset[str]) -> str:
    if value not in allowed:
        message = _("“%(value)s” is not known in the column “%(column)s”. There are: %(allowed)s.")
        raise NotPossible(message % {"value": value[:40], "column": column, "allowed": ", ".join(sorted(allowed))})
    return value


def _some_of(column: str, text: str, allowed: frozenset[str]) -> tuple[str, ...]:
    values = [value.strip() for value in text.split("|") if value.strip()]
    return tuple(dict.fromkeys(_one_of(column, value, allowed) for value in values))


def _each_once(rows: list[Row]) -> dict[str, Row]:
    """By its address: the first line that has it."""
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(row.address.folded, row)
    return found


def _among(kept: QuerySet[Any], field: str, values: Iterable[str]) -> set[str]:
    """Those of `values` that a field has; asked in parts, as a database takes only so many values at once."""
    values, found = list(values), set()
    for start in range(0, len(values), BATCH):
        part = values[start : start + BATCH]
        found |= set(kept.filter(**{f"{field}__in": part}).values_list(field, flat=True))
    return found


def _noon(day: dt.date) -> dt.datetime:
    """A list has days: at noon it is the same day nearly everywhere."""
    return dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC)


def _make(rows: list[Row], now: dt.datetime) -> None:
    """New subscribers, who have been considered for all that has arrived so far."""
    last = latest_arrival()
    topics = {topic.key: topic.pk for topic in Topic.objects.all()}
    kinds = {kind.key: kind.pk for kind in ResearchType.objects.all()}
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        made = Subscriber.objects.bulk_create(
            Subscriber(
                address=row.address.written,
                folded=row.address.folded,
                language=row.language,
                takes_other_languages=row.takes_other_languages,
                chose_topics=bool(row.topics),
                chose_types=bool(row.research_types),
                evidence=row.evidence,
                rhythm=row.rhythm,
                seen_through=last,
                source=Subscriber.Source.IMPORT,
                consent=row.consent,
                # Not later than now: a letter that comes back is judged by whether it went before they agreed.
                consented_at=min(_noon(row.consented_on), now),
                joined_at=now,
            )
            for row in batch
        )
        Subscriber.topics.through.objects.bulk_create(
            Subscriber.topics.through(subscriber_id=one.pk, topic_id=topics[key])
            for one, row in zip(made, batch, strict=True)
            for key in row.topics
        )
        Subscriber.research_types.through.objects.bulk_create(
            Subscriber.research_types.through(subscriber_id=one.pk, researchtype_id=kinds[key])
            for one, row in zip(made, batch, strict=True)
            for key in row.research_types
        )
