"""`rapport publish_static`: every page, export and asset as files, at the same addresses."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from rapport.digest import views
from rapport.digest.actions import mark_changed
from rapport.digest.publication import addresses as published_addresses
from rapport.digest.publication import publishing
from tests.making import (
    COMPARABLE,
    finding,
    make_announcement,
    make_article,
    make_entry,
    make_notice,
    make_page,
    make_site,
    make_topic,
    revision,
)
from tests.publishing import COPY, LIVE, leads_nowhere, links_of, names_in, pages_in, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_assets")]

FORMATS = ("ris", "bib", "json", "txt")
SHELVES = ("topic/alliance", "topic/drop-out", "type/meta-analysis", "type/survey")
FEEDS = ("entries", *SHELVES, "topic/alliance/type/meta-analysis", "topic/drop-out/type/survey")


@pytest.fixture
def _two_entries() -> None:
    make_site()
    for slug in ("about", "accessibility", "privacy"):
        make_page(slug)
    make_entry("alliance-matters", issue="2024-05")
    make_entry("leaving-early", issue="2023-11", topics=["drop-out"], research_type="survey")


@pytest.fixture
def _many_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough for a second page of everything, as pages are small, and all that a page can show."""
    for module in (views, published_addresses):
        for name in ("ENTRIES_PER_PAGE", "ARTICLES_PER_PAGE", "FINDINGS_PER_PAGE"):
            monkeypatch.setattr(module, name, 3)
    make_site()
    for slug in ("about", "accessibility", "privacy"):
        make_page(slug)
    make_announcement(starts_on="2020-01-01", ends_on="2999-12-31", body={"en": "Read [what we keep](/privacy/)."})
    make_topic("empty")
    for number in range(7):
        key = f"entry-{number}"
        many = [finding(f"finding-{n}", families=COMPARABLE) for n in range(2 if number < 3 else 0)]
        make_article(key, findings=many, doi=f"10.1000/{number}")
        make_entry(
            key,
            issue="2024-05" if number % 2 else "2023-06",
            topics=["alliance", "drop-out"] if number % 3 else ["alliance"],
            texts={"en": {"title": f"Entry {number}"}, **({"fr": {"title": f"Fiche {number}"}} if number < 2 else {})},
        )
    make_entry("taken-back", issue="2024-05", state="withdrawn")
    make_entry("unfinished")


def lists_of(*names: str) -> set[str]:
    return {f"{name}index.html" for name in names}


@pytest.mark.usefixtures("_two_entries")
def test_every_page_and_export_is_a_file_at_its_address(tmp_path: Path) -> None:
    published = names_in(publish(tmp_path / "digest"))
    assets = {name for name in published if name.startswith("static/")}
    in_english = {
        "404.html",
        *lists_of("", "archive/", "2024/", "2024/05/", "2023/", "2023/11/", "about/", "accessibility/", "privacy/"),
        *lists_of(
            "topics/", *(f"topics/{key}/{more}" for key in ("alliance", "drop-out") for more in ("", "findings/"))
        ),
        *lists_of(
            "types/", *(f"types/{key}/{more}" for key in ("meta-analysis", "survey") for more in ("", "findings/"))
        ),
        *lists_of("browse/", "articles/", "subscribe/"),
        *(f"feeds/{name}.{form}" for name in FEEDS for form in ("atom", "json")),
        *(f"articles/articles.{form}" for form in FORMATS),
        *lists_of("2024/05/alliance-matters/", "2023/11/leaving-early/"),
        *(f"2024/05/alliance-matters/citation.{form}" for form in FORMATS),
        *(f"2023/11/leaving-early/citation.{form}" for form in FORMATS),
    }
    in_no_language = {"robots.txt", "sitemap.xml", "sitemap-pages.xml", "sitemap-entries-1.xml"}
    assert published - assets == in_no_language | in_english | {f"fr/{name}" for name in in_english}


@pytest.mark.usefixtures("_two_entries")
def test_a_file_is_what_the_live_site_answers(tmp_path: Path, client: Client) -> None:
    folder = publish(tmp_path / "digest", address="http://testserver")
    asked_for = [address for address in addresses_of(folder) if not DIFFERS.search(address)]
    assert len(asked_for) > 60
    for address in asked_for:
        file = folder / (f"{address[1:]}index.html" if address.endswith("/") else address[1:])
        assert live_bytes(client, address) == file.read_bytes(), address


def addresses_of(folder: Path) -> list[str]:
    names = [name for name in names_in(folder) if not name.startswith("static/") and not name.endswith("404.html")]
    return sorted(f"/{name.removesuffix('index.html')}" for name in names)


# Pages and feeds that only the live site can make: they lead to a question or to choices combined.
DIFFERS = re.compile(r"^(/fr)?/(browse/.*|subscribe/|feeds/topic/.*/type/.*)?$")
ONLY_LIVE = (
    rb'<a href="[^"]*\?[^"]*">(?:Combine with other choices|Combiner[^<]*)</a>',
    rb'<form class="search".*?</form>',
    rb'<form class="ask".*?</form>',
    rb'<li><a href="[^"]*/(?:api|desk)/"[^>]*>[^<]*</a></li>',
)


def live_bytes(client: Client, address: str) -> bytes:
    """Without what only the live site can do."""
    page = b"".join(client.get(address))
    return re.sub(b"|".join(ONLY_LIVE), b"", page, flags=re.DOTALL)


@pytest.mark.usefixtures("_many_entries")
@pytest.mark.parametrize("live", ["", LIVE])
def test_every_link_of_a_published_page_leads_to_a_file(tmp_path: Path, live: str) -> None:
    folder = publish(tmp_path / "digest", live=live)
    assert leads_nowhere(folder) == {}
    pages = pages_in(folder)
    for second in ("/topics/alliance/page/2/", "/topics/alliance/findings/page/2/", "/types/meta-analysis/page/2/"):
        assert {second, f"/fr{second}"} <= set(pages)
    assert {"/browse/page/3/", "/articles/page/2/", "/topics/empty/", "/2024/05/taken-back/"} <= set(pages)
    to_live = {address for page in pages.values() for _element, address in links_of(page) if address.startswith(LIVE)}
    assert to_live == (
        {
            f"{LIVE}{language}/browse/{query}"
            for language in ("", "/fr")
            for query in (
                "",
                *("?language=en", "?language=fr", "?type=meta-analysis"),
                *("?topic=alliance", "?topic=drop-out", "?topic=empty"),
            )
        }
        | {
            f"{LIVE}{language}/{page}"
            for language in ("", "/fr")
            for page in ("api/", "desk/", "subscribe/#yours", "letters/subscribe/")
        }
        if live
        else set()
    )


@pytest.mark.usefixtures("_many_entries")
def test_nothing_that_readers_may_not_see_is_published(tmp_path: Path) -> None:
    folder = publish(tmp_path / "digest")
    assert [name for name in names_in(folder) if "unfinished" in name] == []
    withdrawn = [name for name in names_in(folder) if "taken-back" in name]
    assert sorted(withdrawn) == [
        *("2024/05/taken-back/.withdrawn", "2024/05/taken-back/index.html"),
        *("fr/2024/05/taken-back/.withdrawn", "fr/2024/05/taken-back/index.html"),
    ]
    page = (folder / "2024/05/taken-back/index.html").read_text(encoding="utf-8")
    assert "This entry has been withdrawn" in page


@pytest.mark.usefixtures("_two_entries")
class TestChoices:
    """A file has no query: one choice leads to its own page, more of them to the live site, or nowhere."""

    @staticmethod
    def browse(folder: Path, **options: object) -> str:
        return (publish(folder, **options) / "browse" / "index.html").read_text(encoding="utf-8")

    @pytest.mark.parametrize("live", ["", LIVE])
    def test_a_topic_a_type_or_a_year_leads_to_its_own_page(self, tmp_path: Path, live: str) -> None:
        page = self.browse(tmp_path / "digest", live=live)
        chosen = dict(re.findall(r'<a id="c-(topic|type|year)-[^"]*" href="([^"]*)"', page))
        assert chosen == {"topic": "/topics/drop-out/", "type": "/types/survey/", "year": "/2023/"}

    def test_with_a_live_site_the_rest_leads_there(self, tmp_path: Path) -> None:
        page = self.browse(tmp_path / "digest", live=LIVE)
        assert f'<a id="c-language-en" href="{LIVE}/browse/?language=en">' in page
        assert f'To search, or to combine choices, go to <a href="{LIVE}/browse/">the live site</a>.' in page
        topic = (tmp_path / "digest/topics/alliance/index.html").read_text(encoding="utf-8")
        assert f'<a href="{LIVE}/browse/?topic=alliance">Combine with other choices</a>' in topic

    def test_without_a_live_site_the_rest_is_text_and_the_page_says_so(self, tmp_path: Path) -> None:
        page = self.browse(tmp_path / "digest")
        assert "c-language" not in page
        assert '<span class="choices__label">English</span> <span class="count">2</span>' in page
        assert (
            "This copy is made of plain files: searching and combining choices are not part of it. "
            'Look by <a href="/topics/">topic</a>, by <a href="/types/">research type</a>, or in the '
            '<a href="/archive/">archive</a>.'
        ) in page
        topic = (tmp_path / "digest/topics/alliance/index.html").read_text(encoding="utf-8")
        assert "Combine with other choices" not in topic

    def test_no_page_loads_a_script(self, tmp_path: Path) -> None:
        pages = pages_in(publish(tmp_path / "digest", live=LIVE))
        assert [
            address for address, page in pages.items() if re.search(r"<script(?! type=\"application/ld\+json\")", page)
        ] == []


@pytest.mark.usefixtures("_two_entries")
class TestAddresses:
    def test_whole_addresses_are_those_of_the_copy(self, tmp_path: Path, settings) -> None:
        settings.SITE_ADDRESS = LIVE
        page = (publish(tmp_path / "digest") / "fr/archive/index.html").read_text(encoding="utf-8")
        assert f'<link rel="alternate" hreflang="en" href="{COPY}/archive/">' in page
        assert LIVE not in page

    def test_the_sites_own_address_will_do(self, tmp_path: Path, settings) -> None:
        settings.SITE_ADDRESS = COPY
        call_command("publish_static", tmp_path / "digest", processes=1, verbosity=0)
        assert f'href="{COPY}/fr/"' in (tmp_path / "digest/index.html").read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (
                {"address": ""},
                "Where will the files be read? Pages name their whole address: "
                "add --address https://digest.example.org, or set RAPPORT_ADDRESS.",
            ),
            (
                {"address": "digest.example.org"},
                "--address is “digest.example.org”; it must be a site without a path, "
                "for example https://digest.example.org.",
            ),
            (
                {"live": "https://live.example.org/digest"},
                "--live is “https://live.example.org/digest”; it must be a site without a path, "
                "for example https://digest.example.org.",
            ),
            (
                {"live": f"{COPY}/"},
                f"The live site cannot be at {COPY}, where the files are read. "
                "Give it an address of its own with --live.",
            ),
        ],
    )
    def test_what_is_missing_or_wrong_is_told(self, tmp_path: Path, options: dict[str, str], said: str) -> None:
        with pytest.raises(CommandError) as caught:
            publish(tmp_path / "digest", **options)
        assert (str(caught.value), list(tmp_path.iterdir())) == (said, [])


def test_a_digest_in_one_language_is_published_in_that_language(tmp_path: Path) -> None:
    make_site(languages=["en"])
    make_entry("alliance-matters", issue="2024-05")
    assert [name for name in names_in(publish(tmp_path / "digest")) if name.startswith("fr/")] == []


@pytest.mark.usefixtures("_two_entries")
class TestAgain:
    def test_publishing_twice_writes_nothing(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        publish(tmp_path / "digest", verbosity=1)
        publish(tmp_path / "digest", verbosity=1)
        first, _, second, _ = capsys.readouterr().out.splitlines()
        number = len(names_in(tmp_path / "digest"))
        assert re.sub(r"\d+\.\d s", "1.0 s", first).endswith(
            f"{number} files written, 0 unchanged, 0 removed, in 1.0 s"
        )
        assert re.sub(r"\d+\.\d s", "1.0 s", second).endswith(
            f"0 files written, {number} unchanged, 0 removed, in 1.0 s"
        )

    def test_content_that_changes_meanwhile_is_published_anew(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        changes = [lambda: make_entry("alliance-matters", issue="2024-05", title="Changed meanwhile")]

        def interrupted(*args):
            yield from published_addresses.addresses(*args)
            if changes:
                changes.pop()()

        monkeypatch.setattr(publishing, "addresses", interrupted)
        page = publish(tmp_path / "digest") / "2024/05/alliance-matters/index.html"
        assert "Changed meanwhile" in page.read_text(encoding="utf-8")

    def test_content_that_never_rests_is_not_published(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = publish(tmp_path / "digest")
        before = folder.resolve()

        def restless(*args):
            mark_changed()
            yield "/"

        monkeypatch.setattr(publishing, "addresses", restless)
        with pytest.raises(CommandError) as caught:
            publish(folder)
        assert str(caught.value) == (
            "The content changed while it was being published. Publish again when the import has ended."
        )
        assert folder.resolve() == before

    def test_a_page_that_fails_leaves_the_old_publication(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        folder = publish(tmp_path / "digest")
        before = folder.resolve()

        def broken(*args: object) -> None:
            raise RuntimeError

        monkeypatch.setattr("rapport.digest.queries.archive", broken)
        monkeypatch.setattr(publishing, "addresses", lambda *args: iter(["/", "/archive/"]))
        with pytest.raises(CommandError) as caught:
            publish(folder)
        assert str(caught.value) == (
            "/ answers with status 500, so nothing was published. Ask for it at the live site to see what is wrong."
        )
        assert folder.resolve() == before


def test_static_files_that_are_not_collected_are_told(tmp_path: Path, settings) -> None:
    settings.STATIC_ROOT = tmp_path / "nothing"
    with pytest.raises(CommandError) as caught:
        publish(tmp_path / "digest")
    assert str(caught.value) == "The static files are not collected; run `rapport collectstatic --noinput` first."


@pytest.mark.usefixtures("_two_entries")
def test_a_folder_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    (tmp_path / "digest").mkdir()
    (tmp_path / "digest" / "theirs.txt").touch()
    with pytest.raises(CommandError, match="digest is not empty, and no publication made it"):
        publish(tmp_path / "digest")
    assert "theirs.txt" in names_in(publish(tmp_path / "digest", replace=True))


@pytest.mark.usefixtures("_two_entries")
class TestWhatMachinesAreTold:
    """Plain files answer no question, so they do not say that they do."""

    @pytest.mark.parametrize(("live", "searched_at"), [("", None), (LIVE, f"{LIVE}/browse/?q={{search_term_string}}")])
    def test_the_home_page_tells_where_to_search_only_where_there_is_something_that_searches(
        self, tmp_path: Path, live: str, searched_at: str | None
    ) -> None:
        page = (publish(tmp_path / "digest", live=live) / "index.html").read_text(encoding="utf-8")
        (site,) = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)[0])["@graph"]
        assert site.get("potentialAction", {}).get("target", {}).get("urlTemplate") == searched_at

    @pytest.mark.parametrize(
        ("feed", "live", "page"),
        [
            ("entries", "", f"{COPY}/"),
            ("topic/drop-out", "", f"{COPY}/topics/drop-out/"),
            ("topic/drop-out/type/survey", "", f"{COPY}/"),
            ("topic/drop-out/type/survey", LIVE, f"{LIVE}/browse/?topic=drop-out&type=survey"),
        ],
    )
    def test_a_feed_leads_to_a_page_that_answers(self, tmp_path: Path, feed: str, live: str, page: str) -> None:
        folder = publish(tmp_path / "digest", live=live)
        told = json.loads((folder / f"feeds/{feed}.json").read_text(encoding="utf-8"))
        assert told["home_page_url"] == page

    def test_a_search_field_asks_the_live_site_and_is_left_out_without_one(self, tmp_path: Path) -> None:
        with_live = (publish(tmp_path / "one", live=LIVE) / "archive/index.html").read_text(encoding="utf-8")
        without = (publish(tmp_path / "two") / "archive/index.html").read_text(encoding="utf-8")
        assert f'role="search" action="{LIVE}/browse/"' in with_live
        assert 'role="search"' not in without

    def test_letters_are_asked_for_at_the_live_site_and_their_field_is_left_out_without_one(
        self, tmp_path: Path
    ) -> None:
        with_live = (publish(tmp_path / "one", live=LIVE) / "fr/archive/index.html").read_text(encoding="utf-8")
        without = (publish(tmp_path / "two") / "fr/archive/index.html").read_text(encoding="utf-8")
        assert f'<form class="ask" action="{LIVE}/fr/letters/subscribe/"' in with_live
        assert "/letters/" not in without
        assert not list(tmp_path.rglob("letters"))


class TestWhatBecameOfAnEntry:
    """Notices, corrections and withdrawals are on the files as they are on the live site."""

    ACCOUNT = {"en": "The sample is 231, not 211.", "fr": "L’échantillon est de 231, non de 211."}

    @pytest.fixture(autouse=True)
    def _a_digest(self) -> None:
        make_site()
        for slug in ("about", "accessibility", "privacy"):
            make_page(slug)
        made = [revision(1), revision(2, "corrected", account=self.ACCOUNT)]
        make_entry("alliance-matters", issue="2024-05", revisions=made)
        gone = [revision(1), revision(2, "withdrawn", account={"en": "It told of the wrong article."})]
        make_entry("taken-back", issue="2024-05", state="withdrawn", revisions=gone)

    def test_a_correction_and_a_withdrawal_are_told_with_their_accounts(self, tmp_path: Path) -> None:
        pages = pages_in(publish(tmp_path / "digest"))
        for language in self.ACCOUNT:
            prefix = "/fr" if language == "fr" else ""
            assert self.ACCOUNT[language] in pages[f"{prefix}/2024/05/alliance-matters/"]
            assert "It told of the wrong article." in pages[f"{prefix}/2024/05/taken-back/"]
        assert (tmp_path / "digest/2024/05/taken-back/.withdrawn").exists()

    def test_a_notice_that_arrives_is_on_every_page_of_the_next_publication(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        pages = pages_in(publish(tmp_path / "digest"))
        assert not any("standing--" in page or "notices" in page for page in pages.values())
        make_notice("alliance-matters")
        make_notice("taken-back")
        pages = pages_in(publish(tmp_path / "digest"))
        banner = {at for at, page in pages.items() if 'class="notices notices--retracted"' in page}
        marked = {at for at, page in pages.items() if "standing--retracted" in page}
        both = {f"{prefix}/2024/05/{slug}/" for prefix in ("", "/fr") for slug in ("alliance-matters", "taken-back")}
        assert banner == both
        lists = ("", "2024/", "2024/05/", "articles/", "browse/", "topics/alliance/", "types/meta-analysis/")
        assert marked == {f"{prefix}/{one}" for prefix in ("", "/fr") for one in lists}
        assert "Article retracted" in (tmp_path / "digest/feeds/entries.atom").read_text(encoding="utf-8")
        ris = (tmp_path / "digest/2024/05/alliance-matters/citation.ris").read_text(encoding="utf-8")
        assert "N1  - Retracted. Retraction published 2024, https://doi.org/10.5555/retraction" in ris

    def test_a_notice_that_arrives_while_it_is_published_is_on_all_of_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        arrived: list[str] = []
        assets = publishing._assets

        def late_assets() -> object:  # what a copy ends with: its pages are written by then
            if not arrived:
                arrived.append(make_notice("alliance-matters").doi)
            return assets()

        monkeypatch.setattr(publishing, "_assets", late_assets)
        pages = pages_in(publish(tmp_path / "digest"))
        assert "The article has been retracted" in pages["/2024/05/alliance-matters/"]
