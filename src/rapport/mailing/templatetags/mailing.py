"""What pages of letters ask for."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from rapport.digest.models import Entry
from rapport.digest.reading import best_text

register = template.Library()


@register.simple_tag
def title_of(entry: Entry) -> SafeString | str:
    """An entry's title in the page's language, or in its own, marked so."""
    texts = list(entry.texts.all())
    if not texts:
        return entry.slug
    text = best_text(texts, entry.language)
    return (
        text.title
        if text.language == get_language()
        else format_html('<span lang="{}">{}</span>', text.language, text.title)
    )
