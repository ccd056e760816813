"""The number check: every figure in an entry's words against the numbers stored with its article.

    facts = facts_of(article)
    checked = check_words({"title": …, "summary": …}, facts, language="en", acknowledged=[("12", "About 12 of them …")])
    checked.blocks, checked.contradicted, checked.open

Pure functions: no database beyond the article given, no clock. Messages are in the language that is active.
"""

from rapport.desk.checking.doubt import Doubt
from rapport.desk.checking.doubts import doubts_about
from rapport.desk.checking.facts import Fact, Facts, Part, facts_of
from rapport.desk.checking.reading_ease import ReadingEase, reading_ease
from rapport.desk.checking.verdicts import Acknowledged, Checked, CheckedFigure, Verdict, is_acknowledged
from rapport.desk.checking.words import FIELDS, MOST_FIGURES, check_words, has_too_many_figures

__all__ = [
    "FIELDS",
    "MOST_FIGURES",
    "Acknowledged",
    "Checked",
    "CheckedFigure",
    "Doubt",
    "Fact",
    "Facts",
    "Part",
    "ReadingEase",
    "Verdict",
    "check_words",
    "doubts_about",
    "facts_of",
    "has_too_many_figures",
    "is_acknowledged",
    "reading_ease",
]
