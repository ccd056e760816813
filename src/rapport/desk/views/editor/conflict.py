"""Two who wrote at once: what whoever saves second is told, and both texts to choose from."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import trigger_client_event

from rapport.desk import queries
from rapport.desk.editing import clashes
from rapport.desk.fields import FIELDS
from rapport.desk.refusals import SavedMeanwhile
from rapport.desk.views.editor.sent import Sent, written_on


def told_of_conflict(request: HttpRequest, sent: Sent, meanwhile: SavedMeanwhile) -> HttpResponse:
    """What an autosave hears when somebody else saved: the text stays in the editor, and can be compared."""
    context = {"entry": sent.entry, "newest": meanwhile.newest, "parts": {"saved"}, "conflict": True}
    return trigger_client_event(render(request, "desk/editor/answer.html", context), "conflict")


def conflict(request: HttpRequest, sent: Sent) -> HttpResponse:
    """Both texts side by side, with a text that could replace both."""
    entry, language = sent.entry, sent.language
    theirs = queries.words_of(entry, language)
    base = _read_by(sent)
    mine = {**theirs.texts, **sent.texts}
    differing = clashes(mine, theirs.texts, base)
    context = {
        "entry": entry,
        "text_language": language,
        "clashes": differing,
        "theirs": theirs,
        "on": written_on(theirs.on),
        "mine": [(name, mine[name]) for name in FIELDS],
        "unchanged": [(name, mine[name]) for name in FIELDS if name not in {clash.name for clash in differing}],
    }
    return render(request, "desk/editor/conflict.html", context, status=409)


def _read_by(sent: Sent) -> Mapping[str, str] | None:
    """The words that a form was made from, where they are still kept: an entry that came from files is version 1."""
    read = queries.version(sent.entry, sent.language, sent.on[0] or 1)
    if read is None:
        return None
    came_from_files = sent.on == (0, 0) and read.by_id is None and read.saves == 1
    return read.words if came_from_files or sent.on == (read.number, read.saves) else None
