"""Deny by default: a view that does not say who may see it is not shown to anybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponseBase

from rapport.accounts.policies import policy_of


class PolicyMiddleware:
    """Refuses every view without a policy. `requires` and `public_page` give one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if policy_of(view) is None:
            raise ImproperlyConfigured(f"{view.__module__}.{view.__qualname__} has no policy, so nobody may see it.")
