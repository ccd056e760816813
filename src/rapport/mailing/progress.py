"""How far mailings have come, for the pages on which editors see to them. What is counted, the database counts."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Min, QuerySet

from rapport.mailing.models import Delivery, Mailing, MailRules

State = Delivery.State
ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>]+>?")
# Of one letter and no other: the name that a server gave it, which has letters and digits.
OWN_NAME = re.compile(r"\b(?=\w*\d)(?=\w*[A-Za-z])[\w-]{8,}(?:\.\d+)*\b")


@dataclass(frozen=True)
class Counts:
    """The letters of a mailing by what has become of them. One that is being handed over counts as waiting.

    Of those that were sent, some came back undelivered or were complained about.
    """

    waiting: int = 0
    sent: int = 0
    failed: int = 0
    in_doubt: int = 0
    dropped: int = 0
    came_back: int = 0
    complaints: int = 0

    @property
    def prepared(self) -> int:
        return self.waiting + self.sent + self.failed + self.in_doubt + self.dropped

    @property
    def over(self) -> int:
        """Those of which nothing more happens by itself."""
        return self.prepared - self.waiting


@dataclass(frozen=True)
class Trouble:
    """Why letters wait that have been tried: what the mail server said last, and when it is asked again.

    `takes_nothing`: it has taken no letter of this mailing since. Otherwise `letters` were put off, and others go.
    """

    says: str
    since: dt.datetime
    again_at: dt.datetime
    letters: int
    takes_nothing: bool


@dataclass(frozen=True)
class Saying:
    """What a mail server said of failed letters, without what was of one letter only, and of how many it said so."""

    says: str
    letters: int


@dataclass(frozen=True)
class TimeLeft:
    """How long letters take at least. `domain` is where most go, if the limit to it is what they wait for."""

    minutes: int
    domain: str = ""
    per_minute: int = 0


def counts_of(mailings: Iterable[int]) -> dict[int, Counts]:
    """The counts of each of these mailings. One query."""
    rows = Delivery.objects.filter(mailing__in=list(mailings)).order_by()
    found: dict[int, tuple[Counter[str], Counter[str]]] = {}
    for mailing, state, came, letters in rows.values_list("mailing", "state", "came_back").annotate(n=Count("pk")):
        by_state, by_return = found.setdefault(mailing, (Counter(), Counter()))
        by_state[state] += letters
        by_return[came] += letters
    return {
        mailing: Counts(
            waiting=of[State.WAITING] + of[State.CLAIMED],
            sent=of[State.SENT],
            failed=of[State.FAILED],
            in_doubt=of[State.IN_DOUBT],
            dropped=of[State.DROPPED],
            came_back=came[Delivery.Came.SOFT] + came[Delivery.Came.HARD],
            complaints=came[Delivery.Came.COMPLAINT],
        )
        for mailing, (of, came) in found.items()
    }


def count_to_decide() -> int:
    """How much about letters waits for somebody: letters in doubt, and mailings that paused by themselves."""
    paused = Mailing.objects.filter(state=Mailing.State.PAUSED).exclude(problem="").order_by()
    in_doubt = Delivery.objects.filter(state=State.IN_DOUBT).order_by()
    return in_doubt.values("pk").union(paused.values("pk"), all=True).count()  # one query: it is on every page


def trouble_of(mailing: Mailing) -> Trouble | None:
    """Why letters of a mailing wait that have been tried; None where none has been."""
    tried = mailing.deliveries.filter(state=State.WAITING, claimed_at__isnull=False).exclude(problem="")
    newest = tried.order_by("-claimed_at").first()
    if newest is None or newest.claimed_at is None:
        return None
    # A letter that was put off for its own sake has been counted as tried; one for which there was no server has not.
    is_of_server = newest.attempts == 0
    taken_since = mailing.deliveries.filter(state=State.SENT, ended_at__gt=newest.claimed_at)
    if is_of_server and not taken_since.exists():
        return Trouble(newest.problem, newest.claimed_at, newest.due_at, letters=0, takes_nothing=True)
    put_off = tried.filter(attempts__gt=0)
    sums = put_off.aggregate(letters=Count("pk"), again_at=Min("due_at"))
    if not sums["letters"]:
        return None
    of_letter = newest if newest.attempts else put_off.order_by("-claimed_at")[0]
    assert of_letter.claimed_at is not None, "only those that were tried are asked for"
    return Trouble(of_letter.problem, of_letter.claimed_at, sums["again_at"], sums["letters"], takes_nothing=False)


def failed_of(mailing: Mailing) -> QuerySet[Delivery]:
    return _letters(mailing).filter(state=State.FAILED)


def in_doubt_of(mailing: Mailing) -> QuerySet[Delivery]:
    return _letters(mailing).filter(state=State.IN_DOUBT)


def _letters(mailing: Mailing) -> QuerySet[Delivery]:
    return mailing.deliveries.select_related("subscriber", "mailing__edition").order_by("pk")


def sayings_of(failed: QuerySet[Delivery]) -> list[Saying]:
    """Why letters failed, the most frequent first."""
    said: Counter[str] = Counter()
    for problem, letters in failed.order_by().values_list("problem").annotate(letters=Count("pk")):
        said[without_what_is_its_own(problem)] += letters
    return [Saying(says, letters) for says, letters in sorted(said.items(), key=lambda one: (-one[1], one[0]))]


def without_what_is_its_own(problem: str) -> str:
    """What a server said, as it says it of others too: without the address, and the name it gave to this letter."""
    return " ".join(OWN_NAME.sub("…", ADDRESS.sub("…", problem)).split())


def time_left(mailing: Mailing, waiting: int) -> TimeLeft | None:
    """How long the letters of a mailing that wait take at the pace that the rules allow. None where none slows them."""
    rules = MailRules.current()
    in_all = -(-waiting // rules.per_minute) if rules.per_minute else 0
    if rules.per_domain and waiting:
        domain, letters = _most_to_one_domain(mailing)
        to_it = -(-letters // rules.per_domain)
        if to_it > in_all:
            return TimeLeft(to_it, domain, rules.per_domain)
    return TimeLeft(in_all) if in_all else None


def _most_to_one_domain(mailing: Mailing) -> tuple[str, int]:
    """The domain to which most of the letters that wait go, and how many do."""
    waiting = mailing.deliveries.filter(state__in=[State.WAITING, State.CLAIMED]).order_by()
    by_domain = waiting.values("domain").annotate(letters=Count("pk")).order_by("-letters", "domain")
    return by_domain.values_list("domain", "letters").first() or ("", 0)
