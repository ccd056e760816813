"""A mail server as most hosts have one: over TLS only, and from “network” with its password. A process of its own.

with guarded_mail_server(folder, certificate, key, way="starttls") as server:    # or way="smtps"
    ...
server.recipients()
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import ssl
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.mail_server import ROOT, MailServer

USER, PASSWORD = "network", "a word"


@contextmanager
def guarded_mail_server(folder: Path, certificate: Path, key: Path, *, way: str) -> Iterator[MailServer]:
    """Start one on a port of its own choice; it stops at the end."""
    record = folder / "taken.jsonl"
    command = [sys.executable, "-m", "tests.guarded_mail_server", str(record), str(certificate), str(key), way]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        yield MailServer(int(process.stdout.readline()), record)
    finally:
        process.kill()
        process.communicate()


class Keep:
    def __init__(self, record: Path) -> None:
        self._record = record

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        told = {"sender": envelope.mail_from, "recipient": envelope.rcpt_tos[0], "mood": ""}
        with self._record.open("a") as file:
            file.write(json.dumps({**told, "content": base64.b64encode(content).decode()}) + "\n")
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
    server = await loop.create_server(session, "127.0.0.1", 0, ssl=tls if from_the_start else None)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    parent = os.getppid()
    while os.getppid() == parent:  # whoever started us may have been killed
        await asyncio.sleep(0.5)


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # it does not see that TLS may have been there from the start
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    asyncio.run(serve(Path(sys.argv[1]), context, sys.argv[4]))
