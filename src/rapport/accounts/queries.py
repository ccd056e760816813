"""Reads that pages of accounts share."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet

from rapport.accounts.models import Invitation, Person


@dataclass(frozen=True)
class Keys:
    """What besides a password opens an account."""

    passkeys: list[Authenticator]
    app: Authenticator | None
    codes: Authenticator | None

    @property
    def codes_left(self) -> int:
        return len(self.codes.wrap().get_unused_codes()) if self.codes else 0


def keys_of(person: Person) -> Keys:
    """One query."""
    keys = list(Authenticator.objects.filter(user=person).order_by("created_at", "pk"))
    kinds = Authenticator.Type
    return Keys(
        passkeys=[key for key in keys if key.type == kinds.WEBAUTHN],
        app=next((key for key in keys if key.type == kinds.TOTP), None),
        codes=next((key for key in keys if key.type == kinds.RECOVERY_CODES), None),
    )


def sessions_of(person: Person, now: dt.datetime) -> list[UserSession]:
    """Where a person is signed in, newest first; two queries."""
    sessions = list(UserSession.objects.filter(user=person).order_by("-created_at"))
    keys = [session.session_key for session in sessions]
    alive = Session.objects.filter(session_key__in=keys, expire_date__gt=now).values_list("session_key", flat=True)
    there = set(alive)
    return [session for session in sessions if session.session_key in there]


def people(like: str = "") -> QuerySet[Person]:
    """Everybody with an account, or those in whose name or address `like` stands; closed accounts last. With roles."""
    found = Person.objects.filter(Q(name__icontains=like) | Q(email__icontains=like)) if like else Person.objects.all()
    return found.prefetch_related("grants").order_by("-is_active", "name", "pk")


def invitations(now: dt.datetime, *, remembered: dt.timedelta = dt.timedelta(days=60)) -> list[Invitation]:
    """Those of the last two months that nobody has accepted, open ones first; of very many, the newest."""
    recent = Invitation.objects.filter(accepted_at=None, made_at__gt=now - remembered)
    newest = recent.select_related("invited_by")[:200]
    return sorted(newest, key=lambda invitation: state_of(invitation, now) != "open")


def state_of(invitation: Invitation, now: dt.datetime) -> str:
    """open, accepted, revoked or expired."""
    if invitation.accepted_at:
        return "accepted"
    if invitation.revoked_at:
        return "revoked"
    return "open" if invitation.expires_at > now else "expired"
