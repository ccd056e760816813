"""What templates of letters ask for."""

from __future__ import annotations

from django import template

from rapport.mailing.letters.content import Drawn
from rapport.mailing.letters.links import PREFERENCES, UNSUBSCRIBE, WEB
from rapport.mailing.letters.pictures import WIDTH, drawn

register = template.Library()
OWN = {"preferences": PREFERENCES, "unsubscribe": UNSUBSCRIBE, "web": WEB}


@register.simple_tag
def across(percent: float) -> str:
    """A position of a drawing, in the units of its picture."""
    return f"{WIDTH * float(percent) / 100:.1f}"


@register.inclusion_tag("mailing/letters/picture.svg")
def drawing(of: Drawn) -> dict[str, object]:
    """A letter's drawing on its page, as a drawing: {% drawing entry.drawn %}."""
    return {**drawn(of.row), "label": of.alt}


@register.simple_tag
def own_link(name: str) -> str:
    """What stands for a reader's own link, until it is put in."""
    return OWN[name]


@register.filter
def underlined(title: str) -> str:
    """A title as a plain letter sets it off."""
    return f"{title}\n{'-' * min(len(title), 72)}"
