"""The page on which an entry is written: its words in one language, checked and shown as readers will see them.

There is one form, and whatever is pressed sends all of it, so that nothing typed is ever lost. The words are saved
first; then the deed is done that the pressed button names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from rapport.accounts.models import Person
from rapport.accounts.policies import requires, signed_in
from rapport.desk import queries
from rapport.desk.actions import (
    acknowledge,
    answer_note,
    confirm_translation,
    note_presence,
    save_words,
    settle_note,
    take_back_acknowledgement,
    write_note,
)
from rapport.desk.editing import WRITTEN, Typed, clashes, number_check, sum_of, written_fields
from rapport.desk.models import Note
from rapport.desk.policies import MAY_WRITE
from rapport.desk.previewing import as_readers_see
from rapport.desk.refusals import Refused, SavedMeanwhile
from rapport.digest.models import Entry
from rapport.literature.models import Abstract, Article, Finding
from rapport.literature.presenting import finding_rows
from rapport.web.unknown import NotHere, Way


@dataclass(frozen=True)
class Sent:
    """What the form of the page carried."""

    entry: Entry
    language: str
    by: Person
    texts: dict[str, str]
    on: tuple[int, int]
    original: int
    do: str
    about: str
    typed: Typed


def read_sent(request: HttpRequest, entry: Entry, language: str) -> Sent:
    """The form as it was sent. A field of one line has no line breaks, however they came in."""
    post = request.POST
    texts: dict[str, str] = {}
    for name, kind in WRITTEN.items():
        if name in post:
            text = post[name].replace("\r\n", "\n")
            texts[name] = text if kind.is_long else " ".join(text.split("\n"))
    do, _colon, about = post.get("do", "save").partition(":")
    return Sent(
        entry=entry,
        language=language,
        by=signed_in(request),
        texts=texts,
        on=read_on(post.get("on", "")),
        original=read_number(post.get("original", "")),
        do=do,
        about=about,
        typed=Typed(
            reasons=_beginning_with("reason:", post),
            notes=_beginning_with("note:", post),
            notes_at=_beginning_with("note-at:", post),
            answers=_beginning_with("answer:", post),
        ),
    )


def _beginning_with(start: str, post: Any) -> dict[str, str]:
    return {name.removeprefix(start): post[name].replace("\r\n", "\n") for name in post if name.startswith(start)}


def stage_shown(entry: Entry) -> str:
    """The entry's stage, in the words of desk/parts/stage.html, for which a corrected entry is out like any other."""
    stage = queries.stage_of(entry)
    return "out" if stage in ("published", "corrected") else stage


def read_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def read_on(text: str) -> tuple[int, int]:
    number, _dot, saves = text.partition(".")
    return read_number(number), read_number(saves)


def entry_at_the_desk(slug: str, language: str) -> Entry:
    """The entry, with what its page needs; refused in words when there is none, or no such language."""
    related = ("issue__plan", "progress", "research_type", "article__superseded_by__entry__issue")
    entry = Entry.objects.select_related(*related).filter(slug=slug).first()
    if entry is None:
        raise NotHere(_("There is no entry at this address."), [Way(_("Desk"), reverse("desk"))])
    if language not in queries.languages_of(entry):
        way = Way(_("The entry in its own language"), reverse("edit_entry", args=[slug, entry.language]))
        raise NotHere(_("The digest has no such language."), [way])
    return entry


# --- the page -------------------------------------------------------------------------------------


@requires(MAY_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, language: str) -> HttpResponseBase:
    entry = entry_at_the_desk(slug, language)
    if request.method == "POST":
        return _done(request, read_sent(request, entry, language))
    words = queries.words_of(entry, language)
    return render(request, "desk/editor/page.html", sheet(request, entry, language, words))


@requires(MAY_WRITE)
@require_POST
def live(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """The check, the counts and the preview of what stands in the form now. Nothing is saved."""
    entry = entry_at_the_desk(slug, language)
    sent = read_sent(request, entry, language)
    context = sheet(request, entry, language, queries.words_of(entry, language), sent=sent, saved=False)
    return render(request, "desk/editor/answer.html", {**context, "parts": {"check", "counts", "preview"}})


@requires(MAY_WRITE)
@require_POST
def here(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """A sign of life, answered with who else has this text open; with 204 when that was told already."""
    entry = entry_at_the_desk(slug, language)
    now, person = timezone.now(), signed_in(request)
    note_presence(entry=entry, language=language, person=person, now=now)
    others = queries.who_else(entry, language, person, now)
    if request.POST.get("told", "") == told(others):
        return HttpResponse(status=204)
    return render(request, "desk/editor/parts/others.html", {"others": others, "told": told(others)})


def told(others: list[Person]) -> str:
    """By whom a page knows whether its line on who else is here still holds."""
    return " ".join(str(other.pk) for other in others)


def _done(request: HttpRequest, sent: Sent) -> HttpResponseBase:
    """Save what was sent, do the deed that was asked, and say what came of it."""
    if sent.do == "check":
        words = queries.words_of(sent.entry, sent.language)
        return render(
            request, "desk/editor/page.html", sheet(request, sent.entry, sent.language, words, sent=sent, saved=False)
        )
    if sent.do == "compare":
        return _conflict(request, sent)
    try:
        save_words(
            entry=sent.entry, language=sent.language, words=sent.texts, on=sent.on, by=sent.by, now=timezone.now()
        )
    except SavedMeanwhile as meanwhile:
        return _told_of_conflict(request, sent, meanwhile) if request.htmx else _conflict(request, sent)  # type: ignore[attr-defined]  # django_htmx adds it
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
    entry, language = sent.entry, sent.language
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
        context |= {"entry": entry, "stage": stage_shown(entry)}
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
    return Sent(**{**sent.__dict__, "typed": Typed(**kept)})


# --- deeds ----------------------------------------------------------------------------------------


def _acknowledge(sent: Sent) -> str:
    holding = queries.acknowledgements_of(sent.entry, sent.language)
    check = number_check(sent.entry, sent.texts, sent.language, acknowledgements=holding)
    line = next((line for line in check.lines if line.key == sent.about), None)
    if line is None:
        raise Refused(_("This figure does not stand in the text any more. Look at the list again."))
    acknowledge(
        entry=sent.entry,
        language=sent.language,
        figure=line.figure.text,
        sentence=line.figure.sentence,
        reason=sent.typed.reasons.get(sent.about, ""),
        by=sent.by,
        now=timezone.now(),
    )
    return "#check"


def _take_back(sent: Sent) -> str:
    holding = queries.acknowledgements_of(sent.entry, sent.language)
    found = next((one for one in holding if str(one.pk) == sent.about), None)
    if found:
        take_back_acknowledgement(acknowledgement=found, by=sent.by, now=timezone.now())
    return "#check"


def _write_note(sent: Sent) -> str:
    write_note(
        entry=sent.entry,
        language=sent.language,
        field=sent.about,
        quote=sent.typed.notes_at.get(sent.about, ""),
        text=sent.typed.notes.get(sent.about, ""),
        by=sent.by,
        now=timezone.now(),
    )
    return f"#notes-{sent.about}" if sent.about in WRITTEN else ""


def _answer_note(sent: Sent) -> str:
    note = _note(sent)
    answer_note(note=note, text=sent.typed.answers.get(sent.about, ""), by=sent.by, now=timezone.now())
    return f"#notes-{note.field}"


def _settle_note(sent: Sent) -> str:
    note = _note(sent)
    settle_note(note=note, by=sent.by, now=timezone.now())
    return f"#notes-{note.field}"


def _note(sent: Sent) -> Note:
    note = Note.objects.filter(entry=sent.entry, language=sent.language, pk=read_number(sent.about)).first()
    if note is None:
        raise Refused(_("This note is not here any more."))
    return note


def _up_to_date(sent: Sent) -> str:
    confirm_translation(
        entry=sent.entry, language=sent.language, original=sent.original, by=sent.by, now=timezone.now()
    )
    return ""


DEEDS: dict[str, Callable[[Sent], str]] = {
    "acknowledge": _acknowledge,
    "take-back": _take_back,
    "note": _write_note,
    "answer": _answer_note,
    "settle": _settle_note,
    "up-to-date": _up_to_date,
}


# --- two people at once ---------------------------------------------------------------------------


def _told_of_conflict(request: HttpRequest, sent: Sent, meanwhile: SavedMeanwhile) -> HttpResponse:
    """What an autosave hears when somebody else saved: the text stays in the editor, and can be compared."""
    context = {"entry": sent.entry, "newest": meanwhile.newest, "parts": {"saved"}, "conflict": True}
    return trigger_client_event(render(request, "desk/editor/answer.html", context), "conflict")


def _conflict(request: HttpRequest, sent: Sent) -> HttpResponse:
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
        "mine": [(name, mine[name]) for name in WRITTEN],
        "unchanged": [(name, mine[name]) for name in WRITTEN if name not in {clash.name for clash in differing}],
    }
    return render(request, "desk/editor/conflict.html", context, status=409)


def _read_by(sent: Sent) -> Mapping[str, str] | None:
    """The words that a form was made from, where they are still kept: an entry that came from files is version 1."""
    read = queries.version(sent.entry, sent.language, sent.on[0] or 1)
    if read is None:
        return None
    came_from_files = sent.on == (0, 0) and read.by_id is None and read.saves == 1
    return read.words if came_from_files or sent.on == (read.number, read.saves) else None


def written_on(on: tuple[int, int]) -> str:
    return f"{on[0]}.{on[1]}"


# --- what the page shows --------------------------------------------------------------------------


def sheet(
    request: HttpRequest,
    entry: Entry,
    language: str,
    words: queries.Words,
    *,
    sent: Sent | None = None,
    refused: tuple[str, ...] = (),
    saved: bool = True,
) -> dict[str, Any]:
    """All that the editing page shows; of `sent`, what was typed stands in the place of what is saved."""
    person, now = signed_in(request), timezone.now()
    findings = Finding.objects.with_families().order_by("position")
    prefetch_related_objects([entry.article], Prefetch("findings", findings), "overlaps_with")
    is_translation = language != entry.language
    original = queries.words_of(entry, entry.language) if is_translation else None
    texts = {**words.texts, **(sent.texts if sent else {})}
    if original and not words.is_written and sent is None:
        texts |= {"author": original.texts["author"], "translator": person.name}
    behind = queries.is_behind(entry, language) if is_translation else None
    then = queries.version(entry, entry.language, behind.of_original) if behind and behind.of_original else None
    check = number_check(
        entry,
        texts,
        language,
        acknowledgements=queries.acknowledgements_of(entry, language),
        reasons=sent.typed.reasons if sent else None,
    )
    fields = written_fields(
        texts,
        language,
        check=check,
        notes=queries.notes_of(entry, language),
        original=original,
        original_then=then.words if then else None,
        typed=sent.typed if sent else None,
    )
    others = queries.who_else(entry, language, person, now)
    return {
        "entry": entry,
        "article": entry.article,
        "abstract": _abstract_of(entry.article),
        "findings": finding_rows(list(entry.article.findings.all())),
        "text_language": language,
        "languages": queries.languages_of(entry),
        "words": words,
        "on": written_on(sent.on if sent and not saved else words.on),
        "original": original,
        "behind": behind,
        "fields": fields,
        "short_fields": [fields[name] for name in ("design", "who", "how_many", "measured")],
        "long_fields": [fields[name] for name in ("summary", "implications", "limitations", "disagreements")],
        "check": check,
        "number_of_words": sum_of(fields),
        "preview": as_readers_see(entry, texts, language, request=request, findings=list(entry.article.findings.all())),
        "stage": stage_shown(entry),
        "others": others,
        "told": told(others),
        "refused": refused,
        "saved": saved,
        "unsaved": not saved,
    }


def _abstract_of(article: Article) -> Abstract | None:
    return Abstract.objects.filter(article=article).first()
