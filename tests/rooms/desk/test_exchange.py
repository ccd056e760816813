"""The desk and content files: what travels, and what an import does not overwrite."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from rapport.accounts.models import Person
from rapport.audit.models import Event
from rapport.desk.actions import (
    acknowledge,
    publish_correction,
    save_words,
    set_shelves,
    submit_for_review,
    withdraw_entry,
    write_teaser,
)
from rapport.desk.models import Acknowledgement, Progress, Version
from rapport.desk.queries import history, versions, words_of
from rapport.digest.exchange.database import read_database
from rapport.digest.exchange.importing import import_folder
from rapport.digest.exchange.problems import ContentProblems
from rapport.digest.exchange.writing import write_folder
from rapport.digest.models import Entry, EntryText, Issue, Revision
from rapport.literature.models import Article
from tests.making import (
    FILES,
    NOW,
    edited,
    files_in,
    finding,
    make_approved,
    make_article,
    make_draft,
    make_folder,
    make_person,
    make_released,
    make_research_type,
)

pytestmark = pytest.mark.django_db

ALLIANCE = "entries/alliance-matters.md"


@pytest.fixture
def alice():
    return make_person("Alice", "author")


@pytest.fixture
def edith():
    return make_person("Edith", "editor")


def edit(slug, by, language="en", **words):
    entry = Entry.objects.get(slug=slug)
    on = words_of(entry, language).on
    return save_words(entry=entry, language=language, words=words, on=on, by=by, now=NOW)


def problems(folder, **named):
    with pytest.raises(ContentProblems) as refused:
        import_folder(folder, **named)
    return [(problem.file, problem.message) for problem in refused.value.problems]


def export(folder):
    write_folder(read_database(), folder, replace=False)
    return folder


def empty_the_database():
    for model in (Acknowledgement, Version, Progress, Revision, EntryText, Entry, Issue, Article):
        model.objects.all().delete()


# --- what an import does not overwrite ----------------------------------------------------------------


def test_an_entry_edited_at_the_desk_is_not_overwritten_unasked(tmp_path, alice):
    import_folder(make_folder(tmp_path / "content"))
    edit("leaving-early", alice, summary="Anew.")
    before = EntryText.objects.get(entry__slug="leaving-early").summary
    assert import_folder(tmp_path / "content").did_anything is False  # readers see what the file says
    changed = make_folder(tmp_path / "changed", edited("entries/leaving-early.md", "Some leave early", "Many leave"))
    assert problems(changed) == [
        (
            "entries/leaving-early.md",
            "was edited at the desk, and differs from the file in texts.en.header.title. The database is the "
            "authority: export it to get its files, or add --replace leaving-early to overwrite it.",
        )
    ]
    assert EntryText.objects.get(entry__slug="leaving-early").summary == before


def test_an_entry_that_is_named_is_overwritten_and_nothing_is_lost(tmp_path, alice):
    import_folder(make_folder(tmp_path / "content"))
    edit("leaving-early", alice, summary="Anew.")
    changed = make_folder(tmp_path / "changed", edited("entries/leaving-early.md", "Some leave early", "Many leave"))
    report = import_folder(changed, replace=["leaving-early"])
    assert report.changed["entries"] == ["leaving-early"]
    entry = Entry.objects.get(slug="leaving-early")
    assert [(version.number, version.by_name, version.words["title"]) for version in versions(entry, "en")] == [
        (3, "an import", "Many leave"),
        (2, "", "Some leave early"),
        (1, "Edith", "Some leave early"),
    ]
    assert versions(entry, "en")[1].words["summary"] == "Anew."
    assert entry.progress.stage == "out"
    told = Event.objects.get(did="entry.replaced-by-import")
    assert (told.name, told.about) == ("an import", "entry:leaving-early")
    assert import_folder(changed).did_anything is False


def test_only_what_is_named_is_overwritten(tmp_path, alice):
    import_folder(make_folder(tmp_path / "content"))
    edit("leaving-early", alice, summary="Anew.")
    edit("alliance-matters", alice, summary="Anew.")
    files = edited("entries/leaving-early.md", "Some leave early", "Many leave")
    files |= edited(ALLIANCE, "A stronger alliance, a better outcome", "Alliance")
    changed = make_folder(tmp_path / "changed", files)
    assert [file for file, _ in problems(changed, replace=["leaving-early"])] == [ALLIANCE]
    import_folder(changed, replace=["leaving-early", "alliance-matters"])


def test_facts_of_an_entry_of_the_desk_are_not_overwritten(tmp_path, alice):
    import_folder(make_folder(tmp_path / "content"))
    edit("alliance-matters", alice, summary="Anew.")
    changed = make_folder(tmp_path / "changed", edited("articles/rosa-2020.yml", "value: 1000", "value: 1001"))
    ((file, message),) = problems(changed)
    assert (file, "differs from the file in figures" in message, "--replace alliance-matters" in message) == (
        "articles/rosa-2020.yml",
        True,
        True,
    )
    import_folder(changed, replace=["alliance-matters"])
    assert Article.objects.get(key="rosa-2020").figures[0]["value"] == "1001"


def test_an_issue_edited_at_the_desk_is_not_overwritten_unasked(tmp_path, edith):
    import_folder(make_folder(tmp_path / "content"))
    write_teaser(issue=Issue.objects.get(), teaser={"en": "…on going"}, by=edith)
    ((file, message),) = problems(tmp_path / "content")
    assert (file, "in teaser.en" in message, "--replace 2024-05" in message) == ("issues/2024-05.yml", True, True)
    import_folder(tmp_path / "content", replace=["2024-05"])
    assert Issue.objects.get().teaser == {"en": "…on staying"}


def test_an_entry_of_the_desk_does_not_leave_its_issue_by_somebody_elses_file(tmp_path, alice):
    import_folder(make_folder(tmp_path / "content"))
    edit("leaving-early", alice, summary="Anew.")
    changed = make_folder(tmp_path / "changed", edited("issues/2024-05.yml", "- leaving-early\n", ""))
    for name in ("entries/leaving-early.md", "articles/sam-2021.yml"):
        (changed / name).unlink()
    assert problems(changed) == [
        (
            "issues/2024-05.yml",
            "would put “leaving-early”, which was edited at the desk, out of its issue. "
            "Change it back, or add --replace leaving-early.",
        )
    ]


def test_pruning_does_not_delete_what_was_made_at_the_desk(tmp_path, alice):
    import_folder(make_folder(tmp_path / "content"))
    make_draft("of-the-desk", by=alice)
    assert problems(tmp_path / "content", prune=True)[0] == (
        "entries",
        "the folder does not hold “of-the-desk”, which was edited at the desk; --prune would delete it. "
        "Export first, or add --replace of-the-desk to delete it all the same.",
    )
    import_folder(tmp_path / "content")  # without pruning, it is left alone
    import_folder(tmp_path / "content", prune=True, replace=["of-the-desk"])
    assert not Entry.objects.filter(slug="of-the-desk").exists()


def test_an_entry_of_the_desk_keeps_its_article_and_its_versions(tmp_path, alice):
    import_folder(make_folder(tmp_path / "content"))
    edit("leaving-early", alice, summary="Anew.")
    files = edited("entries/leaving-early.md", "article: sam-2021", "article: rosa-2020")
    files |= edited(ALLIANCE, "article: rosa-2020", "article: sam-2021")
    changed = make_folder(tmp_path / "changed", files)
    assert problems(changed, replace=["leaving-early"]) == [
        (
            "entries/leaving-early.md",
            "tells of “sam-2021” at the desk, and keeps its article; name the file otherwise.",
        )
    ]


def test_a_name_that_is_none_is_told(tmp_path):
    assert problems(make_folder(tmp_path / "content"), replace=["no-such"]) == [
        ("--replace", "there is no “no-such”, in the folder or in the database.")
    ]


def test_the_command_takes_the_names_one_by_one(tmp_path, alice):
    import_folder(make_folder(tmp_path / "content"))
    edit("leaving-early", alice, summary="Anew.")
    changed = make_folder(tmp_path / "changed", edited("entries/leaving-early.md", "Some leave early", "Many leave"))
    with pytest.raises(CommandError, match="1 problem to mend"):
        call_command("import_digest", changed, stdout=StringIO())
    call_command("import_digest", changed, "--replace", "leaving-early", stdout=StringIO())


# --- what travels -------------------------------------------------------------------------------------


def test_all_that_the_desk_knows_travels_with_drafts_and_comes_back(tmp_path, alice, edith):
    article = make_article(
        "feedback-helps",
        figures=[
            {"value": "421", "what": {"en": "clients"}, "also": [{"value": "412", "source": "table 2"}]},
            {"value": "421", "what": {"en": "in all"}, "total_of": [0]},
        ],
        findings=[
            finding(
                "main",
                test="F",
                statistic=finding(estimate="4.50")["estimate"],
                df=["1", "83.5"],
                also_reported=[{"field": "n", "value": "412", "source": "abstract"}],
            )
        ],
    )
    entry = make_draft("feedback-helps", by=alice, summary="In all, 37 sites took part.")
    sentence = {"figure": "37", "sentence": "In all, 37 sites took part."}
    acknowledge(entry=entry, language="en", reason="Figure 1.", by=alice, now=NOW, **sentence)
    submit_for_review(entry=entry, by=alice, now=NOW)
    edit("feedback-helps", edith, title="Edith’s title")
    edit("feedback-helps", alice, "fr", title="Un titre")
    published = make_approved("published", by=alice, approved_by=edith)
    make_released("2024-06", published, by=edith)
    withdraw_entry(entry=published, account={"en": "Retracted."}, reason="It was retracted.", by=edith, now=NOW)
    folder = export(tmp_path / "ours")
    kept, files = read_database(), files_in(folder)
    assert "desk/feedback-helps.yml" in files
    assert "reason: It was retracted." in files["entries/published.md"]
    assert "at: '2024-06-03T09:00:00Z'" in files["entries/published.md"]

    empty_the_database()
    Person.objects.filter(name="Alice").delete()  # another network, in which only Edith has an account
    report = import_folder(folder)
    assert report.created["desk"] == ["feedback-helps", "published"]
    assert read_database() == kept
    assert files_in(export(tmp_path / "theirs")) == files
    assert import_folder(folder).did_anything is False
    entry = Entry.objects.get(slug="feedback-helps")
    assert (entry.edited_at_desk, entry.progress.stage, entry.progress.author_name) == (True, "in-review", "Alice")
    assert [(version.by, version.by_name) for version in versions(entry, "en")] == [(edith, "Edith"), (None, "Alice")]
    assert {"Alice", "Edith"} <= {happening.who for happening in history(entry)}
    assert Acknowledgement.objects.get().by_name == "Alice"
    assert article.findings.count() == 0  # the old row is gone; the new one is read above


def test_what_is_not_for_readers_is_exported_only_when_asked(tmp_path, alice, edith):
    make_draft("a-draft", by=alice)
    published = make_approved("published", by=alice, approved_by=edith)
    make_released("2024-06", published, by=edith)
    edit("published", alice, summary="In all, 421 clients.")
    submit_for_review(entry=published, by=alice, now=NOW)
    from rapport.desk.actions import approve

    approve(entry=published, by=edith, now=NOW)
    publish_correction(entry=published, account={"en": "Shorter."}, reason="Private.", by=edith, now=NOW)
    call_command("export_digest", tmp_path / "public", stdout=StringIO())
    public = files_in(tmp_path / "public")
    assert not [name for name in public if name.startswith("desk/") or "a-draft" in name]
    assert "Shorter." in public["entries/published.md"]
    assert "Private." not in public["entries/published.md"]
    call_command("export_digest", tmp_path / "all", "--drafts", stdout=StringIO())
    everything = files_in(tmp_path / "all")
    assert "Private." in everything["entries/published.md"]
    assert {"desk/a-draft.yml", "desk/published.yml"} <= set(everything)


def test_a_draft_that_lacks_nearly_everything_travels(tmp_path, alice):
    entry = make_draft("bare", by=alice, summary="", implications="", author="")
    set_shelves(entry=entry, research_type=make_research_type(), topics=[], by=alice, now=NOW)
    edit("bare", alice, "fr", design="Essai")
    folder, kept = export(tmp_path / "ours"), read_database()
    empty_the_database()
    import_folder(folder)
    assert read_database() == kept


def test_what_a_published_entry_lacks_is_told_with_its_place(tmp_path):
    files = {
        **edited("entries/leaving-early.md", "title: Some leave early\n", ""),
        **edited("entries/alliance-matters.fr.md", "Le lien était de r = 0,30.", ""),
    }
    assert problems(make_folder(tmp_path / "content", files)) == [
        ("entries/alliance-matters.fr.md", "is missing; add it."),
        ("entries/leaving-early.md", "is missing; add it."),
    ]


def test_a_heading_typed_within_a_text_cuts_nothing(tmp_path, alice):
    summary = "Before.\n\n## Limitations\n\nStill the summary.\n\n\\## With a backslash"
    make_draft("headings", by=alice, summary=summary)
    folder, kept = export(tmp_path / "ours"), read_database()
    assert "\\## Limitations" in (folder / "entries/headings.md").read_text()
    empty_the_database()
    import_folder(folder)
    assert read_database() == kept
    assert EntryText.objects.get().summary == summary


def test_a_sidecar_of_no_entry_is_told(tmp_path):
    sidecar = "stage: draft\nchanged: '2024-06-03T09:00:00Z'\n"
    folder = make_folder(tmp_path / "content", {"desk/leaving-erly.yml": sidecar, "desk/leaving-early.yml": sidecar})
    assert problems(folder) == [
        ("desk/leaving-early.yml", "holds no version in the entry’s own language (en)."),
        ("desk/leaving-erly.yml", "there is no entry “leaving-erly” in the folder. Did you mean “leaving-early”?"),
    ]


def test_an_entry_without_the_desk_exports_as_it_always_did(tmp_path):
    import_folder(make_folder(tmp_path / "content"))
    assert files_in(export(tmp_path / "again")) == FILES


def test_words_of_an_imported_draft_become_a_version_when_it_was_at_the_desk(tmp_path, alice):
    draft = edited(ALLIANCE, "state: published", "state: draft")
    folder = make_folder(tmp_path / "content", draft)
    import_folder(folder)
    edit("alliance-matters", alice, summary="Alice’s.")
    import_folder(folder, replace=["alliance-matters"])
    entry = Entry.objects.get(slug="alliance-matters")
    assert words_of(entry, "en").texts["summary"] == "The link was r = 0.30."
    assert [version.words["summary"] for version in versions(entry, "en")] == [
        "The link was r = 0.30.",
        "Alice’s.",
        "The link was r = 0.30.",
    ]
