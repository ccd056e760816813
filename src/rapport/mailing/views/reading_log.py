"""A reader's own log: what they answered, how long they took, what they make of it; as a page, CSV and PDF."""

from __future__ import annotations

import re

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rapport.mailing.actions.reading_log import write_log
from rapport.mailing.forms import LogLineForm
from rapport.mailing.models import MailedLink, ReadingLogLine
from rapport.mailing.reading_record import record_as_csv, record_as_pdf, record_of
from rapport.mailing.refusals import NotPossible

FORMS = {"csv": ("text/csv; charset=utf-8", record_as_csv), "pdf": ("application/pdf", record_as_pdf)}
SAVED = "saved"
LINES_PER_PAGE = 50


def log(request: HttpRequest, link: MailedLink, token: str) -> HttpResponse:
    """What the mailed link opens, for as long as it works."""
    if link.subscriber is None or link.expires_at <= timezone.now():
        raise NotPossible(_("This link has expired. Ask for a new one."))
    subscriber = link.subscriber
    form = request.GET.get("as", "")
    if form in FORMS:
        media_type, write = FORMS[form]
        today = timezone.localdate()
        answer = HttpResponse(write(record_of(subscriber, today=today)), content_type=media_type)
        called = pgettext("in the name of a file", "reading-log")
        answer["Content-Disposition"] = f'attachment; filename="{called}-{today:%Y-%m-%d}.{form}"'
        return answer
    lines = subscriber.reading_log.select_related("entry__issue", "entry__article").prefetch_related("entry__texts")
    pages = Paginator(lines, LINES_PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    filled = request.POST if request.method == "POST" else None
    # What was sent, even when an answer given meanwhile has moved a line to another page.
    shown = page.object_list if filled is None else lines.filter(pk__in=_sent(filled))
    rows = [(line, _form(line, filled)) for line in shown]
    wrong = [(line, form) for line, form in rows if form.errors]
    if filled is not None and not wrong:
        write_log(subscriber=subscriber, written={line.pk: form.written for line, form in rows if form.has_changed()})
        on = pages.get_page(filled.get("then", page.number)).number  # a link to it would lose what was typed here
        return redirect(f"{request.path}?page={on}&{SAVED}={on}#saved")
    words = {"rows": rows, "wrong": wrong, "is_saved": request.GET.get(SAVED) == str(page.number), "page_obj": page}
    return render(request, "mailing/reading_log.html", words, status=422 if wrong else 200)


def _sent(filled: QueryDict) -> list[int]:
    """The keys of the lines that stood on the page."""
    keys = [name.removesuffix("-minutes") for name in filled if name.endswith("-minutes")]
    return [int(key) for key in keys if re.fullmatch(r"\d{1,18}", key, re.ASCII)][:LINES_PER_PAGE]


def _form(line: ReadingLogLine, filled: QueryDict | None) -> LogLineForm:
    """The page is one form with the fields of every line: nothing typed is lost by what is saved first."""
    initial = {"minutes": line.minutes, "reflection": line.reflection}
    return LogLineForm(filled, initial=initial, prefix=str(line.pk))
