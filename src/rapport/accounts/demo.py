"""The people of the demo, invented, and open to whoever sits at the machine it runs on."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.http.request import split_domain_port

from rapport.accounts.models import Grant, Person, Role

# Everybody may know it: it opens nothing outside a demo (see `adapters.AccountAdapter.pre_login`).
DEMO_PASSWORD = "rapport-on-this-machine"  # noqa: S105  # meant to be read
LOOPBACK = ("localhost", "127.0.0.1", "[::1]", "::1")


@dataclass(frozen=True)
class DemoPerson:
    key: str
    name: str
    role: str

    @property
    def email(self) -> str:
        return f"{self.key}@demo.example.org"

    @property
    def role_name(self) -> str:
        return str(Role(self.role).label) if self.role else ""


DEMO_PEOPLE = (
    DemoPerson("alice", "Alice Ames", Role.AUTHOR),
    DemoPerson("edith", "Edith Martin", Role.EDITOR),
    DemoPerson("ada", "Ada Okafor", Role.ADMINISTRATOR),
    DemoPerson("charlie", "Charlie Roy", ""),
)


@transaction.atomic
def make_demo_accounts() -> list[Person]:
    """Make the demo's people, those that are not there yet; what was changed about them stays."""
    assert settings.DEMO, "accounts whose password everybody knows are made in a demo only"
    return [_make(who) for who in DEMO_PEOPLE]


def _make(who: DemoPerson) -> Person:
    person = Person.objects.filter(email=who.email).first()
    if person is None:
        person = Person.objects.create_user(who.email, DEMO_PASSWORD, name=who.name)
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        if who.role:
            Grant.objects.create(person=person, role=who.role, granted_by=None)
    return person


def is_demo_address(email: str) -> bool:
    return any(who.email == email for who in DEMO_PEOPLE)


def offers_demo_accounts(request: HttpRequest) -> bool:
    """Whether this is a demo, asked for on this machine by the name of this machine."""
    host = split_domain_port(request.get_host())[0]
    return bool(settings.DEMO) and host in LOOPBACK and request.META.get("REMOTE_ADDR") in LOOPBACK
