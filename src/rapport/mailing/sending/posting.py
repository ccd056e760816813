"""Handing one letter over, and knowing what became of it.

A letter that is handed over ends in one of four ways, and only the last leaves a doubt:

    taken       the server said so
    NotNow      it was not taken, and may be later (a full mailbox, a server that is busy or down)
    Refused     it was not taken, and will not be
    InDoubt     the letter was given, and no answer came: the server may have it
"""

from __future__ import annotations

import logging
import smtplib
from contextlib import suppress
from typing import Protocol, cast

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend

from rapport.mailing.bounces.verdicts import gravity
from rapport.mailing.models import Return

log = logging.getLogger("rapport.mailing")

MOST_ON_ONE_CONNECTION = 200  # many servers hang up on more
LONGEST_SAYING = 500
CLOSING = 421


class NotHandedOver(Exception):
    """What became of it instead; `says` is what the server said, or what happened to it."""

    def __init__(self, says: str) -> None:
        self.says = says[:LONGEST_SAYING]
        super().__init__(self.says)


class NotNow(NotHandedOver):
    """It may be taken later. `of_server`: nothing else will be taken now either."""

    def __init__(self, says: str, *, of_server: bool = False) -> None:
        super().__init__(says)
        self.of_server = of_server


class Refused(NotHandedOver):
    """It will not be taken. `of_address`: because nobody receives mail at that address."""

    def __init__(self, says: str, *, of_address: bool) -> None:
        super().__init__(says)
        self.of_address = of_address


class InDoubt(NotHandedOver):
    """The letter was given, and the answer did not come."""


class Letter(Protocol):
    """What is handed over: one message, to one address, with the address that its bounces go to."""

    @property
    def envelope_from(self) -> str: ...
    @property
    def envelope_to(self) -> str: ...
    def as_bytes(self) -> bytes:
        """The message as it goes over the wire, lines ended by CRLF."""

    def as_message(self) -> EmailMultiAlternatives:
        """The same, for a provider that takes no ready message."""


class Post(Protocol):
    """Where letters are handed over."""

    def hand_over(self, letter: Letter) -> None:
        """Return when it has been taken; raise `NotNow`, `Refused` or `InDoubt` otherwise."""

    def close(self) -> None: ...


def hand_over(letter: Letter, post: Post, *, what: str) -> NotHandedOver | None:
    """Hand a letter over: None when it was taken, otherwise what became of it. `what` names it in the log."""
    try:
        post.hand_over(letter)
    except NotHandedOver as problem:
        return problem
    except Exception as error:  # a way of posting that we do not know: it may have the letter
        log.exception("%s may or may not have been handed over", what)
        return InDoubt(saying(error))
    return None


class SmtpPost:
    """A mail server, spoken to over one connection for as long as it lasts.

    The talk is our own, step by step, because what a lost connection means depends on the step.
    """

    def __init__(self, backend: SmtpBackend) -> None:
        self._backend = backend
        self._taken = 0

    def hand_over(self, letter: Letter) -> None:
        content = letter.as_bytes()
        server = self._introduce(letter)
        try:
            self._expect(server.rcpt(letter.envelope_to), 250, 251)
            self._expect(server.docmd("DATA"), 354)
            server.send(quoted(content))
        except (smtplib.SMTPException, OSError) as error:
            # The full stop that ends a letter is its last line, so a server that was cut off has not taken it.
            self._hang_up()
            raise NotNow(saying(error), of_server=True) from error
        try:
            answer = server.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise InDoubt(saying(error)) from error
        self._expect(answer, 250, of_letter=True)
        self._taken += 1
        if self._taken >= MOST_ON_ONE_CONNECTION:
            self.close()

    def close(self) -> None:
        self._taken = 0
        with suppress(smtplib.SMTPException, OSError):
            self._backend.close()
        self._backend.connection = None

    def _introduce(self, letter: Letter) -> smtplib.SMTP:
        """A connection on which the sender has been accepted."""
        try:
            is_new = self._backend.open()
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise NotNow(saying(error), of_server=True) from error
        server = cast(smtplib.SMTP, self._backend.connection)
        try:
            server.ehlo_or_helo_if_needed()
            options = ["BODY=8BITMIME"] if server.has_extn("8bitmime") else []
            answer = server.mail(letter.envelope_from, options)
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            if not is_new:  # it had grown old: servers hang up on those who are silent for long
                return self._introduce(letter)
            raise NotNow(saying(error), of_server=True) from error
        if answer[0] != 250:
            self._hang_up()
            # A server that does not take our sender would take no letter at all: no fault of this one.
            raise NotNow(_said(answer), of_server=True)
        return server

    def _expect(self, answer: tuple[int, bytes], *codes: int, of_letter: bool = False) -> None:
        """Raise what became of the letter, unless the code is one of these. `of_letter`: the server has read it."""
        code = answer[0]
        if code in codes:
            return
        if code == CLOSING or code < 0:
            self._hang_up()
            raise NotNow(_said(answer), of_server=True)
        self._begin_anew()
        if 500 <= code < 600:
            raise Refused(_said(answer), of_address=_names_address(answer, of_letter))
        raise NotNow(_said(answer))

    def _begin_anew(self) -> None:
        """Forget the letter that was not taken, and keep the connection for the next."""
        try:
            code, _ = cast(smtplib.SMTP, self._backend.connection).rset()
        except (smtplib.SMTPException, OSError):
            code = CLOSING
        if code != 250:
            self._hang_up()

    def _hang_up(self) -> None:
        server, self._backend.connection, self._taken = self._backend.connection, None, 0
        if server is not None:
            with suppress(OSError):
                server.close()


def _names_address(answer: tuple[int, bytes], of_letter: bool) -> bool:
    """Whether a refusal says that nobody receives mail at the address, by the rule that holds for bounces.

    Not by a bare 550 once the server has read the letter: it took the address, so that is said of what it read. It
    says so to everybody, and a whole list of readers would be lost by it.
    """
    said = _said(answer)
    return gravity(said, "" if of_letter else said) == Return.Kind.HARD


def quoted(content: bytes) -> bytes:
    """A message as it stands between DATA and its end (RFC 5321, 4.5.2)."""
    body = content if content.endswith(b"\r\n") else content + b"\r\n"
    body = body.replace(b"\r\n.", b"\r\n..")
    return (b"." + body if body.startswith(b".") else body) + b".\r\n"


def _said(answer: tuple[int, bytes]) -> str:
    return f"{answer[0]} {answer[1].decode(errors='replace')}"


def saying(error: Exception) -> str:
    """An error as it is shown to people who did not write the program."""
    return f"{type(error).__name__}: {error}"
