"""The mailbox that letters come back to: on a server that speaks IMAP, or a folder of messages (Maildir).

What has been understood is marked as seen. What has not is left unseen, with a star, for a person: without its star
it is read again. Messages that already are seen or starred are passed over.
"""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

SECONDS = 20
LONGEST = 256 * 1024  # bytes: what a server says comes first, and then perhaps all that was sent


class MailboxUnreachable(Exception):
    """It could not be opened, or went away; says why."""


class Mailbox(Protocol):
    def fresh(self, most: int) -> list[str]:
        """What names the messages that nobody has seen, the oldest first."""

    def read(self, name: str) -> bytes | None:
        """A message, or as much of its beginning as may tell something. None when it has gone."""

    def mark_seen(self, name: str) -> None: ...
    def leave(self, name: str) -> None:
        """Leave it for a person."""

    def left(self) -> int:
        """How many have been left."""


@contextmanager
def open_mailbox(url: str) -> Iterator[Mailbox]:
    """The mailbox at `url`: imaps://USER:PASSWORD@HOST/FOLDER or maildir:///PATH. Raises `MailboxUnreachable`."""
    parts = urlsplit(url)
    try:
        if parts.scheme == "maildir":
            yield Maildir(Path(unquote(parts.path)))
            return
        connection = _connected(url)
        try:
            connection.login(unquote(parts.username or ""), unquote(parts.password or ""))
            folder = unquote(parts.path).strip("/") or "INBOX"
            _done(connection.select('"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'))
            yield ImapFolder(connection)
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                connection.logout()
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailboxUnreachable(f"{type(error).__name__}: {error}") from error


def _connected(url: str) -> imaplib.IMAP4:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "imaps":
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=context, timeout=SECONDS)
    return imaplib.IMAP4(host, parts.port or 143, timeout=SECONDS)


class ImapFolder:
    def __init__(self, connection: imaplib.IMAP4) -> None:
        self._connection = connection

    def fresh(self, most: int) -> list[str]:
        return self._search("UNSEEN UNFLAGGED UNDELETED")[:most]

    def read(self, name: str) -> bytes | None:
        answer = _done(self._connection.uid("FETCH", name, f"(BODY.PEEK[]<0.{LONGEST}>)"))
        return next((part[1] for part in answer if isinstance(part, tuple)), None)

    def mark_seen(self, name: str) -> None:
        _done(self._connection.uid("STORE", name, "+FLAGS.SILENT", r"(\Seen)"))

    def leave(self, name: str) -> None:
        _done(self._connection.uid("STORE", name, "+FLAGS.SILENT", r"(\Flagged)"))

    def left(self) -> int:
        return len(self._search("UNSEEN FLAGGED UNDELETED"))

    def _search(self, what: str) -> list[str]:
        found = _done(self._connection.uid("SEARCH", what))
        return [uid.decode() for line in found if isinstance(line, bytes) for uid in line.split()]


def _done(answer: tuple[str, list[Any]]) -> list[Any]:
    """What a server answered to a command that it has done."""
    said, parts = answer
    if said != "OK":
        raise imaplib.IMAP4.error(f"{said} {parts[0]!r}")
    return parts


class Maildir:
    """A folder with `new` and `cur`. What was done with a message stands at the end of its name: S seen, F starred."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        if not (folder / "new").is_dir() or not (folder / "cur").is_dir():
            raise NotADirectoryError(f"{folder} is no mailbox: a Maildir has folders “new” and “cur”")

    def fresh(self, most: int) -> list[str]:
        names = [path for path in self._messages() if not {"S", "F", "T"} & set(_flags(path))]
        return [str(path) for path in names[:most]]

    def read(self, name: str) -> bytes | None:
        try:
            with open(name, "rb") as file:
                return file.read(LONGEST)
        except FileNotFoundError:
            return None

    def mark_seen(self, name: str) -> None:
        self._flag(Path(name), "S")

    def leave(self, name: str) -> None:
        self._flag(Path(name), "F")

    def left(self) -> int:
        return sum("F" in _flags(path) and "S" not in _flags(path) for path in self._messages())

    def _messages(self) -> list[Path]:
        found = [path for part in ("new", "cur") for path in (self._folder / part).iterdir()]
        return sorted((path for path in found if not path.name.startswith(".")), key=lambda path: path.name)

    def _flag(self, path: Path, flag: str) -> None:
        flags = "".join(sorted({*_flags(path), flag}))
        with suppress(FileNotFoundError):  # a person has moved it meanwhile
            path.rename(self._folder / "cur" / f"{path.name.partition(':2,')[0]}:2,{flags}")


def _flags(path: Path) -> str:
    return path.name.partition(":2,")[2]
