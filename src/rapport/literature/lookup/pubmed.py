"""PubMed: the National Library of Medicine's index, asked through NCBI's E-utilities.

`esearch` turns a DOI or a title into PubMed numbers, `efetch` gives their records as XML. Three questions a second,
ten with a key. https://www.ncbi.nlm.nih.gov/books/NBK25497/
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import ClassVar, Final
from xml.etree import ElementTree

from rapport.literature.lookup import wording
from rapport.literature.lookup.crossref import once
from rapport.literature.lookup.record import Answer, FoundNotice, Outcome, Record, Trouble, TroubleKind
from rapport.literature.lookup.service import Deadline, NoAnswer, Patience, Service

MOST_CANDIDATES: Final = 5


class PubMed(Service):
    key: ClassVar[str] = "pubmed"
    least_gap = 0.35

    def __init__(self, address: str, *, contact: str = "", secret: str = "", patience: Patience | None = None) -> None:
        super().__init__(address, contact=contact, secret=secret, patience=patience)
        if secret:
            self.least_gap = self._gap = 0.11

    def identification(self) -> dict[str, str]:
        told = {"tool": "rapport", "email": self.contact, "api_key": self.secret}
        return {name: value for name, value in told.items() if value}

    def by_pmid(self, pmid: str, until: Deadline | None = None) -> Answer:
        return self.answer(lambda: self._picked([pmid], until or self.patience.until(), pmid=pmid))

    def by_doi(self, doi: str, until: Deadline | None = None) -> Answer:
        """The record with this DOI. A search that finds others than asked for, as PubMed's does, finds nothing."""

        def ask() -> Answer:
            end = until or self.patience.until()
            return self._picked(self._search(f'"{_quotable(doi)}"[AID]', end), end, doi=doi)

        return self.answer(ask)

    def by_title(self, title: str, until: Deadline | None = None) -> Answer:
        def ask() -> Answer:
            end = until or self.patience.until()
            words = " ".join(re.findall(r"\w[\w'’-]*", title))[:300]
            if not words:
                return Answer(service=self.key, outcome=Outcome.NOT_FOUND)
            found = tuple(self._fetch(self._search(f"{words}[Title]", end), end))
            return Answer(service=self.key, outcome=Outcome.FOUND if found else Outcome.NOT_FOUND, candidates=found)

        return self.answer(ask)

    def _picked(self, pmids: list[str], until: Deadline, *, doi: str = "", pmid: str = "") -> Answer:
        for record in self._fetch(pmids, until):
            if (doi and record.doi.casefold() == doi.casefold()) or (pmid and record.pmid == pmid):
                return Answer(service=self.key, outcome=Outcome.FOUND, record=record)
        return Answer(service=self.key, outcome=Outcome.NOT_FOUND)

    def _search(self, term: str, until: Deadline) -> list[str]:
        params = {"db": "pubmed", "term": term, "retmode": "json", "retmax": str(MOST_CANDIDATES)}
        result = self.get("/esearch.fcgi", params, until).json()["esearchresult"]
        if "idlist" not in result:  # {"ERROR": …} comes with status 200, and is no empty list
            raise NoAnswer(Trouble(kind=TroubleKind.UNREADABLE))
        return [found for found in result["idlist"] if re.fullmatch(r"\d{1,9}", found)]

    def _fetch(self, pmids: list[str], until: Deadline) -> list[Record]:
        if not pmids:
            return []
        params = {"db": "pubmed", "id": ",".join(pmids), "retmode": "xml"}
        return records_of(self.get("/efetch.fcgi", params, until).body)


def _quotable(text: str) -> str:
    return text.replace('"', " ").replace("[", "(").replace("]", ")")


def parsed(body: bytes) -> ElementTree.Element:
    """XML as a tree; a document that declares entities, or is not UTF-8, is refused.

    The body's size is bounded by `service`; without entities, a tree is not much larger than its text. The document
    type that PubMed names is not fetched.
    """
    try:
        text = body.decode("utf-8-sig")
        if "<!ENTITY" in text:
            raise ValueError("entities are declared")
        return ElementTree.fromstring(text.strip())  # noqa: S314 - no entities, and bounded
    except (ValueError, ElementTree.ParseError, RecursionError) as error:
        raise NoAnswer(Trouble(kind=TroubleKind.UNREADABLE)) from error


def records_of(body: bytes) -> list[Record]:
    """Every article of an efetch answer."""
    root = parsed(body)
    if root.tag != "PubmedArticleSet":
        raise NoAnswer(Trouble(kind=TroubleKind.UNREADABLE))
    return [record_of(article) for article in root.findall("PubmedArticle")]


def record_of(node: ElementTree.Element) -> Record:
    """One <PubmedArticle> as a record."""
    citation = node.find("MedlineCitation")
    article = citation.find("Article") if citation is not None else None
    if citation is None or article is None:
        raise ValueError("no article of PubMed's")
    volume, issue = _text(article, "Journal/JournalIssue/Volume"), _text(article, "Journal/JournalIssue/Issue")
    pages = wording.pages_of(
        _text(article, "Pagination/MedlinePgn") or _text(article, "Pagination/StartPage"),
        last=_text(article, "Pagination/EndPage"),
    )
    title, says_retracted = wording.title_of(_text(article, "ArticleTitle") or _text(article, "VernacularTitle"))
    types = [_all(kind) for kind in article.findall("PublicationTypeList/PublicationType")]
    subjects = [_all(heading) for heading in citation.findall("MeshHeadingList/MeshHeading/DescriptorName")]
    keywords = [_all(word) for word in citation.findall("KeywordList/Keyword")]
    kind = wording.kind_of_article(volume=volume, issue=issue, pages=pages)
    return Record(
        source="pubmed",
        kind="preprint" if "Preprint" in types else kind,
        language=wording.language_of(_text(article, "Language")),
        authors=wording.names(map(_author, article.findall("AuthorList/Author"))),
        year=_year(article),
        title=title,
        journal=_text(article, "Journal/Title"),
        volume=volume,
        issue=issue,
        pages=pages,
        doi=_doi(node, article),
        pmid=_text(citation, "PMID"),
        pmcid=_id(node, "pmc"),
        abstract=abstract_of(article.findall("Abstract/AbstractText")),
        notices=once(_notices(citation, says_retracted or "Retracted Publication" in types)),
        subjects=wording.unique([*types, *subjects, *keywords]),
    )


def abstract_of(parts: Iterable[ElementTree.Element]) -> str:
    """The parts of an abstract, each after its label: “METHOD: …”"""
    told: list[str] = []
    for part in parts:
        if text := _all(part):
            label = wording.one_line(part.get("Label", ""))
            told.append(f"{label}: {text}" if label and label.upper() != "UNLABELLED" else text)
    return "\n\n".join(told)[: wording.MOST_CHARACTERS]


def _author(author: ElementTree.Element) -> str:
    if organisation := _text(author, "CollectiveName"):
        return organisation
    given = _text(author, "ForeName") or _text(author, "Initials")
    # “J K” and “JK” are initials; so is a forename that PubMed keeps as initials only.
    return wording.apa_name(_text(author, "LastName"), given, _text(author, "Suffix"))


def _year(article: ElementTree.Element) -> int | None:
    date = article.find("Journal/JournalIssue/PubDate")
    if date is None:
        return None
    return wording.year_of(_text(date, "Year")) or wording.year_of(_text(date, "MedlineDate"))


def _doi(node: ElementTree.Element, article: ElementTree.Element) -> str:
    for location in article.findall("ELocationID"):
        if location.get("EIdType") == "doi" and (doi := wording.doi_of(_all(location))):
            return doi
    return wording.doi_of(_id(node, "doi"))


def _id(node: ElementTree.Element, kind: str) -> str:
    # Not any <ArticleId> below: those of the reference list are other articles'.
    for found in node.findall("PubmedData/ArticleIdList/ArticleId"):
        if found.get("IdType") == kind:
            return _all(found)
    return ""


def _notices(citation: ElementTree.Element, is_retracted: bool) -> Iterator[FoundNotice]:
    for link in citation.findall("CommentsCorrectionsList/CommentsCorrections"):
        if kind := _NOTICES.get(link.get("RefType", "")):
            source = _text(link, "RefSource")
            yield FoundNotice(
                kind=kind, doi=wording.doi_of(source).rstrip("."), source="PubMed", published_on=_day(source)
            )
    if is_retracted:
        yield FoundNotice(kind="retraction", source="PubMed")


def _day(source: str) -> dt.date | None:
    """“J Examples. 2021 Mar 5;…” → the 5th of March; without a day or a month, the first."""
    found = re.search(r"\b((?:19|20)\d\d)(?: ([A-Z][a-z]{2}))?(?: (\d{1,2}))?", source)
    if not found:
        return None
    month = _MONTHS.index(found[2]) + 1 if found[2] in _MONTHS else 1
    try:
        return dt.date(int(found[1]), month, int(found[3] or 1))
    except ValueError:
        return dt.date(int(found[1]), month, 1)


_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NOTICES: Final = {
    "RetractionIn": "retraction",
    "PartialRetractionIn": "retraction",
    "ErratumIn": "correction",
    "CorrectedandRepublishedIn": "correction",
    "ExpressionOfConcernIn": "concern",
}


def _text(node: ElementTree.Element, path: str) -> str:
    found = node.find(path)
    return "" if found is None else _all(found)


def _all(node: ElementTree.Element) -> str:
    """All text below a node, without its <i>, <sub> and the like."""
    return wording.one_line("".join(node.itertext()))
