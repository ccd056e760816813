"""Where at the desk is mended what a checklist asks for."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

from rapport.desk.queries import Item

IN_THE_EDITOR = {"title", "summary", "implications", "contradicted", "unsupported", "questions", "notes", "translation"}


def address_of(item: Item) -> str:
    """The page, and the place on it, where `item` is mended. Empty for what the asking page itself offers."""
    entry = item.entry
    if entry is None:
        return {"entries": "#entries", "teaser": "#teaser"}.get(item.key, "")
    if item.key in IN_THE_EDITOR:
        return _reversed("edit_entry", entry.slug, item.language or entry.language)
    if item.key == "doubts":
        return _reversed("desk_article", entry.article.key)
    overview = _reversed("desk_entry", entry.slug)
    return overview + {"shelves": "#shelves", "approved": "#stage"}.get(item.key, "")


def _reversed(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
