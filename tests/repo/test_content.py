"""What must hold of the sample digest in `content/`: its shape, and that no number in it is an orphan."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from rapport.digest.exchange.reading import read_folder
from rapport.digest.exchange.schema import ArticleFile
from tests.making import make_folder

FOLDER = Path(__file__).resolve().parents[2] / "content"
CONTENT, _ = read_folder(FOLDER)
BY_ENTRY = pytest.mark.parametrize("slug", list(CONTENT.entries))


# --- its shape ------------------------------------------------------------------------------------


def test_fifty_articles_have_exactly_one_entry_each():
    assert len(CONTENT.articles) == 50
    assert Counter(entry.article for entry in CONTENT.entries.values()) == dict.fromkeys(CONTENT.articles, 1)


def test_at_least_eighteen_issues_hold_two_or_three_entries_each():
    sizes = {month: len(issue.entries) for month, issue in CONTENT.issues.items()}
    assert len(sizes) >= 18
    assert {month: size for month, size in sizes.items() if size not in (2, 3)} == {}


def test_every_entry_is_published_and_stands_in_an_issue():
    listed = [slug for issue in CONTENT.issues.values() for slug in issue.entries]
    assert sorted(listed) == sorted(CONTENT.entries)
    assert {slug: entry.state for slug, entry in CONTENT.entries.items() if entry.state != "published"} == {}


def test_every_topic_has_an_entry():
    used = {topic for entry in CONTENT.entries.values() for topic in entry.topics}
    assert set(CONTENT.topics) - used == set()


def test_every_research_type_has_an_entry():
    used = {entry.research_type for entry in CONTENT.entries.values()}
    assert set(CONTENT.research_types) - used == set()


def test_five_entries_or_more_are_in_both_languages():
    both = [slug for slug, entry in CONTENT.entries.items() if {"en", "fr"} <= set(entry.texts)]
    assert len(both) >= 5


def test_one_article_is_in_french():
    assert [key for key, article in CONTENT.articles.items() if article.language == "fr"] == ["rodgers-2010"]


def test_the_site_says_everything_in_both_languages():
    site = CONTENT.site
    wordings = [site.name, site.wordmark, site.tagline, site.notice, site.content_licence, site.announcements_author]
    assert [set(wording) for wording in wordings] == [{"en", "fr"}] * 6
    assert set(CONTENT.pages) == {
        f"{page}.{code}" for page in ("about", "accessibility", "privacy") for code in site.languages
    }


def implications(text: str) -> int:
    return len(re.findall(r"^- ", text, re.MULTILINE))


@BY_ENTRY
def test_every_entry_has_one_to_four_implications_and_limitations(slug):
    for language, text in CONTENT.entries[slug].texts.items():
        words = len(text.sections.summary.split())
        fewest = 1 if words < 200 else 2
        assert fewest <= implications(text.sections.implications) <= 4, (language, words)
        assert text.sections.limitations, language


@BY_ENTRY
def test_an_entry_has_as_many_implications_in_every_language(slug):
    counts = {
        language: implications(text.sections.implications) for language, text in CONTENT.entries[slug].texts.items()
    }
    assert len(set(counts.values())) == 1, counts


# --- a number is never an orphan ------------------------------------------------------------------

# Figures that are names and not numbers: “PHQ-9”, “19-item” stays one.
NAMES = re.compile(r"\b[A-Z][A-Za-z]*-\d+\b|\bN-?\d\b")
NUMBER = {
    # 0.28 · 83,834 · 1978 · −0.16
    "en": re.compile(r"(?<![\w.,])[−-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|(?<![\w.])[−-]?\.\d+"),
    # 0,28 · 83 834 (U+202F or U+00A0) · 1978 · −0,16
    "fr": re.compile(r"(?<![\w.,])[−-]?(?:\d{1,3}(?:[\u202f\u00a0]\d{3})+|\d+)(?:,\d+)?"),
}


def numbers_in(text: str, language: str) -> list[tuple[str, Decimal]]:
    """Every number that `text` writes in digits: as written, and its value without its sign."""
    bare = NAMES.sub(" ", re.sub(r"\]\([^)]*\)", "]", text))
    return [(match[0], value_of(match[0], language)) for match in NUMBER[language].finditer(bare)]


def value_of(written: str, language: str) -> Decimal:
    bare = written.lstrip("−-")
    if language == "fr":
        bare = bare.replace("\u202f", "").replace("\u00a0", "").replace(",", ".")
    return Decimal(bare.replace(",", ""))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("r = 0.28, 95% interval from 0.25 to 0.30", "en", ["0.28", "95", "0.25", "0.30"]),
        ("in 669 studies with 83,834 adults (19.7%)", "en", ["669", "83834", "19.7"]),
        ("dans 669 études et 83\u202f834 adultes (19,7\u00a0%)", "fr", ["669", "83834", "19.7"]),
        ("r = 0,28, intervalle à 95\u00a0% de 0,25 à 0,30", "fr", ["0.28", "95", "0.25", "0.30"]),
        ("fell by −0.16, from 2.5-fold", "en", ["0.16", "2.5"]),
        ("p = .003 and p < .001.", "en", [".003", ".001"]),
        ("between 1978 and 2017, at 12-month follow-up", "en", ["1978", "2017", "12"]),
        ("1978–2017, 64%–77%", "en", ["1978", "2017", "64", "77"]),
        ("the PHQ-9 and the Beck Depression Inventory-II", "en", []),
        ("one of 2, 3 and 4.", "en", ["2", "3", "4"]),
        ("une sur 2, 3 et 4.", "fr", ["2", "3", "4"]),
        ("US$1,800 over 5 years", "en", ["1800", "5"]),
        ("1\u202f800\u00a0$ sur 5 ans", "fr", ["1800", "5"]),
        ("see [the article](https://doi.org/10.1037/a0028226)", "en", []),
        ("le 1er mars", "fr", ["1"]),
        ("p < 0,0001 ; k = 295", "fr", ["0.0001", "295"]),
    ],
)
def test_numbers_are_found_as_each_language_writes_them(text, language, expected):
    assert [value for _, value in numbers_in(text, language)] == [Decimal(value) for value in expected]


def stored_with(article: ArticleFile) -> set[Decimal]:
    """Every number that is kept with an article, without its sign."""
    stored = {figure.value for figure in article.figures}
    if article.year:
        stored.add(Decimal(article.year))
    for finding in article.findings:
        stored |= {finding.estimate, *(finding.interval or ()), finding.interval_level, finding.n, finding.k}
        if finding.p:
            stored.add(Decimal(finding.p.split()[-1]))
    return {abs(Decimal(value)) for value in stored if value is not None}


def allowed_for(key: str) -> set[Decimal]:
    return stored_with(CONTENT.articles[key]) | set(USUAL.get(key, {}))


# Numbers that are no result of an article but what the field usually does.
USUAL = {"steinert-2017": {Decimal(95): "the usual level of an interval, which this article does not use"}}


def orphans(places: Iterator[tuple[str, str, str]], stored: set[Decimal]) -> list[str]:
    """The numbers written in `places` (where, language, text) that are not stored, each with where it stands."""
    return [
        f"{where} ({language}): “{written}” in “…{_around(text, written)}…”"
        for where, language, text in places
        for written, value in numbers_in(text, language)
        if value not in stored
    ]


def _around(text: str, written: str) -> str:
    at = text.find(written)
    return " ".join(text[max(0, at - 30) : at + 30].split())


def test_an_orphan_is_told_with_its_place():
    places = [
        ("title", "en", "A link of r = 0.28 in 12 studies"),
        ("summary", "fr", "Le lien est de 0,29 sur 12 études"),
    ]
    assert orphans(iter(places), {Decimal("0.28"), Decimal(12)}) == [
        "summary (fr): “0,29” in “…Le lien est de 0,29 sur 12 études…”"
    ]


@pytest.mark.parametrize(
    ("written", "is_stored"),
    [
        ("0.30", True),
        ("0.3", True),
        ("0.31", False),
        ("0.256", True),
        ("95", True),
        (".001", True),
        ("20", True),
        ("19", False),
        ("1000", True),
        ("2020", True),
    ],
)
def test_a_number_is_stored_as_estimate_limit_level_p_count_figure_or_year(tmp_path, written, is_stored):
    article = read_folder(make_folder(tmp_path / "content"))[0].articles["rosa-2020"]
    assert (Decimal(written) in stored_with(article)) is is_stored


def entry_places(slug: str) -> Iterator[tuple[str, str, str]]:
    for language, text in CONTENT.entries[slug].texts.items():
        yield "title", language, text.header.title
        for name, line in text.header.at_a_glance:
            yield f"at_a_glance.{name}", language, line or ""
        for name, section in text.sections:
            yield name, language, section or ""


def finding_places(article: ArticleFile) -> Iterator[tuple[str, str, str]]:
    for finding in article.findings:
        for name in ("claim", "reading", "note"):
            for language, text in (getattr(finding, name) or {}).items():
                yield f"{finding.key}.{name}", language, text
        for axis in ("outcome", "comparison", "time_point"):
            for language, text in (framed.words if (framed := getattr(finding, axis)) else {}).items():
                yield f"{finding.key}.{axis}", language, text


@BY_ENTRY
def test_every_number_in_an_entry_is_stored_with_its_article(slug):
    entry = CONTENT.entries[slug]
    found = orphans(entry_places(slug), allowed_for(entry.article))
    assert found == [], f"entries/{slug}.md writes numbers that articles/{entry.article}.yml does not hold"


@pytest.mark.parametrize("key", list(CONTENT.articles))
def test_every_number_in_a_findings_words_is_stored_with_its_article(key):
    article = CONTENT.articles[key]
    found = orphans(finding_places(article), allowed_for(key))
    assert found == [], f"articles/{key}.yml writes numbers that it does not hold as data"
