"""Where at the desk is mended what a checklist asks for."""

from __future__ import annotations

from rapport.desk.frame import address_if_any
from rapport.desk.queries import Item
from rapport.digest.models import Entry

IN_THE_EDITOR = {
    "title", "author", "summary", "implications", "points", "limitations", "contradicted", "unsupported", "questions",
    "behind", "notes", "translation", "incomplete",
}  # fmt: skip
FIGURES = {"contradicted", "unsupported", "questions"}
WITH_THE_ARTICLE = {"article", "notice", "doubts", "unnamed"}


def address_of(item: Item, of: Entry | None = None) -> str:
    """The page, and the place on it, where `item` is mended. `of` is the entry whose checklist it is, if one's."""
    entry = item.entry or of
    if entry is None:
        return {"entries": "#entries", "teaser": "#teaser"}.get(item.key, "")
    if item.finding:
        page = address_if_any("desk_finding", entry.article.key, item.finding)
        return f"{page}#id_{item.field}_{item.language}"
    if item.key in IN_THE_EDITOR:
        page = address_if_any("edit_entry", entry.slug, item.language or entry.language)
        if item.key == "notes" and item.field:
            return f"{page}#notes-{item.field}"
        return page + ("#check" if item.key in FIGURES else f"#words-{item.field}" if item.field else "")
    if item.key in WITH_THE_ARTICLE:
        named_at = "#findings" if entry.state == Entry.State.PUBLISHED else "#naming"
        return address_if_any("desk_article", entry.article.key) + (named_at if item.key == "unnamed" else "")
    if item.key == "approved" and item.entry is None:
        return ""  # that is said on its own page, beside what leads on
    overview = address_if_any("desk_entry", entry.slug)
    return overview + {"shelves": "#shelves", "approved": "#stage"}.get(item.key, "")
