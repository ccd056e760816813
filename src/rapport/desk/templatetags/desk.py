"""What the desk's templates say: its frame, stages and deeds in words."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, Form
from django.template.context import RequestContext
from django.utils.module_loading import import_string
from django.utils.timezone import get_current_timezone_name, now
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from rapport.desk import mending
from rapport.desk.audit_words import deed_name
from rapport.desk.editing.emphasis import with_emphasis, without_emphasis
from rapport.desk.frame import Frame, address_if_any, frame_of
from rapport.desk.models import DeskTask, IssuePlan
from rapport.desk.queries import Checklist, Item, Status, at_stake, departure, stage_of
from rapport.digest.models import Entry
from rapport.digest.reading import best_text

register = template.Library()
register.filter("deed_name", deed_name)

STAGE_NAMES = {
    "draft": gettext_lazy("Draft"),
    "in-review": gettext_lazy("In review"),
    "approved": pgettext_lazy("of an entry", "Approved"),
    "scheduled": pgettext_lazy("of an entry", "Scheduled"),
    "published": pgettext_lazy("of an entry", "Published"),
    "corrected": pgettext_lazy("of an entry", "Corrected"),
    "withdrawn": pgettext_lazy("of an entry", "Withdrawn"),
}


@register.simple_tag(takes_context=True)
def desk_frame(context: RequestContext) -> Frame:
    """The desk's places for who is signed in, and how much waits for them. Asked for on the desk's pages only."""
    return frame_of(context["request"])


@register.filter
def stage_name(stage: str) -> str:
    return str(STAGE_NAMES.get(stage, stage))


register.simple_tag(stage_of, name="stage_of")


@register.filter
def quoted_words(text: str) -> str:
    """“Many stayed.”, « Many stayed. »: words of a text in the page's quotation marks, without Markdown's marks."""
    before, after = ("«\u00a0", "\u00a0»") if get_language() == "fr" else ("“", "”")
    return f"{before}{without_emphasis(text)}{after}"


register.filter("with_emphasis", with_emphasis)
register.filter("without_emphasis", without_emphasis)


@register.simple_tag
def time_zone() -> str:
    """The network's time zone by name: every time at the desk is told in it."""
    return get_current_timezone_name().replace("_", " ")


@register.simple_tag
def departure_of(plan: IssuePlan | None, ready: bool | str = True) -> str:
    """How a planned issue leaves, as `queries.departure` names it; without `ready`, as if nothing kept it back."""
    return departure(plan, now(), ready=ready is not False)


@register.simple_tag
def at_stake_of(entry: Entry | None) -> str:
    """What a change of what is stored of its article takes from an entry."""
    return at_stake(entry, entry.language) if entry else ""


@register.simple_tag
def author_of(entry: Entry) -> str:
    """Who wrote an entry: the account here, else the name it came with, else who readers are told."""
    progress = getattr(entry, "progress", None)
    texts = list(entry.texts.all())
    byline = best_text(texts, entry.language).author if texts else ""
    return str((progress and (progress.author or progress.author_name)) or byline)


@register.simple_tag
def title_of(entry: Entry) -> str:
    """An entry's title in the page's language, else in the one it was written in; before it has one, its key."""
    texts = list(entry.texts.all())
    return best_text(texts, entry.language).title if texts else entry.slug


@register.inclusion_tag("desk/parts/comes_of.html")
def comes_of(deed: str, it: Any) -> dict[str, list[str]]:
    """What else comes of a deed, beside its button: {% comes_of "issue" issue %}. The desk may not know who says it."""
    said: str | None = settings.DESK_COMES_OF.get(deed)
    return {"sentences": import_string(said)(it) if said else []}


@register.filter
def mend_of(item: Item, entry: Entry | str = "") -> str:
    """Where what a line of a checklist asks for is mended: {{ item|mend_of:entry }}, `entry` whose checklist it is."""
    return mending.address_of(item, entry or None)  # type: ignore[arg-type]  # a template gives "" for no entry


@register.filter
def done_of(checklist: Checklist | None) -> list[Item]:
    """The lines of a checklist that are in order."""
    return [item for item in checklist.items if item.status is Status.DONE] if checklist else []


@register.filter
def about_task(task: DeskTask) -> str:
    return str(task.notice.get_kind_display() if task.notice else task.get_kind_display())


@register.simple_tag
def url_if_any(name: str, *args: object) -> str:
    """An address, or nothing where no part of the desk answers to that name."""
    return address_if_any(name, *args)


@register.filter
def fields_of(form: Form, names: str) -> list[BoundField]:
    """The fields of a form whose names begin with one of `names`: {% for field in form|fields_of:"account_" %}."""
    starts = tuple(names.split())
    return [field for field in form if field.name.startswith(starts)]
