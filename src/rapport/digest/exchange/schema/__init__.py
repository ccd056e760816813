"""The files of a content folder as values: what each may hold, and what must hold in each.

These models are the reference of the format; `docs/guides/content-files.md` tells it to editors.
Rules that need more than one file (a topic that exists, an entry in one issue) are in `checking.py`.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from rapport.digest.exchange.schema.articles import (
    DOI,
    AlsoReported,
    ArticleFile,
    Figure,
    FindingFile,
    Framed,
    NoticeFile,
    OtherValue,
    notices_in_order,
)
from rapport.digest.exchange.schema.desk import AcknowledgementFile, DeskFile, TaskFile, VersionFile, VersionWords
from rapport.digest.exchange.schema.entries import (
    AtAGlance,
    EntryHeader,
    EntryValue,
    IssueFile,
    RevisionFile,
    Sections,
    Translation,
    TranslationHeader,
)
from rapport.digest.exchange.schema.network import (
    AnnouncementFile,
    Families,
    PageHeader,
    PageValue,
    ShelfItem,
    SiteFile,
    SynonymGroupFile,
)
from rapport.digest.exchange.schema.values import KEY, LANGUAGE, File


class Content(BaseModel):
    """A whole digest as files hold it. A folder may hold a part: what is absent is left alone."""

    model_config = ConfigDict(extra="forbid")

    site: SiteFile | None = None
    topics: dict[str, ShelfItem] = {}
    research_types: dict[str, ShelfItem] = {}
    families: Families = {}
    synonyms: dict[str, SynonymGroupFile] = {}
    articles: dict[str, ArticleFile] = {}
    entries: dict[str, EntryValue] = {}
    issues: dict[str, IssueFile] = {}
    announcements: dict[str, AnnouncementFile] = {}
    pages: dict[str, PageValue] = {}
    desk: dict[str, DeskFile] = {}


__all__ = [
    "DOI",
    "KEY",
    "LANGUAGE",
    "AcknowledgementFile",
    "AlsoReported",
    "AnnouncementFile",
    "ArticleFile",
    "AtAGlance",
    "Content",
    "DeskFile",
    "EntryHeader",
    "EntryValue",
    "Families",
    "Figure",
    "File",
    "FindingFile",
    "Framed",
    "IssueFile",
    "NoticeFile",
    "OtherValue",
    "PageHeader",
    "PageValue",
    "RevisionFile",
    "Sections",
    "ShelfItem",
    "SiteFile",
    "SynonymGroupFile",
    "TaskFile",
    "Translation",
    "TranslationHeader",
    "VersionFile",
    "VersionWords",
    "notices_in_order",
]
