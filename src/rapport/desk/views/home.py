"""The desk's first page: what waits, for whom."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from rapport.accounts.policies import requires, signed_in
from rapport.desk import queries
from rapport.desk.policies import MAY_EDIT, MAY_WRITE

MOST_ISSUES = 4  # the next, and the three after it
ENOUGH = 21  # entries of a kind: twenty are shown, and one more tells that there are others


@requires(MAY_WRITE)
def desk(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    edits = MAY_EDIT.allows(person)
    planned = queries.issues_at_the_desk(MOST_ISSUES)
    context = {
        "edits": edits,
        "rest_of_mine": f"?author={person.pk}",
        "mine": queries.at_the_desk(by=person, most=ENOUGH),
        "in_review": queries.at_the_desk(stage="in-review", most=ENOUGH),
        "drafts_of_others": queries.at_the_desk(stage="draft", not_by=person, most=ENOUGH),
        "without_issue": queries.at_the_desk(stage="approved", in_no_issue=True, most=ENOUGH),
        "next_issue": planned[0] if planned else None,
        "checklist": queries.issue_readiness(planned[0]) if planned else None,
        "later_issues": planned[1:],
        "tasks": queries.open_tasks(5) if edits else [],
        "recent": queries.recently_out(),
    }
    return render(request, "desk/home.html", context)
