"""`rapport check_mail`: in words, and with an end that a script can read."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from rapport.mailing.management.commands import check_mail

KEY = "A" * 392
RECORDS = {
    ("digest.example.org", "MX"): ["10 mail.example.org."],
    ("digest.example.org", "TXT"): ["v=spf1 ip4:192.0.2.7 -all"],
    ("one._domainkey.digest.example.org", "TXT"): [f"v=DKIM1; p={KEY}"],
    ("_dmarc.example.org", "TXT"): ["v=DMARC1; p=reject"],
    ("bounces.example.net", "MX"): ["10 mail.example.net."],
    ("bounces.example.net", "TXT"): ["v=spf1 ip4:192.0.2.7 -all"],
    ("xn--rseau-bsa.example.org", "MX"): ["10 mail.example.org."],
}


class Known:
    """Name servers that know `RECORDS` and nothing else."""

    def ask(self, name: str, kind: str) -> list[str]:
        return RECORDS.get((name, kind), [])


@pytest.fixture(autouse=True)
def _known(monkeypatch):
    monkeypatch.setattr(check_mail, "Internet", Known)


def run(*arguments: str) -> tuple[list[str], str]:
    """What it says, and how it ends when something is to mend."""
    out = StringIO()
    try:
        call_command("check_mail", *arguments, stdout=out)
    except CommandError as error:
        return out.getvalue().splitlines(), str(error)
    return out.getvalue().splitlines(), ""


def test_a_domain_that_is_well_is_told_so_with_what_cannot_be_seen():
    lines, end = run("digest.example.org", "--selector", "two", "--selector", "one")
    assert lines == [
        "digest.example.org:",
        "✓ MX: mail to digest.example.org goes to mail.example.org.",
        "✓ SPF of digest.example.org: “v=spf1 ip4:192.0.2.7 -all”.",
        "? SPF of digest.example.org: whether it lets your server send: say which with --from-server ADDRESS.",
        "✓ DKIM: there is a key “one”.",
        "? DKIM: whether your server signs with it: look for DKIM-Signature in a letter that has arrived.",
        "✓ DMARC: “v=DMARC1; p=reject” at _dmarc.example.org, which holds for digest.example.org too.",
        "",
        check_mail.NOT_FROM_HERE,
    ]
    assert end == ""


def test_what_is_to_mend_is_counted():
    lines, end = run("digest.example.org", "--from-server", "192.0.2.8")
    assert [line for line in lines if line.startswith("✗")] == [
        "✗ SPF of digest.example.org: it does not let 192.0.2.8 send (fail). Add ip4:192.0.2.8 before the end.",
        "✗ Name of the server: 192.0.2.8 has no name. Whoever rents out the address can set one (a PTR record).",
    ]
    assert end == "2 to mend."


def test_without_a_domain_it_is_that_of_our_own_letters_and_bounces(settings):
    settings.DEFAULT_FROM_EMAIL, settings.BOUNCE_ADDRESS = "Digest <desk@digest.example.org>", "b@bounces.example.net"
    lines, _ = run()
    assert lines[:2] == [
        "digest.example.org, whose bounces go to bounces.example.net:",
        "✓ MX: mail to bounces.example.net goes to mail.example.net.",
    ]


def test_a_domain_of_any_script_is_looked_up_as_it_is_written_there():
    assert run("réseau.example.org")[0][0] == "xn--rseau-bsa.example.org:"


@pytest.mark.parametrize("domain", ["localhost", "not a domain.org", "a@b.org"])
def test_what_is_no_domain_is_told(settings, domain):
    settings.DEFAULT_FROM_EMAIL = "nobody@localhost"
    lines, end = run(domain)
    assert lines == []
    assert "domain" in end
