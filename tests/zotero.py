"""What Zotero saves from a page: the rules of its generic translators, said again in Python.

Read in the sources of zotero/translators (COinS.js, Embedded Metadata.js, DOI.js) and zotero/utilities
(openurl.js, utilities.js). What matters of them:

* Translators are tried by their priority number, the lowest first: COinS 310, Embedded Metadata 320, DOI 400.
  The first that finds something is what the button saves with; the others are in the button's menu.
* COinS: every `<span>` of the class Z3988 with a title. One is saved at once, with a snapshot of the page as its
  attachment; of several, the reader is asked which. One without a type, or without a title, is looked up elsewhere.
* Embedded Metadata: the `citation_…` tags, each field from the first tag that has it. Any `citation_journal_title`
  makes it an article in a journal.

Only what a page of ours can contain is here: no patents, no conference papers, no ISBN.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from bs4 import BeautifulSoup

Item = dict[str, Any]


@dataclass
class Button:
    """The button in the reader's browser: what a click saves, and what its menu offers besides, by translator."""

    saves: Item | list[Item] | None = None
    by: str = ""
    menu: dict[str, Item] = field(default_factory=dict)


def button(page: str) -> Button:
    soup = BeautifulSoup(page, "html.parser")
    described = [parse_context_object(span["title"]) for span in soup.select("span.Z3988[title]")]
    works = [work for work in described if work and work.get("title")]
    own = embedded_metadata(soup)
    menu = {"Embedded Metadata": own} if own else {}
    if not works:
        return Button(own, by="Embedded Metadata" if own else "")
    return Button(works[0] if len(works) == 1 else works, by="COinS", menu=menu)


# --- COinS ------------------------------------------------------------------------------------------

ITEM_TYPES = {
    "info:ofi/fmt:kev:mtx:journal": "journalArticle",
    "info:ofi/fmt:kev:mtx:dissertation": "thesis",
    "info:ofi/fmt:kev:mtx:dc": "webpage",
}
BOOK_TYPES = {"bookitem": "bookSection", "report": "report", "document": "document"}
KNOWN_TYPES = {"journalArticle", "book", "bookSection", "report", "thesis", "document", "preprint", "webpage"}
PARTS = {"journalArticle", "bookSection"}


def parse_context_object(context_object: str) -> Item | None:
    pairs = []
    for part in context_object.split("&"):  # split first, decoded after: an "&" or "=" in a value must be encoded
        key, value = part.split("=")[:2]  # a part without "=" breaks the translator, and this
        pairs.append((key, unquote(re.sub(r"\+|%2[bB]", " ", value), errors="strict")))  # a plus is a space, always
    raw = context_object.split("&")
    formats = [value for key, value in pairs if key == "rft_val_fmt"]
    if not formats:
        return None
    genres = [kind for genre, kind in BOOK_TYPES.items() if f"rft.genre={genre}" in raw]
    kind = ITEM_TYPES.get(formats[0]) or (
        (genres[0] if genres else "book") if formats[0] == "info:ofi/fmt:kev:mtx:book" else None
    )
    if kind is None:
        return None
    item: Item = {"itemType": kind, "creators": []}
    pages: dict[str, str] = {}
    for key, value in pairs:
        if value:
            _take(item, pages, key, value)
    ends = [pages[key] for key in ("rft.spage", "rft.epage") if key in pages]
    if printed := pages.get("rft.pages") or "-".join(dict.fromkeys(ends)):
        item["pages"] = printed
    return item


def _take(item: Item, pages: dict[str, str], key: str, value: str) -> None:
    kind = item["itemType"]
    fields = {
        "rft.date": "date",
        "rft.volume": "volume",
        "rft.issue": "issue",
        "rft.pub": "publisher",
        "rft.publisher": "publisher",
        "rft.series": "seriesTitle" if kind == "report" else "series",
        "rft.title": "publicationTitle" if kind in PARTS else "title",
    }
    if kind == "journalArticle":
        fields["rft.jtitle"] = "publicationTitle"
    if kind in PARTS:
        fields |= {"rft.atitle": "title"}
    if kind in {"book", "report"}:
        fields["rft.btitle"] = "title"
    if kind == "bookSection":
        fields["rft.btitle"] = "publicationTitle"
    if kind == "thesis":
        fields["rft.inst"] = "publisher"
    else:
        fields |= {"rft.language": "language", "rft.source": "publicationTitle"}
    if key in fields:
        item[fields[key]] = value
    elif key == "rft_id" and value.lower().startswith("info:doi"):
        item["DOI"] = value[len("info:doi/") :]
    elif key == "rft_id" and re.match("https?://", value):
        item["url"] = value
    elif key in {"rft.pages", "rft.spage", "rft.epage"}:
        pages[key] = value
    elif key in {"rft.au", "rft.creator"}:
        item["creators"].append(clean_author(value, inverted="," in value))
    elif key == "rft.type" and kind != "thesis" and value in KNOWN_TYPES:
        item["itemType"] = value
    assert key not in {"rft.aulast", "rft.aufirst", "rft.aucorp"}, "these are merged by rules that are not said here"


def clean_author(name: str, *, inverted: bool) -> tuple[str, str]:
    """First and last name. An inverted one without a second part is a last name alone; a third part is lost."""
    name = re.sub(r"\s+", " ", name.strip(" \t\n\r\u00a0.,/[]:"), count=1)
    if inverted:
        parts = re.split(", ?", re.sub(r"\.([^ ])", r". \1", name, count=1))
        last, first = parts[0], parts[1] if len(parts) > 1 else ""
    else:
        first, _, last = name.rpartition(" ")
    if re.fullmatch(r"[A-Z\u0400-\u042f]{1,3}", first) and (len(first) == 1 or last.upper() != last):
        first = " ".join(f"{initial}." for initial in first)
    words = re.split(r"[\s.]+|(?=-)", re.sub(r"\s*([-‐-―−])\s*", "-", first.strip(" .,"), count=1))
    dotted = [f"{word}." if re.fullmatch(r"-?[A-Z\u0400-\u042f]", word) else word for word in words if word]
    return " ".join(dotted).replace(" -", "-").strip(), last


# --- Embedded Metadata ------------------------------------------------------------------------------

HIGHWIRE = {
    "citation_title": "title",
    "citation_publication_date": "date",
    "citation_journal_title": "publicationTitle",
    "citation_volume": "volume",
    "citation_issue": "issue",
    "citation_publisher": "publisher",
    "citation_doi": "DOI",
    "citation_language": "language",
}


def embedded_metadata(soup: BeautifulSoup) -> Item | None:
    tags: dict[str, list[str]] = {}
    for meta in soup.select("head > meta[content]"):
        tags.setdefault(str(meta.get("name") or meta.get("property")), []).append(str(meta["content"]))
    if not any(name.startswith(("citation_", "og:")) for name in tags):
        return None
    item: Item = {"itemType": "journalArticle" if "citation_journal_title" in tags else "webpage"}
    item |= {ours: " ".join(tags[name][0].split()) for name, ours in HIGHWIRE.items() if name in tags}
    authors = [author for tag in tags.get("citation_author", []) for author in re.split(r"\s*;\s*", tag)]
    item["creators"] = [clean_author(author, inverted="," in author) for author in authors]
    item["url"] = (tags.get("og:url") or tags.get("citation_abstract_html_url") or [""])[0]
    item["abstractNote"] = (tags.get("og:description") or tags.get("description") or [""])[0]
    return item
