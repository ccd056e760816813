"""A letter as it goes over the wire: its parts, and the headers by which mail programs know what it is."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.generator import BytesGenerator
from email.mime.image import MIMEImage
from email.utils import formataddr, formatdate, make_msgid, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from rapport.mailing.models import Delivery
from rapport.mailing.tokens import bounce_token, message_id


@dataclass(frozen=True)
class Picture:
    """A drawing that travels with the letter: nothing is fetched when it is read, so nobody learns that it was.

    `name` is unlike that of any other part, with an @, as the name of a part has to be (RFC 2392).
    """

    name: str
    png: bytes


class _Mail(EmailMultiAlternatives):
    """What is attached belongs to the letter's text.

    A provider is given along which letter it is, to say what came back; and asked to note neither who opens it nor who
    follows its links.
    """

    mixed_subtype = "related"
    track_opens = track_clicks = False
    metadata: dict[str, str]


@dataclass(frozen=True)
class MailedLetter:
    """One letter to one address, ready to be handed over.

    `delivery` is what it is to its subscriber; None of a test letter, of which nothing is kept and nothing comes back.
    """

    to: str
    delivery: Delivery | None
    sender_name: str
    subject: str
    text: str
    html: str
    list_name: str
    unsubscribe_url: str
    pictures: Sequence[Picture] = field(default=())
    language: str = "en"

    @property
    def envelope_from(self) -> str:
        """Where bounces go: an address that says which letter came back, where the host has set up such addresses."""
        bounces = settings.BOUNCE_ADDRESS
        if not bounces or self.delivery is None:
            return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
        name, _, domain = bounces.rpartition("@")
        return f"{name}+{bounce_token(self.delivery)}@{domain}"

    @property
    def envelope_to(self) -> str:
        return self.to

    def as_message(self) -> EmailMultiAlternatives:
        sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
        domain = sender.rpartition("@")[2] or "localhost"
        message = _Mail(
            subject=_one_line(self.subject),
            body=self.text,
            from_email=formataddr((_one_line(self.sender_name), sender)),
            to=[self.envelope_to],
            headers={
                **self._headers_of_delivery(sender, domain),
                "List-Id": formataddr((_one_line(self.list_name), f"digest.{domain}")),
                "List-Unsubscribe": f"<{self.unsubscribe_url}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Precedence": "bulk",
                "Auto-Submitted": "auto-generated",
                "Content-Language": self.language,
            },
        )
        if self.delivery is not None:
            message.metadata = {"delivery": bounce_token(self.delivery)}
        message.attach_alternative(self.html, "text/html")
        for picture in self.pictures:
            part = MIMEImage(picture.png, "png")
            part.add_header("Content-ID", f"<{picture.name}>")
            part.add_header("Content-Disposition", "inline", filename=f"{picture.name.partition('@')[0]}.png")
            message.attach(part)
        return message

    def _headers_of_delivery(self, sender: str, domain: str) -> dict[str, str]:
        """By which a letter is the same whenever it is made, and its mailing is known to who tells of complaints."""
        if self.delivery is None:
            return {"Message-ID": make_msgid(domain=domain), "Date": formatdate()}
        claimed_at = self.delivery.claimed_at
        return {
            "Message-ID": message_id(self.delivery, sender),
            "Date": formatdate(claimed_at.timestamp() if claimed_at else None),
            "Feedback-ID": f"{self.delivery.mailing_id}:{self.delivery.mailing.edition.kind}:digest:{domain}",
        }

    def as_bytes(self) -> bytes:
        out = io.BytesIO()
        # Long headers are broken where they are made, at words. Broken here, List-Unsubscribe would begin with a line
        # that is empty, which not every mail program reads.
        BytesGenerator(out, mangle_from_=False, maxheaderlen=0).flatten(self.as_message().message(), linesep="\r\n")
        return out.getvalue()


def _one_line(words: str) -> str:
    """As it may stand in a header: what begins a new line there begins another header."""
    return " ".join(words.split())
