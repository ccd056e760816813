"""Citations of articles: APA 7 to read; RIS, BibTeX and CSL-JSON to take away; COinS and schema.org for
machines that read the page; printed citations read back.

Pure functions of a `Reference`; the room's queries make one from an Article.
"""

from .apa import ApaCitation, apa, in_text
from .bibtex import bibtex
from .coins import coins
from .csl import KINDS, Reference, Retraction, csl_json, doi_url, to_csl
from .reading import Doubt, ReadReference, looks_like_reference, read_reference
from .ris import ris
from .schema_org import schema_org

__all__ = [
    "KINDS",
    "ApaCitation",
    "Doubt",
    "ReadReference",
    "Reference",
    "Retraction",
    "apa",
    "bibtex",
    "coins",
    "csl_json",
    "doi_url",
    "in_text",
    "looks_like_reference",
    "read_reference",
    "ris",
    "schema_org",
    "to_csl",
]
