"""What a message in the mailbox of bounces says: that a letter came back, that somebody complains, or neither."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr
from enum import StrEnum

from flufl.bounce import all_failures

from rapport.mailing.bounces.verdicts import gravity, has_code
from rapport.mailing.models import Return
from rapport.mailing.tokens import BOUNCE_TOKEN, MESSAGE_NAME

log = logging.getLogger("rapport.mailing")

# Where the address stands that a message was delivered to.
DELIVERED_TO = ("To", "Cc", "Delivered-To", "X-Delivered-To", "X-Original-To", "Envelope-To", "Original-Recipient")
RETURN_ADDRESS = re.compile(rf"\+({BOUNCE_TOKEN})@", re.IGNORECASE)
MESSAGE_ID = re.compile(rf"<{MESSAGE_NAME}({BOUNCE_TOKEN})@", re.IGNORECASE)
# RFC 5965 and its registry: what people say. What machines report (auth-failure, dmarc) is not about a reader.
COMPLAINTS = {"abuse", "fraud", "opt-out"}
# In the words of servers that give no code.
FOR_NOW = re.compile(r"quota|full|too (large|big)|temporar|spam|block", re.IGNORECASE)
MOST_LINES = 20
MACHINES = ("mailer-daemon", "postmaster", "mail-daemon")


class Is(StrEnum):
    """What a message is."""

    RETURN = "return"
    ANSWER = "answer"  # an absence, a receipt, a delay, a report of delivery: nothing to do
    UNKNOWN = "unknown"  # for a person to read


@dataclass(frozen=True)
class ReadMessage:
    """What a message says. `tokens` are those that may say which letter it is about, likeliest first."""

    what: Is
    kind: str = ""
    said: str = ""
    key: str = ""
    tokens: tuple[str, ...] = ()


def read_message(raw: bytes) -> ReadMessage:
    """What a message says, by its form and never by its sender, who may be anybody."""
    message = message_from_bytes(raw)
    found = _report(message) or _complaint(message)
    if found is None and _is_answer(message):
        return ReadMessage(Is.ANSWER)
    found = found or _unusual(message)
    if found is None:
        return ReadMessage(Is.UNKNOWN)
    what, kind, said = found
    if what is not Is.RETURN:
        return ReadMessage(what)
    return ReadMessage(what, kind, " ".join(said.split()), _key(message, raw), tuple(dict.fromkeys(_tokens(message))))


Found = tuple[Is, str, str]


def _report(message: Message) -> Found | None:
    """RFC 3464: a part for machines, with one block for each address that it is about."""
    blocks = [
        block
        for part in _parts(message, "message/delivery-status")
        if part.is_multipart()
        for block in part.get_payload()
        if isinstance(block, Message) and block.get("Action")
    ]
    actions = [_word(block["Action"]) for block in blocks]
    failed = [block for block, action in zip(blocks, actions, strict=True) if action.startswith(("fail", "error"))]
    if failed:
        told = [(_text(block["Status"]), _text(block["Diagnostic-Code"])) for block in failed]
        kinds = [gravity(status, said) for status, said in told]
        worst = Return.Kind.HARD if Return.Kind.HARD in kinds else Return.Kind.SOFT
        status, said = told[kinds.index(worst)]
        return Is.RETURN, worst, f"{status} {said}".strip()
    return (Is.ANSWER, "", "") if actions else None


def _complaint(message: Message) -> Found | None:
    """RFC 5965: what a mail service passes on when somebody reports a letter as unwanted."""
    for part in _parts(message, "message/feedback-report"):
        report = _fields(part)
        kind = _word(report["Feedback-Type"])
        if kind in COMPLAINTS:
            return Is.RETURN, Return.Kind.COMPLAINT, f"{kind} {_text(report['User-Agent'])}".strip()
        return (Is.ANSWER, "", "") if kind == "not-spam" else (Is.UNKNOWN, "", "")
    return None


def _unusual(message: Message) -> Found | None:
    """What servers write that follow no standard. One that is still trying says so, and will say how it ended."""
    try:
        delayed, failed = all_failures(message)
    except Exception:  # heuristics over what anybody may have sent
        log.exception("A message in the mailbox of bounces could not be read")
        return None
    if not failed:
        return (Is.ANSWER, "", "") if delayed else None
    said = _what_it_says(message)
    if has_code(said):
        return Is.RETURN, gravity("", said), said
    return Is.RETURN, Return.Kind.SOFT if FOR_NOW.search(said) else Return.Kind.HARD, said


def _is_answer(message: Message) -> bool:
    """Whether a program answers for a person: an absence, or a receipt (RFC 3834, RFC 8098)."""
    if message.get_content_type() == "multipart/report":
        return message.get_param("report-type") == "disposition-notification"
    writer = parseaddr(_text(message["From"]))[1].partition("@")[0].lower()
    if writer in MACHINES or message["X-Failed-Recipients"]:
        return False
    answers = _word(message["Auto-Submitted"]).startswith(("auto-replied", "auto-generated"))
    return answers or _word(message["Precedence"]) == "auto_reply" or bool(message["X-Autoreply"])


def _tokens(message: Message) -> Iterator[str]:
    """By the address it came to; by what is told of the envelope; by the letter itself, where it was sent back."""
    for name in DELIVERED_TO:
        for value in message.get_all(name, []):
            yield from RETURN_ADDRESS.findall(_text(value))
    for part in message.walk():
        if part is message:
            continue
        fields = _fields(part)
        for name in ("Original-Mail-From", "Return-Path", "X-Original-Mail-From"):
            yield from RETURN_ADDRESS.findall(_text(fields[name]))
    for value in (message["In-Reply-To"], message["References"]):
        yield from MESSAGE_ID.findall(_text(value))
    for part in message.walk():
        if part is not message and part["Message-ID"]:
            yield from MESSAGE_ID.findall(_text(part["Message-ID"]))
        if not part.is_multipart():
            yield from MESSAGE_ID.findall(_content(part))


def _what_it_says(message: Message) -> str:
    """The first lines for people that hold a code, or say that it may change, or the first of all.

    Looked for at the beginning: what follows may be the letter that came back.
    """
    text = next((_content(part) for part in message.walk() if part.get_content_type() == "text/plain"), "")
    lines = [line.strip() for line in text.splitlines() if line.strip()][:MOST_LINES]
    coded = [line for line in lines if has_code(line)]
    return " ".join((coded or [line for line in lines if FOR_NOW.search(line)] or lines)[:3])


def _key(message: Message, raw: bytes) -> str:
    """The same for a message however often it is read."""
    name = _text(message["Message-ID"]).strip() or hashlib.sha256(raw).hexdigest()
    return hashlib.sha256(f"mailbox {name}".encode()).hexdigest()


def _parts(message: Message, content_type: str) -> list[Message]:
    return [part for part in message.walk() if part.get_content_type() == content_type]


def _fields(part: Message) -> Message:
    """The fields that a part holds: Python reads those of a `message/…` as a message in it, others as text."""
    kind = part.get_content_type()
    if kind in ("message/rfc822", "message/feedback-report") and part.is_multipart():
        inner: Iterable[object] = part.get_payload()
        return next((one for one in inner if isinstance(one, Message)), Message())
    if kind in ("text/rfc822-headers", "message/feedback-report"):
        return message_from_bytes(_content(part).encode(errors="replace"))
    return Message()


def _content(part: Message) -> str:
    content = part.get_payload(decode=True)
    return content.decode(errors="replace") if isinstance(content, bytes) else ""


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _word(value: object) -> str:
    """The first word of a field's value, without a comment or a parameter."""
    return re.split(r"[\s;(]", _text(value).strip().lower(), maxsplit=1)[0]
