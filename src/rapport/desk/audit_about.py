"""What deeds were about, in the words of the page's language: an entry by its title, an issue by its month."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Mapping

from django.utils.translation import pgettext_lazy

from rapport.accounts.models import Person
from rapport.audit.models import Event
from rapport.desk.templatetags.articles import names_and_year
from rapport.desk.templatetags.desk import title_of
from rapport.digest.models import Entry
from rapport.literature.models import Article
from rapport.web.templatetags.web import month_name

KINDS = {
    "announcement": pgettext_lazy("what a deed was about", "announcement"),
    "letter": pgettext_lazy("what a deed was about", "letter"),
    "page": pgettext_lazy("what a deed was about", "page"),
    "synonyms": pgettext_lazy("what a deed was about", "synonyms"),
    "topic": pgettext_lazy("what a deed was about", "topic"),
    "type": pgettext_lazy("what a deed was about", "research type"),
}


def abouts(events: Iterable[Event]) -> dict[str, str]:
    """What stands for each event's `about`. What is no longer there, or was never named, stands as it is recorded.

    Four queries at most, whatever the number of events.
    """
    named = {event.about: _kind_and_key(event.about) for event in events if event.about}
    for kind, names_of in NAMES.items():
        keys = [about.removeprefix(f"{kind}:") for about in named if about.startswith(f"{kind}:")]
        named |= {f"{kind}:{key}": name for key, name in names_of(keys).items()} if keys else {}
    return named


def _kind_and_key(about: str) -> str:
    kind, _colon, key = about.partition(":")
    return f"{KINDS[kind]} · {key}" if kind in KINDS else about


def _entries(slugs: Collection[str]) -> Mapping[str, str]:
    entries = Entry.objects.filter(slug__in=slugs).prefetch_related("texts")
    return {entry.slug: title_of(entry) for entry in entries}


def _issues(months: Collection[str]) -> Mapping[str, str]:
    readable = [month for month in months if re.fullmatch(r"[12]\d{3}-(0[1-9]|1[0-2])", month, re.ASCII)]
    return {month: month_name(dt.date(int(month[:4]), int(month[5:]), 1)) for month in readable}


def _articles(article_keys: Collection[str]) -> Mapping[str, str]:
    return {article.key: names_and_year(article) for article in Article.objects.filter(key__in=article_keys)}


def _persons(numbers: Collection[str]) -> Mapping[str, str]:
    readable = [int(number) for number in numbers if re.fullmatch(r"\d{1,18}", number, re.ASCII)]
    return {str(number): name for number, name in Person.objects.filter(pk__in=readable).values_list("pk", "name")}


NAMES: Mapping[str, Callable[[Collection[str]], Mapping[str, str]]] = {
    "entry": _entries,
    "issue": _issues,
    "article": _articles,
    "person": _persons,
}
