"""What readers answered, by topic and by entry: counts only."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rapport.accounts.policies import requires
from rapport.mailing.answers import (
    answers_as_csv,
    count_answers,
    entries_answered,
    fewer_words,
    newest_answered,
    topics_answered,
)
from rapport.mailing.policies import MAY_EDIT

ENTRIES_PER_PAGE = 50


@requires(MAY_EDIT)
@require_GET
def answers(request: HttpRequest) -> HttpResponseBase:
    counted = count_answers()
    page = Paginator(newest_answered(), ENTRIES_PER_PAGE).get_page(request.GET.get("page"))
    words = {
        "topics": topics_answered(counted),
        "entries": entries_answered(counted, page.object_list),
        "page_obj": page,
        "fewer": fewer_words(),
    }
    return render(request, "mailing/subscribers/answers.html", words)


@requires(MAY_EDIT)
@require_GET
def answers_csv(request: HttpRequest) -> HttpResponse:
    answer = HttpResponse(answers_as_csv(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="answers.csv"'
    return answer
