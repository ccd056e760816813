"""Search on the site: from what a reader types to the entries that answer."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.test import Client

from rapport.digest.actions import save_synonym_group
from rapport.digest.models import Entry, SearchDocument, SearchWord
from tests.making import make_article, make_entry, make_issue, make_site, make_topic

pytestmark = pytest.mark.django_db
FAR_AWAY = dt.date(2999, 1, 1)


@pytest.fixture(autouse=True)
def _a_small_digest() -> None:
    make_site()
    make_topic("drop-out", name={"en": "Attendance and drop-out", "fr": "Assiduité et abandon"})
    words = {"summary": "Some stop.", "implications": "- **Talk** of it.", "limitations": ""}
    make_entry("early", issue="2023-01", title="One client in five leaves early", topics=["drop-out"], **words)
    make_entry("bond", issue="2023-02", title="A stronger alliance", topics=["alliance"], summary="Rosa & Bob ask.")
    both = {
        "en": {**words, "title": "Work after an illness", "summary": "A return to work is possible."},
        "fr": {**words, "title": "Travailler après une maladie", "summary": "Les séances aident."},
    }
    make_entry("work", issue="2024-01", topics=["miscellaneous"], research_type="survey", texts=both)
    facts = {"words": {"en": ["drop-out", "attrition"], "fr": ["abandon"]}, "asked_as": {"en": ["cancels"]}}
    save_synonym_group(key="drop-out", facts={"position": 0, **facts})


def search(question: str, prefix: str = "", **choices: str) -> str:
    response = Client().get(f"{prefix}/browse/?{urlencode({'q': question, **choices})}")
    assert response.status_code == 200
    return unescape(response.content.decode())


def found(page: str) -> list[str]:
    return re.findall(r'entry-line__title"[^>]*><a href="[^"]*/([a-z-]+)/"', page)


@pytest.mark.parametrize(
    ("question", "entries"),
    [
        ("leaves early", ["early"]),
        ("LEAVING", ["early"]),
        ("attrition", ["early"]),
        ("why is it that she always cancels?", ["early"]),
        ("aliance", ["bond"]),
        ("seances", ["work"]),
        ("Séance", ["work"]),
        ('"return to work"', ["work"]),
        ('"work to return"', []),
        ("survey", ["work"]),
        ("alliance illness", ["work", "bond"]),
        ("xyzzy", []),
    ],
)
def test_a_question_finds_what_answers_it(question, entries):
    assert sorted(found(search(question))) == sorted(entries)


def test_words_of_one_language_are_found_on_the_pages_of_the_other():
    assert found(search("abandon", "/fr")) == ["early"]
    assert found(search("maladie")) == ["work"]


def test_an_article_is_found_by_its_authors_title_and_doi():
    make_article("nora-2019", authors=["Nordmo, M."], title="Therapist effects", doi="10.1037/abc0000123")
    make_entry("differ", issue="2024-02", article="nora-2019", title="Some do better", topics=["alliance"])
    for question in ("Nordmo", "nordmo 2019", "therapist effects", "10.1037/abc0000123"):
        assert found(search(question))[:1] == ["differ"], question


def test_the_words_that_were_asked_for_are_marked_in_title_and_text():
    page = search("stronger alliance")
    assert ">A <mark>stronger</mark> <mark>alliance</mark></a>" in page
    assert "Rosa & Bob ask." not in page  # nothing of it was asked for


def test_a_misspelt_word_is_read_as_the_one_that_was_meant_and_said_to_be():
    assert "No entry has “aliance”; “alliance” was searched for instead." in search("aliance")


def test_a_word_that_nobody_has_is_named_and_the_rest_is_searched():
    page = search("alliance xyzzyplugh")
    assert "No entry has “xyzzyplugh”." in page
    assert found(page) == ["bond"]


def test_other_words_for_the_same_are_told():
    assert "Also searched for: attrition." in search("drop-out")


def test_a_very_long_question_is_searched_to_a_point_and_said_to_be():
    page = search("alliance " * 1200)
    assert "only its beginning was searched for" in page
    assert found(page) == ["bond"]


HOSTILE = [
    *(
        '"',
        "'",
        '""""',
        "*",
        "a*",
        "NEAR(",
        "x OR",
        "-",
        "title:",
        "{",
        "\\",
        "%",
        "_",
        "&",
        ":*",
        "!a",
        "a & | b",
        "<->",
        "(((",
    ),
    *("\x00", "\x1b[", "🎉", "\u202e", "心理", " ", "\ud7ff", "a" * 10_000, "' OR 1=1 --", "<script>alert(1)</script>"),
]


@pytest.mark.parametrize("question", HOSTILE)
def test_no_question_breaks_anything(question):
    response = Client().get(f"/browse/?{urlencode({'q': question})}")
    assert response.status_code == 200
    assert "<script>" not in response.content.decode()


def test_choices_narrow_an_answer_and_each_shows_its_count():
    page = search("alliance illness", type="survey")
    assert found(page) == ["work"]
    counts = dict(re.findall(r'id="c-type-([a-z-]+)"[^>]*>.*?<span class="count">(\d+)</span>', page))
    assert counts == {"meta-analysis": "1", "survey": "1"}


def test_choices_and_question_stand_in_every_address_of_the_page():
    page = search("alliance illness", type="survey")
    assert 'href="/browse/?q=alliance+illness&type=meta-analysis&type=survey"' in page
    assert '<input type="hidden" name="type" value="survey">' in page
    assert 'name="q" value="alliance illness"' in page
    assert 'class="chosen__all" href="/browse/?q=alliance+illness"' in page


def test_every_page_has_a_search_field():
    for address in ("/", "/archive/", "/topics/", "/2023/01/early/", "/browse/", "/fr/", "/no-such-page/"):
        page = Client().get(address).content.decode()
        assert (
            page.count('role="search" action="/fr/browse/"' if address == "/fr/" else 'role="search" action="/browse/"')
            == 1
        ), address


def test_what_readers_may_not_see_is_not_found_nor_suggested():
    make_entry("secret", title="Zeppelins", topics=["alliance"])
    make_issue("2998-01", published_on=dt.date(2998, 1, 1))
    make_entry("later", issue="2998-01", title="Quokkas", topics=["alliance"])
    for question in ("zeppelins", "quokkas", "zepelins", "quokas"):
        page = search(question)
        assert found(page) == []
        assert "instead" not in page


def test_a_changed_entry_is_found_by_its_new_words_and_not_by_its_old_ones():
    make_entry("early", issue="2023-01", title="Staying on", topics=["drop-out"])
    assert found(search("staying")) == ["early"]
    assert found(search("leaves")) == []


def test_a_deleted_entry_leaves_the_index():
    Entry.objects.get(slug="early").delete()
    assert not SearchDocument.objects.filter(title__contains="leav").exists()
    assert found(search("leaves early")) == []


def test_the_index_made_anew_is_the_index_as_it_was():
    before = list(SearchDocument.objects.order_by("pk").values())
    SearchDocument.objects.all().delete()
    SearchWord.objects.all().delete()
    call_command("index_search", verbosity=0)
    assert list(SearchDocument.objects.order_by("pk").values()) == before
    assert found(search("leaves early")) == ["early"]


def test_more_answers_than_a_page_holds_go_on_on_the_next():
    for number in range(25):
        make_entry(
            f"more-{'abcdefghijklmnopqrstuvwxyz'[number]}", issue="2024-03", title="Quartet", topics=["alliance"]
        )
    first, second = search("quartet"), search("quartet", page="2")
    assert (len(found(first)), len(found(second))) == (20, 5)
    assert not set(found(first)) & set(found(second))
    assert "?q=quartet&page=2" in first


@pytest.mark.parametrize("entries", [2, 30])
def test_a_search_makes_few_queries_however_many_entries_there_are(entries, django_assert_max_num_queries):
    for number in range(entries):
        make_entry(f"entry-{number}", issue="2024-05", title=f"Alliance and drop-out {number}", topics=["alliance"])
    with django_assert_max_num_queries(15):
        search("does the alliance keep clients from dropping out")


def test_a_word_of_a_draft_does_not_change_how_a_readers_word_is_read():
    told = "No entry has “aliance”; “alliance” was searched for instead."
    assert told in search("aliance")
    make_entry("secret", title="An aliance of sorts", topics=["alliance"])
    make_issue("2998-01", published_on=dt.date(2998, 1, 1))
    make_entry("later", issue="2998-01", title="Another aliance", topics=["alliance"])
    assert told in search("aliance")


def test_an_entry_enters_the_index_when_it_is_published_and_leaves_it_when_it_is_not():
    make_entry("early", issue="2023-01", state="withdrawn", title="Zeppelins", topics=["alliance"])
    assert not SearchDocument.objects.filter(title__contains="zeppelin").exists()
    make_entry("early", issue="2023-01", state="published", title="Zeppelins", topics=["alliance"])
    assert found(search("zeppelins")) == ["early"]


def test_an_entry_of_any_length_is_indexed_to_a_point():
    make_entry("long", issue="2024-03", title="Marmalade", summary=" ".join(f"word{n}" for n in range(20_000)))
    assert found(search("marmalade")) == ["long"]
    assert found(search("word17")) == ["long"]


def test_an_excerpt_of_a_long_text_is_made_in_no_time():
    make_entry("long", issue="2024-03", title="Marmalade", summary="marmalade " * 8000 + "[ " * 40_000)
    assert "<mark>marmalade</mark>" in search("marmalade")
