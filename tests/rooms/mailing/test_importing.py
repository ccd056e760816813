"""Subscribers from a list: nobody is taken in who has not agreed."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone

from rapport.audit.models import Event
from rapport.mailing.actions.importing import ListTaken, ProblemsInList, import_subscribers
from rapport.mailing.actions.subscribing import Asked, suppress
from rapport.mailing.models import Arrival, Subscriber
from tests.making import make_entry, make_person, make_site, make_subscriber, make_topic

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2024, 6, 3, 9, tzinfo=dt.UTC)
HEAD = "address,consented_on,consent,language,topics,rhythm\n"


def take(text: str | bytes, *, now: dt.datetime = NOW) -> ListTaken:
    content = text if isinstance(text, bytes) else text.encode()
    person = make_person("Edith", "editor")
    return import_subscribers(content=content, by=person, now=now)


def problems(text: str | bytes) -> list[str]:
    with pytest.raises(ProblemsInList) as caught:
        take(text)
    assert not Subscriber.objects.filter(source="import").exists()
    return caught.value.problems


def test_a_list_is_taken_in_with_its_consent_and_wishes():
    make_site()
    make_topic("alliance")
    make_topic("drop-out")
    make_entry("may", issue="2024-05")
    text = HEAD + "Sam@Example.org,2024-01-05,form at the spring meeting,fr+,alliance|drop-out,monthly\n"
    assert take(text) == ListTaken(new=1, known=0, suppressed=0)
    sam = Subscriber.objects.get()
    assert (sam.address, sam.source, sam.consent, sam.consented_at.date()) == (
        "Sam@example.org",
        "import",
        "form at the spring meeting",
        dt.date(2024, 1, 5),
    )
    assert Asked.of(sam) == Asked("fr", True, ("alliance", "drop-out"), (), "any", "monthly")
    assert sam.seen_through == Arrival.objects.get().pk, "what is there already is not sent to them"
    assert Event.objects.get().details == {"new": 1, "known": 0, "suppressed": 0}


def test_whoever_agreed_today_where_the_network_is_has_agreed_by_now():
    just_after_midnight = dt.datetime(2024, 6, 2, 22, 30, tzinfo=dt.UTC)
    with timezone.override("Europe/Paris"):
        take(HEAD + "sam@example.org,2024-06-03,form at the door,en,,\n", now=just_after_midnight)
    assert Subscriber.objects.get().consented_at == just_after_midnight


def test_semicolons_a_mark_at_the_beginning_and_empty_lines_are_understood():
    text = "\ufeffaddress;consented_on;consent\r\nsam@example.org;2024-01-05;spring meeting\r\n;;\r\n"
    assert take(text).new == 1


def test_whoever_is_known_has_left_or_must_get_none_stays_as_they_are():
    make_subscriber("sam", rhythm="quarterly")
    make_subscriber("dana", state="stopped", ended_at=NOW)
    suppress(folded="max@example.org", why="complaint", now=NOW)
    lines = "".join(f"{name}@example.org,2024-01-05,meeting,en,,\n" for name in ("sam", "dana", "max", "lea", "LEA"))
    assert take(HEAD + lines) == ListTaken(new=1, known=2, suppressed=1)
    assert list(Subscriber.objects.order_by("address").values_list("address", "state", "rhythm")) == [
        ("dana@example.org", "stopped", "published"),
        ("lea@example.org", "reading", "published"),
        ("sam@example.org", "reading", "quarterly"),
    ]


def test_a_consent_that_is_too_long_is_told_and_not_cut():
    (told,) = problems(HEAD + f"sam@example.org,2024-01-05,{'we met and talked ' * 20},en,,\n")
    assert "longer than 300 letters: “we met and talked" in told


def test_all_that_is_wrong_in_a_line_is_told_at_once():
    told = problems("address,consented_on,consent,topics,rhythm\nnobody,2999-01-05,,no-such-topic,weekly\n")
    assert [re.sub(r"Line 2: (“[^”]+”|[^(.,]+).*", r"\1", one) for one in told] == [
        "“nobody”",
        "They cannot have agreed on 2999-01-05",
        "It does not say where they agreed",
        "“no-such-topic”",
        "“weekly”",
    ]


def test_every_problem_is_told_with_its_line_and_nothing_is_taken_in():
    told = problems(
        HEAD + "sam@example.org,2024-01-05,meeting,en,,\n"
        "nobody,2024-01-05,meeting,en,,\n"
        "dana@example.org,,meeting,en,,\n"
        "max@example.org,2024-01-05,,en,,\n"
        "lea@example.org,5 May,meeting,en,,\n"
        "rosa@example.org,2031-01-05,meeting,en,,\n"
        "bob@example.org,2024-01-05,meeting,tlh,,\n"
        "eve@example.org,2024-01-05,meeting,en,unknown,\n"
        "ada@example.org,2024-01-05,meeting,en,,weekly\n"
    )
    assert [line.partition(":")[0] for line in told] == [f"Line {number}" for number in range(3, 11)]
    assert "agreed" in told[1]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "columns"),
        (b"name,mail\nSam,sam@example.org\n", "missing: address"),
        (b"address,consented_on,consent,shoe_size\n", "shoe_size"),
        ("address,consented_on,consent\nsäm".encode("latin-1"), "UTF-8"),
        (b"\x00\x01\x02", "not plain text"),
    ],
)
def test_a_file_that_is_no_list_is_told_so(content, told):
    assert told in problems(content)[0]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"address,consented_on,consent\na@example.org,2024-01-01,at a\0meeting\n", "The file is not plain text."),
        (b"address,address,consented_on,consent\na@example.org,b@example.org,2024-01-01,at a meeting\n",
         "The first line names the column “address” twice."),
        (b'address,consented_on,consent\na@example.org,2024-01-01,"at a meeting\nb@example.org,2024-01-01,there\n',
         "Line 3 ends a cell that began on a line before."),
    ],
)  # fmt: skip
def test_a_list_that_would_lose_a_line_or_a_sign_is_refused_whole(content, problem):
    assert problem in problems(content)[0]


def test_columns_without_a_name_that_spreadsheets_leave_at_the_end_are_passed_over():
    content = b"address,consented_on,consent,,\na@example.org,2024-01-01,at a meeting,,\n"
    take(content)
    assert Subscriber.objects.get().consent == "at a meeting"
