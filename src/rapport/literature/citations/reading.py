"""A printed reference read back into its fields: what `apa` undoes, and what looser styles make of it.

APA 6 and 7 are read whole; AMA and its kin (“Swift JK, Greenberg RP. Title. Journal. 2012;80(4):547-559.”),
missing initials, “and” for “&”, chapters, theses, preprints and advance publication as far as they go. What
is not printed stays empty. What could be read in two ways is read in the likelier one, and named as doubtful.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from . import patterns
from .csl import Reference

LONGEST: Final = 4_000  # characters; a reference with the hundred authors that APA never prints has fewer


@dataclass(frozen=True, slots=True)
class Doubt:
    """A field that a person should look at: what was read into it, and why that may be wrong."""

    field: str
    read: str
    why: str


@dataclass(frozen=True, slots=True)
class ReadReference:
    """A reference as read, and what is doubtful in it. No doubts: everything stood where APA puts it."""

    reference: Reference
    doubts: tuple[Doubt, ...] = ()


def read_reference(line: str, *, key: str, language: str = "en") -> ReadReference:
    """Read one printed reference. `key` and `language` go into the `Reference` as they are.

    >>> read_reference("Sam, S. (2021). Who leaves early. Journal of Examples, 1(2), 3–4.", key="k").reference.pages
    '3–4'
    """
    return _Reading(line).read(key, language)


def looks_like_reference(text: str) -> bool:
    """Whether `text` is a reference by itself, and not a sentence that names one."""
    if len(text) > LONGEST or len(text) < 20:
        return False
    text = _Reading(text).without_addresses()
    if patterns.AMA.search(text) and patterns.AMA_AUTHORS.match(text):
        return True
    date = patterns.DATE.search(text)
    if date is None or date.start() > 1_500:
        return False
    before, after = text[: date.start()].strip(), text[date.end() :]
    starts_well = before[:1].isupper() or before.split(" ")[0].lower() in patterns.PARTICLES
    if not starts_well or not re.match(r"\s*[.,:]|\s+[A-ZÀ-Þ“«\"‘]", after):
        return False
    if patterns.INITIAL.search(before):
        return True
    if not after.lstrip().startswith("."):
        return False
    # “American Psychological Association. (2019). …”: an organisation, then a date between full stops
    words = re.split(r"[\s,]+", before)
    if before.endswith(".") and len(words) <= 14 and all(w[:1].isupper() or w in patterns.WITHIN_NAMES for w in words):
        return True
    is_names = all(word[:1].isupper() or word in patterns.BETWEEN_NAMES for word in words)
    return is_names and bool(patterns.PLACE.search(after) or patterns.ADVANCE.search(after))


class _Reading:
    def __init__(self, line: str) -> None:
        self.line = patterns.LABEL.sub("", " ".join(line.replace("\u00ad", "").split()))[:LONGEST]
        self.fields: dict[str, Any] = {}
        self.doubts: list[Doubt] = []

    def read(self, key: str, language: str) -> ReadReference:
        rest = self._addresses(self.line)
        ama = patterns.AMA.search(rest)
        if ama and patterns.AMA_AUTHORS.match(rest):
            self._ama(rest, ama)
        elif date := patterns.DATE.search(rest):
            self._apa(rest, date)
        else:
            self.fields |= {"title": rest, "kind": "document"}
            self._doubt("title", rest, "no date in parentheses was found, so the line could not be taken apart")
        reference = Reference(key=key, language=language, **self.fields)
        return ReadReference(reference, tuple(self.doubts))

    def without_addresses(self) -> str:
        return self._addresses(self.line)

    def _doubt(self, field: str, read: str, why: str) -> None:
        self.doubts.append(Doubt(field, read, why))

    # --- the end: DOI, PubMed number, web address ------------------------------------------------

    def _addresses(self, line: str) -> str:
        if pmid := patterns.PMID.search(line):
            self.fields["pmid"] = pmid[1]
            line = line[: pmid.start()] + line[pmid.end() :]
        if doi := patterns.DOI.search(line):
            self.fields["doi"] = _without_stop(unquote(doi["doi"]) if doi["host"] else doi["doi"])
            if line[doi.end() :].strip(" .,;"):
                self._doubt(
                    "doi", self.fields["doi"], f"“{line[doi.end() :].strip()}” stands after it and was left out"
                )
            return line[: doi.start()].rstrip(" ,;")
        if url := patterns.URL.search(line):
            self.fields["url"] = _without_stop(url["url"])
            self._doubt("url", self.fields["url"], "a web address, for which articles have no field; it was left out")
            return line[: url.start()].rstrip(" ,;")
        return line.rstrip()

    # --- APA ------------------------------------------------------------------------------------

    def _apa(self, line: str, date: re.Match[str]) -> None:
        self._date(date)
        before, after = line[: date.start()].strip(), line[date.end() :].strip().lstrip(".,: ").strip()
        if before and not after.strip("."):
            before, after = "", before  # without authors the title comes first (9.12), here with nothing after it
        if before:
            self._authors(before)
        else:
            self._doubt("authors", "", "none stand before the date")
        self._source(after)
        if patterns.DATE.search(after) and patterns.INITIAL.search(after):
            self._doubt("title", self.fields.get("title", ""), "a second date follows: this may be two references")

    def _date(self, date: re.Match[str]) -> None:
        if date["year"]:
            self.fields["year"] = int(date["year"])
            if date["letter"]:
                self._doubt("year", date["year"], f"“{date[0]}”: its letter belongs to the list it stood in")
        elif "press" in date[0].lower():
            self.fields["kind"] = "online-first"
            self._doubt("year", "", f"“{date[0]}”: it may have appeared since")
        else:
            self._doubt("year", "", f"“{date[0]}”: the reference gives no year")

    def _authors(self, text: str) -> None:
        authors, doubts = read_authors(text)
        self.fields["authors"] = authors
        for why in doubts:
            self._doubt("authors", "; ".join(authors), why)

    def _source(self, text: str) -> None:
        if advance := patterns.ADVANCE.search(text):
            self.fields["kind"] = "online-first"
            text = (text[: advance.start()].rstrip(" ,;(") + text[advance.end() :].lstrip(" )")).strip()
            text = text if text.endswith(".") else f"{text}."
        if chapter := patterns.CHAPTER.search(text):
            self._chapter(text, chapter)
        elif thesis := patterns.THESIS.search(text):
            publisher = thesis["publisher"] or text[thesis.end() :].strip(" .")
            self.fields |= {"kind": "thesis", "title": text[: thesis.start()].strip(" ."), "publisher": publisher}
        elif place := patterns.PLACE.search(text):
            self._periodical(text, place)
        else:
            self._without_place(text)

    def _periodical(self, text: str, place: re.Match[str]) -> None:
        title, journal, is_sure = _split_title(text[: place.start()])
        self.fields |= {"title": title, "journal": journal}
        for field in ("volume", "issue", "pages"):
            if place[field]:
                self.fields[field] = place[field].strip()
        if place["article"]:
            self.fields["pages"] = place["article"]
        if set(self.fields) & {"volume", "issue", "pages"} == {"volume"} and patterns.RANGE.fullmatch(
            self.fields["volume"]
        ):
            self.fields["pages"] = self.fields.pop("volume")
            self._doubt("pages", self.fields["pages"], "no volume stands before them; or are they the volume?")
        if not journal:
            self._doubt("journal", "", "no full stop parts a title from a journal")
        elif not is_sure:
            self._doubt("journal", journal, f"the title could also end elsewhere: “{title}”")

    def _without_place(self, text: str) -> None:
        title, source, is_sure = _split_title(text)
        self.fields["title"] = title
        if not source:
            if self.fields.get("kind") != "online-first":
                self._doubt("journal", "", "the reference names no journal, book or publisher")
            return
        if source.casefold() in patterns.REPOSITORIES:
            self.fields |= {"kind": "preprint", "journal": source}
        elif self.fields.get("kind") == "online-first":
            self.fields["journal"] = source
        elif source in self.fields.get("authors", ()):
            self.fields |= {"kind": "report", "publisher": source}
        elif patterns.PUBLISHER.search(source) and not patterns.JOURNAL.search(source):
            self.fields |= {"kind": "book", "publisher": source}
            self._doubt("kind", "book", f"“{source}” sounds like a publisher")
        else:
            self.fields["journal"] = source
            self._doubt("journal", source, "it stands without volume and pages, so that it may also be a publisher")
        if not is_sure:
            self._doubt("title", title, f"it could also end elsewhere, before “{source}”")

    def _chapter(self, text: str, found: re.Match[str]) -> None:
        editors, doubts = read_editors(found["editors"] or "")
        book = found["book"].strip()
        self.fields |= {
            "kind": "chapter",
            "title": found["title"].strip().removesuffix("."),
            "editors": editors,
            "journal": book,
        }
        if found["pages"]:
            self.fields["pages"] = found["pages"]
        if publisher := found["rest"].strip(" ."):
            self.fields["publisher"] = publisher
        for why in doubts:
            self._doubt("editors", "; ".join(editors), why)
        if not found["pages"] and ". " in book:
            self.fields["journal"], _, self.fields["publisher"] = (part.strip() for part in book.rpartition(". "))

    # --- AMA ------------------------------------------------------------------------------------

    def _ama(self, line: str, place: re.Match[str]) -> None:
        authors, _, rest = line[: place.start()].partition(". ")
        self._authors(authors)
        title, journal, _ = _split_title(rest)
        self.fields |= {"title": title, "journal": journal, "year": int(place["year"])}
        for field in ("volume", "issue", "pages"):
            if place[field]:
                self.fields[field] = place[field].strip()
        self._doubt(
            "authors", "; ".join(self.fields["authors"]), "the reference is not in APA style; compare its parts"
        )


# --- names --------------------------------------------------------------------------------------


def read_authors(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names as APA prints them, and what is doubtful: “Swift, J. K., & Greenberg, R. P.” → two names.

    Initials without full stops get them (“Swift JK”); full given names stay as they are printed.
    """
    doubts: list[str] = []
    text = text.strip().removesuffix("(Eds.)").removesuffix("(Ed.)").strip(" ,")
    if patterns.ET_AL.search(text):
        text = patterns.ET_AL.sub("", text).strip(" ,&;")
        doubts.append("“et al.”: not every author is named")
    if patterns.ELLIPSIS.search(text):
        text = patterns.ELLIPSIS.sub(", & ", text)
        doubts.append("the names between the 19th and the last are left out, as APA prints more than 20")
    text = text if patterns.ENDS_IN_INITIAL.search(text) else text.rstrip(".")
    groups = [group.strip(" ,") for group in patterns.JOINED.split(text)]
    if ";" in text:
        names = [_one_name(part.strip()) for group in groups for part in group.split(";") if part.strip()]
    else:
        names = [name for group in groups if group for name in _names(group, doubts)]
    if len(names) > 1 and any("," not in name for name in names) and any("," in name for name in names):
        bare = "; ".join(name for name in names if "," not in name)
        doubts.append(f"without initials, or an organisation: {bare}")
    elif names and all("," not in name for name in names):
        doubts.append("no initials; right for an organisation, else write “Family, I. I.”")
    return tuple(names), tuple(doubts)


def _names(group: str, doubts: list[str]) -> list[str]:
    """The names of a stretch without “&”: each a family name and, after a comma, its initials."""
    pieces = [piece.strip() for piece in group.split(",") if piece.strip()]
    if len(pieces) > 1 and not any(patterns.INITIALS.fullmatch(piece) for piece in pieces):
        if any(patterns.AMA_NAME.fullmatch(piece) for piece in pieces):
            return [_one_name(piece) for piece in pieces]
        if len(pieces) % 2 == 0 and all(" " not in piece for piece in pieces[::2]):
            doubts.append("given names in full; APA prints initials")
            return [f"{family}, {given}" for family, given in zip(pieces[::2], pieces[1::2], strict=True)]
        return pieces
    names: list[str] = []
    for piece in pieces:
        if names and patterns.SUFFIX.fullmatch(piece) and "," in names[-1]:
            names[-1] += f", {piece}"
        elif names and patterns.INITIALS.fullmatch(piece) and "," not in names[-1]:
            names[-1] += f", {_dotted(piece)}"
        else:
            names.append(_one_name(piece))
    return names


def read_editors(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Editors as APA prints them, initials first: “A. B. Family & C. Other” → “Family, A. B.” and “Other, C.”"""
    doubts: list[str] = []
    names: list[str] = []
    for piece in re.split(r"\s*,\s*&\s*|\s*&\s*|\s+(?:and|et)\s+|\s*,\s*", text.strip()):
        found = patterns.INITIALS_FIRST.fullmatch(piece)
        if found:
            names.append(f"{found['family']}, {_dotted(found['given'])}")
        elif names and patterns.SUFFIX.fullmatch(piece):
            names[-1] += f", {piece}"
        elif names and patterns.INITIALS.fullmatch(piece) and "," not in names[-1]:
            names[-1] += f", {_dotted(piece)}"
        elif piece:
            names.append(piece)
    if any("," not in name for name in names):
        doubts.append("a name without initials, or an organisation")
    return tuple(names), tuple(doubts)


def _one_name(text: str) -> str:
    """“Swift JK” → “Swift, J. K.”; anything else as it is."""
    found = patterns.AMA_NAME.fullmatch(text)
    return f"{found['family']}, {_dotted(found['given'])}" if found else text


def _dotted(initials: str) -> str:
    """“JK” → “J. K.”, “J.K.” → “J. K.”, “J.-P.” and “Yu. A.” as they are."""
    if initials.isupper() and initials.isalpha():
        return " ".join(f"{letter}." for letter in initials)
    return re.sub(r"\.(?=[^\W\d_])", ". ", initials)


# --- titles -------------------------------------------------------------------------------------


def _split_title(text: str) -> tuple[str, str, bool]:
    """The title, what stands after it, and whether the place where they part is the only one.

    They part at the last full stop (or ? or !) before a capital. An abbreviated journal, “J. Consult. Clin.
    Psychol.”, is kept whole.
    """
    text = text.strip().rstrip(",; ")
    quoted = patterns.QUOTED_TITLE.match(text)
    if quoted:
        return quoted["title"].strip(" .,"), quoted["rest"].strip(" .,"), True
    ends = [match.end("stop") for match in patterns.SENTENCE_END.finditer(text)]
    if not ends:
        return text.removesuffix("."), "", True
    at, is_sure = ends[-1], True
    for earlier in reversed(ends[:-1]):
        if not patterns.ABBREVIATED.fullmatch(text[earlier:at].strip()):
            break
        at, is_sure = earlier, False
    title, source = text[:at].strip(), text[at:].strip()
    return title.removesuffix("."), source.rstrip(" .") if is_sure else source, is_sure


def _without_stop(address: str) -> str:
    address = address.rstrip(".,;")
    while address.endswith((")", "]")) and address.count("(") < address.count(")"):
        address = address[:-1].rstrip(".,;")
    return address
