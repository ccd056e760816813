"""A retraction arrives: readers see it, and an editor has a task. No answer is never “not retracted”."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rapport.audit.models import Event
from rapport.desk.actions.notices import NoticesUnknown, check_notices
from rapport.desk.models import DeskTask
from rapport.digest.models import Entry, SiteIdentity
from rapport.literature.lookup.crossref import Crossref
from rapport.literature.lookup.record import Trouble, TroubleKind
from rapport.literature.lookup.service import NoAnswer, Reply
from rapport.literature.models import Article, Notice, NoticeCheck
from tests.making import finding, make_article, make_entry, make_site
from tests.reading_feeds import atom_faults

pytestmark = pytest.mark.django_db

NIGHT = dt.datetime(2024, 6, 3, 7, 40, tzinfo=dt.UTC)
NEXT_NIGHT = NIGHT + dt.timedelta(days=1)
DOWN = Trouble(kind=TroubleKind.UNREACHABLE)


def update(kind: str = "retraction", doi: str = "10.5555/notice", source: str = "retraction-watch", day=(2024, 6, 2)):
    """An update as Crossref tells it, on the article (`updated-by`) or on the notice (`update-to`)."""
    updated = {"date-parts": [list(day)], "date-time": "2024-06-02T00:00:00Z"}
    return {"DOI": doi, "type": kind, "label": kind.capitalize(), "source": source, "updated": updated}


class Recorded(Crossref):
    """Crossref as it answers here: for each DOI the updates its own record names, and those that notices name."""

    def __init__(self, updated_by: dict[str, list[Any]] | None = None, update_to: dict[str, list[Any]] | None = None):
        super().__init__("http://127.0.0.1:1")
        self.updated_by, self.update_to = updated_by or {}, update_to or {}
        self.down: set[str] = set()
        self.asked: list[str] = []

    def get(self, path: str, params: Any, until: Any) -> Reply:
        if "filter" in params:
            doi = params["filter"].removeprefix("updates:")
            works = [
                {
                    "DOI": told["DOI"],
                    "title": ["A notice"],
                    "type": "journal-article",
                    "update-to": [{**told, "DOI": doi}],
                }
                for told in self.update_to.get(doi, [])
            ]
            return self._reply({"items": works})
        doi = next((known for known in self.updated_by if path == f"/works/{quote(known, safe='')}"), "")
        self.asked.append(doi)
        if doi in self.down:
            raise NoAnswer(DOWN)
        if not doi:
            return Reply(404, b"Resource not found.")
        work = {"DOI": doi, "title": ["An article"], "type": "journal-article", "updated-by": self.updated_by[doi]}
        return self._reply(work)

    def _reply(self, message: Any) -> Reply:
        return Reply(200, json.dumps({"status": "ok", "message": message}).encode())


@pytest.fixture(autouse=True)
def _a_site() -> None:
    make_site()


@pytest.fixture
def entry() -> Entry:
    """An entry that readers see, about an article that has a DOI with all that DOIs may hold."""
    return make_entry(article=make_article("rosa-2020", doi="10.5555/(a),b;c/1"), issue="2024-05")


def retracted(*updates: Any) -> Recorded:
    return Recorded({"10.5555/(a),b;c/1": list(updates or [update()])})


# --- what is kept -----------------------------------------------------------------------------------


def test_a_retraction_is_kept_told_to_readers_and_given_to_an_editor(entry):
    stamp = SiteIdentity.objects.get().stamp
    check = check_notices(now=NIGHT, crossref=retracted())
    notice = Notice.objects.get()
    assert (check.asked, check.new) == (1, (notice,))
    assert (notice.kind, notice.doi, notice.source, notice.published_on) == (
        "retraction",
        "10.5555/notice",
        "Retraction Watch",
        dt.date(2024, 6, 2),
    )
    assert Article.objects.get().standing == "retracted"
    revision = entry.revisions.last()
    assert (revision.number, revision.kind, revision.by, revision.made_on) == (
        2,
        "notice",
        "Retraction Watch",
        dt.date(2024, 6, 3),
    )
    assert revision.account["en"] == (
        "The article was retracted. Its findings should not be relied on. The notice is of 2 June 2024."
    )
    assert set(revision.account) == {"en", "fr"}
    task = DeskTask.objects.get()
    assert (task.kind, task.entry, task.notice, task.made_at, task.done_at) == ("notice", entry, notice, NIGHT, None)
    event = Event.objects.get(did="notice.arrived")
    assert (event.name, event.about, event.details["doi"]) == (
        "the schedule",
        "entry:alliance-matters",
        "10.5555/notice",
    )
    assert SiteIdentity.objects.get().stamp != stamp


def test_the_same_notice_is_told_once_however_often_and_by_whomever_it_is_named(entry):
    by_both = Recorded(
        {"10.5555/(a),b;c/1": [update(source="publisher")]}, {"10.5555/(a),b;c/1": [update(doi="10.5555/NOTICE")]}
    )
    check_notices(now=NIGHT, crossref=by_both)
    check_notices(now=NEXT_NIGHT, crossref=retracted())
    assert (Notice.objects.count(), DeskTask.objects.count(), entry.revisions.count()) == (1, 1, 2)


def test_a_notice_that_only_its_own_record_names_is_found(entry):
    check_notices(
        now=NIGHT, crossref=Recorded({"10.5555/(a),b;c/1": []}, {"10.5555/(a),b;c/1": [update("correction")]})
    )
    assert (Notice.objects.get().kind, Article.objects.get().standing) == ("correction", "corrected")


def test_a_retraction_known_by_its_title_first_gets_its_doi_later_and_is_not_told_twice(entry):
    article = entry.article
    Notice.objects.create(article=article, kind="retraction", source="Crossref", noticed_at=NIGHT)
    check = check_notices(now=NEXT_NIGHT, crossref=retracted())
    assert check.new == ()
    assert list(Notice.objects.values_list("doi", "source")) == [("10.5555/notice", "Retraction Watch")]


def test_a_new_version_of_the_article_itself_is_no_notice(entry):
    check_notices(now=NIGHT, crossref=retracted(update("new_version", "10.5555/(a),b;c/1")))
    assert not Notice.objects.exists()


def test_of_a_draft_editors_hear_and_readers_do_not():
    entry = make_entry(article=make_article(doi="10.5555/(a),b;c/1"))
    check_notices(now=NIGHT, crossref=retracted())
    assert (DeskTask.objects.count(), entry.revisions.count()) == (1, 0)


def test_an_article_reinstated_is_no_longer_called_retracted(entry, client: Client):
    check_notices(now=NIGHT, crossref=retracted())
    again = retracted(update(), update("reinstatement", "10.5555/again", day=(2024, 6, 4)))
    check_notices(now=NEXT_NIGHT, crossref=again)
    assert Article.objects.get().standing == "reinstated"
    assert [revision.kind for revision in entry.revisions.all()] == ["published", "notice", "notice"]
    assert "The article, retracted before, has been reinstated" in client.get(entry.get_absolute_url()).text


# --- when there is no answer ------------------------------------------------------------------------


def test_no_answer_is_kept_as_none_and_the_last_answer_stays(entry):
    check_notices(now=NIGHT, crossref=retracted())
    down = retracted()
    down.down = {"10.5555/(a),b;c/1"}
    with pytest.raises(NoticesUnknown, match=r"Crossref could not be reached\. No answer about 1 of 1 articles\."):
        check_notices(now=NEXT_NIGHT, crossref=down)
    check = NoticeCheck.objects.get()
    assert (check.asked_at, check.answered_at, check.problem) == (NEXT_NIGHT, NIGHT, "Crossref could not be reached.")
    assert Article.objects.get().standing == "retracted"


def test_half_an_answer_is_none():
    """The article's own record came, and the search for notices did not: then we do not know."""

    class Half(Recorded):
        def get(self, path: str, params: Any, until: Any) -> Reply:
            if "filter" in params:
                raise NoAnswer(DOWN)
            return super().get(path, params, until)

    make_article(doi="10.5555/1")
    with pytest.raises(NoticesUnknown):
        check_notices(now=NIGHT, crossref=Half({"10.5555/1": []}))
    assert NoticeCheck.objects.get().answered_at is None


def test_a_service_that_is_down_is_left_in_peace_after_three_questions():
    for number in range(5):
        make_article(f"a-{number}", doi=f"10.5555/{number}")
    crossref = Recorded({f"10.5555/{number}": [] for number in range(5)})
    crossref.down = set(crossref.updated_by)
    with pytest.raises(NoticesUnknown, match="No answer about 5 of 5 articles"):
        check_notices(now=NIGHT, crossref=crossref)
    assert len(crossref.asked) == 3
    assert NoticeCheck.objects.count() == 3


def test_what_was_answered_before_a_failure_is_kept_and_the_next_try_goes_on():
    make_entry(article=make_article("a-0", doi="10.5555/0"), issue="2024-05")
    make_article("a-1", doi="10.5555/1")
    crossref = Recorded({"10.5555/0": [update()], "10.5555/1": []})
    crossref.down = {"10.5555/1"}
    with pytest.raises(NoticesUnknown):
        check_notices(now=NIGHT, crossref=crossref)
    assert Notice.objects.count() == 1
    crossref.down, crossref.asked = set(), []
    check_notices(now=NIGHT + dt.timedelta(hours=1), crossref=crossref)
    assert crossref.asked == ["10.5555/1"]


def test_a_doi_that_crossref_does_not_know_is_said_to_be_unknown():
    make_article(doi="10.5555/elsewhere")
    check_notices(now=NIGHT, crossref=Recorded())
    assert NoticeCheck.objects.get().problem == "Crossref does not know this DOI."


def test_an_article_without_a_doi_is_not_asked_about():
    make_article()
    assert check_notices(now=NIGHT, crossref=Recorded()).asked == 0


# --- what readers see -------------------------------------------------------------------------------


BANNER = {
    "": ["The article has been retracted", "Its findings should not be relied on.", "2 June 2024"],
    "/fr": ["2 juin 2024"],
}


@pytest.mark.parametrize("language", ["", "/fr"])
def test_readers_see_it_on_the_entry_with_a_link_to_the_notice(entry, client: Client, language):
    check_notices(now=NIGHT, crossref=retracted())
    page = client.get(language + entry.get_absolute_url()).text
    assert [words for words in BANNER[language] if words not in page] == []
    assert 'href="https://doi.org/10.5555/notice"' in page


@pytest.mark.parametrize(
    "address", ["/", "/2024/05/", "/topics/alliance/", "/browse/?topic=alliance", "/browse/?q=alliance"]
)
def test_readers_see_it_in_every_list(entry, client: Client, address):
    assert "standing--retracted" not in client.get(address).text
    check_notices(now=NIGHT, crossref=retracted())
    assert client.get(address).text.count("standing--retracted") == 1


def test_those_who_follow_the_feed_hear_of_it(entry, client: Client, settings):
    check_notices(now=NIGHT, crossref=retracted())
    feed = client.get("/feeds/entries.atom").text
    assert atom_faults(feed) == []
    assert "Article retracted: Alliance and outcome go together" in feed
    assert "Notice about the article, 3 June 2024" in feed


def test_programs_hear_of_it(entry, client: Client):
    assert client.get("/api/v1/entries/alliance-matters").json()["article"]["standing"] is None
    check_notices(now=NIGHT, crossref=retracted())
    told = client.get("/api/v1/entries/alliance-matters").json()
    assert told["article"]["standing"] == "retracted"
    assert told["article"]["csl"]["status"] == "retracted"
    assert [revision["kind"] for revision in told["revisions"]] == ["published", "notice"]
    [issue] = client.get("/api/v1/issues").json()["items"]
    assert issue["entries"][0]["article"]["standing"] == "retracted"
    [item] = client.get("/feeds/entries.json").json()["items"]
    assert item["_rapport"]["standing"] == "retracted"


def test_programs_hear_of_it_beside_each_of_its_findings(client: Client):
    article = make_article("rosa-2020", doi="10.5555/(a),b;c/1", findings=[finding()])
    make_entry(article=article, issue="2024-05")
    check_notices(now=NIGHT, crossref=retracted())
    [told] = client.get("/api/v1/findings").json()["items"]
    assert told["article"]["standing"] == "retracted"


def test_the_page_of_a_withdrawn_entry_is_asked_for_anew(client: Client):
    entry = make_entry(article=make_article("rosa-2020", doi="10.5555/(a),b;c/1"), issue="2024-05", state="withdrawn")
    seen = client.get(entry.get_absolute_url())["ETag"]
    check_notices(now=NIGHT, crossref=retracted())
    again = client.get(entry.get_absolute_url(), headers={"if-none-match": seen})
    assert "The article has been retracted" in again.text
    assert [revision.kind for revision in entry.revisions.all()] == ["published", "withdrawn"]


def test_a_notice_that_is_known_better_is_shown_so(entry, client: Client):
    Notice.objects.create(article=entry.article, kind="retraction", source="Crossref", noticed_at=NIGHT)
    stamp = SiteIdentity.objects.get().stamp
    check_notices(now=NEXT_NIGHT, crossref=retracted())
    assert SiteIdentity.objects.get().stamp != stamp
    stamp = SiteIdentity.objects.get().stamp
    check_notices(now=NEXT_NIGHT + dt.timedelta(days=1), crossref=retracted())
    assert SiteIdentity.objects.get().stamp == stamp


def test_an_entry_without_notices_costs_no_query_more(entry, client: Client):
    """Whether there are notices stands on the article; only where there are, they are read."""

    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            client.get(entry.get_absolute_url())
        return len([query for query in made if "literature_notice" in query["sql"]])

    assert queries() == 0
    check_notices(now=NIGHT, crossref=retracted())
    assert queries() == 1
