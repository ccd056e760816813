"""What pages say of themselves to machines: JSON-LD, the Highwire Press tags, and Open Graph, as plain data.

An entry is described as a review of an article. Everything is in the language of the text shown, also on a page
that promises another, so that what is said of an entry is the same on each of its addresses in one language.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rapport.digest.models import Entry, EntryText, Issue, Revision, SiteIdentity
from rapport.digest.reading import best_text
from rapport.literature.citations import schema_org
from rapport.literature.citations.schema_org import known
from rapport.literature.models import Article, Notice, Standing, Topic
from rapport.web.addresses import Elsewhere
from rapport.web.markdown import plain_text
from rapport.web.wording import in_language

Node = dict[str, Any]
Tags = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class EntryDescription:
    """What an entry's page says: a graph for search engines, tags by name for reference managers (`highwire`) and
    by property for chats and timelines (`open_graph`)."""

    graph: list[Node]
    highwire: Tags
    open_graph: Tags


@dataclass(frozen=True)
class Describer:
    """Describes the pages of one digest, which readers find at `origin`."""

    site: SiteIdentity
    origin: str

    def entry(
        self, entry: Entry, text: EntryText, revisions: Sequence[Revision], topics: Sequence[Topic], here: Elsewhere
    ) -> EntryDescription:
        assert entry.issue is not None, "what readers may ask for stands in an issue"
        with translation.override(here.language):
            published, modified = days_of(entry.issue, text, revisions)
            description = Truncator(plain_text(text.summary)).chars(160)
            review = known(
                {
                    **self._review(entry, text, revisions, here.canonical),
                    "description": description,
                    # Without a type: whether a person or a desk has written it, we are not told.
                    "author": {"name": text.author},
                    "translator": {"name": text.translator} if text.translator else {},
                    "publisher": self._organisation(),
                    "license": self._licence(),
                    "about": [self._topic(topic) for topic in topics],
                    "isPartOf": self._issue(entry.issue),
                }
            )
            return EntryDescription(
                graph=[review, self._breadcrumbs(*_way_to(entry.issue), (text.title, entry.get_absolute_url()))],
                highwire=(
                    ("citation_title", text.title),
                    ("citation_author", text.author),
                    ("citation_publication_date", f"{published:%Y/%m/%d}"),
                    ("citation_journal_title", _said(self.site.name)),
                    ("citation_language", text.language),
                    ("citation_keywords", "; ".join(_said(topic.name) for topic in topics)),
                    ("citation_abstract_html_url", here.canonical),
                    ("citation_fulltext_html_url", here.canonical),
                ),
                open_graph=(
                    ("og:title", text.title),
                    ("og:description", description),
                    ("article:published_time", published.isoformat()),
                    ("article:modified_time", modified.isoformat()),
                ),
            )

    def withdrawn(self, entry: Entry, text: EntryText, revisions: Sequence[Revision]) -> list[Node]:
        """An entry that is no longer there: that it was, about what, and that it was withdrawn, when and why."""
        review = self._review(entry, text, revisions, self.origin + entry.get_absolute_url())
        return [known({**review, "creativeWorkStatus": "Withdrawn"})]

    def issue(self, issue: Issue, entries: Iterable[Entry]) -> list[Node]:
        described = self._issue(issue) | known(
            {
                "description": _said(issue.teaser),
                "inLanguage": get_language(),
                "hasPart": [self._part(entry) for entry in entries],
            }
        )
        return [described, self._breadcrumbs(*_way_to(issue))]

    def home(self, searched_at: str) -> list[Node]:
        """The site, and where to search it: the whole address of Browse, empty where nothing answers."""
        search = {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{searched_at}?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        }
        site = {
            "@type": "WebSite",
            "@id": self._home(),
            "url": self._home(),
            "name": _said(self.site.name),
            "description": _said(self.site.tagline),
            "inLanguage": get_language(),
            "publisher": self._organisation(),
            "potentialAction": search if searched_at else None,
        }
        return [known(site)]

    def topic(self, topic: Topic) -> list[Node]:
        return [self._breadcrumbs((_("Topics"), reverse("topics")), (_said(topic.name), _path_of(topic)))]

    # --- what these are made of ---------------------------------------------------------------------

    def _home(self) -> str:
        return self.origin + reverse("this_month")

    def _review(self, entry: Entry, text: EntryText, revisions: Sequence[Revision], address: str) -> Node:
        """What is said of an entry whether readers have it or not."""
        assert entry.issue is not None, "what readers may ask for stands in an issue"
        published, modified = days_of(entry.issue, text, revisions)
        return {
            "@type": "Review",
            "@id": address,
            "url": address,
            "name": text.title,
            "inLanguage": text.language,
            "datePublished": published.isoformat(),
            "dateModified": modified.isoformat(),
            "itemReviewed": _reviewed(entry.article),
            "correction": _corrections(revisions),
        }

    def _organisation(self) -> Node:
        return {"@type": "Organization", "name": _said(self.site.name), "url": self._home()}

    def _licence(self) -> Node:
        """The licence in words: that is all we are told of it."""
        name = _said(self.site.content_licence)
        return {"@type": "CreativeWork", "name": name} if name else {}

    def _topic(self, topic: Topic) -> Node:
        return {"@type": "DefinedTerm", "@id": self.origin + _path_of(topic), "name": _said(topic.name)}

    def _issue(self, issue: Issue) -> Node:
        address = self.origin + issue.get_absolute_url()
        return {
            "@type": "PublicationIssue",
            "@id": address,
            "url": address,
            "issueNumber": str(issue),
            "name": _month(issue),
            "datePublished": issue.published_on.isoformat(),
            "isPartOf": {"@type": "Periodical", "name": _said(self.site.name), "url": self._home()},
        }

    def _part(self, entry: Entry) -> Node:
        """An entry in an issue, under the address that counts: that of the language it is shown in."""
        text = best_text(list(entry.texts.all()), entry.language)
        with translation.override(text.language if text.language in dict(settings.LANGUAGES) else get_language()):
            address = self.origin + entry.get_absolute_url()
        return {"@type": "Review", "@id": address, "url": address, "name": text.title, "inLanguage": text.language}

    def _breadcrumbs(self, *way: tuple[str, str]) -> Node:
        """The way to a page: names and paths, from the widest to the page itself."""
        steps = [
            {"@type": "ListItem", "position": position, "name": name, "item": self.origin + path}
            for position, (name, path) in enumerate(way, start=1)
        ]
        return {"@type": "BreadcrumbList", "itemListElement": steps}


def days_of(issue: Issue, text: EntryText, revisions: Sequence[Revision]) -> tuple[dt.date, dt.date]:
    """The day on which readers first had this text, and that of the entry's last revision.

    For a translation, the first is the day it was made. Nothing is out before its issue is.
    """
    made = [revision.made_on for revision in revisions]
    translated = [
        revision.made_on
        for revision in revisions
        if revision.kind == Revision.Kind.TRANSLATED and revision.language == text.language
    ]
    published = max([issue.published_on, *(translated or made)[:1]])
    return published, max([published, *made[-1:]])


def _reviewed(article: Article) -> Node:
    """The article, with what was published about it since.

    schema.org has no property for a retraction: its status says what the article is, and `correction` leads to each
    notice. Its words for a status are examples, in English, so ours is too.
    """
    notices = article.notices.all() if article.standing else ()
    return schema_org(article.reference) | known(
        {
            "creativeWorkStatus": "Retracted" if article.standing == Standing.RETRACTED else "",
            "correction": [
                known(
                    {
                        "@type": "CorrectionComment",
                        "name": notice.get_kind_display(),
                        "datePublished": notice.published_on.isoformat() if notice.published_on else "",
                        "url": notice.address,
                    }
                )
                for notice in notices
                if notice.kind != Notice.Kind.OTHER
            ],
        }
    )


def _corrections(revisions: Iterable[Revision]) -> list[Node]:
    """What changed in an entry since readers first had it, and why it is gone."""
    return [
        known(
            {
                "@type": "CorrectionComment",
                "datePublished": revision.made_on.isoformat(),
                "text": _said(revision.account),
            }
        )
        for revision in revisions
        if revision.kind in (Revision.Kind.CORRECTED, Revision.Kind.WITHDRAWN)
    ]


def _way_to(issue: Issue) -> tuple[tuple[str, str], ...]:
    return (
        (_("Archive"), reverse("archive")),
        (str(issue.year), reverse("year", args=[issue.year])),
        (_month(issue), issue.get_absolute_url()),
    )


def _path_of(topic: Topic) -> str:
    return reverse("topic", args=[topic.key])


def _month(issue: Issue) -> str:
    """“May 2024”, « Mai 2024 »."""
    month = date_format(issue.first_day, "F Y")
    return month[:1].upper() + month[1:]


def _said(wording: dict[str, str]) -> str:
    return in_language(wording, get_language() or settings.LANGUAGE_CODE).text
