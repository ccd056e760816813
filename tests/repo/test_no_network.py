"""Tests reach nothing beyond this machine."""

from __future__ import annotations

import socket
import urllib.request

import pytest


def through_a_socket(act, family=socket.AF_INET, type=socket.SOCK_STREAM):  # noqa: A002  # as `socket` names it
    with socket.socket(family, type) as one:
        return act(one)


@pytest.mark.parametrize(
    "reach",
    [
        lambda: socket.create_connection(("192.0.2.1", 80), timeout=1),
        lambda: socket.create_connection(("example.org", 443), timeout=1),
        lambda: through_a_socket(lambda one: one.connect(("2001:db8::1", 80)), socket.AF_INET6),
        lambda: through_a_socket(lambda one: one.connect_ex(("192.0.2.1", 80))),
        lambda: through_a_socket(lambda one: one.sendto(b"?", ("192.0.2.1", 53)), type=socket.SOCK_DGRAM),
        lambda: socket.getaddrinfo("example.org", 443),
        lambda: urllib.request.urlopen("http://example.org/"),
    ],
    ids=["address", "name", "IPv6", "connect_ex", "datagram", "look-up", "urllib"],
)
def test_what_is_beyond_this_machine_is_refused_in_words(reach):
    with pytest.raises(RuntimeError, match="Tests reach nothing beyond this machine, and this one wanted"):
        reach()


def test_a_server_on_loopback_answers():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as caller:
        answerer, _ = server.accept()
        with answerer:
            answerer.sendall(b"here")
            assert caller.recv(4) == b"here"


def test_a_socket_in_the_file_system_answers(tmp_path):
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as caller:
        server.bind(str(tmp_path / "s"))
        server.listen()
        caller.connect(str(tmp_path / "s"))
        answerer, _ = server.accept()
        with answerer:
            answerer.sendall(b"here")
            assert caller.recv(4) == b"here"
