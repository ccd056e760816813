"""Exported references are read from every format, and what cannot be read is told with its line."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.digest.exchange.reading import read_folder
from rapport.literature.citations import Reference, bibtex, csl_json, ris
from rapport.literature.lookup.files import FileProblem, ReferencesRead, read_references
from rapport.literature.lookup.record import Record

CONTENT, _ = read_folder(Path(__file__).resolve().parents[4] / "content")
FIELDS = ("kind", "language", "title", "journal", "volume", "issue", "pages", "publisher", "doi")
SAMPLE = [
    Reference(
        key=key,
        **{field: getattr(article, field) or "" for field in FIELDS},
        authors=article.authors,
        year=article.year,
    )
    for key, article in CONTENT.articles.items()
]

RIS = """TY  - JOUR\r
AU  - Sample, Sam K.\r
AU  - van der Rosa, R., Jr.\r
A1  - Examples Consortium\r
PY  - 2021/03//\r
TI  - Who leaves early:\r
 a survey.\r
JF  - Journal of Examples\r
VL  - 12\r
IS  - 3\r
SP  - 101\r
EP  - 9\r
DO  - https://doi.org/10.5555/abc.1\r
LA  - eng\r
AB  - Of 231 clients, 68% stayed (p < .001).\r
KW  - Drop-out\r
ER  - \r
"""
NBIB = """
PMID- 99000001
DP  - 2021 Mar
TI  - Who leaves early:
      a survey.
PG  - 101-9
LID - S0001 [pii]
LID - 10.5555/abc.1 [doi]
AB  - Of 231 clients, 68% stayed
      (p < .001).
FAU - Sample, Sam K
AU  - Sample SK
FAU - van der Rosa, R Jr
AU  - van der Rosa R Jr
CN  - Examples Consortium
LA  - eng
PT  - Journal Article
JT  - Journal of Examples
TA  - J Ex
VI  - 12
IP  - 3
PMC - PMC9900001
MH  - *Patient Dropouts/statistics & numerical data
"""
BIBTEX = r"""% exported
@string{joe = "Journal of Examples"}
@article{sample2021,
  author = {Sample, Sam K. and van der Rosa, Jr., R. and {Examples Consortium} and {\"O}st, Lars-G{\"o}ran},
  title = {Who leaves {Early}: a survey \& more},
  journal = joe,
  year = 2021, volume = {12}, number = {3}, pages = {101--109},
  doi = {10.5555/abc\_1},
  keywords = {Drop-out; Alliance},
}
"""


def test_a_reference_of_ris():
    assert read_references("export.ris", RIS.encode()) == ReferencesRead(
        records=(
            Record(
                source="ris",
                kind="journal-article",
                language="en",
                authors=("Sample, S. K.", "van der Rosa, R., Jr.", "Examples Consortium"),
                year=2021,
                title="Who leaves early: a survey",
                journal="Journal of Examples",
                volume="12",
                issue="3",
                pages="101–109",
                doi="10.5555/abc.1",
                abstract="Of 231 clients, 68% stayed (p < .001).",
                subjects=("Drop-out",),
            ),
        )
    )


def test_a_reference_of_pubmeds():
    [record] = read_references("citation.nbib", NBIB.encode()).records
    assert record == Record(
        source="nbib",
        kind="journal-article",
        language="en",
        authors=("Sample, S. K.", "van der Rosa, R., Jr.", "Examples Consortium"),
        year=2021,
        title="Who leaves early: a survey",
        journal="Journal of Examples",
        volume="12",
        issue="3",
        pages="101–109",
        doi="10.5555/abc.1",
        pmid="99000001",
        pmcid="PMC9900001",
        abstract="Of 231 clients, 68% stayed (p < .001).",
        subjects=("Journal Article", "Patient Dropouts"),
    )


def test_a_reference_of_bibtexs():
    assert read_references("refs.bib", BIBTEX.encode()) == ReferencesRead(
        records=(
            Record(
                source="bibtex",
                kind="journal-article",
                authors=("Sample, S. K.", "van der Rosa, R., Jr.", "Examples Consortium", "Öst, L.-G."),
                year=2021,
                title="Who leaves Early: a survey & more",
                journal="Journal of Examples",
                volume="12",
                issue="3",
                pages="101–109",
                doi="10.5555/abc_1",
                subjects=("Drop-out", "Alliance"),
            ),
        )
    )


def test_a_reference_of_csl_json():
    item = {
        "type": "article-journal",
        "title": "Who leaves early: a survey",
        "author": [
            {"family": "Sample", "given": "Sam K."},
            {"family": "Rosa", "given": "R.", "non-dropping-particle": "van der", "suffix": "Jr."},
            {"literal": "Examples Consortium"},
        ],
        "issued": {"date-parts": [["2021", 3]]},
        "container-title": "Journal of Examples",
        "volume": 12,
        "issue": "3",
        "page": "101-109",
        "DOI": "10.5555/abc.1",
        "note": "PMID: 99000001",
        "abstract": "<p>Of 231 clients</p>",
    }
    assert read_references("items.json", json.dumps([item, 7]).encode()) == ReferencesRead(
        records=(
            Record(
                source="csl",
                kind="journal-article",
                authors=("Sample, S. K.", "van der Rosa, R., Jr.", "Examples Consortium"),
                year=2021,
                title="Who leaves early: a survey",
                journal="Journal of Examples",
                volume="12",
                issue="3",
                pages="101–109",
                doi="10.5555/abc.1",
                pmid="99000001",
                abstract="Of 231 clients",
            ),
        ),
        problems=(FileProblem(0, "Item 2 is not a reference."),),
    )


@pytest.mark.parametrize("write", [ris, bibtex, csl_json], ids=["ris", "bibtex", "csl"])
def test_the_sample_digests_articles_come_back_from_what_we_write_ourselves(write):
    read = read_references("ours", "".join(write(SAMPLE)).encode())
    assert read.problems == ()
    assert [(r.kind, r.title, r.authors, r.year, r.doi, r.journal, r.volume) for r in read.records] == [
        (r.kind, r.title.removesuffix("."), r.authors, r.year, r.doi, r.journal, r.volume) for r in SAMPLE
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_encoding_is_told_from_the_bytes(encoding):
    text = "TY  - JOUR\nAU  - Éloïse, Ö.\nTI  - Thérapie\nER  - \n"
    [record] = read_references("x.ris", text.encode(encoding)).records
    assert (record.authors, record.title) == (("Éloïse, Ö.",), "Thérapie")


def test_several_references_are_read_also_where_an_end_is_missing():
    text = "TY  - JOUR\nTI  - One\nTY  - JOUR\nTI  - Two\nER  - \n\nTY  - BOOK\nTI  - Three\nPB  - Press"
    assert [(r.kind, r.title, r.publisher) for r in read_references("x", text.encode()).records] == [
        ("journal-article", "One", ""),
        ("journal-article", "Two", ""),
        ("book", "Three", "Press"),
    ]


NOTHING = "“x.txt” holds no references that we can read. Export them as RIS, BibTeX, CSL-JSON or PubMed’s .nbib."


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        (b"", [FileProblem(0, "“x.txt” is empty.")]),
        (b"\0\0", [FileProblem(0, "“x.txt” is empty.")]),
        (b"Dear editor", [FileProblem(0, NOTHING)]),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", [FileProblem(0, NOTHING)]),
        (
            b"VL  - 1\nTY  - JOUR\nVL  - 2\nER  - \n",
            [
                FileProblem(1, "A line stands outside any reference; it was left out."),
                FileProblem(2, "This reference has no title, no DOI and no PubMed number; it was left out."),
            ],
        ),
        (
            b"@article{a,\n title={One}}\n@article{b,\n title={Two}\n year=2020\n\n@book{c, title={Three}}",
            [FileProblem(3, "This entry cannot be read; look at its braces, quotes and commas.")],
        ),
        (
            b'[{"title": "One"},\n {"title" }]',
            [FileProblem(2, "The file is not valid JSON here: Expecting ':' delimiter.")],
        ),
        (b"[" * 100_000, [FileProblem(0, "The file cannot be read as JSON.")]),
        (b"[]", [FileProblem(0, "The file holds no reference.")]),
        (
            b"x" * 2_000_001,
            [FileProblem(0, "“x.txt” is larger than 2 MB. Export fewer references at a time.")],
        ),
    ],
    ids=lambda value: repr(value[:12]) if isinstance(value, bytes) else "",
)
def test_what_cannot_be_read_is_told_with_its_line(data, problems):
    assert list(read_references("x.txt", data).problems) == problems


def test_of_many_references_the_first_five_hundred_are_read():
    read = read_references("x", b"TY  - JOUR\nTI  - One\nER  - \n" * 501)
    assert len(read.records) == 500
    assert read.problems == (FileProblem(1501, "Only the first 500 references were read."),)


@given(st.sampled_from(["", "TY  - JOUR\n", "PMID- 1\n", "@article{a,", "[", "{"]), st.text(max_size=200))
def test_any_file_is_read_as_something(begin, rest):
    assert isinstance(read_references("x", (begin + rest).encode("utf-8", "replace")), ReferencesRead)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_as_something(data):
    assert isinstance(read_references("x", data), ReferencesRead)


@pytest.mark.parametrize(
    "text",
    [
        "Dear editor" + "\n" * 60_000 + "x",
        "TY  - JOUR\nTI  - One\n" + "b\n" * 900_000,
        "TY  - JOUR\nER  - \n" * 60_000,
        "@article{a, title={One}, author={" + "a" + " " * 80_000 + "b}}",
        "[" + "1," * 300_000 + "1]",
        "VL  - 1\n" * 100_000 + "TY  - JOUR\nTI  - One\n",
    ],
    ids=["empty lines", "one endless value", "references", "spaces", "no references", "lines outside"],
)
def test_a_file_made_to_be_slow_is_read_in_no_time_and_told_of_briefly(text):
    began = time.process_time()
    read = read_references("x", text.encode())
    assert time.process_time() - began < 5
    assert len(read.problems) <= 21


@pytest.mark.parametrize(
    "text",
    [
        f"TY  - JOUR\nTI  - One\nSP  - {'9' * 5_000}\nEP  - {'8' * 4_999}\n",
        f"@article{{a, title={{One}}, pages={{{'9' * 5_000}--{'8' * 4_999}}}}}",
        '[{"title": "One", "volume": 1e400, "issued": {"date-parts": [[NaN]]}}]',
    ],
)
def test_numbers_beyond_all_measure_are_no_fault(text):
    (record,) = read_references("x", text.encode()).records
    assert record.title == "One"
