"""What is pasted is asked of all services, whatever mood they are in."""

from __future__ import annotations

import time
from dataclasses import replace
from urllib.request import Request, urlopen

import pytest
from django.utils import translation

from rapport.literature.lookup import LookUp, look_up, services
from rapport.literature.lookup.agreeing import Difference, Told
from rapport.literature.lookup.crossref import Crossref
from rapport.literature.lookup.fake import MOODS, running_fake
from rapport.literature.lookup.record import NAMES
from rapport.literature.lookup.service import Patience

DOI = "10.5555/rapport.2026.0231"
TITLE = (
    "Asking about the alliance at every session: A randomised trial of feedback and drop-out in five community clinics"
)
SHORT = Patience(connect=0.3, read=0.25, whole=0.8, first_pause=0.01, pace=0, most_bytes=200_000)


@pytest.fixture
def fake(settings):
    with running_fake(slow_seconds=5) as fake:
        settings.LOOKUP_SERVICES = fake.addresses
        yield fake


def ask(text: str, **patience) -> LookUp:
    return look_up(text, services=services(contact="desk@example.org", patience=replace(SHORT, **patience)))


def outcomes(found: LookUp) -> dict[str, str]:
    return {answer.service: answer.outcome.value for answer in found.answers}


ALL_FOUND = dict.fromkeys(NAMES, "found")


@pytest.mark.parametrize(
    "text",
    [
        f"https://doi.org/{DOI}.",
        "PMID: 99000231",
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC99000231/",
        "https://www.sciencedirect.com/science/article/abs/pii/S0000000026002315?via%3Dihub",
        TITLE,
        f"Ferreira-Lund, I. M., van der Aalst, P., & Okonjo, A. R. (2026). {TITLE}. "
        "Journal of Invented Psychotherapy Research, 12(2), 117–131.",
    ],
    ids=["DOI", "PMID", "PMC", "PII", "title", "reference"],
)
def test_one_article_is_found_by_whatever_names_it(fake, text):
    found = ask(text)
    assert outcomes(found) == ALL_FOUND
    assert found.record.facts == {
        "kind": "journal-article",
        "language": "en",
        "authors": ["Ferreira-Lund, I. M.", "van der Aalst, P.", "Okonjo, A. R."],
        "year": 2026,
        "title": TITLE,
        "journal": "Journal of Invented Psychotherapy Research",
        "volume": "12",
        "issue": "2",
        "pages": "117–131",
        "editors": [],
        "publisher": "",
        "doi": DOI,
        "pmid": "99000231",
    }
    assert (found.differences, found.problems, found.message) == ((), (), "Found.")
    assert found.proposal["year"] == Told(2026, ("crossref", "pubmed", "europe_pmc", "openalex"))
    assert "N = 231" in found.abstract
    assert found.abstract_source == "OpenAlex"


def test_what_services_differ_on_is_told_with_who_says_so(fake):
    found = ask("10.5555/inv(2025)07:3,211")
    assert found.differences == (
        Difference("year", (Told(2025, ("crossref", "pubmed", "europe_pmc")), Told(2024, ("openalex",)))),
        Difference("pages", (Told("211–224", ("crossref", "europe_pmc", "openalex")), Told("211–215", ("pubmed",)))),
    )
    assert found.differences[1].told[1].names == ("PubMed",)


def test_the_abstract_is_of_the_next_service_where_one_has_none(fake):
    assert ask("10.5555/rapport.meta.118").abstract_source == "PubMed"


@pytest.mark.parametrize("mood", [mood for mood in MOODS if mood not in ("fine", "faltering")])
@pytest.mark.parametrize("fine", list(NAMES))
def test_with_all_services_but_one_in_a_bad_mood_the_article_is_found(fake, fine, mood):
    fake.set_mood("all", mood)
    fake.set_mood(fine, "fine")
    began = time.monotonic()
    found = ask(DOI)
    assert time.monotonic() - began < 2
    assert outcomes(found) == {**dict.fromkeys(NAMES, "problem"), fine: "found"}
    assert (found.record.title, found.record.year) == (TITLE, 2026)
    assert [problem.name for problem in found.problems] == [name for key, name in NAMES.items() if key != fine]


@pytest.mark.parametrize("text", [DOI, "PMID: 99000231", "PMC99000231", TITLE])
def test_with_every_service_down_nothing_is_said_to_be_unknown(fake, text):
    fake.set_mood("all", "down")
    found = ask(text)
    assert set(outcomes(found).values()) == {"problem"}
    assert found.record is None
    assert found.message == "No service gave an answer, so we cannot tell whether they know this work."
    assert found.typed.text == text


def test_what_no_service_knows_is_said_to_be_unknown_only_when_all_said_so(fake):
    assert ask("10.5555/unknown").message == (
        "None of the services knows this work. Look at what you pasted, or type the fields by hand."
    )
    fake.set_mood("pubmed", "down")
    assert ask("10.5555/unknown").message == (
        "The services that answered do not know this work; others gave no answer."
    )


def test_a_title_like_several_gives_candidates_to_choose_from(fake):
    found = ask("alliance in psychotherapy")
    assert found.record is None
    assert found.message == ("These works are like what you pasted. Choose the one you mean, or paste its DOI.")
    assert DOI in [candidate.doi for candidate in found.candidates]
    chosen = ask(found.candidates[0].doi)
    assert chosen.record.title == found.candidates[0].title


def test_a_reference_with_another_year_and_author_is_not_taken_for_the_work(fake):
    found = ask(f"Other, O. (2001). {TITLE}. Journal of Invented Psychotherapy Research, 12(2), 117–131.")
    assert found.record is None
    assert found.candidates[0].doi == DOI


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Paste a DOI, a PubMed number, a link, a title or a reference."),
        (
            "https://www.example.org/articles/12",
            "This link holds no DOI and no PubMed number. Paste the article’s DOI or its title instead.",
        ),
    ],
)
def test_what_cannot_be_looked_up_is_asked_of_nobody(fake, text, message):
    found = ask(text)
    assert (found.answers, found.message, sum(fake.asked.values())) == ((), message, 0)


@pytest.mark.parametrize(
    ("mood", "outcome", "word"), [("fine", "not-found", "does not know"), ("down", "problem", "gave no answer")]
)
def test_a_publishers_number_that_leads_nowhere_is_told_as_what_it_is(fake, mood, outcome, word):
    fake.set_mood("crossref", mood)
    found = ask("https://www.sciencedirect.com/science/article/pii/S0000000026999993")
    assert (outcomes(found), found.record) == ({"crossref": outcome}, None)
    assert word in found.message and "only the publisher’s number" in found.message


def test_a_publishers_number_of_two_works_gives_both_to_choose_from(fake, monkeypatch):
    numbers = {"a": "s0000000026009991", "b": "S0000000026009991", "c": "S00000000260099910"}
    works = [{"DOI": f"10.5555/{name}", "title": [name], "alternative-id": [n]} for name, n in numbers.items()]
    monkeypatch.setattr(Crossref, "_works", lambda self, params, until: works)
    found = ask("https://www.sciencedirect.com/science/article/pii/S0000000026009991")
    assert (found.record, [work.doi for work in found.candidates]) == (None, ["10.5555/a", "10.5555/b"])


@pytest.mark.parametrize(
    "text", ["\0", "a\0b", "💬" * 50, "x" * 10_000, '"[AID] OR 1[pmid]', "'; DROP TABLE --", "10.5555/%00"]
)
def test_odd_input_is_asked_about_and_breaks_nothing(fake, text):
    assert ask(text).problems == ()


def test_problems_are_told_in_the_readers_language_though_asked_in_threads(fake):
    fake.set_mood("crossref", "failing")
    found = ask(DOI)
    with translation.override("fr"):
        french = found.problems[0].message
    with translation.override("en"):
        assert found.problems[0].message.startswith("Crossref has a fault of its own")
    assert "Crossref" in french


def test_a_retraction_that_has_arrived_is_told_once(fake):
    data = f"doi={DOI}&kind=retraction".encode()
    address = fake.addresses["crossref"].replace("/crossref", "/fake/retract")
    assert urlopen(Request(address, data=data)).read() == b"Done."  # as a browser test does it
    [notice] = ask(DOI).notices
    assert (notice.kind, notice.doi, notice.source) == ("retraction", f"{DOI}.retraction", "Retraction Watch")
    assert ask(DOI).record.title == TITLE  # though Crossref's title now begins with “RETRACTED:”


def test_no_service_is_asked_twice_for_one_doi(fake):
    ask(DOI)
    assert dict(fake.asked) == {"crossref": 1, "openalex": 1, "pubmed": 2, "europe_pmc": 1}  # PubMed: search, fetch
