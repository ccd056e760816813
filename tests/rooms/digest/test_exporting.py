"""Exporting writes the database as the folder that importing reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from rapport.digest.exchange.database import read_database
from rapport.digest.exchange.importing import import_folder
from rapport.digest.exchange.reading import read_folder
from rapport.digest.exchange.schema import Content
from rapport.digest.exchange.writing import write_folder
from rapport.digest.models import Entry, SiteIdentity
from tests.making import FILES, files_in, make_entry, make_folder, make_site, write_files


@pytest.fixture
def sample(settings):
    return settings.PACKAGE.parent.parent / "content"


@pytest.mark.django_db
def test_what_was_imported_is_exported_byte_for_byte(tmp_path):
    import_folder(make_folder(tmp_path / "content"))
    written = write_folder(read_database(), tmp_path / "export", replace=False)
    assert files_in(tmp_path / "export") == FILES
    assert written == sorted(FILES)


@pytest.mark.django_db
def test_the_sample_digest_is_exported_byte_for_byte(tmp_path, sample):
    import_folder(sample)
    write_folder(read_database(), tmp_path / "export", replace=False)
    exported, there = files_in(tmp_path / "export"), files_in(sample)
    assert sorted(exported) == sorted(there)
    assert [name for name, text in exported.items() if text != there[name]] == []


@pytest.mark.django_db
def test_importing_an_export_changes_nothing(tmp_path, sample):
    import_folder(sample)
    write_folder(read_database(), tmp_path / "export", replace=False)
    before = SiteIdentity.objects.get().stamp
    assert import_folder(tmp_path / "export", prune=True).did_anything is False
    assert SiteIdentity.objects.get().stamp == before


@pytest.mark.django_db
def test_an_export_makes_an_emptied_database_whole_again(tmp_path):
    import_folder(make_folder(tmp_path / "content"))
    make_entry("a-draft", language="fr", topics=["alliance"], research_type="survey")
    make_entry("taken-back", issue="2024-06", state="withdrawn", texts={"en": {}, "fr": {}})
    before = read_database()
    write_folder(before, tmp_path / "export", replace=False)
    for slug in ("a-draft", "taken-back", "alliance-matters"):
        Entry.objects.get(slug=slug).delete()
    import_folder(tmp_path / "export")
    assert read_database() == before


@pytest.mark.django_db
def test_an_empty_database_exports_nothing(tmp_path):
    assert write_folder(read_database(), tmp_path / "export", replace=False) == []
    assert files_in(tmp_path / "export") == {}


@pytest.mark.django_db
def test_a_database_of_which_only_the_site_is_known_exports_that(tmp_path):
    make_site()
    assert write_folder(read_database(), tmp_path / "export", replace=False) == ["site.yml"]


@pytest.mark.django_db
def test_exporting_reads_the_same_number_of_rows_whatever_their_number(django_assert_num_queries, sample, tmp_path):
    import_folder(make_folder(tmp_path / "content"))
    with django_assert_num_queries(21) as few:
        read_database()
    import_folder(sample)
    with django_assert_num_queries(len(few)):
        read_database()


# --- the folder -----------------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path) -> Content:
    return read_folder(make_folder(tmp_path / "small"))[0]


def test_a_folder_that_holds_something_is_refused_and_left(tmp_path, small):
    folder = write_files(tmp_path / "export", {"letter.txt": "Dear Edith"})
    message = f"{folder} is not empty. Name another folder, or add --replace to overwrite the content in it."
    with pytest.raises(FileExistsError) as caught:
        write_folder(small, folder, replace=False)
    assert str(caught.value) == message
    assert files_in(folder) == {"letter.txt": "Dear Edith"}


def test_a_file_where_the_folder_should_be_is_refused_and_left(tmp_path, small):
    file = tmp_path / "export"
    file.write_text("Dear Edith")
    with pytest.raises(FileExistsError, match="is a file, not a folder"):
        write_folder(small, file, replace=True)
    assert file.read_text() == "Dear Edith"


@pytest.mark.parametrize("name", ["export", "a/b/export"])
def test_an_empty_or_a_new_folder_is_written(tmp_path, small, name):
    (tmp_path / "export").mkdir()
    write_folder(small, tmp_path / name, replace=False)
    assert files_in(tmp_path / name) == FILES


def test_replacing_removes_content_files_that_are_no_longer_part_of_the_digest_and_nothing_else(tmp_path, small):
    stale = {
        "entries/old-one.md": "x",
        "entries/old-one.fr.md": "x",
        "articles/old-2001.yml": "x",
        "issues/2001-01.yml": "x",
        "pages/old.fr.md": "x",
        "site.yml": "stale",
    }
    others = {
        "README.md": "x",
        ".git/config": "x",
        "LICENSE": "x",
        "entries/.hidden.md": "x",
        "entries/notes.txt": "x",
        "entries/Draft of Edith.md": "x",
        "entries/pictures.md/one.png": "x",
        "articles/swift.pdf": "x",
        "letters/2001-01.yml": "x",
    }
    folder = write_files(tmp_path / "export", {**FILES, **stale, **others})
    write_folder(small, folder, replace=True)
    assert files_in(folder) == {**FILES, **others}


def test_replacing_twice_changes_no_byte(tmp_path, small):
    folder = tmp_path / "export"
    write_folder(small, folder, replace=False)
    write_folder(small, folder, replace=True)
    assert files_in(folder) == FILES
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


OLD = {name: f"old\n{text}" for name, text in FILES.items()} | {"entries/old-one.md": "x"}


def test_a_write_that_breaks_off_while_preparing_leaves_the_old_files_whole(tmp_path, small, monkeypatch):
    folder = write_files(tmp_path / "export", OLD)
    monkeypatch.setattr(Path, "write_text", after(5, Path.write_text))
    with pytest.raises(OSError, match="No space left"):
        write_folder(small, folder, replace=True)
    assert files_in(folder) == OLD


@pytest.mark.parametrize("broken_off_at", [0, 1, 7, len(FILES) - 1])
def test_a_write_that_breaks_off_while_replacing_leaves_each_file_old_or_new_and_the_next_one_mends(
    tmp_path, small, monkeypatch, broken_off_at
):
    folder = write_files(tmp_path / "export", OLD)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", after(broken_off_at, Path.replace))
        with pytest.raises(OSError, match="No space left"):
            write_folder(small, folder, replace=True)
    there = files_in(folder)
    assert sorted(there) == sorted(OLD)
    assert sum(there[name] == FILES[name] for name in FILES) == broken_off_at
    assert all(text in (OLD[name], FILES.get(name)) for name, text in there.items())
    write_folder(small, folder, replace=True)
    assert files_in(folder) == FILES
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def after(calls: int, function):
    """`function`, until it was called `calls` times; then the disk is full."""
    left = [calls]

    def counted(*arguments, **named):
        if not left[0]:
            raise OSError(28, "No space left on device")
        left[0] -= 1
        return function(*arguments, **named)

    return counted


@pytest.mark.django_db
def test_a_database_without_entries_is_not_exported_over_a_folder(tmp_path):
    folder = make_folder(tmp_path / "content")
    with pytest.raises(CommandError, match="The database holds no entry to export; nothing was written"):
        call_command("export_digest", folder, "--replace")
    assert (folder / "entries" / "leaving-early.md").is_file()


@pytest.mark.django_db
def test_drafts_are_written_only_when_asked_for(tmp_path):
    make_entry("shown", issue="2024-05")
    make_entry("unfinished", issue="2024-05", state="draft")
    call_command("export_digest", tmp_path / "public", verbosity=0)
    call_command("export_digest", tmp_path / "all", "--drafts", verbosity=0)
    assert "unfinished" not in " ".join(f"{name} {text}" for name, text in files_in(tmp_path / "public").items())
    assert "entries/unfinished.md" in files_in(tmp_path / "all")


@pytest.mark.django_db
def test_an_issue_that_holds_only_drafts_is_written_with_them_and_not_without(tmp_path):
    make_entry("shown", issue="2024-05")
    make_entry("unfinished", issue="2019-03", state="draft")
    call_command("export_digest", tmp_path / "public", verbosity=0)
    call_command("export_digest", tmp_path / "all", "--drafts", verbosity=0)
    assert "issues/2019-03.yml" not in files_in(tmp_path / "public")
    assert "issues/2019-03.yml" in files_in(tmp_path / "all")
