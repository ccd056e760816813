"""Context objects as the standard writes them, and as Zotero reads them."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest

from rapport.literature.citations import KINDS, Reference, coins
from rapport.literature.citations.coins import FORMS
from tests.unit.literature.test_citations import CHAPTER, DE_JONG, RODGERS, SHORT, SWIFT
from tests.zotero import parse_context_object

BOOK = replace(SHORT, kind="book", journal="Clinical series", publisher="Guilford Press")


def test_an_article_is_described_in_the_journal_format_key_by_key():
    assert parse_qsl(coins(SWIFT)) == [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:journal"),
        ("rft_id", "info:doi/10.1037/a0028226"),
        ("rft.genre", "article"),
        ("rft.atitle", "Premature discontinuation in adult psychotherapy: A meta-analysis"),
        ("rft.jtitle", "Journal of Consulting and Clinical Psychology"),
        ("rft.au", "Swift, J. K."),
        ("rft.au", "Greenberg, R. P."),
        ("rft.date", "2012"),
        ("rft.volume", "80"),
        ("rft.issue", "4"),
        ("rft.pages", "547-559"),
        ("rft.spage", "547"),
        ("rft.epage", "559"),
        ("rft.language", "en"),
    ]


def test_what_is_not_known_has_no_key():
    assert parse_qsl(coins(Reference(key="k", language=""))) == [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:journal"),
        ("rft.genre", "article"),
    ]


def test_every_kind_of_work_has_its_form():
    assert set(FORMS) == set(KINDS)


@pytest.mark.parametrize(
    ("reference", "saved"),
    [
        (
            DE_JONG,
            {
                "itemType": "journalArticle",
                "title": "Using progress feedback to improve outcomes: A multilevel meta-analysis",
                "creators": [("K.", "de Jong"), ("J. M.", "Conijn"), ("R. A. V.", "Gallagher")],
                "date": "2021",
                "publicationTitle": "Clinical Psychology Review",
                "volume": "85",
                "pages": "102002",
                "DOI": "10.1016/j.cpr.2021.102002",
                "language": "en",
            },
        ),
        (
            RODGERS,
            {
                "itemType": "journalArticle",
                "title": "L’alliance thérapeutique en psychothérapie\u00a0: apports de la recherche",
                "creators": [("R.-F.", "Rodgers"), ("L.", "Cailhol")],
                "date": "2010",
                "publicationTitle": "L’Encéphale",
                "volume": "36",
                "pages": "433-438",
                "language": "fr",
            },
        ),
        (
            replace(SWIFT, kind="online-first", volume="", issue=""),
            {
                "itemType": "journalArticle",
                "title": SWIFT.title,
                "creators": [("J. K.", "Swift"), ("R. P.", "Greenberg")],
                "date": "2012",
                "publicationTitle": SWIFT.journal,
                "DOI": "10.1037/a0028226",
                "language": "en",
            },
        ),
        (
            replace(SHORT, kind="preprint", journal="PsyArXiv", doi="10.31234/osf.io/x"),
            {
                "itemType": "preprint",
                "title": "A title",
                "creators": [("A.", "Smith")],
                "date": "2020",
                "publisher": "PsyArXiv",
                "DOI": "10.31234/osf.io/x",
                "language": "en",
            },
        ),
        (
            BOOK,
            {
                "itemType": "book",
                "title": "A title",
                "creators": [("A.", "Smith")],
                "date": "2020",
                "series": "Clinical series",
                "publisher": "Guilford Press",
                "language": "en",
            },
        ),
        (
            CHAPTER,
            {
                "itemType": "bookSection",
                "title": "The efficacy and effectiveness of psychological therapies",
                "creators": [("M.", "Barkham"), ("M. J.", "Lambert")],
                "date": "2021",
                "publicationTitle": "Handbook of psychotherapy and behavior change",
                "pages": "135-189",
                "publisher": "Wiley",
                "language": "en",
            },
        ),
        (
            replace(BOOK, kind="report", authors=("World Health Organization", "Smith, A.")),
            {
                "itemType": "report",
                "title": "A title",
                "creators": [("", "World Health Organization"), ("A.", "Smith")],
                "date": "2020",
                "seriesTitle": "Clinical series",
                "publisher": "Guilford Press",
                "language": "en",
            },
        ),
        (
            replace(BOOK, kind="thesis", publisher="University of Ottawa"),
            {
                "itemType": "thesis",
                "title": "A title",
                "creators": [("A.", "Smith")],
                "date": "2020",
                "publisher": "University of Ottawa",
            },
        ),
        (
            replace(BOOK, kind="document"),
            {
                "itemType": "document",
                "title": "A title",
                "creators": [("A.", "Smith")],
                "date": "2020",
                "publicationTitle": "Clinical series",
                "publisher": "Guilford Press",
                "language": "en",
            },
        ),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_zotero_saves_each_kind_of_work_as_it_is(reference, saved):
    assert parse_context_object(coins(reference)) == saved


@pytest.mark.parametrize(
    ("author", "creator"),
    [
        ("van Oppen, P.", ("P.", "van Oppen")),
        ("Tardif, É.", ("É", "Tardif")),  # Zotero knows unaccented initials only, and drops the full stop
        ("King, M. L., Jr.", ("M. L.", "King")),  # and has no place for a suffix
        ("Del Re, A. C.", ("A. C.", "Del Re")),
        ("O’Brien-Smith, J.-P.", ("J.-P.", "O’Brien-Smith")),
        ("American Psychological Association", ("", "American Psychological Association")),
    ],
)
def test_zotero_finds_the_parts_of_a_name(author, creator):
    saved = parse_context_object(coins(replace(SHORT, authors=(author,))))
    assert saved["creators"] == [creator]


def test_what_separates_in_an_address_is_encoded():
    title = "A & B = 100% of <C>; “D” #1?"
    assert parse_context_object(coins(replace(SHORT, title=title)))["title"] == title
