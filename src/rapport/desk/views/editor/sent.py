"""What the form of the editing page carried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from rapport.accounts.models import Person
from rapport.accounts.policies import signed_in
from rapport.desk.editing import TypedBeside
from rapport.desk.fields import FIELDS
from rapport.digest.models import Entry


@dataclass(frozen=True)
class Sent:
    """A form as it was sent. `on` is what it was made from (`Words.on`), `do` the button and `about` what of."""

    entry: Entry
    language: str
    by: Person
    texts: dict[str, str]
    on: tuple[int, int]
    original: int
    do: str
    about: str
    typed: TypedBeside


def read_sent(request: HttpRequest, entry: Entry, language: str) -> Sent:
    """The form as it was sent. A field of one line has no line breaks, however they came in."""
    post = request.POST
    texts: dict[str, str] = {}
    for name, kind in FIELDS.items():
        if name in post:
            text = post[name].replace("\r\n", "\n")
            texts[name] = text if kind.is_long else " ".join(text.split("\n"))
    do, _colon, about = post.get("do", "save").partition(":")
    return Sent(
        entry=entry,
        language=language,
        by=signed_in(request),
        texts=texts,
        on=read_on(post.get("on", "")),
        original=read_number(post.get("original", "")),
        do=do,
        about=about,
        typed=TypedBeside(
            reasons=_beginning_with("reason:", post),
            notes=_beginning_with("note:", post),
            notes_at=_beginning_with("note-at:", post),
            answers=_beginning_with("answer:", post),
        ),
    )


def _beginning_with(start: str, post: Any) -> dict[str, str]:
    return {name.removeprefix(start): post[name].replace("\r\n", "\n") for name in post if name.startswith(start)}


def read_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def read_on(text: str) -> tuple[int, int]:
    number, _dot, saves = text.partition(".")
    return read_number(number), read_number(saves)


def written_on(on: tuple[int, int]) -> str:
    return f"{on[0]}.{on[1]}"
