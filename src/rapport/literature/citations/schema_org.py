"""References in schema.org's vocabulary, as plain data for JSON-LD.

Source: schema.org (ScholarlyArticle, Chapter, Thesis, PublicationIssue and their properties).
"""

from typing import Any, Final

from .csl import Reference, doi_url, name_of, place_of

TYPES: Final[dict[str, str]] = {
    "journal-article": "ScholarlyArticle",
    "online-first": "ScholarlyArticle",
    "preprint": "ScholarlyArticle",
    "book": "Book",
    "chapter": "Chapter",
    "report": "Report",
    "thesis": "Thesis",
    "document": "CreativeWork",
}


def schema_org(reference: Reference) -> dict[str, Any]:
    """The work as a node without context, so that it can stand inside another. What is unknown is left out."""
    place = place_of(reference)
    return known(
        {
            "@type": _type_of(reference),
            "name": reference.title,
            "author": [_who(author) for author in reference.authors],
            "datePublished": "" if reference.year is None else str(reference.year),
            "inLanguage": reference.language,
            "isPartOf": _whole(reference),
            "publisher": _publisher(reference),
            "sourceOrganization": _organisation(reference.publisher) if reference.kind == "thesis" else {},
            "pagination": place.article_number or place.range("–"),
            "sameAs": doi_url(reference.doi) or reference.url,
            "identifier": [
                {"@type": "PropertyValue", "propertyID": name, "value": value}
                for name, value in (("DOI", reference.doi), ("PMID", reference.pmid))
                if value
            ],
        }
    )


def known(node: dict[str, Any]) -> dict[str, Any]:
    """The node without what is not known of it."""
    return {name: value for name, value in node.items() if value}


def _type_of(reference: Reference) -> str:
    return TYPES.get(reference.kind, TYPES["document"])


def _whole(reference: Reference) -> dict[str, Any]:
    """What the work is part of: for an article, its issue in its volume in its journal, as far as they are known."""
    if not reference.journal or reference.kind == "preprint":
        return {}
    if reference.kind == "chapter":
        editors = [_who(editor) for editor in reference.editors]
        return known({"@type": "Book", "name": reference.journal, "editor": editors})
    if _type_of(reference) != "ScholarlyArticle":
        return {"@type": "BookSeries" if reference.kind == "book" else "CreativeWorkSeries", "name": reference.journal}
    whole: dict[str, Any] = {"@type": "Periodical", "name": reference.journal}
    if reference.volume:
        whole = {"@type": "PublicationVolume", "volumeNumber": reference.volume, "isPartOf": whole}
    if reference.issue:
        whole = {"@type": "PublicationIssue", "issueNumber": reference.issue, "isPartOf": whole}
    return whole


def _publisher(reference: Reference) -> dict[str, str]:
    """Who published it; of a preprint, the repository it lies in."""
    if reference.kind == "thesis":
        return {}
    return _organisation(reference.publisher or (reference.journal if reference.kind == "preprint" else ""))


def _who(author: str) -> dict[str, str]:
    name = name_of(author)
    if not name.given:
        return _organisation(name.family)
    return known(
        {
            "@type": "Person",
            "name": f"{name.given} {name.family}",
            "givenName": name.given,
            "familyName": name.family,
            "honorificSuffix": name.suffix,
        }
    )


def _organisation(name: str) -> dict[str, str]:
    return {"@type": "Organization", "name": name} if name else {}
