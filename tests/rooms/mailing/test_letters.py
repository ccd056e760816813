"""What a letter says, and how it goes over the wire: to be read anywhere, and to fetch nothing."""

from __future__ import annotations

import datetime as dt
import email
import re
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default

import pytest
from django.test import override_settings

from rapport.digest.actions import add_revision, mark_changed, save_site_identity
from rapport.digest.models import Entry, EntryText
from rapport.mailing import letters
from rapport.mailing.actions.editions import open_editions
from rapport.mailing.actions.preparing import prepare_mailings
from rapport.mailing.letters.composing import MOST_IN_FULL
from rapport.mailing.letters.message import MailedLetter
from rapport.mailing.letters.press import Press
from rapport.mailing.sending.claiming import Claimed, Outcome, mark_and_claim
from rapport.mailing.tokens import answer_token, letter_token, web_token
from tests.making import (
    finding,
    make_article,
    make_entry,
    make_issue,
    make_notice,
    make_site,
    make_subscriber,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_began")]

BEGAN = dt.datetime(2024, 5, 4, 9, tzinfo=dt.UTC)
NOW = dt.datetime(2024, 5, 7, 9, tzinfo=dt.UTC)
LATER = dt.datetime(2024, 5, 20, 9, tzinfo=dt.UTC)
HOSTILE = "</title></h2><script>alert(1)</script><img src=https://evil.example.net/p.gif> & “quotes\" it's"


@pytest.fixture
def _began(settings):
    settings.DEFAULT_FROM_EMAIL = "Rapport <letters@digest.example.org>"
    settings.SITE_ADDRESS = "https://digest.example.org"
    make_site()
    open_editions(now=BEGAN)


def claim(now: dt.datetime = NOW) -> Claimed:
    """The next letter that is due."""
    open_editions(now=now)
    prepare_mailings(now=now)
    claimed = mark_and_claim(outcome=None, claim=f"{now:%d%H%M%S}", now=now)
    assert claimed is not None
    return claimed


def letter(now: dt.datetime = NOW) -> MailedLetter:
    return Press().letter(claim(now))


def parsed(one: MailedLetter) -> EmailMessage:
    """As a mail program reads it."""
    message = email.message_from_bytes(one.as_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def received(one: MailedLetter, now: dt.datetime = NOW) -> None:
    mark_and_claim(outcome=Outcome(one.delivery), claim=None, now=now)


def entry_with_a_finding(**words: str) -> Entry:
    make_article("rosa-2020", doi="10.5555/rosa", findings=[finding(claim={"en": "Alliance and outcome"})])
    return make_entry("alliance-matters", article="rosa-2020", issue="2024-05", **words)


def headings(html: str) -> list[str]:
    return [re.sub(r"<[^>]+>", "", found).strip() for found in re.findall(r"<h[123][^>]*>(.*?)</h[123]>", html, re.S)]


# --- what it holds --------------------------------------------------------------------------------------


def test_an_entry_says_what_it_is_about_and_what_it_asks_of_practice_first():
    make_subscriber()
    entry_with_a_finding()
    one = letter()
    for form in (one.html, one.text):
        assert "Alliance and outcome go together" in form
        assert "An article: Rosa 2020" in form
        assert "You might ask how the work together feels." in form
        assert "https://digest.example.org/2024/05/alliance-matters/" in form
        assert "0.28" in form
        assert "1 Example Street" in form
        assert "Test network" in form
        assert "desk@example.org" in form
        assert "A stronger alliance goes with a better outcome." not in form  # the summary is on the page
    assert headings(one.html) == ["May 2024", "Alliance and outcome go together", "Practice implications"]
    assert "- Ask. You might ask how the work together feels." in one.text.splitlines()
    assert "**" not in one.text
    assert one.subject == "This month …on 2024-05"


def test_every_link_is_its_readers_own_or_leads_to_the_digest():
    sam = make_subscriber()
    entry = entry_with_a_finding()
    one = letter()
    site = "https://digest.example.org"
    own = {
        f"{site}/letters/preferences/{letter_token(sam, one.delivery)}/",
        f"{site}/letters/unsubscribe/{letter_token(sam, one.delivery)}/",
        f"{site}/letters/read/{web_token(one.delivery)}/",
    }
    answer = f"{site}/letters/answer/{answer_token(one.delivery, entry.pk)}/"
    answers = {f"{answer}?answer={said}" for said in ("yes", "not-sure", "no")}
    log = f"{site}/letters/preferences/{letter_token(sam, one.delivery)}/#yours"
    pages = {f"{site}/", f"{site}/privacy/", f"{site}/letters/subscribe/", f"{site}{entry.get_absolute_url()}"}
    same_for_all = pages | {"https://doi.org/10.5555/rosa"}
    hrefs = set(re.findall(r'href="([^"]+)"', one.html))
    assert hrefs == own | {log} | answers | same_for_all | {"mailto:desk@example.org"}
    assert own | {log, answer, f"{site}/letters/subscribe/"} <= set(re.findall(r"https://\S+", one.text))
    assert "own.invalid" not in one.html + one.text


def test_a_drawing_travels_with_its_letter_and_is_told_in_words():
    make_subscriber()
    entry_with_a_finding()
    message = parsed(letter())
    assert message.get_content_type() == "multipart/related"
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/related", "multipart/alternative", "text/plain", "text/html", "image/png"]
    html = message.get_body(("html",)).get_content()
    [image] = [part for part in message.walk() if part.get_content_type() == "image/png"]
    [shown] = re.findall(r"<img[^>]*>", html)
    assert f'src="cid:{image["Content-ID"].strip("<>")}"' in shown
    assert re.fullmatch(r"<[^@<>\s]+@[^@<>\s]+>", image["Content-ID"])
    assert 'alt="Drawing: r = 0.28' in shown.replace("<i>", "").replace("</i>", "")
    assert "0.26" in shown
    assert image.get_content().startswith(b"\x89PNG")
    assert image.get_content_disposition() == "inline"


def test_nothing_is_fetched_when_a_letter_is_read():
    make_subscriber()
    image = "![pixel](https://evil.example.net/p.gif) <img src='https://evil.example.net/p.gif'>"
    entry_with_a_finding(title=HOSTILE, implications=f"- Ask. {image}")
    html = letter().html
    assert re.findall(r'\bsrc="(?!cid:)', html) == []
    for fetched in ("url(", "@import", "<link", "<script", "<iframe", "<object", "background=", "srcset", "@font-face"):
        assert (fetched, fetched in html) == (fetched, False)
    assert len(re.findall(r"<img\b", html)) == 1


def test_a_letter_without_a_drawing_has_no_picture():
    make_subscriber()
    make_entry(issue="2024-05")
    one = letter()
    assert "<img" not in one.html
    assert [part.get_content_type() for part in parsed(one).walk()][-1] == "text/html"


def test_an_issue_of_which_one_reads_a_part_is_not_announced_by_its_line():
    make_subscriber(topics=["drop-out"])
    make_entry("alliance", issue="2024-05")
    make_entry("leaving", topics=["drop-out"], title="Who leaves early", issue="2024-05")
    one = letter()
    assert one.subject == "Who leaves early"
    assert "…on 2024-05" not in one.html + one.text


def test_a_letter_with_many_entries_names_those_beyond_with_their_link():
    make_subscriber()
    for number in range(MOST_IN_FULL + 2):
        make_entry(f"number-{number}", title=f"Entry number {number}", issue="2024-05")
    one = letter()
    assert one.html.count(">Practice implications<") == MOST_IN_FULL
    assert headings(one.html)[-1] == "And also"
    for number in range(MOST_IN_FULL, MOST_IN_FULL + 2):
        link = f"https://digest.example.org/2024/05/number-{number}/"
        assert f"- Entry number {number} {link}" in one.text
        assert f'<a href="{link}"' in one.html
    assert "own.invalid" not in one.html + one.text
    assert len(one.html.encode()) < 100_000  # Gmail cuts off what is beyond 102 KB


def test_what_a_title_holds_is_text():
    make_subscriber()
    make_issue("2024-05", teaser={"en": HOSTILE})
    entry_with_a_finding(title=HOSTILE, implications=f"- {HOSTILE}")
    one = letter()
    assert "<script" not in one.html
    assert "&lt;script&gt;" in one.html
    assert HOSTILE in one.text  # which nobody takes for markup
    assert str(parsed(one)["Subject"]) == HOSTILE
    page = one.html.partition("<body")[2]
    assert "<title" not in page


def test_in_french_everything_but_what_is_only_in_english_is_french():
    make_subscriber(language="fr")
    make_article("rosa-2020", findings=[finding(claim={"en": "Alliance and outcome", "fr": "Alliance et résultat"})])
    make_entry("alliance-matters", article="rosa-2020", issue="2024-05", texts={"en": {}, "fr": {}})
    one = letter()
    assert '<html lang="fr">' in one.html
    assert headings(one.html)[:2] == ["Mai 2024", "Alliance et résultat vont de pair"]
    assert "0,28" in one.html
    assert "https://digest.example.org/fr/2024/05/alliance-matters/" in one.text
    assert "/fr/letters/unsubscribe/" in parsed(one)["List-Unsubscribe"]
    assert parsed(one)["Content-Language"] == "fr"
    assert "dans une autre langue" not in one.html


def test_an_entry_in_another_language_than_its_readers_says_so():
    make_subscriber(language="fr", takes_other_languages=True)
    make_entry("alliance-matters", issue="2024-05")
    one = letter()
    assert re.search(r'<h2[^>]* lang="en"', one.html)
    assert re.search(r'<td[^>]*class="practice-cell"[^>]* lang="en"', one.html)
    assert "En anglais · " in one.text
    assert re.search(r"<strong>En anglais</strong> · <span", one.html)


def test_a_retracted_article_is_told_before_its_implications():
    make_subscriber()
    entry = entry_with_a_finding()
    make_notice(entry.article)
    one = letter()
    for form in (one.html, one.text):
        assert -1 < form.find("The article: retracted.") < form.find("Practice implications")


# --- what is told later --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("corrected", "Corrected: Alliance and outcome go together"),
        ("withdrawn", "Withdrawn: Alliance and outcome go together"),
        ("notice", "A notice about the article behind “Alliance and outcome go together”"),
    ],
)
def test_who_had_an_entry_is_told_what_happened_to_it(kind, subject):
    make_subscriber()
    entry = entry_with_a_finding()
    received(letter())
    if kind == "withdrawn":
        Entry.objects.update(state=Entry.State.WITHDRAWN)
    add_revision(entry=entry, kind=kind, by="Edith", now=LATER, account={"en": "The number of clients was wrong."})
    one = letter(LATER)
    assert one.subject == subject
    for form in (one.html, one.text):
        assert "The number of clients was wrong." in form
        assert "20 May 2024" in form
        assert "https://digest.example.org/2024/05/alliance-matters/" in form
        assert "You might ask" not in form
        assert "because we sent you this entry" in form
    assert "letters/unsubscribe" in one.text
    assert len(list(parsed(one).iter_attachments())) == 0


def test_a_recall_without_an_account_says_what_happened_all_the_same():
    make_subscriber(language="fr")
    entry = make_entry("alliance-matters", issue="2024-05", texts={"en": {}, "fr": {}})
    received(letter())
    add_revision(entry=entry, kind="corrected", by="Edith", now=LATER)
    assert "20 mai 2024" in letter(LATER).text


def test_an_account_that_is_only_in_another_language_says_so():
    make_subscriber(language="fr")
    entry = make_entry("alliance-matters", issue="2024-05", texts={"en": {}, "fr": {}})
    received(letter())
    add_revision(entry=entry, kind="corrected", by="Edith", now=LATER, account={"en": "The number was wrong."})
    one = letter(LATER)
    assert "20 mai 2024 (en anglais)\u00a0: The number was wrong." in one.text
    assert '<span lang="en">The number was wrong.</span>' in one.html


def test_who_waited_for_a_quarter_is_told_in_one_line_that_there_was_nothing():
    make_subscriber(topics=["drop-out"], joined_at=dt.datetime(2024, 1, 1, tzinfo=dt.UTC))
    make_entry(issue="2024-05")
    one = letter(dt.datetime(2024, 7, 2, 9, tzinfo=dt.UTC))
    assert one.subject == "Rapport: nothing new for you in the last three months"
    assert "nothing that we published was what you asked for" in one.html
    assert "nothing that we published was what you asked for" in one.text
    assert len(one.text) < 1500
    assert parsed(one)["List-Unsubscribe-Post"]


# --- over the wire ---------------------------------------------------------------------------------------------


def test_mail_programs_know_what_it_is():
    sam = make_subscriber()
    make_entry(issue="2024-05")
    one = letter()
    message = parsed(one)
    stop = f"https://digest.example.org/letters/unsubscribe/{letter_token(sam, one.delivery)}/"
    assert message["List-Unsubscribe"] == f"<{stop}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert b"\r\nList-Unsubscribe: <https" in one.as_bytes()
    assert message["List-Id"] == "Rapport <digest.digest.example.org>"
    assert message["Feedback-ID"] == f"{one.delivery.mailing_id}:issue:digest:digest.example.org"
    assert message["Precedence"] == "bulk"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"] == "Rapport <letters@digest.example.org>"
    assert message["To"] == "sam@example.org"
    assert message["Date"] == "Tue, 07 May 2024 09:00:00 -0000"
    assert "Bcc" not in message
    for line in one.as_bytes().split(b"\r\n"):
        assert b"\n" not in line
        assert len(line) <= 998


def test_a_letter_that_is_made_twice_is_the_same_letter():
    make_subscriber()
    entry_with_a_finding()
    claimed = claim()
    first, second = (parsed(Press().letter(claimed)) for _ in range(2))
    assert first["Message-ID"] == second["Message-ID"]
    assert re.fullmatch(r"<delivery-\d+-[0-9a-f]+@digest\.example\.org>", first["Message-ID"])
    assert [part.get_content() for part in first.walk() if not part.is_multipart()] == [
        part.get_content() for part in second.walk() if not part.is_multipart()
    ]


def test_bounces_go_to_an_address_of_their_own_where_there_is_one():
    make_subscriber()
    make_entry(issue="2024-05")
    one = letter()
    assert one.envelope_from == "letters@digest.example.org"
    with override_settings(BOUNCE_ADDRESS="bounces@digest.example.org"):
        assert re.fullmatch(r"bounces\+\d+-[0-9a-f]+@digest\.example\.org", one.envelope_from)


@pytest.mark.parametrize(
    "name",
    ["Réseau d’essai, <le seul>", "Rapport\r\nBcc: everybody@example.org", 'A "quoted" \\ name', "研究 🦊", "x" * 400],
)
def test_nothing_in_a_name_makes_a_header_of_its_own(name):
    save_site_identity(facts={"name": {"en": name}, "wordmark": {"en": name}, "postal_address": f"1 Street\r\n{name}"})
    make_issue("2024-05", teaser={"en": f"{name}\r\nX-Own: yes"})
    make_subscriber()
    make_entry(issue="2024-05")
    one = letter()
    message = parsed(one)
    assert {key.lower() for key in message} == {
        *("content-type", "mime-version", "subject", "from", "to", "message-id", "date", "list-id"),
        *("list-unsubscribe", "list-unsubscribe-post", "feedback-id", "precedence", "auto-submitted"),
        "content-language",
    }
    assert [one.addr_spec for one in message["From"].addresses] == ["letters@digest.example.org"]
    assert message["From"].addresses[0].display_name == " ".join(name.split())
    identity = email.message_from_bytes(one.as_bytes())["List-Id"]
    assert re.search(r"<digest\.digest\.example\.org>$", identity)
    said = str(make_header(decode_header(identity))).rpartition(" <")[0]
    assert said.replace("\\", "").replace('"', "") == " ".join(name.split()).replace("\\", "").replace('"', "")


# --- kept while nothing changes ------------------------------------------------------------------------------------


def test_a_sheet_is_printed_once_for_all_and_anew_when_the_digest_has_changed(monkeypatch):
    printed = []
    print_sheet = letters.press.print_sheet
    monkeypatch.setattr(letters.press, "print_sheet", lambda content: printed.append(1) or print_sheet(content))
    make_subscriber("dana")
    make_subscriber("sam")
    make_entry(issue="2024-05")
    press = Press()
    first = claim()
    other = mark_and_claim(outcome=Outcome(first.delivery), claim="other", now=NOW)
    made = [press.letter(first), press.letter(other)]
    assert len(printed) == 1
    assert made[0].unsubscribe_url not in made[1].html
    assert made[1].unsubscribe_url in made[1].html
    EntryText.objects.update(title="A title that was mended")
    mark_changed()
    assert "A title that was mended" in press.letter(other).html
    assert len(printed) == 2


def test_few_sheets_are_kept(monkeypatch):
    monkeypatch.setattr(letters.press, "MOST_KEPT", 1)
    make_subscriber("dana", language="fr", takes_other_languages=True)
    make_subscriber("sam")
    make_entry(issue="2024-05")
    press = Press()
    first = claim()
    other = mark_and_claim(outcome=Outcome(first.delivery), claim="other", now=NOW)
    for claimed in (first, other, first):
        assert press.letter(claimed).language == claimed.delivery.subscriber.language
    assert len(press._sheets) == 1


def test_a_withdrawn_entry_is_in_no_letter_that_is_made_after():
    make_subscriber()
    make_entry("stays", title="This one stays", issue="2024-05")
    make_entry("goes", title="This one goes", issue="2024-05")
    open_editions(now=NOW)
    prepare_mailings(now=NOW)
    Entry.objects.filter(slug="goes").update(state=Entry.State.WITHDRAWN)
    mark_changed()
    one = letter()
    assert "This one stays" in one.text
    assert "This one goes" not in one.text + one.html
