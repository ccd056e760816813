"""A reader's own log: what they answered, how long they took, what they make of it; as a page, CSV and PDF."""

from __future__ import annotations

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
    lines = list(
        subscriber.reading_log.select_related("entry__issue", "entry__article").prefetch_related("entry__texts")
    )
    filled = request.POST if request.method == "POST" else None
    rows = [(line, _form(line, filled)) for line in lines]
    wrong = [(line, form) for line, form in rows if form.errors]
    if filled is not None and not wrong:
        write_log(subscriber=subscriber, written={line.pk: form.written for line, form in rows if form.has_changed()})
        return redirect(f"{request.path}?{SAVED}#saved")
    words = {"rows": rows, "wrong": wrong, "is_saved": SAVED in request.GET}
    return render(request, "mailing/reading_log.html", words, status=422 if wrong else 200)


def _form(line: ReadingLogLine, filled: QueryDict | None) -> LogLineForm:
    """The page is one form with the fields of every line: nothing typed is lost by what is saved first."""
    initial = {"minutes": line.minutes, "reflection": line.reflection}
    return LogLineForm(filled, initial=initial, prefix=str(line.pk))
