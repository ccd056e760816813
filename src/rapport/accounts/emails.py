"""The one mail of ours; allauth sends the others, with our words, from `templates/account/email/`."""

from __future__ import annotations

import logging

from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import translation

from rapport.accounts.models import Invitation
from rapport.web.mail import NOT_SENT

logger = logging.getLogger(__name__)


def send_invitation(*, invitation: Invitation, link: str, language: str, request: HttpRequest) -> bool:
    """Mail an invitation. Whether it went out: where it did not, the link can be given by hand."""
    with translation.override(language):
        words = {"invitation": invitation, "link": link}
        subject = render_to_string("accounts/mail/invitation_subject.txt", words, request)
        text = render_to_string("accounts/mail/invitation.txt", words, request)
        message = EmailMessage(" ".join(subject.split()), text.strip() + "\n", to=[invitation.email])
        try:
            message.send()
        except NOT_SENT:
            logger.exception("The invitation could not be sent; `rapport doctor` says more.")
            return False
    return True
