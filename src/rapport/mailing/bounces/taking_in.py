"""From the mailbox to what is known of each letter: every message once."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from rapport.mailing.actions.returns import keep_return
from rapport.mailing.bounces.mailbox import open_mailbox
from rapport.mailing.bounces.reading import Is, ReadMessage, read_message
from rapport.mailing.tokens import BadToken, read_bounce_token

log = logging.getLogger("rapport.mailing")
MOST_AT_ONCE = 500


@dataclass
class TakenIn:
    """What was in the mailbox: letters that came back, answers of programs, and what was left for a person."""

    returns: int = 0
    answers: int = 0
    unknown: int = 0


def read_bounces(url: str, *, now: dt.datetime, most: int = MOST_AT_ONCE) -> TakenIn:
    """Read what is new in the mailbox at `url`. One that was cut short is simply done again.

    Raises `MailboxUnreachable`.
    """
    taken = TakenIn()
    with open_mailbox(url) as mailbox:
        for name in mailbox.fresh(most):
            raw = mailbox.read(name)
            if raw is None:
                continue
            what = take_in(raw, now=now)
            if what is Is.UNKNOWN:
                taken.unknown += 1
                mailbox.leave(name)
            else:
                taken.returns += what is Is.RETURN
                taken.answers += what is Is.ANSWER
                mailbox.mark_seen(name)
    if taken.unknown:
        log.warning("%s messages in the mailbox of bounces were not understood; they have a star.", taken.unknown)
    return taken


def take_in(raw: bytes, *, now: dt.datetime) -> Is:
    """Do what a message asks for. A bounce of a letter that we cannot have sent is unknown, and changes nothing."""
    message = _understood(raw)
    if message.what is not Is.RETURN:
        return message.what
    for token in message.tokens:
        try:
            delivery = read_bounce_token(token)
        except BadToken:
            continue
        keep_return(key=message.key, kind=message.kind, delivery=delivery, said=message.said, now=now)
        return Is.RETURN
    return Is.UNKNOWN


def _understood(raw: bytes) -> ReadMessage:
    """What a message says. One on which reading breaks is for a person: it must not keep those after it unread."""
    try:
        return read_message(raw)
    except Exception:  # anybody may have written it, in parts within parts without end
        log.exception("A message in the mailbox of bounces could not be read")
        return ReadMessage(Is.UNKNOWN)
