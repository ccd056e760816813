"""The pages on which a demo shows the mail that it sent to nobody."""

from __future__ import annotations

import email
import email.policy
import re
from base64 import b64encode
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import cast

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from rapport.accounts.policies import ANYONE, requires

MOST_SHOWN = 200


@dataclass(frozen=True)
class CaughtMail:
    key: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["subject"] or "")

    @property
    def to(self) -> str:
        return str(self.message["to"] or "")

    @property
    def sender(self) -> str:
        return str(self.message["from"] or "")

    @property
    def date(self) -> str:
        return str(self.message["date"] or "")

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part else ""

    @property
    def has_html(self) -> bool:
        return self.message.get_body(("html",)) is not None

    @property
    def html(self) -> str:
        """With its pictures in it, as a mail program shows it."""
        part = self.message.get_body(("html",))
        html = str(part.get_content()) if part else ""
        for picture in self.message.walk():
            name = str(picture.get("content-id", "")).strip("<>")
            if name:
                data = b64encode(cast(bytes, picture.get_payload(decode=True))).decode()
                html = html.replace(f"cid:{name}", f"data:{picture.get_content_type()};base64,{data}")
        return html

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.message.items()]


@requires(ANYONE)
def caught(request: HttpRequest) -> HttpResponse:
    """All mails, the newest first."""
    _only_in_a_demo()
    keys = sorted((path.stem for path in _folder().glob("*.eml")), reverse=True)[:MOST_SHOWN]
    return render(request, "mailing/caught.html", {"mails": [_read(key) for key in keys]})


@requires(ANYONE)
def one(request: HttpRequest, key: str) -> HttpResponse:
    """One mail: as its plain text, with its headers, and a link to how a mail program shows it."""
    _only_in_a_demo()
    return render(request, "mailing/caught_one.html", {"mail": _read(key)})


@csp_replace({"style-src": ["'unsafe-inline'"], "img-src": ["data:"], "script-src": ["'none'"]})
@requires(ANYONE)
def as_shown(request: HttpRequest, key: str) -> HttpResponse:
    """The mail's HTML alone. Its styles stand in it, as those of mails must; nothing in it runs."""
    _only_in_a_demo()
    return HttpResponse(_read(key).html)


def _only_in_a_demo() -> None:
    if not settings.DEMO:
        raise Http404


def _folder() -> Path:
    return Path(settings.EMAIL_FILE_PATH)


def _read(key: str) -> CaughtMail:
    path = _folder() / f"{key}.eml"
    if not re.fullmatch(r"\d+", key) or not path.is_file():
        raise Http404
    return CaughtMail(key, email.message_from_bytes(path.read_bytes(), policy=email.policy.default))
