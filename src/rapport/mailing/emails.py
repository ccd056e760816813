"""Mails that are no letters: the links that readers ask for. Plain text, in the reader's language."""

from __future__ import annotations

import logging
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from rapport.digest.models import SiteIdentity
from rapport.mailing.actions.subscribing import Asked, LinkToMail, is_suppressed
from rapport.mailing.addresses import parse_address
from rapport.mailing.letters.links import whole
from rapport.mailing.models import MailedLink, Subscriber
from rapport.mailing.telling import told_wishes
from rapport.mailing.tokens import letter_token
from rapport.web.mail import NOT_SENT
from rapport.web.wording import in_language

log = logging.getLogger("rapport.mailing")
Purpose = MailedLink.Purpose


def mail_link(mailed: LinkToMail, *, language: str) -> bool:
    """Mail a link to the address it is for. Whether a server took it."""
    name = "letter_confirm" if mailed.link.purpose == Purpose.CONFIRM else "letter_link"
    with translation.override(language):
        url = whole(reverse(name, args=[mailed.token]))
        words = {"url": url, "link": mailed.link, "is_known": mailed.link.subscriber is not None}
        if mailed.link.purpose == Purpose.CONFIRM:
            words["wishes"] = told_wishes(Asked.read(mailed.link.wishes))
        return _mail(mailed.link.purpose, mailed.link.address, words)


def mail_already(subscriber: Subscriber) -> bool:
    """To somebody who asks for letters, and gets them: here are your preferences. Only they learn of it."""
    with translation.override(subscriber.language):
        url = whole(reverse("letter_preferences", args=[letter_token(subscriber)]))
        return _mail("already", subscriber.address, {"url": url})


def _mail(name: str, address: str, words: dict[str, object]) -> bool:
    if is_suppressed(parse_address(address)):
        return False
    site = SiteIdentity.objects.filter(pk=1).first() or SiteIdentity()
    language = translation.get_language() or "en"
    words = {
        **words,
        "wordmark": in_language(site.wordmark, language).text or in_language(site.name, language).text,
        "site": in_language(site.name, language).text,
        "postal_address": site.postal_address,
        "address": address,
    }
    subject = render_to_string(f"mailing/mails/{name}_subject.txt", words)
    text = render_to_string(f"mailing/mails/{name}.txt", words)
    sender = formataddr((" ".join(str(words["wordmark"]).split()), parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))
    message = EmailMessage(" ".join(subject.split()), text.strip() + "\n", from_email=sender, to=[address])
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    try:
        message.send()
    except NOT_SENT:
        log.exception("A mail with a link could not be sent; `rapport doctor` says more")
        return False
    return True
