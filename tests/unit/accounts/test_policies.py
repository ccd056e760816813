"""Who a policy lets in."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from rapport.accounts.models import Person, Role
from rapport.accounts.policies import ANYONE, SIGNED_IN, Policy


def person(*roles: str, active: bool = True) -> Person:
    somebody = Person(name="Edith", is_active=active)
    somebody.roles = frozenset(roles)
    return somebody


@pytest.mark.parametrize(
    ("policy", "allowed"),
    [
        (ANYONE, {"nobody", "no role", "author", "editor", "closed"}),
        (SIGNED_IN, {"no role", "author", "editor"}),
        (Policy(Role.EDITOR), {"editor"}),
        (Policy(Role.EDITOR, Role.AUTHOR), {"author", "editor"}),
        (Policy(Role.ADMINISTRATOR), set()),
    ],
)
def test_whom_a_policy_lets_in(policy: Policy, allowed: set[str]):
    people = {
        "nobody": AnonymousUser(),
        "no role": person(),
        "author": person("author"),
        "editor": person("editor"),
        "closed": person("editor", active=False),
    }
    assert {name for name, somebody in people.items() if policy.allows(somebody)} == allowed
