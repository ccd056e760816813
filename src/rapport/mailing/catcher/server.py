"""A mail server that takes everything and delivers nothing: each mail becomes a file."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class _Keeper:
    def __init__(self, folder: Path) -> None:
        self._folder, self._last = folder, 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd’s name
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        self._last = max(time.time_ns(), self._last + 1)  # names sort as mails came
        half = self._folder / f"{self._last}.half"
        half.write_bytes(content)
        half.rename(half.with_suffix(".eml"))
        return "250 Kept, and delivered to nobody"


async def _serve(port: int, folder: Path) -> None:
    loop = asyncio.get_running_loop()
    keeper = _Keeper(folder)
    server = await loop.create_server(lambda: SMTP(keeper, hostname="localhost"), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


def serve(port: int, folder: Path) -> None:
    """Take mail at `port` of this machine, and keep it in `folder`, until stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(_serve(port, folder))
