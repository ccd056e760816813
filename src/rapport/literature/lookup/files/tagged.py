"""RIS and PubMed's format: a tag, a hyphen and a value on each line; what has no tag goes on with the line before.

We read the lines ourselves: rispy, with which RIS is written, passes over what it does not understand and knows no
line numbers, and PubMed's format differs from RIS in little but its tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _

from rapport.literature.lookup import wording
from rapport.literature.lookup.files.results import FileProblem, Read
from rapport.literature.lookup.record import Record

Tags = dict[str, list[str]]
_RIS_LINE: Final = re.compile(r"\s{0,3}([A-Z][A-Z0-9])\s{1,2}-(?:\s(.*))?$")
_NBIB_LINE: Final = re.compile(r"([A-Z]{2,4}) {0,2}- ?(.*)$")


def records_of_ris(text: str) -> Read:
    """Every reference from TY to ER; one whose ER is missing ends where the next begins."""
    read = Read()
    for line, tags in _blocks(text, _RIS_LINE, begins="TY", ends="ER", read=read):
        read.found.append((line, _of_ris(tags)))
        if read.is_full:
            break
    return read


def records_of_nbib(text: str) -> Read:
    """Every reference from its PubMed number on."""
    read = Read()
    for line, tags in _blocks(text, _NBIB_LINE, begins="PMID", ends="", read=read):
        read.found.append((line, _of_nbib(tags)))
        if read.is_full:
            break
    return read


def _blocks(text: str, pattern: re.Pattern[str], *, begins: str, ends: str, read: Read) -> Iterator[tuple[int, Tags]]:
    tags: dict[str, list[list[str]]] | None = None  # of each value its lines
    began, last = 0, ""
    for number, line in enumerate(text.split("\n"), start=1):
        found = pattern.match(line)
        if found and found[1] == begins:
            if tags is not None:
                yield began, _joined(tags)
            tags, began = {}, number
        if tags is None:
            if found:
                message = _("A line stands outside any reference; it was left out.")
                read.problems.append(FileProblem(line=number, message=message))
            continue
        if found and found[1] == ends:
            yield began, _joined(tags)
            tags = None
        elif found:
            last = found[1]
            tags.setdefault(last, []).append([(found[2] or "").strip()])
        elif line.strip() and last in tags:
            tags[last][-1].append(line.strip())
    if tags is not None:
        yield began, _joined(tags)


def _joined(tags: dict[str, list[list[str]]]) -> Tags:
    return {tag: [" ".join(lines).strip() for lines in values] for tag, values in tags.items()}


def _first(tags: Tags, *names: str) -> str:
    return next((wording.one_line(value) for name in names for value in tags.get(name, ()) if value.strip()), "")


def _comma_name(name: str) -> str:
    """“Swift, Joshua K.” → “Swift, J. K.”; without a comma it is an organisation, or cannot be told."""
    parts = [part.strip() for part in wording.plain(name).split(",")]
    if len(parts) == 1:
        return parts[0]
    given, suffix = parts[1], parts[2] if len(parts) > 2 else ""
    if not suffix and (found := re.search(r"\s(?:Jr|Sr|II|III|IV|2nd|3rd|4th)\.?$", given)):  # PubMed's “Rosa, R Jr”
        given, suffix = given[: found.start()], found[0].strip()
    return wording.apa_name(parts[0], given, suffix)


# --- RIS ------------------------------------------------------------------------------------------


def _of_ris(tags: Tags) -> Record:
    type_ = _first(tags, "TY").upper()
    kind = _RIS_KINDS.get(type_, "document")
    volume, issue = _first(tags, "VL"), _first(tags, "IS")
    pages = wording.pages_of(_first(tags, "SP") or _first(tags, "C7"), last=_first(tags, "EP"))
    address = " ".join(tags.get("DO", []) + tags.get("UR", []) + tags.get("M3", []))
    is_pubmed = "pubmed" in _first(tags, "DB").lower() or "medline" in _first(tags, "DB").lower()
    pmid = _first(tags, "AN") if is_pubmed else ""
    return Record(
        source="ris",
        kind=kind,
        language=wording.language_of(_first(tags, "LA")),
        authors=wording.names(map(_comma_name, [*tags.get("AU", []), *tags.get("A1", [])])),
        editors=wording.names(map(_comma_name, [*tags.get("A2", []), *tags.get("ED", [])]))
        if kind == "chapter"
        else (),
        year=wording.year_of(_first(tags, "PY", "Y1", "DA")),
        title=wording.title_of(_first(tags, "TI", "T1", "CT", "BT"))[0],
        journal=wording.plain(
            _first(tags, "T2", "JF", "JO", "BT", "JA", "J2", "T3") if kind != "book" else _first(tags, "T3")
        ),
        volume=volume,
        issue=issue,
        pages=pages,
        publisher=_first(tags, "PB") if kind not in ("journal-article", "online-first", "preprint") else "",
        doi=wording.doi_of(address.replace("%2F", "/").replace("%2f", "/")),
        pmid=pmid if re.fullmatch(r"\d{1,9}", pmid) else "",
        abstract=wording.paragraphs(_first(tags, "AB", "N2")),
        subjects=wording.unique(tags.get("KW", [])),
    )


_RIS_KINDS: Final = {
    "JOUR": "journal-article", "EJOUR": "journal-article", "JFULL": "journal-article", "MGZN": "journal-article",
    "ABST": "journal-article", "INPR": "online-first", "UNPB": "preprint", "BOOK": "book", "EBOOK": "book",
    "EDBOOK": "book", "CHAP": "chapter", "ECHAP": "chapter", "CONF": "chapter", "CPAPER": "chapter", "RPRT": "report",
    "THES": "thesis",
}  # fmt: skip


# --- PubMed ---------------------------------------------------------------------------------------


def _of_nbib(tags: Tags) -> Record:
    volume, issue = _first(tags, "VI"), _first(tags, "IP")
    pages = wording.pages_of(_first(tags, "PG"))
    types = [wording.one_line(kind) for kind in tags.get("PT", [])]
    people = [_comma_name(name) for name in tags.get("FAU", [])] or [_short_name(name) for name in tags.get("AU", [])]
    locations = [value for name in ("LID", "AID") for value in tags.get(name, []) if value.endswith("[doi]")]
    is_chapter = "BTI" in tags
    headings = [heading.split("/")[0].lstrip("*") for heading in tags.get("MH", [])]
    title = wording.title_of(_first(tags, "TI", "BTI", "TT"))[0]
    return Record(
        source="nbib",
        kind="chapter" if is_chapter else "preprint" if "Preprint" in types else "journal-article",
        language=wording.language_of(_first(tags, "LA")),
        authors=wording.names([*people, *map(wording.plain, tags.get("CN", []))]),
        editors=wording.names(map(_comma_name, tags.get("FED", []))),
        year=wording.year_of(_first(tags, "DP")),
        title=title,
        journal=_first(tags, "BTI") if is_chapter else _first(tags, "JT", "TA"),
        volume=volume,
        issue=issue,
        pages=pages,
        publisher=_first(tags, "PB") if is_chapter else "",
        doi=wording.doi_of(locations),
        pmid=_first(tags, "PMID"),
        pmcid=_first(tags, "PMC"),
        abstract=wording.paragraphs(_first(tags, "AB")),
        subjects=wording.unique([*types, *headings, *tags.get("OT", [])]),
    )


def _short_name(name: str) -> str:
    """“Swift JK” → “Swift, J. K.”"""
    family, _space, letters = wording.plain(name).rpartition(" ")
    return wording.apa_name(family, letters) if family and letters.isupper() else wording.plain(name)
