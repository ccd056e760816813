"""Our own site, asked for its pages in this process: through Django's handler and all of our middleware."""

from __future__ import annotations

import io
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.http.response import HttpResponseBase

from rapport.web.addresses import Publication


class CannotPublish(Exception):
    """Why there is no new publication, and what to do."""


class OurSite:
    """Answers as the live site does, with pages made for `publication`."""

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self.handler = BaseHandler()
        self.handler.load_middleware()

    def answer(self, address: str, *, expected: Iterable[int]) -> HttpResponseBase:
        """The answer to `address`. Raises `CannotPublish` when its status is not one of those `expected`."""
        response = self.handler.get_response(_Asked(address, self.publication))
        if response.status_code not in expected:
            raise CannotPublish(
                f"{address} answers with status {response.status_code}, so nothing was published. "
                "Ask for it at the live site to see what is wrong."
            )
        return response


class _Asked(WSGIRequest):
    """A reader's request as far as our site can tell, but that its answer becomes a file."""

    def __init__(self, address: str, publication: Publication) -> None:
        # Over HTTPS, whatever the publication's address: else the answer would be to come back by HTTPS.
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": address,
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(),
        }
        super().__init__(environ)
        self.publication = publication

    def get_host(self) -> str:
        """Where the files are read. That need not be a host which our server answers to."""
        return urlsplit(self.publication.address).netloc
