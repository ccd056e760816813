"""Citations of articles: APA 7 to read; RIS, BibTeX and CSL-JSON to take away.

Pure functions of a `Reference`; the room's queries make one from an Article.
"""

from .apa import ApaCitation, apa, in_text
from .bibtex import bibtex
from .csl import KINDS, Reference, csl_json, doi_url, to_csl
from .ris import ris

__all__ = [
    "KINDS",
    "ApaCitation",
    "Reference",
    "apa",
    "bibtex",
    "csl_json",
    "doi_url",
    "in_text",
    "ris",
    "to_csl",
]
