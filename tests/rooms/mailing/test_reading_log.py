"""The reading log: what readers say of entries, for themselves; as a page, PDF and CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from fpdf import FPDF

from rapport.mailing.actions.reading_log import Written, write_log
from rapport.mailing.models import ReadingLogLine
from rapport.mailing.tokens import answer_token
from rapport.mailing.views import reading_log
from tests.making import make_entry, make_site, make_subscriber
from tests.reading_letters import HOSTILE, answered, letter_to, log_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site():
    make_site()


def test_an_answer_is_said_by_a_button_and_can_be_said_anew(client):
    delivery = letter_to("sam")
    address = reverse("letter_answer", args=[answer_token(delivery, delivery.lines.get().entry_id)])
    assert client.get(f"{address}?answer=yes").context["form"]["answer"].value() == "yes"
    assert client.get(f"{address}?answer=made-up").context["form"]["answer"].value() == ""
    assert not ReadingLogLine.objects.exists()
    for answer in ("yes", "no"):
        assert client.post(address, {"answer": answer}).status_code == 200
        assert [line.answer for line in ReadingLogLine.objects.all()] == [answer]
    for hostile in HOSTILE.values():
        assert client.post(address, {"answer": hostile}).status_code == 422


def test_an_answer_is_for_an_entry_that_its_reader_had(client):
    delivery = letter_to("sam")
    other = make_entry("another")
    assert client.get(reverse("letter_answer", args=[answer_token(delivery, other.pk)])).status_code == 404


def test_a_line_of_the_log_is_filled_in_and_kept(client):
    address = log_of(answered())
    line = ReadingLogLine.objects.get()
    filled = {f"{line.pk}-minutes": "25", f"{line.pk}-reflection": "I ask more often."}
    page = client.post(address, filled, follow=True)
    assert "I ask more often." in page.text
    assert "Saved." in page.text
    line.refresh_from_db()
    assert (line.minutes, line.reflection, line.answer) == (25, "I ask more often.", "yes")


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("field", ["minutes", "reflection"])
def test_nothing_typed_into_the_log_breaks_it(client, field, hostile):
    address = log_of(answered())
    line = ReadingLogLine.objects.get()
    filled = {f"{line.pk}-minutes": "", f"{line.pk}-reflection": "", f"{line.pk}-{field}": hostile}
    page = client.post(address, filled, follow=True)
    assert page.status_code in (200, 422)
    assert "<script>alert" not in page.text
    if page.status_code == 422:
        assert page.context["rows"][0][1][field].value() == hostile


@pytest.mark.parametrize("minutes", ["-1", "0", "601", "99999999999999999999", "1.5", "١٢", "ten"])
def test_minutes_that_are_none_are_told(client, minutes):
    address = log_of(answered())
    line = ReadingLogLine.objects.get()
    page = client.post(address, {f"{line.pk}-minutes": minutes})
    assert page.status_code in (302, 422)
    line.refresh_from_db()
    assert line.minutes in (None, 12)


def two_answered(client: Client) -> tuple[str, dict[str, ReadingLogLine]]:
    """A log with two entries in it, and its lines by their entries."""
    delivery = answered()
    ReadingLogLine.objects.create(
        subscriber=delivery.subscriber,
        entry=make_entry("another", issue="2024-05"),
        answer="no",
        answered_on=timezone.localdate(),
    )
    return log_of(delivery), {line.entry.slug: line for line in ReadingLogLine.objects.select_related("entry")}


def as_shown(page: Any) -> dict[str, str]:
    """What a browser posts back of a page of the log, untouched: hidden fields too."""
    fields = [form[name] for _line, form in page.context["rows"] for name in form.fields]
    shown = {field.html_name: field.value() for field in fields}
    hidden = {field.html_initial_name: field.value() for field in fields}
    return {name: "" if value is None else str(value) for name, value in {**shown, **hidden}.items()}


def test_reflections_on_two_entries_are_saved_by_one_press(client):
    address, lines = two_answered(client)
    one, two = lines["alliance-matters"], lines["another"]
    page = client.get(address)
    assert page.text.count('<form class="letters__log"') == 1
    filled = {**as_shown(page), f"{one.pk}-reflection": "I ask more often.", f"{two.pk}-reflection": "Not for my work."}
    page = client.post(address, filled, follow=True)
    assert "Saved." in page.text
    assert {line.entry.slug: line.reflection for line in ReadingLogLine.objects.all()} == {
        "alliance-matters": "I ask more often.",
        "another": "Not for my work.",
    }


def test_one_line_to_mend_loses_nothing_of_the_other(client):
    address, lines = two_answered(client)
    one, two = lines["alliance-matters"], lines["another"]
    filled = {**as_shown(client.get(address)), f"{one.pk}-minutes": "soon", f"{two.pk}-reflection": "Not for my work."}
    page = client.post(address, filled)
    assert page.status_code == 422
    assert f'<a href="#id_{one.pk}-minutes">' in page.text
    assert "Not for my work." in page.text
    assert "Nothing is saved yet" in page.text
    assert not ReadingLogLine.objects.exclude(reflection="").exists()


def test_a_page_that_has_been_open_for_long_overwrites_nothing_that_it_did_not_change(client):
    address, lines = two_answered(client)
    one, two = lines["alliance-matters"], lines["another"]
    old = as_shown(client.get(address))
    client.post(address, {**old, f"{one.pk}-reflection": "Written elsewhere."})
    client.post(address, {**old, f"{two.pk}-minutes": "10"})
    assert set(ReadingLogLine.objects.values_list("entry__slug", "minutes", "reflection")) == {
        ("alliance-matters", None, "Written elsewhere."),
        ("another", 10, ""),
    }


def test_a_long_log_is_filled_in_page_by_page(client, monkeypatch):
    monkeypatch.setattr(reading_log, "LINES_PER_PAGE", 1)
    address, lines = two_answered(client)
    older, newer = sorted(lines.values(), key=lambda line: line.pk)
    second = client.get(f"{address}?page=2")
    assert f"{older.pk}-minutes" in as_shown(second)
    assert f"{newer.pk}-minutes" not in as_shown(second)
    filled = {f"{newer.pk}-minutes": "5", f"{newer.pk}-reflection": "An answer has moved this line meanwhile."}
    saved = client.post(f"{address}?page=2", filled, follow=True)
    assert "Saved." in saved.text
    assert "page=2" in saved.request["QUERY_STRING"]
    newer.refresh_from_db()
    assert newer.reflection == "An answer has moved this line meanwhile."


@pytest.mark.parametrize(("then", "leads_to"), [("2", "page=2"), ("99", "page=2"), ("\x00", "page=1")])
def test_what_was_typed_is_saved_on_the_way_to_the_next_page(client, monkeypatch, then, leads_to):
    monkeypatch.setattr(reading_log, "LINES_PER_PAGE", 1)
    address, lines = two_answered(client)
    first = client.get(address)
    assert '<button class="button button--quiet" name="then" value="2">' in first.text
    assert 'name="then"' not in client.get(f"{address}?page=2").text
    newer = max(lines.values(), key=lambda line: line.pk)
    saved = client.post(address, as_shown(first) | {f"{newer.pk}-reflection": "Typed before going on.", "then": then})
    assert leads_to in saved.url
    newer.refresh_from_db()
    assert newer.reflection == "Typed before going on."


def test_nobody_writes_into_the_log_of_somebody_else(client):
    delivery = answered()
    address, mine = log_of(delivery), delivery.subscriber
    theirs = ReadingLogLine.objects.create(
        subscriber=make_subscriber("dana"), entry=make_entry("another"), answer="no", answered_on=timezone.localdate()
    )
    client.post(address, {f"{theirs.pk}-reflection": "mine"})
    write_log(subscriber=mine, written={theirs.pk: Written(5, "mine")})
    theirs.refresh_from_db()
    assert (theirs.minutes, theirs.reflection) == (None, "")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\n="])
def test_no_cell_of_the_record_is_taken_for_a_formula(client, start):
    address = log_of(answered(reflection=f'{start}HYPERLINK("https://example.org","x")', minutes=10))
    response = client.get(f"{address}?as=csv")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0] == [
        "Date",
        "Title",
        "Citation",
        "Would this change what you do?",
        "Minutes, as estimated",
        "Own reflection",
        "Network",
    ]
    assert (len(rows), rows[1][3:5], rows[1][6]) == (2, ["yes", "10"], "Test network")
    assert not any(cell.lstrip()[:1] in set("=+-@") and cell for cell in rows[1])


@pytest.mark.parametrize("reflection", ["I ask more often — et “j’écoute” davantage\u202f!", *HOSTILE.values()])
def test_the_record_is_a_pdf_that_opens_whatever_was_written(client, reflection):
    address = log_of(answered(reflection=reflection.replace("\x00", ""), minutes=10))
    response = client.get(f"{address}?as=pdf")
    content = b"".join(response) if response.streaming else response.content
    assert response["Content-Type"] == "application/pdf"
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")
    assert len(content) < 200_000


def test_the_record_says_whose_it_is_from_whom_when_it_was_made_and_what_was_answered(client, monkeypatch):
    written: list[str] = []
    multi_cell = FPDF.multi_cell

    def noted(pdf: FPDF, **what: Any) -> Any:
        written.append(what["text"])
        return multi_cell(pdf, **what)

    monkeypatch.setattr(FPDF, "multi_cell", noted)
    address = log_of(answered(reflection="I ask more often.", minutes=10))
    response = client.get(f"{address}?as=pdf")
    today = timezone.localdate()
    assert response["Content-Disposition"] == f'attachment; filename="reading-log-{today:%Y-%m-%d}.pdf"'
    said = "\n".join(written)
    for words in ("Reading log", "Test network", "sam@example.org · made on", "change what you do? Yes", "10 min"):
        assert words in said
    assert "record" not in said.casefold()
