"""The pages on which editors see to the sending of letters."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rapport.mailing.actions.editions import open_editions
from rapport.mailing.actions.preparing import prepare_mailings
from rapport.mailing.models import Delivery, Edition, Mailing, MailRules, Subscriber
from rapport.mailing.progress import Saying, count_to_decide, sayings_of, without_what_is_its_own
from tests.making import make_entry, make_issue, make_person, make_site, make_subscriber

pytestmark = pytest.mark.django_db

MAY = dt.datetime(2024, 5, 7, 9, tzinfo=dt.UTC)
LETTERS = "/desk/letters/"


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def edith(client: Client):
    make_site()
    edith = make_person("Edith", "editor")
    client.force_login(edith)
    return edith


@pytest.fixture
def mailing(edith) -> Mailing:
    """The letter of an issue to Sam and Dana, both of whose copies wait."""
    open_editions(now=MAY - dt.timedelta(days=3))
    make_subscriber("sam")
    make_subscriber("dana")
    make_entry("may", issue="2024-05")
    open_editions(now=MAY)
    prepare_mailings(now=MAY)
    return Mailing.objects.get()


def page_of(mailing: Mailing) -> str:
    return f"{LETTERS}{mailing.pk}/"


def become(name: str, state: str, **facts: Any) -> Delivery:
    """Let the letter of one reader be in a state."""
    delivery = Delivery.objects.get(subscriber__address=f"{name}@example.org")
    needed = {"claim": "gone", "claimed_at": MAY} if state in ("in-doubt", "claimed") else {}
    for fact, value in {"state": state, "ended_at": MAY, **needed, **facts}.items():
        setattr(delivery, fact, value)
    delivery.save()
    return delivery


def many(mailing: Mailing, number: int, state: str, problem: str = "550 5.1.1 {} unknown") -> None:
    subscribers = Subscriber.objects.bulk_create(
        Subscriber(
            address=f"{state}{n}@example.org",
            folded=f"{state}{n}@example.org",
            language="en",
            source="form",
            consented_at=MAY,
        )
        for n in range(number)
    )
    claim = {"claim": "gone", "claimed_at": MAY} if state == "in-doubt" else {}
    Delivery.objects.bulk_create(
        Delivery(
            mailing=mailing,
            subscriber=one,
            domain="example.org",
            state=state,
            due_at=MAY,
            ended_at=MAY,
            problem=problem.format(f"<{one.address}>"),
            **claim,
        )
        for one in subscribers
    )


def counts_on(page: str) -> dict[str, str]:
    found = re.findall(r"<dt>([^<]+)</dt><dd>([\d,]+)</dd>", page[page.index("sending__counts") :])
    return dict(found)


def queries_for(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


# --- the list -----------------------------------------------------------------------------------


def test_the_list_names_each_kind_of_letter_in_words(client, edith):
    entry = make_entry("sleep-first", issue="2024-05", title="Sleep first")
    editions = [
        {"kind": "issue", "issue": entry.issue},
        {"kind": "monthly", "period": "2026-11"},
        {"kind": "quarterly", "period": "2026-Q4"},
        {"kind": "recall", "entry": entry, "revision": 2},
    ]
    for facts in editions:
        Mailing.objects.create(edition=Edition.objects.create(through=0, made_at=MAY, **facts), state="done")
    page = client.get(LETTERS).text
    rows = re.findall(r'<th scope="row"><a href="[^"]+">(.*?)</a><small class="soft">(.*?)</small>', page)
    assert rows == [
        ("Sleep first", "Recall"),
        ("Quarter 4 of 2026", "Quarterly letter"),
        ("November 2026", "Monthly letter"),
        ("May 2024", "Issue"),
    ]


def test_the_list_tells_how_far_each_letter_is(client, mailing):
    become("sam", "sent")
    row = client.get(LETTERS).text.partition("<tbody>")[2].partition("</tbody>")[0]
    cells = re.findall(r'data-label="([^"]+)">([^<]*)<', row)
    assert cells[:5] == [("Prepared", "2"), ("Sent", "1"), ("Waiting", "1"), ("Failed", ""), ("In doubt", "")]
    assert "Is being sent" in row


def test_before_the_first_letter_the_list_says_when_one_comes(client, edith):
    assert "No letter has been made yet" in client.get(LETTERS).text


def test_the_desk_leads_to_letters_and_says_how_many_are_in_doubt(client, mailing):
    become("sam", "in-doubt")
    page = client.get("/desk/").text
    assert re.search(r'<a href="/desk/letters/">Letters <span class="desk-nav__count">1<', page)


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_asks_as_much_for_thirty_as_for_one(client, edith, number):
    for n in range(number):
        issue = make_issue(f"{2000 + n}-05")
        edition = Edition.objects.create(kind="issue", issue=issue, through=0, made_at=MAY)
        Mailing.objects.create(edition=edition)
    assert queries_for(client, LETTERS) == 9


# --- one letter ---------------------------------------------------------------------------------


def test_a_letters_page_counts_what_became_of_it(client, mailing):
    become("sam", "claimed", ended_at=None)
    for state, number in {"sent": 5, "failed": 4, "in-doubt": 3, "dropped": 2}.items():
        many(mailing, number, state)
    Mailing.objects.update(passed_over=7)
    assert counts_on(client.get(page_of(mailing)).text) == {
        "prepared": "16",
        "sent": "5",
        "waiting": "2",
        "failed": "4",
        "in doubt": "3",
        "no longer wanted": "2",
        "readers for whom nothing in it qualified": "7",
    }


def test_a_letters_page_counts_what_came_back(client, mailing):
    many(mailing, 4, "sent")
    sent = Delivery.objects.filter(state="sent")
    for letter, came in zip(sent, ["soft", "hard", "complaint", ""], strict=True):
        sent.filter(pk=letter.pk).update(came_back=came)
    counts = counts_on(client.get(page_of(mailing)).text)
    assert (counts["sent"], counts["of these, came back"], counts["of these, reported as unwanted"]) == ("4", "2", "1")


def test_only_a_letter_that_is_being_sent_asks_how_far_it_is(client, mailing):
    page = client.get(page_of(mailing)).text
    assert f'hx-get="{page_of(mailing)}progress/?failed=0&amp;in_doubt=0" hx-trigger="every 5s"' in page
    assert "django_htmx/htmx" in page
    Mailing.objects.update(state="paused")
    paused = client.get(page_of(mailing)).text
    assert "hx-get" not in paused
    assert "htmx" not in paused


def test_what_is_asked_for_is_the_progress_and_nothing_around_it(client, mailing):
    become("sam", "sent")
    part = client.get(f"{page_of(mailing)}progress/?failed=0&in_doubt=0", HTTP_HX_REQUEST="true").text
    assert "<html" not in part
    assert counts_on(part)["sent"] == "1"
    assert "show the lists as they are now" not in part


def test_when_something_failed_meanwhile_the_progress_leads_to_it(client, mailing):
    become("sam", "failed", problem="550 no")
    part = client.get(f"{page_of(mailing)}progress/?failed=0&in_doubt=0", HTTP_HX_REQUEST="true").text
    assert f'<a href="{page_of(mailing)}">Something else failed' in part


def test_when_it_is_no_longer_sent_the_whole_page_is_made_anew(client, mailing):
    Mailing.objects.update(state="done")
    assert client.get(f"{page_of(mailing)}progress/", HTTP_HX_REQUEST="true")["HX-Refresh"] == "true"


def test_a_page_whose_reader_has_signed_out_is_led_to_sign_in_as_a_whole(client, mailing):
    client.logout()
    answer = client.get(f"{page_of(mailing)}progress/", HTTP_HX_REQUEST="true")
    assert (answer.status_code, answer["HX-Refresh"]) == (401, "true")


def test_the_pace_of_the_rules_says_how_long_the_others_take(client, mailing):
    MailRules.objects.update(per_minute=10, per_domain=None)
    many(mailing, 99, "waiting", problem="")
    page = client.get(page_of(mailing)).text
    assert "the others take 11 minutes at least" in page
    assert "Most go to" not in page
    MailRules.objects.update(per_minute=None)
    assert "the others take" not in client.get(page_of(mailing)).text


def test_the_pace_to_one_domain_is_told_where_it_is_what_letters_wait_for(client, mailing):
    MailRules.objects.update(per_minute=100, per_domain=4)
    many(mailing, 97, "waiting", problem="")
    Delivery.objects.filter(subscriber__address="sam@example.org").update(domain="other.example")
    page = client.get(page_of(mailing)).text
    assert "the others take 25 minutes at least. Most go to example.org, of which the rules allow 4 a minute." in page


def test_a_page_that_looks_again_says_so_and_tells_the_second(client, mailing):
    assert re.search(
        r"As of \d\d:\d\d:\d\d\.</time> <span[^>]*>This page looks again every five", client.get(page_of(mailing)).text
    )
    Mailing.objects.update(state="paused")
    assert "looks again" not in client.get(page_of(mailing)).text


def test_a_mail_server_that_takes_nothing_is_told_of_until_it_takes_a_letter(client, mailing):
    down = {"problem": "421 closing", "claimed_at": MAY, "due_at": MAY + dt.timedelta(minutes=1), "ended_at": None}
    become("sam", "waiting", **down)
    page = client.get(page_of(mailing)).text
    assert "The mail server takes no letters now" in page
    assert "421 closing" in page
    become("dana", "sent", ended_at=MAY + dt.timedelta(seconds=5))
    assert "takes no letters now" not in client.get(page_of(mailing)).text


def test_letters_that_were_put_off_are_told_of_with_when_they_are_tried_again(client, mailing):
    later = {"problem": "450 greylisted", "attempts": 1, "claimed_at": MAY, "due_at": MAY + dt.timedelta(minutes=2)}
    become("sam", "waiting", ended_at=None, **later)
    page = client.get(page_of(mailing)).text
    assert "1 letter was put off by the mail server" in page
    assert "450 greylisted" in page
    assert "takes no letters now" not in page


@pytest.mark.parametrize("state", ["in-doubt", "failed"])
@pytest.mark.parametrize("number", [1, 30])
def test_the_page_asks_as_much_for_thirty_as_for_one(client, mailing, state, number):
    many(mailing, number, state)
    assert queries_for(client, page_of(mailing)) == 15


def test_with_ten_thousand_letters_the_page_is_no_longer_and_asks_no_more(client, mailing):
    many(mailing, 1, "failed")
    few = queries_for(client, page_of(mailing))
    Delivery.objects.filter(state="failed").delete()
    Subscriber.objects.filter(address__startswith="failed").delete()
    many(mailing, 7000, "sent")
    many(mailing, 3000, "failed")
    answer = client.get(page_of(mailing))
    assert queries_for(client, page_of(mailing)) == few
    assert answer.text.count("Try again") == 25
    assert len(answer.content) < 60_000
    assert "Page 1 of 120" in answer.text


# --- what failed ----------------------------------------------------------------------------------


def test_failed_letters_are_told_by_what_the_mail_server_said(client, mailing):
    many(mailing, 3, "failed")
    become("sam", "failed", problem="554 5.7.1 blocked")
    assert sayings_of(mailing.deliveries.filter(state="failed")) == [
        Saying("550 5.1.1 … unknown", 3),
        Saying("554 5.7.1 blocked", 1),
    ]
    page = client.get(page_of(mailing)).text
    assert re.search(r'<td class="is-number">3</td><td class="said">550 5.1.1 … unknown</td>', page)
    sam = Subscriber.objects.get(address="sam@example.org")
    assert f'<a href="/desk/subscribers/{sam.pk}/">sam@example.org</a>' in page


@pytest.mark.parametrize(
    ("said", "alike"),
    [
        ("550 5.1.1 <sam@example.org>: Recipient unknown", "550 5.1.1 …: Recipient unknown"),
        ("550-5.1.1 no such user 41be03b00d2f7-9a1.12 - gsmtp", "550-5.1.1 no such user … - gsmtp"),
        ("452 4.2.2 mailbox  full", "452 4.2.2 mailbox full"),
        ("ConnectionRefusedError: [Errno 111] refused", "ConnectionRefusedError: [Errno 111] refused"),
    ],
)
def test_what_is_of_one_letter_only_is_left_out(said, alike):
    assert without_what_is_its_own(said) == alike


def test_a_failed_letter_is_tried_again_and_leads_back_to_its_list(client, mailing):
    failed = become("sam", "failed", problem="554 no")
    answer = client.post(f"{page_of(mailing)}do/try-again/{failed.pk}/?page=2")
    assert answer["Location"] == f"{page_of(mailing)}?page=2#failed"
    failed.refresh_from_db()
    assert (failed.state, failed.problem) == ("waiting", "")


def test_a_letter_to_somebody_who_gets_none_any_more_cannot_be_tried_again(client, mailing):
    failed = become("sam", "failed", problem="550 no such mailbox")
    Subscriber.objects.filter(pk=failed.subscriber_id).update(state="failing", ended_at=MAY)
    assert "Try again" not in client.get(page_of(mailing)).text
    answer = client.post(f"{page_of(mailing)}do/try-again/{failed.pk}/", follow=True)
    assert "sam@example.org no longer gets letters." in answer.text
    assert answer.status_code == 200


# --- what is in doubt -----------------------------------------------------------------------------


@pytest.mark.parametrize(("deed", "state"), [("arrived", "sent"), ("send-again", "waiting")])
def test_a_letter_in_doubt_is_decided_by_a_person(client, mailing, deed, state):
    doubt = become("sam", "in-doubt")
    page = client.get(page_of(mailing)).text
    address = f"{page_of(mailing)}do/{deed}/{doubt.pk}/"
    assert f'action="{address}"' in page
    assert client.post(address)["Location"] == f"{page_of(mailing)}#in-doubt"
    doubt.refresh_from_db()
    assert doubt.state == state


@pytest.mark.parametrize(
    ("before", "deed", "after", "says"),
    [
        (
            "in-doubt",
            "all-arrived",
            "sent",
            "They count as sent. A reader whose letter did not arrive does not get it.",
        ),
        ("in-doubt", "send-all-again", "waiting", "A reader whose letter did arrive gets it twice."),
        ("failed", "try-all-again", "waiting", "The mail server took none of them"),
    ],
)
def test_all_letters_in_one_state_are_decided_on_a_page_that_says_what_it_means(
    client, mailing, before, deed, after, says
):
    many(mailing, 23, before)
    address = f"{page_of(mailing)}do/{deed}/"
    assert f'href="{address}"' in client.get(page_of(mailing)).text
    page = client.get(address).text
    assert "It is about 23 letters." in page
    assert says in page
    assert Delivery.objects.filter(state=before).count() == 23, "a GET changes nothing"
    assert client.post(address, {"seen": "22"}, follow=True).text.count("Meanwhile there are 23 such letters") == 1
    assert client.post(address, {"seen": "23"})["Location"] == page_of(mailing)
    assert Delivery.objects.filter(state=after).count() >= 23


def test_a_mailing_that_paused_by_itself_says_why_and_is_counted_at_the_desk(client, mailing):
    Mailing.objects.update(state="paused", problem="554 your sender is not known here")
    page = client.get(page_of(mailing)).text
    assert "One letter after another failed, so it was paused." in page
    assert "554 your sender is not known here" in page
    assert count_to_decide() == 1
    client.post(f"{page_of(mailing)}do/go-on/")
    assert "One letter after another" not in client.get(page_of(mailing)).text
    assert count_to_decide() == 0


def test_a_doubt_that_somebody_else_has_decided_is_told_in_words(client, mailing):
    doubt = become("sam", "in-doubt")
    address = f"{page_of(mailing)}do/arrived/{doubt.pk}/"
    client.post(address)
    answer = client.post(address, follow=True)
    assert "Somebody has decided about this letter already: it is “sent”." in answer.text


def test_twenty_doubts_are_shown_and_the_others_come_up_behind(client, mailing):
    many(mailing, 23, "in-doubt")
    page = client.get(page_of(mailing)).text
    assert page.count("It arrived") == 20
    assert "3 more wait behind these." in page


def test_a_letter_of_another_mailing_is_not_decided_here(client, mailing):
    doubt = become("sam", "in-doubt")
    other = Mailing.objects.create(
        edition=Edition.objects.create(kind="monthly", period="2026-11", through=0, made_at=MAY)
    )
    assert client.post(f"{page_of(other)}do/arrived/{doubt.pk}/").status_code == 404
    doubt.refresh_from_db()
    assert doubt.state == "in-doubt"


# --- deeds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "deed", "after"),
    [
        ("held", "let-go", "going"),
        ("going", "pause", "paused"),
        ("paused", "go-on", "going"),
        ("held", "stop", "stopped"),
        ("going", "stop", "stopped"),
        ("paused", "stop", "stopped"),
    ],
)
def test_a_letter_is_let_go_paused_and_stopped(client, mailing, before, deed, after):
    Mailing.objects.update(state=before)
    address = f"{page_of(mailing)}do/{deed}/"
    assert address in client.get(page_of(mailing)).text
    client.get(address)
    mailing.refresh_from_db()
    assert mailing.state == before, "a GET changes nothing"
    assert client.post(address)["Location"] == page_of(mailing)
    mailing.refresh_from_db()
    assert mailing.state == after


@pytest.mark.parametrize("deed", ["let-go", "pause", "go-on", "stop"])
def test_what_cannot_be_done_any_more_is_told_in_words(client, mailing, deed):
    Mailing.objects.update(state="done")
    answer = client.post(f"{page_of(mailing)}do/{deed}/", follow=True)
    assert "that cannot be done with it now" in answer.text
    assert answer.redirect_chain == [(page_of(mailing), 302)]


def test_before_it_is_stopped_the_page_says_what_happens(client, mailing):
    become("sam", "sent")
    page = client.get(f"{page_of(mailing)}do/stop/").text
    assert "1 letter that waits is not sent." in page
    assert "1 letter has gone, and stays gone." in page
    assert "comes with each reader’s next letter" in page


def test_a_letter_that_is_over_cannot_be_stopped(client, mailing):
    Mailing.objects.update(state="done")
    assert client.get(f"{page_of(mailing)}do/stop/")["Location"] == page_of(mailing)


@pytest.mark.parametrize("path", ["999/", "999/progress/", "999/do/stop/", f"{10**30}/"])
def test_a_letter_that_is_not_there_is_said_not_to_be(client, edith, path):
    answer = client.get(LETTERS + path)
    assert answer.status_code == 404
    assert "There is no such letter." in answer.text


# --- the rules ------------------------------------------------------------------------------------


def test_an_administrator_sets_the_rules(client, edith):
    client.force_login(make_person("Ada", "administrator"))
    address = f"{LETTERS}rules/"
    assert 'name="per_minute" value="240"' in client.get(address).text
    client.post(address, {"per_minute": "", "per_domain": "30", "waits_for_go": "on"})
    rules = MailRules.objects.get()
    assert (rules.per_minute, rules.per_domain, rules.waits_for_go) == (None, 30, True)


def test_a_rule_that_lets_nothing_go_is_refused_with_what_was_typed(client, edith):
    client.force_login(make_person("Ada", "administrator"))
    answer = client.post(f"{LETTERS}rules/", {"per_minute": "0", "per_domain": "sixty"})
    assert answer.status_code == 422
    assert 'value="sixty"' in answer.text
    assert not MailRules.objects.exists()


def test_an_editor_is_not_led_to_the_rules(client, edith):
    assert f"{LETTERS}rules/" not in client.get(LETTERS).text
    assert client.get(f"{LETTERS}rules/").status_code == 403


# --- a test letter --------------------------------------------------------------------------------


def test_somebody_sends_the_newest_issue_to_themselves(client, mailing):
    make_entry("june", issue="2024-06", title="June’s own")
    address = f"{LETTERS}test/"
    options = re.findall(r'<option value="([^"]+)"( selected)?>([^<]+)', client.get(address).text)
    assert options == [("2024-06", "", "June 2024"), ("2024-05", "", "May 2024")]
    before = list(Delivery.objects.values())
    answer = client.post(address, {"issue": "2024-06", "language": "fr"}, follow=True)
    assert "The letter is on its way to edith@example.org." in answer.text
    assert [(sent.to, sent.subject[:7]) for sent in mail.outbox] == [(["edith@example.org"], "[Essai]")]
    assert list(Delivery.objects.values()) == before


def test_after_a_test_the_same_issue_and_language_are_chosen(client, mailing):
    make_entry("june", issue="2024-06")
    answer = client.post(f"{LETTERS}test/", {"issue": "2024-05", "language": "fr"}, follow=True)
    assert re.findall(r'value="([^"]+)"[^>]*(?:selected|checked)', answer.text) == ["2024-05", "fr"]


def test_from_a_letter_of_an_issue_that_issue_is_chosen(client, mailing):
    make_entry("june", issue="2024-06")
    assert f"{LETTERS}test/?issue=2024-05" in client.get(page_of(mailing)).text
    assert '<option value="2024-05" selected>' in client.get(f"{LETTERS}test/?issue=2024-05").text


def test_a_test_goes_nowhere_else_whatever_is_sent(client, mailing):
    sent = {"issue": "2024-05", "language": "en", "address": "dana@example.org", "to": "dana@example.org"}
    client.post(f"{LETTERS}test/", sent)
    assert [letter.recipients() for letter in mail.outbox] == [["edith@example.org"]]


@pytest.mark.parametrize("sent", [{}, {"issue": "2031-01", "language": "en"}, {"issue": "2024-05", "language": "xx"}])
def test_a_test_of_nothing_that_there_is_is_refused(client, mailing, sent):
    assert client.post(f"{LETTERS}test/", sent).status_code == 422
    assert mail.outbox == []


def test_many_tests_within_minutes_are_too_many(client, mailing):
    sent = {"issue": "2024-05", "language": "en"}
    for _ in range(10):
        client.post(f"{LETTERS}test/", sent)
    answer = client.post(f"{LETTERS}test/", sent)
    assert "These were many tests" in answer.text
    assert len(mail.outbox) == 10


def test_before_the_first_issue_there_is_no_letter_to_test(client, edith):
    assert "No issue is out yet" in client.get(f"{LETTERS}test/").text
