"""What templates say in every room: wordings, numbers, Markdown."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from rapport.web.markdown import plain_text, render_markdown
from rapport.web.numbers import format_number
from rapport.web.wording import Phrase, in_language

register = template.Library()

# What could end a script or begin a comment in it, and what JavaScript takes for the end of a line.
ESCAPED_IN_SCRIPTS = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


@register.filter
def worded(wording: Mapping[str, str] | Phrase | None) -> str | SafeString:
    """The wording in the page's language; where it only exists in another, marked with that language."""
    phrase = wording if isinstance(wording, Phrase) else in_language(wording, get_language() or "en")
    if phrase and phrase.language != get_language():
        return format_html('<span lang="{}">{}</span>', phrase.language, phrase.text)
    return phrase.text


@register.filter
def told(wording: Mapping[str, str] | None) -> str | SafeString:
    """A sentence for readers, as `worded`; one that exists in another language only says in which it is."""
    phrase = in_language(wording, get_language() or "en")
    if phrase and phrase.language != get_language():
        named = _("(in %(language)s)") % {"language": language_name(phrase.language)}
        return format_html("{} {}", worded(phrase), named)
    return phrase.text


@register.simple_tag
def lang_of(text: Any) -> str | SafeString:
    """A `lang` attribute for something that is not in the page's language; nothing when it is."""
    return "" if text.language == get_language() else format_html(' lang="{}"', text.language)


@register.filter
def offered(addresses: list[dict[str, str]], languages: list[str]) -> list[dict[str, str]]:
    """The addresses in the languages that the site offers; all of them when it does not say."""
    return [address for address in addresses if address["code"] in languages] if languages else addresses


@register.filter
def plainly(wording: Mapping[str, str] | None) -> str:
    """The wording in the page's language, else in another, without marking: for attributes and titles."""
    return in_language(wording, get_language() or "en").text


@register.filter
def markdown(text: str | Phrase, base: str = "") -> SafeString:
    return render_markdown(str(text), base)


@register.filter
def without_markdown(text: str) -> str:
    return plain_text(text)


@register.filter
def number(value: Decimal | int | None, group_from: int = 1000) -> str:
    return "" if value is None else format_number(value, get_language() or "en", group_from=group_from)


@register.filter
def month_name(date: dt.date) -> str:
    """“January 2023”, « janvier 2023 »."""
    return date_format(date, "F Y")


@register.filter
def day_name(date: dt.date) -> str:
    """“1 January 2023”, « 1er janvier 2023 »."""
    first = "er" if date.day == 1 and get_language() == "fr" else ""
    return f"{date.day}{first} {month_name(date)}"


@register.filter
def moment(when: dt.datetime | None) -> str:
    """“7 June 2024, 14:02”, « 7 juin 2024, 14 h 02 », in the network's time zone."""
    if when is None:
        return ""
    return _("%(day)s, %(time)s") % {"day": day_name(localtime(when).date()), "time": time_of_day(when)}


@register.filter
def time_of_day(when: dt.datetime | None) -> str:
    """“14:02”, « 14 h 02 », in the network's time zone."""
    if when is None:
        return ""
    return date_format(localtime(when), "G \\h i" if get_language() == "fr" else "G:i").replace(" ", "\u00a0")


@register.filter
def language_name(code: str) -> str:
    """“French”, « français »: a language as the page's own language calls it."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


@register.filter
def cent(value: float | None) -> str:
    """A position in a drawing: `12.5%`, whatever the page's decimal mark."""
    return "" if value is None else f"{value:g}%"


@register.simple_tag
def in_page_language(wording: Any) -> Phrase:
    return in_language(wording, get_language() or "en")


@register.filter
def json_ld(graph: list[dict[str, Any]]) -> SafeString:
    """Nodes in schema.org's vocabulary as a block of data, which no browser runs."""
    data = {"@context": "https://schema.org", "@graph": graph}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(ESCAPED_IN_SCRIPTS)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308  # escaped on the line above
