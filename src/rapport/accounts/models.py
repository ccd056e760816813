"""Who may come in, and as what: persons, the roles granted to them, invitations."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from rapport.accounts.tokens import hashed


class Role(models.TextChoices):
    """What a person may be in a network. Policies name roles; nothing else asks for one."""

    AUTHOR = "author", _("author")
    EDITOR = "editor", _("editor")
    ADMINISTRATOR = "administrator", _("administrator")


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email=(username or "").lower())

    def create_user(self, email: str, password: str | None = None, **facts: Any) -> Person:
        """A person with that address; without a password, they can sign in only after they have set one."""
        person = self.model(email=email.strip().lower(), **facts)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Somebody with an account. Readers have none."""

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True, help_text="In small letters.")
    name = models.CharField(_("name"), max_length=200, help_text=_("As readers see it, for example “Edith Martin”."))
    language = models.CharField(_("language"), max_length=8, default="en")
    is_active = models.BooleanField(default=True, help_text="Whether they may sign in at all.")
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = PersonManager()

    class Meta:
        verbose_name_plural = "persons"
        ordering = ["name", "pk"]
        constraints = [models.CheckConstraint(condition=Q(email=Lower("email")), name="person_email_in_small_letters")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    @cached_property
    def roles(self) -> frozenset[str]:
        """What was granted to them; one query for this object."""
        return frozenset(self.grants.values_list("role", flat=True))


class Grant(models.Model):
    """A role that an administrator has granted to a person."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=16, choices=Role.choices)
    granted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["person", "role"]
        constraints = [
            models.UniqueConstraint(fields=["person", "role"], name="role_granted_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.role}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: dt.datetime) -> InvitationQuerySet:
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)

    def of_token(self, token: str) -> InvitationQuerySet:
        return self.filter(token_hash=hashed(token))


class Invitation(models.Model):
    """An open door for one address, with the roles that wait behind it. Its link holds a token we keep no copy of."""

    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=200, blank=True)
    roles = models.JSONField(default=list)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, editable=False)
    accepted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.email
