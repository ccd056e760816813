"""From what somebody pastes to a draft, with the services answering from a stand-in on this machine."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from rapport.digest.models import Entry
from rapport.literature.lookup.fake import Fake, running_fake
from rapport.literature.models import Abstract, Article
from tests.making import make_article, make_entry, make_research_type, make_site, make_topic

pytestmark = pytest.mark.django_db

NEW = "/desk/articles/new/"
AGREED = "10.5555/rapport.2026.0231"  # on which the services say the same
DIFFERING = "10.5555/inv(2025)07:3,211"  # OpenAlex gives another year, PubMed other pages
NBIB = b"PMID- 99000999\nTI  - A trial of asking\nAU  - Rosa R\nDP  - 2021 Mar\nJT  - Journal of Asking\n"


@pytest.fixture
def services(settings) -> Iterator[Fake]:
    with running_fake(slow_seconds=5) as fake:
        settings.LOOKUP_SERVICES = fake.addresses
        yield fake


@pytest.fixture
def alice(client: Client, alice):
    make_site()
    make_research_type("randomised-trial")
    make_topic("alliance")
    client.force_login(alice)
    return alice


def text_of(answer: HttpResponse) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def form_of(answer: HttpResponse) -> dict[str, str]:
    """What the draft's form would send as it stands."""
    form = answer.context["form"]
    typed = {field.name: field.value() for field in form if field.value() not in (None, "", False)}
    return {**typed, "found": answer.context["signed"]}


DRAFT = {"research_type": "randomised-trial", "entry_language": "en", "working_title": "Asking helps"}


def test_a_doi_becomes_an_article_with_its_abstract_and_a_draft(client, services, alice):
    shown = client.post(NEW, {"typed": f"https://doi.org/{AGREED}"})
    made = client.post(f"{NEW}draft/", {**form_of(shown), **DRAFT, "topics": ["alliance"]})
    entry = Entry.objects.get()
    assert made.url == "/desk/articles/ferreira-lund-2026/"  # its abstract has numbers to accept first
    assert (entry.article.doi, entry.article.year, entry.progress.author) == (AGREED, 2026, alice)
    abstract = Abstract.objects.get()
    assert ("N = 231" in abstract.text, abstract.source) == (True, "OpenAlex")


def test_where_an_abstract_suggests_nothing_the_draft_leads_straight_to_writing(client, services, alice):
    shown = client.post(NEW, {"typed": AGREED})
    sent = {**form_of(shown), **DRAFT, "abstract": "Words, and no number."}
    made = client.post(f"{NEW}draft/", sent)
    assert made.url == f"/desk/entries/{Entry.objects.get().slug}/en/"


def test_what_is_suggested_is_ticked_by_one_button_and_nothing_typed_is_lost(client, services, alice):
    make_topic("feedback", name={"en": "Feedback"})
    shown = client.post(NEW, {"typed": DIFFERING})
    assert "checked" not in shown.content.decode().partition("Research type")[2].partition("is written in")[0]
    typed = {"working_title": "Asking helps", "choose_year": "other", "year": "2023", "abstract": "A randomised trial."}
    sent = {**form_of(shown), **typed, "title": "Alliance", "deed": "accept-suggestions"}
    ticked = client.post(f"{NEW}draft/", sent)
    form = ticked.context["form"]
    assert (ticked.status_code, form.errors, Entry.objects.count()) == (200, {}, 0)
    assert (form["research_type"].value(), form["topics"].value()) == ("randomised-trial", ["alliance"])
    assert {name: form[name].value() for name in typed} == typed
    assert ticked.content.decode().count(" checked") == 4  # the year’s choice, the type, the topic, the language


def test_every_topic_can_be_ticked_and_stays_ticked_when_the_form_is_refused(client, services, alice):
    make_topic("placebo", name={"en": "Placebo"})
    shown = client.post(NEW, {"typed": AGREED})
    boxes = r'<details class="draft__topics"( open)?>|name="topics" value="([^"]*)"[^>]*?( checked)?>'
    assert re.findall(boxes, re.sub(r"\s+", " ", shown.content.decode())) == [
        ("", "alliance", ""), ("", "", ""), ("", "placebo", ""),
    ]  # fmt: skip
    sent = {**form_of(shown), **DRAFT, "topics": ["placebo"]}
    refused = client.post(f"{NEW}draft/", {**sent, "working_title": ""})
    assert refused.status_code == 422
    assert re.findall(boxes, re.sub(r"\s+", " ", refused.content.decode())) == [
        ("", "alliance", ""), (" open", "", ""), ("", "placebo", " checked"),
    ]  # fmt: skip
    client.post(f"{NEW}draft/", sent)
    assert [topic.key for topic in Entry.objects.get().topics.all()] == ["placebo"]


def test_a_topic_that_was_suggested_and_not_chosen_is_not_asked_for_again(client, services, alice):
    shown = client.post(NEW, {"typed": AGREED})
    made = client.post(f"{NEW}draft/", {**form_of(shown), **DRAFT})
    article = client.get(made.url)
    assert {one.kind for one in article.context["suggestions"].open} == {"figure", "finding"}
    assert "1 is set aside." in text_of(article)


def test_where_services_differ_each_value_is_shown_with_who_gave_it_and_a_person_chooses(client, services, alice):
    shown = client.post(NEW, {"typed": DIFFERING})
    choices = {choice["name"]: [(value, by) for _place, value, by in choice["told"]]
               for choice in shown.context["form"].choices_to_make}  # fmt: skip
    assert choices == {
        "year": [("2025", "Crossref, PubMed, Europe PMC"), ("2024", "OpenAlex")],
        "pages": [("211–224", "Crossref, Europe PMC, OpenAlex"), ("211–215", "PubMed")],
    }
    unchosen = client.post(f"{NEW}draft/", {**form_of(shown), **DRAFT})
    assert (unchosen.status_code, Article.objects.count()) == (422, 0)
    client.post(f"{NEW}draft/", {**form_of(shown), **DRAFT, "choose_year": "1", "choose_pages": "0"})
    assert (Article.objects.get().year, Article.objects.get().pages) == (2024, "211–224")


def test_a_service_that_is_down_is_named_and_nothing_typed_is_lost(client, services, alice):
    services.set_mood("all", "down")
    shown = client.post(NEW, {"typed": AGREED})
    told = text_of(shown)
    assert all(name in told for name in ("Crossref", "OpenAlex", "PubMed", "Europe PMC"))
    assert "No service gave an answer, so we cannot tell whether they know this work." in told
    assert form_of(shown)["doi"] == AGREED
    services.set_mood("all", "fine")
    again = client.post(NEW, {**form_of(shown), "typed": AGREED, "working_title": "Kept"})
    assert (form_of(again)["year"], form_of(again)["working_title"]) == ("2026", "Kept")


def test_what_no_service_knows_can_be_typed_by_hand(client, services, alice):
    shown = client.post(NEW, {"typed": "10.5555/unknown"})
    assert "None of the services knows this work." in text_of(shown)
    facts = {"kind": "journal-article", "language": "en", "authors": "Rosa, R.", "year": "2021", "title": "A trial"}
    client.post(f"{NEW}draft/", {**form_of(shown), **DRAFT, **facts, "abstract": "Pasted by hand."})
    assert (Article.objects.get().doi, Abstract.objects.get().source) == ("10.5555/unknown", "by hand")


def test_an_article_that_is_here_is_met_before_anybody_is_asked(client, alice, settings):
    settings.LOOKUP_SERVICES = {}  # whoever is asked breaks the test
    make_entry("asking-helps", article=make_article("rosa-2020", doi=AGREED))
    shown = client.post(NEW, {"typed": f"doi:{AGREED.upper()}"})
    assert ("/desk/articles/rosa-2020/" in shown.content.decode(), Article.objects.count()) == (True, 1)


def test_an_article_with_the_same_title_and_year_is_met_before_it_is_made(client, services, alice):
    make_article("rosa-2021", title="A trial of asking", year=2021, doi="")
    facts = {"kind": "journal-article", "language": "en", "authors": "Other, O.", "year": "2021"}
    sent = {**facts, **DRAFT, "title": "A Trial of Asking"}
    met = client.post(f"{NEW}draft/", sent)
    assert (met.status_code, Article.objects.count()) == (422, 1)
    assert "/desk/articles/rosa-2021/" in met.content.decode()
    client.post(f"{NEW}draft/", {**sent, "is_another": "on"})
    assert Article.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("one.nbib", NBIB),
        ("one.ris", b"TY  - JOUR\nTI  - A trial of asking\nAU  - Rosa, R.\nPY  - 2021\nER  - \n"),
        ("one.bib", b"@article{a, title={A trial of asking}, author={Rosa, R.}, year={2021}}"),
        ("one.json", b'[{"type": "article-journal", "title": "A trial of asking", "id": "a"}]'),
    ],
)
def test_references_are_read_from_a_file(client, alice, name, file):
    shown = client.post(NEW, {"file": SimpleUploadedFile(name, file)})
    assert (shown.status_code, [found.title for found in shown.context["offered"]]) == (200, ["A trial of asking"])
    taken = client.post(NEW, {"record": shown.context["offered"][0].sign()})
    assert form_of(taken)["title"] == "A trial of asking"


def test_a_file_that_holds_no_reference_is_told_so(client, alice):
    shown = client.post(NEW, {"file": SimpleUploadedFile("notes.txt", b"Dear diary")})
    assert (shown.status_code, bool(shown.context["file_wrong"])) == (422, True)
