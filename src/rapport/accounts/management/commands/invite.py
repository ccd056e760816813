"""Invite the first administrator of a new host, or anybody else, without signing in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.urls import reverse
from django.utils import timezone, translation

from rapport.accounts.actions import INVITATION_LASTS, Host, NotPossible, invite
from rapport.accounts.models import Role


class Command(BaseCommand):
    help = "Make an invitation and print its link, to pass on by hand. No mail is sent."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address of whoever is invited")
        parser.add_argument("--name", default="", help="their name, which they can change")
        parser.add_argument(
            "--role", action="append", choices=Role.values, help="may be given more than once; default: administrator"
        )
        parser.add_argument("--language", default="en", choices=[code for code, _ in settings.LANGUAGES])

    def handle(self, *args: Any, email: str, name: str, role: list[str] | None, language: str, **options: Any) -> None:
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"“{email}” is not an e-mail address.") from error
        roles = role or [Role.ADMINISTRATOR.value]
        try:
            invitation, token = invite(email=email, name=name, roles=roles, by=Host(), now=timezone.now())
        except NotPossible as problem:
            raise CommandError(str(problem)) from problem
        with translation.override(language):
            link = self._address() + reverse("invitation", args=[token])
        self.stdout.write(
            f"{invitation.email} may come in as {', '.join(invitation.roles)}, with this link:\n\n  {link}\n"
        )
        self.stdout.write(f"It works once, within {INVITATION_LASTS.days} days.")

    def _address(self) -> str:
        if settings.SITE_ADDRESS:
            return str(settings.SITE_ADDRESS)
        return "http://localhost:8000" if settings.DEMO else f"https://{settings.ALLOWED_HOSTS[0]}"
