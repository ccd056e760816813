"""What is said of a domain that sends mail, by records as they are published."""

from __future__ import annotations

import ipaddress

import dns.name
import dns.rdatatype
import dns.zone
import pytest

from rapport.mailing.domain_check import COMMON_SELECTORS, Is, NoAnswer, as_text, look_at

LONG_KEY = "A" * 392  # as long as a key of 2048 bits is written
SHORT_KEY = "A" * 216

WELL = f"""
@ MX 10 mail
@ TXT "v=spf1 ip4:192.0.2.0/28 include:_spf.provider.example.net -all"
mail A 192.0.2.7
s1._domainkey TXT "v=DKIM1; k=rsa; " "p={LONG_KEY[:200]}" "{LONG_KEY[200:]}"
_dmarc TXT "v=DMARC1; p=quarantine; rua=mailto:dmarc@example.org"
"""


class Records:
    """Name servers of which each knows one zone, written as in a zone file."""

    def __init__(self, **zones: str) -> None:
        self.zones = {
            origin.replace("_", "."): dns.zone.from_text(
                f"$TTL 60\n@ SOA ns admin 1 2 3 4 5\n@ NS ns\nns A 192.0.2.53\n{text}\n",
                origin.replace("_", "."),
                relativize=False,
            )
            for origin, text in zones.items()
        }

    def ask(self, name: str, kind: str) -> list[str]:
        asked = dns.name.from_text(name)
        for zone in self.zones.values():
            if asked.is_subdomain(zone.origin):
                found = zone.get_rdataset(asked, kind)
                return [as_text(record) for record in found or []]
        return []


PROVIDER = {"provider_example_net": '_spf TXT "v=spf1 ip4:198.51.100.0/24 ~all"'}


def told(text: str, *, domain: str = "example.org", **asked) -> dict[str, list[tuple[str, str]]]:
    """What is said of each thing, shortly: whether it is well, and the first words."""
    said: dict[str, list[tuple[str, str]]] = {}
    zones = {"example_org": text, **PROVIDER, **asked.pop("zones", {})}
    for seen in look_at(domain, zone=Records(**zones), **asked):
        said.setdefault(seen.what.partition(" of ")[0], []).append((seen.how.value, seen.says))
    return said


def spf(record: str, server: str = "192.0.2.7", **zones: str) -> list[tuple[str, str]]:
    text = f'@ MX 10 mail\nmail A 192.0.2.7\nmail AAAA 2001:db8::7\n@ TXT "other=1"\n@ TXT "{record}"'
    return told(text, server=ipaddress.ip_address(server), zones=zones)["SPF"]


def test_a_domain_that_has_all_is_told_so():
    said = told(
        WELL, server=ipaddress.ip_address("192.0.2.7"), zones={"2_0_192_in-addr_arpa": "7 PTR mail.example.org."}
    )
    assert {what: [how for how, _ in all_of] for what, all_of in said.items()} == {
        "MX": ["well"], "SPF": ["well", "well"], "DKIM": ["well", "unseen"], "DMARC": ["well"], "Name": ["well"],
    }  # fmt: skip
    assert said["DKIM"][0][1] == "there is a key “s1”."
    assert said["SPF"][1][1] == "it lets 192.0.2.7 send."


def test_a_domain_that_has_nothing_is_told_what_to_write():
    said = told("", server=ipaddress.ip_address("192.0.2.7"))
    assert said["SPF"] == [("wrong", "nothing is there. Write a TXT record at example.org: v=spf1 ip4:192.0.2.7 -all")]
    assert said["DMARC"][0][0] == "wrong"
    assert (
        "Write a TXT record at _dmarc.example.org: v=DMARC1; p=none; rua=mailto:dmarc@example.org"
        in said["DMARC"][0][1]
    )
    assert [how for how, _ in said["MX"]] == ["wrong"]
    assert said["Name"] == [
        ("wrong", "192.0.2.7 has no name. Whoever rents out the address can set one (a PTR record).")
    ]


def test_without_a_selector_it_says_which_names_of_keys_were_tried():
    [(how, says)] = told("")["DKIM"]
    assert how == "unseen"
    assert f"(tried: {', '.join(COMMON_SELECTORS)})" in says


@pytest.mark.parametrize(
    ("fields", "how", "says"),
    [
        (f"p={LONG_KEY}", "well", "there is a key “x”."),
        (f"k=ed25519; p={'A' * 44}", "well", "there is a key “x”."),
        ("v=DKIM1; p=", "wrong", "the key “x” has been taken back"),
        (f"v=DKIM1; p={SHORT_KEY}", "wrong", "the key “x” is shorter than 2048 bits"),
        (f"v=DKIM1; p={LONG_KEY[:-1]}", "wrong", "the key “x” is cut off"),
        (f"v=DKIM1; t=s:y; p={LONG_KEY}", "wrong", "the key “x” is marked as a trial"),
        ("something else", "wrong", "there is no key at x._domainkey.example.org."),
    ],
)
def test_a_key_that_is_named_is_looked_at(fields, how, says):
    pieces = " ".join(f'"{fields[start : start + 200]}"' for start in range(0, len(fields), 200))
    found = told(f"x._domainkey TXT {pieces}", selectors=("x",))["DKIM"]
    assert found[0][0] == how
    assert found[0][1].startswith(says)


@pytest.mark.parametrize(
    ("record", "server", "verdict"),
    [
        ("v=spf1 ip4:192.0.2.7 -all", "192.0.2.7", "well"),
        ("v=spf1 ip4:192.0.2.8 -all", "192.0.2.7", "wrong"),
        ("v=spf1 ip4:192.0.2.8/28 ~all", "192.0.2.7", "well"),
        ("v=spf1 -ip4:192.0.2.7 +ip4:192.0.2.0/24 -all", "192.0.2.7", "wrong"),
        ("v=spf1 ip6:2001:db8::/32 -all", "2001:db8::7", "well"),
        ("v=spf1 mx -all", "192.0.2.7", "well"),
        ("v=spf1 mx -all", "2001:db8::7", "well"),
        ("v=spf1 mx -all", "2001:db8::8", "wrong"),
        ("v=spf1 mx//64 -all", "2001:db8::8", "well"),
        ("v=spf1 a:mail.example.org -all", "192.0.2.7", "well"),
        ("v=spf1 a:mail.example.org/24//64 -all", "192.0.2.99", "well"),
        ("v=spf1 a -all", "192.0.2.7", "wrong"),
        ("v=spf1 include:_spf.provider.example.net -all", "198.51.100.9", "well"),
        ("v=spf1 include:_spf.provider.example.net -all", "192.0.2.7", "wrong"),
        ("v=spf1 redirect=_spf.provider.example.net", "198.51.100.9", "well"),
        ("v=spf1 redirect=_spf.provider.example.net", "192.0.2.7", "wrong"),
        ("v=spf1 exists:%{i}.list.example.net -all", "192.0.2.7", "unseen"),
        ("v=spf1 exists:%{i}.list.example.net ip4:192.0.2.7 -all", "192.0.2.7", "well"),
    ],
)
def test_whether_a_server_may_send_is_found_as_a_receiver_finds_it(record, server, verdict):
    assert [how for how, _ in spf(record, server)] == ["well", verdict]


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ("v=spf1 include:nobody.example.net -all", "it includes nobody.example.net, which has no SPF record."),
        ("v=spf1 redirect=nobody.example.net", "it leads to nobody.example.net, which has no SPF record."),
        ("v=spf1 ip4:192.0.2.300 -all", "“192.0.2.300” is no address."),
        ("v=spf1 ipv4:192.0.2.7 -all", "“ipv4:192.0.2.7” is nothing that SPF knows."),
        ("v=spf1 include:example.org -all", "it takes more than 10 look-ups."),
    ],
)
def test_a_record_that_receivers_cannot_follow_is_told(record, says):
    [_, (how, said)] = spf(record, "203.0.113.1")
    assert (how, said.startswith(f"receivers cannot follow it: {says}")) == ("wrong", True)


@pytest.mark.parametrize(
    ("records", "says"),
    [
        (["v=spf1 ip4:192.0.2.7 +all"], "lets everybody send in your name"),
        (["v=spf1 ip4:192.0.2.7 ALL"], "lets everybody send in your name"),
        (["v=spf1 ip4:192.0.2.7"], "does not say what of all other servers"),
        (["v=spf1 ip4:192.0.2.7 ?all"], "ends with ?all, which says nothing"),
        (["v=spf1 -all", "v=spf1 mx -all"], "there are 2 records"),
    ],
)
def test_a_record_that_protects_nobody_is_told(records, says):
    [how, said] = told("\n".join(f'@ TXT "{record}"' for record in records))["SPF"][0]
    assert (how, says in said) == ("wrong", True)


@pytest.mark.parametrize(
    ("text", "domain", "how", "says"),
    [
        ('_dmarc TXT "v=DMARC1; p=reject"', "example.org", "well", "“v=DMARC1; p=reject”."),
        ('_dmarc TXT "v=DMARC1; p=reject"', "digest.example.org", "well", "at _dmarc.example.org, which holds for"),
        ('_dmarc TXT "v=DMARC1; p=reject; sp=none"', "digest.example.org", "well", "asks for nothing to be done yet"),
        ('_dmarc TXT "v=DMARC1; p=none"', "example.org", "well", "Nobody gets reports"),
        ('_dmarc TXT "v=DMARC1; rua=mailto:a@example.org"', "example.org", "wrong", "it says no policy"),
        (
            '_dmarc TXT "v=DMARC1; p=none"\n_dmarc TXT "v=DMARC1; p=reject"',
            "example.org",
            "wrong",
            "there are 2 records",
        ),
    ],
)
def test_what_dmarc_asks_for_is_told(text, domain, how, says):
    [(found, said)] = told(text, domain=domain)["DMARC"]
    assert (found, says in said) == (how, True)


def test_bounces_of_another_domain_are_looked_up_there():
    text = '@ TXT "v=spf1 -all"\n_dmarc TXT "v=DMARC1; p=reject; aspf=s"'
    zones = {"bounces_example_net": '@ MX 10 mail\n@ TXT "v=spf1 ip4:192.0.2.7 -all"'}
    server = ipaddress.ip_address("192.0.2.7")
    said = told(text, envelope="bounces.example.net", server=server, zones=zones)
    assert said["MX"] == [("well", "mail to bounces.example.net goes to mail.bounces.example.net.")]
    assert said["SPF"][1] == ("well", "it lets 192.0.2.7 send.")
    assert "SPF alone does not pass" in said["DMARC"][1][1]


def test_a_domain_that_takes_no_mail_is_told():
    [(how, says)] = told("@ MX 0 .")["MX"]
    assert (how, "says that it takes no mail" in says) == ("wrong", True)


def test_a_name_server_that_does_not_answer_is_no_fault_of_the_domain():
    class Silent:
        def ask(self, name: str, kind: str) -> list[str]:
            raise NoAnswer(f"{name}: timed out")

    found = list(look_at("example.org", zone=Silent()))
    assert {seen.how for seen in found} == {Is.UNSEEN}
    assert [seen.what for seen in found] == ["MX", "SPF of example.org", "DKIM", "DMARC"]
