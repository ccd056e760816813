"""OpenAlex: an open index of works, with abstracts as lists of words and their places.

REST API, https://api.openalex.org. Single works are free; searches are counted, and more of them come with a free key.
Its records are assembled by machine: names are whole, years are of the first appearance, kinds may be mistaken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final
from urllib.parse import quote

from rapport.literature.lookup import crossref, wording
from rapport.literature.lookup.record import Answer, FoundNotice, Outcome, Record
from rapport.literature.lookup.service import Deadline, Service
from rapport.literature.lookup.wording import as_list, as_mapping, as_text

MOST_CANDIDATES: Final = 5
MOST_WORDS: Final = 5_000


class OpenAlex(Service):
    key: ClassVar[str] = "openalex"

    def identification(self) -> dict[str, str]:
        told = {"mailto": self.contact, "api_key": self.secret}
        return {name: value for name, value in told.items() if value}

    def by_doi(self, doi: str, until: Deadline | None = None) -> Answer:
        return self._one(f"doi:{quote(doi, safe='')}", until)

    def by_pmid(self, pmid: str, until: Deadline | None = None) -> Answer:
        return self._one(f"pmid:{quote(pmid, safe='')}", until)

    def by_pmcid(self, pmcid: str, until: Deadline | None = None) -> Answer:
        return self._one(f"pmcid:{quote(pmcid, safe='')}", until)

    def by_title(self, title: str, until: Deadline | None = None) -> Answer:
        """Works whose title is like `title`."""
        return self.answer(lambda: self._by_title(title, until or self.patience.until()))

    def _one(self, name: str, until: Deadline | None) -> Answer:
        def ask() -> Answer:
            reply = self.get(f"/works/{name}", {}, until or self.patience.until())
            if reply.is_missing:
                return Answer(service=self.key, outcome=Outcome.NOT_FOUND)
            return Answer(service=self.key, outcome=Outcome.FOUND, record=record_of(reply.json()))

        return self.answer(ask)

    def _by_title(self, title: str, until: Deadline) -> Answer:
        # Commas, pipes and the like are operators in a filter.
        words = " ".join(re.findall(r"[\w'’-]+", title))[:400]
        params = {"filter": f"title.search:{words}", "per-page": str(MOST_CANDIDATES)}
        results = self.get("/works", params, until).json()["results"]
        found = tuple(record_of(work) for work in results)
        return Answer(
            service=self.key,
            outcome=Outcome.FOUND if found else Outcome.NOT_FOUND,
            candidates=tuple(record for record in found if record.title),
        )


def record_of(work: Mapping[str, Any]) -> Record:
    """A work of OpenAlex's as a record."""
    if not isinstance(work, dict) or not work.get("id"):
        raise ValueError("no work of OpenAlex's")
    biblio, location, ids = (as_mapping(work.get(name)) for name in ("biblio", "primary_location", "ids"))
    volume, issue = as_text(biblio.get("volume")), as_text(biblio.get("issue"))
    pages = wording.pages_of(as_text(biblio.get("first_page")), last=as_text(biblio.get("last_page")))
    # The type as deposited is nearer to the truth than the one OpenAlex assigns.
    kind = crossref.kind_of(as_text(location.get("raw_type")))
    if kind in ("", "document"):
        kind = _KINDS.get(as_text(work.get("type")), "document")
    if kind == "journal-article":
        kind = wording.kind_of_article(volume=volume, issue=issue, pages=pages)
    title, says_retracted = wording.title_of(as_text(work.get("title")) or as_text(work.get("display_name")))
    source = as_mapping(location.get("source"))
    return Record(
        source="openalex",
        kind=kind,
        language=wording.language_of(as_text(work.get("language"))),
        authors=wording.names(map(_author, as_list(work.get("authorships")))),
        year=wording.year_of(work.get("publication_year")),
        title=title,
        journal=wording.plain(as_text(source.get("display_name")) or as_text(location.get("raw_source_name"))),
        volume=volume,
        issue=issue,
        pages=pages,
        publisher=as_text(source.get("host_organization_name")) if kind in ("book", "report", "thesis") else "",
        doi=wording.doi_of(work.get("doi") or ids.get("doi")),
        pmid=_number(ids.get("pmid")),
        pmcid=f"PMC{number}" if (number := _number(ids.get("pmcid"))) else "",
        abstract=text_of(work.get("abstract_inverted_index")),
        notices=(FoundNotice(kind="retraction", source="OpenAlex"),)
        if work.get("is_retracted") is True or says_retracted
        else (),
        subjects=wording.unique(
            as_text(as_mapping(subject).get("display_name") or as_mapping(subject).get("descriptor_name"))
            for name in ("topics", "keywords", "mesh")
            for subject in as_list(work.get(name))
        ),
    )


def text_of(inverted_index: Any) -> str:
    """An abstract put together from each word's places: {"is": [1], "Rapport": [0]} → “Rapport is”."""
    placed: list[tuple[int, str]] = []
    for word, places in as_mapping(inverted_index).items():
        for place in as_list(places):
            if isinstance(place, int) and not isinstance(place, bool) and place >= 0:
                placed.append((place, word))
    words = [word for _, word in sorted(placed, key=lambda at: at[0])[:MOST_WORDS]]
    return wording.paragraphs(" ".join(words))


def _author(authorship: Any) -> str:
    author = as_mapping(as_mapping(authorship).get("author"))
    return wording.apa_name_of(
        as_text(author.get("display_name")) or as_text(as_mapping(authorship).get("raw_author_name"))
    )


def _number(address: Any) -> str:
    found = re.search(r"(?:PMC)?(\d{1,10})/?$", as_text(address))
    return found[1] if found else ""


_KINDS: Final = {
    "article": "journal-article",
    "review": "journal-article",
    "letter": "journal-article",
    "editorial": "journal-article",
    "erratum": "journal-article",
    "retraction": "journal-article",
    "preprint": "preprint",
    "book": "book",
    "book-chapter": "chapter",
    "reference-entry": "chapter",
    "dissertation": "thesis",
    "report": "report",
}
