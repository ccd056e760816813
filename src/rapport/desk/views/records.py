"""The rules of the desk, and the audit of who did what."""

from __future__ import annotations

import re

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from rapport.accounts.policies import requires, signed_in
from rapport.desk import actions, deed_forms, queries
from rapport.desk.audit_about import abouts
from rapport.desk.audit_details import details_of
from rapport.desk.models import DeskRules
from rapport.desk.policies import MAY_EDIT, MAY_RUN

EVENTS_PER_PAGE = 50


@requires(MAY_RUN)
def rules(request: HttpRequest) -> HttpResponseBase:
    if request.method == "POST":
        form = deed_forms.Rules(request.POST)
        if form.is_valid():
            actions.set_rules(**form.cleaned_data, by=signed_in(request))
            messages.success(request, _("The rules are saved."))
            return redirect("desk_rules")
    form = deed_forms.Rules(initial={"second_person_approves": DeskRules.current().second_person_approves})
    return render(request, "desk/rules.html", {"form": form})


@requires(MAY_EDIT)
def audit(request: HttpRequest) -> HttpResponse:
    about, who = request.GET.get("about", "").replace("\0", "")[:200], request.GET.get("who", "")
    who = who if re.fullmatch(r"\d{1,18}", who, re.ASCII) else ""
    events = queries.audit_of(about=about, who=who)
    page = Paginator(events, EVENTS_PER_PAGE).get_page(request.GET.get("page"))
    named = abouts(page.object_list)
    told = [(event, named.get(event.about, ""), details) for event, details in details_of(page.object_list)]
    context = {"page_obj": page, "told": told, "about": about, "who": who, "persons": queries.writers_of_audit()}
    return render(request, "desk/audit.html", context)
