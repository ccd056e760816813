"""Crossref: what publishers deposit, with notices from publishers and from Retraction Watch.

REST API, https://api.crossref.org; its rules for polite use ask for a mail address, and its headers tell the pace.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, Final
from urllib.parse import quote

from rapport.literature.lookup import wording
from rapport.literature.lookup.record import Answer, FoundNotice, Outcome, Record, Trouble, TroubleKind
from rapport.literature.lookup.service import Deadline, NoAnswer, Service
from rapport.literature.lookup.wording import as_list, as_mapping, as_text

MOST_CANDIDATES: Final = 5


class Crossref(Service):
    key: ClassVar[str] = "crossref"

    def identification(self) -> dict[str, str]:
        return {"mailto": self.contact} if self.contact else {}

    def by_doi(self, doi: str, until: Deadline | None = None) -> Answer:
        """The work that has this DOI."""
        return self.answer(lambda: self._by_doi(doi, until or self.patience.until()))

    def by_words(self, words: str, until: Deadline | None = None) -> Answer:
        """Works whose title, authors and journal are like `words`."""
        return self.answer(lambda: self._by_words(words, until or self.patience.until()))

    def by_pii(self, pii: str, until: Deadline | None = None) -> Answer:
        """The work that its publisher numbers `pii`; candidates, should several works have that number."""
        return self.answer(lambda: self._by_pii(pii, until or self.patience.until()))

    def notices(self, doi: str, until: Deadline | None = None) -> Answer:
        """The record of a DOI with every notice about it: those its own record names (`updated-by`), and those of
        records that say they update it (`update-to`). Only when both were answered is the answer one.
        """
        return self.answer(lambda: self._notices(doi, until or self.patience.until()))

    def _by_doi(self, doi: str, until: Deadline) -> Answer:
        work = self._work(doi, until)
        if work is None:
            return Answer(service=self.key, outcome=Outcome.NOT_FOUND)
        return Answer(service=self.key, outcome=Outcome.FOUND, record=record_of(work))

    def _work(self, doi: str, until: Deadline) -> Mapping[str, Any] | None:
        reply = self.get(f"/works/{quote(doi, safe='')}", {}, until)
        if reply.is_missing:
            if b"not found" not in reply.body[:400].lower():  # a proxy's page, not Crossref's “Resource not found.”
                raise NoAnswer(Trouble(kind=TroubleKind.UNREADABLE))
            return None
        work: Mapping[str, Any] = reply.json()["message"]
        return work

    def _by_words(self, words: str, until: Deadline) -> Answer:
        params = {"query.bibliographic": words[:500], "rows": str(MOST_CANDIDATES)}
        found = tuple(record_of(work) for work in self._works(params, until))
        return Answer(
            service=self.key,
            outcome=Outcome.FOUND if found else Outcome.NOT_FOUND,
            candidates=tuple(record for record in found if record.title and record.doi),
        )

    def _by_pii(self, pii: str, until: Deadline) -> Answer:
        works = self._works({"filter": f"alternative-id:{pii}", "rows": str(MOST_CANDIDATES)}, until)
        # Publishers' numbers of every kind stand in one field: only the whole number is the one asked for.
        numbered = [work for work in works if pii in map(str.upper, map(as_text, as_list(work.get("alternative-id"))))]
        found = tuple(map(record_of, numbered))
        if len(found) == 1:
            return Answer(service=self.key, outcome=Outcome.FOUND, record=found[0])
        return Answer(service=self.key, outcome=Outcome.FOUND if found else Outcome.NOT_FOUND, candidates=found)

    def _notices(self, doi: str, until: Deadline) -> Answer:
        work = self._work(doi, until)
        if work is None:
            return Answer(service=self.key, outcome=Outcome.NOT_FOUND)
        found = record_of(work)
        names = [found.doi, *map(as_text, as_list(work.get("aliases")))]
        if doi.casefold() not in map(str.casefold, names):  # another article's retraction is not this one's
            raise NoAnswer(Trouble(kind=TroubleKind.ANOTHER))
        updates = self._works({"filter": f"updates:{doi}", "rows": "50"}, until)
        told = [*found.notices, *(notice for work in updates for notice in notices_about(doi, work))]
        facts = {name: getattr(found, name) for name in Record.__slots__}
        record = Record(**{**facts, "notices": once(told)})
        return Answer(service=self.key, outcome=Outcome.FOUND, record=record)

    def _works(self, params: Mapping[str, str], until: Deadline) -> list[Mapping[str, Any]]:
        reply = self.get("/works", params, until)
        # Asked for a list, it answers with a list; a missing one is no answer.
        items = reply.json()["message"]["items"]
        if not isinstance(items, list):
            raise TypeError("a list of works")
        return [as_mapping(item) for item in items]


def record_of(work: Mapping[str, Any]) -> Record:
    """A work of Crossref's as a record. Titles are lists, dates nested lists, and any of them may be missing."""
    if not isinstance(work, dict) or not work.get("DOI"):
        raise ValueError("no work of Crossref's")
    doi = as_text(work["DOI"])
    volume, issue = as_text(work.get("volume")), as_text(work.get("issue"))
    pages = wording.pages_of(as_text(work.get("page")) or as_text(work.get("article-number")))
    kind = kind_of(as_text(work.get("type")))
    if kind == "journal-article":
        kind = wording.kind_of_article(volume=volume, issue=issue, pages=pages)
    title, is_retracted = wording.title_of(as_text(work.get("title")), as_text(work.get("subtitle")))
    notices = list(_updated_by(doi, work))
    if is_retracted and not any(notice.kind == "retraction" for notice in notices):
        notices.append(FoundNotice(kind="retraction", source="Crossref"))
    abstract = work.get("abstract")
    return Record(
        source="crossref",
        kind=kind,
        language=wording.language_of(as_text(work.get("language"))),
        authors=wording.names(map(_name, as_list(work.get("author")))),
        year=_year(work),
        title=title,
        journal=_journal(work, kind),
        volume=volume,
        issue=issue,
        pages=pages,
        editors=wording.names(map(_name, as_list(work.get("editor")))) if kind == "chapter" else (),
        publisher=_publisher(work, kind),
        doi=doi,
        abstract=wording.paragraphs(abstract) if isinstance(abstract, str) else "",
        notices=once(notices),
        subjects=wording.unique(as_text(subject) for subject in as_list(work.get("subject"))),
    )


def kind_of(crossref_type: str) -> str:
    """Crossref's type of a work as one of `citations.KINDS`."""
    return _KINDS.get(crossref_type, "document" if crossref_type else "")


_KINDS: Final = {
    "journal-article": "journal-article",
    "posted-content": "preprint",
    "book": "book",
    "monograph": "book",
    "edited-book": "book",
    "reference-book": "book",
    "book-chapter": "chapter",
    "book-section": "chapter",
    "book-part": "chapter",
    "book-track": "chapter",
    "reference-entry": "chapter",
    "proceedings-article": "chapter",
    "report": "report",
    "report-component": "report",
    "dissertation": "thesis",
}


def _name(author: Any) -> str:
    author = as_mapping(author)
    if family := as_text(author.get("family")):
        return wording.apa_name(family, as_text(author.get("given")), as_text(author.get("suffix")))
    return wording.plain(as_text(author.get("name")) or as_text(author.get("given")))


def _year(work: Mapping[str, Any]) -> int | None:
    """The year of the volume, where there is one: that is what a reference prints. Else the first year known."""
    issue = as_mapping(work.get("journal-issue"))
    for dates in (
        work.get("published-print"), issue.get("published-print"), work.get("published"), work.get("issued"),
        work.get("published-online"), issue.get("published-online"), work.get("posted"),
    ):  # fmt: skip
        if date := _parts(dates):
            return date[0]
    return None


def _parts(date: Any) -> list[int]:
    """“date-parts” as year, month, day, as many as there are; [] for [[null]] and other emptiness."""
    parts = as_list(as_mapping(date).get("date-parts"))
    first = as_list(parts[0]) if parts else []
    known: list[int] = []
    for part in first[:3]:
        if not isinstance(part, int) or isinstance(part, bool) or part < 1:
            break
        known.append(part)
    return known if known and 1500 <= known[0] <= 2199 else []


def _day(date: Any) -> dt.date | None:
    parts = _parts(date)
    try:
        return dt.date(*[*parts, 1, 1][:3]) if parts else None
    except ValueError:
        return None


def _journal(work: Mapping[str, Any], kind: str) -> str:
    journal = wording.plain(as_text(work.get("container-title")))
    if kind == "preprint" and not journal:
        institution = as_list(work.get("institution"))
        name = as_text(as_mapping(institution[0]).get("name")) if institution else ""
        journal = as_text(work.get("group-title")) or name or as_text(work.get("publisher"))
    return journal


def _publisher(work: Mapping[str, Any], kind: str) -> str:
    if kind == "thesis":
        institution = as_list(work.get("institution"))
        name = as_text(as_mapping(institution[0]).get("name")) if institution else ""
        return name or as_text(work.get("publisher"))
    return as_text(work.get("publisher")) if kind in ("book", "chapter", "report") else ""


# --- notices ------------------------------------------------------------------------------------


def _updated_by(doi: str, work: Mapping[str, Any]) -> Iterator[FoundNotice]:
    for update in as_list(work.get("updated-by")):
        update = as_mapping(update)
        yield from _notice(update, of=as_text(update.get("DOI")), about=doi)


def notices_about(doi: str, work: Mapping[str, Any]) -> Iterator[FoundNotice]:
    """The notices about `doi` that a work of Crossref's says it is (`update-to`)."""
    for update in as_list(work.get("update-to")):
        update = as_mapping(update)
        if as_text(update.get("DOI")).casefold() == doi.casefold():
            yield from _notice(update, of=as_text(work.get("DOI")), about=doi)


def _notice(update: Mapping[str, Any], *, of: str, about: str) -> Iterator[FoundNotice]:
    kind = as_text(update.get("type")).lower().replace("-", "_").replace(" ", "_")
    if kind in _NO_NOTICES:
        return
    source = wording.one_line(as_text(update.get("source"))).lower()
    yield FoundNotice(
        kind=_NOTICES.get(kind, "other"),
        doi="" if of.casefold() == about.casefold() else wording.doi_of(of),
        source={"retraction-watch": "Retraction Watch", "publisher": "publisher", "": "publisher"}.get(
            source, source[:60]
        ),
        published_on=_day(update.get("updated")),
    )


_NO_NOTICES: Final = {"new_version", "new_edition", "version_of_record", "accepted_manuscript"}
_NOTICES: Final = {
    "retraction": "retraction",
    "partial_retraction": "retraction",
    "removal": "retraction",
    "withdrawal": "retraction",
    "expression_of_concern": "concern",
    "concern": "concern",
    "correction": "correction",
    "corrigendum": "correction",
    "erratum": "correction",
    "addendum": "correction",
    "clarification": "correction",
    "reinstatement": "reinstatement",
}


def once(notices: Iterable[FoundNotice]) -> tuple[FoundNotice, ...]:
    """Each notice once, by kind and DOI, the first account of it; oldest first, those without a day last."""
    kept: dict[tuple[str, str], FoundNotice] = {}
    for notice in notices:
        kept.setdefault((notice.kind, notice.doi.casefold()), notice)
    named = {notice.kind for notice in kept.values() if notice.doi}
    told = [notice for notice in kept.values() if notice.doi or notice.published_on or notice.kind not in named]
    return tuple(sorted(told, key=lambda notice: (notice.published_on or dt.date.max, notice.doi)))
