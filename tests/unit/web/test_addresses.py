"""Which address of a page counts, and which lead to it in other languages."""

from __future__ import annotations

import pytest
from django.utils import translation

from rapport.web.addresses import Elsewhere, elsewhere, in_each_language

HERE = "https://digest.example.org"


@pytest.mark.parametrize(
    ("path", "paths"),
    [
        ("/", {"en": "/", "fr": "/fr/"}),
        ("/fr/", {"en": "/", "fr": "/fr/"}),
        ("/fr", {"en": "/", "fr": "/fr/"}),
        ("/fr/topics/", {"en": "/topics/", "fr": "/fr/topics/"}),
        ("/france/", {"en": "/france/", "fr": "/fr/france/"}),
        ("/2024/05/", {"en": "/2024/05/", "fr": "/fr/2024/05/"}),
    ],
)
def test_a_page_has_one_path_in_each_language(path, paths):
    assert in_each_language(path) == paths


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_page_in_both_languages_counts_under_its_own_address_and_names_both(language):
    path = {"en": "/topics/", "fr": "/fr/topics/"}[language]
    with translation.override(language):
        assert elsewhere(HERE, path) == Elsewhere(
            language=language,
            canonical=HERE + path,
            alternates=(("en", f"{HERE}/topics/"), ("fr", f"{HERE}/fr/topics/"), ("x-default", f"{HERE}/topics/")),
        )


@pytest.mark.parametrize(
    ("written", "counts"), [("en", f"{HERE}/2024/05/alliance/"), ("fr", f"{HERE}/fr/2024/05/alliance/")]
)
@pytest.mark.parametrize(("language", "path"), [("en", "/2024/05/alliance/"), ("fr", "/fr/2024/05/alliance/")])
def test_what_exists_in_one_language_counts_under_the_address_of_that_language_alone(language, path, written, counts):
    with translation.override(language):
        assert elsewhere(HERE, path, languages=[written]) == Elsewhere(
            language=written, canonical=counts, alternates=((written, counts), ("x-default", counts))
        )


def test_a_language_that_has_no_address_does_not_count():
    assert elsewhere(HERE, "/about/", languages=["de"]).alternates == (
        ("en", f"{HERE}/about/"),
        ("fr", f"{HERE}/fr/about/"),
        ("x-default", f"{HERE}/about/"),
    )


def test_the_part_of_the_query_that_matters_belongs_to_each_address():
    here = elsewhere(HERE, "/browse/", query="?topic=alliance")
    assert (here.canonical, dict(here.alternates)["fr"]) == (
        f"{HERE}/browse/?topic=alliance",
        f"{HERE}/fr/browse/?topic=alliance",
    )


def test_open_graph_names_a_country_with_each_language_the_pages_own_first():
    with translation.override("fr"):
        assert elsewhere(HERE, "/fr/").locales == ["fr_CA", "en_CA"]
