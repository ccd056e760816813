"""Small invented answers of the services, in the shape in which they answer. The works in them do not exist."""

from __future__ import annotations

from typing import Any

CROSSREF: dict[str, Any] = {
    "DOI": "10.5555/abc.1",
    "type": "journal-article",
    "title": ["Who leaves <i>early</i> &amp; why"],
    "subtitle": ["A survey"],
    "container-title": ["Journal of Examples", "J. Ex."],
    "author": [
        {"given": "Sam K", "family": "Sample", "sequence": "first", "affiliation": []},
        {"given": "Rosa", "family": "van der Rosa", "suffix": "Jr."},
        {"name": "Examples Consortium"},
    ],
    "volume": "12",
    "issue": "3",
    "page": "101-9",
    "language": "en",
    "publisher": "Examples Press",
    "issued": {"date-parts": [[2020, 12, 30]]},
    "published-online": {"date-parts": [[2020, 12, 30]]},
    "published-print": {"date-parts": [[2021, 3]]},
    "abstract": "<jats:title>Abstract</jats:title><jats:p>"
    "Of 231 clients, 68% stayed (<jats:italic>p</jats:italic> &lt; .001).</jats:p>",
    "subject": ["Clinical Psychology"],
    "updated-by": [
        {
            "DOI": "10.5555/abc.1.retraction",
            "type": "retraction",
            "label": "Retraction",
            "source": "retraction-watch",
            "updated": {"date-parts": [[2022, 5, 6]]},
        },
        {
            "DOI": "10.5555/ABC.1",
            "type": "new_version",
            "label": "New version",
            "source": "publisher",
            "updated": {"date-parts": [[2021, 1, 1]]},
        },
        {
            "DOI": "10.5555/abc.1.concern",
            "type": "expression_of_concern",
            "label": "Expression of concern",
            "source": "publisher",
            "updated": {"date-parts": [[2022, 1]]},
        },
    ],
}

OPENALEX: dict[str, Any] = {
    "id": "https://openalex.org/W1",
    "doi": "https://doi.org/10.5555/abc.1",
    "title": "Who leaves early & why: A survey",
    "publication_year": 2020,
    "language": "en",
    "type": "book-chapter",  # mistaken, as it happens; the deposited type is right
    "ids": {
        "pmid": "https://pubmed.ncbi.nlm.nih.gov/99000001",
        "pmcid": "https://www.ncbi.nlm.nih.gov/pmc/articles/9900001",
    },
    "primary_location": {"raw_type": "journal-article", "source": {"display_name": "Journal of Examples"}},
    "authorships": [
        {"author": {"display_name": "Sam K. Sample"}},
        {"author": {"display_name": "Rosa van der Rosa"}},
        {"author": None, "raw_author_name": "Examples Consortium"},
    ],
    "biblio": {"volume": "12", "issue": "3", "first_page": "101", "last_page": "109"},
    "is_retracted": True,
    "keywords": [{"display_name": "Drop-out"}],
    "abstract_inverted_index": {"Of": [0], "231": [1], "clients,": [2, 5], "many": [3], "were": [4], "stayed.": [6]},
}

PUBMED = """<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" "https://dtd.nlm.nih.gov/x.dtd">
<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="1">99000001</PMID><Article>
<Journal><JournalIssue><Volume>12</Volume><Issue>3</Issue><PubDate><MedlineDate>2021 Mar-Apr</MedlineDate></PubDate>
</JournalIssue><Title>Journal of examples</Title></Journal>
<ArticleTitle>Who leaves <i>early</i> and why: a survey.</ArticleTitle>
<Pagination><MedlinePgn>101-9</MedlinePgn></Pagination>
<ELocationID EIdType="pii" ValidYN="Y">S0001</ELocationID>
<ELocationID EIdType="doi" ValidYN="Y">10.5555/abc.1</ELocationID>
<Abstract><AbstractText Label="METHOD">Of 231 clients<sup>a</sup>,</AbstractText>
<AbstractText Label="RESULTS">68% stayed (p &lt; .001).</AbstractText></Abstract>
<AuthorList><Author><LastName>Sample</LastName><ForeName>Sam K</ForeName><Initials>SK</Initials></Author>
<Author><LastName>van der Rosa</LastName><Initials>R</Initials><Suffix>Jr</Suffix></Author>
<Author><CollectiveName>Examples Consortium</CollectiveName></Author></AuthorList>
<Language>eng</Language><PublicationTypeList><PublicationType>Journal Article</PublicationType>
<PublicationType>Retracted Publication</PublicationType></PublicationTypeList></Article>
<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn">
<RefSource>J Ex. 2022 May 6;13(1):1. doi: 10.5555/abc.1.retraction.</RefSource></CommentsCorrections>
<CommentsCorrections RefType="CommentIn"><RefSource>J Ex. 2023</RefSource></CommentsCorrections>
</CommentsCorrectionsList>
<MeshHeadingList><MeshHeading><DescriptorName>Patient Dropouts</DescriptorName></MeshHeading></MeshHeadingList>
</MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType="pubmed">99000001</ArticleId>
<ArticleId IdType="pmc">PMC9900001</ArticleId></ArticleIdList>
<ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.5555/another</ArticleId></ArticleIdList></Reference>
</ReferenceList></PubmedData></PubmedArticle></PubmedArticleSet>"""

EUROPE_PMC: dict[str, Any] = {
    "id": "99000001",
    "source": "MED",
    "pmid": "99000001",
    "pmcid": "PMC9900001",
    "doi": "10.5555/abc.1",
    "title": "Who leaves early and why: a survey.",
    "authorList": {
        "author": [
            {"fullName": "Sample SK", "firstName": "Sam K", "lastName": "Sample", "initials": "SK"},
            {"fullName": "van der Rosa R", "lastName": "van der Rosa", "initials": "R"},
            {"collectiveName": "Examples Consortium"},
        ]
    },
    "journalInfo": {
        "volume": "12",
        "issue": "3",
        "yearOfPublication": 2021,
        "journal": {"title": "Journal of examples"},
    },
    "pubYear": "2021",
    "pageInfo": "101-109",
    "language": "eng",
    "abstractText": "<h4>Method</h4>Of 231 clients,<h4>Results</h4>68% stayed (p &lt; .001).",
    "pubTypeList": {"pubType": ["Journal Article"]},
    "meshHeadingList": {"meshHeading": [{"descriptorName": "Patient Dropouts"}]},
    "commentCorrectionList": {"commentCorrection": [{"type": "Erratum in", "reference": "J Ex. 2021;12(4)"}]},
}
