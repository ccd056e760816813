"""How bad it is that a letter could not be delivered, by what a mail server said."""

from __future__ import annotations

import re

from rapport.mailing.models import Return

ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
PLAIN = re.compile(r"(?<![\d.])([245]\d\d)(?![\d.])")
# RFC 3463 and its registry: no such mailbox, a mailbox that moved or is closed; a domain that is not there.
NOBODY_THERE = {(1, 0), (1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1), (4, 4)}
NO_SUCH_MAILBOX = {"550", "551", "553"}


def gravity(status: str, said: str = "") -> str:
    """Hard when a server says that nobody receives mail at the address; soft for any other failure.

    `status` is an enhanced code where one is given apart from what was said. One of X.0.0 says nothing, and then the
    plain code counts, as it does where there is no other. A full mailbox, or a server that does not want our mail, is
    soft: it may change, and too many in a row end the letters too.
    """
    for text in (status, said):
        if found := ENHANCED.search(text):
            whose, subject, detail = (int(number) for number in found.groups())
            if (subject, detail) == (0, 0):
                continue
            return Return.Kind.HARD if whose == 5 and (subject, detail) in NOBODY_THERE else Return.Kind.SOFT
    code = PLAIN.search(said)
    return Return.Kind.HARD if code and code.group(1) in NO_SUCH_MAILBOX else Return.Kind.SOFT


def has_code(said: str) -> bool:
    return bool(ENHANCED.search(said) or PLAIN.search(said))
