"""Whole addresses, for what is read elsewhere: feeds, sitemaps, descriptions for machines, published files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.utils.translation import get_language

# Of a site: scheme and host, without a path.
SITE_ADDRESS = re.compile(r"https?://[a-z0-9.\-]+(:\d{1,5})?", re.IGNORECASE)


def is_site_address(text: str) -> bool:
    """Whether `text` is the address of a site: https://digest.example.org, with a port where there is one."""
    if not SITE_ADDRESS.fullmatch(text):
        return False
    try:
        parts = urlsplit(text)
        return bool(parts.port != 0 and re.search(r"[a-z0-9]", parts.hostname or ""))
    except ValueError:  # a port beyond 65535
        return False


@dataclass(frozen=True)
class Publication:
    """The site as plain files: where they are read, and the live site, if any, that answers what files cannot."""

    address: str
    live: str = ""

    def at_live_site(self, path: str) -> str:
        """`path` at the live site; empty where there is none."""
        return self.live and self.live + path


def publication_of(request: HttpRequest) -> Publication | None:
    """The publication that this page is made for; none when a reader asks for it."""
    return getattr(request, "publication", None)


def origin(request: HttpRequest) -> str:
    """Where readers find the site, without a closing slash: `RAPPORT_ADDRESS`, else where this request went.

    For a page that is published as a file: where the files are read.
    Empty when the request names a host that is not ours: the page that says so needs addresses too.
    """
    if publication := publication_of(request):
        return publication.address
    if settings.SITE_ADDRESS:
        return str(settings.SITE_ADDRESS)
    try:
        host = request.get_host()
    except DisallowedHost:
        return ""
    asked = f"{request.scheme}://{host}"
    # An allowed host may come with a port that cannot be; nothing answers there, so it is left out.
    return asked if is_site_address(asked) or host.startswith("[") else f"{request.scheme}://{host.partition(':')[0]}"


def whole(request: HttpRequest, path: str) -> str:
    """`path`, which begins with a slash, as an address that leads there from anywhere. A whole one stays as it is."""
    return path if SITE_ADDRESS.match(path) else origin(request) + path


def in_each_language(path: str) -> dict[str, str]:
    """The path of the same page in every language of the interface, by language code."""
    bare = path
    for code, _ in settings.LANGUAGES:
        if path == f"/{code}" or path.startswith(f"/{code}/"):
            bare = path[len(code) + 1 :] or "/"
            break
    return {code: bare if code == settings.LANGUAGE_CODE else f"/{code}{bare}" for code, _ in settings.LANGUAGES}


# Open Graph wants a country with each language. The interface's spelling is that of Canada in both.
LOCALES = {"en": "en_CA", "fr": "fr_CA"}


@dataclass(frozen=True)
class Elsewhere:
    """Under which addresses a page is known elsewhere.

    `language` is the one in which the page says what it says, and `canonical` its address in that language, the
    one that counts. `alternates` are its addresses by language code, and under `x-default` the one for readers of
    every other language.
    """

    language: str
    canonical: str
    alternates: tuple[tuple[str, str], ...]

    @property
    def locales(self) -> list[str]:
        """The languages as Open Graph names them, this page's first."""
        others = [code for code, _ in self.alternates if code not in {self.language, "x-default"}]
        return [LOCALES.get(code, code) for code in (self.language, *others)]


def elsewhere(origin: str, path: str, *, languages: Iterable[str] = (), query: str = "") -> Elsewhere:
    """How the page at `path` is known elsewhere.

    `languages` are those in which what it says exists, the first it was written in first; without them, all.
    Where the page says it in another language than its address promises, its canonical address is that of the
    language it was first written in: search engines would otherwise hold one text for two.
    `query` is the part of the query string that matters, in its one order.
    """
    paths = in_each_language(path)
    written = [code for code in languages if code in paths] or list(paths)
    addresses = {code: origin + paths[code] + query for code in written}
    asked = get_language() or settings.LANGUAGE_CODE
    language = asked if asked in addresses else written[0]
    default = settings.LANGUAGE_CODE if settings.LANGUAGE_CODE in addresses else written[0]
    return Elsewhere(language, addresses[language], (*addresses.items(), ("x-default", addresses[default])))
