"""CSL-JSON read: what Zotero, Mendeley and pandoc write, and we ourselves."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from django.utils.translation import gettext as _

from rapport.literature.lookup import wording
from rapport.literature.lookup.files.results import FileProblem, Read
from rapport.literature.lookup.record import Record
from rapport.literature.lookup.wording import as_list, as_mapping, as_text


def records_of_csl(text: str) -> Read:
    """Every item of a list of items, or a single item. JSON keeps no lines: a problem names the item's number."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        message = _("The file is not valid JSON here: %(why)s.") % {"why": error.msg}
        return Read(problems=[FileProblem(line=error.lineno, message=message)])
    except (ValueError, RecursionError):
        return Read(problems=[FileProblem(line=0, message=_("The file cannot be read as JSON."))])
    if isinstance(data, dict):
        data = data["items"] if isinstance(data.get("items"), list) else [data]
    read = Read()
    for number, item in enumerate(data, start=1):
        if isinstance(item, dict):
            read.found.append((0, _of_item(item)))
        else:
            message = _("Item %(number)s is not a reference.") % {"number": number}
            read.problems.append(FileProblem(line=0, message=message))
        if read.is_full:
            break
    return read


def _of_item(item: dict[str, Any]) -> Record:
    kind = _KINDS.get(as_text(item.get("type")), "document")
    volume, issue = as_text(item.get("volume")), as_text(item.get("issue"))
    pages = wording.pages_of(as_text(item.get("page")) or as_text(item.get("number")))
    publisher = as_text(item.get("publisher"))
    journal = wording.plain(as_text(item.get("container-title")) or as_text(item.get("collection-title")))
    if kind == "preprint":
        journal, publisher = journal or publisher, ""
    note = re.search(r"PMID:\s*(\d{1,9})", as_text(item.get("note")))
    pmid = as_text(item.get("PMID")) or (note[1] if note else "")
    abstract = item.get("abstract")
    return Record(
        source="csl",
        kind=kind,
        language=wording.language_of(as_text(item.get("language"))),
        authors=wording.names(map(_name, as_list(item.get("author")))),
        editors=wording.names(map(_name, as_list(item.get("editor")))) if kind == "chapter" else (),
        year=_year(as_mapping(item.get("issued"))),
        title=wording.title_of(as_text(item.get("title")))[0],
        journal=journal,
        volume=volume,
        issue=issue,
        pages=pages,
        publisher=publisher if kind not in ("journal-article", "online-first") else "",
        doi=wording.doi_of(item.get("DOI")) or wording.doi_of(item.get("URL")),
        pmid=pmid if re.fullmatch(r"\d{1,9}", pmid) else "",
        pmcid=as_text(item.get("PMCID")),
        abstract=wording.paragraphs(abstract) if isinstance(abstract, str) else "",
        subjects=wording.unique(re.split(r"[;,]", as_text(item.get("keyword")))),
    )


def _name(name: Any) -> str:
    name = as_mapping(name)
    if literal := as_text(name.get("literal")):
        return literal
    particles = (as_text(name.get("dropping-particle")), as_text(name.get("non-dropping-particle")))
    family = " ".join(part for part in (*particles, as_text(name.get("family"))) if part)
    return wording.apa_name(family, as_text(name.get("given")), as_text(name.get("suffix")))


def _year(issued: Any) -> int | None:
    parts = as_list(as_mapping(issued).get("date-parts"))
    first = as_list(parts[0]) if parts else []
    return wording.year_of(first[0]) if first else wording.year_of(issued.get("literal") or issued.get("raw"))


_KINDS: Final = {
    "article-journal": "journal-article",
    "article-magazine": "journal-article",
    "article-newspaper": "journal-article",
    "review": "journal-article",
    "article": "preprint",
    "manuscript": "preprint",
    "book": "book",
    "chapter": "chapter",
    "entry-encyclopedia": "chapter",
    "paper-conference": "chapter",
    "report": "report",
    "thesis": "thesis",
}
