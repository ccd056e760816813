"""What every test has: no network, and the language of the process as it was."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.utils import translation

from tests.made_once import sample_digest
from tests.publishing import collected, with_assets

__all__ = ["collected", "sample_digest", "with_assets"]  # fixtures for every test

# The same examples each time, so that a change is red for what it changed. HYPOTHESIS_PROFILE=explore looks further.
hypothesis.settings.register_profile("steady", derandomize=True)
hypothesis.settings.register_profile("explore", max_examples=1000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


class NetworkRefused(RuntimeError):
    """A test tried to reach something beyond this machine."""

    def __init__(self, wanted: object) -> None:
        super().__init__(
            f"Tests reach nothing beyond this machine, and this one wanted {wanted!r}. "
            "Give it a recorded answer, or a server on 127.0.0.1."
        )


def _stays_here(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode()
    if host is None or host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host).strip("[]")).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Refuse every connection but those to loopback addresses and to sockets in the file system."""
    with pytest.MonkeyPatch.context() as patch:
        for name, position_of_address in (("connect", 0), ("connect_ex", 0), ("sendto", -1)):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name), position_of_address))
        look_up = socket.getaddrinfo

        def guarded_look_up(host: Any, *rest: Any, **named: Any) -> Any:
            if not _stays_here(host):
                raise NetworkRefused(host)
            return look_up(host, *rest, **named)

        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield


def _guarded(call: Any, position_of_address: int) -> Any:
    def guarded(self: socket.socket, *arguments: Any) -> Any:
        address = arguments[position_of_address]
        if self.family != getattr(socket, "AF_UNIX", None) and not _stays_here(address[0]):
            raise NetworkRefused(address)
        return call(self, *arguments)

    return guarded


@pytest.fixture(autouse=True)
def _language_as_before() -> Iterator[None]:
    """A test may switch the language; the next one starts in English."""
    with translation.override("en"):
        yield
