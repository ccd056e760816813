"""The versions of an entry's text: who wrote which when, how two of them differ, and going back to one."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.accounts.policies import requires, signed_in
from rapport.desk import queries
from rapport.desk.actions import restore_version
from rapport.desk.differing import side_by_side
from rapport.desk.fields import FIELDS
from rapport.desk.models import Version
from rapport.desk.policies import MAY_WRITE
from rapport.desk.refusals import Refused
from rapport.desk.views.editor.pages import entry_in_language
from rapport.desk.views.editor.sent import read_number, read_on, written_on


@requires(MAY_WRITE)
@require_safe
def versions(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """The list; with `?old=3&new=5`, the two side by side. Left out, the newest beside the one before."""
    entry = entry_in_language(slug, language)
    newest = queries.words_of(entry, language)
    every = queries.versions(entry, language, before=read_number(request.GET.get("before", "")))

    def asked(name: str) -> Version | None:
        number = read_number(request.GET.get(name, ""))
        return queries.version(entry, language, number) if number else None

    new = asked("new") or (every[0] if every else None)
    before = [version for version in every if new and version.number < new.number]
    old = asked("old") or (before[0] if before else None)
    context = {
        "entry": entry,
        "text_language": language,
        "languages": queries.languages_of(entry),
        "title": newest.texts["title"],
        "versions": every,
        "old": old,
        "new": new,
        "differences": _differences(old.words, new.words) if old and new and old != new else None,
        "newest": newest.number,
        "earlier": every[-1].number if every and every[-1].number > 1 else None,
        "on": written_on(newest.on),
    }
    return render(request, "desk/editor/versions.html", context)


def _differences(old: Mapping[str, str], new: Mapping[str, str]) -> list[tuple[object, object]]:
    """The fields that differ, each with its label."""
    return [
        (kind.label, side_by_side(old.get(name, ""), new.get(name, "")))
        for name, kind in FIELDS.items()
        if old.get(name, "") != new.get(name, "")
    ]


@requires(MAY_WRITE)
@require_POST
def restore(request: HttpRequest, slug: str, language: str, number: int) -> HttpResponse:
    entry = entry_in_language(slug, language)
    try:
        version = restore_version(
            entry=entry,
            language=language,
            number=number,
            on=read_on(request.POST.get("on", "")),
            by=signed_in(request),
            now=timezone.now(),
        )
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, reason)
        return redirect(reverse("entry_versions", args=[slug, language]))
    said = _("Version %(old)s is the newest text again, as version %(new)s.")
    messages.success(request, said % {"old": number, "new": version.number})
    return redirect(reverse("edit_entry", args=[slug, language]))
