"""Keep the search index in step with what entries say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from django.db.models import Q, QuerySet

from rapport.digest.models import Entry, SearchDocument, SearchWord
from rapport.digest.search.words import stem, stems, words_of
from rapport.literature.models import Article, Axis, Shelf

FIELDS = ("title", "shelves", "implications", "summary", "article", "rest")
AT_ONCE = 500
LONGEST_FIELD = 3500  # words: PostgreSQL holds a megabyte of them for an entry, all fields together
LINK_TARGET = re.compile(r"\]\([^)]*\)")

Said = tuple[str, str]  # a text, and the language it is in


def index_entries(entries: QuerySet[Entry]) -> int:
    """Write the search documents of `entries` anew; returns how many. Reads a few hundred at once.

    Only what is published has one: nothing of a draft may be found, nor change how a word is spelt.
    """
    published = Q(state=Entry.State.PUBLISHED)
    SearchDocument.objects.filter(entry__in=entries.exclude(published).values("pk")).delete()
    wanted = (
        entries.filter(published)
        .order_by("pk")
        .select_related("article", "research_type")
        .prefetch_related("texts", "topics", "article__findings")
    )
    written = 0
    for chunk in _chunks(wanted.iterator(chunk_size=AT_ONCE)):
        words: set[str] = set()
        documents = [_document(entry, words) for entry in chunk]
        SearchDocument.objects.bulk_create(
            documents, update_conflicts=True, unique_fields=["entry"], update_fields=list(FIELDS)
        )
        rows = (SearchWord(word=word, stems=" ".join(stems(word))) for word in sorted(words))
        SearchWord.objects.bulk_create(rows, ignore_conflicts=True)
        written += len(documents)
    return written


def index_entries_on(articles: Iterable[str], *, but: Iterable[str] = ()) -> int:
    """Write anew the search documents of the entries on changed articles (keys). For whoever saves an article."""
    return index_entries(Entry.objects.filter(article__key__in=articles).exclude(slug__in=but))


def rebuild() -> int:
    """Make the whole index anew; returns the number of entries in it."""
    SearchDocument.objects.all().delete()
    SearchWord.objects.all().delete()
    return index_entries(Entry.objects.all())


def _chunks(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    while chunk := list(islice(entries, AT_ONCE)):
        yield chunk


def _document(entry: Entry, words: set[str]) -> SearchDocument:
    """The search document of `entry`; its words are added to `words`."""
    fields = {}
    for field, said in _said(entry).items():
        said_here: list[str] = []
        for text, language in said:
            found = words_of(LINK_TARGET.sub("]", text))[: LONGEST_FIELD - len(said_here)]
            words.update(word for word in found if not word.isdigit())
            said_here += [stem(word, language) for word in found]
        fields[field] = " ".join(said_here)
    return SearchDocument(entry=entry, **fields)


def _said(entry: Entry) -> dict[str, list[Said]]:
    """What an entry says, by field of its search document."""
    texts = [*entry.texts.all()]
    shelves: list[Shelf] = [*entry.topics.all(), entry.research_type]
    glance = ("design", "who", "how_many", "measured")
    return {
        "title": [(text.title, text.language) for text in texts],
        "shelves": [
            said for shelf in shelves for said in [*_worded(shelf.name), *((name, "en") for name in shelf.variants)]
        ],
        "implications": [(text.implications, text.language) for text in texts],
        "summary": [
            said
            for text in texts
            for said in [(text.summary, text.language), *((getattr(text, name), text.language) for name in glance)]
        ],
        "article": _about(entry.article),
        "rest": [
            *((words, text.language) for text in texts for words in (text.limitations, text.disagreements)),
            *(said for shelf in shelves for said in _worded(shelf.description)),
            *(
                said
                for finding in entry.article.findings.all()
                for words in (finding.claim, finding.reading, *(getattr(finding, axis) for axis in Axis.values))
                for said in _worded(words)
            ),
        ],
    }


def _about(article: Article) -> list[Said]:
    return [
        *((author, "en") for author in article.authors),
        (str(article.year or ""), "en"),
        (article.title, article.language),
        (article.journal, article.language),
        (article.doi, "en"),
    ]


def _worded(words: Mapping[str, str]) -> Iterable[Said]:
    return ((text, language) for language, text in words.items())
