"""Citations of articles: APA 7 to read; RIS, BibTeX and CSL-JSON to take away; printed ones read back.

Pure functions of a `Reference`; the room's queries make one from an Article.
"""

from .apa import ApaCitation, apa, in_text
from .bibtex import bibtex
from .csl import KINDS, Reference, csl_json, doi_url, to_csl
from .reading import Doubt, ReadReference, looks_like_reference, read_reference
from .ris import ris

__all__ = [
    "KINDS",
    "ApaCitation",
    "Doubt",
    "ReadReference",
    "Reference",
    "apa",
    "bibtex",
    "csl_json",
    "doi_url",
    "in_text",
    "looks_like_reference",
    "read_reference",
    "ris",
    "to_csl",
]
