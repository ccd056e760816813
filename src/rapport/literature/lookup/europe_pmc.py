"""Europe PMC: PubMed's records and more, preprints and many abstracts among them, without a key.

RESTful web service, https://www.ebi.ac.uk/europepmc/webservices/rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Final

from rapport.literature.lookup import wording
from rapport.literature.lookup.crossref import once
from rapport.literature.lookup.record import Answer, FoundNotice, Outcome, Record
from rapport.literature.lookup.service import Deadline, Service
from rapport.literature.lookup.wording import as_list, as_mapping, as_text

MOST_CANDIDATES: Final = 5


class EuropePmc(Service):
    key: ClassVar[str] = "europe_pmc"

    def identification(self) -> dict[str, str]:
        return {"email": self.contact} if self.contact else {}

    def by_doi(self, doi: str, until: Deadline | None = None) -> Answer:
        return self._one(f'DOI:"{_quotable(doi)}"', lambda r: r.doi.casefold() == doi.casefold(), until)

    def by_pmid(self, pmid: str, until: Deadline | None = None) -> Answer:
        return self._one(f"EXT_ID:{_quotable(pmid)} AND SRC:MED", lambda r: r.pmid == pmid, until)

    def by_pmcid(self, pmcid: str, until: Deadline | None = None) -> Answer:
        return self._one(f"PMCID:{_quotable(pmcid)}", lambda r: r.pmcid == pmcid, until)

    def by_title(self, title: str, until: Deadline | None = None) -> Answer:
        def ask() -> Answer:
            words = " ".join(re.findall(r"\w[\w'’-]*", title))[:300]
            found = self._search(f'TITLE:"{words}"', until or self.patience.until()) if words else ()
            outcome = Outcome.FOUND if found else Outcome.NOT_FOUND
            return Answer(service=self.key, outcome=outcome, candidates=tuple(r for r in found if r.title))

        return self.answer(ask)

    def _one(self, query: str, is_it: Callable[[Record], bool], until: Deadline | None) -> Answer:
        def ask() -> Answer:
            for record in self._search(query, until or self.patience.until()):
                if is_it(record):
                    return Answer(service=self.key, outcome=Outcome.FOUND, record=record)
            return Answer(service=self.key, outcome=Outcome.NOT_FOUND)

        return self.answer(ask)

    def _search(self, query: str, until: Deadline) -> tuple[Record, ...]:
        params = {"query": query, "resultType": "core", "format": "json", "pageSize": str(MOST_CANDIDATES)}
        results = self.get("/search", params, until).json()["resultList"]["result"]
        return tuple(record_of(result) for result in results)


def _quotable(text: str) -> str:
    return text.replace("\\", " ").replace('"', " ")


def record_of(result: Mapping[str, Any]) -> Record:
    """One result of Europe PMC's, of the kind “core”, as a record."""
    if not isinstance(result, dict) or not result.get("id"):
        raise ValueError("no result of Europe PMC's")
    journal_info = as_mapping(result.get("journalInfo"))
    journal, book = as_mapping(journal_info.get("journal")), as_mapping(result.get("bookOrReportDetails"))
    volume, issue = as_text(journal_info.get("volume")), as_text(journal_info.get("issue"))
    pages = wording.pages_of(as_text(result.get("pageInfo")))
    types = [as_text(kind) for kind in as_list(as_mapping(result.get("pubTypeList")).get("pubType"))]
    title, says_retracted = wording.title_of(as_text(result.get("title")))
    abstract = result.get("abstractText")
    kind = wording.kind_of_article(volume=volume, issue=issue, pages=pages)
    if result.get("source") == "PPR" or "Preprint" in types:
        kind = "preprint"
    elif book:
        kind = "document"
    pmid = as_text(result.get("pmid"))
    return Record(
        source="europe_pmc",
        kind=kind,
        language=wording.language_of(as_text(result.get("language"))),
        authors=wording.names(map(_author, as_list(as_mapping(result.get("authorList")).get("author")))),
        year=wording.year_of(journal_info.get("yearOfPublication")) or wording.year_of(result.get("pubYear")),
        title=title,
        journal=wording.plain(as_text(journal.get("title"))) or as_text(book.get("publisher")),
        volume=volume,
        issue=issue,
        pages=pages,
        doi=wording.doi_of(result.get("doi")),
        pmid=pmid if pmid.isdecimal() else "",
        pmcid=as_text(result.get("pmcid")),
        abstract=wording.paragraphs(abstract) if isinstance(abstract, str) else "",
        notices=once(_notices(result, says_retracted or "Retracted Publication" in types)),
        subjects=wording.unique([*types, *_headings(result), *_keywords(result)]),
    )


def _author(author: Any) -> str:
    author = as_mapping(author)
    if organisation := as_text(author.get("collectiveName")):
        return organisation
    family, given = as_text(author.get("lastName")), as_text(author.get("firstName")) or as_text(author.get("initials"))
    return wording.apa_name(family, given) if family else as_text(author.get("fullName"))


def _headings(result: Mapping[str, Any]) -> list[str]:
    headings = as_list(as_mapping(result.get("meshHeadingList")).get("meshHeading"))
    return [as_text(as_mapping(heading).get("descriptorName")) for heading in headings]


def _keywords(result: Mapping[str, Any]) -> list[str]:
    return [as_text(word) for word in as_list(as_mapping(result.get("keywordList")).get("keyword"))]


def _notices(result: Mapping[str, Any], is_retracted: bool) -> Iterator[FoundNotice]:
    links = as_list(as_mapping(result.get("commentCorrectionList")).get("commentCorrection"))
    for link in map(as_mapping, links):
        if kind := _NOTICES.get(as_text(link.get("type")).lower()):
            yield FoundNotice(kind=kind, doi=wording.doi_of(link.get("reference")).rstrip("."), source="Europe PMC")
    if is_retracted:
        yield FoundNotice(kind="retraction", source="Europe PMC")


_NOTICES: Final = {
    "retraction in": "retraction",
    "partial retraction in": "retraction",
    "erratum in": "correction",
    "corrected and republished in": "correction",
    "expression of concern in": "concern",
}
