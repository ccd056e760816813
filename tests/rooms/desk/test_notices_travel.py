"""Notices about articles, and what editors answered, go with the files; no file that is behind takes one away."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command
from django.test import Client

from rapport.accounts.models import Person
from rapport.desk.actions import close_task
from rapport.desk.actions.notices import keep_answer
from rapport.desk.models import Acknowledgement, DeskTask, Progress, Version
from rapport.digest.exchange.database import read_database, without_drafts
from rapport.digest.exchange.importing import import_folder
from rapport.digest.exchange.problems import ContentProblems
from rapport.digest.exchange.writing import write_folder
from rapport.digest.models import Entry, EntryText, Issue, Revision
from rapport.literature.lookup.record import FoundNotice
from rapport.literature.models import Article, Notice
from rapport.literature.notices import Told
from tests.making import FILES, files_in, make_folder, make_person

pytestmark = pytest.mark.django_db

NIGHT = dt.datetime(2024, 6, 3, 7, 40, tzinfo=dt.UTC)
MORNING = dt.datetime(2024, 6, 3, 12, 0, tzinfo=dt.UTC)
RETRACTION = FoundNotice(
    kind="retraction", doi="10.5555/notice", source="Retraction Watch", published_on=dt.date(2024, 6, 2)
)
CONCERN = FoundNotice(kind="concern", source="publisher")  # the publisher gives it neither DOI nor day
ARTICLE, ENTRY, SIDECAR = "articles/rosa-2020.yml", "entries/alliance-matters.md", "desk/alliance-matters.yml"
PAGE = "/2024/05/alliance-matters/"

NOTICES = """\
notices:
- kind: retraction
  doi: 10.5555/notice
  date: 2024-06-02
  source: Retraction Watch
  noticed: '2024-06-03T07:40:00Z'
- kind: concern
  source: publisher
  noticed: '2024-06-03T07:40:00Z'
"""
TASKS = """\
tasks:
- notice: concern
  made: '2024-06-03T07:40:00Z'
- notice: retraction
  doi: 10.5555/notice
  made: '2024-06-03T07:40:00Z'
  done: '2024-06-03T12:00:00Z'
  by: Edith
  outcome: Told the members.
"""


@pytest.fixture
def folder(tmp_path):
    """A network that works in files: nothing in it was ever at the desk."""
    import_folder(make_folder(tmp_path / "content"))
    return tmp_path / "content"


def at_night(*found: FoundNotice, now: dt.datetime = NIGHT) -> list[Notice]:
    """What the check of notices does with an answer of Crossref's."""
    article = Article.objects.get(key="rosa-2020")
    return keep_answer(told=Told(article, notices=found, answered=True), now=now)


def answered() -> None:
    edith = make_person("Edith", "editor")
    task = DeskTask.objects.get(notice__kind="retraction")
    close_task(task=task, outcome="Told the members.", by=edith, now=MORNING)


def export(folder, content=None):
    write_folder(content or read_database(), folder, replace=False)
    return folder


def empty_the_database():
    for model in (DeskTask, Acknowledgement, Version, Progress, Revision, EntryText, Entry, Issue, Article):
        model.objects.all().delete()


def problems(folder):
    with pytest.raises(ContentProblems) as refused:
        import_folder(folder)
    return [str(problem) for problem in refused.value.problems]


def what_readers_see(client: Client) -> list[str]:
    """The page with its banner, the home page with its mark, both feeds, and the answer for programs."""
    addresses = [PAGE, f"/fr{PAGE}", "/", "/feeds/entries.atom", "/feeds/entries.json", "/api/v1/entries"]
    return [client.get(address).text for address in addresses]


# --- a round trip -----------------------------------------------------------------------------------------


def test_notices_and_their_answers_arrive_in_an_empty_instance_and_change_nothing_where_they_are(
    folder, tmp_path, client
):
    at_night(RETRACTION, CONCERN)
    answered()
    seen, kept = what_readers_see(client), read_database()
    assert "The article has been retracted" in seen[0]
    assert "Article retracted: A stronger alliance, a better outcome" in seen[3]
    files = files_in(export(tmp_path / "ours"))
    assert files[ARTICLE].endswith(NOTICES)
    assert files[SIDECAR] == TASKS
    assert import_folder(tmp_path / "ours").did_anything is False

    empty_the_database()
    Person.objects.all().delete()  # another network, in which nobody has an account yet
    report = import_folder(tmp_path / "ours")
    assert (report.created["desk"], report.notices_stay) == (["alliance-matters"], [])
    assert what_readers_see(client) == seen
    assert read_database() == kept
    assert files_in(export(tmp_path / "theirs")) == files
    assert import_folder(tmp_path / "ours").did_anything is False
    assert Article.objects.get(key="rosa-2020").standing == "retracted"
    tasks = DeskTask.objects.order_by("notice__kind").values_list("notice__kind", "done_by_name", "outcome")
    assert list(tasks) == [("concern", "", ""), ("retraction", "Edith", "Told the members.")]
    assert not Progress.objects.exists()  # the entry is as free for files as it was


def test_the_next_night_tells_readers_and_editors_nothing_anew(folder, tmp_path):
    at_night(RETRACTION, CONCERN)
    export(tmp_path / "ours")
    empty_the_database()
    import_folder(tmp_path / "ours")
    assert at_night(RETRACTION, CONCERN, now=NIGHT + dt.timedelta(days=1)) == []
    assert (Revision.objects.filter(kind="notice").count(), DeskTask.objects.count()) == (2, 2)


def test_an_export_for_readers_has_the_notices_without_what_editors_answered(folder, tmp_path, client):
    at_night(RETRACTION, CONCERN)
    answered()
    seen = what_readers_see(client)
    files = files_in(export(tmp_path / "public", without_drafts(read_database())))
    assert files[ARTICLE].endswith(NOTICES)
    assert [name for name, text in files.items() if name == SIDECAR or "Told the members" in text] == []
    empty_the_database()
    import_folder(tmp_path / "public")
    assert what_readers_see(client) == seen


def test_who_answered_is_shown_by_name_where_they_have_no_account(folder, tmp_path, client):
    at_night(RETRACTION)
    answered()
    export(tmp_path / "ours")
    empty_the_database()
    Person.objects.all().delete()
    import_folder(tmp_path / "ours")
    client.force_login(make_person("Ada", "editor"))
    assert "Edith<q>Told the members.</q>" in client.get("/desk/tasks/").text


# --- a folder that is behind ------------------------------------------------------------------------------


def test_a_folder_that_does_not_know_of_last_nights_notice_takes_nothing_away_and_says_so(folder, client):
    at_night(RETRACTION)
    seen = what_readers_see(client)
    report = import_folder(folder)
    assert (report.did_anything, report.notices_stay) == (False, ["rosa-2020"])
    assert what_readers_see(client) == seen
    (folder / ENTRY).write_text((folder / ENTRY).read_text().replace("The link was", "The link is"))
    assert import_folder(folder).changed == {"entries": ["alliance-matters"]}
    assert [revision.kind for revision in Revision.objects.filter(entry__slug="alliance-matters")][-1] == "notice"
    assert Article.objects.get(key="rosa-2020").standing == "retracted"


def test_a_revision_written_meanwhile_comes_after_the_one_that_told_of_the_notice(folder):
    before = [revision.number for revision in Revision.objects.filter(entry__slug="alliance-matters")]
    at_night(RETRACTION)
    number = len(before) + 1
    correction = f"- number: {number}\n  kind: corrected\n  date: 2024-06-04\n  by: Edith\n---\n\n"
    text = (folder / ENTRY).read_text()
    head, body = text.removeprefix("---\n").split("---\n\n", 1)
    (folder / ENTRY).write_text(f"---\n{head}{correction}{body}")
    for _twice in range(2):
        import_folder(folder)
        kinds = list(Revision.objects.filter(entry__slug="alliance-matters").values_list("number", "kind"))
        assert kinds[-2:] == [(number, "notice"), (number + 1, "corrected")]
    assert import_folder(folder).did_anything is False


def test_the_command_tells_which_files_are_behind(folder, capsys):
    at_night(RETRACTION)
    call_command("import_digest", folder)
    assert (
        "left alone: notices about 1 articles that their files do not hold (rosa-2020); "
        "readers go on seeing them. Export to have them in the files\n"
    ) in capsys.readouterr().out


def test_a_notice_goes_only_where_a_file_says_what_there_is_and_the_entry_is_named(folder, tmp_path):
    at_night(RETRACTION)
    told = Revision.objects.filter(entry__slug="alliance-matters", kind="notice")
    import_folder(folder, replace=["alliance-matters"])  # its file says nothing of notices
    assert (Article.objects.get(key="rosa-2020").standing, told.count()) == ("retracted", 1)
    files = {ARTICLE: (folder / ARTICLE).read_text() + "notices: []\n"}
    mistaken = make_folder(tmp_path / "mistaken", files)
    import_folder(mistaken)
    assert Article.objects.get(key="rosa-2020").standing == "retracted"
    report = import_folder(mistaken, replace=["alliance-matters"])
    assert report.changed["articles"] == ["rosa-2020"]
    assert (Article.objects.get(key="rosa-2020").standing, Notice.objects.count(), told.count()) == ("", 0, 0)


# --- written by hand --------------------------------------------------------------------------------------


def test_a_notice_written_by_hand_needs_its_kind_and_its_source(folder, client):
    (folder / ARTICLE).write_text(
        (folder / ARTICLE).read_text() + "notices:\n- kind: concern\n  source: the journal’s editor\n"
    )
    report = import_folder(folder)
    assert report.changed == {"articles": ["rosa-2020"]}
    assert report.unannounced == ["alliance-matters"]  # no revision tells those who follow
    page = client.get(PAGE).text
    assert "according to the journal’s editor" in page
    assert import_folder(folder).did_anything is False
    # Crossref knows it better: one notice, and nobody is told again.
    assert at_night(FoundNotice(kind="concern", doi="10.5555/c", source="publisher")) == []
    assert Notice.objects.get().doi == "10.5555/c"
    assert import_folder(folder).changed == {"articles": ["rosa-2020"]}  # who says so is the file's to say
    assert Notice.objects.get().doi == "10.5555/c"


@pytest.mark.parametrize(
    ("notices", "told"),
    [
        ("- kind: retracted\n  source: publisher\n", "line 34, field `notices.0.kind`: “retracted” is not one of"),
        ("- kind: retraction\n", "line 34, field `notices.0.source`: is missing; add it."),
        (
            "- kind: retraction\n  source: publisher\n  doi: here\n",
            "line 36, field `notices.0.doi`: “here” is not a DOI; a DOI looks like 10.1037/a0028226.",
        ),
        (
            "- kind: retraction\n  source: publisher\n  date: June\n",
            "line 36, field `notices.0.date`: “June” must be a date, year-month-day, for example 2023-01-09.",
        ),
        (
            "- kind: retraction\n  source: publisher\n  noticed: 2024-06-03\n",
            "line 36, field `notices.0.noticed`: “2024-06-03” must be a moment in quotes, "
            "for example '2024-06-03T09:00:00Z'.",
        ),
        (
            "- kind: retraction\n  source: publisher\n  says: gone\n",
            "line 36, field `notices.0.says`: is not a field we know. "
            "Fields here are: kind, doi, date, source, noticed.",
        ),
        ("retraction\n", "line 33, field `notices`: “retraction” must be a list, one item a line"),
        (
            f"- kind: other\n  source: {'x' * 61}\n",
            "field `notices.0.source`: is longer than 60 characters; shorten it.",
        ),
        (
            "- kind: retraction\n  source: publisher\n- kind: retraction\n  source: Retraction Watch\n",
            "field `notices`: has the retraction without a DOI twice; keep one, or give their DOIs.",
        ),
        (
            "- kind: retraction\n  source: publisher\n  doi: 10.1037/ABC0000001\n",
            "field `notices`: gives a retraction the article’s own DOI; give the notice’s, or leave `doi` out there.",
        ),
    ],
)
def test_a_mistaken_notice_is_told_with_its_place_and_its_mend(tmp_path, notices, told):
    text = FILES[ARTICLE]
    space = "\n" if notices.startswith("-") else " "
    mistaken = make_folder(tmp_path / "content", {ARTICLE: f"{text}notices:{space}{notices}"})
    (problem,) = problems(mistaken)
    assert problem.startswith(ARTICLE)
    assert told in problem


@pytest.mark.parametrize(
    ("sidecar", "told"),
    [
        (
            "tasks:\n- notice: retraction\n  made: '2024-06-03T07:40:00Z'\n",
            "line 1, field `tasks`: is about the retraction without a DOI, which is not under `notices` in "
            "articles/rosa-2020.yml; add it there.",
        ),
        (
            "tasks:\n- notice: concern\n  made: '2024-06-03T07:40:00Z'\n  by: Edith\n",
            "field `tasks.0`: says `by` whom it was done, but not when; add `done` and `outcome`.",
        ),
        (
            "tasks:\n- notice: concern\n  made: '2024-06-03T07:40:00Z'\n  done: '2024-06-03T07:40:00Z'\n",
            "field `tasks.0`: needs both `done` and `outcome`, or neither while the notice waits for an editor.",
        ),
        ("versions: {}\n", "has no `stage`; add it. Only `tasks` may stand in a sidecar without one."),
        ("stage: out\n", "needs both `stage` and `changed`, or neither where the entry was never at the desk."),
        (TASKS + TASKS.removeprefix("tasks:\n"), "has two tasks about the concern without a DOI; keep one."),
    ],
)
def test_a_mistaken_task_is_told_with_its_place_and_its_mend(tmp_path, sidecar, told):
    article = FILES[ARTICLE]
    if "doi" in sidecar or "concern" in sidecar:
        article += NOTICES
    told_of = problems(make_folder(tmp_path / "content", {ARTICLE: article, SIDECAR: sidecar}))
    assert all(problem.startswith(SIDECAR) for problem in told_of)
    assert told in "\n".join(told_of)
