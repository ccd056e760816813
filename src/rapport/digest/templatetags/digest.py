"""What the digest's templates say: an entry's text in the page's language, sources, forests in words."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from rapport.digest import paging
from rapport.digest.browsing import Choice
from rapport.digest.models import Entry, EntryText
from rapport.digest.queries import Neighbour
from rapport.digest.reading import best_text
from rapport.digest.search.searching import Search
from rapport.literature.citations import coins, in_text
from rapport.literature.models import Article, Finding
from rapport.literature.presenting import FindingRow, Forest, ForestRow, columns_of
from rapport.web.numbers import format_number
from rapport.web.templatetags.web import worded
from rapport.web.wording import in_language

register = template.Library()


@register.simple_tag
def text_of(entry: Entry) -> EntryText:
    """The entry's text in the page's language, else the one it was written in."""
    return best_text(list(entry.texts.all()), entry.language)


@register.simple_tag
def best_of(neighbour: Neighbour) -> EntryText:
    return best_text(list(neighbour.texts), neighbour.entry.language)


@register.simple_tag
def short_citation(article: Article) -> str:
    return in_text(article.reference, get_language() or "en")


@register.simple_tag
def source_of(entry: Entry) -> SafeString:
    """“Swift & Greenberg (2012), *Journal*”."""
    article = entry.article
    if not article.journal:
        return format_html("{}", short_citation(article))
    return format_html("{}, <i>{}</i>", short_citation(article), article.journal)


@register.simple_tag
def link_to_article(article: Article) -> SafeString:
    """The article by its short citation, linked to our entry on it where readers may see one."""
    entry = getattr(article, "entry", None)
    if entry is None or not entry.is_shown(localdate()):
        return format_html("{}", short_citation(article))
    return format_html('<a href="{}">{}</a>', entry.get_absolute_url(), short_citation(article))


@register.simple_tag
def context_object(article: Article) -> SafeString:
    """What a reference manager reads when a reader saves the page: the article, in an element nobody sees."""
    return format_html('<span class="Z3988" title="{}" hidden></span>', coins(article.reference))


@register.simple_tag
def frame_of(finding: Finding) -> SafeString:
    """Outcome, comparison and time point in one line."""
    parts = [(worded(words),) for words in (finding.outcome, finding.comparison, finding.time_point) if words]
    return format_html_join(" · ", "{}", parts)


@register.simple_tag
def details_of(row: FindingRow) -> str:
    """“p < 0.001 · k = 669 · n = 83,834”: what the estimate rests on."""
    language = get_language() or "en"
    finding, parts = row.finding, [row.p] if row.p else []
    if finding.k is not None:
        parts.append(f"k = {format_number(finding.k, language)}")
    if finding.n is not None:
        parts.append(f"n = {format_number(finding.n, language)}")
    return " · ".join(parts)


register.simple_tag(columns_of)


@register.simple_tag
def marked_title(search: Search, text: EntryText) -> SafeString:
    """An entry's title with the words that were asked for marked."""
    return search.marker.marked(text.title, text.language)


@register.simple_tag
def excerpt(search: Search, text: EntryText) -> SafeString:
    """The part of an entry that has most of what was asked for; empty when its text has none of it."""
    return search.marker.excerpt([text.summary, text.implications, text.limitations], text.language)


@register.simple_tag
def also_searched(search: Search) -> str:
    """“drop-out, attrition”: other words for what was typed, by which entries were searched too."""
    return ", ".join(search.also(get_language() or "en"))


@register.simple_tag
def choice_label(choice: Choice) -> str | SafeString:
    return worded(choice.label) if isinstance(choice.label, dict) else str(choice.label)


@register.simple_tag(takes_context=True)
def address_of_page(context: RequestContext, number: int) -> str:
    return paging.address_of_page(context["request"], number)


@register.simple_tag
def forest_words(forest: Forest) -> dict[str, Any]:
    """A forest's title and what a reader who does not see it needs to know."""
    language = get_language() or "en"
    outcome, comparison, time = (
        str(in_language(family.name, language))
        for family in (forest.of.outcome, forest.of.comparison, forest.of.time_point)
    )
    first = forest.of.findings[0].finding
    lines = [
        _("%(article)s: %(estimate)s, %(interval_label)s %(interval)s.")
        % {
            "article": f"{row.label} ({row.doubted})" if row.doubted else row.label,
            "estimate": row.row.estimate,
            "interval_label": row.row.interval_label,
            "interval": row.row.interval,
        }
        for row in forest.rows
    ]
    good = {
        "higher": _("Values further to the right are better for clients."),
        "lower": _("Values further to the left are better for clients."),
    }.get(forest.of.favours, "")
    return {
        "id": f"forest-{first.pk}",
        "title": _("%(outcome)s: %(comparison)s") % {"outcome": outcome, "comparison": comparison},
        "what": _("%(metric)s, %(time)s.") % {"metric": _capital(str(forest.of.metric.name)), "time": time},
        "good": good,
        "description": " ".join(lines),
    }


@register.simple_tag
def overlap_of(line: ForestRow) -> str:
    """Which lines of a forest share studies or people with this one."""
    return ngettext(
        "† %(number)s. %(label)s shares studies or people with line %(others)s: "
        "do not count them as separate evidence.",
        "† %(number)s. %(label)s shares studies or people with lines %(others)s: "
        "do not count them as separate evidence.",
        len(line.shares_with),
    ) % {
        "number": line.number,
        "label": line.label,
        "others": ", ".join(str(number) for number in line.shares_with),
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
