"""What the editing page shows beside the words, as plain values made from reads: nothing here is saved.

`written.py` has each field with all that stands beside it: its figures (`figures.py`) and what is said about its
paragraphs (`notes.py`). Of a figure that nothing stored supports, `abstract.py` says whether the abstract counts it.
`emphasis.py` shows Markdown's bold and italic words as such. `clashes.py` is for two who wrote at once.
"""

from rapport.desk.editing.clashes import Clash, clashes
from rapport.desk.editing.figures import FigureLine, NumberCheck, number_check
from rapport.desk.editing.written import TypedBeside, WrittenField, sum_of, written_fields

__all__ = [
    "Clash",
    "FigureLine",
    "NumberCheck",
    "TypedBeside",
    "WrittenField",
    "clashes",
    "number_check",
    "sum_of",
    "written_fields",
]
