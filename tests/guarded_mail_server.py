"""A mail server as most hosts have one: over TLS only, and from “network” with its password. A process of its own.

with guarded_mail_server(folder, certificate, key, way="starttls") as server:    # or way="smtps"
    ...
server.recipients()
"""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.mail_server import MailServer, in_a_process, line_of, stay

USER, PASSWORD = "network", "a word"


@contextmanager
def guarded_mail_server(folder: Path, certificate: Path, key: Path, *, way: str) -> Iterator[MailServer]:
    """Start one on a port of its own choice; it stops at the end."""
    options = (str(certificate), str(key), way)
    with in_a_process("tests.guarded_mail_server", folder, *options, stderr=subprocess.DEVNULL) as server:
        yield server


class Keep:
    def __init__(self, record: Path) -> None:
        self._record = record

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        with self._record.open("a") as file:
            file.write(line_of(envelope))
        return "250 OK"


def is_known(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    """Whether whoever signs in is the network; the server says so by itself."""
    known = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


async def serve(record: Path, tls: ssl.SSLContext, way: str) -> None:
    from_the_start = way == "smtps"

    def session() -> SMTP:
        more: dict[str, Any] = {"auth_require_tls": False} if from_the_start else {"tls_context": tls}
        return SMTP(
            Keep(record),
            authenticator=is_known,
            auth_required=True,
            require_starttls=not from_the_start,
            hostname="mail.example.org",
            **more,
        )

    loop = asyncio.get_running_loop()
    await stay(await loop.create_server(session, "127.0.0.1", 0, ssl=tls if from_the_start else None))


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # it does not see that TLS may have been there from the start
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    asyncio.run(serve(Path(sys.argv[1]), context, sys.argv[4]))
