"""What the digest has already, so that drafts fit into it: shelves, keys, slugs, DOIs, issues."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.utils import DatabaseError

from rapport.digest.exchange.database import read_database
from rapport.digest.exchange.reading import read_folder
from rapport.digest.exchange.schema import IssueFile, ShelfItem
from rapport.digest.sample import sample_content
from rapport.web.wording import in_language


@dataclass
class Known:
    """`is_sample`: the digest has no topics of its own yet, so that the sample's stand in."""

    topics: dict[str, ShelfItem]
    research_types: dict[str, ShelfItem]
    author: str = ""
    articles: set[str] = field(default_factory=set)
    dois: dict[str, str] = field(default_factory=dict)
    slugs: set[str] = field(default_factory=set)
    issues: dict[str, IssueFile] = field(default_factory=dict)
    is_sample: bool = False


def read_known(language: str) -> Known:
    """Read it from the database; where there is none yet, only the sample's topics and types."""
    try:
        there = read_database()
    except DatabaseError:
        there = None
    if there is None or not there.topics or not there.research_types:
        sample, _ = read_folder(sample_content())
        known = Known(sample.topics, sample.research_types, is_sample=True)
    else:
        known = Known(there.topics, there.research_types)
    if there is not None:
        known.author = str(in_language(there.site.name, language)) if there.site else ""
        known.articles = set(there.articles)
        known.dois = {article.doi.lower(): key for key, article in there.articles.items() if article.doi}
        known.slugs = set(there.entries)
        known.issues = there.issues
    return known
