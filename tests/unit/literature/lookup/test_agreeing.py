"""What counts as the same, and which of several spellings is proposed."""

from __future__ import annotations

import pytest

from rapport.literature.lookup.agreeing import Difference, Told, abstract_of, differences, merged
from rapport.literature.lookup.record import FoundNotice, Record


def two(field, crossref, pubmed):
    return [Record(source="pubmed", **{field: pubmed}), Record(source="crossref", **{field: crossref})]


@pytest.mark.parametrize(
    ("field", "crossref", "pubmed", "proposed"),
    [
        ("title", "The Alliance – and Outcome", "The alliance-and outcome", "The alliance-and outcome"),
        ("title", "Cats & dogs", "Cats and dogs", "Cats & dogs"),
        ("title", "L’alliance", "L'alliance", "L’alliance"),
        ("title", "WHO LEAVES", "Who leaves", "Who leaves"),
        ("authors", ("Swift, J.", "Öst, L."), ("Swift, J. K.", "Ost, L.-G."), ("Swift, J. K.", "Ost, L.-G.")),
        ("authors", ("van Oppen, P.",), ("Oppen, P.",), ("van Oppen, P.",)),
        ("journal", "Phronesis", "Phronesis (Barcelona, Spain)", "Phronesis"),
        (
            "journal",
            "Psychotherapy Research",
            "Psychotherapy research : journal",
            "Psychotherapy Research",
        ),
        ("journal", "The Lancet", "Lancet", "The Lancet"),
        ("pages", "1009–1012", "1009-12", "1009–1012"),
        ("volume", "Vol. 12", "12", "Vol. 12"),
        ("issue", "4-5", "4–5", "4-5"),
        ("kind", "online-first", "journal-article", "journal-article"),
        ("kind", "document", "book", "book"),
        ("doi", "10.5555/ABC", "10.5555/abc", "10.5555/ABC"),
        ("year", 2020, None, 2020),
    ],
)
def test_spellings_that_agree_are_one_value_in_its_best_spelling(field, crossref, pubmed, proposed):
    records = two(field, crossref, pubmed)
    assert differences(records) == ()
    assert getattr(merged(records), field) == proposed


@pytest.mark.parametrize(
    ("field", "crossref", "pubmed"),
    [
        ("title", "Who leaves", "Who leaves early"),
        ("authors", ("Swift, J.",), ("Swift, J.", "Greenberg, R.")),
        ("authors", ("Swift, J.", "Greenberg, R."), ("Greenberg, R.", "Swift, J.")),
        ("authors", ("Swift, J.",), ("Swift, K.",)),
        ("pages", "211–224", "211–225"),
        ("year", 2020, 2021),
        ("kind", "book", "chapter"),
    ],
)
def test_values_that_differ_are_told_with_the_likelier_first(field, crossref, pubmed):
    records = two(field, crossref, pubmed)
    assert differences(records) == (Difference(field, (Told(crossref, ("crossref",)), Told(pubmed, ("pubmed",)))),)
    assert getattr(merged(records), field) == crossref


def test_an_article_out_in_advance_at_one_service_with_a_volume_at_another_is_in_print():
    records = [Record(source="crossref", kind="online-first"), Record(source="openalex", volume="3")]
    assert merged(records).kind == "journal-article"


def test_abstracts_are_looked_for_in_turn():
    having = [Record(source=service, abstract=service) for service in ("crossref", "europe_pmc", "pubmed", "openalex")]
    turns = [abstract_of(having[:many]) for many in (4, 3, 2, 1, 0)]
    names = ["openalex", "pubmed", "europe_pmc", "crossref", ""]
    assert turns == [(name, name) for name in names]


def test_a_retraction_that_only_a_flag_tells_gives_way_to_one_with_its_notice():
    flag = Record(source="openalex", notices=(FoundNotice(kind="retraction", source="OpenAlex"),))
    notice = FoundNotice(kind="retraction", doi="10.5555/r", source="publisher")
    assert merged([flag]).notices == flag.notices
    assert merged([flag, Record(source="crossref", notices=(notice,))]).notices == (notice,)
