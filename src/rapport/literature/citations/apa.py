"""References as the APA prints them.

Source: *Publication Manual of the American Psychological Association*, 7th edition
(2020), chapter 9 (the elements of a reference) and chapter 10 (examples by kind of
work). The section a rule comes from is named beside it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import chain
from typing import Final
from urllib.parse import quote

from .csl import KINDS, Name, Reference, doi_url, kind_of, name_of, place_of


@dataclass(frozen=True, slots=True)
class ApaCitation:
    """One reference in APA style, said twice.

    text   plain, for mail and copying
    html   the same words, escaped, with <i> for what APA sets in italics and <a href> for
           the DOI or web address; safe to put into a page as it is
    """

    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch of text set in one way."""

    text: str
    italic: bool = False
    href: str = ""

    def html(self) -> str:
        inner = escape(self.text)
        if self.italic:
            return f"<i>{inner}</i>"
        return f'<a href="{escape(self.href)}">{inner}</a>' if self.href else inner


_Element = tuple[_Run, ...]

_WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "article": "Article",
        "advance": "Advance online publication",
        "in": "In",
        "editor": "Ed.",
        "editors": "Eds.",
        "page": "p.",
        "pages": "pp.",
        "thesis": "Thesis",
        "retraction": "Retraction published",
        "of year": "",
    },
    "fr": {
        "article": "Article",
        "advance": "Publication anticipée en ligne",
        "in": "Dans",
        "editor": "dir.",
        "editors": "dir.",
        "page": "p.",
        "pages": "p.",
        "thesis": "Thèse",
        "retraction": "Rétractation publiée",
        "of year": "en ",
    },
}


def apa(reference: Reference, language: str = "en") -> ApaCitation:
    """The reference-list entry of a work: who, when, what, where (9.4).

    `language` is that of the page on which it stands: it chooses the few words APA adds
    ("Article", "In", "Advance online publication"); one other than "en" and "fr" gets the
    English words. Names, titles and their capitals are printed as stored.

    What is unknown is left out: no "(n.d.)", no "[No title]". Without authors the title
    comes first (9.12).
    """
    words = _WORDS.get(language[:2], _WORDS["en"])
    authors = _plain(_authors(reference))
    year = _plain(f"({reference.year})" if reference.year is not None else "")
    title = _title(reference, words)
    elements = chain(
        (authors, year, title) if authors else (title, year),
        _source(reference, words),
    )
    runs: list[_Run] = []
    for element in filter(None, elements):
        runs += [_Run(" ")] if runs else []
        runs += _ended(element)
    address = _address(reference)
    for last in filter(None, (address, _retraction(reference, words))):
        runs += [_Run(" ")] if runs else []
        runs += last
    return ApaCitation(
        text="".join(run.text for run in runs),
        html="".join(run.html() for run in runs),
    )


def _authors(reference: Reference) -> str:
    """Up to 20 names, the last after "&"; of 21 and more, the first 19, "…", the last (9.8)."""
    names = reference.authors
    if len(names) > 20:
        return f"{', '.join(names[:19])}, … {names[-1]}"
    if len(names) > 1:
        return f"{', '.join(names[:-1])}, & {names[-1]}"
    return "".join(names)


def _title(reference: Reference, words: dict[str, str]) -> _Element:
    """Italic when the work stands alone, roman when it is part of a greater whole (9.19)."""
    if not reference.title:
        return ()
    title = _Run(reference.title, italic=not _is_part_of_a_whole(reference))
    if reference.kind == "thesis":  # 10.6: the institution stands in brackets after the title
        described = ", ".join(filter(None, (words["thesis"], reference.publisher)))
        return title, _Run(f" [{described}]")
    return (title,)


def _source(reference: Reference, words: dict[str, str]) -> Iterator[_Element]:
    if _is_periodical(reference):
        yield _periodical(reference, words)
        if place_of(reference).in_advance:
            yield _plain(words["advance"])
        return
    if reference.kind == "chapter":
        yield _book_of_chapter(reference, words)
    if reference.kind == "preprint":
        yield _plain(reference.publisher or reference.journal)
    # 9.29: a publisher that is also the author is not printed again; 10.6: that of a
    # thesis already stands in brackets.
    elif reference.kind != "thesis" and reference.publisher not in reference.authors:
        yield _plain(reference.publisher)


def _periodical(reference: Reference, words: dict[str, str]) -> _Element:
    """*Journal*, *volume*(issue), pages, or "Article" and its number (9.25 to 9.27)."""
    place = place_of(reference)
    pages = f"{words['article']} {place.article_number}" if place.article_number else ""
    issue = _Run(f"({reference.issue})") if reference.issue else None
    volume = _Run(reference.volume, italic=True) if reference.volume else None
    parts: list[list[_Run]] = [
        [_Run(reference.journal, italic=True)] if reference.journal else [],
        [run for run in (volume, issue) if run],
        [_Run(pages or place.range("–"))] if pages or place.first else [],
    ]
    runs: list[_Run] = []
    for part in filter(None, parts):
        runs += [_Run(", ")] if runs else []
        runs += part
    return tuple(runs)


def _book_of_chapter(reference: Reference, words: dict[str, str]) -> _Element:
    """In E. E. Editor & A. Other (Eds.), *Book* (pp. 12–40): editors' initials first (9.28)."""
    if not reference.journal:
        return ()
    opening = f"{words['in']} "
    if reference.editors:
        role = words["editors" if len(reference.editors) > 1 else "editor"]
        opening += f"{_editors(reference)} ({role}), "
    place = place_of(reference)
    pages = place.article_number or place.range("–")
    label = words["pages" if place.last else "page"]
    closing = (_Run(f" ({label} {pages})"),) if pages else ()
    return _Run(opening), _Run(reference.journal, italic=True), *closing


def _editors(reference: Reference) -> str:
    names = [_initials_first(name_of(editor)) for editor in reference.editors]
    if len(names) > 2:
        return f"{', '.join(names[:-1])}, & {names[-1]}"
    return " & ".join(names)


def _initials_first(name: Name) -> str:
    return ", ".join(filter(None, (f"{name.given} {name.family}".strip(), name.suffix)))


def _address(reference: Reference) -> _Element:
    """The DOI as a link, or else the web address; no full stop after either (9.34, 9.35)."""
    if reference.doi:
        address = doi_url(reference.doi)
        return (_Run(address, href=address),)
    if _WEB_ADDRESS.match(reference.url):
        # What is encoded already ("%20") stays as it is.
        return (_Run(reference.url, href=quote(reference.url, safe="%/:;(),!$&'*=@?#[]+~")),)
    return _plain(reference.url)


def _retraction(reference: Reference, words: dict[str, str]) -> _Element:
    """“(Retraction published 2012, …)” at the very end, without a full stop (10.1, example 16).

    APA then names the journal, volume and pages of the notice. Of these we know its DOI, which leads there.
    """
    if reference.retraction is None:
        return ()
    year = reference.retraction.year
    said = words["retraction"] if year is None else f"{words['retraction']} {words['of year']}{year}"
    address = doi_url(reference.retraction.doi)
    where = (_Run(", "), _Run(address, href=address)) if address else ()
    return _Run(f"({said}"), *where, _Run(")")


def _ended(element: _Element) -> _Element:
    """The element with a full stop, unless it ends in a mark of its own, in quotes or not."""
    text = "".join(run.text for run in element).rstrip(_CLOSING_QUOTES)
    return element if text.endswith((".", "?", "!", "…")) else (*element, _Run("."))


def _plain(text: str) -> _Element:
    return (_Run(text),) if text else ()


def _is_periodical(reference: Reference) -> bool:
    if reference.kind in {"journal-article", "online-first"}:
        return True
    return kind_of(reference) is KINDS["document"] and reference.journal != ""


def _is_part_of_a_whole(reference: Reference) -> bool:
    return _is_periodical(reference) or reference.kind == "chapter"


# With the spaces that French sets inside its quotation marks.
_CLOSING_QUOTES: Final = "\"'”’»\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE} "
_WEB_ADDRESS: Final = re.compile(r"https?://[^\s/]", re.IGNORECASE)


def in_text(reference: Reference, language: str = "en") -> str:
    """The work as a sentence names it: “Swift & Greenberg (2012)”, “Tasca et al. (2023)” (8.17).

    In French the two names are joined by “et”. Without authors the title stands in their place.
    """
    families = [name_of(author).family for author in reference.authors]
    conjunction = " et " if language[:2] == "fr" else " & "
    names = f"{families[0]} et al." if len(families) > 2 else conjunction.join(families) or reference.title
    return f"{names} ({reference.year})" if reference.year is not None else names
