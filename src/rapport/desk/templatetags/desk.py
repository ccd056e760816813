"""What the desk's templates say: its frame, stages, moments and languages in words."""

from __future__ import annotations

import datetime as dt

from django import template
from django.forms import BoundField, Form
from django.template.context import RequestContext
from django.utils.formats import date_format
from django.utils.timezone import get_current_timezone_name, localtime
from django.utils.translation import get_language, get_language_info, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from rapport.desk import mending
from rapport.desk.frame import Frame, address_if_any, frame_of
from rapport.desk.models import DeskTask
from rapport.desk.queries import Checklist, Item, Status
from rapport.digest.models import Entry
from rapport.digest.reading import best_text
from rapport.web.templatetags.web import day_name

register = template.Library()

STAGE_NAMES = {
    "draft": gettext_lazy("Draft"),
    "in-review": gettext_lazy("In review"),
    "approved": pgettext_lazy("of an entry", "Approved"),
    "scheduled": pgettext_lazy("of an entry", "Scheduled"),
    "published": pgettext_lazy("of an entry", "Published"),
    "out": pgettext_lazy("of an entry", "Published"),
    "corrected": pgettext_lazy("of an entry", "Corrected"),
    "withdrawn": pgettext_lazy("of an entry", "Withdrawn"),
}

# The audit's words. Each room records its own; a word that is missing here is shown as it is recorded.
DEEDS = {
    "abstract.kept": gettext_lazy("kept the abstract"),
    "abstract.removed": gettext_lazy("removed the abstract"),
    "article.facts-saved": gettext_lazy("saved what the article says"),
    "article.linked": gettext_lazy("linked the article with another"),
    "desk.rules-set": gettext_lazy("changed the rules of the desk"),
    "entry.acknowledgement-taken-back": gettext_lazy("no longer answers for a figure"),
    "entry.approved": gettext_lazy("approved"),
    "entry.begun": gettext_lazy("began the entry"),
    "entry.corrected": gettext_lazy("published a correction"),
    "entry.facts-changed": gettext_lazy("changed what the article says"),
    "entry.facts-corrected": gettext_lazy("corrected what the article says"),
    "entry.figure-acknowledged": gettext_lazy("answers for a figure"),
    "entry.placed": gettext_lazy("put into an issue"),
    "entry.published": gettext_lazy("published"),
    "entry.reopened": gettext_lazy("changed after approval"),
    "entry.sent-back": gettext_lazy("sent back"),
    "entry.shelved": gettext_lazy("chose topics and type"),
    "entry.submitted": gettext_lazy("submitted for review"),
    "entry.taken-out": gettext_lazy("took out of an issue"),
    "entry.translated": gettext_lazy("published a translation"),
    "entry.translation-confirmed": gettext_lazy("confirmed the translation"),
    "entry.withdrawn": gettext_lazy("withdrew"),
    "issue.held-back": gettext_lazy("held the issue back"),
    "issue.line-written": gettext_lazy("wrote the “this month” line"),
    "issue.planned": gettext_lazy("planned the issue"),
    "issue.released": gettext_lazy("published the issue"),
    "issue.reordered": gettext_lazy("changed the order"),
    "issue.scheduled": gettext_lazy("scheduled the issue"),
    "issue.unscheduled": gettext_lazy("took the issue off the schedule"),
    "note.answered": gettext_lazy("answered a note"),
    "note.settled": gettext_lazy("settled a note"),
    "note.written": gettext_lazy("wrote a note"),
    "notice.arrived": gettext_lazy("a notice about the article arrived"),
    "preview.made": gettext_lazy("made a link for an outside reader"),
    "preview.revoked": gettext_lazy("closed a link for an outside reader"),
    "task.closed": gettext_lazy("closed a task"),
    "version.restored": gettext_lazy("restored a version"),
    "words.saved": gettext_lazy("wrote"),
}


@register.simple_tag(takes_context=True)
def desk_frame(context: RequestContext) -> Frame:
    """The desk's places for who is signed in, and how much waits for them. Asked for on the desk's pages only."""
    return frame_of(context["request"])


@register.filter
def language_name(code: str) -> str:
    """“French”, « français »: a language as the page's own language calls it."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


@register.filter
def stage_name(stage: str) -> str:
    return str(STAGE_NAMES.get(stage, stage))


@register.filter
def moment(when: dt.datetime | None) -> str:
    """“7 June 2024, 14:02” in the network's time zone."""
    if when is None:
        return ""
    local = localtime(when)
    clock = date_format(local, "G \\h i" if get_language() == "fr" else "G:i").replace(" ", "\u00a0")
    return _("%(day)s, %(time)s") % {"day": day_name(local.date()), "time": clock}


@register.simple_tag
def time_zone() -> str:
    """The network's time zone by name: every time at the desk is told in it."""
    return get_current_timezone_name().replace("_", " ")


@register.simple_tag
def title_of(entry: Entry) -> str:
    """An entry's title in the page's language, else in the one it was written in; before it has one, its key."""
    texts = list(entry.texts.all())
    return best_text(texts, entry.language).title if texts else entry.slug


@register.filter
def mend_of(item: Item, entry: Entry | str = "") -> str:
    """Where what a line of a checklist asks for is mended: {{ item|mend_of:entry }}, `entry` whose checklist it is."""
    return mending.address_of(item, entry or None)  # type: ignore[arg-type]  # a template gives "" for no entry


@register.filter
def done_of(checklist: Checklist | None) -> list[Item]:
    """The lines of a checklist that are in order."""
    return [item for item in checklist.items if item.status is Status.DONE] if checklist else []


@register.filter
def deed_name(did: str) -> str:
    """What the audit calls “entry.sent-back”, in words; a deed it has no words for as it is."""
    return str(DEEDS.get(did, did))


@register.filter
def about_task(task: DeskTask) -> str:
    return str(task.get_kind_display())


@register.simple_tag
def url_if_any(name: str, *args: object) -> str:
    """An address, or nothing where no part of the desk answers to that name."""
    return address_if_any(name, *args)


@register.filter
def fields_of(form: Form, names: str) -> list[BoundField]:
    """The fields of a form whose names begin with one of `names`: {% for field in form|fields_of:"account_" %}."""
    starts = tuple(names.split())
    return [field for field in form if field.name.startswith(starts)]
