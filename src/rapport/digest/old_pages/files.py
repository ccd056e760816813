"""A saved file as text: told apart from what is no page, and decoded as its author meant."""

from __future__ import annotations

import email
import email.policy
import re
from pathlib import Path
from typing import Final

from rapport.digest.old_pages.blocks import Page
from rapport.digest.old_pages.page_html import blocks_of_html
from rapport.digest.old_pages.page_text import blocks_of_text

LARGEST: Final = 20_000_000

# How files begin that are no page, and what to do with each.
OTHERS: Final = {
    b"PK\x03\x04": "is a Word, OpenDocument or zip file; open it and save it as plain text or as a web page",
    b"\xd0\xcf\x11\xe0": "is an old Word file; open it and save it as plain text or as a web page",
    b"%PDF": "is a PDF; open the page in a browser and save it as a web page, or copy its text into a text file",
    b"{\\rtf": "is a rich-text file; open it and save it as plain text",
    b"\x1f\x8b": "is compressed; unpack it first",
    b"\x89PNG": "is a picture; save the page itself",
    b"\xff\xd8\xff": "is a picture; save the page itself",
    b"GIF8": "is a picture; save the page itself",
}
_IS_HTML: Final = re.compile(r"<(?:!doctype html|html|head|body|main|article|div|p|h[1-6]|br|ul)\b[^>]*>", re.I)
_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
_SAVED_AS_ONE_FILE: Final = re.compile(rb"\A(?:[\w-]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)*?MIME-Version:", re.I)


class PageProblem(Exception):
    """A file that cannot be read as a page; the message names it and the mend."""


def open_page(path: Path) -> Page:
    """The blocks of the page in `path`. Raises `PageProblem`."""
    return _blocks(_bytes(path), path)


def _bytes(path: Path) -> bytes:
    if path.is_dir():
        raise PageProblem(f"{path} is a folder; name the saved page itself.")
    if not path.is_file():
        raise PageProblem(f"{path}: there is no such file.")
    if path.stat().st_size > LARGEST:
        raise PageProblem(f"{path} is larger than 20 MB; save the page without its pictures, or as text.")
    data = path.read_bytes()
    if not data.strip():
        raise PageProblem(f"{path} is empty; save the page again.")
    for beginning, mend in OTHERS.items():
        if data.startswith(beginning):
            raise PageProblem(f"{path} {mend}.")
    return data


def _blocks(data: bytes, path: Path) -> Page:
    if _SAVED_AS_ONE_FILE.match(data[:4_000]):
        data = _page_within(data)
    text = _decoded(data)
    if "\0" in text:
        raise PageProblem(f"{path} is not text; save the page as plain text or as a web page (HTML).")
    looks_like_html = _IS_HTML.search(text[:4_000]) is not None
    page = blocks_of_html(text) if looks_like_html else blocks_of_text(text)
    if not page.blocks:
        raise PageProblem(f"{path} holds no text that can be seen; save the page again, when all of it is shown.")
    return page


def _page_within(data: bytes) -> bytes:
    """The web page within a single-file archive (MHTML), as some browsers save it."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            return payload if isinstance(payload, bytes) else b""
    return data


def _decoded(data: bytes) -> str:
    """As its byte-order mark, its own declaration, UTF-8 or Windows-1252 has it, in this order."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    declared = _CHARSET.search(data[:4_000])
    # What calls itself Latin-1 is Windows-1252 in truth, with its curly quotes.
    names = {"iso-8859-1": "windows-1252", "latin1": "windows-1252", "us-ascii": "windows-1252", "utf-16": "utf-8"}
    name = declared[1].decode("ascii", "replace").lower() if declared else "utf-8"
    for encoding in (names.get(name, name), "utf-8-sig"):
        try:
            return data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
        except (UnicodeError, LookupError):
            continue
    return data.decode("windows-1252", "replace")
