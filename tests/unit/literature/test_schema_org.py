"""Cited works in schema.org's words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rapport.literature.citations import KINDS, Reference, schema_org
from rapport.literature.citations.schema_org import TYPES
from tests.unit.literature.test_citations import CHAPTER, DE_JONG, SHORT, SWIFT

SMITH = {"@type": "Person", "name": "A. Smith", "givenName": "A.", "familyName": "Smith"}
BOOK = replace(SHORT, kind="book", journal="Clinical series", publisher="Guilford Press")
A_TITLE = {"name": "A title", "author": [SMITH], "datePublished": "2020", "inLanguage": "en"}


def test_an_article_stands_in_its_issue_in_its_volume_in_its_journal():
    assert schema_org(SWIFT) == {
        "@type": "ScholarlyArticle",
        "name": "Premature discontinuation in adult psychotherapy: A meta-analysis",
        "author": [
            {"@type": "Person", "name": "J. K. Swift", "givenName": "J. K.", "familyName": "Swift"},
            {"@type": "Person", "name": "R. P. Greenberg", "givenName": "R. P.", "familyName": "Greenberg"},
        ],
        "datePublished": "2012",
        "inLanguage": "en",
        "isPartOf": {
            "@type": "PublicationIssue",
            "issueNumber": "4",
            "isPartOf": {
                "@type": "PublicationVolume",
                "volumeNumber": "80",
                "isPartOf": {"@type": "Periodical", "name": "Journal of Consulting and Clinical Psychology"},
            },
        },
        "pagination": "547–559",
        "sameAs": "https://doi.org/10.1037/a0028226",
        "identifier": [{"@type": "PropertyValue", "propertyID": "DOI", "value": "10.1037/a0028226"}],
    }


def test_a_volume_without_an_issue_is_part_of_the_journal_and_an_article_number_is_its_place():
    described = schema_org(DE_JONG)
    assert (described["isPartOf"], described["pagination"], described["identifier"]) == (
        {
            "@type": "PublicationVolume",
            "volumeNumber": "85",
            "isPartOf": {"@type": "Periodical", "name": "Clinical Psychology Review"},
        },
        "102002",
        [
            {"@type": "PropertyValue", "propertyID": "DOI", "value": "10.1016/j.cpr.2021.102002"},
            {"@type": "PropertyValue", "propertyID": "PMID", "value": "33721605"},
        ],
    )


def test_every_kind_of_work_has_its_type():
    assert set(TYPES) == set(KINDS)


@pytest.mark.parametrize(
    ("reference", "described"),
    [
        (
            replace(SHORT, kind="preprint", journal="PsyArXiv"),
            {
                "@type": "ScholarlyArticle",
                **A_TITLE,
                "publisher": {"@type": "Organization", "name": "PsyArXiv"},
            },
        ),
        (
            BOOK,
            {
                "@type": "Book",
                **A_TITLE,
                "isPartOf": {"@type": "BookSeries", "name": "Clinical series"},
                "publisher": {"@type": "Organization", "name": "Guilford Press"},
            },
        ),
        (
            replace(CHAPTER, authors=("King, M. L., Jr.",), editors=("Smith, A.",), title="A title", year=2020),
            {
                "@type": "Chapter",
                **A_TITLE,
                "author": [
                    {
                        "@type": "Person",
                        "name": "M. L. King",
                        "givenName": "M. L.",
                        "familyName": "King",
                        "honorificSuffix": "Jr.",
                    }
                ],
                "isPartOf": {
                    "@type": "Book",
                    "name": "Handbook of psychotherapy and behavior change",
                    "editor": [SMITH],
                },
                "publisher": {"@type": "Organization", "name": "Wiley"},
                "pagination": "135–189",
            },
        ),
        (
            replace(BOOK, kind="report", authors=("WHO",)),
            {
                "@type": "Report",
                **A_TITLE,
                "author": [{"@type": "Organization", "name": "WHO"}],
                "isPartOf": {"@type": "CreativeWorkSeries", "name": "Clinical series"},
                "publisher": {"@type": "Organization", "name": "Guilford Press"},
            },
        ),
        (
            replace(BOOK, kind="thesis", journal="", publisher="University of Ottawa"),
            {
                "@type": "Thesis",
                **A_TITLE,
                "sourceOrganization": {"@type": "Organization", "name": "University of Ottawa"},
            },
        ),
        (Reference(key="k", kind="document", language=""), {"@type": "CreativeWork"}),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_each_kind_of_work_is_described_as_it_is(reference, described):
    assert schema_org(reference) == described
