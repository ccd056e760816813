"""Who may see and do what: one policy for each view, deny by default.

    MAY_WRITE = Policy(Role.AUTHOR, Role.EDITOR, Role.ADMINISTRATOR)

    @requires(MAY_WRITE)
    def edit(request): ...

A view without a policy is refused by `PolicyMiddleware`, and a test that walks all addresses names it.
Whoever is not signed in is led to the sign-in page and back; whoever lacks the role gets 403, in words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.translation import gettext as _

from rapport.accounts.models import Person, Role
from rapport.web.typed_words import words_sent

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Policy:
    """Persons who have any of `roles` may; with no roles named, everybody who has an account."""

    roles: frozenset[str]
    anyone: bool = False

    def __init__(self, *roles: Role, anyone: bool = False) -> None:
        object.__setattr__(self, "roles", frozenset(role.value for role in roles))
        object.__setattr__(self, "anyone", anyone)

    def allows(self, person: Any) -> bool:
        """Whether `person` (of a request: perhaps nobody) may."""
        if self.anyone:
            return True
        if not isinstance(person, Person) or not person.is_active:
            return False
        return not self.roles or bool(self.roles & person.roles)


ANYONE = Policy(anyone=True)
SIGNED_IN = Policy()
MAY_KEEP_ACCOUNTS = Policy(Role.ADMINISTRATOR)  # invite, grant and take roles, close accounts


def requires(policy: Policy) -> Callable[[View], View]:
    """Guard a view by `policy`, and keep what it answers out of every cache."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            person = person_of(request)
            if person is None and not policy.anyone:
                return _sign_in_first(request)
            if not policy.allows(person):
                raise PermissionDenied(_("Your account does not have the role that this page needs."))
            response = view(request, *args, **kwargs)
            add_never_cache_headers(response)
            patch_cache_control(response, private=True)
            return response

        return with_policy(policy)(guarded)

    return guard


def _sign_in_first(request: HttpRequest) -> HttpResponseBase:
    """Lead to the sign-in page; but whoever was writing when their session ended gets their words back first."""
    if typed_words := words_sent(request):
        response = render(request, "accounts/signed_out.html", {"typed_words": typed_words}, status=401)
        add_never_cache_headers(response)
        return response
    if request.method == "GET" and "HX-Request" in request.headers:
        # A part that an open page asks for by itself: the whole page is asked for again, which leads to signing in.
        return HttpResponse(status=401, headers={"HX-Refresh": "true"})
    return redirect_to_login(request.get_full_path(), reverse("account_login"))


def with_policy(policy: Policy) -> Callable[[View], View]:
    """Say which policy a view has that guards itself, or that anyone may see."""

    def named(view: View) -> View:
        view.policy = policy  # type: ignore[attr-defined]  # ours
        return view

    return named


def policy_of(view: Any) -> Policy | None:
    return getattr(view, "policy", None)


def person_of(request: HttpRequest) -> Person | None:
    """Who asks; None for somebody who is not signed in."""
    return request.user if isinstance(request.user, Person) else None


def signed_in(request: HttpRequest) -> Person:
    """Who asks, in a view that a policy guards."""
    person = person_of(request)
    assert person is not None, "a view with a policy has a person"
    return person
