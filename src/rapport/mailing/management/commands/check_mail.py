"""Say what receivers can look up about the domain that letters come from."""

from __future__ import annotations

import argparse
import ipaddress
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from rapport.mailing.addresses import BadAddress, parse_address
from rapport.mailing.domain_check import Internet, IpAddress, Is, look_at

MARKS = {Is.WELL: "✓", Is.WRONG: "✗", Is.UNSEEN: "?"}
NOT_FROM_HERE = (
    "What cannot be seen from here: whether letters are signed, whether receivers count you as a sender they know, and "
    "whether they put your letters among unwanted mail. Send a test letter to addresses at a few large services, and "
    "look at its headers (“Authentication-Results”)."
)


def _ip_address(text: str) -> IpAddress:
    try:
        return ipaddress.ip_address(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is no IP address, for example 192.0.2.1.") from error


class Command(BaseCommand):
    help = "Look up what receivers can see of a domain that sends mail. Exits with 1 when something is to mend."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("domain", nargs="?", help="the domain in the From of letters; RAPPORT_MAIL_FROM's if none")
        parser.add_argument(
            "--selector", action="append", default=[], help="the name of a DKIM key; may be given again"
        )
        parser.add_argument("--from-server", type=_ip_address, help="the IP address that hands over your mail")

    def handle(self, *args: Any, domain: str | None, selector: list[str], from_server: Any, **options: Any) -> None:
        own = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
        given = domain or own
        if "." not in given:
            raise CommandError("Name the domain that letters come from: rapport check_mail digest.example.org")
        try:
            name = parse_address(f"mail@{given.strip().rstrip('.')}").written.rpartition("@")[2]
        except BadAddress as error:
            raise CommandError(f"“{given}” is no domain: {error}") from error
        bounces = settings.BOUNCE_ADDRESS.rpartition("@")[2] if name == own else ""
        wrong = 0
        self.stdout.write(f"{name}:" if not bounces or bounces == name else f"{name}, whose bounces go to {bounces}:")
        for seen in look_at(name, zone=Internet(), selectors=tuple(selector), server=from_server, envelope=bounces):
            wrong += seen.how is Is.WRONG
            self.stdout.write(f"{MARKS[seen.how]} {seen.what}: {seen.says}")
        self.stdout.write(f"\n{NOT_FROM_HERE}")
        if wrong:
            raise CommandError(f"{wrong} to mend.", returncode=1)
