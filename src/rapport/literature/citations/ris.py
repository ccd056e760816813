"""References as RIS, the tagged format that every reference manager imports.

Source: the RIS specification of Research Information Systems (2011 revision): one
"TAG  - value" a line, lines ended by CR LF, a record from TY to ER. Written with rispy.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from rispy.writer import RisWriter  # type: ignore[import-untyped]  # rispy has no types

from .csl import Reference, kind_of, place_of, retraction_note


def ris(references: Iterable[Reference]) -> Iterator[str]:
    """One RIS record a piece, one reference held at a time; unknown fields have no line.

    The journal (or book, or repository) is T2. A page range is SP and EP; RIS has no tag
    for an article number that reference managers agree on, so it is SP alone. A PubMed
    number is AN, with "PubMed" as DB. That a work was retracted is a note, N1.
    """
    writer = _Writer()
    for reference in references:
        yield writer.formats([_record(reference)])


class _Writer(RisWriter):  # type: ignore[misc]  # so its class is Any
    NEWLINE = "\r\n"

    def set_header(self, count: int) -> str:
        return ""  # rispy numbers the records, outside the format


def _record(reference: Reference) -> dict[str, Any]:
    """The reference under rispy's names for the tags, in the order they are written."""
    place = place_of(reference)
    record = {
        "type_of_reference": kind_of(reference).ris,
        "id": reference.key,
        "authors": list(reference.authors),
        "secondary_authors": list(reference.editors),
        "year": "" if reference.year is None else str(reference.year),
        "title": reference.title,
        "secondary_title": reference.journal,
        "volume": reference.volume,
        "number": reference.issue,
        "start_page": place.article_number or place.first,
        "end_page": place.last,
        "publisher": reference.publisher,
        "doi": reference.doi,
        "accession_number": reference.pmid,
        "name_of_database": "PubMed" if reference.pmid else "",
        "urls": [reference.url] if reference.url else [],
        "notes": list(filter(None, [retraction_note(reference)])),
        "language": reference.language,
    }
    return {name: value for name, value in record.items() if value}
