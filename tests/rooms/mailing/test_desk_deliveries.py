"""To whom a letter went at the desk, and how it reads; one place for all that is about letters."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rapport.mailing.actions.editions import latest_arrival, open_editions
from rapport.mailing.actions.preparing import prepare_mailings
from rapport.mailing.models import Delivery, Mailing, Subscriber
from tests.making import make_entry, make_person, make_site, make_subscriber

pytestmark = pytest.mark.django_db

MAY = dt.datetime(2024, 5, 7, 9, tzinfo=dt.UTC)


@pytest.fixture
def mailing(client) -> Mailing:
    """The letter of an issue to Sam and Dana; Sam's has gone, in French."""
    make_site()
    client.force_login(make_person("Edith", "editor"))
    open_editions(now=MAY - dt.timedelta(days=3))
    make_subscriber("sam", language="fr")
    make_subscriber("dana")
    make_subscriber("nobody", topics=["drop-out"])
    make_entry("may", issue="2024-05", texts={"en": {"title": "Sleep first"}, "fr": {"title": "Le sommeil d’abord"}})
    open_editions(now=MAY)
    prepare_mailings(now=MAY)
    Delivery.objects.filter(subscriber__address="sam@example.org").update(state="sent", ended_at=MAY)
    return Mailing.objects.get()


def rows(page: str) -> list[tuple[str, str]]:
    """Each address, and what became of its letter."""
    return re.findall(
        r'<a href="/desk/subscribers/\d+/">([^<]+)</a></th>\s*<td[^>]*><span class="tag[^"]*">([^<]+)<', page
    )


def test_a_letters_page_leads_to_its_readers(client, mailing):
    readers = f"/desk/letters/{mailing.pk}/readers/"
    assert readers in client.get(f"/desk/letters/{mailing.pk}/").text
    page = client.get(readers).text
    assert rows(page) == [("sam@example.org", "Sent"), ("dana@example.org", "Waits")]
    assert "For 1 more reader nothing in it was what they asked for." in page
    assert rows(client.get(f"{readers}?state=sent").text) == [("sam@example.org", "Sent")]
    assert rows(client.get(f"{readers}?state=made-up").text) == rows(page)


def test_a_letter_that_has_gone_can_be_read_as_its_reader_has_it(client, mailing):
    sams = Delivery.objects.get(subscriber__address="sam@example.org")
    page = client.get(f"/desk/letters/{mailing.pk}/readers/{sams.pk}/")
    assert (page.status_code, page.text.count("Le sommeil d’abord") > 0) == (200, True)
    assert "/letters/unsubscribe/" not in page.text  # nobody's own links
    assert "script-src 'none'" in page["Content-Security-Policy"]


def test_a_letter_of_another_mailing_is_not_shown_as_one_of_this(client, mailing):
    assert client.get(f"/desk/letters/{mailing.pk}/readers/999/").status_code == 404
    assert client.get("/desk/letters/999/readers/").status_code == 404


def test_nobody_but_editors_sees_who_reads(client, mailing):
    client.force_login(make_person("Alice", "author"))
    assert client.get(f"/desk/letters/{mailing.pk}/readers/").status_code == 403


@pytest.mark.parametrize("number", [1, 30])
def test_the_readers_ask_as_much_for_thirty_as_for_one(client, mailing, number):
    for n in range(number):
        Delivery.objects.create(mailing=mailing, subscriber=make_subscriber(f"r{n}"), domain="x", due_at=MAY)
    address = f"/desk/letters/{mailing.pk}/readers/"
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    assert len(asked) == 9


def test_a_subscribers_page_names_the_entries_of_each_letter_and_leads_to_it(client, mailing):
    sam = Subscriber.objects.get(address="sam@example.org")
    letters = client.get(f"/desk/subscribers/{sam.pk}/").text.partition("Letters to them")[2]
    assert re.search(r'<ul class="subscriber-entries[^"]*"><li>Sleep first</li>', letters)
    assert f'href="/desk/letters/{mailing.pk}/readers/{sam.deliveries.get().pk}/"' in letters


def test_who_would_get_nothing_now_is_shown_the_letter_of_the_newest_issue(client, mailing):
    dana = Subscriber.objects.get(address="dana@example.org")
    assert dana.seen_through == latest_arrival()  # she has had it all
    page = client.get(f"/desk/subscribers/{dana.pk}/").text
    assert "Nothing would be in it, so they get no letter." in page
    assert "Of the newest issue, by what they ask for" in page
    assert "Sleep first" in page.partition('class="letter-preview"')[2].partition("</div>")[0]
    assert "Sleep first" in client.get(f"/desk/subscribers/{dana.pk}/letter/?newest").text


def test_who_asks_for_nothing_of_the_newest_issue_is_shown_so(client, mailing):
    other = Subscriber.objects.get(address="nobody@example.org")
    page = client.get(f"/desk/subscribers/{other.pk}/").text
    assert "Nothing in the newest issue is what they ask for, either." in page
    assert client.get(f"/desk/subscribers/{other.pk}/letter/?newest").status_code == 404


def test_all_that_is_about_letters_is_in_one_place(client, mailing):
    for address in ("/desk/letters/", "/desk/subscribers/", "/desk/subscribers/answers/", "/desk/letters/test/"):
        page = client.get(address).text
        tabs = page.partition('<nav class="tabs"')[2].partition("</nav>")[0]
        assert re.findall(r'href="([^"]+)"', tabs) == [
            "/desk/letters/",
            "/desk/subscribers/",
            "/desk/subscribers/import/",
            "/desk/subscribers/suppressed/",
            "/desk/subscribers/answers/",
            "/desk/letters/test/",
        ]
        assert re.search(r'<a href="/desk/letters/" aria-current="(page|true)"', page.partition("<main")[0])


def test_the_list_of_subscribers_tells_who_has_paused(client, mailing):
    Subscriber.objects.filter(address="dana@example.org").update(
        paused_until=timezone.localdate() + dt.timedelta(days=400)
    )
    page = client.get("/desk/subscribers/").text
    states = re.findall(r'<span class="tag[^"]*">([^<]+)</span>', page.partition("<tbody>")[2])
    assert sorted(state.partition(" until")[0] for state in states) == ["Gets letters", "Gets letters", "Paused"]
