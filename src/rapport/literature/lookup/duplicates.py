"""Articles that are here already."""

from __future__ import annotations

from django.db.models import Q

from rapport.literature.lookup.agreeing import words_of
from rapport.literature.lookup.record import Record
from rapport.literature.models import Article


def articles_like(record: Record) -> list[Article]:
    """Articles with the record's DOI or PubMed number, or with its title in its year. Two queries at most.

    Case, accents and punctuation of a title make no difference. Where either has no year, the title alone decides.
    """
    same = Q()
    if record.doi:
        same |= Q(doi__iexact=record.doi)
    if record.pmid:
        same |= Q(pmid=record.pmid)
    title = words_of(record.title)
    if title and record.year is not None:
        same |= Q(year=record.year) | Q(year__isnull=True)
    elif title:
        same |= Q(title__isnull=False)
    if not same:
        return []
    found = [
        pk
        for pk, doi, pmid, its_title in Article.objects.filter(same).values_list("pk", "doi", "pmid", "title")
        if (record.doi and doi.casefold() == record.doi.casefold())
        or (record.pmid and pmid == record.pmid)
        or (title and words_of(its_title) == title)
    ]
    return list(Article.objects.filter(pk__in=found)) if found else []
