"""A folder of published files: put in place in one step, what did not change left alone."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from rapport.digest.publication.folder import AtWork, Folder, FolderRefused, Outcome, publishing_into

OLD = {"index.html": "old home", "about/index.html": "about us", "fr/index.html": "accueil"}
NEW = {"index.html": "new home", "about/index.html": "about us", "2024/index.html": "a year"}


def publish(folder: Path, files: dict[str, str], *, replace: bool = False, made_of: str = "") -> Outcome:
    with publishing_into(folder, replace=replace) as opened:
        copy = opened.new_copy()
        for name, text in files.items():
            copy.put(name, [text.encode()])
        return copy.finish(made_of=made_of)


def made_of(folder: Path) -> str:
    return Folder(folder, replace=False).made_of


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "www" / "digest"


def test_what_is_published_is_in_the_folder_and_nothing_else(folder: Path):
    assert publish(folder, OLD) == Outcome(tuple(sorted(OLD)), (), 0)
    assert contents(folder) == OLD


def test_publishing_again_writes_what_changed_and_removes_what_is_stale(folder: Path):
    publish(folder, OLD)
    assert publish(folder, NEW) == Outcome(("2024/index.html", "index.html"), ("fr/index.html",), 1)
    assert contents(folder) == NEW


def test_publishing_the_same_again_touches_nothing(folder: Path):
    publish(folder, OLD)
    link, times = os.readlink(folder), {path: path.stat() for path in folder.rglob("*")}
    assert publish(folder, OLD) == Outcome((), (), 3)
    assert (os.readlink(folder), {path: path.stat() for path in folder.rglob("*")}) == (link, times)


def test_a_file_that_did_not_change_keeps_its_time_and_is_kept_once(folder: Path):
    publish(folder, OLD)
    before = (folder / "about" / "index.html").stat()
    publish(folder, NEW)
    after = (folder / "about" / "index.html").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_file_that_somebody_wrote_into_is_written_anew(folder: Path):
    publish(folder, OLD)
    (folder / "index.html").write_text("scribbled on")
    (folder / "fr" / "index.html").unlink()
    assert publish(folder, OLD).written == ("fr/index.html", "index.html")
    assert contents(folder) == OLD


def test_a_file_system_without_second_names_keeps_the_time_all_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_paths: Path, **_options: bool) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    publish(folder, OLD)
    before = (folder / "about" / "index.html").stat().st_mtime_ns
    assert publish(folder, NEW).unchanged == 1
    assert (folder / "about" / "index.html").stat().st_mtime_ns == before


def test_the_copy_that_was_served_before_stays_for_readers_on_their_way(folder: Path):
    for files in (OLD, NEW, OLD):
        before = folder.resolve() if folder.exists() else None
        publish(folder, files)
    assert before is not None
    assert contents(before) == NEW
    assert sorted(path.name for path in before.parent.iterdir()) == ["2", "2.sha256", "3", "3.sha256", "lock"]


def test_the_checksums_are_those_that_sha256sum_checks(folder: Path):
    publish(folder, OLD)
    checksums = folder.resolve().with_suffix(".sha256")
    done = subprocess.run(["sha256sum", "--check", "--strict", checksums], cwd=folder, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "".join(f"{name}: OK\n" for name in sorted(OLD)))


# --- files that are not ours ----------------------------------------------------------------------


def test_files_that_somebody_added_go_along(folder: Path):
    publish(folder, OLD)
    (folder / "token.txt").write_text("of a search engine")
    (folder / "fr" / "pictures").mkdir()
    (folder / "fr" / "pictures" / "us.svg").write_text("<svg/>")
    (folder / "elsewhere").symlink_to("/nowhere")
    for files in (NEW, OLD):
        publish(folder, files)
        assert contents(folder) == {**files, "token.txt": "of a search engine", "fr/pictures/us.svg": "<svg/>"}
        assert os.readlink(folder / "elsewhere") == "/nowhere"


def test_a_file_of_somebody_else_where_ours_belongs_is_told_and_stays(folder: Path):
    publish(folder, OLD)
    (folder / "2024").mkdir()
    (folder / "2024" / "index.html").write_text("theirs")
    with pytest.raises(FolderRefused) as refused:
        publish(folder, NEW)
    assert str(refused.value) == (
        f"{folder}/2024/index.html is not ours, and a file of the publication belongs there. "
        "Move it away, or add --replace to publish over it."
    )
    assert contents(folder) == {**OLD, "2024/index.html": "theirs"}
    publish(folder, NEW, replace=True)
    assert contents(folder) == NEW


def test_a_file_of_somebody_else_where_a_folder_of_ours_belongs_is_told(folder: Path):
    publish(folder, OLD)
    (folder / "2024").write_text("theirs")
    with pytest.raises(FolderRefused, match=r"digest/2024 is not ours"):
        publish(folder, NEW)
    assert contents(folder) == {**OLD, "2024": "theirs"}


def test_an_empty_folder_that_a_host_made_is_taken(folder: Path):
    folder.mkdir(parents=True)
    publish(folder, OLD)
    assert contents(folder) == OLD


def test_a_folder_that_holds_something_is_refused_in_words(folder: Path):
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("theirs")
    with pytest.raises(FolderRefused) as refused:
        publish(folder, OLD)
    assert str(refused.value) == (
        f"{folder} is not empty, and no publication made it. "
        "Name another folder, or add --replace to publish over what is in it; other files in it stay."
    )
    assert [path.name for path in folder.parent.iterdir()] == ["digest"]


def test_a_folder_that_holds_something_is_published_over_when_told_so(folder: Path):
    folder.mkdir(parents=True)
    for name in ("index.html", "token.txt"):
        (folder / name).write_text("theirs")
    assert publish(folder, OLD, replace=True) == Outcome(tuple(sorted(OLD)), (), 0)
    assert contents(folder) == {**OLD, "token.txt": "theirs"}
    publish(folder, NEW)
    assert contents(folder) == {**NEW, "token.txt": "theirs"}


def test_a_link_that_somebody_made_is_turned_only_when_told_so_and_what_it_leads_to_stays(folder: Path):
    theirs = folder.parent / "theirs"
    theirs.mkdir(parents=True)
    (theirs / "index.html").write_text("theirs")
    folder.symlink_to(theirs)
    with pytest.raises(FolderRefused, match=r"digest is a link to .*/theirs, which no publication made"):
        publish(folder, OLD)
    publish(folder, OLD, replace=True)
    assert (contents(folder), contents(theirs)) == (OLD, {"index.html": "theirs"})


def test_a_file_where_the_folder_belongs_is_refused(folder: Path):
    folder.parent.mkdir(parents=True)
    folder.write_text("theirs")
    with pytest.raises(FolderRefused, match=r"digest is a file, not a folder"):
        publish(folder, OLD, replace=True)


def test_a_mounted_disk_is_refused(monkeypatch: pytest.MonkeyPatch, folder: Path):
    folder.mkdir(parents=True)
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path) == folder)
    with pytest.raises(FolderRefused, match=r"digest is where a disk is mounted; it cannot become a link"):
        publish(folder, OLD)


# --- one at a time, and cut short -----------------------------------------------------------------


def test_a_second_publication_at_the_same_time_is_refused_in_words(folder: Path):
    publish(folder, OLD)
    with publishing_into(folder) as first:
        copy = first.new_copy()
        copy.put("index.html", [b"new"])
        with pytest.raises(AtWork) as refused:
            publish(folder, NEW)
        assert str(refused.value) == f"Another publication into {folder} is at work. Try again when it has ended."
        copy.finish()
    assert contents(folder) == {"index.html": "new"}


def test_a_link_that_somebody_took_away_is_made_again(folder: Path):
    publish(folder, OLD)
    (folder / "token.txt").write_text("of a search engine")
    folder.unlink()
    assert publish(folder, OLD) == Outcome((), (), 3)
    assert contents(folder) == {**OLD, "token.txt": "of a search engine"}


def test_what_an_interrupted_publication_left_is_cleared_away(folder: Path):
    publish(folder, OLD)
    publish(folder, NEW)
    copies = folder.resolve().parent
    (copies / "3.writing" / "half").mkdir(parents=True)
    (copies / "4").mkdir()
    (copies / "5.sha256").write_text("")
    (copies / "6").mkdir()
    (copies / "6.sha256").write_text("")  # whole, but never served
    (copies / "link").symlink_to(".digest.copies/6")
    publish(folder, OLD)
    assert contents(folder) == OLD
    assert sorted(path.name for path in copies.iterdir()) == ["2", "2.sha256", "3", "3.sha256", "lock"]


# --- what it was made of ----------------------------------------------------------------------------


def test_beside_a_copy_stands_what_it_was_made_of(folder: Path):
    assert made_of(folder) == ""
    publish(folder, OLD, made_of="monday")
    assert made_of(folder) == "monday"
    publish(folder, NEW, made_of="tuesday")
    assert made_of(folder) == "tuesday"
    publish(folder, NEW, made_of="wednesday")  # which changed no file, and so leaves the copy in place
    assert (made_of(folder), folder.resolve().name) == ("wednesday", "2")
    names = ["1", "1.made-of", "1.sha256", "2", "2.made-of", "2.sha256", "lock"]
    assert sorted(path.name for path in folder.resolve().parent.iterdir()) == names


@pytest.mark.parametrize("files", [OLD, NEW])
def test_of_a_copy_of_which_nobody_said_it_nothing_is_believed(folder: Path, files: dict[str, str]):
    publish(folder, OLD, made_of="monday")
    publish(folder, files)
    assert made_of(folder) == ""


def test_where_nothing_is_served_nothing_is_made_of_anything(folder: Path):
    publish(folder, OLD, made_of="monday")
    folder.unlink()
    assert made_of(folder) == ""
    publish(folder, OLD, made_of="monday")
    copy = folder.resolve()
    copy.rename(copy.with_name("moved away"))
    assert made_of(folder) == ""


def test_what_was_said_of_a_copy_that_was_never_served_is_cleared_away(folder: Path):
    publish(folder, OLD, made_of="monday")
    (folder.resolve().parent / "2.made-of").write_text("tuesday")  # and there the power went
    publish(folder, NEW)
    assert made_of(folder) == ""
