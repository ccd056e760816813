"""References as BibTeX, for LaTeX: UTF-8, for BibTeX and for biblatex with biber.

Source: O. Patashnik, *BibTeXing* (1988), for entry types, names and the change of case
in titles. The file's layout is bibtexparser's; what a value may contain is settled here.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field

from .csl import Reference, kind_of, name_of, place_of, retraction_note


def bibtex(references: Iterable[Reference]) -> Iterator[str]:
    """One BibTeX entry a piece, one reference held at a time; unknown fields are left out.

    Citation keys are the references' own, in ASCII, and unique regardless of case: the
    second "swift-2012" is "swift-2012-2". Accents stay UTF-8; what TeX would read as a
    command is escaped, and capitals that a style would lower are braced.
    """
    taken: set[str] = set()
    for reference in references:
        key = _unused(_ascii(reference.key) or "reference", taken)
        entry = Entry(
            kind_of(reference).bibtex,
            key,
            [Field(name, value) for name, value in _fields(reference).items() if value],
        )
        yield write_string(Library([entry])) + "\n"


def _fields(reference: Reference) -> dict[str, str]:
    kind, place = kind_of(reference), place_of(reference)
    return {
        "author": " and ".join(_name(author) for author in reference.authors),
        "editor": " and ".join(_name(editor) for editor in reference.editors),
        "title": _title(reference.title),
        kind.bibtex_publisher: _escaped(reference.publisher),
        kind.bibtex_journal: _escaped(reference.journal),
        "year": "" if reference.year is None else str(reference.year),
        "volume": _escaped(reference.volume),
        "number": _escaped(reference.issue),
        "pages": _escaped(place.article_number) or _pages(place.first, place.last),
        "note": _note(reference),
        "doi": _verbatim(reference.doi),
        "pmid": _verbatim(reference.pmid),
        "url": _verbatim(reference.url),
        "langid": _LANGUAGES.get(reference.language, ""),
    }


def _note(reference: Reference) -> str:
    advance = "Advance online publication" if place_of(reference).in_advance else ""
    return ". ".join(filter(None, (advance, _escaped(retraction_note(reference)))))


def _pages(first: str, last: str) -> str:
    return f"{_escaped(first)}--{_escaped(last)}" if last else _escaped(first)


def _name(author: str) -> str:
    """ "Family, Jr., Given", each part that might be split in braces; an organisation whole."""
    name = name_of(author)
    if not name.given:
        return "{" + _escaped(name.family) + "}"
    parts = (name.family, name.suffix, name.given) if name.suffix else (name.family, name.given)
    return ", ".join("{" + part + "}" if _SPLITS_A_NAME.search(part) else part for part in map(_escaped, parts))


def _title(title: str) -> str:
    """The title, with braces round words whose capitals a style would lower.

    Styles lower every letter but the first, and the one after a colon and a space. A
    title is stored in sentence case, so any other capital is a name or an abbreviation.
    """
    pieces: list[str] = []
    end = 0
    for word in _WORD.finditer(title):
        text, start = word.group(), word.start()
        keeps_first = start == 0 or title[:start].endswith(": ")
        lowered = text[1:] if keeps_first else text
        protect = any(letter.isupper() for letter in lowered)
        pieces += [_escaped(title[end:start]), f"{{{text}}}" if protect else text]
        end = word.end()
    return "".join([*pieces, _escaped(title[end:])])


def _escaped(text: str) -> str:
    """The text as TeX prints it, with no command and no ligature it does not hold itself.

    Braces become commands: BibTeX counts them even after a backslash.
    """
    return _LIGATURE.sub(r"\g<0>{}", text.translate(_SPECIAL))


def _verbatim(text: str) -> str:
    """DOIs and addresses are not read by TeX; only braces and backslashes are encoded."""
    return text.translate(_UNBALANCING)


def _ascii(key: str) -> str:
    return _NOT_IN_A_KEY.sub("", unicodedata.normalize("NFKD", key))


def _unused(key: str, taken: set[str]) -> str:
    """The key, or the first of key-2, key-3, … that is free; it is then taken."""
    unused, number = key, 1
    while unused.lower() in taken:
        number += 1
        unused = f"{key}-{number}"
    taken.add(unused.lower())
    return unused


_SPECIAL: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "\N{NO-BREAK SPACE}": "~",
        "\N{NARROW NO-BREAK SPACE}": r"\,",
    }
)
_UNBALANCING: Final = str.maketrans({"\\": "%5C", "{": "%7B", "}": "%7D"})
_LANGUAGES: Final = {"en": "english", "fr": "french"}
_WORD: Final = re.compile(r"[^\W_]+(?:[-.'’/][^\W_]+)*")
_LIGATURE: Final = re.compile(r"([-'`,])(?=\1)|[?!](?=`)")
# A command beside "and" is valid unbraced, but bibtexparser 2.1 loses its backslash.
_SPLITS_A_NAME: Final = re.compile(r",|\band\b|\\", re.IGNORECASE)
_NOT_IN_A_KEY: Final = re.compile(r"[^A-Za-z0-9:.+/_-]")
