"""What stands around every page of the desk: its places, who is signed in, how much waits for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rapport.accounts.models import Person, Role
from rapport.accounts.policies import Policy, person_of
from rapport.desk.models import DeskTask
from rapport.desk.policies import MAY_EDIT, MAY_RUN, MAY_WRITE


@dataclass(frozen=True)
class Place:
    """A part of the desk: the name of its address, what it is called, and who may go there."""

    address: str
    name: str | Promise
    policy: Policy


PLACES = (
    Place("desk", _("Today"), MAY_WRITE),
    Place("desk_articles", _("Articles"), MAY_WRITE),
    Place("desk_entries", _("Entries"), MAY_WRITE),
    Place("desk_issues", _("Issues"), MAY_WRITE),
    Place("desk_tasks", _("Tasks"), MAY_EDIT),
    Place("desk_network", _("Network"), MAY_RUN),
)


@dataclass(frozen=True)
class Way:
    """A link of the desk's navigation. `here` says that the page is in that part of the desk; `waiting` how much is."""

    url: str
    name: str | Promise
    here: bool
    waiting: int = 0


@dataclass(frozen=True)
class Frame:
    person: Person | None
    roles: tuple[str | Promise, ...]
    ways: tuple[Way, ...]
    account_url: str
    sign_out_url: str


def frame_of(request: HttpRequest) -> Frame:
    """The frame of a page of the desk for the person who asks. Two queries at most."""
    person = person_of(request)
    if person is None:
        return Frame(None, (), (), "", "")
    allowed = [(place, _reversed(place.address)) for place in PLACES if place.policy.allows(person)]
    reachable = [(place, url) for place, url in allowed if url]
    nearest = max((url for _, url in reachable if request.path.startswith(url)), key=len, default="")
    waiting = DeskTask.objects.filter(done_at=None).count() if MAY_EDIT.allows(person) else 0
    ways = tuple(
        Way(url, place.name, url == nearest, waiting if place.address == "desk_tasks" else 0)
        for place, url in reachable
    )
    roles = tuple(role.label for role in Role if role.value in person.roles)
    return Frame(person, roles, ways, _first(("account", "account_home", "account_email")), _first(("account_logout",)))


def _first(names: Sequence[str]) -> str:
    return next(filter(None, map(_reversed, names)), "")


def _reversed(name: str) -> str:
    """The address of that name; empty where a network does without the part it belongs to."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
