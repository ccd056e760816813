"""From what somebody pastes to what the services say of it.

    found = look_up("https://doi.org/10.5555/…", contact="desk@example.org")
    found.record         the services' answers laid together, or None
    found.differences    the fields on which they differ, each value with who says so
    found.problems       services that gave no answer, in words

`typed` reads what was pasted; `crossref`, `openalex`, `pubmed` and `europe_pmc` ask one service each, through
`service`; `looking_up` asks them all at once; `agreeing` lays their answers together; `duplicates` finds articles
that are here already; `files` reads exported references. `fake` answers in the services' place, in tests and the demo.
"""

from .agreeing import Difference, Told
from .duplicates import articles_like
from .files import FileProblem, ReferencesRead, read_references
from .looking_up import LookUp, look_up
from .record import NAMES, Answer, FoundNotice, Outcome, Record, Trouble, TroubleKind
from .services import Services, services
from .typed import Typed, TypedKind, read_typed

__all__ = [
    "NAMES",
    "Answer",
    "Difference",
    "FileProblem",
    "FoundNotice",
    "LookUp",
    "Outcome",
    "Record",
    "ReferencesRead",
    "Services",
    "Told",
    "Trouble",
    "TroubleKind",
    "Typed",
    "TypedKind",
    "articles_like",
    "look_up",
    "read_references",
    "read_typed",
    "services",
]
