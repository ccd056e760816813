"""What a look-up found, as a form carries it from one page to the next.

It travels signed in the form itself, so that two tabs never mix and nothing is kept of what nobody used. Each field
has one thing told, with who told it, where the sources agree; several where they differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from django.core import signing
from django.utils.translation import gettext as _

from rapport.desk.article_forms.article_form import BIBLIOGRAPHIC
from rapport.literature.citations import Reference
from rapport.literature.lookup import NAMES, FoundNotice, LookUp, Outcome, Record
from rapport.literature.models import Notice

SALT: Final = "rapport.desk.looked_up"
LONGEST_ABSTRACT: Final = 20_000
MOST_NAMES: Final = 3


@dataclass(frozen=True)
class Told:
    """A value of one field, as it is typed in the form, and the names of those who gave it."""

    value: str
    sources: tuple[str, ...]

    @property
    def by(self) -> str:
        return ", ".join(self.sources)


@dataclass(frozen=True)
class Found:
    """`told` by field. `problems` are services that gave no answer, `unknown` those that do not know the work,
    `notices` what was published about it since, `message` why nothing is told; all in words."""

    typed: str = ""
    told: Mapping[str, tuple[Told, ...]] = field(default_factory=dict)
    abstract: str = ""
    abstract_from: str = ""
    problems: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    message: str = ""

    @property
    def agreed(self) -> dict[str, Told]:
        return {name: told[0] for name, told in self.told.items() if len(told) == 1}

    @property
    def differing(self) -> dict[str, tuple[Told, ...]]:
        return {name: told for name, told in self.told.items() if len(told) > 1}

    @property
    def sources(self) -> tuple[str, ...]:
        """Everybody who told anything."""
        return tuple(dict.fromkeys(name for told in self.told.values() for one in told for name in one.sources))

    @property
    def sources_named(self) -> str:
        return ", ".join(self.sources)

    def first(self, name: str) -> str:
        """What is told of a field; where sources differ, what we believe first."""
        return self.told[name][0].value if name in self.told else ""

    @property
    def title(self) -> str:
        return self.first("title")

    @property
    def journal(self) -> str:
        return self.first("journal")

    @property
    def by_line(self) -> str:
        """Who wrote it and when: “Swift, J. K., Greenberg, R. P. (2012)”."""
        names = self.first("authors").split("\n")
        shown = ", ".join(names[:MOST_NAMES]) + (" …" if len(names) > MOST_NAMES else "")
        year = self.first("year")
        return f"{shown} ({year})" if shown and year else shown or year

    @property
    def asked_by(self) -> str:
        """What it is best looked up by: its DOI, or its PubMed number; "" where it has neither."""
        doi, pmid = self.first("doi"), self.first("pmid")
        return doi or (f"PMID: {pmid}" if pmid else "")

    def sign(self) -> str:
        return signing.dumps(asdict(self), salt=SALT, compress=True)


def unsign(text: str) -> Found:
    """What a form carried; nothing where it was changed on its way."""
    try:
        facts = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return Found()
    told = {name: tuple(Told(one["value"], tuple(one["sources"])) for one in of) for name, of in facts["told"].items()}
    lists = {name: tuple(facts[name]) for name in ("problems", "unknown", "notices")}
    return Found(**{**facts, **lists, "told": told})


def found_by(answer: LookUp) -> Found:
    """What the services said of the work that was asked for."""
    differing = {difference.field: difference.told for difference in answer.differences}
    told: dict[str, tuple[Told, ...]] = {
        name: tuple(Told(as_typed(one.value), one.names) for one in differing.get(name, (answer.proposal[name],)))
        for name in BIBLIOGRAPHIC
        if name in answer.proposal
    }
    if (doi := answer.typed.doi) and "doi" in told and doi.casefold() not in {d.value.casefold() for d in told["doi"]}:
        told["doi"] = (Told(doi, (_("what you pasted"),)), *told["doi"])  # it may be another work: a person looks
    return Found(
        typed=answer.typed.text,
        told=told,
        abstract=answer.abstract[:LONGEST_ABSTRACT],
        abstract_from=answer.abstract_source,
        problems=tuple(problem.message for problem in answer.problems),
        unknown=tuple(one.message for one in answer.answers if one.outcome == Outcome.NOT_FOUND),
        notices=tuple(_in_words(notice) for notice in answer.notices),
        message="" if answer.record else answer.message,
    )


def found_in_record(record: Record, *, typed: str = "", source: str = "") -> Found:
    """What a file, or one service alone, says of a work."""
    name = source or NAMES.get(record.source, record.source)
    values = {field: as_typed(getattr(record, field)) for field in BIBLIOGRAPHIC}
    return Found(
        typed=typed,
        told={field: (Told(value, (name,)),) for field, value in values.items() if value},
        abstract=record.abstract[:LONGEST_ABSTRACT],
        abstract_from=name if record.abstract else "",
    )


def with_reference(found: Found, reference: Reference) -> Found:
    """Where no service told anything: what the pasted reference itself says."""
    values = {name: as_typed(getattr(reference, name)) for name in BIBLIOGRAPHIC}
    told = {name: (Told(value, (_("the reference"),)),) for name, value in values.items() if value}
    return replace(found, told=told)


def as_typed(value: Any) -> str:
    """A record's value as the form shows it: names one on a line."""
    if isinstance(value, tuple | list):
        return "\n".join(value)
    return "" if value is None else str(value)


def _in_words(notice: FoundNotice) -> str:
    """“Retraction, 2021-03-04 (Retraction Watch)”: what a service says was published about the article."""
    kind = str(Notice.Kind(notice.kind).label) if notice.kind in Notice.Kind.values else notice.kind
    words = f"{kind[:1].upper()}{kind[1:]}"
    words += f", {notice.published_on.isoformat()}" if notice.published_on else ""
    return f"{words} ({notice.source})" if notice.source else words
