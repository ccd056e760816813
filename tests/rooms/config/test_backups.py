"""A copy of everything, taken while the site runs, and the way back: on whichever database the tests run."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.commands import PRODUCTION, RAPPORT, Outcome, environment, run_rapport
from tests.making import FILES, files_in, make_folder

SERVER = os.environ.get("DATABASE_URL", "")
ON_POSTGRES = SERVER.startswith("postgres")

pytestmark = pytest.mark.skipif(
    ON_POSTGRES and shutil.which("pg_dump") is None, reason="PostgreSQL's client programs are not here: no pg_dump"
)


class Place:
    """Where a site lives: a data directory and, on PostgreSQL, a database of its own."""

    def __init__(self, data: Path, database: str = "") -> None:
        self.data, self.database = data, database

    @property
    def settings(self) -> dict[str, str]:
        return {
            **PRODUCTION,
            "RAPPORT_DATA": str(self.data),
            **({"DATABASE_URL": self.database} if self.database else {}),
        }

    def rapport(self, *arguments: object) -> Outcome:
        return run_rapport(self.data.parent, *arguments, **self.settings)

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        if self.database:
            with psycopg.connect(self.database) as connection:
                answer = connection.execute(statement)
                return list(answer.fetchall()) if answer.description else []
        with closing(sqlite3.connect(self.data / "rapport.sqlite3", timeout=20)) as connection, connection:
            return connection.execute(statement).fetchall()


@contextmanager
def places_in(folder: Path) -> Iterator[Callable[..., Place]]:
    """Make places for sites, empty ones or copies of another; their databases are dropped at the end."""
    made: list[str] = []

    def make(name: str, like: Place | None = None) -> Place:
        if like:
            shutil.copytree(like.data, folder / name)
        else:
            (folder / name).mkdir(mode=0o750)
        if not ON_POSTGRES:
            return Place(folder / name)
        database = f"backup_{name}_{uuid.uuid4().hex[:8]}"
        template = urlsplit(like.database).path.strip("/") if like else "template1"
        with psycopg.connect(SERVER, autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        made.append(database)
        return Place(folder / name, f"{SERVER.rpartition('/')[0]}/{database}")

    yield make
    with psycopg.connect(SERVER, autocommit=True) if made else closing(sqlite3.connect(":memory:")) as server:
        for database in made:
            server.execute(f'DROP DATABASE "{database}" WITH (FORCE)')


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Callable[..., Place]]:
    with places_in(tmp_path) as make:
        yield make


@pytest.fixture(scope="module")
def site_to_copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A site with a small digest, made as a host makes it; it is copied, not changed."""
    folder = tmp_path_factory.mktemp("made-once")
    with places_in(folder) as make:
        site = make("site")
        assert site.rapport("migrate", "-v0").code == 0
        assert site.rapport("import_digest", make_folder(folder / "content"), "-v0").code == 0
        yield site


@pytest.fixture
def site(place: Callable[..., Place], site_to_copy: Place) -> Place:
    """A site with a small digest."""
    return place("old", like=site_to_copy)


def test_what_was_copied_comes_back_and_the_digest_lies_beside_it_as_files(site, place, tmp_path):
    copied = site.rapport("backup", tmp_path / "copy")
    assert (copied.code, copied.complained) == (0, "")
    assert copied.said.endswith(" files, checked.\n")
    assert set(FILES) <= set(files_in(tmp_path / "copy" / "digest"))
    new = place("new")
    restored = new.rapport("restore", tmp_path / "copy")
    assert (restored.code, restored.complained) == (0, "")
    assert new.rapport("export_digest", tmp_path / "export").code == 0
    assert files_in(tmp_path / "export") == FILES
    assert new.ask("SELECT COUNT(*) FROM digest_searchword") == site.ask("SELECT COUNT(*) FROM digest_searchword")


def test_notices_lie_in_both_copies(site, place, tmp_path):
    content = make_folder(tmp_path / "content")
    article = content / "articles" / "rosa-2020.yml"
    notice = "notices:\n- kind: retraction\n  source: publisher\n  noticed: '2024-06-03T07:40:00Z'\n"
    article.write_text(article.read_text() + notice)
    assert site.rapport("import_digest", content).code == 0
    assert site.rapport("backup", tmp_path / "copy").code == 0
    assert (tmp_path / "copy" / "digest" / "articles" / "rosa-2020.yml").read_text().endswith(notice)
    new = place("new")
    assert new.rapport("restore", tmp_path / "copy").code == 0
    assert new.ask("SELECT standing FROM literature_article WHERE key = 'rosa-2020'") == [("retracted",)]


def test_a_restore_goes_on_with_who_left_and_lets_letters_wait(site, place, tmp_path):
    assert site.rapport("backup", tmp_path / "copy").code == 0
    left = site.data / "readers-who-left.jsonl"
    left.write_text('{"at": "2124-05-07T03:00:00+00:00", "who": "of nobody here", "did": "deleted"}\n')
    new = place("new")
    refused = new.rapport("restore", tmp_path / "copy", "--left", tmp_path / "nowhere")
    assert (refused.code, "nowhere is no file." in refused.complained) == (1, True)
    restored = new.rapport("restore", tmp_path / "copy", "--left", left)
    assert (restored.code, restored.complained) == (0, "")
    assert "Letters wait until an editor lets them go" in restored.said
    assert (new.data / left.name).read_text() == left.read_text()


def test_a_copy_can_be_read_by_its_owner_only(site, tmp_path):
    site.rapport("backup", tmp_path / "copy")
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "copy").iterdir() if path.is_file()} == {0o600}


def test_of_two_copies_to_one_place_at_once_one_is_made_whole_and_the_other_refused(site, place, tmp_path):
    with ThreadPoolExecutor() as pool:
        at_once = [pool.submit(site.rapport, "backup", tmp_path / "copy") for _ in range(3)]
    copied = [one.result() for one in at_once]
    assert sorted(one.code for one in copied) == [0, 1, 1]
    told = ("Another copy is being made in", "is there already. Name a new folder")
    assert all(any(words in one.complained for words in told) for one in copied if one.code)
    assert [path.name for path in tmp_path.iterdir() if "unfinished" in path.name] == []
    assert place("new").rapport("restore", tmp_path / "copy").code == 0


def test_a_copy_taken_while_somebody_writes_is_of_one_moment(site, place, tmp_path):
    """The writer keeps two tables in step, in one transaction each; in a copy of one moment they still are."""
    site.ask("CREATE TABLE left_ (n integer)")
    site.ask("CREATE TABLE right_ (n integer)")
    ended = threading.Event()
    written = 0

    def write() -> None:
        nonlocal written
        while not ended.is_set():
            if site.database:
                with psycopg.connect(site.database) as connection:
                    connection.execute("INSERT INTO left_ VALUES (1)")
                    connection.execute("INSERT INTO right_ VALUES (1)")
            else:
                with closing(sqlite3.connect(site.data / "rapport.sqlite3", timeout=20)) as connection, connection:
                    connection.execute("INSERT INTO left_ VALUES (1)")
                    connection.execute("INSERT INTO right_ VALUES (1)")
            written += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        before = written
        copied = site.rapport("backup", tmp_path / "copy")
        during = written - before
    finally:
        ended.set()
        writer.join()
    assert (copied.code, during > 0) == (0, True)
    manifest = json.loads((tmp_path / "copy" / "manifest.json").read_text())
    assert manifest["rows"]["left_"] == manifest["rows"]["right_"]
    new = place("new")
    assert new.rapport("restore", tmp_path / "copy").code == 0
    assert new.ask("SELECT COUNT(*) FROM left_") == new.ask("SELECT COUNT(*) FROM right_")


def test_a_copy_is_never_made_over_something(site, tmp_path):
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "mine").write_text("")
    assert site.rapport("backup", tmp_path / "copy") == Outcome(
        1, "", f"CommandError: {tmp_path / 'copy'} is there already. Name a new folder for each copy.\n"
    )


def test_a_copy_of_nothing_is_refused(place, tmp_path):
    outcome = place("empty").rapport("backup", tmp_path / "copy")
    assert outcome.code == 1
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("after", [0.6, 0.9, 1.2])
def test_a_backup_that_is_killed_leaves_nothing_that_looks_like_a_copy(site, tmp_path, after):
    command = [str(RAPPORT), "backup", str(tmp_path / "copy")]
    process = subprocess.Popen(command, env=environment(site.data, **site.settings), stdout=subprocess.DEVNULL)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait()
    if (tmp_path / "copy").exists():  # it was quicker: then it is whole
        assert (tmp_path / "copy" / "manifest.json").is_file()
        shutil.rmtree(tmp_path / "copy")
    assert site.rapport("backup", tmp_path / "copy").code == 0
    assert [path.name for path in tmp_path.glob(".copy*")] == []


def test_a_site_that_has_something_is_never_overwritten(site, tmp_path):
    site.rapport("backup", tmp_path / "copy")
    before = site.ask("SELECT slug FROM digest_entry ORDER BY slug")
    outcome = site.rapport("restore", tmp_path / "copy")
    assert outcome.code == 1
    assert "restoring overwrites nothing." in outcome.complained
    assert site.ask("SELECT slug FROM digest_entry ORDER BY slug") == before


def damaged(copy: Path, how: str) -> None:
    database = next(copy.glob("database.*"))
    manifest = copy / "manifest.json"
    said = json.loads(manifest.read_text())
    if how == "cut short":
        database.write_bytes(database.read_bytes()[:-4096])
    elif how == "one byte":
        content = bytearray(database.read_bytes())
        content[len(content) // 2] ^= 1
        database.write_bytes(content)
    elif how == "a file lost":
        (copy / "digest" / "site.yml").unlink()
    elif how == "no manifest":
        manifest.unlink()
    elif how == "half a manifest":
        manifest.write_text(manifest.read_text()[:100])
    elif how == "another format":
        manifest.write_text(json.dumps({**said, "format": 99}))
    elif how == "a newer version":
        manifest.write_text(
            json.dumps({**said, "version": "9.0", "migrations": [*said["migrations"], "digest.9999_later"]})
        )
    elif how == "another database":
        other = {"sqlite": "postgresql", "postgresql": "sqlite"}[said["database"]]
        manifest.write_text(json.dumps({**said, "database": other}))
    elif how == "rows lost":
        manifest.write_text(json.dumps({**said, "rows": {**said["rows"], "digest_entry": 3}}))


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("cut short", "is not as it was made (damaged: database."),
        ("one byte", "is not as it was made (damaged: database."),
        ("a file lost", "is not as it was made (missing: digest/site.yml)"),
        ("no manifest", "holds no whole copy: there is no manifest.json in it."),
        ("half a manifest", "is damaged and cannot be read. Use another copy."),
        ("another format", "is of format 99, which this version does not know."),
        ("a newer version", "was made by version 9.0, which is newer than this one"),
        ("another database", "or bring back the digest alone: `rapport migrate`, then `rapport import_digest "),
        ("rows lost", "What came back is not what was copied: digest_entry (2 for 3)."),
    ],
)
def test_a_copy_that_is_not_as_it_should_be_is_refused_in_words(site, place, tmp_path, how, told):
    site.rapport("backup", tmp_path / "copy")
    damaged(tmp_path / "copy", how)
    outcome = place("new").rapport("restore", tmp_path / "copy")
    assert outcome.code == 1
    assert told in outcome.complained


def test_a_copy_of_an_older_version_is_brought_up_to_date(place, site, tmp_path):
    """As if made before the jobs of the schedule were kept: that migration is undone before the copy is made."""
    assert site.rapport("migrate", "audit", "0002", "-v0").code == 0
    # The command notes itself in a table that is not there yet, which is the only thing that goes wrong.
    site.rapport("backup", tmp_path / "copy")
    new = place("new")
    restored = new.rapport("restore", tmp_path / "copy")
    assert (restored.code, restored.complained) == (0, "")
    assert "bringing it up to" in restored.said
    assert new.ask("SELECT name FROM audit_jobrun") == [("backup",)]


def test_nobody_is_signed_in_after_a_restore(place, site, tmp_path):
    site.ask("INSERT INTO django_session VALUES ('key', 'data', '2999-01-01')")
    site.rapport("backup", tmp_path / "copy")
    new = place("new")
    new.rapport("restore", tmp_path / "copy")
    assert new.ask("SELECT COUNT(*) FROM django_session") == [(0,)]
