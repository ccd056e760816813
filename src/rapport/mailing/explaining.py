"""What somebody would get now, and why: the verdict of `wishes.judge` on each entry, in words. Nothing is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rapport.digest.models import Entry, Issue
from rapport.literature.models import Shelf
from rapport.mailing.actions.editions import latest_arrival, newest_issue
from rapport.mailing.actions.preparing import RHYTHMS
from rapport.mailing.models import Delivery, Edition, LedgerLine, Subscriber
from rapport.mailing.queries import entry_facts, news_between
from rapport.mailing.wishes import Because, EntryFacts, Verdict, Wishes, chosen, judge
from rapport.web.templatetags.web import day_name, language_name
from rapport.web.wording import in_language

MOST_EXPLAINED = 60  # somebody who has been away for years
EDITIONS = {rhythm: kind for kind, rhythm in RHYTHMS.items()}


@dataclass(frozen=True)
class Explained:
    """An entry, whether it would be in the letter, and why or why not."""

    entry: Entry
    goes: bool
    words: str


@dataclass(frozen=True)
class NextLetter:
    """The letter that somebody would get if it were made now. `lines` are not kept; without any there is no letter.

    The newest entries are `explained`; `earlier` says how many more there are.
    """

    edition: Edition
    lines: tuple[LedgerLine, ...]
    explained: tuple[Explained, ...]
    earlier: int = 0


def next_letter(subscriber: Subscriber, *, now: dt.datetime) -> NextLetter:
    """What has arrived since they were last considered, and the newest issue, as judged for their letter."""
    through, issue = latest_arrival(), newest_issue(now)
    news = news_between(subscriber.seen_through, through)
    of_issue = entry_facts(Entry.objects.filter(issue=issue, state=Entry.State.PUBLISHED)) if issue else []
    late = [facts for facts in of_issue if facts.entry not in {one.entry for one in news}]
    had = _letters_with(subscriber, [facts.entry for facts in (*news, *late)])
    wishes = Wishes.of(subscriber)
    judged = [(facts, judge(wishes, facts, after=subscriber.seen_through, through=through, had=had)) for facts in news]
    lines = tuple(
        LedgerLine(entry_id=verdict.entry, language=verdict.language, revision=0)
        for _facts, verdict in judged
        if verdict.goes
    )
    judged += [(facts, _of_late(wishes, facts, through, had)) for facts in late]
    earlier = max(0, len(judged) - MOST_EXPLAINED)
    entries = _entries(facts.entry for facts, _verdict in judged[earlier:])
    return NextLetter(
        edition=_edition(subscriber, issue, through),
        lines=lines,
        explained=tuple(
            Explained(entries[facts.entry], verdict.goes, _words(wishes, facts, verdict, entries[facts.entry], had))
            for facts, verdict in judged[earlier:]
        ),
        earlier=earlier,
    )


def of_newest_issue(subscriber: Subscriber, *, now: dt.datetime) -> tuple[Edition, tuple[LedgerLine, ...]] | None:
    """The letter of the newest issue by what they ask for, whatever they have had; None where nothing is in it."""
    through, issue = latest_arrival(), newest_issue(now)
    if issue is None:
        return None
    wishes = Wishes.of(subscriber)
    of_issue = entry_facts(Entry.objects.filter(issue=issue, state=Entry.State.PUBLISHED))
    verdicts = chosen(wishes, of_issue, after=0, through=through)
    lines = tuple(LedgerLine(entry_id=one.entry, language=one.language, revision=0) for one in verdicts)
    return (Edition(kind=Edition.Kind.ISSUE, issue=issue, through=through), lines) if lines else None


def why_none_come(subscriber: Subscriber, *, today: dt.date) -> str:
    """Why no letter goes to them at present, whatever is in it; empty when letters go."""
    if subscriber.state != Subscriber.State.READING:
        return {
            Subscriber.State.STOPPED: _("They have unsubscribed: they are only told when what they had is wrong."),
            Subscriber.State.SILENT: _("They want no mail at all: nothing goes to them."),
            Subscriber.State.FAILING: _("Mail to their address does not arrive: nothing goes to them."),
        }[Subscriber.State(subscriber.state)]
    if subscriber.paused_until and subscriber.paused_until > today:
        message = _("They have paused their letters until %(day)s. What comes meanwhile is in the first one after.")
        return message % {"day": day_name(subscriber.paused_until)}
    return ""


def _of_late(wishes: Wishes, facts: EntryFacts, through: int, had: Mapping[int, Delivery]) -> Verdict:
    """Why an entry of the newest issue that is no news for them does not come: by their wishes, if these tell it."""
    verdict = judge(wishes, facts, after=0, through=through, had=had)
    return replace(verdict, because=verdict.because or Because.BEFORE)


def _edition(subscriber: Subscriber, issue: Issue | None, through: int) -> Edition:
    kind = EDITIONS[Subscriber.Rhythm(subscriber.rhythm)]
    return Edition(kind=kind, issue=issue if kind == Edition.Kind.ISSUE else None, through=through)


def _letters_with(subscriber: Subscriber, entries: Iterable[int]) -> dict[int, Delivery]:
    """By entry: the letter in which they had it, or are about to."""
    lines = subscriber.ledger.filter(entry__in=list(entries)).select_related("delivery")
    return {line.entry_id: line.delivery for line in lines}


def _entries(keys: Iterable[int]) -> dict[int, Entry]:
    entries = Entry.objects.select_related("issue", "research_type").prefetch_related("texts", "topics")
    return entries.in_bulk(list(keys))


def _words(wishes: Wishes, facts: EntryFacts, verdict: Verdict, entry: Entry, had: Mapping[int, Delivery]) -> str:
    match verdict.because:
        case None:
            return _why_it_comes(wishes, verdict, entry)
        case Because.SEEN:
            return _when_they_had_it(had[facts.entry])
        case Because.LANGUAGE:
            readable = ", ".join(language_name(code) for code in sorted(facts.arrivals))
            return _("Not in a language they asked for. It can be read in: %(languages)s.") % {"languages": readable}
        case Because.TOPIC:
            return _("None of their topics. It is about: %(topics)s.") % {"topics": _names(entry.topics.all())}
        case Because.RESEARCH_TYPE:
            return _("Not of a research type they asked for. It is: %(type)s.") % {
                "type": _names([entry.research_type])
            }
        case Because.EVIDENCE:
            return _("They asked for entries with effect sizes only, and of its article none is stored.")
        case Because.BEFORE:
            return _("It is no news for them: it was out before they subscribed, or when an earlier letter was made.")


def _why_it_comes(wishes: Wishes, verdict: Verdict, entry: Entry) -> str:
    said = {
        "language": language_name(verdict.language),
        "topics": _names(topic for topic in entry.topics.all() if topic.pk in verdict.topics),
    }
    if wishes.topics:
        return _("Comes in %(language)s, for what they asked about: %(topics)s.") % said
    return _("Comes in %(language)s: they asked for every topic.") % said


def _when_they_had_it(delivery: Delivery) -> str:
    if delivery.state in (Delivery.State.WAITING, Delivery.State.CLAIMED):
        return _("It is in a letter to them that has not gone out yet.")
    if delivery.state == Delivery.State.SENT and delivery.ended_at:
        return _("They have had it, in the letter of %(day)s.") % {
            "day": day_name(timezone.localdate(delivery.ended_at))
        }
    return _("It was in an earlier letter to them (%(state)s).") % {"state": delivery.get_state_display()}


def _names(shelves: Iterable[Shelf]) -> str:
    language = get_language() or "en"
    return ", ".join(in_language(shelf.name, language).text for shelf in shelves)
