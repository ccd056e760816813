"""The steps from a file to drafts, one by one: files, blocks, months, sections, suggestions, names."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.digest.exchange.reading import read_folder
from rapport.digest.exchange.schema import IssueFile
from rapport.digest.exchange.writing import files_of
from rapport.digest.old_pages.blocks import BOLD_LINE, Block, clean
from rapport.digest.old_pages.drafting import draft, markdown
from rapport.digest.old_pages.entries import find_entries
from rapport.digest.old_pages.files import PageProblem, open_page
from rapport.digest.old_pages.months import byline, month_of
from rapport.digest.old_pages.numbers import around_of
from rapport.digest.old_pages.page_html import blocks_of_html
from rapport.digest.old_pages.page_text import blocks_of_text
from rapport.digest.old_pages.reading import read_pages, write_drafts
from rapport.digest.old_pages.sections import inline_section, is_foot, is_noise, label_of, section_of
from rapport.digest.old_pages.suggesting import suggest_topics, suggest_type
from rapport.web.markdown import render_markdown
from tests.unit.digest.old_pages.test_pages import SAMPLE, known

PAGE = """\
May 2021
Who Leaves Early
Sam, S. (2021). Who leaves early. Journal of Examples, 1(2), 3–4. https://doi.org/10.5555/sam.2021
Some leave early (r = .28).
Practice Implications
Ask.
"""


# --- files ----------------------------------------------------------------------------------------


SAVE = "open it and save it as plain text or as a web page."
NO_PAGES = {
    "page.docx": (b"PK\x03\x04\x14\x00", f"is a Word, OpenDocument or zip file; {SAVE}"),
    "page.doc": (b"\xd0\xcf\x11\xe0\xa1", f"is an old Word file; {SAVE}"),
    "page.pdf": (
        b"%PDF-1.7",
        "is a PDF; open the page in a browser and save it as a web page, or copy its text into a text file.",
    ),
    "page.rtf": (b"{\\rtf1 May 2021}", "is a rich-text file; open it and save it as plain text."),
    "page.bin": (b"May 2021\x00\x01\x02", "is not text; save the page as plain text or as a web page (HTML)."),
    "empty.txt": (b"", "is empty; save the page again."),
    "blank.txt": (b" \n\t", "is empty; save the page again."),
    "scripts.html": (
        b"<!DOCTYPE html><html><body><script>x()</script></body></html>",
        "holds no text that can be seen; save the page again, when all of it is shown.",
    ),
    "line.txt": (
        b"Only a line",
        "has no heading of a month, such as “May 2021”, and nothing that looks like an entry. Is it the page of a "
        "digest, saved whole? A line with the month above each month’s entries is enough.",
    ),
    "months.txt": (
        b"May 2021\nJune 2021\n",
        "has headings of months (2021-05, 2021-06), but no entry below them: a title on a line of its own, and a text "
        "of a few lines. If the page only lists titles, save the entries’ pages.",
    ),
}


@pytest.mark.parametrize("name", NO_PAGES)
def test_a_file_that_is_no_page_is_refused_with_the_mend(tmp_path, name):
    data, message = NO_PAGES[name]
    (tmp_path / name).write_bytes(data)
    with pytest.raises(PageProblem) as problem:
        read_pages([tmp_path / name], known(), language="en")
    assert str(problem.value) == f"{tmp_path / name} {message}"


def test_a_folder_and_a_missing_file_are_refused(tmp_path):
    for path, message in (
        (tmp_path, "is a folder; name the saved page itself."),
        (tmp_path / "no.txt", "no such file"),
    ):
        with pytest.raises(PageProblem, match=message):
            open_page(path)


@pytest.mark.parametrize(
    "data",
    [
        "Théo’s".encode(),
        b"\xef\xbb\xbf" + "Théo’s".encode(),
        "Théo’s".encode("utf-16"),
        "Théo’s".encode("windows-1252"),
        '<meta charset="iso-8859-1"><p>Théo’s</p>'.encode("windows-1252"),
        '<meta charset="no-such-charset"><p>Théo’s</p>'.encode(),
        b"<p>Th&eacute;o&#146;s</p>",
        b"<p>Th&eacute;o&rsquo;s</p>",
    ],
)
def test_a_page_is_decoded_as_its_author_meant(tmp_path, data):
    (tmp_path / "page").write_bytes(data)
    assert [block.text for block in open_page(tmp_path / "page").blocks] == ["Théo’s"]


# --- blocks ---------------------------------------------------------------------------------------


def test_html_becomes_headings_paragraphs_and_items():
    html = """<body><h2>May <i>2021</i></h2><p>One<br>two <b>three</b></p><p><b>All bold</b></p>
    <p><strong>Practice Implications:</strong> ask.</p><ul><li>an item</li></ul><div>bare</div><!-- not this -->"""
    assert blocks_of_html(html).blocks == (
        Block("May 2021", level=2),
        Block("One"),
        Block("two three"),
        Block("All bold", level=BOLD_LINE),
        Block("Practice Implications: ask.", lead="Practice Implications:"),
        Block("an item", item=True),
        Block("bare"),
    )


@pytest.mark.parametrize(
    "furniture",
    [
        "<nav>Away</nav>",
        "<footer>Away</footer>",
        "<header>Away</header>",
        "<aside>Away</aside>",
        "<form>Away</form>",
        "<div class='cookie-banner'>Away</div>",
        "<div id='comments'>Away</div>",
        "<div class='sharedaddy'>Away</div>",
        "<section class='sidebar widget'><h2>Away</h2></section>",
        "<div role='navigation'>Away</div>",
        "<div style='display: none'>Away</div>",
        "<div hidden>Away</div>",
        "<ul><li><a>Away</a></li><li><a>Away</a></li><li><a>Away</a></li></ul>",
    ],
)
def test_what_stands_around_the_text_is_left_out(furniture):
    page = blocks_of_html(f"<body>{furniture}<p>The text.</p></body>")
    assert page.blocks == (Block("The text."),)


def test_a_theme_that_calls_its_text_a_sidebar_loses_nothing():
    html = "<body class='menu'><div class='sidebar'><h2>May 2021</h2><p>The text.</p></div></body>"
    assert [block.text for block in blocks_of_html(html).blocks] == ["May 2021", "The text."]


def test_a_page_nested_deeply_is_read():
    html = "<div>" * 3_000 + "<p>Deep</p>" + "</div>" * 3_000
    assert [block.text for block in blocks_of_html(html).blocks] == ["Deep"]


def test_lines_broken_at_a_width_are_joined_and_other_lines_are_not():
    wrapped = "\n".join(["A line that is broken at a width of about sixty letters and"] * 4 + ["ends.", "", "Short"])
    assert [block.text for block in blocks_of_text(wrapped).blocks][1:] == ["Short"]
    assert [block.text for block in blocks_of_text("One.\nTwo.\n\nThree.").blocks] == ["One.", "Two.", "Three."]


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\u00ad b\u200bc  d\n e", "a bc d e"),
        ("end.\u00a0 Next", "end. Next"),
        ("1\u00a0234 à 95\u00a0%\u00a0: «\u00a0oui\u00a0»", "1\u00a0234 à 95\u00a0%\u00a0: «\u00a0oui\u00a0»"),
        ("\u00a0\x07x\ud800\u00a0", "x"),
    ],
)
def test_a_line_is_cleaned(text, cleaned):
    assert clean(text) == cleaned


# --- months, bylines, sections --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "month"),
    [
        ("May 2021", "2021-05"),
        ("MAY, 2021", "2021-05"),
        ("Mai 2021", "2021-05"),
        ("2021-05", "2021-05"),
        ("05/2021", "2021-05"),
        ("2021 May", "2021-05"),
        ("Sept. 2020", "2020-09"),
        ("août 2019", "2019-08"),
        ("Févr. 2018", "2018-02"),
        ("Month: May 2021", "2021-05"),
        ("Monthly Archives: May 2021", "2021-05"),
        ("Archive for May 2021", "2021-05"),
        ("Digest – October 2009", "2009-10"),
        ("Numéro de mai 2021", "2021-05"),
        ("May 2021 Issue", "2021-05"),
        ("May 2021:", "2021-05"),
        ("May", None),
        ("2021", None),
        ("May 12, 2021", None),
        ("May 2021 (3)", None),
        ("Seen in May 2021", None),
        ("May 2021 was a month of rain.", None),
        ("13/2021", None),
    ],
)
def test_a_heading_of_a_month_is_told_from_other_lines(line, month):
    assert month_of(line) == month


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("Posted on May 12, 2021 by Edith Invented", ("2021-05", "Edith Invented")),
        ("Wednesday, May 12th, 2021", ("2021-05", None)),
        ("12 May 2021 | By Edith Invented", ("2021-05", "Edith Invented")),
        ("Publié le 1er avril 2021 par Nadia Inventée", ("2021-04", "Nadia Inventée")),
        ("2021-05-12", ("2021-05", None)),
        ("By Edith Invented", (None, "Edith Invented")),
        ("Posted by Edith Invented at 9:00 AM", (None, "Edith Invented")),
        ("By the end of therapy", None),
        ("By Degrees: How Change Comes and Why It Often Stays Away", None),
        ("On May 12, 2021 the clinic moved.", None),
    ],
)
def test_a_byline_is_told_from_other_lines(line, read):
    assert byline(line) == read


@pytest.mark.parametrize(
    ("line", "section"),
    [
        ("Practice Implications", "implications"),
        ("PRACTICE IMPLICATIONS:", "implications"),
        ("Clinical implications", "implications"),
        ("Implications for practice", "implications"),
        ("Implications pour la pratique", "implications"),
        ("Implications cliniques", "implications"),
        ("Limitations", "limitations"),
        ("Limites de l’étude", "limitations"),
        ("Implications", "implications"),
        ("Practice makes perfect", None),
        ("The implications were many.", None),
    ],
)
def test_a_section_begins_with_its_heading(line, section):
    assert section_of(line) == section


@pytest.mark.parametrize(
    ("text", "lead", "read"),
    [
        ("Practice Implications: Ask.", "", ("implications", "Ask.")),
        ("Practice Implications – Ask.", "", ("implications", "Ask.")),
        ("Practice Implications. Ask.", "", ("implications", "Ask.")),
        ("Practice Implications Ask.", "Practice Implications", ("implications", "Ask.")),
        ("Implications pour la pratique\u00a0: Demandez.", "", ("implications", "Demandez.")),
        ("Practice Implications are many.", "", None),
        ("They asked: why?", "", None),
    ],
)
def test_a_section_may_begin_within_its_paragraph(text, lead, read):
    assert inline_section(text, lead) == read


def test_labels_noise_and_feet_are_told_apart():
    assert label_of("Topics: Alliance, Empathy") == ("topics", "Alliance, Empathy")
    assert label_of("Posted in Alliance") == ("posted in", "Alliance")
    assert label_of("Design was simple.") is None
    assert [is_noise(text) for text in ("Share this:", "Read more", "3 comments", "« Previous | Next »")] == [True] * 4
    assert not any(map(is_noise, ["Shared decisions in therapy", "Next to the client", "Previous work was small."]))
    assert [is_foot(text) for text in ("© 2021", "Copyright 2021", "Leave a Reply")] == [True] * 3
    assert not is_foot("Copying is a form of learning.")


# --- suggestions, words, names --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "text", "labels", "topics"),
    [
        ("CBT for PTSD", "A trial.", [], ["cbt", "trauma"]),
        ("Silence", "Drop-out was rare, and so was early drop-out.", [], ["drop-out"]),
        ("Silence", "Nothing.", ["Alliance, Training"], ["alliance", "training"]),
        ("Silence", "Outcomes and treatments.", [], ["miscellaneous"]),
        ("L’abandon en psychothérapie de groupe", "", [], ["drop-out", "group-psychotherapy"]),
    ],
)
def test_topics_are_suggested_by_the_words_of_the_text(title, text, labels, topics):
    assert sorted(topic.key for topic in suggest_topics(SAMPLE.topics, title, text, labels)) == topics


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Clients were randomly assigned.", "randomized-trial"),
        ("An RCT of tea.", "randomized-trial"),
        ("This meta-analysis pooled 12 studies.", "meta-analysis"),
        ("Semi-structured interviews were held.", "qualitative"),
        ("Une revue systématique.", "systematic-review"),
        ("Nothing is said of it.", "theory-guideline"),
    ],
)
def test_a_research_type_is_suggested_by_what_the_text_says_of_the_design(text, key):
    assert suggest_type(SAMPLE.research_types, "Tea", text, []).key == key


def test_the_words_around_a_number_are_its_sentence_cut_where_it_is_long():
    text = "One. Two has r = .28 in it, and cites Dr. X. Three."
    assert around_of(text, text.index("r ="), text.index(" in it")) == "Two has r = .28 in it, and cites Dr."
    text = "word " * 100 + "r = .28 " + "word " * 100
    cut = around_of(text, 500, 507)
    assert (cut[:2], cut[-2:], len(cut) <= 245, "r = .28" in cut) == ("…w", "d…", True, True)


@pytest.mark.parametrize(
    "text",
    [
        "# no heading",
        "- no item",
        "1. no list",
        "> no quote",
        "*no* _emphasis_ `code`",
        "<b>no tag</b>",
        "[no](link)",
        "a &lt; b",
        "~~no~~",
    ],
)
def test_a_paragraph_is_shown_as_it_stood_on_the_page(text):
    shown = unescape(re.sub("<[^>]+>", "", render_markdown(markdown([Block(text)])))).strip()
    assert shown == text


def read(text: str, tmp_path, language="en", there=None):
    path = tmp_path / "page.txt"
    path.write_text(text, encoding="utf-8")
    return read_pages([path], there or known(), language=language)


def test_keys_slugs_and_dois_do_not_clash_with_those_of_the_digest(tmp_path):
    there = known()
    there.articles, there.slugs, there.dois = {"sam-2021"}, {"who-leaves-early"}, {"10.5555/sam.2021": "sam-2021"}
    drafts = read(PAGE, tmp_path, there=there)
    assert (list(drafts.content.articles), list(drafts.content.entries)) == (["sam-2021b"], ["who-leaves-early-2"])
    assert drafts.content.articles["sam-2021b"].doi is None
    things = [str(thing) for entry in drafts.unsure.entries for thing in entry.things]
    assert (
        "- [ ] `articles/sam-2021b.yml`, `doi`: 10.5555/sam.2021 is that of article “sam-2021”; a DOI stands once, so "
        "it was left out. Keep one of the two"
    ) in things


def test_an_issue_that_the_digest_has_keeps_its_day_and_its_entries(tmp_path):
    there = known()
    there.issues = {"2021-05": IssueFile.model_validate({"published": "2021-05-10", "entries": ["first"]})}
    issue = read(PAGE, tmp_path, there=there).content.issues["2021-05"]
    assert (str(issue.published), issue.entries) == ("2021-05-10", ("first", "who-leaves-early"))


def test_pages_of_several_files_are_read_together(tmp_path):
    for name, month in (("one.txt", "May 2021"), ("two.txt", "June 2021")):
        (tmp_path / name).write_text(PAGE.replace("May 2021", month), encoding="utf-8")
    content = read_pages([tmp_path / "one.txt", tmp_path / "two.txt"], known(), language="en").content
    assert {month: issue.entries for month, issue in content.issues.items()} == {
        "2021-05": ("who-leaves-early",),
        "2021-06": ("who-leaves-early-2",),
    }


def test_a_folder_that_read_page_did_not_write_is_never_replaced(tmp_path):
    drafts = read(PAGE, tmp_path)
    out = tmp_path / "out"
    write_drafts(drafts, out, replace=False)
    with pytest.raises(FileExistsError, match="is not empty"):
        write_drafts(drafts, out, replace=False)
    write_drafts(drafts, out, replace=True)
    (out / "UNSURE.md").unlink()
    with pytest.raises(FileExistsError, match="was not written by read_page"):
        write_drafts(drafts, out, replace=True)


# --- any page -------------------------------------------------------------------------------------

LINES = st.sampled_from(
    [*PAGE.splitlines(), "June 2021", "Practice Implications: x", "- item", "# x", "© 2021", "Topics: Alliance", "---"]
)


@settings(deadline=None, max_examples=60)
@given(st.lists(LINES | st.text(max_size=120), max_size=25))
def test_whatever_is_read_is_a_folder_that_reads_back_as_the_same_drafts(tmp_path_factory, lines):
    folder = tmp_path_factory.mktemp("any")
    page = blocks_of_text("\n".join(lines))
    drafts = draft([("any.txt", find_entries(page))], known(), language="en")
    write_drafts(drafts, folder / "out", replace=False)
    if drafts.content.entries:
        content, _ = read_folder(folder / "out")
        assert files_of(content).items() == files_of(drafts.content).items()


TAGS = ["<p>", "</p>", "<b>", "</b>", "<h2>", "</h2>", "<br>", "<li>", "May 2021", "x", "<article>", "<div"]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(TAGS) | st.text(max_size=20), max_size=40))
def test_any_html_is_read_without_an_error(pieces):
    find_entries(blocks_of_html("".join(pieces)))


def test_an_archive_of_a_thousand_entries_is_read(tmp_path):
    """A step that grew with the square of the page would take minutes here."""
    words = "The clients were seen each week, and r = .28 (95% CI [.20, .36]) was found in 84% of them. " * 5
    entries = [f"A Title That Is the Same\nA Title That Is the Same\n{words}\nPractice Implications\nAsk.\n"] * 1_000
    drafts = read("May 2021\n" + "".join(entries), tmp_path)
    assert list(drafts.content.entries)[-1] == "a-title-that-is-the-same-1000"
    assert sum(len(article.findings) for article in drafts.content.articles.values()) == 10_000
