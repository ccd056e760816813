"""Every write about persons, roles and invitations. What a password or a passkey is, allauth keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from rapport.accounts.models import Grant, Invitation, Person, Role
from rapport.accounts.tokens import hashed, new_token
from rapport.audit.actions import record

INVITATION_LASTS = dt.timedelta(days=14)


class NotPossible(Exception):
    """A deed that cannot be done: the reason and the mend, as a sentence for the person who asked for it."""


class Host:
    """Whoever sits at the server itself, where the first administrator is invited."""

    name = "the host"
    pk: Any = None


@transaction.atomic
def invite(
    *, email: str, name: str, roles: Collection[str], by: Person | Host, now: dt.datetime
) -> tuple[Invitation, str]:
    """Open a door for `email`. Returns the invitation and its token, of which we keep only a hash.

    An earlier invitation of that address that is still open is revoked: one link holds at a time.
    """
    email = email.strip().lower()
    if Person.objects.filter(email=email).exists():
        raise NotPossible(_("%(email)s has an account already. Change its roles instead.") % {"email": email})
    for earlier in Invitation.objects.open(now).filter(email=email):
        revoke_invitation(invitation=earlier, by=by, now=now)
    token = new_token()
    invitation = Invitation.objects.create(
        email=email,
        name=name.strip(),
        roles=_known(roles),
        token_hash=hashed(token),
        invited_by=by if isinstance(by, Person) else None,
        made_at=now,
        expires_at=now + INVITATION_LASTS,
    )
    _record(by, "person.invited", f"invitation:{invitation.pk}", roles=invitation.roles)
    return invitation, token


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: Person | Host, now: dt.datetime) -> None:
    """Close a door that is open; one that is closed already stays as it is."""
    if Invitation.objects.open(now).filter(pk=invitation.pk).update(revoked_at=now):
        _record(by, "invitation.revoked", f"invitation:{invitation.pk}")


@transaction.atomic
def accept_invitation(*, token: str, name: str, password: str, language: str, now: dt.datetime) -> Person:
    """Make the account that an invitation is for. Its address is known to be theirs: the link was mailed there."""
    invitation = _take_invitation(token, now)
    if Person.objects.filter(email=invitation.email).exists():
        raise NotPossible(_("There is an account with this address by now. Sign in, then open the link again."))
    try:
        with transaction.atomic():
            person = Person.objects.create_user(invitation.email, password, name=name.strip(), language=language)
    except IntegrityError as error:  # made in the same moment
        raise NotPossible(_("There is an account with this address by now. Sign in.")) from error
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    _enter(invitation, person, now)
    return person


@transaction.atomic
def accept_as(*, token: str, by: Person, now: dt.datetime) -> None:
    """Take up the roles of an invitation with an account that was there already."""
    invitation = _take_invitation(token, now)
    if invitation.email != by.email:
        raise NotPossible(_("This invitation is for another address than that of your account."))
    _enter(invitation, by, now)


def _take_invitation(token: str, now: dt.datetime) -> Invitation:
    """The open invitation of a token, which from now on is used: of two who press at once, one gets it."""
    found = Invitation.objects.open(now).of_token(token)
    invitation = found.first()
    if invitation is None or not found.update(accepted_at=now):
        raise NotPossible(_("This invitation is no longer open. Ask whoever invited you for a new one."))
    return invitation


def _enter(invitation: Invitation, person: Person, now: dt.datetime) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(accepted_by=person)
    _record(person, "invitation.accepted", f"invitation:{invitation.pk}", person=person.pk)
    for role in invitation.roles:
        _grant(person, role, granted_by=invitation.invited_by, recorded_by=person, now=now)


@transaction.atomic
def set_roles(*, person: Person, roles: Collection[str], by: Person, now: dt.datetime) -> None:
    """Grant `roles` to a person and take those that are not named; each change is written down by itself.

    With the administrator's role go the invitations they have made that nobody took up yet.
    """
    before = set(Grant.objects.filter(person=person).values_list("role", flat=True))
    wanted = set(_known(roles))
    if Role.ADMINISTRATOR in before - wanted:
        _keep_an_administrator(besides=person)
    for role in sorted(wanted - before):
        _grant(person, role, granted_by=by, recorded_by=by, now=now)
    for role in sorted(before - wanted):
        Grant.objects.filter(person=person, role=role).delete()
        _record(by, "role.taken", f"person:{person.pk}", role=role)
        if role == Role.ADMINISTRATOR:
            _revoke_invitations_of(person, by=by, now=now)
    person.__dict__.pop("roles", None)  # what this object remembers of its roles


def _grant(person: Person, role: str, *, granted_by: Person | None, recorded_by: Person, now: dt.datetime) -> None:
    facts = {"granted_by": granted_by, "granted_at": now}
    if Grant.objects.get_or_create(person=person, role=role, defaults=facts)[1]:
        _record(recorded_by, "role.granted", f"person:{person.pk}", role=role)


@transaction.atomic
def close_account(*, person: Person, by: Person, now: dt.datetime) -> None:
    """Let a person no longer in: their sessions end, and so do invitations they made. What they wrote stays."""
    if person.pk == by.pk:
        raise NotPossible(_("You cannot close your own account. Ask another administrator."))
    _keep_an_administrator(besides=person)
    if not Person.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
        return
    for session in UserSession.objects.filter(user=person):
        session.end()
    _revoke_invitations_of(person, by=by, now=now)
    _record(by, "account.closed", f"person:{person.pk}")


def _revoke_invitations_of(person: Person, *, by: Person, now: dt.datetime) -> None:
    """Close the doors that somebody opened who may no longer open any."""
    for invitation in Invitation.objects.open(now).filter(invited_by=person):
        revoke_invitation(invitation=invitation, by=by, now=now)


@transaction.atomic
def reopen_account(*, person: Person, by: Person) -> None:
    """Let a person in again, with the roles that they had."""
    if Person.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
        _record(by, "account.reopened", f"person:{person.pk}")


@transaction.atomic
def save_profile(*, by: Person, name: str, language: str) -> None:
    """What a person says about themselves."""
    by.name, by.language = name.strip(), language
    by.save(update_fields=["name", "language"])
    _record(by, "profile.saved", f"person:{by.pk}")


@transaction.atomic
def end_session(*, session: UserSession, by: Person) -> None:
    """Sign a person out on one of their devices."""
    session.end()
    _record(by, "session.ended", f"person:{by.pk}")


def _keep_an_administrator(*, besides: Person) -> None:
    """Refuse to leave a network without one. The grants are locked, so that two do not take each other's."""
    grants = Grant.objects.select_for_update().filter(role=Role.ADMINISTRATOR).order_by("pk")
    there = [grant.person_id for grant in grants]
    others = Person.objects.filter(pk__in=there, is_active=True).exclude(pk=besides.pk)
    if besides.pk in there and not others.exists():
        raise NotPossible(
            _("%(name)s is the only administrator. Make somebody else one first.") % {"name": besides.name}
        )


def _known(roles: Collection[str]) -> list[str]:
    unknown = set(roles) - set(Role.values)
    assert not unknown, f"no such role: {sorted(unknown)}"
    return sorted(str(role) for role in set(roles))


def _record(by: Person | Host, did: str, about: str, **details: Any) -> None:
    record(stream="digest", by=by, did=did, about=about, **details)
