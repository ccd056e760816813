"""Whole citations in every format, as a person or a reference manager receives them."""

import json
from dataclasses import FrozenInstanceError, replace

import bibtexparser
import pytest
import rispy

from rapport.literature.citations import (
    KINDS,
    ApaCitation,
    Reference,
    Retraction,
    apa,
    bibtex,
    csl_json,
    doi_url,
    ris,
    to_csl,
)

SWIFT = Reference(
    key="swift-2012",
    authors=("Swift, J. K.", "Greenberg, R. P."),
    year=2012,
    title="Premature discontinuation in adult psychotherapy: A meta-analysis",
    journal="Journal of Consulting and Clinical Psychology",
    volume="80",
    issue="4",
    pages="547–559",
    doi="10.1037/a0028226",
)

DE_JONG = Reference(
    key="de-jong-2021",
    authors=("de Jong, K.", "Conijn, J. M.", "Gallagher, R. A. V."),
    year=2021,
    title="Using progress feedback to improve outcomes: A multilevel meta-analysis",
    journal="Clinical Psychology Review",
    volume="85",
    pages="102002",
    doi="10.1016/j.cpr.2021.102002",
    pmid="33721605",
)

RODGERS = Reference(
    key="rodgers-2010",
    language="fr",
    authors=("Rodgers, R.-F.", "Cailhol, L."),
    year=2010,
    title="L’alliance thérapeutique en psychothérapie\N{NO-BREAK SPACE}: apports de la recherche",
    journal="L’Encéphale",
    volume="36",
    pages="433–438",
)

CHAPTER = Reference(
    key="barkham-2021",
    kind="chapter",
    authors=("Barkham, M.", "Lambert, M. J."),
    editors=("Barkham, M.", "Lutz, W.", "Castonguay, L. G."),
    year=2021,
    title="The efficacy and effectiveness of psychological therapies",
    journal="Handbook of psychotherapy and behavior change",
    pages="135-189",
    publisher="Wiley",
)

# As short as a reference gets; a test adds the one thing it is about.
SHORT = Reference(
    key="smith-2020",
    authors=("Smith, A.",),
    year=2020,
    title="A title",
    journal="Psychotherapy",
)


def names(count: int) -> tuple[str, ...]:
    return tuple(f"Family{number}, A." for number in range(1, count + 1))


# APA


def test_apa_of_an_article_with_volume_issue_pages_and_doi_is_whole_in_text_and_html():
    assert apa(SWIFT) == ApaCitation(
        text=(
            "Swift, J. K., & Greenberg, R. P. (2012). Premature discontinuation in adult "
            "psychotherapy: A meta-analysis. Journal of Consulting and Clinical Psychology, "
            "80(4), 547–559. https://doi.org/10.1037/a0028226"
        ),
        html=(
            "Swift, J. K., &amp; Greenberg, R. P. (2012). Premature discontinuation in adult "
            "psychotherapy: A meta-analysis. <i>Journal of Consulting and Clinical Psychology</i>, "
            '<i>80</i>(4), 547–559. <a href="https://doi.org/10.1037/a0028226">'
            "https://doi.org/10.1037/a0028226</a>"
        ),
    )


def test_apa_of_an_article_without_doi_ends_in_a_full_stop():
    assert apa(RODGERS).html == (
        "Rodgers, R.-F., &amp; Cailhol, L. (2010). L’alliance thérapeutique en "
        "psychothérapie\N{NO-BREAK SPACE}: apports de la recherche. <i>L’Encéphale</i>, "
        "<i>36</i>, 433–438."
    )


@pytest.mark.parametrize(
    ("authors", "printed"),
    [
        ((), ""),
        (("van Oppen, P.",), "van Oppen, P."),
        (("de Jong, K.", "Del Re, A. C."), "de Jong, K., & Del Re, A. C."),
        (
            ("Van Hiel, A.", "van Dis, E. A. M.", "Deisenhofer, A.-K."),
            "Van Hiel, A., van Dis, E. A. M., & Deisenhofer, A.-K.",
        ),
        (("King, M. L., Jr.", "Dean, J.-A. B."), "King, M. L., Jr., & Dean, J.-A. B."),
        (("World Health Organization",), "World Health Organization."),
        (("Plato", "Isometsä, E."), "Plato, & Isometsä, E."),
        (names(20), ", ".join(names(19)) + ", & Family20, A."),
        (names(21), ", ".join(names(19)) + ", … Family21, A."),
        (names(40), ", ".join(names(19)) + ", … Family40, A."),
    ],
)
def test_apa_authors_are_listed_as_section_9_8_says(authors, printed):
    cited = apa(Reference(key="k", authors=authors, year=2020, title="A title")).text

    assert cited == (f"{printed} (2020). A title." if authors else "A title. (2020).")


@pytest.mark.parametrize(
    ("known", "place"),
    [
        ({}, "Psychotherapy."),
        ({"volume": "5"}, "Psychotherapy, 5."),
        ({"volume": "5", "issue": "2"}, "Psychotherapy, 5(2)."),
        ({"volume": "5", "issue": "Suppl. 1"}, "Psychotherapy, 5(Suppl. 1)."),
        ({"issue": "4", "pages": "685–695"}, "Psychotherapy, (4), 685–695."),
        ({"pages": "423-435"}, "Psychotherapy, 423–435."),
        ({"volume": "5", "pages": "12--40"}, "Psychotherapy, 5, 12–40."),
        ({"volume": "5", "pages": "12 – 40"}, "Psychotherapy, 5, 12–40."),
        ({"volume": "5", "pages": "222-30"}, "Psychotherapy, 5, 222–230."),
        ({"volume": "5", "pages": "1009-12"}, "Psychotherapy, 5, 1009–1012."),
        ({"volume": "5", "pages": "999–1003"}, "Psychotherapy, 5, 999–1003."),
        ({"volume": "5", "pages": "95-4"}, "Psychotherapy, 5, 95–4."),
        ({"volume": "5", "pages": "S12-S20"}, "Psychotherapy, 5, S12–S20."),
        ({"volume": "5", "pages": "12–14, 18"}, "Psychotherapy, 5, 12–14, 18."),
        ({"volume": "5", "pages": "190"}, "Psychotherapy, 5, 190."),
        ({"volume": "5", "pages": "xii"}, "Psychotherapy, 5, xii."),
        ({"volume": "5", "pages": "1421"}, "Psychotherapy, 5, Article 1421."),
        ({"volume": "5", "pages": "e0123"}, "Psychotherapy, 5, Article e0123."),
        ({"volume": "5", "pages": "Article 7"}, "Psychotherapy, 5, 7."),
        ({"volume": "5", "pages": "article 102002"}, "Psychotherapy, 5, Article 102002."),
        ({"pages": "1–14 (online first)"}, "Psychotherapy. Advance online publication."),
        ({"kind": "online-first"}, "Psychotherapy. Advance online publication."),
    ],
)
def test_apa_prints_what_is_known_of_the_place_and_nothing_else(known, place):
    assert apa(replace(SHORT, **known)).text == f"Smith, A. (2020). A title. {place}"


def test_apa_sets_journal_and_volume_in_italics_but_not_issue_nor_pages():
    cited = apa(replace(SHORT, volume="5", issue="2", pages="1–9"))

    assert cited.html == ("Smith, A. (2020). A title. <i>Psychotherapy</i>, <i>5</i>(2), 1–9.")


@pytest.mark.parametrize(
    ("missing", "printed"),
    [
        ({"year": None}, "Smith, A. A title. Psychotherapy."),
        ({"title": ""}, "Smith, A. (2020). Psychotherapy."),
        ({"journal": ""}, "Smith, A. (2020). A title."),
        ({"authors": ()}, "A title. (2020). Psychotherapy."),
        ({"authors": (), "year": None}, "A title. Psychotherapy."),
        ({"authors": (), "year": None, "title": "", "journal": ""}, ""),
    ],
)
def test_apa_leaves_out_what_is_missing_without_a_placeholder(missing, printed):
    assert apa(replace(SHORT, **missing)).text == printed


@pytest.mark.parametrize(
    ("title", "printed"),
    [
        ("Why did she leave? A case", "Why did she leave? A case."),
        ("Doubt yourself as a therapist?", "Doubt yourself as a therapist?"),
        ("Help!", "Help!"),
        ("Is it “true?”", "Is it “true?”"),
        (
            "Vrai, «\N{NO-BREAK SPACE}oui ?\N{NO-BREAK SPACE}»",
            "Vrai, «\N{NO-BREAK SPACE}oui ?\N{NO-BREAK SPACE}»",
        ),
        ("Smith v. Jones et al.", "Smith v. Jones et al."),
        ("And so on …", "And so on …"),
        ("The “alliance”", "The “alliance”."),
        ("Disorder (PTSD)", "Disorder (PTSD)."),
    ],
)
def test_apa_ends_a_title_in_one_mark_only(title, printed):
    assert apa(replace(SHORT, title=title)).text == f"Smith, A. (2020). {printed} Psychotherapy."


@pytest.mark.parametrize(
    ("doi", "address"),
    [
        ("10.1037/a0028226", "https://doi.org/10.1037/a0028226"),
        ("https://doi.org/10.1037/a0028226", "https://doi.org/10.1037/a0028226"),
        ("http://dx.doi.org/10.1037/a0028226", "https://doi.org/10.1037/a0028226"),
        ("DOI: 10.1037/a0028226", "https://doi.org/10.1037/a0028226"),
        (
            "10.1002/(SICI)1097-4679(199912)55:12<1505::AID-JCLP10>3.0.CO;2-N",
            "https://doi.org/10.1002/(SICI)1097-4679(199912)55:12%3C1505::AID-JCLP10%3E3.0.CO;2-N",
        ),
        (
            "https://doi.org/10.1002/(SICI)1097%3C1505::AID%3E3.0.CO;2-N",
            "https://doi.org/10.1002/(SICI)1097%3C1505::AID%3E3.0.CO;2-N",
        ),
        ("10.1000/a,b(c)/d;e", "https://doi.org/10.1000/a,b(c)/d;e"),
        ("10.1000/a b#c?d%e", "https://doi.org/10.1000/a%20b%23c%3Fd%25e"),
        ("10.1000/é", "https://doi.org/10.1000/%C3%A9"),
        ("", ""),
    ],
)
def test_doi_becomes_an_address_in_which_what_an_address_cannot_hold_is_encoded(doi, address):
    assert doi_url(Reference(key="k", doi=doi).doi) == address


def test_apa_links_an_odd_doi_and_escapes_it_in_html():
    assert apa(replace(SHORT, doi="10.1000/a'b\"<i>&c")).html == (
        "Smith, A. (2020). A title. <i>Psychotherapy</i>. "
        '<a href="https://doi.org/10.1000/a&#x27;b%22%3Ci%3E&amp;c">'
        "https://doi.org/10.1000/a&#x27;b%22%3Ci%3E&amp;c</a>"
    )


def test_apa_html_escapes_markup_in_every_field():
    evil = "<b>&\"'"
    cited = apa(
        Reference(
            key=evil,
            authors=(evil,),
            title=evil,
            journal=evil,
            volume=evil,
            issue=evil,
            pages=evil,
            url=evil,
        )
    )

    safe = "&lt;b&gt;&amp;&quot;&#x27;"
    assert cited.html == (f"{safe}. {safe}. <i>{safe}</i>, <i>{safe}</i>({safe}), {safe}. {safe}")


@pytest.mark.parametrize(
    ("url", "html"),
    [
        (
            "https://example.org/a?b=1&c=2",
            '<a href="https://example.org/a?b=1&amp;c=2">https://example.org/a?b=1&amp;c=2</a>',
        ),
        (
            'https://example.org/"><script>',
            '<a href="https://example.org/%22%3E%3Cscript%3E">https://example.org/&quot;&gt;&lt;script&gt;</a>',
        ),
        ("javascript:alert(1)", "javascript:alert(1)"),
    ],
)
def test_apa_without_doi_gives_the_web_address_and_links_only_the_web(url, html):
    assert apa(replace(SHORT, url=url)).html == (f"Smith, A. (2020). A title. <i>Psychotherapy</i>. {html}")


def test_apa_with_doi_does_not_give_the_web_address():
    cited = apa(replace(SHORT, doi="10.1000/x", url="https://example.org/"))

    assert cited.text == "Smith, A. (2020). A title. Psychotherapy. https://doi.org/10.1000/x"


@pytest.mark.parametrize(
    ("reference", "language", "html"),
    [
        (
            CHAPTER,
            "en",
            "Barkham, M., &amp; Lambert, M. J. (2021). The efficacy and effectiveness of "
            "psychological therapies. In M. Barkham, W. Lutz, &amp; L. G. Castonguay (Eds.), "
            "<i>Handbook of psychotherapy and behavior change</i> (pp. 135–189). Wiley.",
        ),
        (
            replace(CHAPTER, editors=("Barkham, M.", "Lutz, W."), pages=""),
            "fr",
            "Barkham, M., &amp; Lambert, M. J. (2021). The efficacy and effectiveness of "
            "psychological therapies. Dans M. Barkham &amp; W. Lutz (dir.), "
            "<i>Handbook of psychotherapy and behavior change</i>. Wiley.",
        ),
        (
            replace(SHORT, kind="chapter", editors=("King, M. L., Jr.",), pages="12"),
            "en",
            "Smith, A. (2020). A title. In M. L. King, Jr. (Ed.), <i>Psychotherapy</i> (p. 12).",
        ),
        (
            replace(SHORT, kind="chapter", journal="", publisher="Wiley"),
            "en",
            "Smith, A. (2020). A title. Wiley.",
        ),
        (
            replace(SHORT, kind="book", journal="", publisher="Guilford Press"),
            "en",
            "Smith, A. (2020). <i>A title</i>. Guilford Press.",
        ),
        (
            replace(SHORT, kind="report", journal="", authors=("WHO",), publisher="WHO"),
            "en",
            "WHO. (2020). <i>A title</i>.",
        ),
        (
            replace(SHORT, kind="thesis", journal="", publisher="University of Ottawa"),
            "fr",
            "Smith, A. (2020). <i>A title</i> [Thèse, University of Ottawa].",
        ),
        (
            replace(SHORT, kind="thesis", journal=""),
            "en",
            "Smith, A. (2020). <i>A title</i> [Thesis].",
        ),
        (
            replace(SHORT, kind="preprint", journal="PsyArXiv", doi="10.31234/osf.io/x"),
            "en",
            "Smith, A. (2020). <i>A title</i>. PsyArXiv. "
            '<a href="https://doi.org/10.31234/osf.io/x">https://doi.org/10.31234/osf.io/x</a>',
        ),
        (
            replace(SHORT, kind="podcast", volume="5"),
            "en",
            "Smith, A. (2020). A title. <i>Psychotherapy</i>, <i>5</i>.",
        ),
        (
            replace(SHORT, kind="podcast", journal=""),
            "en",
            "Smith, A. (2020). <i>A title</i>.",
        ),
        (
            replace(SHORT, kind="online-first"),
            "fr-CA",
            "Smith, A. (2020). A title. <i>Psychotherapy</i>. Publication anticipée en ligne.",
        ),
        (
            replace(SHORT, kind="online-first"),
            "de",
            "Smith, A. (2020). A title. <i>Psychotherapy</i>. Advance online publication.",
        ),
    ],
)
def test_apa_of_each_kind_of_work_in_the_language_of_the_page(reference, language, html):
    assert apa(reference, language).html == html


RETRACTED = replace(SHORT, doi="10.1000/x", retraction=Retraction(year=2024, doi="https://doi.org/10.1000/notice"))


def test_apa_of_a_retracted_work_ends_in_its_retraction_as_example_16_of_section_10_1_does():
    assert apa(RETRACTED).text == (
        "Smith, A. (2020). A title. Psychotherapy. https://doi.org/10.1000/x "
        "(Retraction published 2024, https://doi.org/10.1000/notice)"
    )
    assert apa(RETRACTED).html.endswith(
        ' (Retraction published 2024, <a href="https://doi.org/10.1000/notice">https://doi.org/10.1000/notice</a>)'
    )


@pytest.mark.parametrize(
    ("known", "language", "printed"),
    [
        ({}, "en", "(Retraction published)"),
        ({}, "fr", "(Rétractation publiée)"),
        ({"year": 2024}, "en", "(Retraction published 2024)"),
        ({"year": 2024}, "fr", "(Rétractation publiée en 2024)"),
        ({"doi": "10.1000/n"}, "en", "(Retraction published, https://doi.org/10.1000/n)"),
    ],
)
def test_apa_says_of_a_retraction_what_is_known(known, language, printed):
    cited = apa(replace(SHORT, retraction=Retraction(**known)), language)

    assert cited.text == f"Smith, A. (2020). A title. Psychotherapy. {printed}"


def test_every_file_format_says_that_a_work_was_retracted():
    note = "Retracted. Retraction published 2024, https://doi.org/10.1000/notice"

    [record] = rispy.loads("".join(ris([RETRACTED])))
    assert record["notes"] == [note]
    [entry] = bibtexparser.parse_string("".join(bibtex([RETRACTED]))).entries
    assert entry["note"] == note
    item = to_csl(RETRACTED)
    assert (item["status"], item["note"]) == ("retracted", note)


def test_a_work_retracted_before_it_had_pages_keeps_that_too_in_bibtex():
    early = replace(SHORT, kind="online-first", retraction=Retraction())
    [entry] = bibtexparser.parse_string("".join(bibtex([early]))).entries

    assert entry["note"] == "Advance online publication. Retracted"
    assert to_csl(early)["status"] == "retracted"


# CSL-JSON


def test_csl_of_an_article_has_its_known_variables_only():
    assert to_csl(SWIFT) == {
        "id": "swift-2012",
        "type": "article-journal",
        "language": "en",
        "author": [
            {"family": "Swift", "given": "J. K."},
            {"family": "Greenberg", "given": "R. P."},
        ],
        "issued": {"date-parts": [[2012]]},
        "title": "Premature discontinuation in adult psychotherapy: A meta-analysis",
        "volume": "80",
        "issue": "4",
        "page": "547-559",
        "container-title": "Journal of Consulting and Clinical Psychology",
        "DOI": "10.1037/a0028226",
    }


def test_csl_of_a_reference_of_which_only_the_key_is_known_names_no_other_variable():
    assert to_csl(Reference(key="k", language="")) == {"id": "k", "type": "article-journal"}


def test_csl_of_a_reference_without_a_key_still_has_the_id_that_the_schema_requires():
    assert to_csl(Reference(key="", language="")) == {"id": "", "type": "article-journal"}


@pytest.mark.parametrize(
    ("author", "csl"),
    [
        ("van Oppen, P.", {"family": "van Oppen", "given": "P."}),
        ("King, M. L., Jr.", {"family": "King", "given": "M. L.", "suffix": "Jr."}),
        ("World Health Organization", {"literal": "World Health Organization"}),
        ("Plato,", {"literal": "Plato"}),
        (", P.", {"literal": "P."}),
        (",", {"literal": ","}),
    ],
)
def test_csl_name_keeps_a_particle_with_the_family_and_an_organisation_whole(author, csl):
    assert to_csl(Reference(key="k", authors=(author,)))["author"] == [csl]


def test_csl_gives_an_article_number_as_number_and_as_page():
    item = to_csl(DE_JONG)

    assert (item["number"], item["page"], item["PMID"]) == ("102002", "102002", "33721605")


def test_csl_of_an_article_in_advance_says_so_and_has_no_pages():
    item = to_csl(replace(SHORT, pages="1–14 (online first)"))

    assert (item["status"], "page" in item) == ("advance online publication", False)


def test_csl_of_a_chapter_has_its_book_editors_and_publisher():
    item = to_csl(CHAPTER)

    assert (item["type"], item["container-title"], item["editor"][2], item["publisher"]) == (
        "chapter",
        "Handbook of psychotherapy and behavior change",
        {"family": "Castonguay", "given": "L. G."},
        "Wiley",
    )


def test_csl_of_a_preprint_names_its_repository_as_publisher():
    item = to_csl(replace(SHORT, kind="preprint", journal="PsyArXiv"))

    assert (item["type"], item["publisher"]) == ("article", "PsyArXiv")


@pytest.mark.parametrize("references", [[], [SWIFT], [SWIFT, DE_JONG, RODGERS]])
def test_csl_json_of_any_number_of_references_is_one_array_with_accents_kept(references):
    text = "".join(csl_json(references))

    assert json.loads(text) == [to_csl(reference) for reference in references]
    assert "\\u" not in text


# RIS


def test_ris_of_an_article_is_one_record_with_lines_ended_as_the_format_says():
    assert list(ris([DE_JONG])) == [
        "TY  - JOUR\r\n"
        "ID  - de-jong-2021\r\n"
        "AU  - de Jong, K.\r\n"
        "AU  - Conijn, J. M.\r\n"
        "AU  - Gallagher, R. A. V.\r\n"
        "PY  - 2021\r\n"
        "TI  - Using progress feedback to improve outcomes: A multilevel meta-analysis\r\n"
        "T2  - Clinical Psychology Review\r\n"
        "VL  - 85\r\n"
        "SP  - 102002\r\n"
        "DO  - 10.1016/j.cpr.2021.102002\r\n"
        "AN  - 33721605\r\n"
        "DB  - PubMed\r\n"
        "LA  - en\r\n"
        "ER  - \r\n"
    ]


def test_ris_of_a_chapter_has_a_page_range_editors_and_publisher():
    assert "".join(ris([CHAPTER])) == (
        "TY  - CHAP\r\n"
        "ID  - barkham-2021\r\n"
        "AU  - Barkham, M.\r\n"
        "AU  - Lambert, M. J.\r\n"
        "A2  - Barkham, M.\r\n"
        "A2  - Lutz, W.\r\n"
        "A2  - Castonguay, L. G.\r\n"
        "PY  - 2021\r\n"
        "TI  - The efficacy and effectiveness of psychological therapies\r\n"
        "T2  - Handbook of psychotherapy and behavior change\r\n"
        "SP  - 135\r\n"
        "EP  - 189\r\n"
        "PB  - Wiley\r\n"
        "LA  - en\r\n"
        "ER  - \r\n"
    )


def test_ris_of_a_web_address_keeps_its_semicolons():
    assert "".join(ris([Reference(key="k", language="", url="https://example.org/a;b")])) == (
        "TY  - JOUR\r\nID  - k\r\nUR  - https://example.org/a;b\r\nER  - \r\n"
    )


def test_ris_of_two_references_is_two_records_that_rispy_reads():
    records = rispy.loads("".join(ris([SWIFT, RODGERS])))

    assert [(record["id"], record["secondary_title"]) for record in records] == [
        ("swift-2012", "Journal of Consulting and Clinical Psychology"),
        ("rodgers-2010", "L’Encéphale"),
    ]


def test_ris_of_a_title_with_line_breaks_and_tags_in_it_stays_one_record():
    reference = replace(SHORT, title="A\nER  - \r\nTY  - BOOK\x85b\u2028c\x00d")

    assert "".join(ris([reference])) == (
        "TY  - JOUR\r\n"
        "ID  - smith-2020\r\n"
        "AU  - Smith, A.\r\n"
        "PY  - 2020\r\n"
        "TI  - A ER  -   TY  - BOOK b c d\r\n"
        "T2  - Psychotherapy\r\n"
        "LA  - en\r\n"
        "ER  - \r\n"
    )


def test_ris_of_nothing_is_nothing():
    assert list(ris([])) == []


# BibTeX


def test_bibtex_of_an_article_is_one_entry():
    assert list(bibtex([SWIFT])) == [
        "@article{swift-2012,\n"
        "\tauthor = {Swift, J. K. and Greenberg, R. P.},\n"
        "\ttitle = {Premature discontinuation in adult psychotherapy: A meta-analysis},\n"
        "\tjournal = {Journal of Consulting and Clinical Psychology},\n"
        "\tyear = {2012},\n"
        "\tvolume = {80},\n"
        "\tnumber = {4},\n"
        "\tpages = {547--559},\n"
        "\tdoi = {10.1037/a0028226},\n"
        "\tlangid = {english}\n"
        "}\n\n"
    ]


def test_bibtex_of_a_french_article_keeps_accents_and_ties_the_colon():
    assert "".join(bibtex([RODGERS])) == (
        "@article{rodgers-2010,\n"
        "\tauthor = {Rodgers, R.-F. and Cailhol, L.},\n"
        "\ttitle = {L’alliance thérapeutique en psychothérapie~: apports de la recherche},\n"
        "\tjournal = {L’Encéphale},\n"
        "\tyear = {2010},\n"
        "\tvolume = {36},\n"
        "\tpages = {433--438},\n"
        "\tlangid = {french}\n"
        "}\n\n"
    )


@pytest.mark.parametrize(
    ("kind", "opening", "journal", "publisher"),
    [
        ("journal-article", "@article{", "journal", "publisher"),
        ("online-first", "@article{", "journal", "publisher"),
        ("preprint", "@misc{", "howpublished", "publisher"),
        ("book", "@book{", "series", "publisher"),
        ("chapter", "@incollection{", "booktitle", "publisher"),
        ("report", "@techreport{", "series", "institution"),
        ("thesis", "@phdthesis{", "series", "school"),
        ("podcast", "@misc{", "howpublished", "publisher"),
    ],
)
def test_bibtex_names_the_fields_of_each_kind_as_its_entry_type_does(kind, opening, journal, publisher):
    text = "".join(bibtex([replace(SHORT, kind=kind, publisher="Wiley")]))

    assert text.startswith(opening)
    assert f"\t{journal} = {{Psychotherapy}},\n" in text
    assert f"\t{publisher} = {{Wiley}},\n" in text


def bibtex_field(name: str, **fields: object) -> str:
    """The value of one field, as bibtexparser reads it back, braces and escapes kept."""
    library = bibtexparser.parse_string("".join(bibtex([Reference(key="k", **fields)])))
    assert library.failed_blocks == []
    return library.entries[0][name]


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("A plain title: With a colon", "A plain title: With a colon"),
        ("PTSD in adults", "{PTSD} in adults"),
        ("The COVID-19 pandemic", "The {COVID-19} pandemic"),
        ("Why leave? Development", "Why leave? {Development}"),
        ("“Each week”: The impact", "“{Each} week”: The impact"),
        ("With Black, Indigenous women", "With {Black}, {Indigenous} women"),
        ("Étude de l’État", "Étude de {l’État}"),
        ("R&D: 50% of $5 #1 a_b", r"R\&{D}: 50\% of \$5 \#1 a\_b"),
        (
            "{a} \\b ~c^ <d> |",
            r"\textbraceleft{}a\textbraceright{} \textbackslash{}b "
            r"\textasciitilde{}c\textasciicircum{} \textless{}d\textgreater{} "
            r"\textbar{}",
        ),
        ("a--b ''c'' ``d ?`", "a-{}-b '{}'c'{}' `{}`d ?{}`"),
        ("« vrai\N{NARROW NO-BREAK SPACE}? »", r"« vrai\,? »"),
        ("a @article{x, y", r"a @article\textbraceleft{}x, y"),
    ],
)
def test_bibtex_title_is_escaped_and_its_capitals_are_protected(title, written):
    assert bibtex_field("title", title=title) == written


@pytest.mark.parametrize(
    ("authors", "written"),
    [
        (("van Oppen, P.", "Del Re, A. C."), "van Oppen, P. and Del Re, A. C."),
        (("King, M. L., Jr.",), "King, Jr., M. L."),
        (("World Health Organization", "Plato"), "{World Health Organization} and {Plato}"),
        (("Centre for Research and Practice",), "{Centre for Research and Practice}"),
        (("Simon and Schuster, X.",), "{Simon and Schuster}, X."),
        (("A, B, C, D",), "A, {C, D}, B"),
        (("_Lab, A. &", "Smith, A."), r"{\_Lab}, {A. \&} and Smith, A."),
        (("R&D {Group}",), r"{R\&D \textbraceleft{}Group\textbraceright{}}"),
    ],
)
def test_bibtex_names_are_split_where_bibtex_splits_them(authors, written):
    assert bibtex_field("author", authors=authors) == written


def test_bibtex_doi_and_address_are_not_escaped_but_cannot_unbalance_the_entry():
    assert bibtex_field("doi", doi="10.1/a_b<c>{d\\") == "10.1/a_b<c>%7Bd%5C"
    assert bibtex_field("url", url="https://example.org/a_b%20}") == "https://example.org/a_b%20%7D"


def test_bibtex_gives_an_article_number_as_pages_and_an_advance_article_a_note():
    assert bibtex_field("pages", pages="102002") == "102002"
    assert bibtex_field("note", kind="online-first") == "Advance online publication"


def test_bibtex_keys_are_ascii_and_unique_whatever_the_case():
    keys = ["swift-2012", "Swift-2012", "swift-2012", "swift-2012-2", "Flückiger, 2018", "漢", ""]
    library = bibtexparser.parse_string("".join(bibtex(Reference(key=key) for key in keys)))

    assert [entry.key for entry in library.entries] == [
        "swift-2012",
        "Swift-2012-2",
        "swift-2012-3",
        "swift-2012-2-2",
        "Fluckiger2018",
        "reference",
        "reference-2",
    ]


# All formats


def test_reference_holds_every_text_on_one_tidy_line_and_drops_empty_names():
    reference = Reference(
        key=" k\n",
        authors=(" Swift,\tJ. K. ", "", "\n"),
        title="a\x00b\u2029c\ud800d\N{NO-BREAK SPACE}: e",
    )

    assert (reference.key, reference.authors, reference.title) == (
        "k",
        ("Swift, J. K.",),
        "a b c\N{REPLACEMENT CHARACTER}d\N{NO-BREAK SPACE}: e",
    )


def test_reference_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        SWIFT.__setattr__("year", 2013)


def test_every_kind_has_a_type_in_every_format():
    written = {
        kind: (
            to_csl(reference)["type"],
            "".join(ris([reference])).split("\r\n")[0],
            "".join(bibtex([reference])).split("{")[0],
        )
        for kind in [*KINDS, "podcast"]
        for reference in [replace(SHORT, kind=kind)]
    }

    assert written == {
        "journal-article": ("article-journal", "TY  - JOUR", "@article"),
        "online-first": ("article-journal", "TY  - JOUR", "@article"),
        "preprint": ("article", "TY  - UNPB", "@misc"),
        "book": ("book", "TY  - BOOK", "@book"),
        "chapter": ("chapter", "TY  - CHAP", "@incollection"),
        "report": ("report", "TY  - RPRT", "@techreport"),
        "thesis": ("thesis", "TY  - THES", "@phdthesis"),
        "document": ("document", "TY  - GEN", "@misc"),
        "podcast": ("document", "TY  - GEN", "@misc"),
    }


@pytest.mark.parametrize("export", [csl_json, ris, bibtex])
def test_export_reads_references_one_at_a_time_as_it_is_read(export):
    read = []

    def references():
        for number in range(1000):
            read.append(number)
            yield replace(SHORT, key=f"k{number}")

    pieces = iter(export(references()))
    next(pieces)
    next(pieces)

    assert len(read) <= 2
