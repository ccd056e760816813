"""The network's own and content files: an import does not overwrite unasked what was changed at the desk."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from rapport.audit.models import Event
from rapport.desk.network.actions import (
    change_announcement,
    change_page,
    change_shelf,
    change_site,
    change_synonyms,
    put_in_order,
    remove_own,
)
from rapport.digest.exchange.database import announcement_value, read_database, read_site, shelf_value, synonym_value
from rapport.digest.exchange.importing import import_folder
from rapport.digest.exchange.problems import ContentProblems
from rapport.digest.exchange.schema import AnnouncementFile, ShelfItem, SynonymGroupFile
from rapport.digest.exchange.writing import write_folder
from rapport.digest.models import (
    Announcement,
    Entry,
    EntryText,
    Issue,
    KeptFromImports,
    Page,
    Revision,
    SiteIdentity,
    SynonymGroup,
)
from rapport.literature.models import Article, ResearchType, Topic
from tests.making import FILES, files_in, make_folder, make_person

pytestmark = pytest.mark.django_db

SYNONYMS = (
    "- key: alliance\n  words:\n    en: [alliance, bond]\n- key: drop-out\n  words:\n    en: [drop-out, attrition]\n"
)
BACK = "The database is the authority: export it to get its files, or add --replace {name} to overwrite it."


@pytest.fixture
def ada():
    return make_person("Ada", "administrator")


@pytest.fixture
def folder(tmp_path):
    """A folder with something of every kind, imported."""
    made = make_folder(tmp_path / "content", {"synonyms.yml": SYNONYMS})
    import_folder(made)
    return made


def refused(folder, **named) -> list[tuple[str, int, str]]:
    before = read_database()
    with pytest.raises(ContentProblems) as told:
        import_folder(folder, **named)
    assert read_database() == before
    return [(problem.file, problem.line, problem.message) for problem in told.value.problems]


def change_the_site(ada):
    change_site(site=read_site().model_copy(update={"contact_email": "ada@example.org"}), by=ada)


def change_a_topic(ada):
    value = shelf_value(Topic.objects.get(key="drop-out"))
    change_shelf(kind=Topic, item=value.model_copy(update={"name": {"en": "Leaving"}}), by=ada)


def change_a_type(ada):
    value = shelf_value(ResearchType.objects.get(key="survey"))
    change_shelf(kind=ResearchType, item=value.model_copy(update={"variants": ("Poll",)}), by=ada)


def change_a_group(ada):
    value = synonym_value(SynonymGroup.objects.get(key="drop-out"))
    change_synonyms(group=value.model_copy(update={"asked_as": {"en": ("stops coming",)}}), by=ada)


def change_an_announcement(ada):
    value = announcement_value(Announcement.objects.get())
    change_announcement(item=value.model_copy(update={"ends": dt.date(2027, 1, 1)}), by=ada)


def change_the_about_page(ada):
    change_page(slug="about", language="en", title="Who we are", body="Us.", by=ada)


ALL = [
    (change_the_site, "site.yml", "contact_email", "site"),
    (change_a_topic, "topics.yml:drop-out", "name.en", "topic"),
    (change_a_type, "research-types.yml:survey", "variants", "type"),
    (change_a_group, "synonyms.yml:drop-out", "asked_as", "synonyms"),
    (change_an_announcement, "announcements.yml:reading-hour", "ends", "announcement"),
    (change_the_about_page, "pages/about.en.md", "title, body", "page"),
]


def changes(*rows):
    return pytest.mark.parametrize(("change", "name", "differs", "did"), rows, ids=[row[1] for row in rows])


@changes(*ALL)
def test_what_was_changed_at_the_desk_is_not_overwritten_unasked(folder, ada, change, name, differs, did):
    change(ada)
    file, _, key = name.partition(":")
    ((at, line, message),) = refused(folder)
    assert at == file
    begins = f"“{key}” was edited" if key else "was edited"
    assert message == f"{begins} at the desk, and differs from the file in {differs}. {BACK.format(name=name)}"
    if key:
        assert f"key: {key}" in (folder / file).read_text().split("\n")[line - 1]


@changes(*ALL)
def test_what_is_named_is_overwritten_and_the_audit_tells_it(folder, ada, change, name, differs, did):
    before = read_database()
    change(ada)
    import_folder(folder, replace=[name])
    assert read_database() == before
    told = Event.objects.get(did=f"{did}.replaced-by-import")
    assert (told.name, told.about) == (
        "an import",
        "" if did == "site" else f"{did}:{name.split(':')[-1]}".replace("pages/", "").removesuffix(".md"),
    )
    assert import_folder(folder).did_anything is False


@changes(*ALL)
def test_the_same_words_as_at_the_desk_are_no_clash(folder, ada, change, name, differs, did, tmp_path):
    change(ada)
    write_folder(read_database(), tmp_path / "ours", replace=False)
    assert import_folder(tmp_path / "ours", prune=True).did_anything is False


@changes(*ALL[3:])
def test_what_was_changed_at_the_desk_is_not_pruned_unasked(folder, ada, change, name, differs, did, tmp_path):
    change(ada)
    files = {
        "synonyms.yml": SYNONYMS.partition("- key: drop-out")[0],
        "announcements.yml": FILES["announcements.yml"].replace("reading-hour", "another-hour"),
        "pages/about.en.md": None,
        "pages/privacy.en.md": FILES["pages/about.en.md"],
    }
    without = make_folder(tmp_path / "without", files)
    key = name.split(":")[-1].removeprefix("pages/").removesuffix(".md")
    assert refused(without, prune=True) == [
        (
            name.partition(":")[0],
            0,
            f"the folder does not hold “{key}”, which was edited at the desk; --prune would delete it. "
            f"Export first, or add --replace {name} to delete it all the same.",
        )
    ]
    import_folder(without, prune=True, replace=[name])
    assert import_folder(folder).did_anything is True  # it is gone, and files bring it back


def test_only_what_is_named_is_overwritten(folder, ada):
    change_a_topic(ada)
    change_the_about_page(ada)
    assert [file for file, *_ in refused(folder, replace=["topics.yml:drop-out"])] == ["pages/about.en.md"]
    assert [file for file, *_ in refused(folder, replace=["pages/about.en.md"])] == ["topics.yml"]
    import_folder(folder, replace=["topics.yml:drop-out", "pages/about.en.md"])


def test_what_was_removed_at_the_desk_does_not_come_back_unasked(folder, ada):
    remove_own(thing=SynonymGroup.objects.get(key="drop-out"), by=ada)
    remove_own(thing=Page.objects.get(slug="about"), by=ada)
    assert refused(folder) == [
        (
            "pages/about.en.md",
            0,
            "was removed at the desk. Leave it out, or add --replace pages/about.en.md to bring it back.",
        ),
        (
            "synonyms.yml",
            4,
            "“drop-out” was removed at the desk. "
            "Leave it out, or add --replace synonyms.yml:drop-out to bring it back.",
        ),
    ]
    import_folder(folder, replace=["pages/about.en.md", "synonyms.yml:drop-out"])
    assert (SynonymGroup.objects.count(), Page.objects.count()) == (2, 1)
    assert Event.objects.filter(did__endswith="replaced-by-import").count() == 2


@pytest.mark.parametrize(
    ("kind", "file"),
    [(Topic, "topics.yml"), (ResearchType, "research-types.yml"), (SynonymGroup, "synonyms.yml")],
)
def test_an_order_of_the_desk_is_not_changed_unasked(folder, ada, kind, file):
    keys = list(kind.objects.order_by("position").values_list("key", flat=True))
    put_in_order(kind=kind, keys=keys[::-1], by=ada)
    assert refused(folder) == [
        (
            file,
            0,
            "the order was changed at the desk, and differs from the file’s. The database is the authority: export "
            f"it to get its files, or add --replace {file} to take the order of the file.",
        )
    ]
    assert import_folder(folder, replace=[file]).changed == {"order": [file]}
    assert list(kind.objects.order_by("position").values_list("key", flat=True)) == keys
    assert Event.objects.filter(did__endswith="replaced-by-import").count() == 1
    assert import_folder(folder).did_anything is False


def test_the_order_is_the_desks_and_the_words_are_the_files(folder, ada, tmp_path):
    put_in_order(kind=Topic, keys=["drop-out", "alliance"], by=ada)
    text = FILES["topics.yml"].split("- key: drop-out")
    head, alliance = text[0].split("- key: alliance")
    turned = f"{head}- key: drop-out{text[1]}- key: alliance{alliance}".replace("- Attrition", "- Leaving")
    changed = make_folder(tmp_path / "changed", {"topics.yml": turned, "synonyms.yml": SYNONYMS})
    assert import_folder(changed).changed == {"topics": ["drop-out"]}


def test_what_the_desk_added_stays_where_it_stands_when_files_come_in(folder, ada, tmp_path):
    change_shelf(kind=Topic, item=ShelfItem(key="bond", name={"en": "Bond"}), by=ada)
    put_in_order(kind=Topic, keys=["alliance", "bond", "drop-out"], by=ada)
    more = FILES["topics.yml"].replace("- key: drop-out", "- key: between\n  name:\n    en: Between\n- key: drop-out")
    changed = make_folder(tmp_path / "changed", {"topics.yml": more, "synonyms.yml": SYNONYMS})
    report = import_folder(changed)
    assert (report.created, report.changed) == ({"topics": ["between"]}, {})
    assert list(read_database().topics) == ["alliance", "bond", "between", "drop-out"]
    assert import_folder(changed).did_anything is False


def test_a_part_of_a_list_imported_twice_changes_nothing(folder, tmp_path):
    part = tmp_path / "part"
    part.mkdir()
    (part / "topics.yml").write_text("- key: new\n  name:\n    en: New\n- key: drop-out\n  name:\n    en: Drop-out\n")
    import_folder(part)
    assert list(read_database().topics) == ["alliance", "new", "drop-out"]
    assert import_folder(part).did_anything is False


def test_a_misspelt_name_is_told(folder):
    assert refused(folder, replace=["topic.yml:drop-out"]) == [
        (
            "--replace",
            0,
            "there is no “topic.yml:drop-out”, in the folder or in the database. Did you mean “topics.yml:drop-out”?",
        )
    ]


def test_the_command_tells_and_takes_the_names_one_by_one(folder, ada):
    change_the_site(ada)
    change_the_about_page(ada)
    with pytest.raises(CommandError, match="2 problems to mend"):
        call_command("import_digest", folder, stdout=StringIO())
    call_command("import_digest", folder, "--replace", "site.yml", "--replace", "pages/about.en.md", stdout=StringIO())


def test_all_that_the_desk_made_of_the_networks_own_comes_back_in_another_database(folder, ada, tmp_path, client):
    """Typed by hand: blank lines, trailing blanks, quotes, colons, hashes, and a browser's line ends."""
    client.force_login(ada)
    odd = 'First: "line" # no comment  \r\n\r\n- *one*\r\n---\r\n\ttab, é, ’  \r\n'
    wordings = {"name_en": "'No'", "name_fr": "yes", "wordmark_en": "1.50", "tagline_en": odd, "notice_en": "null"}
    sent = {
        "/desk/network/identity/": {
            **wordings,
            "contact_email": "desk@example.org",
            "postal_address": odd,
            "languages": ["en"],
        },
        "/desk/network/topics/new/": {"key": "odd", "name_en": "2024-05-01", "description_en": odd, "variants": odd},
        "/desk/network/types/new/": {"key": "odd", "name_en": "- a", "description_fr": odd},
        "/desk/network/synonyms/new/": {"key": "odd", "words_en": "no: way\r\n'quoted'", "asked_as_fr": "a\r\nb"},
        "/desk/network/announcements/new/": {
            "key": "odd",
            "kind": "news",
            "title_en": "[a, b]",
            "body_en": odd,
            "link": "https://example.org/?a=1#b",
            "starts": "2024-05-01",
            "ends": "2024-05-01",
        },
        "/desk/network/pages/new/": {"slug": "odd", "language": "fr", "title": "a: b", "body": odd},
        "/desk/network/topics/": {"key": "odd", "move": "up"},
    }
    for address, data in sent.items():
        assert client.post(address, data).status_code == 302, address
    kept = read_database()
    write_folder(kept, tmp_path / "ours", replace=False)
    assert import_folder(tmp_path / "ours", prune=True).did_anything is False

    for model in (Revision, EntryText, Entry, Issue, Article, Topic, ResearchType):
        model.objects.all().delete()
    for model in (SynonymGroup, Announcement, Page, SiteIdentity, KeptFromImports):
        model.objects.all().delete()
    import_folder(tmp_path / "ours")
    assert read_database() == kept
    write_folder(read_database(), tmp_path / "theirs", replace=False)
    assert files_in(tmp_path / "theirs") == files_in(tmp_path / "ours")


def test_values_of_the_desk_may_lack_what_files_may_lack(folder, ada, tmp_path):
    change_synonyms(group=SynonymGroupFile(key="one", words={"fr": ("un", "seul")}), by=ada)
    bare = AnnouncementFile(
        key="bare",
        kind="call",
        title={"fr": "Appel"},
        body={"fr": "Venez."},
        starts=dt.date(2024, 1, 1),
        ends=dt.date(2024, 1, 1),
    )
    change_announcement(item=bare, by=ada)
    write_folder(read_database(), tmp_path / "ours", replace=False)
    assert import_folder(tmp_path / "ours", prune=True).did_anything is False
