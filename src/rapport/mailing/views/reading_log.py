"""A reader's own log: what they answered, how long they took, what they make of it; as a page, CSV and PDF."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.mailing.actions.reading_log import write_log_line
from rapport.mailing.forms import LogLineForm
from rapport.mailing.models import MailedLink
from rapport.mailing.reading_record import record_as_csv, record_as_pdf, record_of
from rapport.mailing.refusals import NotPossible

FORMS = {"csv": ("text/csv; charset=utf-8", record_as_csv), "pdf": ("application/pdf", record_as_pdf)}


def log(request: HttpRequest, link: MailedLink, token: str) -> HttpResponse:
    """What the mailed link opens, for as long as it works."""
    if link.subscriber is None or link.expires_at <= timezone.now():
        raise NotPossible(_("This link has expired. Ask for a new one."))
    subscriber = link.subscriber
    form = request.GET.get("as", "")
    if form in FORMS:
        media_type, write = FORMS[form]
        answer = HttpResponse(write(record_of(subscriber)), content_type=media_type)
        answer["Content-Disposition"] = f'attachment; filename="reading-record.{form}"'
        return answer
    lines = list(
        subscriber.reading_log.select_related("entry__issue", "entry__article").prefetch_related("entry__texts")
    )
    forms = {
        line.pk: LogLineForm(initial={"minutes": line.minutes, "reflection": line.reflection}, prefix=str(line.pk))
        for line in lines
    }
    status = 200
    if request.method == "POST":
        line = next((line for line in lines if str(line.pk) == request.POST.get("line")), None)
        if line is None:
            raise Http404
        filled = LogLineForm(request.POST, prefix=str(line.pk))
        if filled.is_valid():
            write_log_line(subscriber=subscriber, entry=line.entry, **filled.cleaned_data)
            return redirect(request.path)
        forms[line.pk], status = filled, 422
    words = {"rows": [(line, forms[line.pk]) for line in lines], "subscriber": subscriber}
    return render(request, "mailing/reading_log.html", words, status=status)
