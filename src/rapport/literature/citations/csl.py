"""A cited work as one plain value, and as CSL-JSON.

`Reference` is what every format here is written from: nothing in this package knows
a database, a request or a file. CSL-JSON is the interchange format of the Citation
Style Language (schema csl-data.json 1.0); Zotero, Mendeley, pandoc and citeproc read it.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any, Final
from urllib.parse import quote, unquote


@dataclass(frozen=True, slots=True)
class Kind:
    """What one kind of work is called in each format, and where `journal` and `publisher` go."""

    csl: str
    ris: str
    bibtex: str
    csl_journal: str = "container-title"
    bibtex_journal: str = "journal"
    bibtex_publisher: str = "publisher"


KINDS: Final[dict[str, Kind]] = {
    "journal-article": Kind("article-journal", "JOUR", "article"),
    # Accepted and on the journal's site, without volume, issue or final pages yet.
    "online-first": Kind("article-journal", "JOUR", "article"),
    "preprint": Kind("article", "UNPB", "misc", "publisher", "howpublished"),
    "book": Kind("book", "BOOK", "book", "collection-title", "series"),
    "chapter": Kind("chapter", "CHAP", "incollection", bibtex_journal="booktitle"),
    "report": Kind("report", "RPRT", "techreport", "collection-title", "series", "institution"),
    "thesis": Kind("thesis", "THES", "phdthesis", "collection-title", "series", "school"),
    "document": Kind("document", "GEN", "misc", bibtex_journal="howpublished"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Retraction:
    """That a work was retracted: in which year, and the DOI of the notice that says so, where they are known."""

    year: int | None = None
    doi: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "doi", _bare_doi(_one_line(self.doi)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A work as it is cited. What is not known is "" (or None, or no names), never invented.

    key        short and stable, e.g. "swift-2012"; identifies the work in every export
    kind       one of KINDS; any other word is treated as "document"
    language   of the work, ISO 639-1: "en", "fr"
    authors    as APA prints them: "van Oppen, P.", "King, M. L., Jr."; a name without a
               comma is an organisation
    editors    of the book that a chapter is in, written like the authors
    title      in the capitals and with the spaces in which it is stored
    journal    or, for a chapter, its book; for a preprint, its repository; for a book,
               report or thesis, its series
    pages      "547–559" or "547-559", an article number "102002", or "" ; a note such as
               "1–14 (online first)" says that the pages are not final
    publisher  of a book; for a thesis or report, the institution
    doi        with or without "https://doi.org/" before it; kept without
    retraction that the work was retracted; None where nothing says so

    Every text is held on one line: control characters and line separators become
    spaces, half surrogate pairs become U+FFFD, spaces around the text go. Non-breaking
    spaces inside it stay, as French typography needs them.
    """

    key: str
    kind: str = "journal-article"
    language: str = "en"
    authors: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    year: int | None = None
    title: str = ""
    journal: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    publisher: str = ""
    doi: str = ""
    pmid: str = ""
    url: str = ""
    retraction: Retraction | None = None

    def __post_init__(self) -> None:
        # Tidied once, here, so that no format can be broken by what a field holds.
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, str):
                object.__setattr__(self, field.name, _one_line(value))
            elif isinstance(value, tuple):
                names = (_one_line(name) for name in value)
                object.__setattr__(self, field.name, tuple(name for name in names if name))
        object.__setattr__(self, "doi", _bare_doi(self.doi))


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name in its parts. An organisation has a family part only."""

    family: str
    given: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in its volume an article stands: its pages, or its number, or neither yet.

    `first` and `last` are the ends of a page range; `first` alone is a single page, or
    several ranges as stored. At most one of `first` and `article_number` is not "".
    """

    first: str = ""
    last: str = ""
    article_number: str = ""
    in_advance: bool = False

    def range(self, dash: str) -> str:
        return f"{self.first}{dash}{self.last}" if self.last else self.first


def kind_of(reference: Reference) -> Kind:
    """The row of KINDS for a reference; that of "document" for a kind it does not list."""
    return KINDS.get(reference.kind, KINDS["document"])


def name_of(author: str) -> Name:
    """Split "Family, I. I., Jr." into its parts.

    A particle stays with the family name ("van Oppen", "Del Re"), as APA prints and
    sorts it (7th ed., section 9.8).
    """
    family, _, rest = author.partition(",")
    given, _, suffix = rest.partition(",")
    name = Name(family.strip(), given.strip(), suffix.strip())
    return name if name.family and name.given else Name(author.strip(" ,") or author)


def place_of(reference: Reference) -> Place:
    """Read the pages of a reference.

    A range is two page labels with a dash or hyphen between them; one abbreviated as
    PubMed does ("1009-12") is completed, since APA prints both ends in full. Without a
    dash, four digits or more ("102002"), or a letter before a digit ("e0123"), are an
    article number; anything else is a page. So a lone first page over 999 would pass
    for an article number: leave `pages` empty when the last page is unknown.
    """
    if reference.kind == "online-first" or _IN_ADVANCE.search(reference.pages):
        return Place(in_advance=True)
    pages = _ARTICLE_WORD.sub("", reference.pages)
    if _ARTICLE_NUMBER.fullmatch(pages):
        return Place(article_number=pages)
    ends = _RANGE.fullmatch(pages)
    if not ends:
        return Place(first=pages)
    first, last = ends["first"], ends["last"]
    if (first + last).isdecimal() and len(last) < len(first):
        completed = first[: -len(last)] + last
        last = completed if completed > first else last
    return Place(first, last)


def doi_url(doi: str) -> str:
    """The address of a DOI, percent-encoded so that it can stand in a link or in text.

    Letters, digits and the marks a path may hold (slash, comma, parentheses, semicolon,
    colon, …) stay readable; `<`, `>`, `#`, `?`, `%`, spaces and the like are encoded (DOI
    Handbook, "Encoding of DOI names").
    """
    return "https://doi.org/" + quote(doi, safe="/:;(),!$&'*=@") if doi else ""


def retraction_note(reference: Reference) -> str:
    """What a reference manager is to show beside a retracted work, in English; empty for any other.

    The formats have no field for it, but for the status of CSL 1.0.2.
    """
    retraction = reference.retraction
    if retraction is None:
        return ""
    said = "Retracted" if retraction.year is None else f"Retracted. Retraction published {retraction.year}"
    return ", ".join(filter(None, (said, doi_url(retraction.doi))))


def to_csl(reference: Reference) -> dict[str, Any]:
    """The reference as one CSL-JSON item, without the variables that are not known.

    An article number is given as `number`, where the APA style looks for it, and as
    `page`, where other styles and reference managers do.
    """
    kind, place = kind_of(reference), place_of(reference)
    item: dict[str, Any] = {
        "id": reference.key,
        "type": kind.csl,
        "language": reference.language,
        "author": [_csl_name(author) for author in reference.authors],
        "editor": [_csl_name(editor) for editor in reference.editors],
        "issued": {"date-parts": [[reference.year]]} if reference.year is not None else {},
        "title": reference.title,
        "volume": reference.volume,
        "issue": reference.issue,
        "page": place.article_number or place.range("-"),
        "number": place.article_number,
        "status": _status(reference, place),
        "note": retraction_note(reference),
        kind.csl_journal: reference.journal,
        **({"publisher": reference.publisher} if reference.publisher else {}),
        "DOI": reference.doi,
        "PMID": reference.pmid,
        "URL": reference.url,
    }
    return {variable: value for variable, value in item.items() if value or variable == "id"}


def _status(reference: Reference, place: Place) -> str:
    if reference.retraction:
        return "retracted"
    return "advance online publication" if place.in_advance else ""


def csl_json(references: Iterable[Reference]) -> Iterator[str]:
    """A JSON array of CSL items, in pieces, one reference held at a time."""
    yield "["
    separator = "\n"
    for reference in references:
        yield separator + json.dumps(to_csl(reference), ensure_ascii=False)
        separator = ",\n"
    yield "\n]\n"


def _csl_name(author: str) -> dict[str, str]:
    name = name_of(author)
    if not name.given:
        return {"literal": name.family}
    parts = {"family": name.family, "given": name.given, "suffix": name.suffix}
    return {part: value for part, value in parts.items() if value}


def _bare_doi(doi: str) -> str:
    prefix = _DOI_PREFIX.match(doi)
    if not prefix:
        return doi
    rest = doi[prefix.end() :]
    # In an address a DOI is percent-encoded; by itself it is not.
    return _one_line(unquote(rest)) if prefix["host"] else rest


def _one_line(text: str) -> str:
    if text.isprintable() and text.isascii():
        return text.strip()
    return "".join(_REPLACED.get(unicodedata.category(c), c) for c in text).strip()


_REPLACED: Final = {"Cc": " ", "Zl": " ", "Zp": " ", "Cs": "\N{REPLACEMENT CHARACTER}"}
_DOI_PREFIX: Final = re.compile(r"(?:https?://(?P<host>(?:dx\.)?doi\.org)/|doi:)\s*", re.I)
_IN_ADVANCE: Final = re.compile(r"online first|advance online|ahead of print|in press", re.I)
_ARTICLE_WORD: Final = re.compile(r"^(?:article|art\.?)\s+(?=\S*\d)", re.I)
_ARTICLE_NUMBER: Final = re.compile(r"\d{4,}|[A-Za-z](?=\D*\d)[\w.]*")
_RANGE: Final = re.compile(r"(?P<first>[^\s,;–—-]+)\s*(?:–|—|--?)\s*(?P<last>[^\s,;–—-]+)")
