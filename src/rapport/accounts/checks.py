"""What a host should know before the desk is used; `rapport doctor` says it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register


@register(deploy=True)
def mail_goes_out(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Without mail, nobody can set a new password, and invitations are passed on by hand."""
    if settings.EMAIL_BACKEND != "django.core.mail.backends.filebased.EmailBackend":
        return []
    return [
        Warning(
            "No mail is sent: it is written into the data directory.",
            hint="Set RAPPORT_MAIL_URL, for example smtp://user:password@mail.example.org:587, and RAPPORT_MAIL_FROM.",
            id="accounts.W001",
        )
    ]
