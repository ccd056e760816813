"""Where at the desk is mended what a checklist asks for."""

from __future__ import annotations

from rapport.desk.frame import address_if_any
from rapport.desk.queries import Item

IN_THE_EDITOR = {"title", "summary", "implications", "contradicted", "unsupported", "questions", "notes", "translation"}


def address_of(item: Item) -> str:
    """The page, and the place on it, where `item` is mended. Empty for what the asking page itself offers."""
    entry = item.entry
    if entry is None:
        return {"entries": "#entries", "teaser": "#teaser"}.get(item.key, "")
    if item.key in IN_THE_EDITOR:
        return address_if_any("edit_entry", entry.slug, item.language or entry.language)
    if item.key == "doubts":
        return address_if_any("desk_article", entry.article.key)
    overview = address_if_any("desk_entry", entry.slug)
    return overview + {"shelves": "#shelves", "approved": "#stage"}.get(item.key, "")
