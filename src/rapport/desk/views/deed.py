"""How a deed is done that a button asks for: read what was sent, call one action, lead back to the page.

What is refused is said where it was asked, with what was typed. A deed asked for by GET is not done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Generic, TypeVar

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.timezone import now

from rapport.accounts.models import Person
from rapport.accounts.policies import Policy, View, requires, signed_in
from rapport.desk.refusals import Refused

NOT_UNDERSTOOD, REFUSED = 422, 409

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Asked(Generic[Thing]):
    """A deed as somebody asked for it: of which entry or issue, by whom, when, and what the form says."""

    request: HttpRequest
    of: Thing
    by: Person
    now: dt.datetime
    form: Any  # the deed's own form, valid

    @property
    def said(self) -> dict[str, Any]:
        said: dict[str, Any] = self.form.cleaned_data
        return said


@dataclass(frozen=True)
class Deeds(Generic[Thing]):
    """What is done on the page of an entry, or of an issue.

    find      the thing, by what the address names
    show      its page; `refused` are forms that were sent and not done, by deed
    address   where its page is, after what was asked there
    """

    find: Callable[..., Thing]
    show: Callable[..., HttpResponse]
    address: Callable[[HttpRequest, Thing], str]

    def deed(
        self, name: str, policy: Policy, make_form: Callable[[HttpRequest, Thing], Form], *, at: str = ""
    ) -> Callable[[Callable[[Asked[Thing]], str | HttpResponse]], View]:
        """Make a view of a function that does a deed and answers what is then said, "" for nothing; or another page.

        `name` is the deed's form on the page, and `at` the place there to which it leads back.
        """

        def made(act: Callable[[Asked[Thing]], str | HttpResponse]) -> View:
            @requires(policy)
            @wraps(act)
            def view(request: HttpRequest, **named: Any) -> HttpResponseBase:
                thing = self.find(**named)
                if request.method != "POST":
                    return redirect(self.address(request, thing) + at)
                form = make_form(request, thing)
                if not form.is_valid():
                    return self.show(request, thing, refused={name: form}, status=NOT_UNDERSTOOD)
                try:
                    answer = act(Asked(request, thing, signed_in(request), now(), form))
                except Refused as refusal:
                    add_reasons(form, refusal)
                    return self.show(request, self.find(**named), refused={name: form}, status=REFUSED)
                if isinstance(answer, HttpResponse):
                    return answer
                if answer:
                    messages.success(request, answer)
                return redirect(self.address(request, self.find(**named)) + at)

            return view

        return made


def add_reasons(form: Form, refusal: Refused, field: str | None = None) -> None:
    """Say on a form why its deed was refused."""
    for reason in refusal.reasons:
        form.add_error(field, reason)
