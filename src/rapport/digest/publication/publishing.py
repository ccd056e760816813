"""Publish the digest into a folder: every page, feed, export and asset."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

from django.conf import settings
from django.utils.timezone import localdate

from rapport.digest.caching import build_tag
from rapport.digest.middleware import current_site_identity
from rapport.digest.publication.addresses import addresses, not_found_addresses
from rapport.digest.publication.folder import Copy, Folder, Outcome, publishing_into
from rapport.digest.publication.rendering import CannotPublish, OurSite
from rapport.digest.publication.sharing import in_processes
from rapport.web.addresses import Publication

MOST_ATTEMPTS = 3
CHUNK = 1 << 16
# Beside the page of a withdrawn entry, for a web server that can answer as we do: with 410, "gone".
WITHDRAWN_MARK = ".withdrawn"
OK, NOT_FOUND, GONE = 200, 404, 410
HASHED = re.compile(r"\.[0-9a-f]{12}\.")

File = tuple[str, Iterable[bytes]]


def publish(path: Path, publication: Publication, *, replace: bool = False, processes: int = 1) -> Outcome:
    """Make the folder at `path` equal to what readers may see now.

    Raises `CannotPublish` or `FolderRefused`; whatever happens, what was published before stays whole.
    """
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.is_file():
        raise CannotPublish("The static files are not collected; run `rapport collectstatic --noinput` first.")
    with publishing_into(path, replace=replace) as folder:
        for _ in range(MOST_ATTEMPTS):
            content = _content_now()
            copy = folder.new_copy()
            _fill(copy, publication, processes)
            if content == _content_now():
                return copy.finish(made_of=_made_of(content, publication))
    raise CannotPublish("The content changed while it was being published. Publish again when the import has ended.")


def publish_if_changed(path: Path, publication: Publication, *, processes: int = 1) -> Outcome | None:
    """`publish`, unless what is served was made of what there is now: then nothing is done, at the price of a query.

    What readers may see changes by the content, by the day, and by what the pages are made with.
    """
    if Folder(path, replace=False).made_of == _made_of(_content_now(), publication):
        return None
    return publish(path, publication, processes=processes)


def _made_of(content: tuple[str, str], publication: Publication) -> str:
    parts = (build_tag(), *content, publication.address, publication.live)
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def _content_now() -> tuple[str, str]:
    """What all pages of one copy must have been made from."""
    return current_site_identity().stamp, localdate().isoformat()


def _fill(copy: Copy, publication: Publication, processes: int) -> None:
    def put_a_share(number: int) -> Copy:
        share, site = copy.share(), OurSite(publication)
        for address in islice(_all_addresses(), number, None, processes):
            for name, chunks in _files(site, address):
                share.put(name, chunks)
        return share

    for share in in_processes(processes, put_a_share, place=copy.folder.copies):
        copy.add(share)
    for name, chunks in _assets():
        copy.put(name, chunks)


def _all_addresses() -> Iterator[str]:
    languages = _languages()
    return chain(addresses(localdate(), languages), not_found_addresses(languages))


def _files(site: OurSite, address: str) -> Iterator[File]:
    """What is answered at an address, as files."""
    response = site.answer(address, expected=(NOT_FOUND,) if address.endswith("/404.html") else (OK, GONE))
    yield file_name(address), response
    if response.status_code == GONE:
        yield file_name(address).replace("index.html", WITHDRAWN_MARK), ()


def _languages() -> list[str]:
    """The languages that the site offers to its readers."""
    offered = current_site_identity().languages
    return [code for code, _ in settings.LANGUAGES if code in offered or not offered]


def file_name(address: str) -> str:
    """The file at which a file server looks when it is asked for `address`."""
    return f"{address[1:]}index.html" if address.endswith("/") else address[1:]


def _assets() -> Iterator[File]:
    """The collected static files under their hashed names, which are those that pages name."""
    root = Path(settings.STATIC_ROOT)
    for file in sorted(root.rglob("*")):
        if HASHED.search(file.name) and file.is_file():
            yield f"{settings.STATIC_URL.strip('/')}/{file.relative_to(root).as_posix()}", _chunks(file)


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while chunk := opened.read(CHUNK):
            yield chunk
