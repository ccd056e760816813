"""What an abstract suggests, on its article's page: accepted one by one, by a person, or set aside."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from rapport.digest.models import Entry
from rapport.literature.actions import keep_abstract
from rapport.literature.models import Article
from tests.making import NOW, make_article, make_entry, make_research_type, make_site, make_topic

pytestmark = pytest.mark.django_db

PAGE = "/desk/articles/rosa-2020/"
ABSTRACT = "In a survey of 421 clients, the alliance went with outcome, r = .31, p < .001. Supervision was not studied."


@pytest.fixture
def entry(client: Client, alice) -> Entry:
    """Alice's entry about an article of which only the abstract is stored."""
    make_site()
    for key in ("survey", "meta-analysis"):
        make_research_type(key)
    make_topic("supervision")
    article = make_article("rosa-2020")
    keep_abstract(article=article, text=ABSTRACT, source="OpenAlex", by=alice, now=NOW)
    client.force_login(alice)
    return make_entry("alliance-matters", article=article, research_type="meta-analysis", topics=["alliance"])


def names(client: Client) -> list[str]:
    return re.findall(r'data-suggestion="([^"]*)"', client.get(PAGE).content.decode())


def answer(client: Client, deed: str, kind: str = "") -> None:
    name = next((name for name in names(client) if name.startswith(kind)), "")
    assert client.post(f"{PAGE}suggestions/", {"deed": deed, "name": name}).status_code == 302


def stored() -> dict[str, object]:
    article, entry = Article.objects.get(), Entry.objects.get()
    return {
        "findings": [str(finding.estimate) for finding in article.findings.all()],
        "figures": [figure["value"] for figure in article.figures],
        "topics": sorted(topic.key for topic in entry.topics.all()),
        "type": entry.research_type.key,
    }


NOTHING = {"findings": [], "figures": [], "topics": ["alliance"], "type": "meta-analysis"}


def test_nothing_is_accepted_by_looking(client, entry):
    assert [name.rpartition("-")[0] or name for name in names(client)] == [
        "research-type",
        "topic",
        "figure",
        "finding",
    ]
    client.get(f"{PAGE}suggestions/")
    assert stored() == NOTHING


@pytest.mark.parametrize(
    ("kind", "now_stored"),
    [
        ("finding", {"findings": ["0.31"]}),
        ("figure", {"figures": ["421"]}),
        ("topic", {"topics": ["alliance", "supervision"]}),
        ("research-type", {"type": "survey"}),
    ],
)
def test_one_is_accepted_and_the_others_stay_open(client, entry, kind, now_stored):
    before = names(client)
    answer(client, "accept", kind)
    assert stored() == {**NOTHING, **now_stored}
    assert names(client) == [name for name in before if not name.startswith(kind)]


def test_one_that_is_set_aside_comes_back_when_asked_for(client, entry):
    before = names(client)
    answer(client, "set-aside", "finding")
    assert (stored(), len(names(client))) == (NOTHING, len(before) - 1)
    answer(client, "bring-back")
    assert names(client) == before


def test_one_that_is_no_longer_open_is_told(client, entry):
    answered = client.post(f"{PAGE}suggestions/", {"deed": "accept", "name": "finding-gone"}, follow=True)
    assert "This suggestion is no longer open." in answered.content.decode()
    assert stored() == NOTHING


def test_of_a_published_entry_numbers_lead_to_a_correction_and_are_not_offered_to_be_accepted(client, edith):
    make_site()
    article = make_article("rosa-2020")
    keep_abstract(article=article, text=ABSTRACT, source="OpenAlex", by=edith, now=NOW)
    make_entry("alliance-matters", article=article, issue="2024-05")
    client.force_login(edith)
    shown = client.get(PAGE).content.decode()
    assert ("is published as a correction" in shown, 'value="accept"' in shown) == (True, False)
    (to,) = re.findall(r'href="([^"]*new-finding/[?]from=[^"]*)"', shown)
    begun = client.get(to)
    assert (begun.context["form"]["estimate"].value(), begun.context["form"]["claim_en"].value()) == ("0.31", None)
    assert "One line for readers" in begun.content.decode()
    answer(client, "accept", "finding")
    assert stored()["findings"] == []


def test_a_draft_says_which_step_is_next_and_writing_is_always_open(client, entry):
    def way() -> list[str]:
        section = client.get(PAGE).content.decode().partition('id="way"')[2].partition("</section>")[0]
        assert f'href="/desk/entries/{entry.slug}/en/"' in section
        steps = re.findall(r"<li([^>]*)>", section)
        return ["next" if "current" in step else "done" if "is-past" in step else "" for step in steps]

    assert way() == ["next", "", ""]
    for kind in ("research-type", "topic", "figure", "finding"):
        answer(client, "accept", kind)
    assert way() == ["done", "next", ""]
    page = client.get(PAGE)
    (row,) = page.context["naming"].unnamed
    client.post(f"{PAGE}names/", {f"on-{row.key}": row.stamp, f"claim-{row.key}_en": "Alliance and outcome"})
    assert way() == ["done", "done", "next"]
