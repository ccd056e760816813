"""Taking in subscribers from a list, each with when and where they agreed."""

from __future__ import annotations

import csv
import datetime as dt
import io

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from rapport.accounts.policies import requires, signed_in
from rapport.literature.models import ResearchType, Topic
from rapport.mailing.actions.importing import COLUMNS, ListTaken, ProblemsInList, import_subscribers
from rapport.mailing.desk_subscribers_forms import ListForm
from rapport.mailing.policies import MAY_EDIT
from rapport.web.templatetags.web import number

NOT_UNDERSTOOD = 422


@requires(MAY_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def import_list(request: HttpRequest) -> HttpResponseBase:
    if request.method != "POST":
        return _page(request, ListForm())
    form = ListForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=NOT_UNDERSTOOD)
    sent = form.cleaned_data["file"]
    try:
        taken = import_subscribers(content=sent.read(), by=signed_in(request), now=timezone.now())
    except ProblemsInList as found:
        return _page(request, ListForm(), problems=found.problems, file_name=sent.name, status=NOT_UNDERSTOOD)
    messages.success(request, _outcome(taken))
    return redirect("desk_letters_import")


@requires(MAY_EDIT)
@require_GET
def sample(request: HttpRequest) -> HttpResponse:
    """A list as it is understood, with the topics of this network. Its addresses are nobody's."""
    topics = list(Topic.objects.order_by("key").values_list("key", flat=True)[:2])
    kinds = list(ResearchType.objects.order_by("key").values_list("key", flat=True)[:1])
    agreed = (timezone.localdate() - dt.timedelta(days=30)).isoformat()
    language = settings.LANGUAGES[-1][0]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    where = _("form at the spring meeting")
    writer.writerow(["first@example.org", agreed, where, f"{language}+", "|".join(topics), "", "any", "monthly"])
    writer.writerow(["second@example.org", agreed, where, "", "", "|".join(kinds), "effect-sizes", ""])
    answer = HttpResponse(out.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="subscribers-sample.csv"'
    return answer


def _page(
    request: HttpRequest, form: ListForm, *, problems: list[str] | None = None, file_name: str = "", status: int = 200
) -> HttpResponse:
    words = {
        "form": form,
        "problems": problems,
        "file_name": file_name,
        "topics": Topic.objects.order_by("key"),
        "research_types": ResearchType.objects.order_by("key"),
    }
    return render(request, "mailing/subscribers/import.html", words, status=status)


def _outcome(taken: ListTaken) -> str:
    """What an import came to, in a sentence for each thing that came of it."""
    new = ngettext("%(count)s new subscriber.", "%(count)s new subscribers.", taken.new)
    known = ngettext(
        "%(count)s was known already and stays as they are.",
        "%(count)s were known already and stay as they are.",
        taken.known,
    )
    suppressed = ngettext(
        "%(count)s must get no mail and was left out.",
        "%(count)s must get no mail and were left out.",
        taken.suppressed,
    )
    said = [new % {"count": number(taken.new)}]
    said += [known % {"count": number(taken.known)}] if taken.known else []
    said += [suppressed % {"count": number(taken.suppressed)}] if taken.suppressed else []
    return " ".join(said)
