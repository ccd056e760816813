"""Publish what a test made, and look at the files as a reader of them would."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

import pytest
from django.core.management import call_command
from django.test import override_settings

COPY = "https://digest.example.org"
LIVE = "https://live.example.org"
# Names that hashes are part of need their files collected, as a host does.
HASHED = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
LINK = re.compile(r'<(\w+)\b[^>]*?\s(?:href|src|action)="([^"]*)"')


@pytest.fixture(scope="session")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The static files, collected once for all tests that publish."""
    root = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=root, STORAGES=HASHED):
        call_command("collectstatic", interactive=False, verbosity=0)
    return root


@pytest.fixture
def with_assets(collected: Path) -> Iterator[None]:
    with override_settings(STATIC_ROOT=collected, STORAGES=HASHED):
        yield


def publish(folder: Path, **options: object) -> Path:
    """`rapport publish_static FOLDER`, in this process."""
    call_command("publish_static", folder, **{"address": COPY, "processes": 1, "verbosity": 0, **options})
    return folder


def names_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def pages_in(folder: Path) -> dict[str, str]:
    """The published pages by their addresses."""
    pages = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.html")}
    return {f"/{name.removesuffix('index.html')}": page for name, page in pages.items()}


def links_of(page: str) -> set[tuple[str, str]]:
    """Every address that a page names in a link, a form, an image or a stylesheet: (element, address)."""
    return {(element, unescape(address)) for element, address in LINK.findall(page)}


def leads_nowhere(folder: Path) -> dict[str, set[str]]:
    """Addresses that are named in published pages and have no file, by the page; other sites are not looked at."""
    names = names_in(folder)
    lost: dict[str, set[str]] = {}
    for at, page in pages_in(folder).items():
        for _element, address in links_of(page):
            if not _has_a_file(address, names):
                lost.setdefault(at, set()).add(address)
    for sheet in folder.rglob("*.css"):
        for address in re.findall(r'url\("?([^")]+)"?\)', sheet.read_text(encoding="utf-8")):
            if not (sheet.parent / urlsplit(address).path).is_file():
                lost.setdefault(sheet.name, set()).add(address)
    return lost


def _has_a_file(address: str, names: set[str]) -> bool:
    address = address.removeprefix(COPY)
    if re.match(r"(https?|mailto):", address) or address.startswith("#"):
        return True
    parts = urlsplit(address)
    if parts.query or not parts.path.startswith("/"):  # files have no query, and one page lies at several depths
        return False
    path = unquote(parts.path)[1:]
    return (f"{path}index.html" if path == "" or path.endswith("/") else path) in names


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a web server that knows nothing but these files."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
GUIDE = Path(__file__).parent.parent / "docs" / "guides" / "host.md"


@contextmanager
def served_by_nginx(folder: Path, place: Path) -> Iterator[str]:
    """The address of an nginx that is set up as the host's guide says, but for HTTPS."""
    assert NGINX
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    section = GUIDE.read_text(encoding="utf-8").partition("\n## Publish as plain files\n")[2]
    guided = section.partition("```nginx\n")[2].partition("```")[0]
    guided = re.sub(r"\n +ssl_certificate.*", "", guided)
    guided = guided.replace("listen 443 ssl", f"listen 127.0.0.1:{port}").replace("/srv/www/digest", str(folder))
    places = "".join(
        f"{kind}_temp_path {place}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""  # else its workers may not read what a test made
    configuration = place / "nginx.conf"
    configuration.write_text(
        f"daemon off; pid {place}/nginx.pid; error_log {place}/error.log; {user}\nevents {{}}\n"
        f"http {{ include /etc/nginx/mime.types; access_log off; {places}\n{guided} }}\n",
        encoding="utf-8",
    )
    server = subprocess.Popen([NGINX, "-e", str(place / "error.log"), "-p", str(place), "-c", str(configuration)])
    try:
        _wait_until_it_listens(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_until_it_listens(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("The server did not start.")
