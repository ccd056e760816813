"""Importing makes the database equal to a folder: all of it, or nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from rapport.digest.exchange import importing, saving
from rapport.digest.exchange.database import read_database
from rapport.digest.exchange.importing import import_folder
from rapport.digest.exchange.problems import ContentProblems
from rapport.digest.exchange.reading import read_folder
from rapport.digest.models import Announcement, Entry, Issue, Page, SiteIdentity
from rapport.literature.models import Article, Finding, ResearchType, Topic
from tests.making import FILES, edited, make_folder, write_files

pytestmark = pytest.mark.django_db

ROSA, SAM = "articles/rosa-2020.yml", "articles/sam-2021.yml"
MATTERS, FRENCH, LEAVING = "entries/alliance-matters.md", "entries/alliance-matters.fr.md", "entries/leaving-early.md"
ISSUE, NEXT_ISSUE = "issues/2024-05.yml", "issues/2024-06.yml"
PRUNE = "Add its file, or import with --prune to remove what the folder does not hold."
ALL_OF_IT = {
    "site": ["site"],
    "topics": ["alliance", "drop-out"],
    "research_types": ["meta-analysis", "survey"],
    "families": ["outcome/treatment-outcome", "comparison/alliance"],
    "articles": ["rosa-2020", "sam-2021"],
    "entries": ["alliance-matters", "leaving-early"],
    "issues": ["2024-05"],
    "announcements": ["reading-hour"],
    "pages": ["about.en"],
}
HOW_MANY = sum(len(keys) for keys in ALL_OF_IT.values())


@pytest.fixture
def folder(tmp_path):
    return make_folder(tmp_path / "content")


@pytest.fixture
def imported(folder):
    """The folder, after it was imported."""
    import_folder(folder)
    return folder


def stamp() -> str | None:
    site = SiteIdentity.objects.first()
    return site.stamp if site else None


def where_entries_stand() -> list[tuple[str, str, int, str]]:
    rows = Entry.objects.order_by("slug").select_related("issue")
    return [(entry.slug, str(entry.issue), entry.position, entry.state) for entry in rows]


def told(report) -> tuple[dict, dict, dict, dict]:
    return report.created, report.changed, report.removed, report.only_in_database


def problems_of_import(folder, **options) -> list[tuple[str, int, str, str]]:
    with pytest.raises(ContentProblems) as caught:
        import_folder(folder, **options)
    return [(each.file, each.line, each.field, each.message) for each in caught.value.problems]


# --- what is read arrives -------------------------------------------------------------------------


def test_an_empty_database_becomes_equal_to_the_folder(folder):
    report = import_folder(folder)
    assert told(report) == (ALL_OF_IT, {}, {}, {})
    assert report.unchanged == 0
    assert read_database() == read_folder(folder)[0]


def test_the_sample_digest_arrives_whole(tmp_path, settings):
    content = settings.PACKAGE.parent.parent / "content"
    import_folder(content)
    assert importing._comparable(read_database(), "entries") == importing._comparable(
        read_folder(content)[0], "entries"
    )
    assert import_folder(content).did_anything is False


# --- importing again ------------------------------------------------------------------------------


def test_the_second_import_does_nothing_and_keeps_the_stamp(imported):
    before, rows = stamp(), list(Entry.objects.order_by("pk").values_list("pk", flat=True))
    report = import_folder(imported)
    assert (told(report), report.unchanged, report.did_anything) == (({}, {}, {}, {}), HOW_MANY, False)
    assert stamp() == before
    assert list(Entry.objects.order_by("pk").values_list("pk", flat=True)) == rows


@pytest.mark.parametrize(
    ("change", "kind", "key"),
    [
        (edited("site.yml", "desk@", "editor@"), "site", "site"),
        (edited("topics.yml", "- Attrition", "- Leaving"), "topics", "drop-out"),
        (edited("research-types.yml", "    en: Survey", "    en: A survey"), "research_types", "survey"),
        (edited("families.yml", "    en: alliance", "    en: the alliance"), "families", "comparison/alliance"),
        (edited(ROSA, "year: 2020", "year: 2019"), "articles", "rosa-2020"),
        (edited(ROSA, "seen_as: table 2", "seen_as: table 3"), "articles", "rosa-2020"),
        (edited(ROSA, "- value: 1000", "- value: 1001"), "articles", "rosa-2020"),
        (edited(FRENCH, "Le lien", "La relation"), "entries", "alliance-matters"),
        (edited(LEAVING, "  by: Edith", "  by: Rosa"), "entries", "leaving-early"),
        (edited(LEAVING, "- drop-out", "- alliance\n- drop-out"), "entries", "leaving-early"),
        ({FRENCH: None}, "entries", "alliance-matters"),
        (edited(ISSUE, "published: 2024-05-06", "published: 2024-05-07"), "issues", "2024-05"),
        (
            edited(ISSUE, "- alliance-matters\n- leaving-early", "- leaving-early\n- alliance-matters"),
            "issues",
            "2024-05",
        ),
        (edited("announcements.yml", "ends: 2024-05-31", "ends: 2024-06-30"), "announcements", "reading-hour"),
        (edited("pages/about.en.md", "Some words", "A few words"), "pages", "about.en"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_a_changed_file_changes_just_what_it_holds_and_the_stamp(imported, change, kind, key):
    before = stamp()
    write_files(imported, change)
    report = import_folder(imported)
    assert told(report) == ({}, {kind: [key]}, {}, {})
    assert report.unchanged == HOW_MANY - 1
    assert stamp() != before
    assert read_database() == read_folder(imported)[0]
    assert import_folder(imported).did_anything is False


@pytest.mark.parametrize(("name", "old", "new"), [("estimate", "0.30", "0.3"), ("value", "1000", "1000.0")])
def test_one_decimal_more_or_less_is_a_change(imported, name, old, new):
    write_files(imported, edited(ROSA, f"{name}: {old}", f"{name}: {new}"))
    assert told(import_folder(imported)) == ({}, {"articles": ["rosa-2020"]}, {}, {})
    article = read_database().articles["rosa-2020"]
    assert str(article.findings[0].estimate if name == "estimate" else article.figures[0].value) == new


@pytest.mark.parametrize("written", ["'<.001'", "< .001"])
def test_a_p_value_written_with_or_without_its_blank_is_the_same(imported, written):
    write_files(imported, edited(ROSA, "p: < .001", f"p: {written}"))
    assert import_folder(imported).did_anything is False


def test_the_order_in_which_a_file_names_languages_is_no_change(imported):
    write_files(
        imported, edited("topics.yml", "    en: Alliance\n    fr: Alliance", "    fr: Alliance\n    en: Alliance")
    )
    assert import_folder(imported).did_anything is False


def test_another_order_of_topics_is_a_change_of_the_order(imported):
    first, second = FILES["topics.yml"].split("- key: drop-out")
    header, first = first.split("- key: alliance")
    write_files(imported, {"topics.yml": f"{header}- key: drop-out{second}- key: alliance{first}"})
    assert told(import_folder(imported)) == ({}, {"order": ["topics.yml"]}, {}, {})
    assert list(Topic.objects.values_list("key", flat=True)) == ["drop-out", "alliance"]


# --- moving things about --------------------------------------------------------------------------


def test_an_entry_moves_to_another_issue(imported):
    write_files(
        imported,
        {
            **edited(ISSUE, "- leaving-early\n", ""),
            NEXT_ISSUE: "published: 2024-06-03\nentries:\n- leaving-early\n",
        },
    )
    assert told(import_folder(imported)) == ({"issues": ["2024-06"]}, {"issues": ["2024-05"]}, {}, {})
    assert where_entries_stand() == [
        ("alliance-matters", "2024-05", 0, "published"),
        ("leaving-early", "2024-06", 0, "published"),
    ]


def test_an_entry_moves_to_an_earlier_issue(imported):
    write_files(
        imported,
        {
            **edited(ISSUE, "- alliance-matters\n", ""),
            "issues/2024-04.yml": "published: 2024-04-08\nentries:\n- alliance-matters\n",
        },
    )
    import_folder(imported)
    assert where_entries_stand() == [
        ("alliance-matters", "2024-04", 0, "published"),
        ("leaving-early", "2024-05", 0, "published"),
    ]


def test_a_renamed_entry_clashes_until_pruning_is_asked_for(imported):
    write_files(
        imported,
        {LEAVING: None, "entries/who-leaves.md": FILES[LEAVING], **edited(ISSUE, "- leaving-early", "- who-leaves")},
    )
    message = f"in the database, entry “leaving-early” tells of this article, and the folder does not hold it. {PRUNE}"
    assert problems_of_import(imported) == [("entries/who-leaves.md", 2, "article", message)]
    report = import_folder(imported, prune=True)
    assert told(report) == ({"entries": ["who-leaves"]}, {"issues": ["2024-05"]}, {"entries": ["leaving-early"]}, {})
    assert where_entries_stand() == [
        ("alliance-matters", "2024-05", 0, "published"),
        ("who-leaves", "2024-05", 1, "published"),
    ]


def test_two_articles_exchange_their_dois(imported):
    write_files(imported, {**edited(ROSA, "abc0000001", "abc0000002"), **edited(SAM, "abc0000002", "abc0000001")})
    assert told(import_folder(imported)) == ({}, {"articles": ["rosa-2020", "sam-2021"]}, {}, {})
    assert list(Article.objects.order_by("key").values_list("doi", flat=True)) == [
        "10.1037/abc0000002",
        "10.1037/abc0000001",
    ]


def test_two_entries_exchange_their_articles(imported):
    changes = edited(MATTERS, "article: rosa-2020", "article: sam-2021")
    write_files(imported, changes | edited(LEAVING, "article: sam-2021", "article: rosa-2020"))
    assert told(import_folder(imported)) == ({}, {"entries": ["alliance-matters", "leaving-early"]}, {}, {})
    rows = Entry.objects.order_by("slug").values_list("slug", "article__key", "state", "issue__month", "position")
    assert list(rows) == [
        ("alliance-matters", "sam-2021", "published", 5, 0),
        ("leaving-early", "rosa-2020", "published", 5, 1),
    ]


def test_an_entry_taken_out_of_its_issue_is_a_draft_again(imported):
    change = edited(ISSUE, "- leaving-early\n", "") | edited(LEAVING, "state: published", "state: draft")
    write_files(imported, change)
    assert told(import_folder(imported)) == ({}, {"entries": ["leaving-early"], "issues": ["2024-05"]}, {}, {})
    assert where_entries_stand() == [
        ("alliance-matters", "2024-05", 0, "published"),
        ("leaving-early", "None", 0, "draft"),
    ]
    assert import_folder(imported).did_anything is False


def test_a_draft_may_stand_in_an_issue(imported):
    write_files(imported, edited(LEAVING, "state: published", "state: draft"))
    import_folder(imported)
    assert where_entries_stand()[1] == ("leaving-early", "2024-05", 1, "draft")
    assert list(Entry.objects.published(dt.date(2024, 6, 1)).values_list("slug", flat=True)) == ["alliance-matters"]
    assert import_folder(imported).did_anything is False


def test_a_withdrawn_entry_stays_in_its_issue_and_is_not_published(imported):
    withdrawal = (
        "  by: Edith\n- number: 2\n  kind: withdrawn\n  date: 2024-05-20\n  by: Edith\n  account:\n    en: Retracted.\n"
    )
    text = FILES[LEAVING].replace("state: published", "state: withdrawn").replace("  by: Edith\n", withdrawal)
    write_files(imported, {LEAVING: text})
    import_folder(imported)
    assert where_entries_stand()[1] == ("leaving-early", "2024-05", 1, "withdrawn")
    assert list(Entry.objects.published(dt.date(2024, 6, 1)).values_list("slug", flat=True)) == ["alliance-matters"]
    assert import_folder(imported).did_anything is False


def test_overlap_said_on_one_side_holds_on_both_and_is_not_a_change_the_next_time(imported):
    write_files(imported, edited(SAM, "read_level:", "overlaps_with:\n- rosa-2020\nread_level:"))
    assert told(import_folder(imported)) == ({}, {"articles": ["rosa-2020", "sam-2021"]}, {}, {})
    assert {key: article.overlaps_with for key, article in read_database().articles.items()} == {
        "rosa-2020": ("sam-2021",),
        "sam-2021": ("rosa-2020",),
    }
    assert import_folder(imported).did_anything is False


def test_overlap_no_longer_said_is_gone_on_both_sides(imported):
    write_files(imported, edited(SAM, "read_level:", "overlaps_with:\n- rosa-2020\nread_level:"))
    import_folder(imported)
    write_files(imported, {SAM: FILES[SAM]})
    import_folder(imported)
    assert not Article.overlaps_with.through.objects.exists()


def test_an_article_superseded_by_one_that_comes_later_is_linked(imported):
    write_files(
        imported,
        edited(ROSA, "read_level: abstract\nfigures", "read_level: abstract\nsuperseded_by: sam-2021\nfigures"),
    )
    import_folder(imported)
    assert Article.objects.get(key="rosa-2020").superseded_by.key == "sam-2021"
    assert import_folder(imported).did_anything is False


def test_a_finding_renamed_replaces_the_old_one(imported):
    write_files(imported, edited(ROSA, "- key: link", "- key: main-link"))
    import_folder(imported)
    assert list(Finding.objects.values_list("key", "estimate")) == [("main-link", Decimal("0.30"))]


# --- what only the database has -------------------------------------------------------------------

NOT_IN_FOLDER = {
    LEAVING: None,
    SAM: None,
    **edited(ISSUE, "- leaving-early\n", ""),
    "topics.yml": FILES["topics.yml"].split("- key: drop-out")[0],
    "research-types.yml": FILES["research-types.yml"].split("- key: survey")[0],
    "announcements.yml": FILES["announcements.yml"].replace("reading-hour", "another-hour"),
    "pages/about.en.md": None,
    "pages/privacy.en.md": FILES["pages/about.en.md"],
}
GONE = {
    "pages": ["about.en"],
    "announcements": ["reading-hour"],
    "entries": ["leaving-early"],
    "articles": ["sam-2021"],
    "research_types": ["survey"],
    "topics": ["drop-out"],
}


def test_without_prune_what_the_folder_no_longer_has_is_left_and_told(imported):
    write_files(imported, NOT_IN_FOLDER)
    report = import_folder(imported)
    assert (report.removed, report.only_in_database) == ({}, GONE)
    assert where_entries_stand() == [
        ("alliance-matters", "2024-05", 0, "published"),
        ("leaving-early", "None", 0, "draft"),
    ]
    assert Page.objects.count() == Announcement.objects.count() == Topic.objects.count() == 2


def test_with_prune_what_the_folder_no_longer_has_is_removed(imported):
    write_files(imported, NOT_IN_FOLDER)
    report = import_folder(imported, prune=True)
    assert (report.removed, report.only_in_database) == (GONE, {})
    assert read_database() == read_folder(imported)[0]


def test_with_prune_an_issue_that_is_gone_leaves_its_entries_to_the_next_one(imported):
    write_files(imported, {ISSUE: None, NEXT_ISSUE: FILES[ISSUE].replace("2024-05", "2024-06")})
    report = import_folder(imported, prune=True)
    assert told(report) == ({"issues": ["2024-06"]}, {}, {"issues": ["2024-05"]}, {})
    assert [str(issue) for issue in Issue.objects.all()] == ["2024-06"]
    assert where_entries_stand() == [
        ("alliance-matters", "2024-06", 0, "published"),
        ("leaving-early", "2024-06", 1, "published"),
    ]


def test_with_prune_a_kind_of_which_the_folder_holds_nothing_is_left_alone(imported, tmp_path):
    part = write_files(tmp_path / "part", {name: FILES[name] for name in ("topics.yml", "research-types.yml")})
    assert told(import_folder(part, prune=True)) == ({}, {}, {}, {})
    assert Entry.objects.count() == 2


def test_one_entry_file_changes_an_entry_of_a_full_database(imported, tmp_path):
    part = write_files(tmp_path / "part", edited(LEAVING, "Some clients", "Many clients"))
    report = import_folder(part)
    assert told(report) == ({}, {"entries": ["leaving-early"]}, {}, {"entries": ["alliance-matters"]})
    assert where_entries_stand()[1] == ("leaving-early", "2024-05", 1, "published")
    assert read_database().entries["leaving-early"].texts["en"].sections.summary == (
        "Many clients leave before they are better."
    )


def test_one_entry_file_may_withdraw_an_entry_of_a_full_database(imported, tmp_path):
    text = FILES[LEAVING].replace("state: published", "state: withdrawn")
    text = text.replace(
        "  by: Edith\n", "  by: Edith\n- number: 2\n  kind: withdrawn\n  date: 2024-05-20\n  by: Edith\n"
    )
    import_folder(write_files(tmp_path / "part", {LEAVING: text}))
    assert where_entries_stand()[1] == ("leaving-early", "2024-05", 1, "withdrawn")


def test_one_article_file_changes_an_article_and_keeps_the_links_others_made(imported, tmp_path):
    write_files(imported, edited(SAM, "read_level:", "overlaps_with:\n- rosa-2020\nread_level:"))
    import_folder(imported)
    import_folder(write_files(tmp_path / "part", {SAM: (imported / SAM).read_text().replace("2021", "2022", 1)}))
    assert Article.objects.get(key="rosa-2020").overlaps_with.get().key == "sam-2021"


def test_one_issue_file_places_entries_of_a_full_database(imported, tmp_path):
    part = write_files(
        tmp_path / "part", {ISSUE: "published: 2024-05-06\nentries:\n- leaving-early\n- alliance-matters\n"}
    )
    import_folder(part)
    assert where_entries_stand() == [
        ("alliance-matters", "2024-05", 1, "published"),
        ("leaving-early", "2024-05", 0, "published"),
    ]


# --- what must hold between files -----------------------------------------------------------------


def between(change, *expected):
    return pytest.param(change, list(expected), id=f"{expected[0][0]} {expected[0][2]}: {expected[0][3][:50]}")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        between(
            edited(LEAVING, "- drop-out", "- dropout"),
            (
                LEAVING,
                8,
                "topics.0",
                "“dropout” is not a topic. Did you mean “drop-out”? Topics are listed in topics.yml.",
            ),
        ),
        between(
            edited(LEAVING, "research_type: survey", "research_type: surveys"),
            (
                LEAVING,
                6,
                "research_type",
                "“surveys” is not a research type. Did you mean “survey”? They are listed in research-types.yml.",
            ),
        ),
        between(
            edited(LEAVING, "article: sam-2021", "article: sam-2012"),
            (
                LEAVING,
                2,
                "article",
                "there is no article “sam-2012”. Did you mean “sam-2021”? Articles are files in articles/.",
            ),
        ),
        between(
            edited(LEAVING, "article: sam-2021", "article: rosa-2020"),
            (
                LEAVING,
                2,
                "article",
                "entries/alliance-matters.md already tells of “rosa-2020”; an article has one entry.",
            ),
        ),
        between(
            edited(ROSA, "family: alliance", "family: aliance"),
            (
                ROSA,
                28,
                "findings.0.comparison.family",
                "“aliance” is not a family of comparisons. Did you mean “alliance”? "
                "Families are listed in families.yml.",
            ),
        ),
        between(
            edited(SAM, "abc0000002", "ABC0000001"),
            (SAM, 7, "doi", "articles/rosa-2020.yml has the same DOI; keep one of the two articles."),
        ),
        between(
            edited(SAM, "read_level:", "overlaps_with:\n- rosa-2021\nread_level:"),
            (SAM, 9, "overlaps_with.0", "“rosa-2021” is not another article. Did you mean “rosa-2020”?"),
        ),
        between(
            edited(SAM, "read_level:", "superseded_by: sam-2021\nread_level:"),
            (SAM, 8, "superseded_by", "“sam-2021” is not another article. Did you mean “rosa-2020”?"),
        ),
        between(
            edited(ISSUE, "- leaving-early", "- leaving-erly"),
            (
                LEAVING,
                4,
                "state",
                "is published but stands in no issue; list it in a file of issues/, or make its state draft.",
            ),
            (
                ISSUE,
                6,
                "entries.1",
                "there is no entry “leaving-erly”. Did you mean “leaving-early”? Entries are files in entries/.",
            ),
        ),
        between(
            {NEXT_ISSUE: "published: 2024-06-03\nentries:\n- leaving-early\n"},
            (
                NEXT_ISSUE,
                3,
                "entries.0",
                "“leaving-early” already stands in issues/2024-05.yml; an entry stands in one issue, once.",
            ),
        ),
        between(
            edited(ISSUE, "- leaving-early", "- leaving-early\n- leaving-early"),
            (
                ISSUE,
                7,
                "entries.2",
                "“leaving-early” already stands in issues/2024-05.yml; an entry stands in one issue, once.",
            ),
        ),
        between(
            edited(ISSUE, "- leaving-early\n", ""),
            (
                LEAVING,
                4,
                "state",
                "is published but stands in no issue; list it in a file of issues/, or make its state draft.",
            ),
        ),
    ],
)
def test_what_does_not_fit_together_is_told_and_nothing_is_imported(tmp_path, change, expected):
    assert problems_of_import(make_folder(tmp_path / "content", change)) == expected
    assert (Entry.objects.exists(), Article.objects.exists(), SiteIdentity.objects.exists()) == (False, False, False)


def test_the_problems_between_all_files_are_told_at_once(tmp_path):
    changes = edited(LEAVING, "- drop-out", "- dropout") | edited(ROSA, "family: alliance", "family: aliance")
    changes |= edited(ISSUE, "- alliance-matters", "- aliance-matters")
    assert [problem[:3] for problem in problems_of_import(make_folder(tmp_path / "content", changes))] == [
        (ROSA, 28, "findings.0.comparison.family"),
        (MATTERS, 4, "state"),
        (LEAVING, 8, "topics.0"),
        (ISSUE, 5, "entries.0"),
    ]


def test_a_doi_that_an_article_of_the_database_has_is_a_clash_in_any_case_of_letters(imported, tmp_path):
    part = write_files(tmp_path / "part", {"articles/dana-2022.yml": FILES[SAM].replace("abc0000002", "ABC0000002")})
    message = f"in the database, article “sam-2021” has this DOI, and the folder does not hold it. {PRUNE}"
    assert problems_of_import(part) == [("articles/dana-2022.yml", 7, "doi", message)]


def test_an_entry_that_stands_in_an_issue_of_the_database_is_a_clash(imported, tmp_path):
    part = write_files(tmp_path / "part", {NEXT_ISSUE: "published: 2024-06-03\nentries:\n- leaving-early\n"})
    message = f"in the database, “leaving-early” stands in the issue 2024-05, and the folder does not hold it. {PRUNE}"
    assert problems_of_import(part) == [(NEXT_ISSUE, 3, "entries.0", message)]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({SAM: None}, (LEAVING, 2, "article")),
        ({LEAVING: None}, (ISSUE, 6, "entries.1")),
        ({ISSUE: None, NEXT_ISSUE: "published: 2024-06-03\nentries:\n- alliance-matters\n"}, (LEAVING, 4, "state")),
        ({"topics.yml": FILES["topics.yml"].split("- key: drop-out")[0]}, (LEAVING, 8, "topics.0")),
        ({"research-types.yml": FILES["research-types.yml"].split("- key: survey")[0]}, (LEAVING, 6, "research_type")),
        (
            {"families.yml": FILES["families.yml"].split("comparison:")[0]},
            (ROSA, 28, "findings.0.comparison.family"),
        ),
    ],
    ids=["article", "entry", "issue", "topic", "research type", "family"],
)
def test_pruning_what_the_folder_itself_needs_is_told_and_prunes_nothing(imported, change, place):
    before = read_database()
    write_files(imported, change)
    assert place in [problem[:3] for problem in problems_of_import(imported, prune=True)]
    assert read_database() == before


NEEDED = "in the database needs. Add it, or import without --prune."


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({ROSA: FILES[ROSA]}, ("articles", 0, "", f"does not hold “sam-2021”, which “leaving-early” {NEEDED}")),
        (
            {"topics.yml": FILES["topics.yml"].split("- key: drop-out")[0]},
            ("topics.yml", 0, "", f"does not hold “drop-out”, which “leaving-early” {NEEDED}"),
        ),
        (
            {"research-types.yml": FILES["research-types.yml"].split("- key: survey")[0]},
            ("research-types.yml", 0, "", f"does not hold “survey”, which “leaving-early” {NEEDED}"),
        ),
        (
            {"families.yml": FILES["families.yml"].split("comparison:")[0]},
            ("families.yml", 0, "comparison", f"does not hold “alliance”, which “rosa-2020” {NEEDED}"),
        ),
    ],
    ids=["articles", "topics", "research types", "families"],
)
def test_pruning_with_a_part_takes_nothing_that_the_database_still_needs(imported, tmp_path, files, expected):
    before = read_database()
    part = {"families.yml": FILES["families.yml"], **files}
    assert problems_of_import(write_files(tmp_path / "part", part), prune=True) == [expected]
    assert read_database() == before


# --- all or nothing -------------------------------------------------------------------------------


def test_one_wrong_file_leaves_the_database_as_it_was(imported):
    before, content = stamp(), read_database()
    write_files(imported, edited(ROSA, "year: 2020", "year: 2019") | edited(LEAVING, "- drop-out", "- dropout"))
    assert len(problems_of_import(imported)) == 1
    assert (stamp(), read_database()) == (before, content)


class PowerCut(Exception):
    pass


@pytest.mark.parametrize("during", ["save_entry", "save_issue", "save_page", "save_article", "mark_changed"])
def test_an_import_that_breaks_off_leaves_nothing_half(imported, monkeypatch, during):
    before, content = stamp(), read_database()
    text = edited(ROSA, "year: 2020", "year: 2019") | edited(LEAVING, "Some clients", "Many clients")
    text |= edited(ISSUE, "…on staying", "…on going") | edited("pages/about.en.md", "Some words", "A few words")
    write_files(imported, text)

    def cut(**anything):
        raise PowerCut

    monkeypatch.setattr(saving if hasattr(saving, during) else importing, during, cut)
    with pytest.raises(PowerCut):
        import_folder(imported)
    assert (stamp(), read_database()) == (before, content)


def test_an_import_into_an_empty_database_that_breaks_off_leaves_it_empty(folder, monkeypatch):
    monkeypatch.setattr(importing, "save_issue", lambda **anything: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        import_folder(folder)
    counts = [model.objects.count() for model in (Article, Finding, Entry, Topic, ResearchType, Page, SiteIdentity)]
    assert counts == [0] * 7


def test_what_points_nowhere_is_told_beside_what_cannot_be_read(tmp_path):
    folder = make_folder(
        tmp_path / "content",
        {**edited(SAM, "year: 2021", "yaer: 2021"), **edited(LEAVING, "- drop-out", "- dropout")},
    )
    with pytest.raises(ContentProblems) as caught:
        import_folder(folder)
    assert [(problem.file, problem.field) for problem in caught.value.problems] == [
        (SAM, "yaer"),
        (LEAVING, "topics.0"),
    ]


@pytest.mark.parametrize("page", ["topics", "browse", "archive", "feeds", "subscribe", "fr", "2024", "static", "api"])
def test_a_page_that_no_address_could_reach_is_refused(tmp_path, page):
    folder = make_folder(tmp_path / "content", {f"pages/{page}.en.md": FILES["pages/about.en.md"]})
    with pytest.raises(ContentProblems) as caught:
        import_folder(folder)
    assert str(caught.value) == (
        f"pages/{page}.en.md: “/{page}/” is the address of something else; choose another name."
    )


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("site.yaml", "site.yaml: is not a name we read here; rename it or move it away. Did you mean site.yml?"),
        ("Topics.yml", "Topics.yml: is not a name we read here; rename it or move it away. Did you mean topics.yml?"),
        (
            "families.txt",
            "families.txt: is not a name we read here; rename it or move it away. Did you mean families.yml?",
        ),
        ("notes.yml", "notes.yml: is not a name we read here; rename it or move it away."),
    ],
)
def test_a_file_whose_name_is_nearly_right_is_not_passed_over(tmp_path, name, problem):
    folder = make_folder(tmp_path / "content", {name: "- key: a\n"})
    with pytest.raises(ContentProblems) as caught:
        import_folder(folder)
    assert str(caught.value) == problem


def test_other_files_beside_the_content_are_left_alone(tmp_path):
    folder = make_folder(tmp_path / "content", {"README.md": "Ours.\n", "UNSURE.md": "?\n", ".gitignore": "x\n"})
    import_folder(folder)
    assert Entry.objects.count() == 2


@pytest.mark.parametrize("name", ["entries", "articles"])
def test_a_file_where_a_folder_belongs_is_told(tmp_path, name):
    folder = make_folder(tmp_path / "content")
    (folder / name).rename(tmp_path / "elsewhere")
    (folder / name).write_text("not a folder\n")
    with pytest.raises(ContentProblems, match=f"{name}: is not a folder; move it away."):
        import_folder(folder)


def test_a_heading_of_a_hundred_thousand_signs_is_read_in_no_time(tmp_path):
    from rapport.digest.exchange.sections import SectionProblem, split_body

    with pytest.raises(SectionProblem):
        split_body("Text.\n\n## a" + " #" * 100_000 + "x", "en")
