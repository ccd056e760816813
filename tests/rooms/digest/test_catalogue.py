"""Which published entries stand where, as sets, at one stamp of the content."""

from __future__ import annotations

import datetime as dt
import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from rapport.digest import keeping
from rapport.digest.catalogue import Catalogue, catalogue
from rapport.digest.models import Entry, SiteIdentity
from tests.making import make_entry, make_issue, make_site, make_topic

pytestmark = pytest.mark.django_db
DAY = dt.date(2024, 12, 31)


@pytest.fixture(autouse=True)
def _four_entries() -> None:
    make_site()
    make_issue("2999-01", published_on=dt.date(2999, 1, 1))
    make_entry("old", issue="2023-01", topics=["alliance"], research_type="survey")
    make_entry("first", issue="2024-02", topics=["alliance", "drop-out"])
    make_entry("second", issue="2024-02", topics=["drop-out"], texts={"fr": {"title": "Fiche"}}, language="fr")
    make_entry("later", issue="2999-01", topics=["alliance"])
    make_entry("draft", topics=["alliance"])
    make_entry("gone", issue="2024-02", state="withdrawn", topics=["alliance"])


def slugs(keys: list[int]) -> list[str]:
    named = dict(Entry.objects.values_list("pk", "slug"))
    return [named[key] for key in keys]


def test_entries_are_newest_first_and_in_the_order_of_their_issue() -> None:
    made = Catalogue()
    assert slugs(made.newest(made.shown(DAY))) == ["first", "second", "old"]
    assert slugs(made.newest(made.shown(DAY), 1, 1)) == ["second"]
    assert slugs(made.newest(made.shown(DAY), 5, 10)) == []


@pytest.mark.parametrize(
    ("day", "shown"),
    [("2022-12-31", 0), ("2023-01-05", 0), ("2023-01-06", 1), ("2024-02-06", 3), ("2998-12-31", 3), ("2999-01-01", 4)],
)
def test_an_issue_is_shown_from_its_day_on(day: str, shown: int) -> None:
    assert Catalogue().shown(dt.date.fromisoformat(day)).bit_count() == shown


def test_what_stands_where() -> None:
    made = Catalogue()
    topic = make_topic("drop-out")
    shown = made.shown(DAY)
    assert slugs(made.newest(made.under("topic", str(topic.pk)) & shown)) == ["first", "second"]
    assert slugs(made.newest(made.under("year", "2023") & shown)) == ["old"]
    assert slugs(made.newest(made.under("language", "fr") & shown)) == ["second"]
    assert made.under("year", "1999") == 0


def test_drafts_and_withdrawn_entries_are_in_no_set() -> None:
    made = Catalogue()
    hidden = list(Entry.objects.filter(slug__in=["draft", "gone"]).values_list("pk", flat=True))
    assert (made.entries(hidden), made.entries([-1, 10**9])) == (0, 0)


def test_it_is_made_once_for_a_stamp_and_anew_for_the_next(django_assert_num_queries) -> None:
    stamp = SiteIdentity.objects.get().stamp
    with django_assert_num_queries(3):
        made = catalogue(stamp)
    with django_assert_num_queries(0):
        assert catalogue(stamp) is made
    make_entry("new", issue="2024-03")
    new = catalogue(SiteIdentity.objects.get().stamp)
    assert new.shown(DAY).bit_count() == made.shown(DAY).bit_count() + 1


def test_content_without_a_stamp_is_read_anew_each_time() -> None:
    assert catalogue("") is not catalogue("")


def test_threads_that_meet_a_new_stamp_make_it_once() -> None:
    made = []

    def make() -> object:
        made.append(object())
        return made[-1]

    with ThreadPoolExecutor(8) as threads:
        kept = list(threads.map(lambda _: keeping.kept_while_unchanged("stamp", make), range(64)))
    assert (len(made), {id(one) for one in kept}) == (1, {id(made[0])})


def test_the_newest_of_a_large_set_are_those_that_counting_one_by_one_gives() -> None:
    made = Catalogue()
    made._keys = list(range(5000))  # type: ignore[assignment]  # as many entries as places
    draw = random.Random(1)
    places = sorted(draw.sample(range(5000), 700))
    entries = sum(1 << place for place in places)
    for start, number in ((0, 20), (1, 1), (340, 20), (690, 20), (699, 1), (700, 5)):
        assert made.newest(entries, start, number) == places[start : start + number]
