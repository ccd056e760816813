"""What any reference becomes, whatever characters it holds, reads back as itself."""

import json
import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import parse_qs

import bibtexparser
import rispy
from bibtexparser.middlewares import SeparateCoAuthors
from bibtexparser.model import Field
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

from rapport.literature.citations import KINDS, Reference, Retraction, apa, bibtex, coins, csl_json, ris
from rapport.literature.citations.coins import FORMS
from rapport.literature.citations.csl import name_of
from tests.zotero import parse_context_object

# Every code point, half surrogate pairs too, with what has a meaning in some format made likely.
anything = st.text(max_size=30) | st.text(
    st.sampled_from("aÉ1 ,.;:-–—'’\"`?!{}[]()<>&%$#_~^|\\/@=\t\n\r\x00\x85\u2028\u00a0\u202f\ud800«»"),
    max_size=20,
)
person = st.builds("{}, {}".format, anything, anything)
references = st.builds(
    Reference,
    key=anything,
    kind=st.sampled_from(sorted(KINDS)) | anything,
    language=st.sampled_from(["en", "fr", ""]) | anything,
    authors=st.lists(person | anything, max_size=23).map(tuple),
    editors=st.lists(person | anything, max_size=3).map(tuple),
    year=st.none() | st.integers(1, 9999),
    title=anything,
    journal=anything,
    volume=anything,
    issue=anything,
    pages=anything | st.from_regex(r"[eS]?[0-9]{1,6}([–-][0-9]{1,6})?", fullmatch=True),
    publisher=anything,
    doi=anything | anything.map("10.1000/{}".format),
    pmid=anything,
    url=anything | anything.map("https://example.org/{}".format),
    retraction=st.none() | st.builds(Retraction, year=st.none() | st.integers(1, 9999), doi=anything),
)


def known(reference: Reference, names: dict[str, str]) -> dict[str, str]:
    """The fields of a reference that are not empty, under the names a format gives them."""
    values = {theirs: getattr(reference, ours) for ours, theirs in names.items()}
    return {theirs: str(value) for theirs, value in values.items() if value not in ("", None)}


@settings(deadline=None)
@given(st.lists(references, max_size=4))
def test_csl_json_of_any_references_reads_back_with_equal_fields(some):
    items = json.loads("".join(csl_json(some)).encode())

    names = {
        "key": "id",
        "title": "title",
        "volume": "volume",
        "issue": "issue",
        "language": "language",
        "doi": "DOI",
        "pmid": "PMID",
        "url": "URL",
    }
    assert [{name: item[name] for name in names.values() if item.get(name)} for item in items] == [
        known(reference, names) for reference in some
    ]
    assert [len(item.get("author", [])) for item in items] == [len(r.authors) for r in some]
    assert [item.get("issued") for item in items] == [
        None if r.year is None else {"date-parts": [[r.year]]} for r in some
    ]


@settings(deadline=None)
@given(st.lists(references, max_size=4))
def test_ris_of_any_references_reads_back_with_equal_fields(some):
    # rispy splits an address at its semicolons unless it is told not to.
    records = rispy.loads("".join(ris(some)), delimiter_tags_mapping={})

    names = {
        "key": "id",
        "title": "title",
        "journal": "secondary_title",
        "volume": "volume",
        "issue": "number",
        "publisher": "publisher",
        "doi": "doi",
        "pmid": "accession_number",
        "language": "language",
        "year": "year",
    }
    assert [{name: r[name] for name in names.values() if name in r} for r in records] == [
        known(reference, names) for reference in some
    ]
    assert [tuple(record.get("authors", [])) for record in records] == [r.authors for r in some]
    assert [record.get("urls", []) for record in records] == [[r.url] if r.url else [] for r in some]


@settings(deadline=None)
@given(references)
def test_ris_of_any_reference_is_lines_of_a_tag_and_a_value_from_ty_to_er(reference):
    text = "".join(ris([reference]))
    lines = text.removesuffix("\r\n").split("\r\n")

    assert text.splitlines() == lines
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines)
    assert [line[:2] for line in lines].count("TY") == 1
    assert (lines[0][:2], lines[-1]) == ("TY", "ER  - ")


# Text symbols of LaTeX that the decoder lacks, from the LaTeX2e symbol tables.
SYMBOLS = {
    "textbraceleft": "{",
    "textbraceright": "}",
    "textless": "<",
    "textgreater": ">",
    "textbar": "|",
    "textasciitilde": "~",
    "textasciicircum": "^",
}
commands = get_default_latex_context_db()
commands.add_context_category(
    "text symbols",
    prepend=True,
    macros=[MacroTextSpec(name, simplify_repl=symbol) for name, symbol in SYMBOLS.items()],
)
decoder = LatexNodes2Text(latex_context=commands, math_mode="verbatim")


def from_latex(value: str) -> str:
    """The text that LaTeX prints for a value."""
    return decoder.latex_to_text(value)


def spaced(text: str) -> str:
    """The decoder gives every tie and thin space as a plain space, and runs of them as one."""
    return re.sub("[ \u00a0\u202f]+", " ", text).strip()


@settings(deadline=None)
@given(st.lists(references, max_size=3))
@example([Reference(key="k", title="a}\n@article{b, title={c}}")])
@example([Reference(key="k", title="\\")])
def test_bibtex_of_any_references_reads_back_with_equal_fields(some):
    library = bibtexparser.parse_string("".join(bibtex(some)))

    assert library.failed_blocks == []
    names = {"title": "title", "volume": "volume", "issue": "number", "year": "year"}
    assert [{name: spaced(from_latex(e[name])) for name in names.values() if name in e} for e in library.entries] == [
        {name: spaced(value) for name, value in known(reference, names).items()} for reference in some
    ]
    assert len({entry.key.lower() for entry in library.entries}) == len(some)


@settings(deadline=None)
@given(st.lists(person | anything, max_size=5).map(tuple))
@example(("\\, A.", "B &, C &", "D"))
def test_bibtex_of_any_authors_reads_back_as_the_same_names_in_the_same_parts(authors):
    reference = Reference(key="k", authors=authors)
    entry = bibtexparser.parse_string("".join(bibtex([reference])), append_middleware=[SeparateCoAuthors()]).entries[0]

    parts = [name_of(author) for author in reference.authors]
    assert [spaced(from_latex(name)) for name in entry.get("author", Field("author", [])).value] == [
        spaced(", ".join(filter(None, (part.family, part.suffix, part.given)))) for part in parts
    ]


@settings(deadline=None)
@given(references)
def test_bibtex_of_any_reference_has_braces_that_balance_as_bibtex_counts_them(reference):
    depth = 0
    depths = []
    for character in "".join(bibtex([reference])):
        depth += {"{": 1, "}": -1}.get(character, 0)
        depths.append(depth)

    assert depths[-1] == 0
    assert min(depths) == 0


class Words(HTMLParser):
    """The text of a page fragment, and every tag in it."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        assert all(value and re.match(r"https?://", value, re.I) for _, value in attrs)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


@settings(deadline=None)
@given(references, st.sampled_from(["en", "fr", "de", ""]))
def test_apa_of_any_reference_says_the_same_in_text_and_html(reference, language):
    cited = apa(reference, language)
    page = Words()
    page.feed(cited.html)
    page.close()

    assert page.text == cited.text
    assert set(page.tags) <= {"i", "a"}
    assert unescape(re.sub(r"</?i>|<a href=\"[^\"]*\">|</a>", "", cited.html)) == cited.text


@settings(deadline=None)
@given(references)
def test_apa_of_any_reference_prints_every_name_it_must_and_its_title(reference):
    text = apa(reference).text

    assert reference.title in text
    shown = reference.authors if len(reference.authors) <= 20 else reference.authors[:19]
    assert all(author in text for author in shown)


@settings(deadline=None)
@given(references)
def test_coins_of_any_reference_read_back_with_equal_fields(reference):
    fields = parse_qs(coins(reference), strict_parsing=True)

    form = FORMS.get(reference.kind, FORMS["document"])
    expected = known(reference, {"title": f"rft.{form.title}", "year": "rft.date", "language": "rft.language"})
    if form.format in {"journal", "book"}:
        expected |= known(reference, {"volume": "rft.volume", "issue": "rft.issue"})
    assert {key: fields[key] for key in expected} == {key: [value] for key, value in expected.items()}
    names = fields.get("rft.creator" if form.format == "dc" else "rft.au", [])
    assert names == [author if name_of(author).given else f"{name_of(author).family}," for author in reference.authors]
    assert (f"info:doi/{reference.doi}" in fields.get("rft_id", [])) == bool(reference.doi)


@settings(deadline=None)
@given(references)
def test_coins_of_any_reference_are_understood_by_zotero(reference):
    saved = parse_context_object(coins(reference))

    # Zotero reads every plus sign as a space, encoded or not.
    assert saved.get("title", "") == reference.title.replace("+", " ")
    assert len(saved["creators"]) == len(reference.authors)
