"""The command `rapport`, run as a host runs it: what it says, and how it ends."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from rapport.config.schedule import JOBS
from rapport.digest.models import Entry
from tests.commands import KEY, PRODUCTION, RAPPORT, Outcome, environment, rapport, run_rapport
from tests.making import FILES, edited, files_in, make_folder, write_files
from tests.publishing import names_in

__all__ = ["rapport"]  # a fixture


@pytest.fixture(scope="module")
def made_once(tmp_path_factory):
    """A demo's data directory, prepared as `rapport demo` does; it is copied, not changed."""
    data = tmp_path_factory.mktemp("demo")
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PYTHONPATH") if name in os.environ}
    command = [str(RAPPORT), "demo", "--no-serve"]
    done = subprocess.run(
        command, env={**kept, "RAPPORT_DATA": str(data)}, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return data, done.stdout


@pytest.fixture(scope="module")
def migrated_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A host's data directory with empty tables, made as a host makes them; it is copied, not changed."""
    folder = tmp_path_factory.mktemp("migrated")
    (folder / "data").mkdir(mode=0o750)
    assert run_rapport(folder, "migrate", "-v0", **PRODUCTION) == Outcome(0, "", "")
    return folder / "data"


@pytest.fixture
def data(migrated_once: Path, tmp_path: Path) -> Path:
    """A host's data directory with empty tables."""
    return shutil.copytree(migrated_once, tmp_path / "data")


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


# --- without settings -----------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["check", "doctor", "migrate", "import_digest", "export_digest", "publish_static"])
def test_without_settings_every_command_says_what_to_set(rapport, command):
    outcome = rapport(command)
    assert outcome.code == 1
    assert outcome.complained.startswith("rapport: RAPPORT_SECRET_KEY is missing. Set it to a long random text")
    assert "RAPPORT_HOSTS is missing. Set it to the host names the site answers to" in outcome.complained
    assert outcome.said == ""


def test_a_short_key_is_refused_in_words(rapport):
    outcome = rapport("check", RAPPORT_SECRET_KEY="short", RAPPORT_HOSTS="digest.example.org")
    message = "rapport: RAPPORT_SECRET_KEY is shorter than 50 characters. Use a longer random text.\n"
    assert outcome == Outcome(1, "", message)


@pytest.mark.parametrize("arguments", [["demo", "--help"], ["demo", "-h"]])
def test_asking_for_help_with_the_demo_makes_nothing(rapport, tmp_path, arguments):
    rapport(*arguments)
    assert not (tmp_path / "data").exists()


# --- demo -----------------------------------------------------------------------------------------


def test_a_demo_makes_its_data_loads_the_sample_and_collects_its_files(made_once):
    data, said = made_once
    assert f"Data directory: {data}" in said
    assert "  50 entries in 20 issues." in said
    assert {"demo-secret-key", "rapport.sqlite3", "static"} <= {path.name for path in data.iterdir()}
    assert (data / "static" / "staticfiles.json").is_file()


def test_a_second_demo_loads_nothing_and_changes_nothing(made_once, rapport):
    data, _ = made_once

    def state():
        with sqlite3.connect(data / "rapport.sqlite3") as database:
            dump = list(database.iterdump())
        database.close()
        return dump, (data / "demo-secret-key").read_text()

    before = state()
    outcome = rapport("demo", "--no-serve", RAPPORT_DATA=data)
    assert (outcome.code, outcome.complained) == (0, "")
    assert "The digest is already loaded; `rapport import_digest FOLDER` brings changed files in." in outcome.said
    assert "entries in" not in outcome.said
    assert state() == before


def test_a_demo_is_refused_where_a_real_key_is_set(rapport, tmp_path):
    outcome = rapport("demo", "--no-serve", RAPPORT_SECRET_KEY=KEY, RAPPORT_HOSTS="digest.example.org")
    assert outcome.code == 1
    assert outcome.complained.startswith("rapport: RAPPORT_SECRET_KEY is set, so this is not a demo.")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "8000.5", "²"])
def test_a_port_that_is_none_is_told_with_an_example(rapport, made_once, port):
    outcome = rapport("demo", RAPPORT_DATA=made_once[0], PORT=port)
    message = f"CommandError: The port is “{port}”; it must be a number from 1 to 65535, for example PORT=9000.\n"
    assert outcome == Outcome(1, "", message)


def test_a_port_in_use_is_told_before_anything_is_made(rapport, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        outcome = rapport("demo", "--port", port)
    message = f"Port {port} cannot be used (Address already in use). Choose another, for example PORT=9000 make demo."
    assert outcome == Outcome(1, "", f"CommandError: {message}\n")
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["demo-secret-key"]


def test_a_data_directory_that_cannot_be_made_is_told_with_its_mend(rapport, tmp_path):
    (tmp_path / "data").write_text("")
    assert rapport("demo", "--no-serve") == Outcome(
        1,
        "",
        f"rapport: The data directory {tmp_path / 'data'} cannot be written (File exists). "
        "Set RAPPORT_DATA to a directory that can.\n",
    )


# --- doctor and check -----------------------------------------------------------------------------


def test_the_doctor_finds_a_demo_well(made_once, rapport):
    outcome = rapport("doctor", RAPPORT_DATA=made_once[0])
    assert (outcome.code, outcome.complained) == (0, "")
    lines = outcome.said.splitlines()
    assert lines[1:] == [
        "✓ Mode: demo, for this machine only",
        f"✓ Data directory {made_once[0]}",
        f"✓ Database sqlite {made_once[0]}/rapport.sqlite3",
        "✓ Site identity: Sample Practice Research Network (invented)",
        "✓ Entries: 50",
        "✓ Search index",
        "✓ Static files",
        "Nothing to mend.",
    ]


def test_the_doctor_keeps_quiet_about_what_is_well_when_asked(made_once, rapport):
    assert rapport("doctor", "--quiet", RAPPORT_DATA=made_once[0]) == Outcome(0, "", "")


def test_the_doctor_names_all_that_a_new_host_has_to_do(rapport, tmp_path):
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    outcome = rapport("doctor", "--quiet", **PRODUCTION)
    assert (outcome.code, outcome.complained) == (1, "CommandError: 3 to mend.\n")
    first, *others = outcome.said.splitlines()
    assert (
        first == f"✗ Access to the data directory: other users of this machine may read it; run `chmod o-rwx {data}`."
    )
    assert others[0].startswith(f"✗ Database sqlite {data}/rapport.sqlite3: ")
    assert others[0].endswith(" migrations are not applied; run `rapport migrate`.")
    assert others[1:] == [
        "✗ Static files: they are not collected; run `rapport collectstatic --noinput`.",
    ]


def test_the_doctor_finds_a_host_well_once_all_is_done(rapport, data, tmp_path):
    assert rapport("collectstatic", "--noinput", "-v0", **PRODUCTION).code == 0
    outcome = rapport("doctor", "--quiet", **PRODUCTION)
    assert outcome.said.splitlines() == [
        "✗ Site identity: there is none yet; import a content folder that has a site.yml.",
        *[
            f"✗ Page “{page}”: it is missing; write it at the desk, or import a pages/{page}.en.md."
            for page in ("about", "accessibility", "privacy")
        ],
        *NOBODY_AND_NOTHING_YET,
    ]
    folder = make_folder(
        tmp_path / "content",
        {f"pages/{page}.en.md": FILES["pages/about.en.md"] for page in ("accessibility", "privacy")},
    )
    assert rapport("import_digest", folder, **PRODUCTION).code == 0
    assert rapport("doctor", "--quiet", **PRODUCTION).said.splitlines() == [
        "✗ Contact address: desk@example.org reaches nobody; "
        "put your own in at the desk (Network, Identity), or into site.yml and import it.",
        *NOBODY_AND_NOTHING_YET,
    ]
    write_files(folder, {"site.yml": FILES["site.yml"].replace("desk@example.org", "desk@digest.ca")})
    assert rapport("import_digest", folder, **PRODUCTION).code == 0
    assert rapport("doctor", "--quiet", **PRODUCTION).said.splitlines() == NOBODY_AND_NOTHING_YET
    make_an_administrator(tmp_path / "data" / "rapport.sqlite3")
    for job in (job for job in JOBS if job.name != "check-notices"):  # which asks a service far away
        assert rapport("run_job", job.name, **PRODUCTION) == Outcome(0, f"Done: {job.name}\n", "")
    as_if_done("check-notices", tmp_path / "data" / "rapport.sqlite3")
    assert rapport("backup", tmp_path / "copy", "-v0", **PRODUCTION).code == 0
    assert rapport("doctor", "--quiet", **PRODUCTION) == Outcome(0, "", "")
    assert "✓ Mail, from desk@digest.ca by localhost" in rapport("doctor", **PRODUCTION).said.splitlines()
    unsent = f"✓ Mail, into files in {tmp_path / 'data' / 'mail'}"
    without = {**PRODUCTION, "RAPPORT_MAIL_URL": "", "RAPPORT_MAIL_FROM": ""}
    assert unsent in rapport("doctor", **without).said.splitlines()


NOBODY_AND_NOTHING_YET = [
    "✗ Administrator: nobody may invite anybody to the desk; invite somebody with `rapport invite ADDRESS`.",
    *[
        f"✗ Job {job.name}: it has not been done yet. Run `rapport schedule` and `rapport worker` as services, "
        f"or `rapport run_job {job.name}` by cron."
        for job in JOBS
    ],
    "✗ Backup: none was made yet; run `rapport backup FOLDER`, every night.",
]


def make_an_administrator(database: Path) -> None:
    """As the link of `rapport invite` does, when somebody follows it."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            "INSERT INTO accounts_person (id, email, name, password, language, is_active, joined_at) "
            "VALUES (1, 'ada@digest.ca', 'Ada', '!', 'en', 1, '2024-01-01')"
        )
        connection.execute(
            "INSERT INTO accounts_grant (person_id, role, granted_at) VALUES (1, 'administrator', '2024-01-01')"
        )


def as_if_done(job: str, database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            "INSERT INTO audit_jobrun (name, task, ended_at, problem) VALUES (?, '', datetime('now'), '')", [job]
        )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            "ended_at = datetime('now', '-1 hour'), due_at = datetime('now', '-1 minute')",
            "the schedule asks for it and nobody does it. Is `rapport worker` running?",
        ),
        ("ended_at = '2024-06-03 09:00:00'", "it has not been done since 2024-06-03 09:00 UTC. Run `rapport schedule`"),
        (
            "ended_at = datetime('now'), problem = 'OSError: down'",
            "it failed: OSError: down. It is tried again at its next time.",
        ),
    ],
)
def test_the_doctor_says_why_a_job_is_not_done(rapport, data, changes, told):
    as_if_done("publish-due-issues", data / "rapport.sqlite3")
    with closing(sqlite3.connect(data / "rapport.sqlite3")) as connection, connection:
        connection.execute(f"UPDATE audit_jobrun SET {changes}")
    assert f"✗ Job publish-due-issues: {told}" in rapport("doctor", "--quiet", **PRODUCTION).said


def test_the_doctor_says_when_the_last_backup_is_old(rapport, data):
    as_if_done("backup", data / "rapport.sqlite3")
    with closing(sqlite3.connect(data / "rapport.sqlite3")) as connection, connection:
        connection.execute("UPDATE audit_jobrun SET ended_at = datetime('now', '-5 days')")
    told = "✗ Backup: the last was made 5 days ago; run `rapport backup FOLDER`, every night."
    assert told in rapport("doctor", "--quiet", **PRODUCTION).said


def test_the_doctor_names_a_data_directory_that_is_not_there(rapport, tmp_path):
    outcome = rapport("doctor", "--quiet", **PRODUCTION)
    assert outcome.code == 1
    assert outcome.said.splitlines()[0] == (
        f"✗ Data directory {tmp_path / 'data'}: it is not there. Make it, or set RAPPORT_DATA to the right one."
    )


def test_the_doctor_names_a_database_that_does_not_answer(rapport, tmp_path):
    (tmp_path / "data").mkdir(mode=0o750)
    address = f"postgres://nobody@127.0.0.1:{free_port()}/nowhere"
    outcome = rapport("doctor", "--quiet", DATABASE_URL=address, **PRODUCTION)
    assert outcome.code == 1
    assert "✗ Database postgresql nowhere: it does not answer (" in outcome.said
    assert "Check DATABASE_URL." in outcome.said


@pytest.mark.parametrize("proxy", ["yes", "no"])
def test_production_settings_pass_djangos_own_checks_for_deployment(rapport, proxy):
    outcome = rapport("check", "--deploy", "--fail-level", "INFO", RAPPORT_BEHIND_PROXY=proxy, **PRODUCTION)
    assert outcome == Outcome(0, "System check identified no issues (1 silenced).\n", "")


# --- import_digest and export_digest --------------------------------------------------------------


def test_importing_and_exporting_as_a_host_does_it(rapport, tmp_path):
    (tmp_path / "data").mkdir()
    assert rapport("migrate", "-v0", **PRODUCTION) == Outcome(0, "", "")
    folder = make_folder(tmp_path / "content")
    assert rapport("import_digest", folder, **PRODUCTION).code == 0
    write_files(folder, edited("entries/leaving-early.md", "- drop-out", "- dropout"))
    wrong = rapport("import_digest", "content", **PRODUCTION)
    assert wrong == Outcome(
        1,
        "",
        "CommandError: Nothing was imported; 1 problem to mend in content:\n\n"
        "entries/leaving-early.md, line 8, field `topics.0`: “dropout” is not a topic. Did you mean “drop-out”? "
        "Topics are listed in topics.yml.\n",
    )
    export = tmp_path / "export"
    done = Outcome(0, f"{len(FILES)} files written to {export}\n", "")
    assert rapport("export_digest", export, **PRODUCTION) == done
    assert files_in(export) == FILES
    assert rapport("export_digest", export, **PRODUCTION) == Outcome(
        1,
        "",
        f"CommandError: {export} is not empty. Name another folder, or add --replace to overwrite the content in it.\n",
    )
    assert rapport("export_digest", export, "--replace", **PRODUCTION) == done


DIFFERS_WITH_A_LIVE_SITE = re.compile(r"\.html$|feeds/topic/.+/type/")


def test_publishing_as_a_host_does_it(rapport, data, tmp_path):
    assert rapport("import_digest", make_folder(tmp_path / "content"), "-v0", **PRODUCTION) == Outcome(0, "", "")
    told = []
    ways = [["--address", "http://127.0.0.1:8000"], [], [], ["--live", "https://live.example.org", "-v2"]]
    assert rapport("publish_static", "digest", *ways[0], **PRODUCTION) == Outcome(
        1, "", "CommandError: The static files are not collected; run `rapport collectstatic --noinput` first.\n"
    )
    assert rapport("collectstatic", "--noinput", "-v0", **PRODUCTION).code == 0
    for way in ways:
        outcome = rapport("publish_static", "digest", *way, RAPPORT_ADDRESS="https://digest.example.org", **PRODUCTION)
        assert (outcome.code, outcome.complained) == (0, "")
        told.append(re.sub(r"\d+\.\d s", "1.0 s", outcome.said).splitlines())
    number = len(names_in(tmp_path / "digest"))
    no_live = "searching and combining choices are not part of it; --live ADDRESS names a site that has them"
    assert told[0] == [f"digest: {number} files written, 0 unchanged, 0 removed, in 1.0 s", no_live]
    assert told[2] == [f"digest: 0 files written, {number} unchanged, 0 removed, in 1.0 s", no_live]
    # A live site answers what files cannot: every page has a search field, and choices combined have a page.
    differing = [name for name in sorted(names_in(tmp_path / "digest")) if DIFFERS_WITH_A_LIVE_SITE.search(name)]
    written = [f"written: {name}" for name in differing]
    assert told[3] == [
        f"digest: {len(written)} files written, {number - len(written)} unchanged, 0 removed, in 1.0 s",
        *written,
        "searching and combining choices lead to https://live.example.org",
    ]


NEW = """\
new: 1 site (site)
new: 2 topics (alliance, drop-out)
new: 2 research types (meta-analysis, survey)
new: 2 families (outcome/treatment-outcome, comparison/alliance)
new: 2 articles (rosa-2020, sam-2021)
new: 2 entries (alliance-matters, leaving-early)
new: 1 issues (2024-05)
new: 1 announcements (reading-hour)
new: 1 pages (about.en)
as before: 0
"""


@pytest.fixture
def importing(capsys):
    def run(folder, **options) -> str:
        call_command("import_digest", folder, **options)
        return capsys.readouterr().out

    return run


@pytest.mark.django_db
def test_an_import_tells_what_it_did(tmp_path, importing):
    folder = make_folder(tmp_path / "content")
    assert sorted(importing(folder).splitlines()) == sorted(NEW.splitlines())
    assert importing(folder) == "as before: 14\n"
    write_files(folder, edited("articles/rosa-2020.yml", "year: 2020", "year: 2019"))
    assert importing(folder) == "changed: 1 articles (rosa-2020)\nas before: 13\n"


@pytest.mark.django_db
def test_an_import_tells_what_it_left_alone_or_removed(tmp_path, importing):
    folder = make_folder(tmp_path / "content", {"pages/old.en.md": FILES["pages/about.en.md"]})
    importing(folder)
    write_files(folder, {"pages/old.en.md": None})
    assert importing(folder) == (
        "as before: 14\nleft alone: 1 pages that the folder does not hold (old.en); "
        "they stay as they are (--prune would delete them)\n"
    )
    assert importing(folder, prune=True) == "removed: 1 pages (old.en)\nas before: 14\n"


@pytest.mark.django_db
def test_an_import_names_three_of_many_and_all_when_asked(tmp_path, importing):
    pages = {f"pages/page-{letter}.en.md": FILES["pages/about.en.md"] for letter in "abcdef"}
    folder = write_files(tmp_path / "content", pages)
    assert importing(folder) == "new: 6 pages (page-a.en, page-b.en, page-c.en and 3 more)\nas before: 0\n"
    write_files(folder, {name: text.replace("Some", "Few") for name, text in pages.items()})
    assert importing(folder, verbosity=2) == (
        "changed: 6 pages (page-a.en, page-b.en, page-c.en, page-d.en, page-e.en, page-f.en)\nas before: 0\n"
    )


@pytest.mark.django_db
def test_a_wrong_folder_is_refused_with_all_its_problems(tmp_path, importing):
    changes = edited("articles/rosa-2020.yml", "year: 2020", "year: soon") | {"entries/leaving-early.md": ""}
    folder = make_folder(tmp_path / "content", changes)
    with pytest.raises(CommandError) as caught:
        importing(folder)
    assert str(caught.value) == (
        f"Nothing was imported; 2 problems to mend in {folder}:\n\n"
        "articles/rosa-2020.yml, line 6, field `year`: “soon” must be a whole number, without quotes.\n"
        "entries/leaving-early.md, line 1: must begin with front matter between two lines of three hyphens (---).\n"
    )
    assert not Entry.objects.exists()


# --- a demo that serves ---------------------------------------------------------------------------


def test_a_demo_that_serves_starts_all_says_as_whom_to_come_in_and_stops_all(made_once):
    data, _ = made_once
    command = [str(RAPPORT), "demo", "--port", free_port()]
    demo = subprocess.Popen(
        command, env=environment(data), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )
    try:
        wait_until(lambda: last_done(data, "check-notices"))
    finally:
        demo.terminate()
        said, _ = demo.communicate(timeout=20)
    assert (demo.returncode, "ended by itself" in said) == (0, False)
    assert [name for name in ("Alice", "Edith", "Ada", "Charlie", "http://localhost:") if name not in said] == []
    # The stand-in answered about every article: none of ours is one of its own.
    with closing(sqlite3.connect(data / "rapport.sqlite3")) as connection:
        problems = connection.execute("SELECT DISTINCT problem FROM literature_noticecheck").fetchall()
    assert problems == [("Crossref does not know this DOI.",)]


def wait_until(happened: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.2)


def last_done(data: Path, job: str) -> bool:
    with closing(sqlite3.connect(data / "rapport.sqlite3")) as connection:
        return bool(
            connection.execute(
                "SELECT 1 FROM audit_jobrun WHERE name = ? AND problem = '' AND ended_at > ''", [job]
            ).fetchall()
        )
