"""What somebody typed as their address: understood, or refused in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email

LONGEST = 254  # RFC 5321, with the angle brackets


class BadAddress(ValueError):
    """It is no address that letters can go to; says why, for whoever typed it."""


@dataclass(frozen=True)
class Address:
    """An address as it goes on an envelope, and `folded`, by which two ways of writing one are told to be one.

    Mail servers may tell capitals apart before the @; hardly any does, and nobody means two people by them.
    """

    written: str
    folded: str
    domain: str


def masked(written: str) -> str:
    """An address for a page that a letter opens: whoever has it knows it again, and nobody else learns it."""
    local, _at, domain = written.rpartition("@")
    return f"{local[:1]}…@{domain}"


def parse_address(text: str) -> Address:
    """The address in `text`. Raises `BadAddress` with a sentence. Asks nobody whether it exists.

    Plus signs, quotes and domains of any script are understood; a name before the @ that is not in plain letters is
    not, as few servers take it and a letter that may not arrive is not to be promised.
    """
    text = text.strip().strip("<>").strip()
    if not text:
        raise BadAddress(_("Write your address."))
    if len(text) > LONGEST:
        raise BadAddress(_("This is too long for an address."))
    if not text.isascii() and not text.rpartition("@")[0].isascii():
        message = _("The part before the @ has letters that few mail servers take. Do you have another address?")
        raise BadAddress(message)
    try:
        found = validate_email(text, check_deliverability=False, allow_quoted_local=True, allow_smtputf8=False)
    except EmailNotValidError:
        raise BadAddress(
            _("“%(text)s” is not an address. It needs a name, an @ and a domain, as in name@example.org.")
            % {"text": text[:80]}
        ) from None
    local, domain = found.ascii_local_part or found.local_part, found.ascii_domain.lower()
    written = f"{local}@{domain}"
    return Address(written, written.casefold(), domain)
