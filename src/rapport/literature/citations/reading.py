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
    if _AMA.search(text) and _AMA_AUTHORS.match(text):
        return True
    date = _DATE.search(text)
    if date is None or date.start() > 1_500:
        return False
    before, after = text[: date.start()].strip(), text[date.end() :]
    starts_well = before[:1].isupper() or before.split(" ")[0].lower() in _PARTICLES
    if not starts_well or not re.match(r"\s*[.,:]|\s+[A-ZÀ-Þ“«\"‘]", after):
        return False
    if _INITIAL.search(before):
        return True
    if not after.lstrip().startswith("."):
        return False
    # “American Psychological Association. (2019). …”: an organisation, then a date between full stops
    words = re.split(r"[\s,]+", before)
    if before.endswith(".") and len(words) <= 14 and all(w[:1].isupper() or w in _WITHIN_NAMES for w in words):
        return True
    is_names = all(word[:1].isupper() or word in _BETWEEN_NAMES for word in words)
    return is_names and bool(_PLACE.search(after) or _ADVANCE.search(after))


class _Reading:
    def __init__(self, line: str) -> None:
        self.line = _LABEL.sub("", " ".join(line.replace("\u00ad", "").split()))[:LONGEST]
        self.fields: dict[str, Any] = {}
        self.doubts: list[Doubt] = []

    def read(self, key: str, language: str) -> ReadReference:
        rest = self._addresses(self.line)
        ama = _AMA.search(rest)
        if ama and _AMA_AUTHORS.match(rest):
            self._ama(rest, ama)
        elif date := _DATE.search(rest):
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
        if pmid := _PMID.search(line):
            self.fields["pmid"] = pmid[1]
            line = line[: pmid.start()] + line[pmid.end() :]
        if doi := _DOI.search(line):
            self.fields["doi"] = _without_stop(unquote(doi["doi"]) if doi["host"] else doi["doi"])
            if line[doi.end() :].strip(" .,;"):
                self._doubt(
                    "doi", self.fields["doi"], f"“{line[doi.end() :].strip()}” stands after it and was left out"
                )
            return line[: doi.start()].rstrip(" ,;")
        if url := _URL.search(line):
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
        if _DATE.search(after) and _INITIAL.search(after):
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
        if advance := _ADVANCE.search(text):
            self.fields["kind"] = "online-first"
            text = (text[: advance.start()].rstrip(" ,;(") + text[advance.end() :].lstrip(" )")).strip()
            text = text if text.endswith(".") else f"{text}."
        if chapter := _CHAPTER.search(text):
            self._chapter(text, chapter)
        elif thesis := _THESIS.search(text):
            publisher = thesis["publisher"] or text[thesis.end() :].strip(" .")
            self.fields |= {"kind": "thesis", "title": text[: thesis.start()].strip(" ."), "publisher": publisher}
        elif place := _PLACE.search(text):
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
        if set(self.fields) & {"volume", "issue", "pages"} == {"volume"} and _RANGE.fullmatch(self.fields["volume"]):
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
        if source.casefold() in _REPOSITORIES:
            self.fields |= {"kind": "preprint", "journal": source}
        elif self.fields.get("kind") == "online-first":
            self.fields["journal"] = source
        elif source in self.fields.get("authors", ()):
            self.fields |= {"kind": "report", "publisher": source}
        elif _PUBLISHER.search(source) and not _JOURNAL.search(source):
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
    if _ET_AL.search(text):
        text = _ET_AL.sub("", text).strip(" ,&;")
        doubts.append("“et al.”: not every author is named")
    if _ELLIPSIS.search(text):
        text = _ELLIPSIS.sub(", & ", text)
        doubts.append("the names between the 19th and the last are left out, as APA prints more than 20")
    text = text if _ENDS_IN_INITIAL.search(text) else text.rstrip(".")
    groups = [group.strip(" ,") for group in _JOINED.split(text)]
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
    if len(pieces) > 1 and not any(_INITIALS.fullmatch(piece) for piece in pieces):
        if any(_AMA_NAME.fullmatch(piece) for piece in pieces):
            return [_one_name(piece) for piece in pieces]
        if len(pieces) % 2 == 0 and all(" " not in piece for piece in pieces[::2]):
            doubts.append("given names in full; APA prints initials")
            return [f"{family}, {given}" for family, given in zip(pieces[::2], pieces[1::2], strict=True)]
        return pieces
    names: list[str] = []
    for piece in pieces:
        if names and _SUFFIX.fullmatch(piece) and "," in names[-1]:
            names[-1] += f", {piece}"
        elif names and _INITIALS.fullmatch(piece) and "," not in names[-1]:
            names[-1] += f", {_dotted(piece)}"
        else:
            names.append(_one_name(piece))
    return names


def read_editors(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Editors as APA prints them, initials first: “A. B. Family & C. Other” → “Family, A. B.” and “Other, C.”"""
    doubts: list[str] = []
    names: list[str] = []
    for piece in re.split(r"\s*,\s*&\s*|\s*&\s*|\s+(?:and|et)\s+|\s*,\s*", text.strip()):
        found = _INITIALS_FIRST.fullmatch(piece)
        if found:
            names.append(f"{found['family']}, {_dotted(found['given'])}")
        elif names and _SUFFIX.fullmatch(piece):
            names[-1] += f", {piece}"
        elif names and _INITIALS.fullmatch(piece) and "," not in names[-1]:
            names[-1] += f", {_dotted(piece)}"
        elif piece:
            names.append(piece)
    if any("," not in name for name in names):
        doubts.append("a name without initials, or an organisation")
    return tuple(names), tuple(doubts)


def _one_name(text: str) -> str:
    """“Swift JK” → “Swift, J. K.”; anything else as it is."""
    found = _AMA_NAME.fullmatch(text)
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
    quoted = _QUOTED_TITLE.match(text)
    if quoted:
        return quoted["title"].strip(" .,"), quoted["rest"].strip(" .,"), True
    ends = [match.end("stop") for match in _SENTENCE_END.finditer(text)]
    if not ends:
        return text.removesuffix("."), "", True
    at, is_sure = ends[-1], True
    for earlier in reversed(ends[:-1]):
        if not _ABBREVIATED.fullmatch(text[earlier:at].strip()):
            break
        at, is_sure = earlier, False
    title, source = text[:at].strip(), text[at:].strip()
    return title.removesuffix("."), source.rstrip(" .") if is_sure else source, is_sure


def _without_stop(address: str) -> str:
    address = address.rstrip(".,;")
    while address.endswith((")", "]")) and address.count("(") < address.count(")"):
        address = address[:-1].rstrip(".,;")
    return address


# --- patterns -----------------------------------------------------------------------------------

_UPPER: Final = r"A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽА-ЯΑ-Ω"
_LABEL: Final = re.compile(
    r"^\s*(?:(?:full )?(?:citation|reference|article|source|référence|article cité)s?\s*[:–—]\s*)", re.IGNORECASE
)
_MONTHS: Final = r"[^()]{0,40}"
_DATE: Final = re.compile(
    rf"\((?:(?P<year>(?:1[89]|2\d)\d\d)(?P<letter>[a-z])?(?:[,/–-]\s?{_MONTHS})?"
    r"|in press[a-z\s,-]{0,20}|sous presse|n\.\s?d\.|s\.\s?d\.|no date)\)",
    re.IGNORECASE,
)
_PMID: Final = re.compile(r"\s*\(?\bPMID:?\s*(\d{1,12})\)?\.?", re.IGNORECASE)
_DOI: Final = re.compile(
    r"(?:(?P<host>https?://(?:dx\.)?doi\.org/)|\bdoi:?\s*)(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?"
    r"(?P<doi>10\.\d{4,9}/\S+)",
    re.IGNORECASE,
)
_URL: Final = re.compile(r"(?:(?:Retrieved|Repéré)[^.]{0,60}?(?:from|à)\s+)?(?P<url>https?://\S+)", re.IGNORECASE)
_ADVANCE: Final = re.compile(
    r"(?:Advance(?:d)? online publication|Online first publication|Online ahead of print|Epub ahead of print"
    r"|Publication anticipée en ligne)[^.]{0,40}\.?",
    re.IGNORECASE,
)
_PAGES: Final = r"(?:pp?\.\s?)?(?P<pages>[A-Za-z]?\d{1,7}(?:\s?(?:–|—|--?)\s?[A-Za-z]?\d{1,7})?)"
_PLACE: Final = re.compile(
    r"(?:,\s*|\s(?=\d{1,4}\s?(?:\([^()]{1,30}\))?\s?:\s?[A-Za-z]?\d))"
    r"(?:(?:vol(?:ume)?\.?\s*)?(?P<volume>[A-Za-z]{0,6}\s?\d[\w./–-]{0,14}?)\s?(?=[(,.:]|$))?"
    r"(?:\((?P<issue>[^()]{1,30})\))?"
    rf"(?:(?:(?<=[\d\w)]),|(?<=\d):|(?<=\)):|(?<=,))\s*(?:(?:Article|Art\.)\s(?P<article>[\w.]{{1,30}}?)|{_PAGES}))?"
    r"\s*\.?\s*$"
)
_CHAPTER: Final = re.compile(
    r"^(?P<title>.{1,600}?[.?!…][\"”’»]?)\s+(?:In|Dans):?\s+"
    r"(?:(?P<editors>.{1,600}?),?\s*\((?:Eds?\.|Hrsg\.|[Dd]irs?\.|éd\.|eds?\.)\),?\s*)"
    r"(?P<book>.{1,400}?)(?:\s*\((?:[^()]{0,30},\s*)?pp?\.\s?(?P<pages>[^()]{1,40})\))?\.(?P<rest>(?:\s.{0,200})?)$"
)
_THESIS: Final = re.compile(
    r"\s*[\[(](?:Thesis|Thèse|(?:(?:Un)?published )?(?:doctoral|master[’']?s?)[^,\])]{0,40}"
    r"|Thèse de doctorat[^,\])]{0,40})(?:,\s*(?P<publisher>[^\])]{1,200}))?[\])]\.?",
    re.IGNORECASE,
)
_AMA: Final = re.compile(
    r"(?<=\.)\s*(?P<year>(?:19|20)\d\d)(?:\s[A-Z][a-z]{2,8}(?:\s\d{1,2})?)?;\s*(?P<volume>[\w]{1,12})"
    r"(?:\s?\((?P<issue>[^()]{1,30})\))?(?:\s?:\s*(?P<pages>[A-Za-z]?\d{1,7}(?:\s?[–-]\s?[A-Za-z]?\d{1,7})?))?\.?\s*$"
)
_NAME: Final = r"[^\W\d_][^\d,;.()]{0,60}?"
_AMA_NAME: Final = re.compile(rf"(?P<family>{_NAME})\s(?P<given>[{_UPPER}]{{1,4}})")
_AMA_AUTHORS: Final = re.compile(rf"{_NAME}\s[{_UPPER}]{{1,4}}(?:[,.]|\set\sal)")
_INITIAL: Final = re.compile(rf"(?<![^\s,.&-])[{_UPPER}][a-z]{{0,2}}\.|,\s[{_UPPER}]{{1,3}}(?=[,\s]|$)")
_INITIALS: Final = re.compile(
    rf"(?:[{_UPPER}][a-z]{{0,2}}\.(?:\s?[-‐–]?\s?(?=[^\s]))?)+|[{_UPPER}]{{1,3}}|[{_UPPER}](?:\s[{_UPPER}]){{1,3}}"
)
_INITIALS_FIRST: Final = re.compile(
    rf"(?P<given>(?:[{_UPPER}][a-z]{{0,2}}\.[\s-]{{0,2}}){{1,6}}|[{_UPPER}]{{1,3}}\s)(?P<family>.{{1,100}})"
)
_ENDS_IN_INITIAL: Final = re.compile(rf"(?<![^\s,.&-])(?:[{_UPPER}][a-z]{{0,2}}|Jr|Sr)\.$")
_SUFFIX: Final = re.compile(r"Jr\.?|Sr\.?|II|III|IV|fils|père")
_ELLIPSIS: Final = re.compile(r",?\s*(?:…|\.\s?\.\s?\.)\s*&?\s*")
_ET_AL: Final = re.compile(r",?\s*(?:&\s*)?\bet\s+al\b\.?", re.IGNORECASE)
_JOINED: Final = re.compile(r"\s*,?\s*(?:&|\band\b|\bet\b(?!\sal))\s*")
_PARTICLES: Final = {"van", "von", "de", "del", "della", "di", "da", "du", "le", "la", "ten", "ter", "el", "al", "den"}
_BETWEEN_NAMES: Final = {*_PARTICLES, "&", "and", "et", ""}
_WITHIN_NAMES: Final = {*_BETWEEN_NAMES, "of", "for", "the", "on", "in", "des", "pour", "les"}
_RANGE: Final = re.compile(r"[A-Za-z]?\d+\s?[–-]\s?[A-Za-z]?\d+")
_SENTENCE_END: Final = re.compile(rf"(?P<stop>[.?!…]+[\"”’»)\]]*)\s+(?=[“«\"‘]?[{_UPPER}\d])")
_ABBREVIATED: Final = re.compile(rf"[{_UPPER}][a-z]{{0,7}}\.(?:\s[{_UPPER}][a-z]{{0,7}}\.)*")
_QUOTED_TITLE: Final = re.compile(r"(?P<quote>[“\"])(?P<title>[^“”\"]{3,400}[.,?!])[”\"]\s*(?P<rest>.{1,300})$")
_REPOSITORIES: Final = {
    "psyarxiv", "arxiv", "medrxiv", "biorxiv", "osf preprints", "osf", "ssrn", "research square", "preprints.org",
}  # fmt: skip
_JOURNAL: Final = re.compile(r"journal|review|revue|archives|annals|quarterly|bulletin|psychotherapy|science", re.I)
_PUBLISHER: Final = re.compile(
    r"press\b|presses|publish|books?\b|wiley|springer|guilford|routledge|sage\b|elsevier|éditions?|university|norton"
    r"|association|karnac|academic",
    re.IGNORECASE,
)
