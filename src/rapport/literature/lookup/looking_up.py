"""What somebody pasted, asked of all services at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from rapport.literature.citations import Reference
from rapport.literature.citations.csl import name_of
from rapport.literature.lookup import agreeing
from rapport.literature.lookup.agreeing import Difference, Told, words_of
from rapport.literature.lookup.record import (
    FIELDS,
    NAMES,
    Answer,
    FoundNotice,
    Outcome,
    Record,
    Trouble,
    TroubleKind,
)
from rapport.literature.lookup.service import Deadline
from rapport.literature.lookup.services import Services
from rapport.literature.lookup.services import services as configured
from rapport.literature.lookup.typed import Typed, TypedKind, read_typed

Question = Callable[[Deadline], Answer]
MOST_CANDIDATES: Final = 8
LIKE_ENOUGH: Final = 96  # of 100: a title that is taken for the one that was typed


@dataclass(frozen=True, kw_only=True)
class LookUp:
    """What was typed and what each service answered. All else is made from these.

    `candidates` are works that a title or a reference may mean; to take one, look up its DOI or PubMed number.
    """

    typed: Typed
    answers: tuple[Answer, ...] = ()
    candidates: tuple[Record, ...] = ()

    @cached_property
    def records(self) -> tuple[Record, ...]:
        return tuple(answer.record for answer in self.answers if answer.record)

    @cached_property
    def record(self) -> Record | None:
        """The answers laid together, or None where no service knows the work."""
        return agreeing.merged(self.records) if self.records else None

    @cached_property
    def proposal(self) -> dict[str, Told]:
        """For each field that a service tells: the value we propose, and the services that agree on it."""
        told = {field: agreeing.told(field, self.records) for field in FIELDS}
        return {field: values[0] for field, values in told.items() if values}

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        return agreeing.differences(self.records)

    @property
    def problems(self) -> tuple[Answer, ...]:
        """The services that gave no answer. None of them has said that it does not know the work."""
        return tuple(answer for answer in self.answers if answer.outcome == Outcome.PROBLEM)

    @property
    def abstract(self) -> str:
        return agreeing.abstract_of(self.records)[0]

    @property
    def abstract_source(self) -> str:
        """The name of the service that gave the abstract, or ""."""
        return NAMES.get(agreeing.abstract_of(self.records)[1], "")

    @property
    def notices(self) -> tuple[FoundNotice, ...]:
        return self.record.notices if self.record else ()

    @property
    def message(self) -> str:
        """In one sentence what came of it."""
        if self.record:
            return _("Found.")
        if self.candidates:
            return _("These works are like what you pasted. Choose the one you mean, or paste its DOI.")
        if self.typed.kind == TypedKind.NOTHING:
            return _("Paste a DOI, a PubMed number, a link, a title or a reference.")
        if self.typed.kind == TypedKind.LINK:
            return _("This link holds no DOI and no PubMed number. Paste the article’s DOI or its title instead.")
        if self.typed.kind == TypedKind.PII and self.problems:
            return _(
                "This link holds no DOI, only the publisher’s number, and Crossref gave no answer about it. "
                "Try again later, or paste the article’s DOI or its title."
            )
        if self.typed.kind == TypedKind.PII:
            return _(
                "This link holds no DOI, only the publisher’s number, which Crossref does not know. "
                "Paste the article’s DOI or its title instead."
            )
        if self.answers and len(self.problems) == len(self.answers):
            return _("No service gave an answer, so we cannot tell whether they know this work.")
        if self.problems:
            return _("The services that answered do not know this work; others gave no answer.")
        return _("None of the services knows this work. Look at what you pasted, or type the fields by hand.")


# --- asking ---------------------------------------------------------------------------------------


def look_up(typed_text: str, *, services: Services | None = None, contact: str = "") -> LookUp:
    """Ask every service for what was pasted, at once, and within the patience of `services` (15 seconds).

    Never raises: a service in trouble is an answer that says so, and the others stand.
    """
    typed = read_typed(typed_text)
    asked = services or configured(contact=contact)
    until = asked.patience.until()
    match typed:
        case Typed(doi=doi) if doi:
            return LookUp(typed=typed, answers=_ask(_by_doi(asked, doi), until))
        case Typed(pmid=pmid) if pmid:
            return LookUp(typed=typed, answers=_ask_on(asked, _ask(_by_pmid(asked, pmid), until), until))
        case Typed(pmcid=pmcid) if pmcid:
            return LookUp(typed=typed, answers=_ask_on(asked, _ask(_by_pmcid(asked, pmcid), until), until))
        case Typed(pii=pii) if pii:
            answers = _ask(_by_pii(asked, pii), until)
            candidates = tuple(candidate for answer in answers for candidate in answer.candidates)
            told = tuple(replace(answer, candidates=()) for answer in answers)
            return LookUp(typed=typed, answers=_ask_on(asked, told, until), candidates=candidates)
        case Typed(kind=TypedKind.TITLE | TypedKind.REFERENCE):
            return _search(asked, typed, until)
        case _:
            return LookUp(typed=typed)


def _by_doi(services: Services, doi: str) -> dict[str, Question]:
    return {
        "crossref": lambda until: services.crossref.by_doi(doi, until),
        "openalex": lambda until: services.openalex.by_doi(doi, until),
        "pubmed": lambda until: services.pubmed.by_doi(doi, until),
        "europe_pmc": lambda until: services.europe_pmc.by_doi(doi, until),
    }


def _by_pmid(services: Services, pmid: str) -> dict[str, Question]:
    return {
        "openalex": lambda until: services.openalex.by_pmid(pmid, until),
        "pubmed": lambda until: services.pubmed.by_pmid(pmid, until),
        "europe_pmc": lambda until: services.europe_pmc.by_pmid(pmid, until),
    }


def _by_pmcid(services: Services, pmcid: str) -> dict[str, Question]:
    return {
        "openalex": lambda until: services.openalex.by_pmcid(pmcid, until),
        "europe_pmc": lambda until: services.europe_pmc.by_pmcid(pmcid, until),
    }


def _by_pii(services: Services, pii: str) -> dict[str, Question]:
    """Of the four only Crossref knows works by their publisher's number; the others are then asked by the DOI."""
    return {"crossref": lambda until: services.crossref.by_pii(pii, until)}


def _by_title(services: Services, typed: Typed) -> dict[str, Question]:
    words = " ".join(typed.text.split())
    return {
        "crossref": lambda until: services.crossref.by_words(words, until),
        "openalex": lambda until: services.openalex.by_title(typed.title, until),
        "pubmed": lambda until: services.pubmed.by_title(typed.title, until),
        "europe_pmc": lambda until: services.europe_pmc.by_title(typed.title, until),
    }


def _ask(questions: Mapping[str, Question], until: Deadline) -> tuple[Answer, ...]:
    """Each question in a thread of its own; who has not answered when the time is over has not answered.

    Services keep the time themselves; the wait here is for what no time-out bounds, such as finding an address.
    """
    pool = ThreadPoolExecutor(max_workers=max(1, len(questions)), thread_name_prefix="look-up")
    whole = until.left
    try:
        futures = {service: pool.submit(question, until) for service, question in questions.items()}
        wait(futures.values(), timeout=whole + 0.5)
        late = Trouble(kind=TroubleKind.SLOW, seconds=whole)
        return tuple(
            future.result() if future.done() else Answer(service=service, outcome=Outcome.PROBLEM, trouble=late)
            for service, future in futures.items()
        )
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _ask_on(services: Services, answers: tuple[Answer, ...], until: Deadline) -> tuple[Answer, ...]:
    """Ask those that have not been asked yet by the DOI, or the PubMed number, that others have told."""
    records = [answer.record for answer in answers if answer.record]
    have = {answer.service for answer in answers}
    if not records or until.left <= 0:
        return answers
    record = agreeing.merged(records)
    questions = _by_doi(services, record.doi) if record.doi else _by_pmid(services, record.pmid) if record.pmid else {}
    more = _ask({service: ask for service, ask in questions.items() if service not in have}, until)
    return tuple(sorted((*answers, *more), key=lambda answer: list(NAMES).index(answer.service)))


def _search(services: Services, typed: Typed, until: Deadline) -> LookUp:
    """Candidates for a title or a reference; when one is clearly meant, what every service says of it."""
    half = Deadline(at=until.clock() + until.left * 0.6, clock=until.clock)
    answers = _ask(_by_title(services, typed), half)
    candidates = likeliest(typed, (record for answer in answers for record in answer.candidates))
    meant = clearly_meant(typed, candidates)
    if meant is None:
        told = tuple(replace(answer, candidates=()) for answer in answers)
        return LookUp(typed=typed, answers=told, candidates=candidates)
    questions = _by_doi(services, meant.doi) if meant.doi else _by_pmid(services, meant.pmid)
    return LookUp(typed=typed, answers=_ask(questions, until), candidates=candidates)


def likeliest(typed: Typed, found: Iterable[Record]) -> tuple[Record, ...]:
    """Works that several services found, each once, the likest to what was typed first."""
    groups: dict[str, list[Record]] = {}
    for record in found:
        name = record.doi.casefold() or f"{words_of(record.title)} {record.year}"
        groups.setdefault(name, []).append(record)
    works = [agreeing.merged(group) for group in groups.values()]
    likely = [work for work in works if likeness(typed, work) >= 50] or works
    return tuple(sorted(likely, key=lambda work: -likeness(typed, work))[:MOST_CANDIDATES])


def likeness(typed: Typed, record: Record) -> float:
    """How like a work's title is to the one typed, from 0 to 100."""
    title, wanted = words_of(record.title), words_of(typed.title)
    if len(title) >= 30 and title in wanted:
        return 97.0
    return float(fuzz.ratio(title, wanted))


def clearly_meant(typed: Typed, candidates: tuple[Record, ...]) -> Record | None:
    """The one candidate that can be meant, or None: then a person chooses."""
    like = [work for work in candidates if likeness(typed, work) >= LIKE_ENOUGH and _agrees(typed.reference, work)]
    return like[0] if len(like) == 1 and (like[0].doi or like[0].pmid) else None


def _agrees(reference: Reference | None, work: Record) -> bool:
    if reference is None:
        return True
    if reference.year and work.year and abs(reference.year - work.year) > 1:
        return False
    if not reference.authors or not work.authors:
        return True
    first, other = (words_of(name_of(names[0]).family) for names in (reference.authors, work.authors))
    return first == other or first.split()[-1:] == other.split()[-1:]
