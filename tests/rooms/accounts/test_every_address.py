"""Every address and every role: who is let in, who is led to the sign-in page, who is refused.

A view says who may see it by its policy (`rapport.accounts.policies`); one without is named here. What is private is
asked for as each kind of person, to read and to write, with the things that `tests.making.make_addressed` makes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from rapport.accounts.models import Person
from rapport.accounts.policies import Policy, policy_of
from tests.made_once import made_once
from tests.making import make_addressed, make_person

ROLES = {"nobody": (), "Charlie": (), "Alice": ("author",), "Edith": ("editor",), "Ada": ("administrator",)}


@dataclass(frozen=True)
class Address:
    route: str
    name: str
    arguments: tuple[str, ...]
    policy: Policy | None

    def with_values(self, values: dict[str, Any]) -> str:
        found = {argument: values.get(f"{self.name}:{argument}", values.get(argument)) for argument in self.arguments}
        missing = [argument for argument, value in found.items() if value is None]
        assert not missing, (
            f"/{self.route} has the arguments {missing}, for which this test has no values. "
            "Add them to `make_addressed` in tests/making.py."
        )
        return reverse(self.name, kwargs=found)


def addresses(
    resolver: URLResolver, route: str = "", arguments: tuple[str, ...] = (), namespace: str = ""
) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        regex = getattr(pattern.pattern, "_is_endpoint", None) is not None and pattern.pattern.regex
        taken = (*arguments, *pattern.pattern.converters, *(regex.groupindex if regex else ()))
        taken = tuple(dict.fromkeys(taken))
        if isinstance(pattern, URLPattern):
            name = namespace + (pattern.name or "")
            yield Address(here, name, taken, policy_of(pattern.callback))
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern, here, taken, inner)


EVERY = list(addresses(get_resolver()))
PRIVATE = [address for address in EVERY if address.policy and not address.policy.anyone]


def test_every_address_is_walked():
    names = {address.name for address in EVERY}
    assert {"this_month", "entry", "robots", "account_login", "mfa_edit_webauthn", "account_people", "desk"} <= names


def test_every_view_has_a_policy():
    assert [address.route for address in EVERY if address.policy is None] == []


def test_everything_at_the_desk_is_private():
    open_to_all = [address.route for address in EVERY if address.route.startswith("desk/") and address.policy.anyone]
    assert open_to_all == []


@pytest.fixture(scope="module")
def asked(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[dict[str, Any], dict[str, Person]]]:
    """What the addresses name, and who asks."""
    with made_once(django_db_blocker, make_asked) as made:
        yield made


def make_asked() -> tuple[dict[str, Any], dict[str, Person]]:
    people = {name: make_person(name, *roles) for name, roles in ROLES.items() if name != "nobody"}
    return make_addressed(), people


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("address", PRIVATE, ids=lambda address: address.route)
def test_who_is_let_in(asked: tuple[dict[str, Any], dict[str, Person]], address: Address, method: str):
    values, people = asked
    path = address.with_values(values)
    told = {name: answer(path, method, people.get(name)) for name in ROLES}
    assert told == {name: expected(address, people.get(name)) for name in ROLES}


def answer(path: str, method: str, person: Person | None) -> str:
    """What somebody is told; whatever they change by asking is undone."""
    client = Client()
    with transaction.atomic():
        if person:
            client.force_login(person)
        response = getattr(client, method)(path)
        transaction.set_rollback(True)
    to = response.get("Location", "")
    if response.status_code == 302 and to.startswith(f"{reverse('account_login')}?next="):
        return "sign in first"
    return "refused" if response.status_code == 403 else "let in"


def expected(address: Address, person: Person | None) -> str:
    if address.policy.allows(person):
        return "let in"
    return "sign in first" if person is None else "refused"
