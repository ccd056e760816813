"""The desk's first page: what waits, for whom."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from rapport.accounts.policies import requires, signed_in
from rapport.desk import queries
from rapport.desk.policies import MAY_EDIT, MAY_WRITE


@requires(MAY_WRITE)
def desk(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    edits = MAY_EDIT.allows(person)
    planned = queries.issues_at_the_desk()
    at_desk = queries.at_the_desk()
    mine = [line for lines in at_desk.values() for line in lines if line.author == person]
    context = {
        "edits": edits,
        "mine": mine,
        "in_review": at_desk["in-review"],
        "drafts_of_others": [line for line in at_desk["draft"] if line.author != person],
        "without_issue": [line for line in at_desk["approved"] if line.entry.issue_id is None],
        "next_issue": planned[0] if planned else None,
        "checklist": queries.issue_readiness(planned[0]) if planned else None,
        "later_issues": planned[1:4],
        "tasks": queries.open_tasks(5) if edits else [],
        "recent": queries.recently_out(),
    }
    return render(request, "desk/home.html", context)
