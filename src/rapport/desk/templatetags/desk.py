"""What the desk's templates say: its frame, stages in words and marks."""

from __future__ import annotations

from django import template
from django.template.context import RequestContext

from rapport.desk.frame import Frame, frame_of

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_frame(context: RequestContext) -> Frame:
    """The desk's places for who is signed in, and how much waits for them. Asked for on the desk's pages only."""
    return frame_of(context["request"])
