"""What stands around every page of the desk: its places, who is signed in, how much waits for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from rapport.accounts.models import Person, Role
from rapport.accounts.policies import Policy, person_of
from rapport.desk.policies import MAY_EDIT, MAY_RUN, MAY_WRITE


@dataclass(frozen=True)
class Place:
    """A part of the desk: the name of its address, what it is called, and who may go there.

    `also` names further addresses below which its pages are.
    """

    address: str
    name: str | Promise
    policy: Policy
    also: tuple[str, ...] = ()


PLACES = (
    Place("desk", _("Today"), MAY_WRITE),
    Place("desk_articles", _("Articles"), MAY_WRITE),
    Place("desk_entries", _("Entries"), MAY_WRITE),
    Place("desk_issues", _("Issues"), MAY_WRITE),
    Place("desk_tasks", _("Tasks"), MAY_EDIT),
    Place("desk_letters", _("Letters"), MAY_EDIT, also=("desk_subscribers",)),
    Place("desk_network", _("Network"), MAY_RUN),
)

# Wanted less often: they stand in the menu behind the person's name.
MORE = (
    Place("account_people", _("People and invitations"), MAY_RUN),
    Place("desk_rules", _("Rules of the desk"), MAY_RUN),
    Place("desk_audit", _("Who did what"), MAY_EDIT),
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
    more: tuple[Way, ...]
    sign_out_url: str


def frame_of(request: HttpRequest) -> Frame:
    """The frame of a page of the desk for the person who asks. One query for the person, one for what waits in each."""
    person = person_of(request)
    if person is None:
        return Frame(None, (), (), "", (), "")
    reachable, more = _reachable(PLACES, person), _reachable(MORE, person)
    below = [(below, url) for place, url in (*reachable, *more) for below in (url, *map(address_if_any, place.also))]
    here = [(below, url) for below, url in below if below and request.path.startswith(below)]
    nearest = max(here, key=lambda one: len(one[0]), default=("", ""))[1]
    return Frame(
        person=person,
        roles=tuple(role.label for role in Role if role.value in person.roles),
        ways=tuple(Way(url, place.name, url == nearest, _waiting(place.address)) for place, url in reachable),
        account_url=_first("account", "account_home", "account_email"),
        more=tuple(Way(url, place.name, url == nearest) for place, url in more),
        sign_out_url=_first("account_logout"),
    )


def _waiting(address: str) -> int:
    """How much waits there. Who counts it is in the settings: it may be a room that this one does not know."""
    count: str | None = settings.DESK_WAITING.get(address)
    return import_string(count)() if count else 0


def _reachable(places: Sequence[Place], person: Person) -> list[tuple[Place, str]]:
    """The places where `person` may go, with their addresses."""
    allowed = [(place, address_if_any(place.address)) for place in places if place.policy.allows(person)]
    return [(place, url) for place, url in allowed if url]


def _first(*names: str) -> str:
    return next(filter(None, map(address_if_any, names)), "")


def address_if_any(name: str, *args: object) -> str:
    """The address of that name; empty where a network does without the part it belongs to."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
