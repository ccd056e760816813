"""A reader's log as a record that they can hand in: what they read, when, for how long by their own estimate.

It says what somebody says of their own reading. Whether that counts for anything is for whoever asks for it.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rapport.digest.models import SiteIdentity
from rapport.literature.citations import apa
from rapport.mailing.models import ReadingLogLine, Subscriber
from rapport.web.templatetags.web import day_name
from rapport.web.wording import in_language

if TYPE_CHECKING:
    from fpdf import FPDF

FONTS = Path(__file__).parent / "fonts"


@dataclass(frozen=True)
class ReadingRow:
    on: dt.date
    title: str
    citation: str
    answer: str
    minutes: int | None
    reflection: str


@dataclass(frozen=True)
class ReadingRecord:
    """Whose log, of which network's letters, as of which day."""

    address: str
    network: str
    made_on: dt.date
    rows: tuple[ReadingRow, ...]

    @property
    def minutes(self) -> int:
        return sum(row.minutes or 0 for row in self.rows)


def record_of(subscriber: Subscriber, *, today: dt.date) -> ReadingRecord:
    """What a reader has answered about, the oldest first, in the language that is active."""
    lines = subscriber.reading_log.select_related("entry__article").prefetch_related("entry__texts")
    site = SiteIdentity.objects.filter(pk=1).first() or SiteIdentity()
    network = in_language(site.name, get_language() or "en").text
    rows = tuple(_row(line) for line in lines.order_by("answered_on", "id"))
    return ReadingRecord(subscriber.address, network, today, rows)


def _row(line: ReadingLogLine) -> ReadingRow:
    language = get_language() or "en"
    texts = {text.language: text for text in line.entry.texts.all()}
    text = texts.get(language) or texts.get(line.entry.language)
    return ReadingRow(
        on=line.answered_on,
        title=text.title if text else line.entry.slug,
        citation=apa(line.entry.article.reference, language).text,
        answer=str(line.get_answer_display()),
        minutes=line.minutes,
        reflection=line.reflection,
    )


def record_as_csv(record: ReadingRecord) -> bytes:
    """With a mark by which spreadsheets know the letters; no cell is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    asked = _("Would this change what you do?")
    writer.writerow(
        [_("Date"), _("Title"), _("Citation"), asked, _("Minutes, as estimated"), _("Own reflection"), _("Network")]
    )
    for row in record.rows:
        minutes = "" if row.minutes is None else row.minutes
        said = [safe_cell(row.title), safe_cell(row.citation), row.answer, minutes, safe_cell(row.reflection)]
        writer.writerow([row.on.isoformat(), *said, safe_cell(record.network)])
    return out.getvalue().encode("utf-8-sig")


def safe_cell(cell: str) -> str:
    """A text as a spreadsheet shows it, and does not reckon with it."""
    return f"'{cell}" if cell.lstrip().startswith(("=", "+", "-", "@")) else cell


def record_as_pdf(record: ReadingRecord) -> bytes:
    from fpdf import FPDF  # here, since loading it takes a sixth of the start of every process and command

    pdf = FPDF(format="A4")
    pdf.set_margin(20)
    pdf.set_auto_page_break(auto=True, margin=20)
    pdf.add_font("rapport", "", FONTS / "rapport-sans-regular.ttf")
    pdf.add_font("rapport", "B", FONTS / "rapport-sans-semibold.ttf")
    pdf.set_title(_("Reading log"))
    pdf.set_lang(get_language() or "en")
    pdf.add_page()
    _write(pdf, _("Reading log"), size=20, style="B", after=2)
    _write(pdf, record.network, size=11)
    made = {"address": record.address, "day": day_name(record.made_on)}
    _write(pdf, _("%(address)s · made on %(day)s") % made, size=11, after=2)
    message = _(
        "What was read, as the reader says it: minutes are their own estimate, and so are the answers to “Would this "
        "change what you do?” Nobody has examined them."
    )
    _write(pdf, message, size=9.5, after=6)
    for row in record.rows:
        minutes = _("%(minutes)s min") % {"minutes": row.minutes} if row.minutes else ""
        _write(pdf, " · ".join(filter(None, (day_name(row.on), minutes))), size=9.5)
        _write(pdf, row.title, size=12, style="B")
        _write(pdf, row.citation, size=9.5, after=2)
        answer = _("Would this change what you do? %(answer)s") % {"answer": capfirst(row.answer)}
        _write(pdf, answer, size=9.5, after=2 if row.reflection else 5)
        if row.reflection:
            _write(pdf, row.reflection, size=10.5, after=5)
    _write(pdf, _("In all: %(minutes)s minutes, as estimated.") % {"minutes": record.minutes}, size=10.5)
    return bytes(pdf.output())


def _write(pdf: FPDF, text: str, *, size: float, style: str = "", after: float = 1) -> None:
    pdf.set_font("rapport", style=style, size=size)
    plain = text.replace("\u202f", "\u00a0")  # the font has the one and not the other
    pdf.multi_cell(w=0, h=size * 0.52, text=plain, new_x="LMARGIN", new_y="NEXT", align="L")
    pdf.ln(after)
