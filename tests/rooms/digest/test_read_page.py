"""The command `read_page`: what it says, what it leaves alone, and that what it writes can be imported."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from rapport.digest.exchange.database import read_database
from rapport.digest.exchange.importing import import_folder
from rapport.digest.exchange.problems import ContentProblems
from rapport.digest.models import Entry, Issue
from rapport.literature.citations import apa
from rapport.literature.models import Article
from tests.making import edited, files_in, make_folder, write_files

pytestmark = pytest.mark.django_db

PAGES = Path(__file__).resolve().parents[2] / "samples" / "old_pages"
CONTENT = Path(__file__).resolve().parents[3] / "content"


@pytest.fixture
def shelves(tmp_path) -> None:
    """A digest that has the sample's topics and types, and no entry yet."""
    names = ("site.yml", "topics.yml", "research-types.yml")
    import_folder(write_files(tmp_path / "shelves", {name: (CONTENT / name).read_bytes() for name in names}))


@pytest.mark.parametrize("page", ["as-shown.txt", "french.html", "oddities.txt", "two-articles.txt", "wordpress.html"])
@pytest.mark.usefixtures("shelves")
def test_what_is_read_imports_as_drafts(tmp_path, page):
    before = read_database()
    language = "fr" if page == "french.html" else "en"
    call_command("read_page", PAGES / page, out=tmp_path / "old", language=language, verbosity=0)
    assert read_database() == before, "reading a page changes nothing in the database"

    report = import_folder(tmp_path / "old")
    assert (report.changed, report.removed) == ({}, {})
    drafts = Entry.objects.exclude(slug__in=before.entries)
    assert {entry.state for entry in drafts} == {"draft"}
    assert import_folder(tmp_path / "old").did_anything is False


@pytest.mark.usefixtures("shelves")
def test_the_command_says_what_it_wrote_and_what_to_do_next(tmp_path, capsys):
    out = tmp_path / "old"
    call_command("read_page", PAGES / "as-shown.txt", out=out)
    assert capsys.readouterr().out == (
        f"3 draft entries in 2 issues, 6 draft findings: 8 files in {out}\n"
        f"15 things to look at in {out}/UNSURE.md; then: rapport import_digest {out}\n"
    )
    assert list(files_in(out)) == [
        "UNSURE.md",
        "articles/letters-never-sent.yml",
        "articles/okafor-lind-2019.yml",
        "articles/sorel-2018.yml",
        "entries/counting-chairs.md",
        "entries/do-therapists-who-nap-listen-better.md",
        "entries/letters-never-sent.md",
        "issues/2019-05.yml",
        "issues/2019-06.yml",
    ]


@pytest.mark.usefixtures("shelves")
def test_a_second_reading_of_what_was_imported_gets_names_of_its_own(tmp_path):
    for folder in ("one", "two"):
        call_command("read_page", PAGES / "as-shown.txt", out=tmp_path / folder, verbosity=0)
        call_command("import_digest", tmp_path / folder, verbosity=0)
    assert list(Entry.objects.filter(state="draft").order_by("slug").values_list("slug", flat=True)) == [
        "counting-chairs",
        "counting-chairs-2",
        "do-therapists-who-nap-listen-better",
        "do-therapists-who-nap-listen-better-2",
        "letters-never-sent",
        "letters-never-sent-2",
    ]


def test_a_digest_without_topics_gets_those_of_the_sample_suggested_and_is_told(tmp_path):
    call_command("read_page", PAGES / "as-shown.txt", out=tmp_path / "old", verbosity=0)
    assert (
        "import yours (topics.yml, research-types.yml), or the sample’s, before this folder"
        in (files_in(tmp_path / "old")["UNSURE.md"])
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"language": "english"}, "“english” is not a language; use two small letters, for example en or fr."),
        ({"out": PAGES / "as-shown.txt"}, f"{PAGES / 'as-shown.txt'} is a file, not a folder."),
        (
            {"out": PAGES},
            f"{PAGES} is not empty. Name another folder, or add --replace to overwrite the content in it.",
        ),
        (
            {"out": PAGES, "replace": True},
            f"{PAGES} was not written by read_page (it holds no UNSURE.md), so that --replace would remove what is "
            "yours. Name another folder.",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_words(tmp_path, options, message):
    with pytest.raises(CommandError) as error:
        call_command("read_page", PAGES / "as-shown.txt", **{"out": tmp_path / "old", **options})
    assert str(error.value) == message
    assert not (tmp_path / "old").exists()


def test_one_page_that_cannot_be_read_and_nothing_is_written(tmp_path):
    (tmp_path / "empty.txt").write_text("")
    with pytest.raises(CommandError) as error:
        call_command("read_page", PAGES / "as-shown.txt", tmp_path / "empty.txt", out=tmp_path / "old")
    assert str(error.value) == f"Nothing was written. {tmp_path}/empty.txt is empty; save the page again."
    assert not (tmp_path / "old").exists()


LONG = b"In this invented study people said what they thought of it, at length and more than once. " * 4


def read(tmp_path, text):
    (tmp_path / "page.txt").write_bytes(text)
    call_command("read_page", tmp_path / "page.txt", out=tmp_path / "old", verbosity=0)
    return (tmp_path / "old" / "UNSURE.md").read_text()


def test_a_number_that_no_article_prints_is_left_out_and_told(tmp_path):
    unsure = read(tmp_path, b"May 2021\n\nA title\n\n" + LONG + b"It was b = 123456789012.123456789012 in all.\n")
    assert "more than 20 digits, which no article prints" in unsure


def test_an_encoding_that_is_none_is_passed_over(tmp_path):
    head = b"<html><head><meta charset=undefined></head>"
    assert "A title" in read(tmp_path, head + b"<h2>May 2021</h2><h3>A title</h3><p>" + LONG + b"</p>")


def test_lines_that_begin_like_a_letters_head_are_read_in_no_time(tmp_path):
    assert "A title" in read(tmp_path, b"Topic: alliance\r\n" * 60 + b"May 2021\r\n\r\nA title\r\n\r\n" + LONG)


def test_a_folder_of_drafts_is_not_imported_with_prune(tmp_path):
    read(tmp_path, b"May 2021\n\nA title\n\n" + LONG)
    with pytest.raises(CommandError, match=r"was made by read_page: it is a part of a digest, and --prune would"):
        call_command("import_digest", tmp_path / "old", prune=True)


# --- an article that is not named -----------------------------------------------------------------

UNNAMED = {"articles/sam-2021.yml": "read_level: secondary-source\n"}
DRAFT = """\
---
article: sam-2021
language: en
author: Edith
research_type: survey
topics:
- drop-out
title: Some leave early
---

Some clients leave before they are better.

## Practice implications

- **Talk of endings early.**
"""


def test_a_draft_may_tell_of_an_article_that_is_not_named(tmp_path):
    folder = make_folder(tmp_path / "content", {**UNNAMED, "entries/leaving-early.md": DRAFT})
    import_folder(folder)
    article = Article.objects.get(key="sam-2021")
    assert (article.authors, article.title, apa(article.reference).text) == ([], "", "")
    assert import_folder(folder).did_anything is False


@pytest.mark.parametrize(
    "files",
    [
        UNNAMED,  # its entry is published
        {**UNNAMED, "entries/leaving-early.md": None, **edited("issues/2024-05.yml", "- leaving-early\n", "")},
    ],
    ids=["published", "without an entry"],
)
def test_nobody_else_may(tmp_path, files):
    with pytest.raises(ContentProblems) as error:
        import_folder(make_folder(tmp_path / "content", files))
    assert str(error.value) == (
        "articles/sam-2021.yml, line 1, field `authors`: is missing; add it. Only the article of a draft may lack it.\n"
        "articles/sam-2021.yml, line 1, field `title`: is missing; add it. Only the article of a draft may lack it."
    )


def test_a_draft_is_not_published_before_its_article_is_named(tmp_path):
    folder = make_folder(tmp_path / "content", {**UNNAMED, "entries/leaving-early.md": DRAFT})
    import_folder(folder)
    revision = "state: published\nrevisions:\n- {number: 1, kind: published, date: 2024-05-06, by: Edith}\n"
    write_files(folder, {"entries/leaving-early.md": DRAFT.replace("author:", f"{revision}author:")})
    with pytest.raises(ContentProblems, match="Only the article of a draft may lack it"):
        import_folder(folder)
    assert [str(issue) for issue in Issue.objects.all()] == ["2024-05"]
