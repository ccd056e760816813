"""The words of findings that came from an abstract, given to all of them on the article's page."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from rapport.audit.models import Event
from rapport.desk.actions.articles import change_article
from rapport.desk.article_values import changed
from rapport.digest.exchange.database import article_value
from rapport.digest.exchange.schema import FindingFile
from rapport.digest.models import Entry
from rapport.literature.models import Article
from tests.making import NOW, make_article, make_entry, make_site

pytestmark = pytest.mark.django_db

PAGE = "/desk/articles/rosa-2020/"
NAMES = f"{PAGE}names/"
SENTENCE = "At session 6 the alliance was stronger, d = 0.43, 95% CI [0.21, 0.65]; later it was not, d = 0.08."


def accepted(key: str, estimate: str, **facts: Any) -> FindingFile:
    """A finding as a suggestion is accepted: its claim names the metric, and nothing else."""
    claim = {"en": "Standardised difference (Cohen’s d), from the abstract"}
    return FindingFile.model_validate(
        {"key": key, "claim": claim, "metric": "d", "estimate": Decimal(estimate), "read_level": "abstract",
         "seen_as": SENTENCE, **facts}
    )  # fmt: skip


@pytest.fixture
def article(client: Client, alice) -> Article:
    """A draft is about it; two findings came from its abstract."""
    make_site()
    article = make_article("rosa-2020")
    make_entry("alliance-grows", article=article)
    store(article, accepted("d-1", "0.43"), accepted("d-2", "0.08"), by=alice)
    client.force_login(alice)
    return article


def store(article: Article, *findings: FindingFile, by) -> None:
    change_article(article=article, value=changed(article_value(article), findings=findings), by=by, now=NOW)


def form_of(client: Client, page: str = PAGE) -> dict[str, str]:
    """What the form of names would send, nothing typed."""
    form = re.search(r'<form[^>]*action="[^"]*/names/".*?</form>', client.get(page).content.decode(), re.DOTALL)
    assert form, "the page asks for no words"
    return dict(re.findall(r'name="(on-[^"]*)" value="([^"]*)"', form[0]))


def send(client: Client, sent: dict[str, str]) -> HttpResponse:
    return client.post(NAMES, sent)


def stored(article: Article) -> list[tuple[str, dict[str, str], dict[str, str]]]:
    return [(finding.key, finding.claim, finding.reading) for finding in article.findings.order_by("position")]


UNNAMED = {"en": "Standardised difference (Cohen’s d), from the abstract"}


def test_all_findings_get_their_words_with_one_button(client, article):
    typed = {
        "claim-d-1_en": "The alliance at session 6",
        "claim-d-1_fr": "L’alliance à la séance 6",
        "reading-d-1_en": "With feedback, the alliance was a little stronger.",
        "claim-d-2_en": "The alliance at the end",
    }
    answered = send(client, {**form_of(client), **typed})
    assert (answered.status_code, answered.url) == (302, f"{PAGE}#go-on")
    assert stored(article) == [
        (
            "the-alliance-at-session-6",
            {"en": "The alliance at session 6", "fr": "L’alliance à la séance 6"},
            {"en": "With feedback, the alliance was a little stronger."},
        ),
        ("the-alliance-at-the-end", {"en": "The alliance at the end"}, {}),
    ]
    assert Event.objects.filter(did="article.facts-saved", about="article:rosa-2020").last().details == {"findings": 2}


def test_what_is_left_empty_stays_as_it_is_and_is_asked_for_next(client, article):
    answered = send(client, {**form_of(client), "claim-d-1_en": "The alliance at session 6"})
    assert answered.url == f"{PAGE}#id_claim-d-2_en"
    assert [claim for _key, claim, _reading in stored(article)] == [{"en": "The alliance at session 6"}, UNNAMED]
    answered = client.post(NAMES, form_of(client), follow=True)
    assert "Nothing was typed, so nothing was changed." in answered.content.decode()


def test_beside_the_fields_stands_the_sentence_with_the_number_that_was_read(client, article):
    shown = client.get(PAGE).content.decode()
    seen = re.findall(r'id="seen-[^>]*>(.*?)</p>', shown)
    assert [re.findall(r"<mark[^>]*>(.*?)</mark>", one) for one in seen] == [
        ["d = 0.43, 95% CI [0.21, 0.65]"],
        ["d = 0.08"],
    ]


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"claim-d-1_en": "x" * 601}, "claim-d-1_en", "at most 600 characters"),
        ({"claim-d-1_en": "Two\x07lines"}, "claim-d-1_en", "a character that cannot be shown"),
        ({"claim-d-1_fr": "L’alliance"}, "claim-d-1_en", "Say it in English too"),
        ({"claim-d-1_en": "the  end"}, "claim-d-2_en", "Another finding has this name"),
    ],
)
def test_what_is_refused_is_told_at_its_field_and_nothing_typed_is_lost(client, article, typed, field, told):
    other = {"claim-d-2_en": "The end", "reading-d-2_en": "No difference was seen."}
    answered = send(client, {**form_of(client), **other, **typed})
    form = answered.context["naming"]
    assert (answered.status_code, list(form.errors)) == (422, [field])
    assert told in " ".join(form.errors[field])
    assert {name: form[name].value() for name in {**other, **typed}} == {**other, **typed}
    assert [claim for _key, claim, _reading in stored(article)] == [UNNAMED, UNNAMED]


def test_a_finding_that_somebody_changed_meanwhile_takes_the_words_when_they_are_sent_again(client, article, edith):
    sent = {**form_of(client), "claim-d-1_en": "The alliance at session 6"}
    store(article, accepted("d-1", "0.43", p="< .001"), accepted("d-2", "0.08"), by=edith)
    answered = send(client, sent)
    assert (answered.status_code, list(answered.context["naming"].errors)) == (422, ["claim-d-1_en"])
    again = dict(re.findall(r'name="(on-[^"]*)" value="([^"]*)"', answered.content.decode()))
    assert send(client, {**sent, **again}).status_code == 302
    assert [claim for _key, claim, _reading in stored(article)] == [{"en": "The alliance at session 6"}, UNNAMED]


def test_words_for_a_finding_that_somebody_named_meanwhile_are_shown_and_not_stored(client, article, edith):
    sent = {**form_of(client), "claim-d-1_en": "Session 6", "claim-d-2_en": "The end"}
    named = accepted("early", "0.43", claim={"en": "Early alliance"})
    store(article, named, accepted("d-2", "0.08"), by=edith)
    answered = send(client, sent)
    assert "You had typed: “Session 6”" in answered.content.decode()
    assert answered.context["naming"]["claim-d-2_en"].value() == "The end"
    again = dict(re.findall(r'name="(on-[^"]*)" value="([^"]*)"', answered.content.decode()))
    assert send(client, {**again, "claim-d-2_en": "The end"}).status_code == 302
    assert [claim["en"] for _key, claim, _reading in stored(article)] == ["Early alliance", "The end"]


def test_words_are_shown_too_when_no_finding_is_left_that_lacks_any(client, article, edith):
    sent = {**form_of(client), "claim-d-1_en": "Session 6"}
    store(article, accepted("early", "0.43", claim={"en": "Early"}, reading={"en": "A little stronger."}), by=edith)
    answered = send(client, sent)
    assert (answered.status_code, "You had typed: “Session 6”" in answered.content.decode()) == (422, True)


def test_the_whole_form_makes_the_key_of_the_words_too(client, article):
    sent = client.get(f"{PAGE}findings/d-1/").context["form"].initial
    client.post(f"{PAGE}findings/d-1/", {**sent, "claim_en": "The alliance at session 6"})
    assert [key for key, _claim, _reading in stored(article)] == ["the-alliance-at-session-6", "d-2"]


def test_the_whole_form_of_a_finding_that_is_gone_keeps_what_was_typed(client, article, edith):
    page = client.get(f"{PAGE}findings/d-1/")
    sent = {**page.context["form"].initial, "claim_en": "Session 6", "on": page.context["stamp"]}
    store(article, accepted("early", "0.43", claim={"en": "Early alliance"}), by=edith)
    answered = client.post(f"{PAGE}findings/d-1/", sent)
    assert (answered.status_code, answered.context["form"]["claim_en"].value()) == (422, "Session 6")
    assert f'action="{PAGE}new-finding/"' in answered.content.decode()


def test_a_finding_with_a_name_is_asked_for_a_sentence_in_plain_words(client, article, alice):
    store(article, accepted("early", "0.43", claim={"en": "Early alliance"}), by=alice)
    send(client, {**form_of(client), "reading-early_en": "It was a little stronger."})
    assert stored(article) == [("early", {"en": "Early alliance"}, {"en": "It was a little stronger."})]


def test_of_a_published_entry_words_are_a_correction_with_a_line_for_readers(client, edith):
    make_site()
    article = make_article("rosa-2020")
    store(article, accepted("early", "0.43", claim={"en": "Early alliance"}), by=edith)
    entry = make_entry("alliance-grows", article=article, issue="2024-05")
    client.force_login(edith)
    assert "/names/" not in client.get(PAGE).content.decode()
    (finding,) = article_value(article).findings
    answered = send(client, {"on-early": "", "reading-early_en": "It was stronger."})
    assert (answered.status_code, answered.context["naming"]["reading-early_en"].value()) == (422, "It was stronger.")
    assert (article_value(article).findings, entry.state) == ((finding,), Entry.State.PUBLISHED)


@pytest.mark.parametrize("number", [1, 12])
def test_the_page_asks_for_many_words_with_as_many_queries_as_for_one(
    client, article, alice, django_assert_max_num_queries, number
):
    store(article, *[accepted(f"d-{count}", f"0.{count}") for count in range(1, number + 1)], by=alice)
    client.get(PAGE)
    with django_assert_max_num_queries(20):
        client.get(PAGE)
    typed = {f"claim-d-{count}_en": "x" * 601 for count in range(1, number + 1)}
    sent = {**form_of(client), **typed}
    with django_assert_max_num_queries(20):
        assert send(client, sent).status_code == 422


def test_of_very_many_findings_as_many_are_asked_about_as_one_form_can_carry(client, article, alice):
    store(article, *[accepted(f"d-{count}", f"0.{count:03}") for count in range(1, 301)], by=alice)
    sent = form_of(client)
    page = client.get(PAGE)
    assert "300 findings without words" in page.content.decode()
    assert "260 more findings are asked about when these are saved." in page.content.decode()
    every_field = dict.fromkeys(page.context["naming"].fields, "")
    names = {
        name: f"Finding {number}"
        for number, name in enumerate(every_field)
        if name.startswith("claim-") and "_en" in name
    }
    answered = send(client, {**sent, **every_field, **names})
    assert (answered.status_code, answered.url) == (302, f"{PAGE}#id_claim-d-41_en")
    assert sum(claim == UNNAMED for _key, claim, _reading in stored(article)) == 260
