"""What the world can look up about a domain that sends letters: SPF, DKIM, DMARC, and where its mail goes.

Everything here comes from the domain name system, as any receiver would ask it. What only a letter's way would show
(whether a server signs, whether receivers like us) cannot be seen from here, and is said to be so.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import dns.exception
import dns.name
import dns.resolver
import dns.reversename

SECONDS = 8
MOST_LOOK_UPS = 10  # RFC 7208, 4.6.4: receivers give up after as many
# Names under which keys often lie. A domain does not say which it has; a letter's DKIM-Signature does (s=).
COMMON_SELECTORS = (
    "default", "dkim", "mail", "smtp", "selector1", "selector2", "google", "k1", "k2", "k3", "s1", "s2", "mta", "pm",
    "mailjet", "mandrill", "brevo1", "brevo2", "resend", "fm1", "fm2", "fm3", "key1", "zoho", "scph0", "mlsend",
)  # fmt: skip
SHORT_KEY = 256  # bytes of an RSA key as published; one of 2048 bits has 294
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class NoAnswer(Exception):
    """The name servers did not say."""


class Zone(Protocol):
    """Where names are looked up."""

    def ask(self, name: str, kind: str) -> list[str]:
        """The records of a kind, as text; none where there are none. Raises `NoAnswer` where nobody says."""


class Internet:
    """The name servers that this machine uses."""

    def __init__(self) -> None:
        self._resolver = dns.resolver.Resolver()
        self._resolver.lifetime = SECONDS

    def ask(self, name: str, kind: str) -> list[str]:
        try:
            return [as_text(record) for record in self._resolver.resolve(name, kind)]
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.DNSException as error:
            raise NoAnswer(f"{name}: {error}") from error


def as_text(record: object) -> str:
    """A record as people write it; the pieces of a long text put together."""
    pieces = getattr(record, "strings", None)
    return b"".join(pieces).decode("utf-8", "replace") if pieces is not None else str(record)


class Is(StrEnum):
    WELL = "well"
    WRONG = "wrong"
    UNSEEN = "unseen"  # cannot be seen from here


@dataclass(frozen=True)
class Seen:
    """One thing about a domain, in words, and what to do where it is not well."""

    what: str
    how: Is
    says: str


def look_at(
    domain: str, *, zone: Zone, selectors: tuple[str, ...] = (), server: IpAddress | None = None, envelope: str = ""
) -> Iterator[Seen]:
    """Everything that can be seen about `domain`, which stands in the From of letters.

    `envelope` is the domain that bounces go to, where it is another; `server` the address that hands over our letters.
    """
    envelope = envelope or domain
    looks = [
        ("MX", _mail_comes_in(envelope, zone)),
        (f"SPF of {envelope}", _spf(envelope, zone, server)),
        ("DKIM", _dkim(domain, zone, selectors)),
        ("DMARC", _dmarc(domain, envelope, zone)),
    ]
    if server is not None:
        looks.append(("Name of the server", _name_of(server, zone)))
    for what, found in looks:
        try:
            yield from (Seen(what, how, says) for how, says in found)
        except NoAnswer as error:
            yield Seen(what, Is.UNSEEN, f"the name servers did not answer ({error}). Try again.")


Found = Iterator[tuple[Is, str]]


def _mail_comes_in(domain: str, zone: Zone) -> Found:
    """Bounces and answers have to arrive somewhere."""
    servers = sorted(zone.ask(domain, "MX"), key=lambda record: int(record.split()[0]))
    hosts = [record.split()[1].rstrip(".") for record in servers]
    if hosts == [""]:
        yield Is.WRONG, f"{domain} says that it takes no mail (“MX 0 .”). Answers and bounces reach nobody."
    elif hosts:
        yield Is.WELL, f"mail to {domain} goes to {_listed(hosts)}."
    elif zone.ask(domain, "A") or zone.ask(domain, "AAAA"):
        yield (
            Is.WRONG,
            f"{domain} names no server that takes its mail; senders then try the machine that has this name. "
            f"Write: {domain}. MX 10 mail.{domain}.",
        )
    else:
        yield (
            Is.WRONG,
            f"{domain} has neither mail servers nor an address of its own. Is it spelt rightly? Many receivers refuse "
            "mail from a domain that could not be answered.",
        )


# --- SPF: which servers may send (RFC 7208) -----------------------------------------------------------------


def _spf(domain: str, zone: Zone, server: IpAddress | None) -> Found:
    records = spf_records(domain, zone)
    if not records:
        who = f"ip{server.version}:{server}" if server else "include:NAME-THAT-YOUR-PROVIDER-GIVES"
        yield Is.WRONG, f"nothing is there. Write a TXT record at {domain}: v=spf1 {who} -all"
        return
    if len(records) > 1:
        yield Is.WRONG, f"there are {len(records)} records, and receivers heed none then. Join them into one."
        return
    [record] = records
    terms = record.lower().split()[1:]
    last = next((term for term in terms if term.lstrip("+-~?") == "all"), "")
    redirected = any(term.startswith("redirect=") for term in terms)
    if last in ("all", "+all"):
        yield Is.WRONG, f"“{record}” lets everybody send in your name. End it with -all or ~all."
    elif not last and not redirected:
        yield Is.WRONG, f"“{record}” does not say what of all other servers. End it with -all or ~all."
    elif last == "?all":
        yield Is.WRONG, f"“{record}” ends with ?all, which says nothing. End it with -all or ~all."
    else:
        yield Is.WELL, f"“{record}”."
    check = SpfCheck(zone)
    try:
        verdict = check.of(server or ipaddress.ip_address("192.0.2.1"), domain)
    except SpfBroken as error:
        yield Is.WRONG, f"receivers cannot follow it: {error}"
        return
    if server is None:
        yield Is.UNSEEN, "whether it lets your server send: say which with --from-server ADDRESS."
    elif check.unknown and verdict != "pass":
        yield Is.UNSEEN, f"whether it lets {server} send: that depends on {_listed(sorted(check.unknown))}."
    elif verdict == "pass":
        yield Is.WELL, f"it lets {server} send."
    else:
        yield Is.WRONG, f"it does not let {server} send ({verdict}). Add ip{server.version}:{server} before the end."


def spf_records(domain: str, zone: Zone) -> list[str]:
    return [text for text in zone.ask(domain, "TXT") if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")]


class SpfBroken(Exception):
    """What receivers call a permanent error."""


# a/24//64: how much of an address counts, of the fourth and of the sixth version.
BITS = re.compile(r"(?:(?<!/)/(\d+))?(?://(\d+))?$")
VERDICTS = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}


class SpfCheck:
    """Whether a server may send for a domain, as a receiver would find out. `unknown` holds what we do not follow."""

    def __init__(self, zone: Zone) -> None:
        self._zone = zone
        self._look_ups = 0
        self.unknown: set[str] = set()

    def of(self, server: IpAddress, domain: str) -> str:
        """`pass`, `fail`, `softfail`, `neutral` or `none`. Raises `SpfBroken`."""
        records = spf_records(domain, self._zone)
        if len(records) > 1:
            raise SpfBroken(f"{domain} has {len(records)} SPF records.")
        if not records:
            return "none"
        redirect = ""
        verdict = ""
        for term in records[0].split()[1:]:
            name, _, value = term.partition("=")
            if name.lower() == "redirect" and "=" in term:
                redirect = value
            elif "=" not in term.partition(":")[0] and not verdict and self._fits(term.lstrip("+-~?"), server, domain):
                verdict = VERDICTS[term[0] if term[0] in VERDICTS else "+"]
        if verdict or not redirect:
            return verdict or "neutral"
        self._count()
        verdict = self.of(server, redirect)
        if verdict == "none":
            raise SpfBroken(f"it leads to {redirect}, which has no SPF record.")
        return verdict

    def _fits(self, mechanism: str, server: IpAddress, domain: str) -> bool:
        head, _, after = mechanism.partition(":")
        kind = head.partition("/")[0].lower()
        if "%" in mechanism or kind in ("ptr", "exists"):
            self._count()
            self.unknown.add(mechanism)
            return False
        match kind:
            case "all":
                return True
            case "ip4" | "ip6":
                return _lies_in(server, after)
            case "include":
                self._count()
                verdict = self.of(server, after)
                if verdict == "none":
                    raise SpfBroken(f"it includes {after}, which has no SPF record.")
                return verdict == "pass"
            case "a" | "mx":
                self._count()
                name = after.partition("/")[0] or domain
                hosts = [name] if kind == "a" else [record.split()[1] for record in self._zone.ask(name, "MX")]
                return any(self._is_at(host, server, mechanism) for host in hosts)
        raise SpfBroken(f"“{mechanism}” is nothing that SPF knows.")

    def _is_at(self, host: str, server: IpAddress, mechanism: str) -> bool:
        found = BITS.search(mechanism)
        assert found is not None, "it is found also where there are no bits"
        small, large = found.groups()
        bits = small if server.version == 4 else large
        addresses = self._zone.ask(host, "A" if server.version == 4 else "AAAA")
        return any(_lies_in(server, f"{address}/{bits}" if bits else address) for address in addresses)

    def _count(self) -> None:
        self._look_ups += 1
        if self._look_ups > MOST_LOOK_UPS:
            raise SpfBroken(f"it takes more than {MOST_LOOK_UPS} look-ups. Take out what you no longer send by.")


def _lies_in(server: IpAddress, network: str) -> bool:
    try:
        return server in ipaddress.ip_network(network, strict=False)
    except ValueError as error:
        raise SpfBroken(f"“{network}” is no address.") from error


# --- DKIM: keys by which signatures are checked (RFC 6376) -----------------------------------------------------


def _dkim(domain: str, zone: Zone, selectors: tuple[str, ...]) -> Found:
    found = False
    for selector in selectors or COMMON_SELECTORS:
        name = f"{selector}._domainkey.{domain}"
        for record in zone.ask(name, "TXT"):
            fields = _fields(record)
            if "p" in fields:
                found = True
                yield _key_is(selector, fields)
    if found:
        yield Is.UNSEEN, "whether your server signs with it: look for DKIM-Signature in a letter that has arrived."
    elif selectors:
        names = [f"{selector}._domainkey.{domain}" for selector in selectors]
        yield Is.WRONG, f"there is no key at {_listed(names)}. Your mail server or provider says what to write there."
    else:
        yield (
            Is.UNSEEN,
            f"whether {domain} has a key: none is at the usual names (tried: {', '.join(COMMON_SELECTORS)}), and a "
            "domain does not tell its names. A letter that has arrived does, in DKIM-Signature after “s=”: give that "
            "with --selector. If there is no such line, let your server or provider sign.",
        )


def _key_is(selector: str, fields: dict[str, str]) -> tuple[Is, str]:
    key = "".join(fields["p"].split())
    if not key:
        return Is.WRONG, f"the key “{selector}” has been taken back; what is signed by it counts as forged."
    try:
        size = len(base64.b64decode(key, validate=True))
    except (binascii.Error, ValueError):
        return Is.WRONG, f"the key “{selector}” is cut off, or has a wrong sign in it. Publish it anew."
    if fields.get("k", "rsa").lower() == "rsa" and size < SHORT_KEY:
        return Is.WRONG, f"the key “{selector}” is shorter than 2048 bits. Let your server or provider make a new one."
    if "y" in fields.get("t", "").lower().split(":"):
        return Is.WRONG, f"the key “{selector}” is marked as a trial (t=y), and is not counted. Take the mark away."
    return Is.WELL, f"there is a key “{selector}”."


# --- DMARC: what holds for mail that fails both (RFC 7489) --------------------------------------------------------


def _dmarc(domain: str, envelope: str, zone: Zone) -> Found:
    at, records = "", []
    labels = domain.split(".")
    for start in range(max(1, len(labels) - 1)):
        at = ".".join(labels[start:])
        records = [text for text in zone.ask(f"_dmarc.{at}", "TXT") if text.lower().startswith("v=dmarc1")]
        if records:
            break
    if not records:
        yield (
            Is.WRONG,
            f"nothing is there. Write a TXT record at _dmarc.{domain}: v=DMARC1; p=none; rua=mailto:dmarc@{domain} "
            "and, when the reports show that all your mail passes, p=quarantine.",
        )
        return
    if len(records) > 1:
        yield Is.WRONG, f"there are {len(records)} records at _dmarc.{at}, and receivers heed none then. Keep one."
        return
    fields = _fields(records[0])
    policy = (fields.get("sp", "") if at != domain else "") or fields.get("p", "")
    where = f"“{records[0]}”" + (f" at _dmarc.{at}, which holds for {domain} too" if at != domain else "")
    if policy.lower() not in ("none", "quarantine", "reject"):
        yield Is.WRONG, f"{where}: it says no policy. Write p=none, p=quarantine or p=reject."
    elif policy.lower() == "none":
        reports = "" if "rua" in fields else " Nobody gets reports, either: add rua=mailto:ADDRESS."
        yield (
            Is.WELL,
            f"{where}: it asks for nothing to be done yet. Large receivers are content with that; p=quarantine keeps "
            f"others from writing in your name.{reports}",
        )
    else:
        yield Is.WELL, f"{where}."
    if fields.get("aspf", "r").lower() == "s" and envelope != domain:
        yield (
            Is.WRONG,
            f"aspf=s asks bounces to go to {domain} itself, and they go to {envelope}: SPF alone does not pass. Write "
            "aspf=r, or rely on DKIM.",
        )


def _name_of(server: IpAddress, zone: Zone) -> Found:
    """Receivers distrust a server without a name that leads back to it."""
    names = zone.ask(str(dns.reversename.from_address(str(server))), "PTR")
    for name in names:
        back = zone.ask(name, "A" if server.version == 4 else "AAAA")
        if any(ipaddress.ip_address(address) == server for address in back):
            yield Is.WELL, f"{server} is {name.rstrip('.')}, and that name leads back to it."
            return
    told = f"it is called {_listed([name.rstrip('.') for name in names])}, which does not lead back to it"
    yield (
        Is.WRONG,
        f"{told if names else f'{server} has no name'}. Whoever rents out the address can set one (a PTR record).",
    )


def _fields(record: str) -> dict[str, str]:
    """`k=v; k=v`, the first of each."""
    found: dict[str, str] = {}
    for part in record.split(";"):
        name, is_one, value = part.partition("=")
        if is_one:
            found.setdefault(name.strip().lower(), value.strip())
    return found


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
