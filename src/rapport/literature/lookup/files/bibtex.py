"""BibTeX read with bibtexparser; its names and its TeX are made plain here."""

from __future__ import annotations

import logging
import re
from typing import Final

from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from bibtexparser.middlewares.latex_encoding import LatexDecodingMiddleware
from bibtexparser.model import DuplicateBlockKeyBlock, Entry, Field, ParsingFailedBlock
from django.utils.translation import gettext as _

from rapport.literature.lookup import wording
from rapport.literature.lookup.files.results import FileProblem, Read
from rapport.literature.lookup.record import Record


def records_of_bibtex(text: str) -> Read:
    """Every entry; one that stands twice under a key is read twice, and one that is broken is a problem."""
    read = Read()
    logger = logging.getLogger("bibtexparser")
    was, logger.disabled = logger.disabled, True  # it tells the host of every broken entry; we tell who sent the file
    try:
        library = parse_string(text)
    except Exception:  # what a parser in the wild may raise on a file in the wild
        message = _("The file cannot be read as BibTeX.")
        return Read(problems=[FileProblem(line=0, message=message)])
    finally:
        logger.disabled = was
    for block in library.blocks:
        line = (block.start_line or 0) + 1
        if isinstance(block, DuplicateBlockKeyBlock) and isinstance(block.ignore_error_block, Entry):
            read.found.append((line, _of_entry(block.ignore_error_block)))
        elif isinstance(block, ParsingFailedBlock):
            message = _("This entry cannot be read; look at its braces, quotes and commas.")
            read.problems.append(FileProblem(line=line, message=message))
        elif isinstance(block, Entry):
            read.found.append((line, _of_entry(block)))
        if read.is_full:
            break
    return read


def _of_entry(entry: Entry) -> Record:
    raw = {field.key.lower(): str(field.value) for field in entry.fields}

    def text(*names: str) -> str:
        return next((found for name in names if (found := plain_tex(raw.get(name, "")))), "")

    kind = _KINDS.get(entry.entry_type.lower(), "document")
    volume, issue = text("volume"), text("number", "issue")
    pages = wording.pages_of(text("pages", "eid", "article-number"))
    if kind == "document" and (text("archiveprefix", "eprinttype") or "rxiv" in text("howpublished").lower()):
        kind = "preprint"
    pmid = text("pmid")
    return Record(
        source="bibtex",
        kind=kind,
        language=wording.language_of(text("langid", "language")),
        authors=names_of(raw.get("author", "")),
        editors=names_of(raw.get("editor", "")) if kind == "chapter" else (),
        year=wording.year_of(text("year", "date")),
        title=wording.title_of(text("title"), text("subtitle"))[0],
        journal=text("booktitle", "journal")
        if kind == "chapter"
        else text("journal", "journaltitle", "series", "howpublished"),
        volume=volume,
        issue=issue,
        pages=pages,
        publisher=text("publisher", "institution", "school")
        if kind in ("book", "chapter", "report", "thesis", "document")
        else "",
        doi=wording.doi_of(raw.get("doi", "").replace("\\_", "_") or raw.get("url", "")),
        pmid=pmid if re.fullmatch(r"\d{1,9}", pmid) else "",
        abstract=text("abstract"),
        subjects=wording.unique(re.split(r"[;,]", text("keywords"))),
    )


_KINDS: Final = {
    "article": "journal-article",
    "book": "book",
    "mvbook": "book",
    "collection": "book",
    "proceedings": "book",
    "incollection": "chapter",
    "inbook": "chapter",
    "inproceedings": "chapter",
    "conference": "chapter",
    "techreport": "report",
    "report": "report",
    "phdthesis": "thesis",
    "mastersthesis": "thesis",
    "thesis": "thesis",
    "unpublished": "preprint",
}


def names_of(field: str) -> tuple[str, ...]:
    """BibTeX's list of names as APA prints them; a name in braces is an organisation."""
    return wording.names(_name(name) for name in _split(field, r"\s+and\s+"))


def _name(name: str) -> str:
    name = name.strip()
    parts = [plain_tex(part) for part in _split(name, r"\s*,\s*")]
    if not name or parts == ["others"]:
        return ""
    if len(parts) == 1:
        is_whole = name.startswith("{") and name.endswith("}")
        return parts[0] if is_whole else wording.apa_name_of(parts[0])
    if len(parts) == 2:
        return wording.apa_name(parts[0], parts[1])
    return wording.apa_name(parts[0], parts[2], parts[1])  # “Family, Jr., Given”


def _split(text: str, separator: str) -> list[str]:
    """Split where the separator stands outside braces."""
    text = " ".join(text.split())  # the separators look past white space, again and again where it is long
    pieces: list[str] = []
    depth = begin = at = 0
    pattern = re.compile(separator)
    while at < len(text):
        if text[at] == "\\":
            at += 2
            continue
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        found = pattern.match(text, at) if depth == 0 else None
        if found and found.end() > at:
            pieces.append(text[begin:at])
            begin = at = found.end()
        else:
            at += 1
    return [*pieces, text[begin:]]


_TEX: Final = LatexDecodingMiddleware(keep_math_mode=False)


def plain_tex(text: str) -> str:
    """TeX as plain text: “{\\"O}st” → “Öst”. What cannot be read as TeX stays, without its braces."""
    if not re.search(r"[\\{}$~]|--|``|''", text):
        return wording.one_line(text)
    try:
        block = _TEX.transform_entry(Entry("misc", "one", [Field("text", text)]), Library())
        value = block.fields[0].value if isinstance(block, Entry) else None
    except Exception:  # what a parser in the wild may raise on a text in the wild
        value = None
    return wording.one_line(value if isinstance(value, str) else re.sub(r"[{}]|\\", "", text))
