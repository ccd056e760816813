"""Subscribers at the desk: found, explained, stopped, deleted, taken in from a list; and their answers, counted."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rapport.accounts.models import Person
from rapport.audit.models import Event
from rapport.literature.models import Topic
from rapport.mailing.actions.editions import open_editions
from rapport.mailing.actions.importing import import_subscribers
from rapport.mailing.actions.preparing import prepare_mailings
from rapport.mailing.actions.subscribing import suppress
from rapport.mailing.answers import Tally, count_answers, of_topic
from rapport.mailing.models import Delivery, LedgerLine, MailedLink, ReadingLogLine, Subscriber, Suppression
from tests.making import finding, make_article, make_entry, make_person, make_site, make_subscriber, make_topic

pytestmark = pytest.mark.django_db

MAY = dt.datetime(2024, 5, 7, 9, tzinfo=dt.UTC)
HOME = "/desk/subscribers/"


@pytest.fixture(autouse=True)
def _site():
    make_site()
    open_editions(now=MAY - dt.timedelta(days=3))


@pytest.fixture
def edith(client: Client) -> Person:
    edith = make_person("Edith", "editor")
    client.force_login(edith)
    return edith


@pytest.fixture
def ada(client: Client) -> Person:
    ada = make_person("Ada", "administrator")
    client.force_login(ada)
    return ada


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return words(answer.content.decode())


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def addresses(client: Client, asked: str = "") -> list[str]:
    return re.findall(r">(\S+@\S+)</a></th>", client.get(f"{HOME}{asked}").content.decode())


def everything() -> list[object]:
    """What a page that only shows must leave as it is."""
    kept = (Subscriber, Delivery, LedgerLine, MailedLink, ReadingLogLine, Suppression, Event)
    return [list(model.objects.order_by("pk").values()) for model in kept]


# --- the list --------------------------------------------------------------------------------------------


def test_subscribers_are_found_by_address_state_rhythm_and_language(client, edith):
    make_subscriber("sam")
    make_subscriber("samira", language="fr", rhythm="monthly")
    make_subscriber("dana", state="stopped", ended_at=MAY)
    kim = make_subscriber(address="kim@xn--mller-kva.example.org").address
    assert addresses(client) == ["dana@example.org", kim, "sam@example.org", "samira@example.org"]
    assert addresses(client, "?address=SAM") == ["sam@example.org", "samira@example.org"]
    assert addresses(client, "?rhythm=monthly") == ["samira@example.org"]
    assert addresses(client, "?language=fr&state=reading") == ["samira@example.org"]
    assert addresses(client, "?state=stopped") == ["dana@example.org"]
    assert addresses(client, "?address=kim@m%C3%BCller.example.org") == [kim], "as they write it themselves"
    assert "Nobody is like that" in page(client, f"{HOME}?address=nobody")


@pytest.mark.parametrize("asked", ["?state=asleep", "?address=%00", "?page=99", "?rhythm=%27", "?page=x"])
def test_what_is_asked_of_the_list_in_an_odd_way_is_no_error(client, edith, asked):
    make_subscriber("sam")
    assert addresses(client, asked) == ["sam@example.org"]


def test_they_are_counted_by_state_and_who_gets_letters_by_rhythm_and_language(client, edith):
    make_subscriber("sam")
    make_subscriber("samira", language="fr", rhythm="monthly")
    make_subscriber("dana", language="fr", state="stopped", ended_at=MAY)
    told = page(client, HOME)
    assert re.search(r"Gets letters 2 Unsubscribed 1 Wants no mail at all 0 Mail does not arrive 0", told)
    assert re.search(r"As each issue is published 1 Once a month 1 Once a quarter 0", told)
    assert re.search(r"English 1 French 1", told)


def test_the_list_asks_as_much_for_thirty_as_for_one(client, edith):
    make_subscriber("sam", topics=["alliance"])

    def asked() -> int:
        client.get(HOME)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(HOME).status_code == 200
        return len(queries)

    few = asked()
    for number in range(29):
        make_subscriber(f"reader-{number}", topics=["alliance", f"topic-{number}"])
    assert asked() == few


# --- one of them -------------------------------------------------------------------------------------------


def test_the_wishes_and_the_consent_of_a_subscriber_are_told_in_words(client, edith):
    sam = make_subscriber(
        "sam",
        topics=["alliance"],
        language="fr",
        takes_other_languages=True,
        evidence="effect-sizes",
        rhythm="quarterly",
        source="import",
        consent="form at the spring meeting",
        consented_at=MAY,
    )
    told = page(client, f"{HOME}{sam.pk}/")
    for sentence in (
        "Once a quarter",
        "French; where an entry has none, its own language",
        "Topics Alliance",
        "Every type",
        "With effect sizes only",
        "form at the spring meeting",
        "They agreed on 7 May 2024",
    ):
        assert sentence in told


def verdicts(client: Client, subscriber: Subscriber) -> dict[str, str]:
    html = client.get(f"{HOME}{subscriber.pk}/").content.decode()
    found = re.findall(
        r'<li class="verdict.*?href="/\d+/\d+/([a-z-]+)/".*?<p class="verdict__why">(.*?)</p>', html, re.DOTALL
    )
    return {slug: words(said).strip() for slug, said in found}


def test_each_entry_is_told_of_with_why_it_comes_or_does_not(client, edith):
    for key in ("had", "comes"):
        make_article(key, findings=[finding("main")])
    make_entry("had", issue="2024-05", topics=["alliance"], article="had")
    sam = make_subscriber("sam", topics=["alliance"], types=["meta-analysis"], evidence="effect-sizes")
    open_editions(now=MAY)
    prepare_mailings(now=MAY)
    Delivery.objects.update(state="sent", ended_at=MAY)
    make_entry("comes", issue="2024-05", topics=["alliance", "drop-out"], article="comes")
    make_entry("french", issue="2024-05", topics=["alliance"], language="fr", texts={"fr": {}})
    make_entry("elsewhere", issue="2024-05", topics=["drop-out"])
    make_entry("trial", issue="2024-05", topics=["alliance"], research_type="trial")
    make_entry("unsized", issue="2024-05", topics=["alliance"])
    open_editions(now=MAY)
    before = everything()
    assert verdicts(client, sam) == {
        "had": "They have had it, in the letter of 7 May 2024.",
        "comes": "Comes in English, for what they asked about: Alliance.",
        "french": "Not in a language they asked for. It can be read in: French.",
        "elsewhere": "None of their topics. It is about: Drop out.",
        "trial": "Not of a research type they asked for. It is: Trial.",
        "unsized": "They asked for entries with effect sizes only, and of its article none is stored.",
    }
    assert everything() == before


def test_the_letter_itself_is_shown_as_text_and_as_a_mail_program_shows_it(client, edith):
    sam = make_subscriber("sam", language="fr", topics=["alliance"])
    make_article("drawn", findings=[finding("main")])
    make_entry(
        "comes",
        issue="2024-05",
        topics=["alliance"],
        article="drawn",
        texts={"en": {}, "fr": {"title": "L’alliance compte"}},
    )
    open_editions(now=MAY)
    before = everything()
    told = client.get(f"{HOME}{sam.pk}/").content.decode()
    shown = client.get(f"{HOME}{sam.pk}/letter/")
    assert "L’alliance compte" in told.partition('class="letter-preview"')[2]
    assert "L’alliance compte" in shown.content.decode()
    assert ("own.invalid" in told, "own.invalid" in shown.content.decode()) == (False, False)
    assert ("cid:" in shown.content.decode(), "data:image/png;base64," in shown.content.decode()) == (False, True)
    policy = shown.headers["Content-Security-Policy"]
    assert ("style-src 'unsafe-inline'" in policy, "script-src 'none'" in policy) == (True, True)
    assert everything() == before


def test_a_subscribers_page_asks_as_much_for_many_entries_as_for_one_and_lists_the_newest(client, edith):
    sam = make_subscriber("sam")

    def asked() -> int:
        open_editions(now=MAY)
        client.get(f"{HOME}{sam.pk}/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{HOME}{sam.pk}/").status_code == 200
        return len(queries)

    make_entry("first", issue="2024-05", topics=["alliance"])
    few = asked()
    for number in range(61):
        article = make_article(f"rosa-{number}")
        make_entry(f"entry-{number}", issue="2024-05", article=article, topics=["alliance"])
    assert asked() == few
    assert "2 earlier entries are not listed." in page(client, f"{HOME}{sam.pk}/")


def test_what_was_out_before_they_came_is_no_news_and_there_is_no_letter(client, edith):
    make_entry("old", issue="2024-05")
    open_editions(now=MAY)
    sam = make_subscriber("sam")
    assert list(verdicts(client, sam).values()) == [
        "It is no news for them: it was out before they subscribed, or when an earlier letter was made."
    ]
    assert "Nothing would be in it" in page(client, f"{HOME}{sam.pk}/")
    assert "nothing that they would get now" in page(client, f"{HOME}{sam.pk}/letter/", status=404)


def test_what_comes_in_late_from_an_archive_is_not_said_to_come(client, edith):
    sam = make_subscriber("sam")
    make_entry("old", issue="2023-01")
    open_editions(now=MAY)
    assert ["no news" in said for said in verdicts(client, sam).values()] == [True]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"state": "stopped", "ended_at": MAY}, "only told when what they had is wrong"),
        ({"state": "silent", "ended_at": MAY}, "want no mail at all"),
        ({"state": "failing", "ended_at": MAY}, "does not arrive"),
        ({"paused_until": dt.date(2999, 2, 1)}, "paused their letters until 1 February 2999"),
    ],
)
def test_why_no_letter_comes_at_all_is_told_on_top(client, edith, facts, sentence):
    assert sentence in page(client, f"{HOME}{make_subscriber('sam', **facts).pk}/")


def test_what_became_of_their_letters_is_told(client, edith):
    sam = make_subscriber("sam")
    make_entry("may", issue="2024-05")
    open_editions(now=MAY)
    prepare_mailings(now=MAY)
    Delivery.objects.update(state="failed", ended_at=MAY, problem="550 no such mailbox", came_back="hard")
    told = page(client, f"{HOME}{sam.pk}/")
    for sentence in (
        "May 2024",
        "550 no such mailbox",
        "came back: could not be delivered",
        "Failed",
        "Alliance and outcome go together",
    ):
        assert sentence in told


def test_an_editor_stops_somebodys_letters_and_the_audit_does_not_name_them(client, edith):
    sam = make_subscriber("sam")
    assert client.get(f"{HOME}{sam.pk}/do/stop/").status_code == 405
    for _twice in range(2):
        assert client.post(f"{HOME}{sam.pk}/do/stop/").status_code == 302
    sam.refresh_from_db()
    assert sam.state == "stopped"
    assert [(event.did, event.about) for event in Event.objects.all()] == [
        ("subscriber.stopped", f"subscriber:{sam.pk}")
    ]


@pytest.mark.parametrize(("state", "suppressed"), [("reading", 0), ("silent", 1)])
def test_an_editor_deletes_all_about_somebody(client, edith, state, suppressed):
    sam = make_subscriber("sam", state=state, ended_at=MAY, consent="form at the spring meeting")
    MailedLink.objects.create(purpose="confirm", digest="1", address=sam.address, made_at=MAY, expires_at=MAY)
    assert "cannot be taken back" in page(client, f"{HOME}{sam.pk}/delete/")
    assert Subscriber.objects.exists(), "looking deletes nothing"
    assert client.post(f"{HOME}{sam.pk}/delete/").status_code == 302
    assert [Subscriber.objects.count(), MailedLink.objects.count(), Suppression.objects.count()] == [0, 0, suppressed]
    (event,) = Event.objects.all()
    assert (event.did, event.name) == ("subscriber.deleted", "Edith")
    assert "sam@" not in f"{event.about} {event.details}"
    page(client, f"{HOME}{sam.pk}/", status=404)


# --- a list ------------------------------------------------------------------------------------------------


def upload(client: Client, content: str, name: str = "list.csv"):
    file = SimpleUploadedFile(name, content.encode(), content_type="text/csv")
    return client.post(f"{HOME}import/", {"file": file}, follow=True)


def test_a_list_is_taken_in_and_what_came_of_it_is_told(client, edith):
    make_subscriber("known")
    suppress(folded="gone@example.org", why="asked", now=MAY)
    rows = "".join(f"{name}@example.org,2024-01-05,meeting\n" for name in ("new", "newer", "known", "gone"))
    told = words(upload(client, f"address,consented_on,consent\n{rows}").content.decode())
    assert "2 new subscribers. 1 was known already and stays as they are. 1 must get no mail and was left out." in told
    assert Subscriber.objects.filter(source="import").count() == 2


def test_every_problem_of_a_list_is_told_with_its_line_and_nobody_is_taken_in(client, edith):
    text = (
        "address,consented_on,consent\nnew@example.org,2024-01-05,meeting\nbad,2024-01-05,meeting\na@b.org,,meeting\n"
    )
    answer = upload(client, text)
    told = words(answer.content.decode())
    assert answer.status_code == 422
    for sentence in (
        "Nothing of “list.csv” was taken in yet.",
        "Line 3: “bad” is not an address.",
        "Line 4: There is no",
    ):
        assert sentence in told
    assert not Subscriber.objects.exists()


def test_a_file_that_is_too_large_or_missing_is_refused_in_words(client, edith):
    answer = upload(client, "x" * 10_000_001)
    assert (answer.status_code, "more than 10 MB" in answer.content.decode()) == (422, True)
    assert client.post(f"{HOME}import/").status_code == 422
    assert "At most 10 MB, and 100,000 lines" in page(client, f"{HOME}import/")


def test_the_sample_is_a_list_that_can_be_taken_in(client, edith):
    make_topic("alliance")
    make_topic("drop-out")
    sample = client.get(f"{HOME}import/sample.csv").content
    assert import_subscribers(content=sample, by=edith, now=dt.datetime.now(dt.UTC)).new == 2
    assert Subscriber.objects.get(folded="first@example.org").topics.count() == 2


def test_a_long_list_does_not_ask_the_database_about_each_line(edith):
    def asked(number: int) -> int:
        rows = "".join(f"reader-{number}-{one}@example.org,2024-01-05,meeting\n" for one in range(number))
        with CaptureQueriesContext(connection) as queries:
            import_subscribers(content=f"address,consented_on,consent\n{rows}".encode(), by=edith, now=MAY)
        return len(queries)

    assert asked(300) < asked(1) + 10


# --- answers ----------------------------------------------------------------------------------------------


def answered(entry, yes: int = 0, not_sure: int = 0, no: int = 0) -> None:
    said = ["yes"] * yes + ["not-sure"] * not_sure + ["no"] * no
    for number, answer in enumerate(said):
        reader = make_subscriber(f"{entry.slug}-{number}")
        ReadingLogLine.objects.create(subscriber=reader, entry=entry, answer=answer, answered_on=MAY.date())


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ([Tally(3, 1, 1)], Tally(3, 1, 1)),
        ([Tally(3, 1, 1), Tally(1, 0, 0)], Tally(3, 1, 1)),  # the one answer could be worked out
        ([Tally(3, 1, 1), Tally(1, 0, 2), Tally(2, 0, 0)], Tally(6, 1, 3)),
        ([Tally(1, 0, 2), Tally(2, 0, 0)], Tally(3, 0, 2)),
        ([Tally(1, 0, 2)], Tally(1, 0, 2)),  # fewer than five: not told
    ],
)
def test_of_a_topic_nothing_is_told_from_which_a_few_answers_could_be_worked_out(entries, told):
    assert of_topic(entries) == told


def test_answers_are_counted_by_entry_and_topic(client, edith):
    make_topic("alliance")
    answered(make_entry("many", issue="2024-05", topics=["alliance"]), yes=4, not_sure=2, no=1)
    answered(make_entry("few", issue="2024-05", topics=["alliance", "drop-out"]), yes=4)
    counts = count_answers()
    topics = {topic.key: counts.by_topic.get(topic.pk) for topic in Topic.objects.all()}
    assert topics == {"alliance": Tally(4, 2, 1), "drop-out": Tally(4, 0, 0)}
    told = page(client, f"{HOME}answers/")
    assert re.search(r"Alliance 7 4 2 1", told)
    assert re.search(r"Drop out fewer than 5", told)
    assert "@example.org" not in told
    answer = client.get(f"{HOME}answers/answers.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [[row[0], row[1], *row[3:]] for row in rows] == [
        ["about", "key", "answers", "yes", "not-sure", "no"],
        ["topic", "alliance", "7", "4", "2", "1"],
        ["topic", "drop-out", "fewer than 5", "", "", ""],
        ["entry", "many", "7", "4", "2", "1"],
        ["entry", "few", "fewer than 5", "", "", ""],
    ]


def test_the_page_of_answers_asks_as_much_for_thirty_entries_as_for_one(client, edith):
    def asked() -> int:
        client.get(f"{HOME}answers/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{HOME}answers/").status_code == 200
        return len(queries)

    answered(make_entry("first", issue="2024-05"), yes=1)
    few = asked()
    for number in range(29):
        article = make_article(f"rosa-{number}")
        answered(
            make_entry(f"entry-{number}", issue="2024-05", article=article, topics=["alliance", f"topic-{number}"]),
            yes=1,
        )
    assert asked() == few


# --- suppressed addresses ---------------------------------------------------------------------------------


def test_suppressed_addresses_are_counted_by_why(client, edith):
    suppress(folded="one@example.org", why="asked", now=MAY)
    suppress(folded="two@example.org", why="complaint", now=MAY)
    suppress(folded="three@example.org", why="complaint", now=MAY)
    told = page(client, f"{HOME}suppressed/")
    assert re.search(r"A letter was reported as unwanted 2 Asked for no mail at all 1", told)
    assert ("An administrator can do that." in told, "The whole address" in told) == (True, False)


def test_an_administrator_lifts_one_by_its_address(client, ada):
    suppress(folded="sam@example.org", why="complaint", now=MAY)
    wrong = client.post(f"{HOME}suppressed/do/lift/", {"address": "dana@example.org"})
    assert (wrong.status_code, "dana@example.org is not suppressed." in wrong.content.decode()) == (422, True)
    assert client.post(f"{HOME}suppressed/do/lift/", {"address": "nobody"}).status_code == 422
    assert Suppression.objects.exists()
    assert client.post(f"{HOME}suppressed/do/lift/", {"address": "Sam@Example.org"}).status_code == 302
    assert not Suppression.objects.exists()
    (event,) = Event.objects.all()
    assert (event.did, event.about, event.details) == ("suppression.lifted", "", {"why": "complaint"})


def test_an_editor_lifts_none(client, edith):
    suppress(folded="sam@example.org", why="complaint", now=MAY)
    assert client.post(f"{HOME}suppressed/do/lift/", {"address": "sam@example.org"}).status_code == 403
    assert Suppression.objects.exists()
