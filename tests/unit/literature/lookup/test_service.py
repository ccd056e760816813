"""One service asked over HTTP: its patience, its manners, and what becomes of every way in which it fails."""

from __future__ import annotations

import datetime as dt
import email.utils
import time
from dataclasses import replace

import pytest

from rapport import __version__
from rapport.literature.lookup.crossref import Crossref
from rapport.literature.lookup.fake import running_fake
from rapport.literature.lookup.openalex import OpenAlex
from rapport.literature.lookup.pubmed import PubMed
from rapport.literature.lookup.record import Answer, Outcome, Trouble, TroubleKind, trouble_in_words
from rapport.literature.lookup.service import Patience, _retry_after

DOI = "10.5555/rapport.2026.0231"
SHORT = Patience(connect=0.3, read=0.3, whole=2.0, first_pause=0.01, pace=0, most_bytes=200_000)


@pytest.fixture
def fake():
    with running_fake(slow_seconds=5) as fake:
        yield fake


def crossref(fake, **patience) -> Crossref:
    return Crossref(fake.addresses["crossref"], contact="desk@example.org", patience=replace(SHORT, **patience))


@pytest.mark.parametrize(
    ("mood", "trouble", "asked"),
    [
        ("wrong", Trouble(kind=TroubleKind.UNREADABLE), 1),
        ("half", Trouble(kind=TroubleKind.UNREADABLE), 3),
        ("limited", Trouble(kind=TroubleKind.BUSY, seconds=60, status=429), 1),
        ("failing", Trouble(kind=TroubleKind.FAILING, status=500), 3),
        ("down", Trouble(kind=TroubleKind.UNREADABLE), 3),
        ("moved", Trouble(kind=TroubleKind.MOVED), 1),
        ("huge", Trouble(kind=TroubleKind.TOO_LARGE), 1),
    ],
)
def test_a_service_in_a_bad_mood_is_a_problem_and_never_not_found(fake, mood, trouble, asked):
    fake.set_mood("crossref", mood)
    answer = crossref(fake).by_doi(DOI)
    assert answer == Answer(service="crossref", outcome=Outcome.PROBLEM, trouble=trouble)
    assert fake.asked["crossref"] == asked


def test_a_slow_service_is_asked_again_until_the_time_is_over_and_no_longer(fake):
    fake.set_mood("crossref", "slow")
    began = time.monotonic()
    answer = crossref(fake, whole=0.7).by_doi(DOI)
    assert answer.trouble.kind == TroubleKind.SLOW
    assert time.monotonic() - began < 1.2
    assert answer.message == (
        "Crossref did not answer within 1 second. "
        "Nothing you typed is lost; try again, or go on with the other services."
    )


def test_a_drip_that_never_ends_is_too_slow(fake):
    fake.set_mood("crossref", "huge")
    now = iter(range(1_000_000))
    answer = crossref(fake, clock=lambda: next(now) / 20, whole=2.0, most_bytes=10**9, retries=0).by_doi(DOI)
    assert answer.trouble.kind == TroubleKind.SLOW


def test_a_service_that_nobody_answers_for_could_not_be_reached():
    with running_fake() as fake:
        gone = fake.addresses["crossref"]
    answer = Crossref(gone, patience=SHORT).by_doi(DOI)
    assert answer == Answer(service="crossref", outcome=Outcome.PROBLEM, trouble=Trouble(kind=TroubleKind.UNREACHABLE))


def test_a_service_that_falters_is_asked_again_with_pauses_and_answers(fake):
    fake.set_mood("crossref", "faltering")
    pauses: list[float] = []
    answer = crossref(fake, sleep=pauses.append, jitter=lambda: 0.5, first_pause=0.1).by_doi(DOI)
    assert answer.record.doi == DOI
    assert pauses == [0.0, 0.2]  # what it asked for; then twice the first pause, in the middle of its jitter


def test_a_pause_longer_than_what_is_left_is_not_begun(fake):
    fake.set_mood("crossref", "failing")
    pauses: list[float] = []
    crossref(fake, sleep=pauses.append, first_pause=4.0, whole=1.0).by_doi(DOI)
    assert (pauses, fake.asked["crossref"]) == ([], 1)


def test_who_asks_is_told_politely(fake):
    crossref(fake).by_doi(DOI)
    PubMed(fake.addresses["pubmed"], contact="desk@example.org", patience=SHORT).by_doi(DOI)
    assert fake.headers["crossref"]["user-agent"] == f"Rapport/{__version__} (mailto:desk@example.org)"
    assert crossref(fake).identification() == {"mailto": "desk@example.org"}
    assert PubMed("", contact="desk@example.org", secret="k").identification() == {
        "tool": "rapport",
        "email": "desk@example.org",
        "api_key": "k",
    }
    assert OpenAlex("", secret="k").identification() == {"api_key": "k"}


@pytest.mark.parametrize("contact", ["", "desk@example.org\r\nX-Evil: 1", "not a mail address"])
def test_a_contact_that_is_no_mail_address_is_not_told(fake, contact):
    Crossref(fake.addresses["crossref"], contact=contact, patience=SHORT).by_doi(DOI)
    assert fake.headers["crossref"]["user-agent"] == f"Rapport/{__version__}"


def test_crossrefs_headers_set_the_pace(fake):
    pauses: list[float] = []
    service = crossref(fake, pace=1.0, clock=lambda: 100.0, sleep=pauses.append)
    service.by_doi(DOI)  # it answers: 50 questions in 1 second
    service.by_doi(DOI)
    service.by_doi(DOI)
    assert [round(pause, 3) for pause in pauses] == [0.02]


def test_pubmed_is_asked_no_faster_than_it_allows(fake):
    pauses: list[float] = []
    service = PubMed(
        fake.addresses["pubmed"], patience=replace(SHORT, pace=1.0, clock=lambda: 100.0, sleep=pauses.append)
    )
    assert service.by_doi(DOI).outcome == Outcome.FOUND
    assert pauses == [pytest.approx(0.35)]
    assert PubMed("", secret="a key").least_gap == 0.11


def test_a_work_that_pubmed_found_for_a_doi_it_does_not_have_is_not_the_work(fake):
    service = PubMed(fake.addresses["pubmed"], patience=SHORT)
    assert service.by_doi("10.5555/unknown") == Answer(service="pubmed", outcome=Outcome.NOT_FOUND)


def test_a_page_that_is_not_crossrefs_is_not_crossrefs_not_found(fake):
    elsewhere = Crossref(fake.addresses["crossref"].replace("/crossref", "/elsewhere"), patience=SHORT)
    fake_says = elsewhere.by_doi(DOI)
    assert fake_says.trouble == Trouble(kind=TroubleKind.UNREADABLE)
    assert crossref(fake).by_doi("10.5555/unknown") == Answer(service="crossref", outcome=Outcome.NOT_FOUND)


@pytest.mark.parametrize("doi", ["10.5555/inv(2025)07:3,211", "10.5555/INV(2025)07:3,211"])
def test_a_doi_with_commas_and_brackets_arrives_whole(fake, doi):
    assert crossref(fake).by_doi(doi).record.doi == "10.5555/inv(2025)07:3,211"


def test_notices_are_those_of_the_article_and_those_that_say_they_update_it(fake):
    assert crossref(fake).notices(DOI).record.notices == ()
    fake.retract(DOI, on=dt.date(2026, 5, 6))
    [notice] = crossref(fake).notices(DOI).record.notices
    assert (notice.kind, notice.doi, notice.source, notice.published_on) == (
        "retraction",
        f"{DOI}.retraction",
        "Retraction Watch",
        dt.date(2026, 5, 6),
    )


def test_notices_that_were_not_answered_are_not_no_notices(fake):
    fake.set_mood("crossref", "failing")
    answer = crossref(fake).notices(DOI)
    assert (answer.outcome, answer.record) == (Outcome.PROBLEM, None)


def test_an_answer_about_another_work_is_no_answer_about_notices(fake, monkeypatch):
    fake.retract(DOI)
    service = crossref(fake)
    asked = service.get

    def about_another(path, params, until):
        return asked(path.replace("another", "rapport"), params, until)

    monkeypatch.setattr(service, "get", about_another)
    answer = service.notices(DOI.replace("rapport", "another"))
    assert (answer.record, answer.trouble) == (None, Trouble(kind=TroubleKind.ANOTHER))


def test_an_answer_under_the_newer_name_of_a_doi_is_one(fake, monkeypatch):
    fake.retract(DOI)
    service = crossref(fake)
    work = {"DOI": DOI, "aliases": ["10.5555/OLD"], "title": ["One"], "updated-by": []}
    monkeypatch.setattr(service, "_work", lambda doi, until: work)
    assert service.notices("10.5555/old").outcome == Outcome.FOUND


@pytest.mark.parametrize("error", [OverflowError, RecursionError, LookupError, ZeroDivisionError])
def test_whatever_an_answer_breaks_it_is_an_answer_that_cannot_be_read(fake, error):
    def ask():
        raise error

    assert crossref(fake).answer(ask).trouble == Trouble(kind=TroubleKind.UNREADABLE)


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("", None), ("soon", None), ("-1", None)])
def test_retry_after_in_seconds(header, seconds):
    assert _retry_after(header) == seconds


def test_retry_after_as_a_date():
    at = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=90)
    assert _retry_after(email.utils.format_datetime(at, usegmt=True)) == pytest.approx(90, abs=2)
    assert _retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (Trouble(kind=TroubleKind.SLOW, seconds=8.02), "Crossref did not answer within 8 seconds."),
        (
            Trouble(kind=TroubleKind.BUSY, seconds=60),
            "Crossref has too many questions at once and asks us to wait for 60 seconds.",
        ),
        (Trouble(kind=TroubleKind.BUSY), "Crossref has too many questions at once and asks us to wait."),
        (
            Trouble(kind=TroubleKind.FAILING, status=503),
            "Crossref has a fault of its own at the moment (it answered 503).",
        ),
        (
            Trouble(kind=TroubleKind.REFUSED, status=403),
            "Crossref refused the question (it answered 403); whoever runs this site may have to look at its key or "
            "its limits.",
        ),
        (Trouble(kind=TroubleKind.UNREADABLE), "Crossref sent an answer that cannot be read."),
        (Trouble(kind=TroubleKind.TOO_LARGE), "Crossref sent more than we take from it."),
        (Trouble(kind=TroubleKind.MOVED), "Crossref sent us on to another address, which we do not follow."),
        (
            Trouble(kind=TroubleKind.ANOTHER),
            "Crossref answered about another work than the one we asked for.",
        ),
        (Trouble(kind=TroubleKind.UNREACHABLE), "Crossref could not be reached."),
    ],
)
def test_every_trouble_is_told_in_words(trouble, words):
    assert trouble_in_words("Crossref", trouble) == words
