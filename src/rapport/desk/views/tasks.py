"""What waits for an editor: a notice about an article arrived, an issue was held back."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _

from rapport.accounts.policies import requires, signed_in
from rapport.desk import actions, deed_forms, queries
from rapport.desk.models import DeskTask
from rapport.desk.policies import MAY_EDIT
from rapport.desk.refusals import Refused
from rapport.desk.views.deed import NOT_UNDERSTOOD, REFUSED, add_reasons
from rapport.web.unknown import NotHere

TASKS_PER_PAGE = 20


@requires(MAY_EDIT)
def tasks(request: HttpRequest) -> HttpResponse:
    return _list(request)


def _list(request: HttpRequest, *, refused: tuple[int, Form] | None = None, status: int = 200) -> HttpResponse:
    shown = queries.open_tasks(TASKS_PER_PAGE)
    forms = {task.pk: _form(task.pk) for task in shown} | dict([refused] if refused else [])
    if refused and refused[0] not in {task.pk for task in shown}:
        shown += DeskTask.objects.filter(pk=refused[0])
    waiting = [(task, forms[task.pk]) for task in shown]
    page = Paginator(queries.tasks_done(), TASKS_PER_PAGE).get_page(request.GET.get("page"))
    behind = queries.count_open_tasks() - len(shown)
    context = {"waiting": waiting, "behind": max(0, behind), "page_obj": page}
    return render(request, "desk/tasks.html", context, status=status)


def _form(number: int, sent: object = None) -> deed_forms.TaskDone:
    return deed_forms.TaskDone(sent, auto_id=f"task-{number}_%s")  # type: ignore[arg-type]  # what a request posts


@requires(MAY_EDIT)
def close(request: HttpRequest, number: int) -> HttpResponseBase:
    if request.method != "POST":
        return redirect("desk_tasks")
    task = DeskTask.objects.filter(pk=number).first()
    if task is None:
        raise NotHere(_("There is no such task."))
    form = _form(number, request.POST)
    if not form.is_valid():
        return _list(request, refused=(number, form), status=NOT_UNDERSTOOD)
    try:
        actions.close_task(task=task, outcome=form.cleaned_data["outcome"], by=signed_in(request), now=now())
    except Refused as refusal:
        add_reasons(form, refusal)
        return _list(request, refused=(number, form), status=REFUSED)
    messages.success(request, _("Done. What was done stays with the task."))
    return redirect("desk_tasks")
