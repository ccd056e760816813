"""What the pages show."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from tests.making import (
    COMPARABLE,
    finding,
    make_announcement,
    make_article,
    make_entry,
    make_issue,
    make_notice,
    make_site,
    make_topic,
    revision,
)

pytestmark = pytest.mark.django_db


def words_of(html: str) -> str:
    """The text of a page, on one line."""
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


@pytest.fixture(autouse=True)
def _a_site() -> None:
    make_site()


class TestThisMonth:
    def test_shows_the_newest_issue_with_its_implications(self, client: Client) -> None:
        make_entry("older", issue="2024-04", title="Older")
        make_issue("2024-05", teaser={"en": "…on asking", "fr": "…sur le fait de demander"})
        make_entry("newer", issue="2024-05", title="Newer", implications="- **Ask this week.** It takes a minute.")
        page = words_of(client.get("/").text)
        assert "This month …on asking" in page
        assert "Ask this week. It takes a minute." in page
        assert "Older" not in page

    def test_shows_an_announcement_from_its_first_to_its_last_day(self, client: Client) -> None:
        today = dt.date.today()
        day = dt.timedelta(days=1)
        make_announcement("today-only", starts_on=today, ends_on=today)
        make_announcement("over", starts_on=today - 9 * day, ends_on=today - day)
        make_announcement("not-yet", starts_on=today + day, ends_on=today + 9 * day)
        page = client.get("/").text
        assert "Today only" in page
        assert "Over" not in page
        assert "Not yet" not in page

    def test_counts_past_issues_by_year_without_the_one_that_is_shown(self, client: Client) -> None:
        for slug, issue in (("a", "2024-05"), ("b", "2024-04"), ("c", "2024-04"), ("d", "2023-01"), ("e", "2024-03")):
            make_entry(slug, issue=issue, article=make_article(f"{slug}-2020"))
        past = words_of(client.get("/").text).partition("Past issues")[2]
        assert past.startswith(" 2024 2 issues 2023 1 issue Archive: all issues")


class TestEntry:
    def test_shows_all_that_a_reader_needs_with_the_implications_first(self, client: Client) -> None:
        make_article(
            "rosa-2020",
            findings=[finding("main", reading={"en": "A small link."}, n=1200, k=12)],
            doi="10.5555/example",
        )
        make_entry(
            "alliance-matters",
            article="rosa-2020",
            issue="2024-05",
            title="Alliance matters",
            how_many="1,200 clients",
            summary="The summary.",
            implications="- Do this.",
            limitations="The limits.",
            disagreements="One source says more.",
        )
        html = client.get("/2024/05/alliance-matters/").text
        assert '<a href="https://doi.org/10.5555/example">https://doi.org/10.5555/example</a>' in html
        page = words_of(html)
        in_order = [
            "Alliance matters",
            "Rosa, R. (2020).",
            "https://doi.org/10.5555/example",
            "Practice implications",
            "Do this.",
            "1,200 clients",
            "The article’s abstract, not its full text",
            "The summary.",
            "Where sources disagree",
            "One source says more.",
            "r = 0.28",
            "k = 12 · n = 1,200",
            "0.26 to 0.30",
            "95% interval",
            "A small link.",
            "The limits.",
            "Written by Edith.",
            "Published",
            "6 May 2024",
        ]
        places = [page.find(words, page.find("Skip to the content")) for words in in_order]
        assert -1 not in places, in_order[places.index(-1)]
        main = page[page.index("Rosa, R. (2020).") :]
        assert main.index("Practice implications") < main.index("The summary.")

    def test_its_findings_have_no_empty_column_and_nothing_is_not_seen_that_nobody_looks_for(
        self, client: Client
    ) -> None:
        plain = [finding(key, metric_key="percent", estimate=estimate) for key, estimate in (("a", "68"), ("b", "54"))]
        make_entry("alliance-matters", issue="2024-05", article=make_article("rosa-2020", findings=plain))
        page = client.get("/2024/05/alliance-matters/").content.decode()
        table = page[page.index('<table class="findings">') : page.index("</table>")]
        assert re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', table) == ["Finding", "Estimate", "Drawn"]
        assert "not seen" not in table

    def test_shows_in_french_with_french_numbers_and_dates(self, client: Client) -> None:
        make_article("rosa-2020", findings=[finding("main", n=83834)])
        make_entry(
            "alliance-matters",
            article="rosa-2020",
            issue="2024-05",
            texts={"en": {}, "fr": {"title": "L’alliance compte"}},
        )
        response = client.get("/fr/2024/05/alliance-matters/")
        page = words_of(response.text)
        assert '<html lang="fr">' in response.text
        assert "L’alliance compte" in page
        assert "r = 0,28" in page
        assert "83\u202f834" in page
        assert "6 mai 2024" in page

    def test_without_a_french_text_shows_the_english_one_marked_as_such(self, client: Client) -> None:
        make_entry("only-english", issue="2024-05", title="Only English", summary="In English.")
        response = client.get("/fr/2024/05/only-english/")
        assert '<html lang="fr">' in response.text
        assert '<h1 lang="en">Only English</h1>' in response.text
        assert "Ce contenu n’est disponible qu’en anglais." in words_of(response.text)

    def test_lists_its_revisions_with_what_changed(self, client: Client) -> None:
        make_entry(
            "corrected",
            issue="2024-05",
            revisions=[revision(1), revision(2, "corrected", account={"en": "The sample is 231, not 211."})],
        )
        assert "Corrected 6 May 2024 The sample is 231, not 211." in words_of(client.get("/2024/05/corrected/").text)

    def test_says_when_a_later_article_updates_it(self, client: Client) -> None:
        make_entry("newer", issue="2024-05", article=make_article("new-2023", authors=["New, N."], year=2023))
        make_entry("older", issue="2024-04", article=make_article("old-2011", superseded_by="new-2023"))
        page = client.get("/2024/04/older/").text
        assert "A later article updates this one:" in page
        assert '<a href="/2024/05/newer/">New (2023)</a>' in page

    def test_relates_entries_by_overlap_first_and_then_by_shared_topics(self, client: Client) -> None:
        make_entry("one-shared", issue="2024-05", title="One shared", topics=["alliance"])
        make_entry("two-shared", issue="2024-03", title="Two shared", topics=["alliance", "drop-out"])
        make_entry("none-shared", issue="2024-05", title="None shared", topics=["training"])
        make_entry("overlapping", issue="2024-01", title="Overlapping", topics=["drop-out"])
        make_entry(
            "this-one",
            issue="2024-04",
            article=make_article("this-2020", overlaps_with=["overlapping"]),
            topics=["alliance", "drop-out"],
        )
        page = words_of(client.get("/2024/04/this-one/").text)
        beside = page[page.index("Read beside it") :]
        assert beside.index("Overlapping") < beside.index("Two shared") < beside.index("One shared")
        assert "shares studies or people with this article" in beside
        assert "None shared" not in beside

    def test_escapes_whatever_it_is_given(self, client: Client) -> None:
        nasty = "<script>alert(1)</script>"
        make_article("nasty-2020", title=nasty, journal=nasty, findings=[finding("f", claim={"en": nasty})])
        make_entry(
            "nasty", article="nasty-2020", issue="2024-05", title=nasty, who=nasty, summary=nasty, implications=nasty
        )
        for address in ("/", "/2024/05/", "/2024/05/nasty/", "/topics/alliance/", "/browse/", "/articles/"):
            assert "<script>alert" not in client.get(address).text


@pytest.mark.parametrize(
    ("file_format", "content_type", "holds"),
    [
        ("ris", "application/x-research-info-systems; charset=utf-8", b"DO  - 10.5555/example"),
        ("bib", "application/x-bibtex; charset=utf-8", b"doi = {10.5555/example}"),
        ("json", "application/vnd.citationstyles.csl+json; charset=utf-8", b'"DOI": "10.5555/example"'),
        ("txt", "text/plain; charset=utf-8", b"https://doi.org/10.5555/example"),
    ],
)
def test_a_citation_downloads_in_the_format_asked_for(
    client: Client, file_format: str, content_type: str, holds: bytes
) -> None:
    make_entry("alliance-matters", issue="2024-05", article=make_article("rosa-2020", doi="10.5555/example"))
    response = client.get(f"/2024/05/alliance-matters/citation.{file_format}")
    assert response["Content-Type"] == content_type
    assert response["Content-Disposition"] == f'attachment; filename="rosa-2020.{file_format}"'
    assert holds in b"".join(response)


class TestShelf:
    def test_draws_comparable_findings_together_without_a_summary(self, client: Client) -> None:
        make_topic("alliance", name={"en": "Alliance"})
        for key, author in (("one", "One, A."), ("two", "Two, B.")):
            article = make_article(f"{key}-2020", authors=[author], findings=[finding(families=COMPARABLE)])
            make_entry(key, issue="2024-05", article=article)
        page = client.get("/topics/alliance/").text
        assert page.count('<svg class="forest"') == 1
        assert page.count('class="forest__point"') == 2
        assert "One (2020): r = 0.28, 95% interval 0.26 to 0.30" in page
        assert "The findings are not pooled: each line stands for itself." in page

    def test_lists_and_does_not_draw_findings_that_cannot_be_compared(self, client: Client) -> None:
        for key in ("one", "two"):
            families = {"outcome": "treatment-outcome", "comparison": key, "time_point": "as-pooled"}
            make_entry(key, issue="2024-05", article=make_article(f"{key}-2020", findings=[finding(families=families)]))
        page = client.get("/topics/alliance/").text
        assert '<svg class="forest"' not in page
        assert "No two findings here can be compared like with like" in page
        assert page.count("r = 0.28") == 2

    def test_marks_overlap_and_supersession_in_the_forest(self, client: Client) -> None:
        new = make_article("new-2018", authors=["New, N."], year=2018, findings=[finding(families=COMPARABLE)])
        old = make_article(
            "old-2011",
            authors=["Old, O."],
            year=2011,
            findings=[finding(families=COMPARABLE)],
            overlaps_with=["new-2018"],
            superseded_by="new-2018",
        )
        make_entry("new", issue="2024-05", article=new)
        make_entry("old", issue="2024-04", article=old)
        page = words_of(client.get("/topics/alliance/").text)
        assert "† 1. Old (2011) shares studies or people with line 2" in page
        assert "‡ 1. Old (2011) has been updated by a later article." in page

    @pytest.mark.parametrize(
        ("kind", "word", "said"),
        [
            ("retraction", "retracted", "1. One (2020) has been retracted: its finding should not be relied on."),
            ("concern", "questioned", "1. One (2020): concern has been expressed about this article"),
        ],
    )
    def test_marks_in_words_what_may_not_be_relied_on(self, client: Client, kind: str, word: str, said: str) -> None:
        for key, author in (("one", "One, A."), ("two", "Two, B.")):
            make_article(f"{key}-2020", authors=[author], findings=[finding(families=COMPARABLE)])
            make_entry(key, issue="2024-05", article=f"{key}-2020")
        make_notice("one-2020", kind)
        html = client.get("/topics/alliance/").text
        page = words_of(html)
        assert f"1 One (2020) {word} " in page
        assert said in page
        assert f"One (2020) ({word}): r = 0.28" in page
        assert (html.count("forest__point--hollow"), html.count("forest__range--hollow")) == (1, 1)
        table = html.partition('class="forest-table"')[2].partition("</table>")[0]
        assert words_of(table).count(f"One (2020) Article {word}") == 1
        findings = html.partition('<table class="findings">')[2].partition("</table>")[0]
        assert words_of(findings).count(f"One (2020) Article {word}") == 1
        assert f"One (2020) Article {word}" in words_of(client.get("/topics/alliance/findings/").text)

    def test_marks_nothing_for_an_article_that_was_corrected_but_says_so_beside_it(self, client: Client) -> None:
        for key in ("one", "two"):
            article = make_article(f"{key}-2020", findings=[finding(families=COMPARABLE)])
            make_entry(key, issue="2024-05", article=article)
        make_notice("one-2020", "correction")
        html = client.get("/topics/alliance/").text
        assert "hollow" not in html
        assert html.count("standing--corrected") == 3  # the entry's line, the forest's table, the findings


def test_an_overlapping_article_is_told_of_without_a_shared_topic(client: Client) -> None:
    make_entry("overlapping", issue="2024-01", title="Overlapping", topics=["training"])
    article = make_article("this-2020", overlaps_with=["overlapping"])
    make_entry("this-one", issue="2024-04", article=article, topics=["alliance"])
    beside = words_of(client.get("/2024/04/this-one/").text).split("Read beside it")[1]
    assert "Overlapping Rosa (2020) · shares studies or people with this article" in beside


def test_a_rarer_shared_topic_says_more_than_a_common_one(client: Client) -> None:
    for number in range(4):
        make_entry(f"common-{number}", issue="2024-06", title=f"Common {number}", topics=["client-factors"])
    make_entry("rare", issue="2024-01", title="Rare", topics=["drop-out"])
    make_entry("this-one", issue="2024-05", topics=["client-factors", "drop-out"])
    beside = words_of(client.get("/2024/05/this-one/").text).split("Read beside it")[1]
    assert beside.index("Rare") < beside.index("Common")


def test_an_update_that_is_not_out_yet_is_named_and_not_linked(client: Client) -> None:
    make_issue("2999-01", published_on=dt.date(2999, 1, 6))
    make_entry("newer", issue="2999-01", article=make_article("new-2023", authors=["New, N."], year=2023))
    make_entry("older", issue="2024-04", article=make_article("old-2011", superseded_by="new-2023"))
    page = client.get("/2024/04/older/").text
    assert "A later article updates this one: New (2023)" in words_of(page)
    assert "/2999/01/" not in page


def test_findings_in_a_measure_without_an_axis_are_listed_and_not_drawn(client: Client) -> None:
    for key in ("one", "two"):
        of_days = finding(families=COMPARABLE, metric_key="days", estimate="3", interval=("1", "5"))
        make_entry(key, issue="2024-05", article=make_article(f"{key}-2020", findings=[of_days]))
    page = client.get("/topics/alliance/").text
    assert '<svg class="forest"' not in page
    assert page.count("3 days") == 2


def test_an_entry_in_another_language_is_marked_in_lists(client: Client) -> None:
    make_entry("only-english", issue="2024-05", title="Only English")
    for address in ("/fr/topics/alliance/", "/fr/browse/", "/fr/2024/"):
        assert "en anglais" in words_of(client.get(address).text)
    assert "in English" not in words_of(client.get("/topics/alliance/").text)


def test_a_page_that_cannot_be_made_says_so_even_without_its_database(client: Client) -> None:
    client.raise_request_exception = False
    with pytest.MonkeyPatch.context() as patch:
        for name in ("rapport.digest.queries.archive", "rapport.digest.middleware.current_site_identity"):
            patch.setattr(name, _broken)
        response = client.get("/fr/")
    assert response.status_code == 500
    assert '<html lang="fr">' in response.text
    assert 'href="/fr/"' in response.text


def _broken(*_: object) -> None:
    raise RuntimeError("the database is away")


class TestARetractedArticle:
    """Wherever it is named, a word says so."""

    @pytest.fixture(autouse=True)
    def _retracted(self) -> None:
        make_article("rosa-2020", doi="10.1000/rosa", findings=[finding(families=COMPARABLE)])
        make_entry("alliance-matters", article="rosa-2020", issue="2024-05")
        make_entry("another", issue="2024-05")
        make_notice("rosa-2020")

    @pytest.mark.parametrize("address", ["/", "/2024/05/", "/2024/", "/articles/", "/topics/alliance/", "/browse/"])
    def test_is_marked_once_in_a_list_of_entries(self, client: Client, address: str) -> None:
        lists = client.get(address).text.partition('id="evidence"')[0]
        assert words_of(lists).count("Article retracted") == 1

    def test_is_counted_in_the_archive(self, client: Client) -> None:
        assert "…on 2024-05 1 article retracted 2 entries" in words_of(client.get("/archive/").text)

    def test_is_marked_where_another_entry_offers_it(self, client: Client) -> None:
        page = words_of(client.get("/2024/05/another/").text)
        assert "Rosa (2020) Article retracted" in page

    def test_is_told_of_above_its_entry_and_at_its_findings(self, client: Client) -> None:
        page = words_of(client.get("/2024/05/alliance-matters/").text)
        assert "The article has been retracted Its findings should not be relied on. Our entry stands below" in page
        assert "Findings, as the article reports them Article retracted" in page

    def test_is_cited_as_retracted_wherever_it_is_cited(self, client: Client) -> None:
        cited = "(Retraction published 2024, https://doi.org/10.5555/retraction )"
        for address in ("/2024/05/alliance-matters/", "/articles/"):
            assert cited in words_of(client.get(address).text)
        assert cited.replace(" )", ")") in b"".join(client.get("/articles/articles.txt")).decode()

    def test_has_its_notice_on_the_page_of_an_entry_that_was_withdrawn(self, client: Client) -> None:
        make_entry("alliance-matters", article="rosa-2020", issue="2024-05", state="withdrawn")
        response = client.get("/2024/05/alliance-matters/")
        page = words_of(response.text)
        assert response.status_code == 410
        assert "The article has been retracted Its findings should not be relied on. Retraction" in page
        assert "Our entry stands below" not in page
        assert 'href="https://doi.org/10.5555/retraction"' in response.text
        assert "notices.css" in response.text


def test_a_correction_is_told_above_the_entry_and_every_one_below_it(client: Client) -> None:
    accounts = [{"en": "The sample is 231."}, {"en": "The interval was misprinted.", "fr": "L’intervalle était faux."}]
    corrections = [revision(number, "corrected", account=account) for number, account in enumerate(accounts, start=2)]
    entry = make_entry(issue="2024-05", revisions=[revision(1), *corrections])
    body = client.get(entry.get_absolute_url()).text.partition("<body")[2]
    head, _, rest = words_of(body).partition("Practice implications")
    assert "Entry corrected on 6 May 2024: The interval was misprinted." in head
    assert "231" not in head
    assert "Corrected 6 May 2024 The sample is 231. Corrected 6 May 2024 The interval" in rest
    assert "L’intervalle était faux." in words_of(client.get(f"/fr{entry.get_absolute_url()}").text)
    other = make_entry("as-it-was", issue="2024-05")
    assert "callout" not in client.get(other.get_absolute_url()).text


def test_the_page_of_a_withdrawn_entry_says_first_when_and_why(client: Client) -> None:
    gone = [revision(1), revision(2, "withdrawn", account={"en": "It told of the wrong article."})]
    entry = make_entry(issue="2024-05", state="withdrawn", revisions=gone)
    page = words_of(client.get(entry.get_absolute_url()).text)
    assert "go together Withdrawn on 6 May 2024: It told of the wrong article. Rosa, R. (2020)." in page


def test_the_page_of_a_withdrawn_entry_has_no_styles_of_notices_without_one(client: Client) -> None:
    make_entry("taken-back", issue="2024-05", state="withdrawn")
    assert "notices" not in client.get("/2024/05/taken-back/").text
