"""What templates say of feeds."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from rapport.digest.browsing import Choice, Selection
from rapport.digest.feeds.addresses import MEDIA_TYPES, can_be_followed, feed_address
from rapport.web.templatetags.web import plainly

register = template.Library()


@register.simple_tag
def feeds_of(selection: Selection) -> dict[str, str]:
    """The addresses of the feed for a selection, by form; none where there is no feed for it."""
    if not can_be_followed(selection):
        return {}
    return {form: feed_address(selection, form) for form in MEDIA_TYPES}


@register.simple_tag
def names_of(choices: Iterable[Choice]) -> str:
    """Topics and types that were chosen, by their names: “Alliance · Survey”."""
    return " · ".join(plainly(choice.label) for choice in choices if isinstance(choice.label, dict))
