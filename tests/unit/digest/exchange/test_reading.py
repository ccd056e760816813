"""A folder is read with every problem told: in which file, on which line, in which field, and the mend."""

from __future__ import annotations

import os
from decimal import Decimal

import pytest

from rapport.digest.exchange.problems import ContentProblems, Problem
from rapport.digest.exchange.reading import read_folder
from rapport.digest.exchange.schema import ArticleFile, EntryHeader, FindingFile, SiteFile
from tests.making import FILES, edited, make_folder, write_files

ROSA, SAM = "articles/rosa-2020.yml", "articles/sam-2021.yml"
MATTERS, FRENCH, LEAVING = "entries/alliance-matters.md", "entries/alliance-matters.fr.md", "entries/leaving-early.md"
ISSUE = "issues/2024-05.yml"
ARTICLE_FIELDS = ", ".join(ArticleFile.model_fields)
FINDING_FIELDS = ", ".join(FindingFile.model_fields)
ENTRY_FIELDS = ", ".join(EntryHeader.model_fields)
SITE_FIELDS = ", ".join(SiteFile.model_fields)
METRICS = (
    "r, d, g, SMD, OR, RR, HR, RD, b, beta, gamma, indirect-effect, mean-difference, mean, percent, "
    "percent-of-variance, ICC, NNT, count, days, years, USD"
)
PRINTED = "must be a number as the article prints it, for example 0.30 or -0.16, without quotes."
DATE = "must be a date, year-month-day, for example 2023-01-09."
TEXT = "must be text; put it in quotes if it looks like a number or a date."
GROUP = "must be a group of named fields, for example `en: …`."
LIST = "must be a list, one item a line, each with a hyphen before it."
P = "must be an operator and a value in quotes, for example '= .003' or '< .001'."
KEY = "must be small letters, digits and single hyphens, at most 60, for example “drop-out”."
LANGUAGE = "must be a two-letter language code, for example en or fr."
CONTROL = "holds a control character; delete it and type the text again."
FRONT = "must begin with front matter between two lines of three hyphens (---)."
EMPTY = "is empty; fill it in or leave the field out."
DEEP = "this is nested too deeply."
NOT_UTF8 = "is not UTF-8 text; save the file as UTF-8."
SECTIONS = (
    "Sections are: Practice implications, Limitations, Where sources disagree. Use ### for a heading of your own."
)
ENTRY_NAME = (
    "is not a name we read here; use one-in-five.md, or one-in-five.fr.md for a translation, or move the file away."
)
ISSUE_NAME = "is not a name we read here; use year and month, for example 2023-01.yml, or move the file away."
PAGE_NAME = "is not a name we read here; use name and language, for example about.en.md, or move the file away."
ARTICLE_NAME = "is not a name we read here; use the article’s key, for example swift-2012.yml, or move the file away."


def problems_of(folder) -> list[tuple[str, int, str, str]]:
    with pytest.raises(ContentProblems) as caught:
        read_folder(folder)
    return [(each.file, each.line, each.field, each.message) for each in caught.value.problems]


def folder_of(folder, change):
    """The changed files, and what they cannot be read without; the rest would only be read again each time."""
    beside = (MATTERS, FRENCH) if any("alliance-matters" in name for name in change) else ()
    return write_files(folder, {**{name: FILES[name] for name in beside}, **change})


def one(name: str, old: str, new: str, line: int, field: str, message: str):
    return pytest.param(edited(name, old, new), [(name, line, field, message)], id=f"{old!r} → {new[:40]!r}")


def whole(name: str, content: str | bytes, line: int, field: str, message: str, case: str):
    return pytest.param({name: content}, [(name, line, field, message)], id=case)


YAML = [
    one(ROSA, "title: The", "title: 'The", 7, "", "a quote is opened on this line and never closed."),
    one(
        SAM,
        "year: 2021",
        "a: b: c",
        5,
        "",
        "a text that holds a colon must stand in quotes: title: 'Leaving: one in five'.",
    ),
    one(
        SAM,
        "year: 2021",
        "volume: 80'",
        5,
        "",
        "“80'” ends with a quote that is not opened; open it, or take it away.",
    ),
    one(ROSA, "year: 2020", "year: 2020\nyear: 2021", 7, "", "the field “year” stands twice; keep one."),
    one(LEAVING, "title: Some", "? [a]\n: Some", 9, "", "a field name must be plain text."),
    one(
        LEAVING,
        "author: Edith",
        "author: !!int Edith",
        5,
        "",
        "YAML tags (!name) are not read here; write the value alone.",
    ),
    whole(
        SAM, f"{FILES[SAM]}---\nx: 1\n", 9, "", "this is not valid YAML (but found another document).", "two documents"
    ),
    whole(
        SAM,
        f"\t{FILES[SAM]}",
        1,
        "",
        "holds a tab; indent with spaces.",
        "tab",
    ),
    whole(
        "topics.yml",
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
        2,
        "",
        "YAML aliases (*name) are not read here; write the value out.",
        "alias bomb",
    ),
    whole("topics.yml", "[" * 5000 + "]" * 5000, 1, "", DEEP, "5000 lists, one in another"),
    whole(ROSA, "{a: " * 900 + "1" + "}" * 900, 1, "", DEEP, "900 groups, one in another"),
]

FIELDS = [
    one(
        ROSA,
        "figures:",
        "figure:",
        10,
        "figure",
        f"is not a field we know. Did you mean “figures”? Fields here are: {ARTICLE_FIELDS}.",
    ),
    one(
        ROSA,
        "favours:",
        "favors:",
        30,
        "findings.0.favors",
        f"is not a field we know. Did you mean “favours”? Fields here are: {FINDING_FIELDS}.",
    ),
    one(ROSA, "    family: alliance", "    famly: alliance", 28, "findings.0.comparison.famly", f"“famly” {LANGUAGE}"),
    one(
        "site.yml", "- fr", "- fr\nlogo: x.png", 16, "logo", f"is not a field we know. Fields here are: {SITE_FIELDS}."
    ),
    one(SAM, "read_level: full-text\n", "", 1, "read_level", "is missing; add it."),
    one(SAM, "title: Who leaves early", "title: {en: Who}", 6, "title", f"this {TEXT}"),
    one(LEAVING, "title: Some leave early", "title: 2024-05-06", 9, "title", f"“2024-05-06” {TEXT}"),
    one(LEAVING, "title: Some leave early", "title: true", 9, "title", f"“true” {TEXT}"),
    one(LEAVING, "Some leave early", "x" * 201, 9, "title", "is longer than 200 characters; shorten it."),
    one(LEAVING, "author: Edith", f"author: {'x' * 201}", 5, "author", "is longer than 200 characters; shorten it."),
    one(
        LEAVING,
        "title: Some leave early",
        "title: 'early '",
        9,
        "title",
        "“early ” must be one line, without spaces at its ends.",
    ),
    one(
        LEAVING,
        "state: published",
        "state: live",
        4,
        "state",
        "“live” is not one of 'draft', 'published', 'withdrawn'.",
    ),
    one(LEAVING, "topics:\n- drop-out", "topics: []", 7, "topics", EMPTY),
    one(LEAVING, "- drop-out", "- drop-out\n- drop-out", 2, "", "names a topic twice; keep one."),
    one(SAM, "authors:\n- Sam, S.", "authors: Sam, S.", 3, "authors", f"“Sam, S.” {LIST}"),
    one(SAM, "- Sam, S.", "- [Sam]", 4, "authors.0", f"this {TEXT}"),
    one(SAM, "language: en", "language: English", 2, "language", f"“English” {LANGUAGE}"),
    one(
        SAM,
        "read_level: full-text",
        "read_level: skimmed",
        8,
        "read_level",
        "“skimmed” is not one of 'full-text', 'abstract', 'secondary-source'.",
    ),
    one(
        ROSA,
        "kind: journal-article",
        "kind: blog",
        1,
        "kind",
        "“blog” is not a kind of work we know; use one of: journal-article, online-first, preprint, book, chapter, "
        "report, thesis, document.",
    ),
    one(
        ROSA,
        "doi: 10.1037/abc0000001",
        "doi: psycnet.example/abc",
        8,
        "doi",
        "“psycnet.example/abc” is not a DOI; a DOI looks like 10.1037/a0028226.",
    ),
    one(
        ROSA,
        "doi: 10.1037/abc0000001",
        f"doi: 10.1037/{'x' * 250}",
        8,
        "doi",
        f"“10.1037/{'x' * 52}…” is not a DOI; a DOI looks like 10.1037/a0028226.",
    ),
    one(SAM, "year: 2021", "pmid: PMC1", 5, "pmid", "“PMC1” must be a PubMed number, at most 12 digits."),
    one(ISSUE, "- leaving-early", "- Leaving Early", 6, "entries.1", f"“Leaving Early” {KEY}"),
    one(ISSUE, "- leaving-early", '- "leaving-early\\n"', 6, "entries.1", f"“leaving-early\n” {KEY}"),
    one(
        "site.yml",
        "desk@example.org",
        "desk",
        9,
        "contact_email",
        "“desk” must be an e-mail address, for example desk@example.org.",
    ),
    one("topics.yml", "- key: drop-out", "- key: alliance", 6, "1.key", "“alliance” stands twice; keep one."),
    one(
        "families.yml",
        "comparison:",
        "comparisons:",
        6,
        "comparisons",
        "“comparisons” is not one of 'outcome', 'comparison', 'time_point'.",
    ),
    one(
        "announcements.yml", "kind: event", "kind: party", 3, "0.kind", "“party” is not one of 'call', 'event', 'news'."
    ),
    one(
        "announcements.yml",
        "ends: 2024-05-31",
        "ends: 2024-04-30",
        2,
        "0",
        "ends before it starts; check `starts` and `ends`.",
    ),
    one(
        "announcements.yml",
        "kind: event",
        "kind: event\n  link: javascript:alert(1)",
        4,
        "0.link",
        "“javascript:alert(1)” must be an address that begins with https:// or http://.",
    ),
]

DATES = [
    one(ISSUE, "2024-05-06", "2023-02-30", 1, "", "2023-02-30 is not a date of the calendar; write year-month-day."),
    one(ISSUE, "2024-05-06", "6 May 2024", 1, "published", f"“6 May 2024” {DATE}"),
    one(ISSUE, "2024-05-06", "2024-05-06 10:00", 1, "published", f"“2024-05-06 10:00” {DATE}"),
    one(ISSUE, "2024-05-06", "2024", 1, "published", f"“2024” {DATE}"),
    one(ISSUE, "2024-05-06", "0", 1, "published", f"“0” {DATE}"),
    one(ISSUE, "2024-05-06", "86400.0", 1, "published", f"“86400.0” {DATE}"),
    one(LEAVING, "date: 2024-05-06", "date:", 13, "revisions.0.date", f"an empty value {DATE}"),
]

NUMBERS = [
    one(ROSA, "year: 2020", "year: soon", 6, "year", "“soon” must be a whole number, without quotes."),
    one(ROSA, "year: 2020", "year: 2020.5", 6, "year", "“2020.5” must be a whole number, without quotes."),
    one(ROSA, "year: 2020", "year: true", 6, "year", "“true” must be a whole number, without quotes."),
    one(ROSA, "year: 2020", "year: 20", 6, "year", "“20” is out of range (limit: 1800)."),
    one(ROSA, "k: 20", "k: -1", 23, "findings.0.k", "“-1” is out of range (limit: 0)."),
    one(ROSA, "k: 20", "k: true", 23, "findings.0.k", "“true” must be a whole number, without quotes."),
    one(
        ROSA, "k: 20", f"k: {'9' * 5000}", 23, "findings.0.k", f"“{'9' * 60}…” must be a whole number, without quotes."
    ),
    one(ROSA, "k: 20", f"k: {2**31}", 23, "findings.0.k", "“2147483648” is out of range (limit: 2147483648)."),
    *[
        one(ROSA, "estimate: 0.30", f"estimate: {number}", 19, "findings.0.estimate", f"“{shown}” {PRINTED}")
        for number, shown in [
            ("'0.30'", "0.30"),
            ("0,30", "0,30"),
            ("1e3", "1e3"),
            (".inf", ".inf"),
            ("true", "true"),
            ("٠.٣", "٠.٣"),
            ("9" * 5000, "9" * 60 + "…"),
        ]
    ],
    one(
        ROSA,
        "estimate: 0.30",
        f"estimate: 0.{'0' * 25}1",
        19,
        "findings.0.estimate",
        "“1E-26” has more than 20 digits; no article prints such a number.",
    ),
    one(
        ROSA,
        "metric: r",
        "metric: rho",
        18,
        "findings.0.metric",
        f"“rho” is not a metric we know; use one of: {METRICS}.",
    ),
    one(ROSA, "p: < .001", "p: .001", 22, "findings.0.p", f"“0.001” {P}"),
    one(ROSA, "p: < .001", "p: p < .001", 22, "findings.0.p", f"“p < .001” {P}"),
    one(ROSA, "p: < .001", "p: < 5", 22, "findings.0.p", f"“< 5” {P}"),
    one(ROSA, "p: < .001", f"p: < .{'0' * 30}1", 22, "findings.0.p", f"“< .{'0' * 30}1” {P}"),
    one(
        ROSA,
        "[0.256, 0.340]",
        "[0.340, 0.256]",
        15,
        "findings.0",
        "has an interval whose lower limit is above its upper limit; swap them or check the signs.",
    ),
    one(ROSA, "[0.256, 0.340]", "[0.340]", 20, "findings.0.interval.1", "is missing; add it."),
    one(ROSA, "[0.256, 0.340]", "0.3", 20, "findings.0.interval", f"“0.3” {LIST}"),
    one(ROSA, "  metric: r\n", "", 15, "findings.0", "needs both `estimate` and `metric`, or neither."),
    one(ROSA, "  estimate: 0.30\n", "", 15, "findings.0", "needs both `estimate` and `metric`, or neither."),
    one(
        ROSA,
        "  metric: r\n  estimate: 0.30\n",
        "",
        15,
        "findings.0",
        "has an interval without an estimate; add the estimate as printed.",
    ),
    one(
        ROSA,
        "  interval_level: 95\n",
        "",
        15,
        "findings.0",
        "needs both `interval` and `interval_level` (for example 95), or neither.",
    ),
    one(
        ROSA,
        "interval_level: 95",
        "interval_level: 100",
        15,
        "findings.0",
        "has an `interval_level` outside 0 to 100; 95 means a 95% interval.",
    ),
]

ENTRIES = [
    one(FRENCH, "language: fr", "language: en", 2, "language", "is en, but the file name says fr."),
    one(LEAVING, "number: 1", "number: 2", 2, "", "must number its `revisions` 1, 2, 3 … in order."),
    one(
        LEAVING,
        "state: published",
        "state: withdrawn",
        2,
        "",
        "is withdrawn, so its last revision must be of the kind withdrawn.",
    ),
    one(
        LEAVING,
        "revisions:\n- number: 1\n  kind: published\n  date: 2024-05-06\n  by: Edith\n",
        "",
        2,
        "",
        "is published but has no `revisions`; add number 1 with its kind, date and by.",
    ),
    one(
        LEAVING,
        "## Practice implications",
        "## Practise implications",
        19,
        "",
        f"“## Practise implications” is not a section. Did you mean “Practice implications”? {SECTIONS}",
    ),
    one(LEAVING, "## Practice implications", "## Cooking", 19, "", f"“## Cooking” is not a section. {SECTIONS}"),
    one(
        MATTERS,
        "## Limitations",
        "## Practice Implications",
        25,
        "",
        "“## Practice Implications” stands twice; join the two.",
    ),
    one(
        MATTERS,
        "## Limitations",
        "## Limites",
        25,
        "",
        f"“## Limites” is not a section. Did you mean “Limitations”? {SECTIONS}",
    ),
    one(LEAVING, "## Practice implications\n\n", "", 16, "implications", "is missing; add it."),
    one(LEAVING, "Some clients leave before they are better.", "", 16, "summary", "is missing; add it."),
    one(LEAVING, "---\n\nSome", "\nSome", 1, "", FRONT),
    whole(LEAVING, FILES[LEAVING].removeprefix("---\n"), 1, "", FRONT, "no front matter"),
    whole(LEAVING, "", 1, "", FRONT, "empty entry"),
    whole(
        "pages/about.en.md", "---\ntitle: x\n---\n", 0, "", "has no text below its front matter.", "page without text"
    ),
    pytest.param(
        {MATTERS: None},
        [(FRENCH, 0, "", "is a translation, but entries/alliance-matters.md is not there.")],
        id="translation without original",
    ),
    pytest.param(
        {
            FRENCH: None,
            "entries/alliance-matters.en.md": FILES[FRENCH]
            .replace("language: fr", "language: en")
            .replace("Implications pour la pratique", "Practice implications"),
        },
        [(MATTERS, 0, "", "the entry already has a text in “en”; keep one.")],
        id="two texts in one language",
    ),
]

FILES_AS_SUCH = [
    whole(ROSA, FILES[ROSA].encode().replace(b"Rosa,", b"R\xf6sa,"), 4, "", NOT_UTF8, "Latin-1"),
    whole(ROSA, FILES[ROSA].encode("utf-16"), 1, "", NOT_UTF8, "UTF-16"),
    whole(SAM, FILES[SAM].replace("Who", "Who\x07"), 6, "", CONTROL, "control character in YAML"),
    whole(SAM, FILES[SAM].replace("Who", "Who\x00"), 6, "", CONTROL, "NUL in YAML"),
    one(SAM, "title: Who leaves early", 'title: "Who\\0"', 6, "title", f"“Who\x00” {CONTROL}"),
    one(SAM, "title: Who leaves early", 'title: "Who\\ud800"', 6, "title", f"“Who\\ud800” {CONTROL}"),
    one(
        LEAVING,
        "Some clients leave before they are better.",
        "Some\x00 clients",
        16,
        "summary",
        f"“Some\x00 clients” {CONTROL}",
    ),
    whole(LEAVING, "x" * 3_000_000, 0, "", "is larger than 2 MB; a content file is a few pages of text.", "3 MB"),
    whole(ROSA, "", 1, "", f"an empty value {GROUP}", "empty article"),
    whole("topics.yml", "", 1, "", f"an empty value {LIST}", "empty topics"),
    whole(ROSA, "- a list", 1, "", f"this {GROUP}", "a list for a group"),
    whole("issues/2024-13.yml", "", 0, "", ISSUE_NAME, "month 13"),
    whole("issues/2024-5.yml", "", 0, "", ISSUE_NAME, "month of one digit"),
    whole("issues/0024-05.yml", "", 0, "", ISSUE_NAME, "year 24"),
    whole("issues/٢٠٢٤-05.yml", "", 0, "", ISSUE_NAME, "Arabic digits"),
    whole("entries/Über.md", "", 0, "", ENTRY_NAME, "capital and accent"),
    whole("entries/a b.md", "", 0, "", ENTRY_NAME, "space"),
    whole("entries/x.md\n", "", 0, "", ENTRY_NAME, "line break"),
    whole("entries/x.deu.md", "", 0, "", ENTRY_NAME, "three-letter language"),
    whole("entries/x.md.bak", "", 0, "", ENTRY_NAME, "copy"),
    whole("pages/about.md", "", 0, "", PAGE_NAME, "page without language"),
    whole("articles/x.yaml", "", 0, "", ARTICLE_NAME, "yaml for yml"),
    whole(
        f"entries/{'a' * 61}.md",
        FILES[LEAVING],
        0,
        "",
        "has a name of more than 60 characters; shorten it.",
        "long name",
    ),
    pytest.param({"entries/x.md/y": ""}, [("entries/x.md", 0, "", ENTRY_NAME)], id="folder named x.md"),
    pytest.param(
        {"site.yml": None, "site.yml/y": ""},
        [("site.yml", 0, "", "is a folder, not a file; move it away.")],
        id="folder named site.yml",
    ),
]


@pytest.mark.parametrize(("change", "expected"), [*YAML, *FIELDS, *DATES, *NUMBERS, *ENTRIES, *FILES_AS_SUCH])
def test_what_is_wrong_is_told_with_file_line_field_and_mend(tmp_path, change, expected):
    assert problems_of(folder_of(tmp_path / "content", change)) == expected


def test_a_misspelt_field_is_told_once_and_not_as_missing_too(tmp_path):
    folder = make_folder(tmp_path / "content", edited(LEAVING, "research_type:", "reserch_type:"))
    assert problems_of(folder) == [
        (
            LEAVING,
            6,
            "reserch_type",
            f"is not a field we know. Did you mean “research_type”? Fields here are: {ENTRY_FIELDS}.",
        ),
    ]


def test_the_problems_of_all_files_are_told_at_once(tmp_path):
    changes = edited(ROSA, "year: 2020", "year: soon") | edited(SAM, "year: 2021", "year: later")
    changes |= edited(ISSUE, "2024-05-06", "2023-02-30") | {LEAVING: "", "pages/about.md": ""}
    assert [(file, line) for file, line, _, _ in problems_of(make_folder(tmp_path / "content", changes))] == [
        (ROSA, 6),
        (SAM, 5),
        (LEAVING, 1),
        (ISSUE, 1),
        ("pages/about.md", 0),
    ]


def test_a_missing_folder_is_named(tmp_path):
    folder = tmp_path / "nowhere"
    assert problems_of(folder) == [(str(folder), 0, "", "there is no such folder.")]


@pytest.mark.parametrize(
    "files", [{}, {"README.txt": "Hello"}, {"entries/.gitkeep": ""}], ids=["nothing", "other", "hidden"]
)
def test_a_folder_without_content_is_told_so(tmp_path, files):
    folder = write_files(tmp_path / "content", files)
    message = "holds no content: no entries/, articles/, issues/, pages/ or site.yml."
    assert problems_of(folder) == [(str(folder), 0, "", message)]


def test_a_file_name_that_is_not_utf8_can_be_told(tmp_path):
    folder = make_folder(tmp_path / "content")
    try:
        (folder / "entries" / os.fsdecode(b"caf\xe9.md")).write_text("")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    [problem] = problems_of(folder)
    assert problem == ("entries/caf\\udce9.md", 0, "", ENTRY_NAME)
    str(Problem(*problem)).encode()


@pytest.mark.parametrize("name", ["entries/.hidden.md", "entries/leaving-early.md~", "notes/x.md", "README.md"])
def test_files_that_are_not_content_are_passed_over(tmp_path, name):
    content, _ = read_folder(make_folder(tmp_path / "content", {name: "x"}))
    assert content == read_folder(make_folder(tmp_path / "other"))[0]


@pytest.mark.parametrize(
    "as_saved",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.replace("---\n", "---  \n").encode(),
        lambda text: text.rstrip("\n").encode(),
        lambda text: (text + "\n\n").encode(),
    ],
    ids=["BOM", "CRLF", "BOM and CRLF", "CR", "blanks after hyphens", "no last line break", "blank lines at the end"],
)
def test_a_file_means_the_same_however_it_was_saved(tmp_path, as_saved):
    saved = make_folder(tmp_path / "saved", {name: as_saved(text) for name, text in FILES.items()})
    assert read_folder(saved)[0] == read_folder(make_folder(tmp_path / "plain"))[0]


@pytest.mark.parametrize(
    "title", ["no", "off", "Yes", "1e3", "12:30", "0x1F", "0.30", "007", "1_000", "NaN", "=", ".5"]
)
def test_text_that_other_readers_take_for_something_else_stays_as_written(tmp_path, title):
    content, _ = read_folder(make_folder(tmp_path / "content", edited(LEAVING, "Some leave early", title)))
    expected = "0.5" if title == ".5" else title  # a number whose leading zero was left out
    assert content.entries["leaving-early"].texts["en"].header.title == expected


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("10.1037/abc0000001", "10.1037/abc0000001"),
        ("https://doi.org/10.1037/abc0000001", "10.1037/abc0000001"),
        ("http://dx.doi.org/10.1037/abc0000001", "10.1037/abc0000001"),
        ("'doi: 10.1037/abc0000001'", "10.1037/abc0000001"),
        (
            "10.1002/(SICI)1097-0266(199901)20:1<1::AID-X>3.0.CO;2-U",
            "10.1002/(SICI)1097-0266(199901)20:1<1::AID-X>3.0.CO;2-U",
        ),
    ],
)
def test_a_doi_is_read_without_its_address(tmp_path, written, read):
    content, _ = read_folder(make_folder(tmp_path / "content", edited(ROSA, "10.1037/abc0000001", written)))
    assert content.articles["rosa-2020"].doi == read


@pytest.mark.parametrize(
    ("written", "read"),
    [("< .001", "< .001"), ("<.001", "< .001"), ("= 0.03", "= 0.03"), ("= 1", "= 1"), ("> .05", "> .05")],
)
def test_a_p_value_keeps_its_digits(tmp_path, written, read):
    content, _ = read_folder(make_folder(tmp_path / "content", edited(ROSA, "p: < .001", f"p: '{written}'")))
    assert content.articles["rosa-2020"].findings[0].p == read


def test_a_number_keeps_the_decimals_it_was_written_with(tmp_path):
    content, _ = read_folder(make_folder(tmp_path / "content"))
    [finding] = content.articles["rosa-2020"].findings
    numbers = [finding.estimate, *finding.interval, finding.interval_level]
    assert [str(number) for number in numbers] == ["0.30", "0.256", "0.340", "95"]
    assert all(isinstance(number, Decimal) for number in numbers)


def test_a_third_level_heading_is_part_of_its_section(tmp_path):
    change = edited(LEAVING, "- **Talk", "### First\n\n- **Talk")
    content, _ = read_folder(make_folder(tmp_path / "content", change))
    assert (
        content.entries["leaving-early"].texts["en"].sections.implications
        == "### First\n\n- **Talk of endings early.**"
    )


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (Problem("a.yml", 3, "year", "is missing; add it."), "a.yml, line 3, field `year`: is missing; add it."),
        (Problem("a.yml", 3, "", "is wrong."), "a.yml, line 3: is wrong."),
        (Problem("a.yml", 0, "", "is wrong."), "a.yml: is wrong."),
    ],
)
def test_a_problem_is_told_with_its_place(problem, told):
    assert str(problem) == told
