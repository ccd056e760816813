"""Jobs are asked for once, done, and their doing is kept."""

from __future__ import annotations

import datetime as dt
import logging

import pytest

from rapport.audit.jobs import EveryMinute, Job, Nightly, ask_if_due, do_job
from rapport.audit.models import JobRun

pytestmark = pytest.mark.django_db

MONDAY = dt.datetime(2024, 6, 3, 9, 0, 30, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


class Asked(list[str]):
    """A queue that remembers what was left in it."""

    def __call__(self, name: str) -> str:
        self.append(name)
        return f"task {len(self)}"


def a_job(do=lambda now: None, rhythm=None) -> Job:
    return Job("publish", rhythm or EveryMinute(), do)


def test_a_job_is_asked_for_once_at_each_of_its_times():
    asked = Asked()
    answers = [
        ask_if_due(a_job(), now=MONDAY + offset, enqueue=asked)
        for offset in (0 * MINUTE, dt.timedelta(seconds=20), MINUTE, MINUTE)
    ]
    assert answers == [True, False, True, False]
    assert asked == ["publish", "publish"]


def test_after_a_week_of_standstill_a_job_is_asked_for_once():
    asked = Asked()
    job = a_job(rhythm=Nightly(dt.time(3, 0), dt.UTC))
    ask_if_due(job, now=MONDAY, enqueue=asked)
    later = MONDAY + dt.timedelta(days=7)
    assert [ask_if_due(job, now=later, enqueue=asked) for _ in range(3)] == [True, False, False]


def test_a_scheduler_that_read_before_another_asked_does_not_ask_again(monkeypatch):
    asked = Asked()
    stale = JobRun(name="publish")  # what the second read before the first wrote
    ask_if_due(a_job(), now=MONDAY, enqueue=asked)
    monkeypatch.setattr(JobRun.objects, "get_or_create", lambda **_: (stale, False))
    assert ask_if_due(a_job(), now=MONDAY, enqueue=asked) is False
    assert asked == ["publish"]


def test_a_job_that_still_waits_for_a_worker_is_not_asked_for_again():
    asked = Asked()
    ask_if_due(a_job(), now=MONDAY, enqueue=asked)
    waiting = {"task 1"}
    assert not ask_if_due(a_job(), now=MONDAY + 5 * MINUTE, enqueue=asked, waits=waiting.__contains__)
    waiting.clear()
    assert ask_if_due(a_job(), now=MONDAY + 6 * MINUTE, enqueue=asked, waits=waiting.__contains__)


def test_a_job_that_is_being_done_is_left_in_peace_until_its_worker_must_be_dead():
    asked = Asked()
    job = a_job()
    ask_if_due(job, now=MONDAY, enqueue=asked)
    JobRun.objects.update(begun_at=MONDAY)
    assert not ask_if_due(job, now=MONDAY + 9 * MINUTE, enqueue=asked)
    assert ask_if_due(job, now=MONDAY + 10 * MINUTE, enqueue=asked)


def test_a_queue_that_takes_nothing_leaves_the_job_due():
    def broken(name: str) -> str:
        raise RuntimeError("no room")

    with pytest.raises(RuntimeError):
        ask_if_due(a_job(), now=MONDAY, enqueue=broken)
    assert ask_if_due(a_job(), now=MONDAY, enqueue=Asked())


def test_a_job_is_told_the_time_and_how_it_went_is_kept():
    told = []
    do_job(a_job(told.append), now=MONDAY, clock=iter([MONDAY, MONDAY + MINUTE]).__next__)
    assert told == [MONDAY]
    kept = JobRun.objects.values("name", "begun_at", "ended_at", "problem").get()
    assert kept == {"name": "publish", "begun_at": MONDAY, "ended_at": MONDAY + MINUTE, "problem": ""}


def test_a_job_that_fails_is_logged_and_kept_as_failed_until_it_goes_well(caplog):
    def fail(now: dt.datetime) -> None:
        raise OSError("the service is down")

    with caplog.at_level(logging.ERROR), pytest.raises(OSError, match="down"):
        do_job(a_job(fail), now=MONDAY)
    assert [record.message for record in caplog.records] == [
        "The job publish failed; it is tried again at its next time."
    ]
    assert JobRun.objects.get().problem == "OSError: the service is down"
    do_job(a_job(), now=MONDAY)
    assert JobRun.objects.get().problem == ""


@pytest.mark.parametrize("rhythm", [EveryMinute(), Nightly(dt.time(3, 0), dt.UTC)])
def test_a_clock_that_was_years_ahead_for_a_while_stops_no_job(rhythm):
    asked = Asked()
    years = dt.timedelta(days=3650)
    ask_if_due(a_job(rhythm=rhythm), now=MONDAY + years, enqueue=asked)
    JobRun.objects.update(begun_at=MONDAY + years)  # and the worker was killed while it was at it
    set_right = [MONDAY, MONDAY + dt.timedelta(seconds=20), MONDAY + dt.timedelta(days=1)]
    assert [ask_if_due(a_job(rhythm=rhythm), now=now, enqueue=asked) for now in set_right] == [True, False, True]


def test_clocks_of_two_schedulers_that_differ_a_little_ask_once():
    asked = Asked()
    ahead = MONDAY + MINUTE
    moments = [ahead, MONDAY, ahead, MONDAY]
    assert [ask_if_due(a_job(), now=now, enqueue=asked) for now in moments] == [True, False, False, False]
