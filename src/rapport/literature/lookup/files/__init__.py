"""Exported references read in: RIS, BibTeX, CSL-JSON and PubMed's `.nbib`, several in a file.

What a file holds is told by its content, not by its name. A reference that cannot be read is a problem with its line,
and the others are read.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from django.utils.translation import gettext as _

from rapport.literature.lookup.files.bibtex import records_of_bibtex
from rapport.literature.lookup.files.csl import records_of_csl
from rapport.literature.lookup.files.results import MOST_REFERENCES, FileProblem, Read, ReferencesRead
from rapport.literature.lookup.files.tagged import records_of_nbib, records_of_ris

__all__ = ["FileProblem", "ReferencesRead", "read_references"]

MOST_BYTES: Final = 2_000_000
MOST_PROBLEMS: Final = 20  # that are told; who mends those learns of the next


def read_references(name: str, data: bytes) -> ReferencesRead:
    """The references in a file, and what is to be mended in it. Never raises for what a file holds."""
    if len(data) > MOST_BYTES:
        return _only(
            _("“%(name)s” is larger than %(most)s MB. Export fewer references at a time.")
            % {"name": name, "most": MOST_BYTES // 1_000_000}
        )
    text = decoded(data).replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ")
    if not text.strip():
        return _only(_("“%(name)s” is empty.") % {"name": name})
    if re.match(r"\s*[\[{]", text):
        read = records_of_csl(text)
    elif re.search(r"^PMID ?- ?\d", text, re.MULTILINE):
        read = records_of_nbib(text)
    elif re.search(r"^[ \t]*TY {1,2}-", text, re.MULTILINE):
        read = records_of_ris(text)
    elif re.search(r"^[ \t]*@[ \t]*[A-Za-z]+[ \t]*[{(]", text, re.MULTILINE):
        read = records_of_bibtex(text)
    else:
        return _only(
            _(
                "“%(name)s” holds no references that we can read. "
                "Export them as RIS, BibTeX, CSL-JSON or PubMed’s .nbib."
            )
            % {"name": name}
        )
    return _checked(read)


def decoded(data: bytes) -> str:
    """The file's text: UTF-8, UTF-16 where it says so, else Windows' Western European."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _only(message: str) -> ReferencesRead:
    return ReferencesRead(problems=(FileProblem(line=0, message=message),))


def _checked(read: Read) -> ReferencesRead:
    problems = list(read.problems)
    records = []
    for line, record in read.found[:MOST_REFERENCES]:
        if record.title or record.doi or record.pmid:
            records.append(record)
        else:
            message = _("This reference has no title, no DOI and no PubMed number; it was left out.")
            problems.append(FileProblem(line=line, message=message))
    if len(read.found) > MOST_REFERENCES:
        message = _("Only the first %(most)s references were read.") % {"most": MOST_REFERENCES}
        problems.append(FileProblem(line=read.found[MOST_REFERENCES][0], message=message))
    if not read.found and not problems:
        problems.append(FileProblem(line=0, message=_("The file holds no reference.")))
    problems.sort(key=lambda problem: problem.line)
    if len(problems) > MOST_PROBLEMS:
        message = _("There is more to mend in the file, which is told when this is mended.")
        problems = [*problems[:MOST_PROBLEMS], FileProblem(line=0, message=message)]
    return ReferencesRead(tuple(records), tuple(problems))
