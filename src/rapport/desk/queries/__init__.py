"""Reads of the desk that pages share. None makes more queries for more entries."""

from rapport.desk.queries.checklists import Checklist, Item, Status, check_of, goes_out, issue_readiness, readiness
from rapport.desk.queries.overviews import (
    STAGES,
    AtTheDesk,
    acknowledgements_of,
    at_the_desk,
    entries_to_place,
    entry_by_preview_token,
    is_out,
    issues_at_the_desk,
    notes_of,
    open_tasks,
    stage_of,
    who_else,
)
from rapport.desk.queries.teasers import suggested_teaser
from rapport.desk.queries.timeline import Happening, history
from rapport.desk.queries.words import (
    Behind,
    Words,
    is_behind,
    languages_of,
    newest_words,
    site_languages,
    version,
    versions,
    words_of,
)

__all__ = [
    "STAGES",
    "AtTheDesk",
    "Behind",
    "Checklist",
    "Happening",
    "Item",
    "Status",
    "Words",
    "acknowledgements_of",
    "at_the_desk",
    "check_of",
    "entries_to_place",
    "entry_by_preview_token",
    "goes_out",
    "history",
    "is_behind",
    "is_out",
    "issue_readiness",
    "issues_at_the_desk",
    "languages_of",
    "newest_words",
    "notes_of",
    "open_tasks",
    "readiness",
    "site_languages",
    "stage_of",
    "suggested_teaser",
    "version",
    "versions",
    "who_else",
    "words_of",
]
