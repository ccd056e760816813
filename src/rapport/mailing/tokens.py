"""The links that stand in letters, those that are mailed to act once, and other marks that only this site can make.

A letter gets forwarded, so what stands in it may open a reader's preferences and end their subscription, and no more:
each kind of token has a salt of its own and is good for one thing. They do not expire, as a letter does not.
Whatever else acts is a `MailedLink`, sent to the address on record: random, for one purpose, for a while.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from email.utils import parseaddr

from django.core import signing
from django.utils.crypto import salted_hmac

from rapport.mailing.models import Delivery, Subscriber

LETTER, ANSWER, WEB, BOUNCE = "rapport.letter", "rapport.answer", "rapport.web-letter", "rapport.bounce"
TEST = "test"  # stands in a test letter where a token would: it is of nobody, and opens nothing
SHORT = 12  # letters of a digest: enough that nobody guesses one of a few thousand
BOUNCE_TOKEN = rf"\d{{1,19}}-[0-9a-f]{{{SHORT}}}"  # its form, to find one in what others have written
MESSAGE_NAME = "delivery-"  # how the Message-ID of a letter begins


class BadToken(Exception):
    """It is none of ours, or what it was for is gone."""


def letter_token(subscriber: Subscriber, delivery: Delivery | None = None) -> str:
    """Opens the preferences, and unsubscribes. `delivery` says which letter it stood in."""
    return _signed(LETTER, subscriber.pk, delivery.pk if delivery else 0)


def read_letter_token(token: str) -> tuple[Subscriber, Delivery | None]:
    """Whose it is, and the letter it stood in where that is still known."""
    subscriber, delivery = _read(LETTER, token, 2)
    whose = Subscriber.objects.filter(pk=subscriber).first()
    if whose is None:
        raise BadToken
    return whose, Delivery.objects.filter(pk=delivery, subscriber=whose).first()


def answer_token(delivery: Delivery, entry: int) -> str:
    """Opens the page on which a reader says what they make of one entry of a letter."""
    return _signed(ANSWER, delivery.pk, entry)


def read_answer_token(token: str) -> tuple[Delivery, int]:
    delivery, entry = _read(ANSWER, token, 2)
    return _delivery(delivery), entry


def web_token(delivery: Delivery) -> str:
    """Opens a letter as a page."""
    return _signed(WEB, delivery.pk)


def read_web_token(token: str) -> Delivery:
    return _delivery(_read(WEB, token, 1)[0])


def bounce_token(delivery: Delivery) -> str:
    """Stands in the address that bounces of a letter go to: digits and lower-case letters, with one hyphen."""
    return f"{delivery.pk}-{_short(BOUNCE, str(delivery.pk))}"


def read_bounce_token(token: str) -> Delivery:
    """The delivery that a returned letter was. Mail servers may have changed the case of an address."""
    key, _, seal = token.partition("-")
    if not token.isascii() or not key.isdecimal() or not hmac.compare_digest(seal.lower(), _short(BOUNCE, key)):
        raise BadToken
    return _delivery(int(key))


def message_id(delivery: Delivery, sender: str) -> str:
    """The same for a delivery whenever its letter is made: a copy that came twice can be told for one."""
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    return f"<{MESSAGE_NAME}{bounce_token(delivery)}@{domain}>"


def new_link_token() -> tuple[str, str]:
    """A token for a `MailedLink`, and the digest of it that is kept."""
    token = secrets.token_urlsafe(24)
    return token, digest_of(token)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def suppression_key(folded: str) -> str:
    """By which a suppressed address is recognised, and from which it cannot be read."""
    return salted_hmac("rapport.suppression", folded, algorithm="sha256").hexdigest()


def _signed(salt: str, *numbers: int) -> str:
    return signing.Signer(salt=salt, sep=".").sign("-".join(map(str, numbers)))


def _read(salt: str, token: str, count: int) -> list[int]:
    try:
        numbers = [int(part) for part in signing.Signer(salt=salt, sep=".").unsign(token).split("-")]
    except (signing.BadSignature, ValueError) as error:
        raise BadToken from error
    if len(numbers) != count:
        raise BadToken
    return numbers


def _delivery(key: int) -> Delivery:
    found = Delivery.objects.filter(pk=key).select_related("subscriber", "mailing__edition").first()
    if found is None:
        raise BadToken
    return found


def _short(salt: str, value: str) -> str:
    return salted_hmac(salt, value, algorithm="sha256").hexdigest()[:SHORT]
