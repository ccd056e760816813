"""What each service says of a work, as a record. Answers of a real shape, about works that do not exist."""

from __future__ import annotations

import copy
import datetime as dt
from xml.etree import ElementTree

import pytest

from rapport.literature.lookup import crossref, europe_pmc, openalex, pubmed
from rapport.literature.lookup.record import FoundNotice, Record
from rapport.literature.lookup.service import NoAnswer
from tests.unit.literature.lookup.answers import CROSSREF, EUROPE_PMC, OPENALEX, PUBMED


def crossref_with(**fields):
    work = {**CROSSREF, **fields}
    return {name: value for name, value in work.items() if value is not None}


def test_a_work_of_crossrefs():
    assert crossref.record_of(CROSSREF) == Record(
        source="crossref",
        kind="journal-article",
        language="en",
        authors=("Sample, S. K.", "van der Rosa, R., Jr.", "Examples Consortium"),
        year=2021,  # of the volume; it was online in 2020
        title="Who leaves early & why: A survey",
        journal="Journal of Examples",
        volume="12",
        issue="3",
        pages="101–109",
        doi="10.5555/abc.1",
        abstract="Of 231 clients, 68% stayed (p < .001).",
        notices=(
            FoundNotice(
                kind="concern", doi="10.5555/abc.1.concern", source="publisher", published_on=dt.date(2022, 1, 1)
            ),
            FoundNotice(
                kind="retraction",
                doi="10.5555/abc.1.retraction",
                source="Retraction Watch",
                published_on=dt.date(2022, 5, 6),
            ),
        ),
        subjects=("Clinical Psychology",),
    )


@pytest.mark.parametrize(
    ("fields", "field", "value"),
    [
        ({"published-print": None}, "year", 2020),
        ({"published-print": {"date-parts": [[None]]}}, "year", 2020),
        ({"published-print": {}, "issued": {"date-parts": []}, "published-online": None}, "year", None),
        ({"author": None}, "authors", ()),
        ({"title": []}, "title", "A survey"),
        ({"title": None, "subtitle": None}, "title", ""),
        ({"page": None, "article-number": "e12"}, "pages", "e12"),
        ({"page": None, "volume": None, "issue": None}, "kind", "online-first"),
        ({"type": "book-chapter"}, "kind", "chapter"),
        ({"type": "posted-content"}, "kind", "preprint"),
        ({"type": "posted-content", "container-title": [], "institution": [{"name": "OSF"}]}, "journal", "OSF"),
        ({"type": "dissertation", "institution": [{"name": "University"}]}, "publisher", "University"),
        ({"type": "something-new"}, "kind", "document"),
        ({"container-title": ["Cats &amp; Dogs"]}, "journal", "Cats & Dogs"),
        (
            {"title": ["RETRACTED: Who"], "subtitle": [], "updated-by": None},
            "notices",
            (FoundNotice(kind="retraction", source="Crossref"),),
        ),
    ],
)
def test_what_crossref_leaves_out_or_writes_otherwise(fields, field, value):
    assert getattr(crossref.record_of(crossref_with(**fields)), field) == value


def test_a_notice_of_crossrefs_says_what_it_updates():
    update = {
        "DOI": "10.5555/ABC.1",
        "type": "retraction",
        "source": "publisher",
        "updated": {"date-parts": [[2022, 5, 6]]},
    }
    notice = {"DOI": "10.5555/abc.1.r", "update-to": [{"DOI": "10.5555/other", "type": "retraction"}, update]}
    assert list(crossref.notices_about("10.5555/abc.1", notice)) == [
        FoundNotice(kind="retraction", doi="10.5555/abc.1.r", source="publisher", published_on=dt.date(2022, 5, 6))
    ]


def test_a_work_of_openalexs():
    assert openalex.record_of(OPENALEX) == Record(
        source="openalex",
        kind="journal-article",
        language="en",
        authors=("Sample, S. K.", "van der Rosa, R.", "Consortium, E."),  # it cannot tell an organisation
        year=2020,
        title="Who leaves early & why: A survey",
        journal="Journal of Examples",
        volume="12",
        issue="3",
        pages="101–109",
        doi="10.5555/abc.1",
        pmid="99000001",
        pmcid="PMC9900001",
        abstract="Of 231 clients, many were clients, stayed.",
        notices=(FoundNotice(kind="retraction", source="OpenAlex"),),
        subjects=("Drop-out",),
    )


def test_an_article_of_pubmeds():
    assert pubmed.records_of(PUBMED.encode()) == [
        Record(
            source="pubmed",
            kind="journal-article",
            language="en",
            authors=("Sample, S. K.", "van der Rosa, R., Jr.", "Examples Consortium"),
            year=2021,
            title="Who leaves early and why: a survey",
            journal="Journal of examples",
            volume="12",
            issue="3",
            pages="101–109",
            doi="10.5555/abc.1",
            pmid="99000001",
            pmcid="PMC9900001",
            abstract="METHOD: Of 231 clientsa,\n\nRESULTS: 68% stayed (p < .001).",
            notices=(
                FoundNotice(
                    kind="retraction",
                    doi="10.5555/abc.1.retraction",
                    source="PubMed",
                    published_on=dt.date(2022, 5, 6),
                ),
            ),
            subjects=("Journal Article", "Retracted Publication", "Patient Dropouts"),
        )
    ]


def test_an_article_of_pubmeds_with_no_more_than_a_number():
    bare = "<PubmedArticle><MedlineCitation><PMID>1</PMID><Article/></MedlineCitation></PubmedArticle>"
    assert pubmed.record_of(ElementTree.fromstring(bare)) == Record(source="pubmed", kind="online-first", pmid="1")


def test_a_result_of_europe_pmcs():
    assert europe_pmc.record_of(EUROPE_PMC) == Record(
        source="europe_pmc",
        kind="journal-article",
        language="en",
        authors=("Sample, S. K.", "van der Rosa, R.", "Examples Consortium"),
        year=2021,
        title="Who leaves early and why: a survey",
        journal="Journal of examples",
        volume="12",
        issue="3",
        pages="101–109",
        doi="10.5555/abc.1",
        pmid="99000001",
        pmcid="PMC9900001",
        abstract="Method: Of 231 clients,\n\nResults: 68% stayed (p < .001).",
        notices=(FoundNotice(kind="correction", source="Europe PMC"),),
        subjects=("Journal Article", "Patient Dropouts"),
    )


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><PubmedArticleSet>&b;</PubmedArticleSet>'


@pytest.mark.parametrize(
    "body",
    [
        BOMB.encode(),
        BOMB.encode("utf-16"),
        b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><PubmedArticleSet>&f;</PubmedArticleSet>',
        b"<PubmedArticleSet>&nbsp;</PubmedArticleSet>",
        b"<PubmedArticleSet><PubmedArticle>",
        b"<html/>",
        b"",
        b"\xff\xfe\x00",
    ],
    ids=lambda body: repr(body[:20]),
)
def test_xml_that_is_dangerous_or_broken_is_no_answer(body):
    with pytest.raises(NoAnswer, match="unreadable"):
        pubmed.records_of(body)


@pytest.mark.parametrize(
    ("read", "answer"),
    [(crossref.record_of, CROSSREF), (openalex.record_of, OPENALEX), (europe_pmc.record_of, EUROPE_PMC)],
    ids=["crossref", "openalex", "europe_pmc"],
)
@pytest.mark.parametrize("odd", [None, 7, True, "text", [], [None], [[]], {}, {"a": None}], ids=repr)
def test_a_field_in_any_other_shape_is_read_as_silence_and_breaks_nothing(read, answer, odd):
    needed = {"DOI", "id"}
    for field in answer:
        if field not in needed:
            changed = copy.deepcopy(answer)
            changed[field] = odd
            assert isinstance(read(changed), Record)
