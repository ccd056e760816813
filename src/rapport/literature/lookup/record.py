"""What somebody else's record says of a work, in our fields; and what a service answered.

Values only: nothing here asks anybody. Texts are plain, on one line (an abstract has paragraphs), and what a record
does not say is empty.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

NAMES: Final = {
    "crossref": "Crossref",
    "openalex": "OpenAlex",
    "pubmed": "PubMed",
    "europe_pmc": "Europe PMC",
}
PRECEDENCE: Final = ("crossref", "pubmed", "europe_pmc", "openalex")  # the publisher's own deposit, then curated ones
ABSTRACTS_FROM: Final = ("openalex", "pubmed", "europe_pmc", "crossref")
FIELDS: Final = (
    "kind", "language", "authors", "year", "title", "journal", "volume", "issue", "pages", "editors", "publisher",
    "doi", "pmid",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundNotice:
    """A retraction, correction or concern that a record tells of. `kind` is one of `models.Notice.Kind`."""

    kind: str
    doi: str = ""
    source: str = ""
    published_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The bibliographic fields of an `Article` as one source has them, and what else it says.

    source     a service's key (see `NAMES`), or a file's format
    kind       one of `citations.KINDS`; "" when the source does not say
    language   ISO 639-1, or ""
    authors    as APA prints them: “Swift, J. K.”; a name without a comma is an organisation
    title      without markup and without a full stop at its end
    pages      “547–559”, or an article number
    subjects   the source's subject words, publication types among them
    """

    source: str
    kind: str = ""
    language: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    title: str = ""
    journal: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    editors: tuple[str, ...] = ()
    publisher: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    abstract: str = ""
    notices: tuple[FoundNotice, ...] = ()
    subjects: tuple[str, ...] = ()

    @property
    def facts(self) -> dict[str, Any]:
        """The fields as `actions.save_article` takes them, without the read level and the figures."""
        facts: dict[str, Any] = {field: getattr(self, field) for field in FIELDS}
        return {
            **facts,
            "authors": list(self.authors),
            "editors": list(self.editors),
            "kind": self.kind or "document",
            "language": self.language or "en",
        }


class Outcome(StrEnum):
    """What came of a question. A problem is never “not found”."""

    FOUND = "found"
    NOT_FOUND = "not-found"
    PROBLEM = "problem"


class TroubleKind(StrEnum):
    SLOW = "slow"
    UNREACHABLE = "unreachable"
    BUSY = "busy"
    FAILING = "failing"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too-large"
    MOVED = "moved"
    ANOTHER = "another"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a service gave no answer. `seconds`: how long we waited, or are asked to wait; `status`: of HTTP."""

    kind: TroubleKind
    seconds: float = 0.0
    status: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one service (by its key) answered. `candidates` are what a search for a title gave, likeliest first."""

    service: str
    outcome: Outcome
    record: Record | None = None
    candidates: tuple[Record, ...] = ()
    trouble: Trouble | None = None

    @property
    def name(self) -> str:
        return NAMES.get(self.service, self.service)

    @property
    def message(self) -> str:
        """The answer as a sentence for the person who asked, in the language of the page."""
        if self.outcome == Outcome.NOT_FOUND:
            return _("%(service)s does not know this work.") % {"service": self.name}
        if self.trouble is None:
            return _("%(service)s answered.") % {"service": self.name}
        return f"{trouble_in_words(self.name, self.trouble)} " + _(
            "Nothing you typed is lost; try again, or go on with the other services."
        )


def trouble_in_words(name: str, trouble: Trouble) -> str:
    """What went wrong with a service, in one sentence."""
    seconds = max(1, math.ceil(trouble.seconds - 0.05))
    said = {"service": name, "seconds": seconds, "status": trouble.status}
    match trouble.kind:
        case TroubleKind.SLOW:
            return (
                ngettext(
                    "%(service)s did not answer within %(seconds)s second.",
                    "%(service)s did not answer within %(seconds)s seconds.",
                    seconds,
                )
                % said
            )
        case TroubleKind.BUSY if trouble.seconds:
            return (
                ngettext(
                    "%(service)s has too many questions at once and asks us to wait for %(seconds)s second.",
                    "%(service)s has too many questions at once and asks us to wait for %(seconds)s seconds.",
                    seconds,
                )
                % said
            )
        case TroubleKind.BUSY:
            return _("%(service)s has too many questions at once and asks us to wait.") % said
        case TroubleKind.FAILING:
            return _("%(service)s has a fault of its own at the moment (it answered %(status)s).") % said
        case TroubleKind.REFUSED:
            return (
                _(
                    "%(service)s refused the question (it answered %(status)s); "
                    "whoever runs this site may have to look at its key or its limits."
                )
                % said
            )
        case TroubleKind.UNREADABLE:
            return _("%(service)s sent an answer that cannot be read.") % said
        case TroubleKind.TOO_LARGE:
            return _("%(service)s sent more than we take from it.") % said
        case TroubleKind.MOVED:
            return _("%(service)s sent us on to another address, which we do not follow.") % said
        case TroubleKind.ANOTHER:
            return _("%(service)s answered about another work than the one we asked for.") % said
        case _:
            return _("%(service)s could not be reached.") % said
