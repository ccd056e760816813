"""Asking one outside service over HTTP: politely, with patience that ends, and never in silence.

A `Service` identifies itself, keeps the pace a service asks for, tries again when it is worth it, and raises
`NoAnswer` with a `Trouble` in every other case. What the answers mean is each service's own module.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import json
import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address
from ssl import SSLContext
from typing import Any, ClassVar, Final
from urllib.parse import urljoin, urlsplit

import httpx

from rapport import __version__
from rapport.literature.lookup.record import Answer, Outcome, Trouble, TroubleKind

MOST_REDIRECTS: Final = 3
WORTH_ANOTHER_TRY: Final = {429, 500, 502, 503, 504}


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long we wait, in seconds, and how often we ask again. Tests turn the clock and make the pauses short."""

    connect: float = 3.0
    read: float = 8.0
    whole: float = 15.0
    retries: int = 2
    first_pause: float = 0.4
    longest_pause: float = 5.0
    pace: float = 1.0  # what the pauses between two questions are multiplied by
    most_bytes: int = 4_000_000
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = field(default=random.random)

    def until(self) -> Deadline:
        return Deadline(at=self.clock() + self.whole, clock=self.clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """When a whole look-up is to be over; shared by all that is asked for it."""

    at: float
    clock: Callable[[], float]

    @property
    def left(self) -> float:
        return max(0.0, self.at - self.clock())


class NoAnswer(Exception):
    """A service gave no answer; `trouble` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.kind.value)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: 200, or 404 for a thing that the service does not have."""

    status: int
    body: bytes

    @property
    def is_missing(self) -> bool:
        return self.status == 404

    def json(self) -> Any:
        try:
            return json.loads(self.body.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise NoAnswer(Trouble(kind=TroubleKind.UNREADABLE)) from error


class Service:
    """One outside service at `address`. `contact` is the network's mail address, `key` the service's own."""

    key: ClassVar[str]
    least_gap: float = 0.0  # seconds between two questions, where the service has a fixed rule

    def __init__(self, address: str, *, contact: str = "", secret: str = "", patience: Patience | None = None) -> None:
        self.address = address.rstrip("/")
        self.contact = contact if _MAIL.fullmatch(contact) else ""
        self.secret = secret
        self.patience = patience or Patience()
        self._gap = self.least_gap
        self._next_at = 0.0
        self._turn = threading.Lock()

    # --- what every service is asked --------------------------------------------------------------

    def answer(self, ask: Callable[[], Answer]) -> Answer:
        """What `ask` answers; trouble, and an answer in another shape than we know, become a problem."""
        try:
            return ask()
        except NoAnswer as no_answer:
            return Answer(service=self.key, outcome=Outcome.PROBLEM, trouble=no_answer.trouble)
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
            return Answer(service=self.key, outcome=Outcome.PROBLEM, trouble=Trouble(kind=TroubleKind.UNREADABLE))

    def identification(self) -> dict[str, str]:
        """The polite parameters that go with each question."""
        return {}

    # --- HTTP ---------------------------------------------------------------------------------------

    def get(self, path: str, params: Mapping[str, str], until: Deadline) -> Reply:
        """Ask for `path` (percent-encoded where it must be). Raises `NoAnswer` for anything but 200 and 404."""
        began = self.patience.clock()
        trouble = Trouble(kind=TroubleKind.SLOW)
        for attempt in range(self.patience.retries + 1):
            self._wait_for_turn(until)
            wait: float | None
            try:
                response = self._once(path, {**self.identification(), **params}, until)
            except httpx.TimeoutException:
                trouble, wait = Trouble(kind=TroubleKind.SLOW), self._pause(attempt)
            except (httpx.RemoteProtocolError, httpx.DecodingError):  # cut short, or in no form of HTTP
                trouble, wait = Trouble(kind=TroubleKind.UNREADABLE), self._pause(attempt)
            except httpx.TransportError:
                trouble, wait = Trouble(kind=TroubleKind.UNREACHABLE), self._pause(attempt)
            except (httpx.InvalidURL, httpx.UnsupportedProtocol):
                trouble, wait = Trouble(kind=TroubleKind.MOVED), None
            else:
                if response.status in (200, 404):
                    return Reply(response.status, response.body)
                trouble, wait = self._refusal(response, attempt)
            if wait is None or attempt == self.patience.retries or wait >= until.left:
                break
            self.patience.sleep(wait)
        if trouble.kind == TroubleKind.SLOW:
            trouble = Trouble(kind=TroubleKind.SLOW, seconds=self.patience.clock() - began)
        raise NoAnswer(trouble)

    def _refusal(self, response: _Response, attempt: int) -> tuple[Trouble, float | None]:
        """What a status that is no answer means, and how long to wait before asking again (None: not at all)."""
        status = response.status
        if status == 429 or (status == 503 and "retry-after" in response.headers):
            asked = _retry_after(response.headers.get("retry-after", ""))
            trouble = Trouble(kind=TroubleKind.BUSY, seconds=asked or 0.0, status=status)
            if asked is not None and asked > self.patience.longest_pause:
                return trouble, None
            return trouble, self._pause(attempt) if asked is None else asked
        if status in WORTH_ANOTHER_TRY:
            return Trouble(kind=TroubleKind.FAILING, status=status), self._pause(attempt)
        kind = TroubleKind.FAILING if status >= 500 else TroubleKind.REFUSED
        return Trouble(kind=kind, status=status), None

    def _pause(self, attempt: int) -> float:
        """Twice as long each time, and between half and one and a half of that, so that clients do not come in step."""
        pause: float = self.patience.first_pause * 2**attempt * (0.5 + self.patience.jitter())
        return min(self.patience.longest_pause, pause)

    def _wait_for_turn(self, until: Deadline) -> None:
        """Keep the pace: each question of this object at least a gap after the one before."""
        with self._turn:
            now = self.patience.clock()
            wait = max(0.0, self._next_at - now)
            self._next_at = now + wait + self._gap * self.patience.pace
        if wait >= until.left:
            raise NoAnswer(Trouble(kind=TroubleKind.BUSY, seconds=wait))
        if wait:
            self.patience.sleep(wait)

    def _once(self, path: str, params: Mapping[str, str], until: Deadline) -> _Response:
        url = f"{self.address}{path}"
        home = urlsplit(url)
        with self._client(home.hostname or "") as client:
            for _ in range(MOST_REDIRECTS + 1):
                response = self._read(client, url, params, until)
                self._obey(response.headers)
                if response.status not in (301, 302, 303, 307, 308):
                    return response
                url = urljoin(url, response.headers.get("location", ""))
                params = {}
                there = urlsplit(url)
                if (there.scheme, there.netloc) != (home.scheme, home.netloc):
                    break
        raise NoAnswer(Trouble(kind=TroubleKind.MOVED))

    def _read(self, client: httpx.Client, url: str, params: Mapping[str, str], until: Deadline) -> _Response:
        left = until.left
        if left <= 0:
            raise httpx.ReadTimeout("the look-up's time is over")
        patience = self.patience
        timeout = httpx.Timeout(min(patience.read, left), connect=min(patience.connect, left))
        last_at = patience.clock() + min(patience.read, left)
        body = bytearray()
        with client.stream("GET", url, params=dict(params) or None, timeout=timeout) as response:
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > patience.most_bytes:
                    raise NoAnswer(Trouble(kind=TroubleKind.TOO_LARGE))
                if patience.clock() > last_at:  # the time-out above is for each piece; a drip would never end
                    raise httpx.ReadTimeout("the answer came too slowly")
            return _Response(response.status_code, {k.lower(): v for k, v in response.headers.items()}, bytes(body))

    def _client(self, host: str) -> httpx.Client:
        here = _is_loopback(host)
        return httpx.Client(
            headers={
                "User-Agent": f"Rapport/{__version__}" + (f" (mailto:{self.contact})" if self.contact else ""),
                "Accept-Encoding": "identity",  # so that a small body cannot unpack into a huge one
            },
            verify=_certificates(),
            trust_env=not here,  # a host's proxy leads out, not to this machine
            follow_redirects=False,
        )

    def _obey(self, headers: Mapping[str, str]) -> None:
        """Take the pace that the service tells (Crossref: so many questions in so many seconds)."""
        limit, interval = headers.get("x-rate-limit-limit", ""), headers.get("x-rate-limit-interval", "")
        seconds = re.fullmatch(r"(\d{1,6})\s*s?", interval.strip())
        if limit.strip().isdecimal() and int(limit) > 0 and seconds:
            self._gap = max(self.least_gap, min(int(seconds[1]) / int(limit), 60.0))


@dataclass(frozen=True, slots=True)
class _Response:
    status: int
    headers: Mapping[str, str]
    body: bytes


def _retry_after(value: str) -> float | None:
    """Seconds to wait: the header has them, or a date."""
    value = value.strip()
    if re.fullmatch(r"\d{1,7}", value):
        return float(value)
    try:
        at = email.utils.parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=dt.UTC)
    return max(0.0, (at - dt.datetime.now(dt.UTC)).total_seconds())


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@cache
def _certificates() -> SSLContext:
    """Read once: it takes longer than many an answer."""
    return httpx.create_ssl_context()


_MAIL: Final = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9.-]{1,190}")
