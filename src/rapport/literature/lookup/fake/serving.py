"""The server: which service is asked for what, and in which mood it answers."""

from __future__ import annotations

import datetime as dt
import json
import re
import socket
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from rapport.literature.lookup.fake import articles
from rapport.literature.lookup.record import NAMES

NO_HEADERS: Final[dict[str, str]] = {}
PACE: Final = {"x-rate-limit-limit": "50", "x-rate-limit-interval": "1s"}  # Crossref tells it with each answer
HOST: Final = "127.0.0.1"
PATHS: Final = {"crossref": "crossref", "openalex": "openalex", "pubmed": "pubmed", "europe_pmc": "europe-pmc"}
MOODS: Final = {
    "fine": "it answers",
    "slow": "it answers after `slow_seconds`",
    "wrong": "it answers with a page that has nothing to do with the question",
    "limited": "it answers 429, and to come back in a minute",
    "faltering": "it answers 429 or 503 the first time, with a pause, and then as it should",
    "failing": "it answers 500",
    "down": "it closes the connection without an answer",
    "half": "it breaks off in the middle of the answer",
    "moved": "it leads to another host",
    "huge": "it answers without end",
}


def addresses_at(port: int) -> dict[str, str]:
    """Where each service is, for `settings.LOOKUP_SERVICES`, when the fake serves at `port`."""
    return {service: f"http://{HOST}:{port}/{path}" for service, path in PATHS.items()}


class Fake:
    """The services' state: their moods, the notices that have come, and what was asked."""

    def __init__(self, *, moods: Mapping[str, str] | None = None, slow_seconds: float = 30.0) -> None:
        self.slow_seconds = slow_seconds
        self.port = 0
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self.asked: Counter[str] = Counter()
        self.headers: dict[str, dict[str, str]] = {}
        self.moods: dict[str, str] = {}
        self.notices: dict[str, list[dict[str, Any]]] = {}
        self.reset()
        for service, mood in (moods or {}).items():
            self.set_mood(service, mood)

    @property
    def addresses(self) -> dict[str, str]:
        return addresses_at(self.port)

    def set_mood(self, service: str, mood: str) -> None:
        """From now on `service` (or "all") answers in this mood."""
        if mood not in MOODS or service not in (*NAMES, "all"):
            raise ValueError(f"no service {service!r}, or no mood {mood!r}")
        with self._lock:
            for name in NAMES if service == "all" else (service,):
                self.moods[name] = mood
                self.asked[name] = 0

    def retract(self, doi: str, *, kind: str = "retraction", on: dt.date | None = None) -> None:
        """A notice comes about an article: a retraction, a concern or a correction."""
        if kind not in ("retraction", "concern", "correction"):
            raise ValueError(f"no notice of kind {kind!r}")
        if doi.casefold() not in {article["doi"].casefold() for article in articles.invented()}:
            raise ValueError(f"no article {doi!r}")
        day = on or dt.datetime.now(dt.UTC).date()
        notice = {
            "kind": kind,
            "doi": f"{doi.lower()}.{kind}",
            "source": "retraction-watch" if kind == "retraction" else "publisher",
            "on": [day.year, day.month, day.day],
        }
        with self._lock:
            self.notices.setdefault(doi.casefold(), []).append(notice)

    def reset(self) -> None:
        """All services fine, no notices but those that the articles come with."""
        with self._lock:
            self.moods = dict.fromkeys(NAMES, "fine")
            self.notices = {}
            self.asked.clear()
            self.headers = {}

    def known(self, service: str) -> list[articles.Invented]:
        with self._lock:
            return articles.known_to(service, {doi: list(told) for doi, told in self.notices.items()})

    def question(self, service: str, headers: Iterable[tuple[str, str]]) -> tuple[str, int]:
        """Note that a service was asked: its mood, and how often it was asked in that mood."""
        with self._lock:
            self.asked[service] += 1
            self.headers[service] = {name.lower(): value for name, value in headers}
            return self.moods[service], self.asked[service]


@contextmanager
def running_fake(
    port: int = 0, *, moods: Mapping[str, str] | None = None, slow_seconds: float = 30.0
) -> Iterator[Fake]:
    """The fake, serving in a thread until the block is left; on a free port unless one is named."""
    fake = Fake(moods=moods, slow_seconds=slow_seconds)
    server = _server(fake, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        fake.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


def serve(port: int, *, moods: Mapping[str, str] | None = None) -> None:
    """Serve until interrupted: a process of the demo."""
    fake = Fake(moods=moods, slow_seconds=20.0)
    server = _server(fake, port)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        fake.stopping.set()
        server.server_close()


def _server(fake: Fake, port: int) -> ThreadingHTTPServer:
    server = _Server((HOST, port), type("Handler", (_Handler,), {"fake": fake}))
    fake.port = server.server_address[1]
    return server


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked has hung up: that is theirs to do."""


class _Handler(BaseHTTPRequestHandler):
    fake: Fake

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Not in the demo's output."""

    # --- the services -----------------------------------------------------------------------------

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        first, _, rest = address.path.lstrip("/").partition("/")
        service = next((name for name, path in PATHS.items() if path == first), "")
        if not service:
            self._send(404, b"Not here.", "text/plain")
            return
        mood, times = self.fake.question(service, self.headers.items())
        if self._in_mood(mood, times):
            return
        question = {name: values[0] for name, values in parse_qs(address.query).items()}
        status, body, kind = _ANSWERS[service](self.fake, rest, question)
        only = len(body) // 2 if mood == "half" else None
        self._send(status, body, kind, only=only, headers=PACE if service == "crossref" else NO_HEADERS)

    def _in_mood(self, mood: str, times: int) -> bool:
        """Answer as the mood has it; False where it leaves the question to be answered."""
        if mood == "slow":
            self.fake.stopping.wait(self.fake.slow_seconds)
        elif mood == "wrong":
            self._send(200, b"<html><title>Sign in to the library</title><p>{[&nope;", "text/html")
        elif mood == "limited":
            self._send(429, b"Too many requests.", "text/plain", headers={"retry-after": "60"})
        elif mood == "faltering" and times == 1:
            self._send(429, b"Too many requests.", "text/plain", headers={"retry-after": "0"})
        elif mood == "faltering" and times == 2:
            self._send(503, b"Back in a moment.", "text/plain")
        elif mood == "failing":
            self._send(500, b"Oh no.", "text/plain")
        elif mood == "down":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif mood == "moved":
            self._send(302, b"", "text/plain", headers={"location": f"http://localhost:{self.fake.port}{self.path}"})
        elif mood == "huge":
            self._drown()
        return mood in ("wrong", "limited", "failing", "down", "moved", "huge") or (mood == "faltering" and times < 3)

    def _drown(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        while not self.fake.stopping.is_set():
            self.wfile.write(b" " * 65_536)

    def _send(
        self, status: int, body: bytes, kind: str, *, only: int | None = None, headers: Mapping[str, str] = NO_HEADERS
    ) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body if only is None else body[:only])

    # --- its moods, for a browser test or a curious person --------------------------------------------

    def do_POST(self) -> None:
        if (self.headers.get("host") or "").rpartition(":")[0] not in (HOST, "localhost"):
            self._send(403, b"Only from this machine.", "text/plain")
            return
        address = urlsplit(self.path)
        length = min(int(self.headers.get("content-length") or 0), 10_000)
        sent = {**parse_qs(address.query), **parse_qs(self.rfile.read(length).decode("utf-8", errors="replace"))}
        told = {name: values[0] for name, values in sent.items()}
        try:
            match address.path:
                case "/fake/mood":
                    self.fake.set_mood(told.get("service", "all"), told.get("mood", ""))
                case "/fake/retract":
                    self.fake.retract(told.get("doi", ""), kind=told.get("kind", "retraction"))
                case "/fake/reset":
                    self.fake.reset()
                case _:
                    raise ValueError("ask /fake/mood, /fake/retract or /fake/reset")
        except ValueError as error:
            self._send(400, str(error).encode(), "text/plain")
            return
        self._send(200, b"Done.", "text/plain")


# --- what each service answers ----------------------------------------------------------------------

Answered = tuple[int, bytes, str]


def _json(value: Any, status: int = 200) -> Answered:
    return status, json.dumps(value).encode(), "application/json"


def _with_doi(known: list[articles.Invented], doi: str) -> articles.Invented | None:
    return next((article for article in known if article["doi"].casefold() == doi.casefold()), None)


def _crossref(fake: Fake, path: str, question: Mapping[str, str]) -> Answered:
    known = fake.known("crossref")
    name, _, doi = path.partition("/")
    if name != "works":
        return 404, b"Resource not found.", "text/plain"
    if doi:
        found = _with_doi(known, unquote(doi))
        if found:
            return _json({"status": "ok", "message-type": "work", "message": articles.crossref_work(found)})
        notices = [notice for article in known for notice in articles.crossref_notices(article)]
        notice = next((work for work in notices if work["DOI"].casefold() == unquote(doi).casefold()), None)
        if notice:
            return _json({"status": "ok", "message-type": "work", "message": notice})
        return 404, b"Resource not found.", "text/plain"
    filters = question.get("filter", "")
    if updated := re.search(r"updates:([^,].*)$", filters):
        about = _with_doi(known, updated[1])
        items = articles.crossref_notices(about) if about else []
    elif numbered := re.fullmatch(r"alternative-id:(.+)", filters):
        items = [articles.crossref_work(article) for article in known if article.get("pii") == numbered[1]]
    elif filters:
        dois = [part.strip(",") for part in re.split(r"(?:^|,)doi:", filters) if part]
        items = [articles.crossref_work(article) for doi in dois if (article := _with_doi(known, doi))]
    else:
        items = [
            articles.crossref_work(article) for article in articles.best(known, question.get("query.bibliographic", ""))
        ]
    return _json(
        {"status": "ok", "message-type": "work-list", "message": {"total-results": len(items), "items": items}}
    )


def _openalex(fake: Fake, path: str, question: Mapping[str, str]) -> Answered:
    known = fake.known("openalex")
    name, _, which = path.partition("/")
    if name != "works":
        return _json({"error": "Not found"}, 404)
    if which:
        kind, _, value = unquote(which).partition(":")
        found = next((article for article in known if article.get(kind, "").casefold() == value.casefold()), None)
        return _json(articles.openalex_work(found)) if found else _json({"error": "Not found"}, 404)
    words = question.get("filter", "").removeprefix("title.search:")
    results = [articles.openalex_work(article) for article in articles.best(known, words)]
    return _json({"meta": {"count": len(results)}, "results": results})


def _pubmed(fake: Fake, path: str, question: Mapping[str, str]) -> Answered:
    known = fake.known("pubmed")
    if path == "esearch.fcgi":
        term = question.get("term", "")
        if quoted := re.fullmatch(r'"(.*)"\[AID\]', term):
            # PubMed takes brackets for its own; so does the fake, and finds what it finds.
            found = [article for article in known if article["doi"].casefold() == quoted[1].casefold()]
            found = found or known[:1]  # what it does not know it reads as words, and finds something else
        else:
            found = articles.best(known, term.removesuffix("[Title]"))
        ids = [article["pmid"] for article in found]
        return _json({"esearchresult": {"count": str(len(ids)), "idlist": ids}})
    wanted = question.get("id", "").split(",")
    if path == "efetch.fcgi":
        body = articles.pubmed_set(article for article in known if article["pmid"] in wanted)
        return 200, body.encode(), "text/xml; charset=UTF-8"
    return 404, b"Not found.", "text/plain"


def _europe_pmc(fake: Fake, path: str, question: Mapping[str, str]) -> Answered:
    known = fake.known("europe_pmc")
    if path != "search":
        return 404, b"Not found.", "text/plain"
    query = question.get("query", "")
    if by_doi := re.fullmatch(r'DOI:"(.*)"', query):
        found = [article for article in known if article["doi"].casefold() == by_doi[1].casefold()]
    elif by_number := re.fullmatch(r"(?:EXT_ID|PMCID):(\w+)(?: AND SRC:MED)?", query):
        found = [article for article in known if by_number[1] in (article.get("pmid"), article.get("pmcid"))]
    else:
        found = articles.best(known, query.removeprefix("TITLE:"))
    results = [articles.europe_pmc_result(article) for article in found]
    return _json({"hitCount": len(results), "resultList": {"result": results}})


_ANSWERS: Final = {
    "crossref": _crossref,
    "openalex": _openalex,
    "pubmed": _pubmed,
    "europe_pmc": _europe_pmc,
}
