"""What the host tells us through the environment, checked once, in words.

Two ways of running:

* **production**: ``RAPPORT_SECRET_KEY`` is set. Everything is strict.
* **demo**: no key is set, and the data directory holds one that ``rapport demo`` made. Served on
  loopback only, without HTTPS.

A host who has neither gets a sentence that says what to set.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from rapport.mailing.catcher import CATCHER
from rapport.web.addresses import is_site_address

DEMO_KEY_FILE = "demo-secret-key"
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
NO_SENDER = "nobody@localhost"  # where no mail is sent
# That django-anymail speaks to.
MAIL_PROVIDERS = (
    "amazon_ses", "brevo", "mailersend", "mailgun", "mailjet", "mailtrap", "mandrill", "postal", "postmark", "resend",
    "scaleway", "sparkpost", "unisender_go",
)  # fmt: skip
NO_TRACKING = {"track_opens": False, "track_clicks": False}
YES = {"1", "yes", "true", "on"}
NO = {"0", "no", "false", "off"}
# The services that say what an article is: where each is asked, unless the host names another place.
LOOKUP_SERVICES = {
    "crossref": ("RAPPORT_CROSSREF_ADDRESS", "https://api.crossref.org"),
    "openalex": ("RAPPORT_OPENALEX_ADDRESS", "https://api.openalex.org"),
    "pubmed": ("RAPPORT_PUBMED_ADDRESS", "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"),
    "europe_pmc": ("RAPPORT_EUROPE_PMC_ADDRESS", "https://www.ebi.ac.uk/europepmc/webservices/rest"),
}
LOOKUP_KEYS = {"openalex": "RAPPORT_OPENALEX_KEY", "pubmed": "RAPPORT_NCBI_KEY"}


@dataclass(frozen=True)
class Environment:
    """The settings that differ from host to host."""

    data: Path
    demo: bool
    secret_key: str
    hosts: tuple[str, ...]
    address: str
    live_address: str
    database: dict[str, Any]
    time_zone: str
    behind_proxy: bool
    hsts_subdomains: bool
    hsts_preload: bool
    mail: dict[str, Any]
    mail_from: str
    mail_provider: str = ""
    mail_provider_settings: dict[str, Any] = field(default_factory=dict)
    bounce_address: str = ""
    bounces: str = ""
    publish_folder: str = ""
    publish_address: str = ""
    lookup_services: dict[str, str] = field(default_factory=dict)
    lookup_keys: dict[str, str] = field(default_factory=dict)


def data_directory(environ: Mapping[str, str]) -> Path:
    """Where databases, collected files and generated keys lie; ``./var`` unless told otherwise."""
    return Path(environ.get("RAPPORT_DATA") or "var").expanduser().absolute()


def prepare_demo(environ: Mapping[str, str] = os.environ) -> None:
    """Make the data directory and a key of its own, once; refuse where a real key is set."""
    if environ.get("RAPPORT_SECRET_KEY"):
        raise ImproperlyConfigured(
            "RAPPORT_SECRET_KEY is set, so this is not a demo. Unset it, or start the site with "
            "`gunicorn rapport.config.wsgi:application`."
        )
    data = data_directory(environ)
    try:
        data.mkdir(parents=True, exist_ok=True)
        key_file = data / DEMO_KEY_FILE
        if not key_file.exists() or not key_file.read_text(encoding="utf-8").strip():
            fresh = data / f"{DEMO_KEY_FILE}.{os.getpid()}"
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(64), encoding="utf-8")
            fresh.replace(key_file)
    except OSError as error:
        raise ImproperlyConfigured(
            f"The data directory {data} cannot be written ({error.strerror}). Set RAPPORT_DATA to a directory that can."
        ) from error


def read_environment(environ: Mapping[str, str] = os.environ) -> Environment:
    """Read and check the environment; every problem is named in one error, with its mend."""
    data = data_directory(environ)
    secret_key = environ.get("RAPPORT_SECRET_KEY", "")
    key_file = data / DEMO_KEY_FILE
    demo = not secret_key and key_file.is_file()
    hosts = tuple(host.strip() for host in environ.get("RAPPORT_HOSTS", "").split(",") if host.strip())
    problems: list[str] = []
    if demo:
        secret_key, hosts = key_file.read_text(encoding="utf-8"), LOOPBACK_HOSTS
    elif not secret_key:
        problems.append(
            "RAPPORT_SECRET_KEY is missing. Set it to a long random text, for example the output of "
            "`python -c 'import secrets; print(secrets.token_urlsafe(64))'`; or start with `rapport demo`, "
            f"which makes a key of its own in {data}. (If a demo runs already, go to the folder it was started in.)"
        )
    elif len(secret_key) < 50:
        problems.append("RAPPORT_SECRET_KEY is shorter than 50 characters. Use a longer random text.")
    if not demo and not hosts:
        problems.append(
            "RAPPORT_HOSTS is missing. Set it to the host names the site answers to, separated by commas, "
            "for example `digest.example.org`."
        )
    address = _site_address(environ, "RAPPORT_ADDRESS", "readers find the site", problems=problems)
    live_address = _site_address(environ, "RAPPORT_LIVE_ADDRESS", "the live site is", problems=problems)
    publish_folder, publish_address = _publishing(
        environ, demo=demo, site=address, live=live_address, problems=problems
    )
    behind_proxy = _yes_or_no(environ, "RAPPORT_BEHIND_PROXY", default=False, problems=problems)
    hsts_subdomains = _yes_or_no(environ, "RAPPORT_HSTS_SUBDOMAINS", default=True, problems=problems)
    hsts_preload = _yes_or_no(environ, "RAPPORT_HSTS_PRELOAD", default=False, problems=problems)
    lookup_services = {
        service: _service_address(environ, name, default, problems=problems)
        for service, (name, default) in LOOKUP_SERVICES.items()
    }
    lookup_keys = {service: environ.get(name, "").strip() for service, name in LOOKUP_KEYS.items()}
    time_zone = environ.get("RAPPORT_TIME_ZONE", "").strip() or "UTC"
    try:
        zoneinfo.ZoneInfo(time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        problems.append(f"RAPPORT_TIME_ZONE is “{time_zone}”; it must name a time zone, for example America/Toronto.")
    try:
        database = dj_database_url.parse(environ["DATABASE_URL"]) if environ.get("DATABASE_URL") else {}
        if database and database["ENGINE"].rsplit(".", 1)[-1] not in ("postgresql", "sqlite3"):
            raise ValueError("a database we do not know")
    except (ValueError, KeyError):  # of an unknown kind, or with a port that is no number
        problems.append("DATABASE_URL is not understood; it must be like postgres://USER:PASSWORD@HOST:5432/NAME.")
    mail, mail_from = _mail(environ, demo=demo, problems=problems)
    mail_provider, mail_provider_settings = _mail_provider(environ, demo=demo, problems=problems)
    bounce_address = environ.get("RAPPORT_BOUNCE_ADDRESS", "").strip()
    if bounce_address and not re.fullmatch(r"[^@\s+]+@[^@\s]+", bounce_address):
        problems.append(
            f"RAPPORT_BOUNCE_ADDRESS is “{bounce_address}”; it must be the plain address whose mailbox gets letters "
            "that could not be delivered, for example bounces@digest.example.org."
        )
    bounces = _bounces(environ, demo=demo, problems=problems)
    if problems:
        raise ImproperlyConfigured("\n".join(problems))
    return Environment(
        data=data,
        demo=demo,
        secret_key=secret_key,
        hosts=hosts,
        address=address,
        live_address=live_address,
        database=dict(database),
        time_zone=time_zone,
        behind_proxy=behind_proxy,
        hsts_subdomains=hsts_subdomains,
        hsts_preload=hsts_preload,
        lookup_services=lookup_services,
        lookup_keys={service: key for service, key in lookup_keys.items() if key},
        mail=mail,
        mail_from=mail_from,
        mail_provider=mail_provider,
        mail_provider_settings=mail_provider_settings,
        bounce_address=bounce_address,
        bounces=bounces,
        publish_folder=publish_folder,
        publish_address=publish_address,
    )


def _site_address(environ: Mapping[str, str], name: str, what: str, *, problems: list[str]) -> str:
    address = environ.get(name, "").strip().rstrip("/")
    if address and not is_site_address(address):
        problems.append(
            f"{name} is “{address}”; it must be where {what}, without a path, for example https://digest.example.org."
        )
    return address


def _publishing(
    environ: Mapping[str, str], *, demo: bool, site: str, live: str, problems: list[str]
) -> tuple[str, str]:
    """Where plain files are published by themselves, and where they are read then."""
    folder = "" if demo else environ.get("RAPPORT_PUBLISH_FOLDER", "").strip()
    address = _site_address(environ, "RAPPORT_PUBLISH_ADDRESS", "the plain files are read", problems=problems)
    if not folder:
        return "", address
    if not Path(folder).is_absolute():
        problems.append(f"RAPPORT_PUBLISH_FOLDER is “{folder}”; it must be a full path, for example /srv/www/digest.")
    address = address or site
    if not address:
        problems.append(
            "RAPPORT_PUBLISH_FOLDER is set, and not where its files are read, which pages name. "
            "Set RAPPORT_PUBLISH_ADDRESS, for example to https://digest.example.org."
        )
    elif address == live:
        problems.append(
            f"RAPPORT_LIVE_ADDRESS is {live}, where the plain files are read. Give the live site an address of its own."
        )
    return folder, address


def _mail(environ: Mapping[str, str], *, demo: bool, problems: list[str]) -> tuple[dict[str, Any], str]:
    """The mail server of `RAPPORT_MAIL_URL`, and the sender. A demo's mail stays on this machine, whatever is set."""
    url, sender = environ.get("RAPPORT_MAIL_URL", "").strip(), environ.get("RAPPORT_MAIL_FROM", "").strip()
    if demo:
        catcher = environ.get(CATCHER, "")
        return ({"host": "127.0.0.1", "port": int(catcher)} if catcher.isdecimal() else {}), NO_SENDER
    if not url:
        return {}, sender or NO_SENDER
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # a port that is no number
        parts, port = urlsplit(""), None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        problems.append(
            "RAPPORT_MAIL_URL is not understood; it must be like smtp://USER:PASSWORD@HOST:587 (STARTTLS), "
            "smtps://USER:PASSWORD@HOST:465 (TLS), or smtp://localhost:25 for a server on this machine."
        )
    if "@" not in sender:
        problems.append("RAPPORT_MAIL_FROM is missing. Set it to the address that mail comes from.")
    tls = parts.scheme == "smtps"
    server = {
        "host": parts.hostname,
        "port": port or (465 if tls else 587),
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "tls": tls,
        "starttls": not tls and parts.hostname not in LOOPBACK_HOSTS,
    }
    return server, sender


def _mail_provider(environ: Mapping[str, str], *, demo: bool, problems: list[str]) -> tuple[str, dict[str, Any]]:
    """The provider that mail is given to by its own interface, and what django-anymail has to know for that."""
    name = "" if demo else environ.get("RAPPORT_MAIL_PROVIDER", "").strip().lower()
    if not name:
        return "", {}
    if name not in MAIL_PROVIDERS:
        problems.append(f"RAPPORT_MAIL_PROVIDER is “{name}”; it must be one of {', '.join(MAIL_PROVIDERS)}.")
    if environ.get("RAPPORT_MAIL_URL", "").strip():
        problems.append(
            "RAPPORT_MAIL_URL and RAPPORT_MAIL_PROVIDER are both set. Unset the one that mail does not go by."
        )
    if "@" not in environ.get("RAPPORT_MAIL_FROM", ""):
        problems.append("RAPPORT_MAIL_FROM is missing. Set it to the address that mail comes from.")
    try:
        given = json.loads(environ.get("RAPPORT_MAIL_PROVIDER_SETTINGS", "").strip() or "{}")
    except ValueError:
        given = None
    if not isinstance(given, dict):
        problems.append(
            "RAPPORT_MAIL_PROVIDER_SETTINGS is not understood; it must be JSON of what django-anymail is to know, "
            'for example {"MAILGUN_API_KEY": "…", "WEBHOOK_SECRET": "a-name:a-long-password"}.'
        )
        return name, {}
    secret = given.get("WEBHOOK_SECRET", "")
    if secret and not (isinstance(secret, str) and re.fullmatch(r"[^:]+:.{16,}", secret)):
        problems.append(
            "WEBHOOK_SECRET in RAPPORT_MAIL_PROVIDER_SETTINGS must be a name, a colon, and at least 16 characters that "
            "nobody guesses."
        )
    return name, _told_to_anymail(name, given)


def _told_to_anymail(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """What the host has set, with what Rapport insists on.

    No provider is to note who opens a letter or follows a link in it, for the network or for itself. What one cannot do
    is left out: not all can be told this with each letter. And a letter is given once: Amazon's library would give it
    again when no answer comes.
    """
    told = {"IGNORE_UNSUPPORTED_FEATURES": True, **given}
    for key in [key for key in told if key.endswith("SEND_DEFAULTS") and isinstance(told[key], dict)]:
        told[key] = {**told[key], **NO_TRACKING}
    told.setdefault("SEND_DEFAULTS", dict(NO_TRACKING))
    if name == "amazon_ses":
        client = dict(told.get("AMAZON_SES_CLIENT_PARAMS") or {})
        client["config"] = {**(client.get("config") or {}), "retries": {"total_max_attempts": 1}}
        told["AMAZON_SES_CLIENT_PARAMS"] = client
    return told


def _bounces(environ: Mapping[str, str], *, demo: bool, problems: list[str]) -> str:
    """Where letters that came back lie. Over a line that others may read only on this machine."""
    url = "" if demo else environ.get("RAPPORT_BOUNCES_URL", "").strip()
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        is_server = parts.scheme == "imaps" or (parts.scheme == "imap" and (parts.hostname or "") in LOOPBACK_HOSTS)
        is_fine = (
            bool(parts.hostname and parts.username) and is_server and parts.port != 0
            if parts.scheme != "maildir"
            else not parts.netloc and parts.path.startswith("/")
        )
    except ValueError:  # a port that is no number
        is_fine = False
    if not is_fine:
        problems.append(
            "RAPPORT_BOUNCES_URL is not understood; it must be like imaps://USER:PASSWORD@HOST/INBOX, or "
            "maildir:///var/mail/bounces for a folder on this machine."
        )
    return url


def _service_address(environ: Mapping[str, str], name: str, default: str, *, problems: list[str]) -> str:
    """Where a service is asked. Over plain HTTP only on this machine: an answer on the way could be changed."""
    address = environ.get(name, "").strip().rstrip("/") or default
    try:
        parts = urlsplit(address)
        here = (parts.hostname or "") in ("localhost", "127.0.0.1", "::1")
        is_fine = bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and here))
    except ValueError:
        is_fine = False
    if not is_fine:
        problems.append(f"{name} is “{address}”; it must be where the service answers, for example {default}.")
    return address


def _yes_or_no(environ: Mapping[str, str], name: str, *, default: bool, problems: list[str]) -> bool:
    answer = environ.get(name, "").strip().lower()
    if not answer:
        return default
    if answer not in YES | NO:
        problems.append(f"{name} is “{answer}”; it must be yes or no.")
    return answer in YES
