"""The letter that somebody at the desk sends to themselves, to see it as readers will."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.test import Client

from rapport.audit.models import Event
from rapport.digest.models import Issue
from rapport.mailing.actions.running import send_test_letter
from rapport.mailing.letters import compose_test
from rapport.mailing.models import Arrival, Delivery, Edition, LedgerLine, Subscriber, Suppression
from rapport.mailing.refusals import NotPossible
from rapport.mailing.sending.posting import InDoubt, Letter, Refused
from rapport.mailing.tokens import suppression_key
from tests.making import make_entry, make_person, make_site

pytestmark = pytest.mark.django_db

MAY = dt.datetime(2024, 5, 7, 9, tzinfo=dt.UTC)


class Box:
    """A post that keeps what it is handed, or answers with what it was told to."""

    def __init__(self, problem: Exception | None = None) -> None:
        self.letters: list[Letter] = []
        self.problem = problem

    def hand_over(self, letter: Letter) -> None:
        if self.problem:
            raise self.problem
        self.letters.append(letter)

    def close(self) -> None:
        pass


@pytest.fixture
def edith():
    return make_person("Edith", "editor")


@pytest.fixture
def issue() -> Issue:
    make_site()
    words = {"en": {"title": "Sleep first"}, "fr": {"title": "Le sommeil d’abord"}}
    return make_entry("sleep-first", issue="2024-05", texts=words).issue


def test_it_is_the_readers_letter_marked_as_a_test_to_the_one_who_asks(issue, edith):
    box = Box()
    assert send_test_letter(issue=issue, language="fr", by=edith, post=box, now=MAY) == "edith@example.org"
    message = box.letters[0].as_message()
    assert message.to == ["edith@example.org"]
    assert message.subject == "[Essai] Ce mois-ci …on 2024-05"
    assert "Le sommeil d’abord" in message.body
    assert message.body.count("/fr/letters/") == 6
    assert list(Event.objects.values_list("did", "about", "details")) == [
        ("letter.tested", "letter:issue 2024-05", {"language": "fr"})
    ]


def test_nothing_is_kept_of_it(issue, edith):
    send_test_letter(issue=issue, language="en", by=edith, post=Box(), now=MAY)
    kept = [model.objects.count() for model in (Edition, Delivery, LedgerLine, Subscriber, Arrival)]
    assert kept == [0, 0, 0, 0, 0]


def test_where_there_is_no_text_in_the_language_the_entry_comes_in_its_own(issue):
    make_entry("only-english", issue="2024-05", title="Only here in English")
    letter = compose_test(issue=issue, language="fr", to="edith@example.org")
    assert "Only here in English" in letter.text


@pytest.mark.parametrize("page", ["preferences", "unsubscribe", "read", "answer"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_its_links_open_a_page_that_says_so_and_do_nothing(issue, client: Client, page, language):
    letter = compose_test(issue=issue, language=language, to="edith@example.org")
    path = f"{'/fr' if language == 'fr' else ''}/letters/{page}/test/"
    assert path in letter.html
    assert path in letter.text
    for answer in (client.get(path), client.post(path, {"List-Unsubscribe": "One-Click", "deed": "no-mail"})):
        assert answer.status_code == 200
        assert (language == "fr" or "test letter" in answer.text) and answer["Referrer-Policy"] == "no-referrer"


def test_it_comes_back_to_the_sender_and_not_to_where_bounces_are_read(issue, settings):
    settings.BOUNCE_ADDRESS = "bounces@digest.example.org"
    letter = compose_test(issue=issue, language="en", to="edith@example.org")
    assert letter.envelope_from in settings.DEFAULT_FROM_EMAIL
    assert "Feedback-ID" not in letter.as_message().extra_headers


def test_two_of_them_are_two_mails(issue):
    identities = {
        compose_test(issue=issue, language="en", to="e@example.org").as_message().extra_headers["Message-ID"]
        for _ in range(2)
    }
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    assert len(identities) == 2
    assert all(identity.endswith(f"@{domain}>") for identity in identities)


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (Refused("554 we do not like it", of_address=False), "did not take the letter: “554 we do not like it”"),
        (InDoubt("the line went dead"), "did not say whether"),
        (RuntimeError("a provider's own trouble"), "did not say whether"),
    ],
)
def test_what_the_mail_server_answers_is_told(issue, edith, problem, said):
    with pytest.raises(NotPossible, match=said):
        send_test_letter(issue=issue, language="en", by=edith, post=Box(problem), now=MAY)
    assert not Event.objects.exists()


def test_who_asked_for_no_mail_at_all_gets_no_test_either(issue, edith):
    Suppression.objects.create(key=suppression_key("edith@example.org"), why="complaint", made_at=MAY)
    box = Box()
    with pytest.raises(NotPossible, match="no mail at all"):
        send_test_letter(issue=issue, language="en", by=edith, post=box, now=MAY)
    assert box.letters == []


def test_an_issue_of_which_nothing_can_be_read_has_no_letter(issue, edith):
    issue.entries.update(state="withdrawn")
    with pytest.raises(NotPossible, match="no letter of it"):
        send_test_letter(issue=issue, language="en", by=edith, post=Box(), now=MAY)
