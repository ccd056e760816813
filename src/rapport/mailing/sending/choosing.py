"""Which post letters go by: the host has said so."""

from __future__ import annotations

from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend

from rapport.mailing.sending.posting import Post, SmtpPost
from rapport.mailing.sending.provider import ProviderPost


def post() -> Post:
    """The post that the settings name: a mail server, or a provider's interface."""
    connection = get_connection()
    return SmtpPost(connection) if isinstance(connection, SmtpBackend) else ProviderPost(connection)
