"""The schedule leaves its jobs in the database's queue, and a worker does them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from rapport.audit.jobs import EveryMinute, Job
from rapport.audit.models import JobRun
from rapport.config import schedule
from rapport.config.clearing import clear_expired, forget_finished_tasks
from rapport.config.management.commands import worker
from rapport.config.schedule import ask_for_what_is_due

NOW = dt.datetime(2024, 6, 3, 9, 0, 30, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def done(monkeypatch):
    """A schedule of one job, which writes down when it was done."""
    times: list[dt.datetime] = []
    monkeypatch.setattr(schedule, "JOBS", (Job("note", EveryMinute(), times.append),))
    return times


def test_every_job_has_a_name_of_its_own_that_can_be_typed():
    names = [job.name for job in schedule.JOBS]
    assert len(set(names)) == len(names)
    assert [name for name in names if not name.replace("-", "").isalpha() or name != name.lower()] == []


@pytest.mark.django_db(transaction=True)
def test_what_the_schedule_asks_for_a_worker_does(done):
    assert ask_for_what_is_due(NOW) == ["note"]
    assert done == []
    call_command("worker", once=True, verbosity=0)
    assert len(done) == 1
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL
    assert JobRun.objects.get().problem == ""


@pytest.mark.django_db(transaction=True)
def test_while_no_worker_runs_one_task_waits_and_no_more(done):
    for minutes in range(5):
        ask_for_what_is_due(NOW + dt.timedelta(minutes=minutes))
    assert DBTaskResult.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_job_that_fails_is_tried_again_at_its_next_time(done, monkeypatch):
    def fail(now: dt.datetime) -> None:
        raise OSError("down")

    monkeypatch.setattr(schedule, "JOBS", (Job("note", EveryMinute(), fail),))
    ask_for_what_is_due(NOW)
    call_command("worker", once=True, verbosity=0)
    assert JobRun.objects.get().problem == "OSError: down"
    assert ask_for_what_is_due(NOW + dt.timedelta(minutes=1)) == ["note"]


@pytest.mark.django_db(transaction=True)
def test_a_worker_outlives_a_database_that_is_busy_for_long(done, monkeypatch, caplog):
    looks = []

    def look(self):
        looks.append(self)
        if len(looks) < 7:
            raise OperationalError("database is locked")

    monkeypatch.setattr(worker, "SECONDS_BETWEEN_LOOKS", 0)
    monkeypatch.setattr(worker.Worker, "run", look)
    call_command("worker", verbosity=0)
    assert len(looks) == 7
    assert caplog.messages == ["The worker could not look: database is locked"] * 6


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_asked_for_one_look_says_when_it_could_not(done, monkeypatch):
    def look(self):
        raise OperationalError("database is locked")

    monkeypatch.setattr(worker.Worker, "run", look)
    with pytest.raises(OperationalError):
        call_command("worker", once=True, verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_a_job_that_this_version_does_not_have_is_passed_over(done):
    schedule.perform.enqueue("of-a-newer-version")
    call_command("worker", once=True, verbosity=0)
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL


@pytest.mark.django_db
def test_a_job_can_be_done_by_hand_as_of_a_moment(done, capsys, settings):
    call_command("run_job", "note", now="2024-06-03T09:00")
    assert done == [dt.datetime(2024, 6, 3, 9, 0, tzinfo=dt.UTC)]
    assert capsys.readouterr().out == "Done: note\n"


@pytest.mark.django_db
@pytest.mark.parametrize("now", ["soon", "2024-13-01T00:00", "2024-06-03T9", "\0"])
def test_a_moment_that_is_none_is_told_with_an_example(done, now):
    with pytest.raises(CommandError) as caught:
        call_command("run_job", "note", now=now)
    assert str(caught.value) == f"--now is “{now}”; it must be a day and an hour, for example 2024-06-03T09:00."


@pytest.mark.django_db
def test_a_job_that_is_none_is_told_with_those_there_are(done):
    with pytest.raises(CommandError, match=r"There is no job “nite”\. There are: "):
        call_command("run_job", "nite")


# --- what has had its time --------------------------------------------------------------------------


@pytest.mark.django_db
def test_sessions_that_are_over_are_cleared_and_others_stay():
    for key, ends in (("over", NOW - HOUR), ("open", NOW + HOUR)):
        Session.objects.create(session_key=key, session_data="", expire_date=ends)
    clear_expired(NOW)
    assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]


@pytest.mark.django_db
def test_results_of_tasks_go_after_a_day_and_failures_after_two_weeks():
    kinds = {
        "fresh": (1, "SUCCESSFUL"),
        "old": (25, "SUCCESSFUL"),
        "failed": (25, "FAILED"),
        "gone": (24 * 15, "FAILED"),
    }
    for name, (hours, status) in kinds.items():
        DBTaskResult.objects.create(
            status=status,
            task_path=name,
            args_kwargs={},
            backend_name="default",
            finished_at=NOW - hours * HOUR,
            run_after=NOW,
        )
    DBTaskResult.objects.create(task_path="waits", args_kwargs={}, backend_name="default", run_after=NOW)
    forget_finished_tasks(NOW)
    assert sorted(DBTaskResult.objects.values_list("task_path", flat=True)) == ["failed", "fresh", "waits"]
