"""The editing page, what it hears while it is open, and what comes of what is sent from it."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from rapport.accounts.policies import requires, signed_in
from rapport.desk import queries
from rapport.desk.actions import note_presence, save_words
from rapport.desk.editing import TypedBeside
from rapport.desk.policies import MAY_WRITE
from rapport.desk.refusals import Refused, SavedMeanwhile
from rapport.desk.views.editor.conflict import conflict, told_of_conflict
from rapport.desk.views.editor.deeds import DEEDS
from rapport.desk.views.editor.sent import Sent, read_sent, written_on
from rapport.desk.views.editor.sheet import sheet, told
from rapport.desk.views.entries import entry_at_desk
from rapport.digest.models import Entry
from rapport.web.unknown import NotHere, Way


@requires(MAY_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, language: str) -> HttpResponseBase:
    entry = entry_in_language(slug, language)
    if request.method == "POST":
        return _done(request, read_sent(request, entry, language))
    words = queries.words_of(entry, language)
    return render(request, "desk/editor/page.html", sheet(request, entry, language, words))


@requires(MAY_WRITE)
@require_POST
def live(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """The check, the counts and the preview of what stands in the form now. Nothing is saved."""
    entry = entry_in_language(slug, language)
    sent = read_sent(request, entry, language)
    context = sheet(request, entry, language, queries.words_of(entry, language), sent=sent, saved=False)
    return render(request, "desk/editor/answer.html", {**context, "parts": {"check", "counts", "preview"}})


@requires(MAY_WRITE)
@require_POST
def here(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """A sign of life, answered with who else has this text open; with 204 when that was told already."""
    entry = entry_in_language(slug, language)
    now, person = timezone.now(), signed_in(request)
    note_presence(entry=entry, language=language, person=person, now=now)
    others = queries.who_else(entry, language, person, now)
    if request.POST.get("told", "") == told(others):
        return HttpResponse(status=204)
    return render(request, "desk/editor/parts/others.html", {"others": others, "told": told(others)})


def entry_in_language(slug: str, language: str) -> Entry:
    """The entry, refused in words when there is none, or when the digest has no such language."""
    entry = entry_at_desk(slug)
    if language not in queries.languages_of(entry):
        way = Way(_("The entry in its own language"), reverse("edit_entry", args=[slug, entry.language]))
        raise NotHere(_("The digest has no such language."), [way])
    return entry


def _done(request: HttpRequest, sent: Sent) -> HttpResponseBase:
    """Save what was sent, do the deed that was asked, and say what came of it."""
    if sent.do == "check":
        words = queries.words_of(sent.entry, sent.language)
        return render(
            request, "desk/editor/page.html", sheet(request, sent.entry, sent.language, words, sent=sent, saved=False)
        )
    if sent.do == "compare":
        return conflict(request, sent)
    try:
        save_words(
            entry=sent.entry, language=sent.language, words=sent.texts, on=sent.on, by=sent.by, now=timezone.now()
        )
    except SavedMeanwhile as meanwhile:
        return told_of_conflict(request, sent, meanwhile) if request.htmx else conflict(request, sent)  # type: ignore[attr-defined]  # django_htmx adds it
    except Refused as refused:
        return _answer(request, sent, refused=refused.reasons, saved=False)
    deed = DEEDS.get(sent.do)
    anchor = ""
    reasons: tuple[str, ...] = ()
    if deed:
        try:
            anchor = deed(sent)
        except Refused as refused:
            reasons = refused.reasons
    return _answer(request, sent, refused=reasons, saved=True, anchor=anchor)


def _answer(
    request: HttpRequest, sent: Sent, *, refused: tuple[str, ...], saved: bool, anchor: str = ""
) -> HttpResponseBase:
    entry, language = entry_at_desk(sent.entry.slug), sent.language  # read anew: saving may have changed its stage
    if not request.htmx:  # type: ignore[attr-defined]  # django_htmx adds it
        if not refused:
            messages.success(request, _("Saved."))
            if sent.do == "go-on":
                return redirect("desk_entry", entry.slug)
            return redirect(reverse("edit_entry", args=[entry.slug, language]) + anchor)
        words = queries.words_of(entry, language)
        context = sheet(request, entry, language, words, sent=sent, refused=refused, saved=saved)
        return render(request, "desk/editor/page.html", context)
    words = queries.words_of(entry, language)
    if sent.do == "save":
        context = {"words": words, "on": written_on(words.on) if saved else "", "refused": refused, "saved": saved}
        context |= {"entry": entry, "stage": queries.stage_of(entry)}
        response = render(request, "desk/editor/answer.html", {**context, "parts": {"saved"}})
    else:
        shown = sent if refused else _without_what_was_taken(sent)
        context = sheet(request, entry, language, words, sent=shown, refused=refused, saved=saved)
        parts = {"saved", "check", "counts", "preview", "notes"}
        response = render(request, "desk/editor/answer.html", {**context, "parts": parts})
    return trigger_client_event(response, "saved" if saved else "refused", {"on": written_on(words.on)})


def _without_what_was_taken(sent: Sent) -> Sent:
    """The form without the words that the deed has taken, so that they are not offered again."""
    kept = {
        name: {key: text for key, text in getattr(sent.typed, name).items() if key != sent.about}
        for name in ("reasons", "notes", "notes_at", "answers")
    }
    return replace(sent, typed=TypedBeside(**kept))
