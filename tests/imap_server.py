"""A mail server's IMAP side, as small as a mailbox of bounces needs it (RFC 3501), on a port of this machine.

with imap_server([b"Subject: one…"]) as server:     # server.url, server.flags
"""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

USER, PASSWORD = "bounces", "a word"


@dataclass
class ImapServer:
    messages: list[bytes]
    scheme: str
    port: int = 0
    flags: list[set[str]] = field(default_factory=list)
    bytes_read: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.scheme}://{USER}:a%20word@127.0.0.1:{self.port}/INBOX"


@contextmanager
def imap_server(messages: list[bytes], *, tls: ssl.SSLContext | None = None) -> Iterator[ImapServer]:
    state = ImapServer(messages, scheme="imaps" if tls else "imap", flags=[set() for _ in messages])

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("* OK ready")
            while line := self.rfile.readline().decode().strip():
                tag, _, command = line.partition(" ")
                if not self.answer(tag, command):
                    return

        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def answer(self, tag: str, command: str) -> bool:
            name, _, rest = command.partition(" ")
            match name:
                case "CAPABILITY":
                    self.say("* CAPABILITY IMAP4rev1")
                case "LOGIN" if rest != f'{USER} "{PASSWORD}"':
                    self.say(f"{tag} NO [AUTHENTICATIONFAILED] wrong")
                    return True
                case "SELECT" if rest != '"INBOX"':
                    self.say(f"{tag} NO [NONEXISTENT] no such folder")
                    return True
                case "SELECT":
                    self.say(f"* {len(state.messages)} EXISTS")
                case "UID":
                    self.with_uid(rest)
                case "LOGOUT":
                    self.say("* BYE")
                    self.say(f"{tag} OK done")
                    return False
            self.say(f"{tag} OK done")
            return True

        def with_uid(self, command: str) -> None:
            name, _, rest = command.partition(" ")
            if name == "SEARCH":
                found = [str(number + 1) for number, flags in enumerate(state.flags) if self.fits(rest, flags)]
                self.say(f"* SEARCH {' '.join(found)}".strip())
                return
            number, _, rest = rest.partition(" ")
            index = int(number) - 1
            if name == "STORE":
                state.flags[index] |= set(re.findall(r"\\(\w+)", rest))
            elif bounds := re.fullmatch(r"\(BODY\.PEEK\[\]<0\.(\d+)>\)", rest):
                content = state.messages[index][: int(bounds.group(1))]
                state.bytes_read.append(len(content))
                self.wfile.write(f"* {number} FETCH (UID {number} BODY[]<0> {{{len(content)}}}\r\n".encode())
                self.wfile.write(content + b")\r\n")

        def fits(self, wanted: str, flags: set[str]) -> bool:
            tests = {
                "UNSEEN": "Seen" not in flags,
                "UNFLAGGED": "Flagged" not in flags,
                "FLAGGED": "Flagged" in flags,
                "UNDELETED": "Deleted" not in flags,
            }
            return all(tests[word] for word in wanted.split())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

        def get_request(self) -> tuple[Any, Any]:
            connection, caller = super().get_request()
            if tls is not None:  # the handshake is done by the session, which may fail alone
                connection = tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
            return connection, caller

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A caller who does not trust us hangs up, and is told of by the test."""

    with Server(("127.0.0.1", 0), Session) as server:
        state.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield state
        finally:
            server.shutdown()
