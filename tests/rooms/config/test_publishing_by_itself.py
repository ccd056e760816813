"""Plain files follow the digest by themselves, where the host has named a folder for them."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from rapport.audit.models import JobRun
from rapport.config import schedule
from rapport.config.management.commands.doctor import _plain_files
from rapport.config.schedule import PUBLISH_STATIC, ask_for_what_is_due, job_named, publish_files
from rapport.desk.actions import save_words
from rapport.desk.queries import words_of
from rapport.digest.actions import save_page, write_text
from rapport.digest.models import Entry
from rapport.digest.publication import publishing
from rapport.digest.publication.folder import publishing_into
from rapport.web.addresses import Publication
from tests.making import make_draft, make_entry, make_page, make_person, make_site, text
from tests.publishing import COPY, LIVE, publish

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("with_assets")]

NOW = dt.datetime(2024, 6, 3, 9, 0, 30, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
ENTRY = "2024/05/alliance-matters/index.html"


@pytest.fixture
def folder(tmp_path: Path, settings, monkeypatch) -> Path:
    """The folder that a host has named; nothing is in it yet. The schedule has this job only."""
    job = job_named(PUBLISH_STATIC)
    assert job is not None
    monkeypatch.setattr(schedule, "JOBS", (job,))
    monkeypatch.setattr(schedule, "PUBLISHING_PROCESSES", 1)
    settings.PUBLISH_FOLDER, settings.PUBLISH_ADDRESS = str(tmp_path / "digest"), COPY
    make_site()
    for slug in ("about", "accessibility", "privacy"):
        make_page(slug)
    make_entry("alliance-matters", issue="2024-05")
    return tmp_path / "digest"


@pytest.fixture
def made(monkeypatch) -> list[str]:
    """Every page that is made for a publication."""
    addresses: list[str] = []
    files = publishing._files

    def noting(site, address):
        addresses.append(address)
        return files(site, address)

    monkeypatch.setattr(publishing, "_files", noting)
    return addresses


def after(minutes: int) -> None:
    """What the schedule and a worker do so many minutes after nine."""
    assert ask_for_what_is_due(NOW + minutes * MINUTE) == [PUBLISH_STATIC]
    call_command("worker", once=True, verbosity=0)
    assert JobRun.objects.get(name=PUBLISH_STATIC).problem == ""


def page(folder: Path, name: str = ENTRY) -> str:
    return (folder / name).read_text(encoding="utf-8")


def test_a_worker_publishes_what_changed_and_makes_no_page_when_nothing_did(folder, made):
    after(0)
    first, number = page(folder), len(made)
    assert f'<link rel="canonical" href="{COPY}/2024/05/alliance-matters/">' in first
    after(1)
    assert (len(made), os.readlink(folder)) == (number, ".digest.copies/1")
    write_text(entry=Entry.objects.get(), language="en", words=text(summary="Corrected."))
    after(2)
    assert ("Corrected." in page(folder), os.readlink(folder)) == (True, ".digest.copies/2")
    save_page(slug="about", language="en", title="About", body="Who we are *now*.")
    after(3)
    assert ("Who we are <em>now</em>." in page(folder, "about/index.html"), len(made)) == (True, 3 * number)


@pytest.mark.django_db
def test_nothing_is_published_while_a_draft_is_written(folder, made):
    alice = make_person("Alice", "author")
    draft = make_draft("feedback-helps", by=alice)
    publish_files(NOW)
    number = len(made)
    save_words(entry=draft, language="en", words={"summary": "Anew."}, on=words_of(draft, "en").on, by=alice, now=NOW)
    publish_files(NOW)
    assert len(made) == number > 0


def test_a_new_day_and_new_addresses_are_reasons_to_publish(folder, made, monkeypatch, settings):
    after(0)
    number = len(made)
    tomorrow = publishing.localdate() + dt.timedelta(days=1)
    monkeypatch.setattr(publishing, "localdate", lambda: tomorrow)  # announcements end, issues of a later day are out
    after(1)
    assert len(made) == 2 * number
    settings.LIVE_ADDRESS = LIVE
    after(2)
    assert (len(made), LIVE in page(folder, "index.html")) == (3 * number, True)


def test_what_somebody_published_by_hand_otherwise_is_put_right(folder, made):
    after(0)
    publish(folder, address="https://elsewhere.example")
    assert COPY not in page(folder)
    after(1)
    assert "https://elsewhere.example" not in page(folder)


def test_a_folder_that_somebody_took_away_is_published_again(folder, made):
    after(0)
    folder.unlink()
    after(1)
    assert folder.is_symlink()


def test_two_never_publish_at_once_and_the_second_is_no_failure(folder, made):
    with publishing_into(folder):
        after(0)
    assert (made, folder.exists()) == ([], False)
    after(1)
    assert folder.is_symlink()


def test_without_a_folder_nothing_is_done(folder, made, settings):
    settings.PUBLISH_FOLDER = ""
    after(0)
    assert (made, folder.exists(), list(_plain_files())) == ([], False, [])


def test_what_stands_in_the_way_is_told_as_the_jobs_problem_and_by_the_doctor(folder, caplog):
    folder.mkdir()
    (folder / "index.html").write_text("somebody's")
    with pytest.raises(CommandError, match="The job publish-static failed: FolderRefused"):
        call_command("run_job", PUBLISH_STATIC, verbosity=0)
    wrong = f"{folder} is not empty, and no publication made it."
    assert wrong in JobRun.objects.get(name=PUBLISH_STATIC).problem
    [sign] = _plain_files()
    assert sign.what == f"Plain files in {folder}, read at {COPY}"
    assert sign.wrong.startswith(wrong)
    assert page(folder, "index.html") == "somebody's"


def test_the_doctor_says_that_nothing_is_published_yet_and_is_content_when_it_is(folder):
    [sign] = _plain_files()
    assert sign.wrong == "nothing is published there yet; `rapport run_job publish-static` does it at once."
    call_command("run_job", PUBLISH_STATIC, verbosity=0)
    assert [sign.wrong for sign in _plain_files()] == [""]


def test_publishing_where_nothing_changed_costs_one_query(folder, django_assert_num_queries):
    publication = Publication(COPY)
    assert publishing.publish_if_changed(folder, publication) is not None
    with django_assert_num_queries(1):
        assert publishing.publish_if_changed(folder, publication) is None
