"""Printed references read back into their fields: our own whole, others as far as they go."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.digest.exchange.reading import read_folder
from rapport.literature.citations import Doubt, Reference, apa, looks_like_reference, read_reference
from rapport.literature.citations.reading import read_authors

CONTENT, _ = read_folder(Path(__file__).resolve().parents[3] / "content")
SAMPLE = [
    Reference(
        key=key,
        **{
            field: getattr(article, field) or ""
            for field in ("kind", "language", "title", "journal", "volume", "issue", "pages", "publisher", "doi")
        },
        authors=article.authors,
        year=article.year,
    )
    for key, article in CONTENT.articles.items()
]


@pytest.mark.parametrize("reference", SAMPLE, ids=lambda reference: reference.key)
def test_each_article_of_the_sample_digest_reads_back_from_its_citation(reference):
    line = apa(reference).text
    assert looks_like_reference(line)
    assert read_reference(line, key=reference.key, language=reference.language).reference == reference


def test_what_is_doubtful_in_the_sample_digests_citations():
    doubts = [doubt for r in SAMPLE for doubt in read_reference(apa(r).text, key=r.key).doubts]
    assert [(doubt.field, doubt.read) for doubt in doubts] == [
        ("journal", "Journal of Clinical Psychology"),
        ("journal", "Psychotherapy"),
        ("journal", ""),
        ("journal", "Psychotherapy Research"),
        ("journal", "Research in Psychotherapy"),
        ("journal", "British Journal of Psychiatry"),
        ("journal", "Frontiers in Psychiatry"),
        ("journal", "Psychotherapy Research"),
        ("pages", "423–435"),
    ]


# All of these are invented.
LINES = {
    "APA 7": (
        "Marchetti, O., Vanterpool, R. J., & de Groot-Iyer, S. (2021). Weeks on the list: Waiting time and early "
        "change. Journal of Invented Psychotherapy Studies, 12(3), 45–61. https://doi.org/10.5555/invented.2021.045",
        Reference(
            key="k",
            authors=("Marchetti, O.", "Vanterpool, R. J.", "de Groot-Iyer, S."),
            year=2021,
            title="Weeks on the list: Waiting time and early change",
            journal="Journal of Invented Psychotherapy Studies",
            volume="12",
            issue="3",
            pages="45–61",
            doi="10.5555/invented.2021.045",
        ),
        [],
    ),
    "APA 6, labelled, with a DOI that holds commas and parentheses": (
        "Citation: King, M. L., Jr., & van der Berg, J.-P. (2001). Hope. Journal of Invention, 12(Suppl. 1), S12-S20. "
        "doi: 10.5555/(SICI)1097-4679(2001)55:1<1::AID,1>3.0.CO;2-5.",
        Reference(
            key="k",
            authors=("King, M. L., Jr.", "van der Berg, J.-P."),
            year=2001,
            title="Hope",
            journal="Journal of Invention",
            volume="12",
            issue="Suppl. 1",
            pages="S12-S20",
            doi="10.5555/(SICI)1097-4679(2001)55:1<1::AID,1>3.0.CO;2-5",
        ),
        [],
    ),
    "advance publication with a day": (
        "Lindqvist-Abara, T., & Moreau, É. (2020, September 14). Asking about it: A study. Invented Journal of "
        "Counseling Research. Advance online publication.",
        Reference(
            key="k",
            kind="online-first",
            authors=("Lindqvist-Abara, T.", "Moreau, É."),
            year=2020,
            title="Asking about it: A study",
            journal="Invented Journal of Counseling Research",
        ),
        [],
    ),
    "AMA with a PubMed number": (
        "Marchetti O, Vanterpool RJ. Weeks on the list: a review. J Invent Psychol. 2012;80(4):547-559. "
        "doi:10.5555/a0028226. PMID: 12345678",
        Reference(
            key="k",
            authors=("Marchetti, O.", "Vanterpool, R. J."),
            year=2012,
            title="Weeks on the list: a review",
            journal="J Invent Psychol",
            volume="80",
            issue="4",
            pages="547-559",
            doi="10.5555/a0028226",
            pmid="12345678",
        ),
        ["authors"],
    ),
    "in press, “and”, an abbreviated journal": (
        "Smith, J and Jones, K. L. (in press). A title? With more. J. Invent. Psychol., 12, 3-4.",
        Reference(
            key="k",
            kind="online-first",
            authors=("Smith, J.", "Jones, K. L."),
            title="A title? With more",
            journal="J. Invent. Psychol.",
            volume="12",
            pages="3-4",
        ),
        ["year", "journal"],
    ),
    "no date": (
        "Rosa, R. (n.d.). Undated. Journal of Examples, 3, 5–6.",
        Reference(
            key="k", authors=("Rosa, R.",), title="Undated", journal="Journal of Examples", volume="3", pages="5–6"
        ),
        ["year"],
    ),
    "a chapter": (
        "Sam, S. (2019). A chapter? In E. E. Editor & A. B. van Other (Eds.), The book of books (2nd ed., pp. 12–40). "
        "Invented Press.",
        Reference(
            key="k",
            kind="chapter",
            authors=("Sam, S.",),
            editors=("Editor, E. E.", "van Other, A. B."),
            year=2019,
            title="A chapter?",
            journal="The book of books",
            pages="12–40",
            publisher="Invented Press",
        ),
        [],
    ),
    "a thesis, in French": (
        "Référence : Moreau, É. (2018). Demander, et la suite [Thèse de doctorat, Université inventée].",
        Reference(
            key="k",
            kind="thesis",
            authors=("Moreau, É.",),
            year=2018,
            title="Demander, et la suite",
            publisher="Université inventée",
        ),
        [],
    ),
    "a book": (
        "Rosa, R. (2018). Listening well. Invented Press.",
        Reference(
            key="k",
            kind="book",
            authors=("Rosa, R.",),
            year=2018,
            title="Listening well",
            publisher="Invented Press",
        ),
        ["kind"],
    ),
    "a preprint": (
        "Rosa, R. (2022). Early numbers. PsyArXiv. https://doi.org/10.5555/osf.io/abcde",
        Reference(
            key="k",
            kind="preprint",
            authors=("Rosa, R.",),
            year=2022,
            title="Early numbers",
            journal="PsyArXiv",
            doi="10.5555/osf.io/abcde",
        ),
        [],
    ),
    "an organisation": (
        "Invented Association of Therapists. (2019). What members say. Invented Association of Therapists.",
        Reference(
            key="k",
            kind="report",
            authors=("Invented Association of Therapists",),
            year=2019,
            title="What members say",
            publisher="Invented Association of Therapists",
        ),
        ["authors"],
    ),
    "names without initials": (
        "Olivia Marchetti and Ray Vanterpool (2021). Waiting. Journal of Examples, 12, 3–9.",
        Reference(
            key="k",
            authors=("Olivia Marchetti", "Ray Vanterpool"),
            year=2021,
            title="Waiting",
            journal="Journal of Examples",
            volume="12",
            pages="3–9",
        ),
        ["authors"],
    ),
    "et al.": (
        "Smith, A., Jones, B., et al. (2015). Title here. Journal of Examples, 52, 1-10.",
        Reference(
            key="k",
            authors=("Smith, A.", "Jones, B."),
            year=2015,
            title="Title here",
            journal="Journal of Examples",
            volume="52",
            pages="1-10",
        ),
        ["authors"],
    ),
}


@pytest.mark.parametrize(("line", "reference", "doubtful"), LINES.values(), ids=LINES)
def test_a_reference_is_read_into_its_fields(line, reference, doubtful):
    read = read_reference(line, key="k")
    assert (read.reference, [doubt.field for doubt in read.doubts]) == (reference, doubtful)
    assert looks_like_reference(line)


def test_twenty_one_authors_are_read_as_far_as_they_are_printed():
    reference = Reference(
        key="k", authors=tuple(f"Rosa{chr(97 + i)}, R." for i in range(22)), year=2020, title="Many", journal="J"
    )
    read = read_reference(apa(reference).text, key="k")
    assert read.reference.authors == (*reference.authors[:19], reference.authors[-1])
    assert read.doubts[0].why == "the names between the 19th and the last are left out, as APA prints more than 20"


def test_a_line_that_cannot_be_taken_apart_is_kept_whole_as_a_title():
    read = read_reference("See the handbook on listening, second part", key="k")
    assert read.reference == Reference(key="k", kind="document", title="See the handbook on listening, second part")
    assert read.doubts == (
        Doubt(
            "title",
            "See the handbook on listening, second part",
            "no date in parentheses was found, so the line could not be taken apart",
        ),
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Swift and Greenberg (2012) looked at 669 studies and found that one in five left early.",
        "In this study (N = 31), the second rater was blind.",
        "The authors (Rosa & Sam, 2012) asked. It was 2012; they answered.",
        "May 2021",
        "",
    ],
)
def test_a_sentence_that_names_an_article_is_no_reference(sentence):
    assert not looks_like_reference(sentence)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Swift, J. K., & Greenberg, R. P.", ("Swift, J. K.", "Greenberg, R. P.")),
        ("van Dis, E. A. M., Del Re, A. C., & O’Neill-Ó Briain, Ú.", None),
        ("Řiháček, T., & Čevelíček, M.", None),
        ("Dean, J.-A. B.; Owen, J.", None),
        ("King, M. L., Jr., & Sam, S., III", ("King, M. L., Jr.", "Sam, S., III")),
        ("Swift JK, van der Berg JP", ("Swift, J. K.", "van der Berg, J. P.")),
        ("Marchetti, Olivia, & Vanterpool, Ray", ("Marchetti, Olivia", "Vanterpool, Ray")),
        ("Yu. Petrova, A.", None),
        ("The COPE Group, & Sam, S.", ("The COPE Group", "Sam, S.")),
    ],
)
def test_names_are_told_apart(text, names):
    if names is None:
        names = tuple(name.strip() for name in text.replace("; ", "., ").replace("& ", "").split("., "))
        names = tuple(name if name.endswith(".") else f"{name}." for name in names)
    assert read_authors(text)[0] == names


# --- whatever APA prints reads back ---------------------------------------------------------------

LETTERS = "abcdeéèfghiïjklmnoöpqrsštuüvwxyzž"
CAPITALS = "ABCDEÉFGHIJKLMNOÖPQRSŠTUVWXYZŽ"
capitalised = st.builds("{}{}".format, st.sampled_from(CAPITALS), st.text(LETTERS, min_size=2, max_size=9))
word = st.text(LETTERS, min_size=3, max_size=9)
family = st.one_of(
    capitalised,
    st.builds("{} {}".format, st.sampled_from(["van", "de", "van den", "Del"]), capitalised),
    st.builds("{}-{}".format, capitalised, capitalised),
    st.builds("O’{}".format, capitalised),
)
initials = st.lists(st.sampled_from(CAPITALS), min_size=1, max_size=3).map(lambda of: " ".join(f"{i}." for i in of))
suffix = st.sampled_from(["", "", "", ", Jr.", ", III"])
person = st.builds("{}, {}{}".format, family, initials, suffix)
title = st.builds(
    lambda first, words, colon, end: f"{first} {' '.join(words)}{colon}{end}",
    capitalised,
    st.lists(word, min_size=1, max_size=6),
    st.sampled_from(["", ": A review", ", and more", "? An update", " (PTSD) again", " vs. control"]),
    st.sampled_from(["", "", "?"]),
)
journal = st.builds(
    lambda first, words: " ".join([first, *words]),
    capitalised,
    st.lists(st.sampled_from(["of", "and", "&", "in"]) | capitalised, max_size=3).map(
        lambda words: [*words, "Therapy"]
    ),
)
doi = st.just("") | st.from_regex(r"10\.[0-9]{4,6}/[a-z0-9]{3,9}([.,()/:;-]?[a-z0-9]{1,5}){0,3}", fullmatch=True)
number = st.integers(1, 999).map(str)
pages = st.tuples(st.integers(1, 999), st.integers(0, 99)).map(lambda of: f"{of[0]}–{of[0] + of[1]}")
shared = {
    "key": st.just("k"),
    "authors": st.lists(person, min_size=1, max_size=20).map(tuple),
    "year": st.integers(1900, 2029),
    "title": title,
    "doi": doi,
}
printed = st.one_of(
    st.builds(
        Reference,
        **shared,
        journal=journal,
        volume=number,
        issue=st.just("") | number,
        pages=pages | st.just("102002"),
    ),
    st.builds(Reference, **shared, kind=st.just("online-first"), journal=journal),
    st.builds(Reference, **shared, kind=st.just("thesis"), publisher=journal),
    st.builds(
        Reference,
        **shared,
        kind=st.just("chapter"),
        editors=st.lists(st.builds("{}, {}".format, family, initials), min_size=1, max_size=4).map(tuple),
        journal=journal,
        pages=pages,
        publisher=journal,
    ),
)


@settings(deadline=None)
@given(printed)
def test_any_citation_that_we_print_reads_back_as_the_reference_it_was_made_from(reference):
    line = apa(reference).text
    assert read_reference(line, key="k").reference == reference
    assert looks_like_reference(line)


@settings(deadline=None)
@given(st.text(max_size=200) | st.text("Aé., &()2019;:–/10doi. ", max_size=200))
def test_any_line_is_read_without_an_error(line):
    looks_like_reference(line)
    assert read_reference(line, key="k").reference.key == "k"


@pytest.mark.parametrize("piece", ["A. ", "A, B., ", "Aa ", "(2019). ", "10.1000/", ", 1(", "& ", "In A. (Ed.), ", "x"])
def test_any_piece_over_and_over_ends(piece):
    read_reference(piece * 5_000, key="k")
    looks_like_reference((piece * 5_000)[:4_000])
