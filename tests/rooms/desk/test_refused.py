"""What cannot be done at the desk is said in words on the page that answers, whatever was asked of what."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from rapport.accounts.models import Person
from rapport.desk.actions import submit_for_review, withdraw_entry
from rapport.desk.urls import urlpatterns
from rapport.digest.models import Entry
from rapport.literature.actions import save_article
from rapport.literature.models import Article
from tests.made_once import made_once
from tests.making import (
    NOW,
    finding,
    make_approved,
    make_draft,
    make_page,
    make_person,
    make_planned,
    make_released,
    make_site,
)

pytestmark = pytest.mark.django_db

ACCOUNT = {"account_en": "It was wrong.", "reason": "A reader wrote."}
NEWEST = "Readers see its newest words already; change them first."
WITHDRAWN = "This entry has been withdrawn; its words stay as they were."
OUT = "The issue 2024-06 is out; what stands in it stays."
BY_AN_EDITOR = "Readers see the entry about this article. An editor can correct it; ask one."
SHELVED_BY_AN_EDITOR = "Readers see this entry. An editor can change where they find it; ask one."
CORRECTION = {"correction-account_en": "It was wrong.", "correction-reason": "A reader wrote."}
DETAILS = {
    **{"title": "Anew", "authors": "Rosa, R.", "year": "2020"},
    **{"kind": "report", "language": "en", "read_level": "abstract"},
}
FIGURES = {"figure_0_value": "422", "figure_0_what_en": "clients"}
PAGE = {"slug": "about", "language": "en", "title": "About", "body": "Us."}

# A deed, by the name of its address; what it is asked of; what is sent; and what the page then says.
REFUSED: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    # stages
    ("submit_entry", {"slug": "in-review"}, {}, "Only a draft can be submitted for review"),
    ("submit_entry", {"slug": "unwritten"}, {}, "summary"),
    ("submit_entry", {"slug": "published"}, {}, NEWEST),
    ("submit_entry", {"slug": "withdrawn"}, {}, "This entry has been withdrawn."),
    ("send_back_entry", {"slug": "a-draft"}, {"reason": "Too long."}, "It is a draft already."),
    ("send_back_entry", {"slug": "published"}, {"reason": "Too long."}, NEWEST),
    ("approve_entry", {"slug": "a-draft"}, {}, "Only an entry in review can be approved"),
    ("approve_entry", {"slug": "published"}, {}, NEWEST),
    ("approve_entry", {"slug": "in-review"}, {"seen": "en:1.1"}, "Somebody saved a text since you read it."),
    ("approve_translation", {"slug": "in-review"}, {"language": "fr"}, "both are approved together"),
    ("approve_translation", {"slug": "published"}, {"language": "fr"}, NEWEST),
    ("place_entry", {"slug": "published"}, {"issue": "2024-07"}, "has been published; it stays where readers found it"),
    ("set_shelves", {"slug": "published"}, {"research_type": "meta-analysis"}, SHELVED_BY_AN_EDITOR),
    ("set_shelves", {"slug": "withdrawn"}, {"research_type": "meta-analysis"}, "This entry has been withdrawn"),
    # after readers have seen it
    ("correct_entry", {"slug": "published"}, ACCOUNT, NEWEST),
    ("correct_entry", {"slug": "a-draft"}, ACCOUNT, "Readers have not seen this entry yet"),
    ("correct_entry", {"slug": "withdrawn"}, ACCOUNT, "This entry has been withdrawn."),
    ("publish_translation", {"slug": "a-draft"}, {"language": "fr"}, "Readers have not seen this entry yet"),
    ("publish_translation", {"slug": "published"}, {"language": "fr"}, NEWEST),
    ("publish_translation", {"slug": "withdrawn"}, {"language": "en"}, "This entry has been withdrawn."),
    ("withdraw_entry", {"slug": "a-draft"}, {**ACCOUNT, "sure": "on"}, "Readers have not seen this entry"),
    ("withdraw_entry", {"slug": "withdrawn"}, {**ACCOUNT, "sure": "on"}, "This entry has been withdrawn already."),
    # links, and figures somebody answers for
    ("make_preview", {"slug": "a-draft"}, {"label": "Prof. Martin", "days": "400"}, "400 is not one of the available"),
    ("revoke_preview", {"slug": "a-draft", "number": 99}, {}, "This is not, or no longer, part of the entry."),
    ("take_back", {"slug": "a-draft", "number": 99}, {}, "This is not, or no longer, part of the entry."),
    # words
    ("edit_entry", {"slug": "withdrawn", "language": "en"}, {"summary": "Anew."}, WITHDRAWN),
    ("edit_entry", {"slug": "a-draft", "language": "en"}, {"do": "acknowledge:0"}, "This figure does not stand in"),
    ("edit_entry", {"slug": "a-draft", "language": "en"}, {"do": "note:nothing"}, "An entry has no field “nothing”."),
    ("edit_entry", {"slug": "a-draft", "language": "en"}, {"do": "answer:99"}, "This note is not here any more."),
    ("edit_entry", {"slug": "a-draft", "language": "en"}, {"do": "settle:99"}, "This note is not here any more."),
    ("edit_entry", {"slug": "a-draft", "language": "en"}, {"do": "up-to-date"}, "There is no translation here"),
    ("edit_entry_live", {"slug": "nowhere", "language": "en"}, {}, "There is no entry “nowhere” at the desk."),
    ("edit_entry_here", {"slug": "nowhere", "language": "en"}, {}, "There is no entry “nowhere” at the desk."),
    ("restore_version", {"slug": "a-draft", "language": "en", "number": 99}, {"on": "2.1"}, "There is no version 99"),
    ("restore_version", {"slug": "withdrawn", "language": "en", "number": 1}, {"on": "2.1"}, WITHDRAWN),
    # issues
    ("plan_issue", {}, {"month": "2024-06"}, "The issue 2024-06 is there already."),
    ("plan_issue", {}, {"month": "2024-13"}, "a month from 1 to 12"),
    ("place_in_issue", {"year": 2024, "month": 6}, {"place-entry": "a-draft"}, OUT),
    ("take_out_of_issue", {"year": 2024, "month": 6}, {"out": "published"}, OUT),
    ("move_in_issue", {"year": 2024, "month": 6}, {"down": "published"}, OUT),
    ("move_in_issue", {"year": 2024, "month": 6}, {}, "Press the button beside one of the entries."),
    ("write_line", {"year": 2024, "month": 6}, {"line_en": "x" * 301}, "at most 300"),
    ("schedule_issue", {"year": 2024, "month": 6}, {"day": "2030-01-01", "time": "08:00"}, OUT),
    ("schedule_issue", {"year": 2024, "month": 7}, {"day": "2020-01-01", "time": "08:00"}, "That time has passed"),
    ("unschedule_issue", {"year": 2024, "month": 6}, {}, OUT),
    ("release_issue", {"year": 2024, "month": 6}, {}, "The issue 2024-06 is out already."),
    ("release_issue", {"year": 2024, "month": 7}, {}, "It is not published:"),
    ("close_task", {"number": 99}, {"outcome": "Done."}, "There is no such task."),
    # articles, which an author may not correct once readers see the entry
    ("desk_new_draft", {}, {"title": ""}, "something needs mending"),
    ("desk_new_article", {}, {"typed": ""}, "Paste a DOI, a PubMed number, a link, a title or a reference."),
    ("desk_article_details", {"key": "published"}, DETAILS | CORRECTION, BY_AN_EDITOR),
    ("desk_article_figures", {"key": "published"}, FIGURES | CORRECTION, BY_AN_EDITOR),
    ("desk_article_details", {"key": "published"}, DETAILS, BY_AN_EDITOR),
    ("desk_article_read_level", {"key": "published"}, {"read_level": "full-text"}, BY_AN_EDITOR),
    ("desk_article_details", {"key": "published"}, DETAILS, "Tell readers in one line what changes"),
    ("desk_article_read_level", {"key": "published"}, {"read_level": "full-text"}, "say what changes, and why."),
    ("desk_article_abstract", {"key": "nowhere"}, {}, "There is no article “nowhere” here."),
    ("desk_suggestions", {"key": "nowhere"}, {}, "There is no article “nowhere” here."),
    ("desk_name_findings", {"key": "nowhere"}, {}, "There is no article “nowhere” here."),
    ("desk_new_finding", {"key": "published"}, {}, "something needs mending"),
    ("desk_finding", {"key": "published", "finding": "nothing"}, {}, "This article has no finding “nothing”"),
    ("desk_move_finding", {"key": "published", "finding": "nothing"}, {}, "This article has no finding “nothing”"),
    # the network's own
    ("desk_network_remove", {"slug": "topics", "key": "alliance"}, {}, "Not removed: entries stand on it."),
    ("desk_network_list", {"slug": "topics"}, {}, "It was not understood what to move."),
    ("desk_network_new", {"slug": "topics"}, {"key": "alliance", "name_en": "Alliance"}, "is there already"),
    ("desk_network_one", {"slug": "topics", "key": "alliance"}, {"name_en": ""}, "This field is required."),
    ("desk_new_page", {}, PAGE, "there already in this language"),
    ("desk_page", {"slug": "about", "language": "en"}, {"title": ""}, "This field is required."),
    ("desk_site", {}, {"name_en": ""}, "This field is required."),
]  # fmt: skip
NEVER_REFUSED = {
    "desk_rules",  # a box that is ticked or not
    # pages that are read: they answer the same, whatever is sent
    *(
        "desk",
        "desk_entries",
        "desk_entry",
        "entry_as_read",
        "desk_issues",
        "desk_issue",
        "desk_tasks",
        "desk_audit",
        "issue_as_read",
    ),
}


@pytest.fixture(scope="module")
def ada(django_db_setup: None, django_db_blocker: Any) -> Iterator[Person]:
    with made_once(django_db_blocker, fill_a_desk) as ada:
        yield ada


def fill_a_desk() -> Person:
    """Something stands at every stage; and Ada may do everything."""
    make_site()
    make_page("about")
    alice, edith = make_person("Alice", "author"), make_person("Edith", "editor")
    make_draft("a-draft", by=alice)
    make_draft("unwritten", by=alice, summary="", implications="")
    submit_for_review(entry=make_draft("in-review", by=alice), by=alice, now=NOW)
    out = [make_approved(slug, by=alice, approved_by=edith) for slug in ("published", "withdrawn")]
    make_released("2024-06", *out, by=edith)
    make_planned("2024-07", by=edith)
    account = {"en": "Retracted."}
    withdraw_entry(entry=Entry.objects.get(slug="withdrawn"), account=account, reason="So.", by=edith, now=NOW)
    return make_person("Ada", "author", "editor", "administrator")


@pytest.fixture
def desk(ada: Person, client: Client) -> Client:
    """A desk on which something stands at every stage, and Ada, who may do everything, is signed in."""
    client.force_login(ada)
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    ("name", "of", "sent", "words"),
    REFUSED,
    ids=[f"{row[0]}-{'-'.join(map(str, row[1].values()))}-{row[3][:30]}" for row in REFUSED],
)
def test_what_is_refused_is_said_in_words(desk, name, of, sent, words):
    if words in (BY_AN_EDITOR, SHELVED_BY_AN_EDITOR):
        desk.force_login(make_person("Bob", "author"))
    response = desk.post(reverse(name, kwargs=of), sent, follow=True)
    assert response.status_code < 500
    assert words in html.unescape(response.content.decode())


BEFORE_READERS = [
    ("desk_entry", {"slug": "published"}, "Save topics and type"),
    ("desk_article", {"key": "published"}, "Add a finding"),
    ("desk_article", {"key": "published"}, "Save the level"),
    ("desk_article_details", {"key": "published"}, "One line for readers"),
    ("desk_article_details", {"key": "published"}, "Leave it as it was"),
    ("desk_article_figures", {"key": "published"}, "One line for readers"),
    ("desk_new_finding", {"key": "published"}, "Save the finding"),
    ("desk_finding", {"key": "published", "finding": "one"}, "Take it out"),
]


@pytest.mark.parametrize(("name", "of", "deed"), BEFORE_READERS)
def test_what_is_an_editors_once_readers_see_it_is_not_offered_to_an_author(desk, name, of, deed):
    article = Article.objects.get(key="published")
    save_article(
        key=article.key, facts={"authors": article.authors, "year": 2020, "title": "One"}, findings=[finding("one")]
    )
    shown = {}
    for who in ("author", "editor"):
        desk.force_login(make_person(f"A new {who}", who))
        main = html.unescape(desk.get(reverse(name, kwargs=of)).content.decode()).partition("<main")[2]
        shown[who] = (deed in main, BY_AN_EDITOR in main)
    assert shown == {"author": (False, name != "desk_entry"), "editor": (True, False)}


@pytest.mark.parametrize(
    ("name", "of", "deed"), [row for row in BEFORE_READERS if row[2] not in ("One line for readers", "Take it out")]
)
def test_an_author_is_offered_it_while_it_is_a_draft(desk, name, of, deed):
    desk.force_login(make_person("A new author", "author"))
    page = html.unescape(desk.get(reverse(name, kwargs=dict.fromkeys(of, "a-draft"))).content.decode())
    assert (deed in page, BY_AN_EDITOR in page) == (True, False)


def test_every_deed_of_the_desk_is_asked_for_something_that_cannot_be_done(desk):
    """An address that answers POST has a line in `REFUSED`, or a reason in `NEVER_REFUSED`."""
    asked = {name for name, *_ in REFUSED} | NEVER_REFUSED
    of = {
        "slug": "a-draft",
        "language": "en",
        "year": 2024,
        "month": 6,
        "number": 1,
        "key": "a-draft",
        "finding": "main",
    }
    posted_to = set()
    for pattern in urlpatterns:
        kwargs = {name: of[name] for name in pattern.pattern.converters}
        if desk.post(reverse(pattern.name, kwargs=kwargs)).status_code not in (403, 405):
            posted_to.add(pattern.name)
    assert asked - posted_to == set()
    assert posted_to - asked == set()
