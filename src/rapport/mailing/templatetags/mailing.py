"""What pages of letters ask for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.template.context import RequestContext
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_lazy, pgettext_lazy

from rapport.accounts.policies import person_of
from rapport.digest.models import Entry
from rapport.digest.reading import best_text
from rapport.mailing.models import Edition
from rapport.mailing.policies import MAY_EDIT, MAY_RUN
from rapport.web.templatetags.web import month_name

register = template.Library()


PLACES = (
    ("desk_letters", pgettext_lazy("of letters", "Sending"), MAY_EDIT),
    ("desk_subscribers", gettext_lazy("Subscribers"), MAY_EDIT),
    ("desk_letters_import", gettext_lazy("From a list"), MAY_EDIT),
    ("desk_letters_suppressed", gettext_lazy("Suppressed addresses"), MAY_EDIT),
    ("desk_letters_answers", gettext_lazy("Answers"), MAY_EDIT),
    ("desk_letter_test", gettext_lazy("Test letter"), MAY_EDIT),
    ("desk_letters_rules", gettext_lazy("Rules"), MAY_RUN),
)


@register.simple_tag(takes_context=True)
def letter_places(context: RequestContext) -> list[dict[str, Any]]:
    """The pages of the desk that are about letters, for the person who asks."""
    person = person_of(context.request)
    return [{"url": reverse(address), "name": name} for address, name, policy in PLACES if policy.allows(person)]


@register.simple_tag
def edition_words(edition: Edition) -> SafeString | str:
    """What an edition is called by, beside its kind: “May 2024”, “quarter 4 of 2026”, the title of an entry."""
    if edition.issue is not None:
        return month_name(edition.issue.first_day)
    if edition.entry is not None:
        return title_of(edition.entry)
    year, _, part = edition.period.partition("-")
    if part.startswith("Q"):
        return gettext("quarter %(number)s of %(year)s") % {"number": part[1:], "year": year}
    return month_name(dt.date(int(year), int(part), 1))


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
