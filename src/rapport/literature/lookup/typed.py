"""What somebody pasted: a DOI in any form, a PubMed or a publisher's number, a link, a printed reference or a title."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from html import unescape
from typing import Final
from urllib.parse import unquote

from rapport.literature.citations import Reference, looks_like_reference, read_reference

LONGEST: Final = 4_000  # characters that are read; a reference has fewer
LONGEST_DOI: Final = 255  # what an article's field holds


class TypedKind(StrEnum):
    NOTHING = "nothing"
    DOI = "doi"
    PMID = "pmid"
    PMCID = "pmcid"
    PII = "pii"
    LINK = "link"
    REFERENCE = "reference"
    TITLE = "title"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was pasted, as read. `text` is all of it, as it came; a reference also fills `title`, and `doi` if printed.

    A link has `kind` LINK only when no DOI, PubMed number or `pii` stands in it. A `pii` is the number by which
    Elsevier's sites name an article (“S0005796720300012”), here without the hyphens and brackets of its printed form.
    """

    kind: TypedKind
    text: str
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    pii: str = ""
    title: str = ""
    reference: Reference | None = None


def read_typed(text: str) -> Typed:
    """Read what somebody pasted. Never fails: what is nothing else is a title.

    >>> read_typed("see https://doi.org/10.5555/12345678.").doi
    '10.5555/12345678'
    """
    line = _line(text)
    if not line:
        return Typed(kind=TypedKind.NOTHING, text=text)
    is_link = bool(_LINK.match(line)) and " " not in line
    if is_link:
        return _link(line, text)
    if looks_like_reference(line):
        return _reference(line, text)
    if doi := find_doi(line):
        return Typed(kind=TypedKind.DOI, text=text, doi=doi)
    if pmid := _PMID.fullmatch(line) or _PMID_LABELLED.search(line):
        return Typed(kind=TypedKind.PMID, text=text, pmid=pmid["pmid"].lstrip("0"))
    if pmcid := _PMCID.fullmatch(line):
        return Typed(kind=TypedKind.PMCID, text=text, pmcid=f"PMC{pmcid['pmcid']}")
    if pii := _PII.fullmatch(line):
        return Typed(kind=TypedKind.PII, text=text, pii=_bare(pii["pii"]))
    if link := _LINK_WITHIN.search(line):
        within = _link(link[0].rstrip(".,;)"), text)
        if within.kind != TypedKind.LINK:
            return within
    return Typed(kind=TypedKind.TITLE, text=text, title=line.rstrip(". "))


def find_doi(text: str) -> str:
    """The first DOI in `text`, as it is registered, or "".

    A DOI may hold anything that can be printed. What ends it here is a space, and what follows one in running text
    or in a link: a full stop, a comma, a bracket that it does not open, a query, a publisher's “/full”.
    """
    in_link = _LINK_WITHIN.search(text)
    if in_link:
        host_and_path, _, query = in_link[0].partition("?")
        # At doi.org a “#” is the DOI's own, pasted unencoded (old Wiley DOIs end in one); elsewhere it is the page's.
        path = host_and_path if "doi.org/" in host_and_path.lower() else host_and_path.partition("#")[0]
        for part in (path, query.partition("#")[0]):
            part = unquote(part)
            if found := _DOI.search(part):
                at_publisher = "doi.org/" not in part.lower()
                doi = found["doi"]
                if at_publisher:
                    doi = doi.split("&")[0].split("?")[0]
                    doi = _PUBLISHERS_TAIL.sub("", doi)
                return _trimmed(doi)
    if found := _DOI.search(text):
        doi = found["doi"]
        if re.match(r"10\.\d{4,9}%2f", doi, re.IGNORECASE):
            doi = unquote(doi)
        return _trimmed(doi)
    if "%2f" in text.lower() and (found := _DOI.search(unquote(text))):
        return _trimmed(found["doi"])
    return ""


def _line(text: str) -> str:
    """The text on one line, without what cannot be printed, without the quotes or brackets round it."""
    kept = "".join(
        " " if unicodedata.category(c) in ("Cc", "Zl", "Zp", "Zs") else c
        for c in unescape(text[: 4 * LONGEST])
        if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn")
    )
    line = " ".join(kept.split())[:LONGEST].strip()
    while len(line) > 2 and (line[0], line[-1]) in _ROUND:
        line = line[1:-1].strip()
    return line


def _link(line: str, text: str) -> Typed:
    line = line if re.match("https?://", line, re.IGNORECASE) else f"https://{line}"
    if found := _PUBMED.match(line):
        return Typed(kind=TypedKind.PMID, text=text, pmid=found["pmid"].lstrip("0"))
    if doi := find_doi(line):
        return Typed(kind=TypedKind.DOI, text=text, doi=doi)
    if (found := _PMC.match(line)) or (found := _EUROPE_PMC.match(line)):
        number = found["number"]
        if found["source"].upper() == "MED":
            return Typed(kind=TypedKind.PMID, text=text, pmid=number.lstrip("0"))
        return Typed(kind=TypedKind.PMCID, text=text, pmcid=f"PMC{number}")
    if found := _PII_IN_LINK.search(unquote(line)):
        return Typed(kind=TypedKind.PII, text=text, pii=_bare(found["pii"]))
    return Typed(kind=TypedKind.LINK, text=text)


def _bare(pii: str) -> str:
    """A PII as it is registered: “S0005-7967(20)30001-2” is S0005796720300012."""
    return re.sub(r"[-()]", "", pii).upper()


def _reference(line: str, text: str) -> Typed:
    reference = read_reference(line, key="typed").reference
    return Typed(
        kind=TypedKind.REFERENCE,
        text=text,
        doi=find_doi(reference.doi) or find_doi(line),
        pmid=reference.pmid,
        title=reference.title,
        reference=reference,
    )


def _trimmed(doi: str) -> str:
    """Without what cannot be a DOI's end in running text: stops, quotes, a bracket that nothing opens."""
    while doi:
        last = doi[-1]
        if last in ".,;:'\"’”»…!?*" or (last in _OPENED_BY and doi.count(last) > doi.count(_OPENED_BY[last])):
            doi = doi[:-1]
        else:
            break
    return doi if _DOI.fullmatch(doi) and len(doi) <= LONGEST_DOI else ""


_ROUND: Final = {("“", "”"), ('"', '"'), ("«", "»"), ("‘", "’"), ("<", ">"), ("(", ")"), ("[", "]")}
_OPENED_BY: Final = {")": "(", "]": "[", "}": "{", ">": "<"}
_DOI: Final = re.compile(r"(?<![\d.])(?P<doi>10\.\d{4,9}(?:\.\d{1,9}){0,4}(?:/|%2[fF])[^\s“”«»]+)")
_LINK: Final = re.compile(r"https?://\S+|www\.\S+|(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}/\S+", re.IGNORECASE)
_LINK_WITHIN: Final = re.compile(r"(?:https?://|www\.|(?:dx\.)?doi\.org/)[^\s“”«»]+", re.IGNORECASE)
_PUBLISHERS_TAIL: Final = re.compile(
    r"(?:/(?:full|abstract|abs|pdf|epdf|pdfdirect|html|fulltext|full/html|summary|meta|references|figures"
    r"|export|supplementary-material|citation)|\.pdf|\.full(?:\.pdf)?|\.short|\.abstract|v\d+\.full(?:\.pdf)?)+/?$",
    re.IGNORECASE,
)
_PMID: Final = re.compile(r"0*(?P<pmid>[1-9]\d{0,8})")
_PMID_LABELLED: Final = re.compile(r"\b(?:PMID|PubMed(?: ID)?)\s*[:#]?\s*0*(?P<pmid>[1-9]\d{0,8})\b", re.IGNORECASE)
_PMCID: Final = re.compile(r"(?:PMCID\s*:?\s*)?PMC\s*0*(?P<pmcid>[1-9]\d{0,9})(?:\.\d{1,3})?\.?", re.IGNORECASE)
_PUBMED: Final = re.compile(
    r"(?:https?://)?(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov/(?:m/)?pubmed)"
    r"/(?:\?term=)?0*(?P<pmid>[1-9]\d{0,8})(?=[/?#&.,;)]|$)",
    re.IGNORECASE,
)
_PMC: Final = re.compile(
    r"(?:https?://)?(?:www\.)?(?:ncbi\.nlm\.nih\.gov/pmc|pmc\.ncbi\.nlm\.nih\.gov)/articles/"
    r"(?P<source>PMC)0*(?P<number>[1-9]\d{0,9})",
    re.IGNORECASE,
)
_EUROPE_PMC: Final = re.compile(
    r"(?:https?://)?(?:www\.)?europepmc\.org/(?:article|abstract|articles)/(?P<source>MED|PMC)"
    r"/?(?:PMC)?0*(?P<number>[1-9]\d{0,9})",
    re.IGNORECASE,
)
# An ISSN, two digits of the year, a number and a check digit; before 1996 without the S.
_SERIAL: Final = r"\d{4}-?\d{3}[\dX]\(?\d{2}\)?\d{5}-?[\dX]"
_PII: Final = re.compile(rf"(?:PII\s*:?\s*)?(?P<pii>S{_SERIAL})\.?", re.IGNORECASE)
_PII_IN_LINK: Final = re.compile(rf"/(?:pii/|article/(?:PII)?)(?P<pii>S?{_SERIAL})(?=[/?#&.,;]|$)", re.IGNORECASE)
