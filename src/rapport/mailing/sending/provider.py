"""A provider's interface as a place where letters are handed over, and what each of its answers means for a letter."""

from __future__ import annotations

from ssl import SSLCertVerificationError
from typing import Any

import requests
from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from django.core.mail.backends.base import BaseEmailBackend
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, SSLError

from rapport.mailing.sending.posting import InDoubt, Letter, NotHandedOver, NotNow, Refused, saying

# It has looked at the letter, and does not take it.
NOT_THIS_LETTER = {400, 413, 422}
# Of Amazon, which says 400 for these too: it takes none of our letters now.
NOT_NOW = (
    "throttl", "toomanyrequests", "limitexceeded", "accountsuspended", "sendingpaused", "notverified", "accessdenied",
    "expiredtoken", "unrecognizedclient", "signature",
)  # fmt: skip
# What the libraries call it when nothing had been sent yet. Amazon's is not installed unless a host asks for it.
NOT_REACHED = {"EndpointConnectionError", "ConnectTimeoutError", "NoCredentialsError", "PartialCredentialsError"}
LOST = {"ReadTimeoutError", "ConnectionClosedError", "HTTPClientError"}


class ProviderPost:
    """A provider's interface; or any other of Django's ways to send mail, such as files in a folder."""

    def __init__(self, connection: BaseEmailBackend) -> None:
        self._connection = connection

    def hand_over(self, letter: Letter) -> None:
        message = letter.as_message()
        try:
            self._connection.open()
            self._connection.send_messages([message])
        except AnymailError as error:
            raise what_became(error) from error
        except OSError as error:
            raise NotNow(saying(error), of_server=True) from error

    def close(self) -> None:
        self._connection.close()


def what_became(error: AnymailError) -> NotHandedOver:
    """What it means for the letter. In doubt where the provider may have taken it, and nowhere else."""
    says = saying(error)
    if isinstance(error, AnymailRecipientsRefused):
        status = getattr(error.email_message, "anymail_status", None)
        return Refused(says, of_address=getattr(status, "status", None) == {"invalid"})
    status = _status(error)
    if status is not None:
        return _by_status(status, says)
    if isinstance(error, requests.RequestException):
        return NotNow(says, of_server=True) if _was_not_sent(error) else InDoubt(says)
    cause = type(error.__cause__).__name__
    if cause in NOT_REACHED:
        return NotNow(says, of_server=True)
    if cause in LOST:
        return InDoubt(says)
    return Refused(says, of_address=False)  # it cannot be told to this provider at all


def _by_status(status: int, says: str) -> NotHandedOver:
    if status in NOT_THIS_LETTER and not any(word in says.lower() for word in NOT_NOW):
        return Refused(says, of_address=False)
    if status == 503 or 300 <= status < 500:  # busy; or it does not know us, or not where we think it is
        return NotNow(says, of_server=True)
    return InDoubt(says)  # 500, 502, 504: what stood in front gave up. Or 200, with an answer that nobody understands


def _status(error: AnymailError) -> int | None:
    if error.status_code is not None:
        return int(error.status_code)
    told: Any = error.response
    if isinstance(told, dict):  # Amazon's
        status = told.get("ResponseMetadata", {}).get("HTTPStatusCode")
        return None if status is None else int(status)
    return None


def _was_not_sent(error: requests.RequestException) -> bool:
    """Whether no byte of the letter can have reached the provider."""
    if isinstance(error, requests.ReadTimeout):
        return False
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    if isinstance(error, requests.ConnectionError):
        cause: Any = error.__cause__
        reason = getattr(cause.args[0], "reason", None) if cause is not None and cause.args else None
        inner = reason.args[0] if isinstance(reason, SSLError) and reason.args else None
        never_connected = isinstance(reason, NewConnectionError | ConnectTimeoutError)
        return never_connected or isinstance(inner, SSLCertVerificationError)
    return isinstance(error, ValueError)  # an address of the provider's that is none
