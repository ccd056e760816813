"""What the host sets is checked once, in words."""

from __future__ import annotations

import importlib
import os
import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from rapport.config.environment import (
    DEMO_KEY_FILE,
    LOOKUP_SERVICES,
    MAIL_PROVIDERS,
    NO_TRACKING,
    Environment,
    data_directory,
    prepare_demo,
    read_environment,
)

KEY = "k" * 50
SET = {"RAPPORT_SECRET_KEY": KEY, "RAPPORT_HOSTS": "digest.example.org"}


FROM = "desk@digest.example.org"
MAIL_SERVERS = {
    "smtp://rapport:p%40ss@mail.example.org": {
        "host": "mail.example.org", "port": 587, "user": "rapport", "password": "p@ss", "tls": False, "starttls": True,
    },
    "smtps://mail.example.org": {
        "host": "mail.example.org", "port": 465, "user": "", "password": "", "tls": True, "starttls": False,
    },
    "smtp://localhost:25": {
        "host": "localhost", "port": 25, "user": "", "password": "", "tls": False, "starttls": False,
    },
}  # fmt: skip


def expected(data: Path, **facts) -> Environment:
    defaults = {
        "data": data,
        "demo": False,
        "secret_key": KEY,
        "hosts": ("digest.example.org",),
        "address": "",
        "live_address": "",
        "database": {},
        "hsts_preload": False,
        "time_zone": "UTC",
        "behind_proxy": False,
        "hsts_subdomains": True,
        "lookup_services": {service: default for service, (_, default) in LOOKUP_SERVICES.items()},
        "lookup_keys": {},
        "mail": {},
        "mail_from": "nobody@localhost",
    }
    return Environment(**{**defaults, **facts})


@pytest.mark.parametrize(
    ("environ", "facts"),
    [
        ({}, {}),
        ({"RAPPORT_HOSTS": " a.example , b.example,"}, {"hosts": ("a.example", "b.example")}),
        ({"RAPPORT_ADDRESS": "https://digest.example.org/"}, {"address": "https://digest.example.org"}),
        ({"RAPPORT_LIVE_ADDRESS": "http://live.example.org:8000"}, {"live_address": "http://live.example.org:8000"}),
        (
            {"RAPPORT_PUBLISH_FOLDER": " /srv/www/digest ", "RAPPORT_PUBLISH_ADDRESS": "https://digest.example.org/"},
            {"publish_folder": "/srv/www/digest", "publish_address": "https://digest.example.org"},
        ),
        (
            {"RAPPORT_PUBLISH_FOLDER": "/srv/www/digest", "RAPPORT_ADDRESS": "https://digest.example.org"},
            {
                "publish_folder": "/srv/www/digest",
                "publish_address": "https://digest.example.org",
                "address": "https://digest.example.org",
            },
        ),
        ({"RAPPORT_HSTS_PRELOAD": "yes"}, {"hsts_preload": True}),
        ({"RAPPORT_TIME_ZONE": "America/Toronto"}, {"time_zone": "America/Toronto"}),
        *[({"RAPPORT_BEHIND_PROXY": word}, {"behind_proxy": True}) for word in ("yes", "1", " TRUE ", "on")],
        *[({"RAPPORT_HSTS_SUBDOMAINS": word}, {"hsts_subdomains": False}) for word in ("no", "0", "False", "off")],
        ({"RAPPORT_BEHIND_PROXY": " "}, {}),
        *[
            ({"RAPPORT_BOUNCES_URL": f" {url} "}, {"bounces": url})
            for url in (
                "imaps://bounces:p%40ss@mail.example.org/INBOX",
                "imaps://bounces@mail.example.org:9993",
                "imap://b:p@localhost:143/INBOX",
                "maildir:///var/mail/bounces",
            )
        ],
        (
            {"RAPPORT_MAIL_PROVIDER": " Mailgun ", "RAPPORT_MAIL_FROM": FROM},
            {
                "mail_provider": "mailgun",
                "mail_provider_settings": {"IGNORE_UNSUPPORTED_FEATURES": True, "SEND_DEFAULTS": NO_TRACKING},
                "mail_from": FROM,
            },
        ),
        (
            {
                "RAPPORT_MAIL_PROVIDER": "amazon_ses",
                "RAPPORT_MAIL_FROM": FROM,
                "RAPPORT_MAIL_PROVIDER_SETTINGS": (
                    '{"SEND_DEFAULTS": {"track_opens": true, "tags": ["digest"]}, '
                    '"IGNORE_UNSUPPORTED_FEATURES": false, '
                    '"AMAZON_SES_CLIENT_PARAMS": {"region_name": "eu-west-1", "config": {"connect_timeout": 5}}}'
                ),
            },
            {
                "mail_provider": "amazon_ses",
                "mail_provider_settings": {
                    "IGNORE_UNSUPPORTED_FEATURES": False,
                    "SEND_DEFAULTS": {"tags": ["digest"], **NO_TRACKING},
                    "AMAZON_SES_CLIENT_PARAMS": {
                        "region_name": "eu-west-1",
                        "config": {"connect_timeout": 5, "retries": {"total_max_attempts": 1}},
                    },
                },
                "mail_from": FROM,
            },
        ),
        ({"RAPPORT_OPENALEX_KEY": " abc "}, {"lookup_keys": {"openalex": "abc"}}),
        *[
            ({"RAPPORT_MAIL_URL": url, "RAPPORT_MAIL_FROM": FROM}, {"mail": server, "mail_from": FROM})
            for url, server in MAIL_SERVERS.items()
        ],
    ],
)
def test_what_is_set_is_read(tmp_path, environ, facts):
    assert read_environment({"RAPPORT_DATA": str(tmp_path), **SET, **environ}) == expected(tmp_path, **facts)


def test_the_database_is_the_one_that_is_named(tmp_path):
    url = "postgres://rapport:secret@db.example:5433/digest"
    database = read_environment({"RAPPORT_DATA": str(tmp_path), **SET, "DATABASE_URL": url}).database
    wanted = ("ENGINE", "USER", "PASSWORD", "HOST", "PORT", "NAME")
    assert [database[name] for name in wanted] == [
        "django.db.backends.postgresql",
        "rapport",
        "secret",
        "db.example",
        5433,
        "digest",
    ]


NO_KEY = (
    "RAPPORT_SECRET_KEY is missing. Set it to a long random text, for example the output of "
    "`python -c 'import secrets; print(secrets.token_urlsafe(64))'`; or start with `rapport demo`, "
    "which makes a key of its own in {data}. (If a demo runs already, go to the folder it was started in.)"
)
SHORT_KEY = "RAPPORT_SECRET_KEY is shorter than 50 characters. Use a longer random text."
BOUNCES = (
    "RAPPORT_BOUNCES_URL is not understood; it must be like imaps://USER:PASSWORD@HOST/INBOX, or "
    "maildir:///var/mail/bounces for a folder on this machine."
)
PROVIDER_SETTINGS = (
    "RAPPORT_MAIL_PROVIDER_SETTINGS is not understood; it must be JSON of what django-anymail is to know, "
    'for example {{"MAILGUN_API_KEY": "…", "WEBHOOK_SECRET": "a-name:a-long-password"}}.'
)
WEBHOOK_SECRET = (
    "WEBHOOK_SECRET in RAPPORT_MAIL_PROVIDER_SETTINGS must be a name, a colon, and at least 16 characters that "
    "nobody guesses."
)
NO_HOSTS = (
    "RAPPORT_HOSTS is missing. Set it to the host names the site answers to, separated by commas, "
    "for example `digest.example.org`."
)


@pytest.mark.parametrize(
    ("environ", "problems"),
    [
        ({}, [NO_KEY, NO_HOSTS]),
        ({"RAPPORT_SECRET_KEY": "", "RAPPORT_HOSTS": ""}, [NO_KEY, NO_HOSTS]),
        ({"RAPPORT_HOSTS": "a.example"}, [NO_KEY]),
        ({"RAPPORT_SECRET_KEY": KEY}, [NO_HOSTS]),
        ({"RAPPORT_SECRET_KEY": KEY, "RAPPORT_HOSTS": " , "}, [NO_HOSTS]),
        ({"RAPPORT_SECRET_KEY": "k" * 49, "RAPPORT_HOSTS": "a.example"}, [SHORT_KEY]),
        (
            {**SET, "RAPPORT_TIME_ZONE": "Nowhere/At_All"},
            ["RAPPORT_TIME_ZONE is “Nowhere/At_All”; it must name a time zone, for example America/Toronto."],
        ),
        *[
            (
                {**SET, "DATABASE_URL": url},
                ["DATABASE_URL is not understood; it must be like postgres://USER:PASSWORD@HOST:5432/NAME."],
            )
            for url in ("foo://bar", "postgres://host:port/name", "nonsense")
        ],
        *[
            (
                {**SET, "RAPPORT_ADDRESS": address},
                [
                    f"RAPPORT_ADDRESS is “{address}”; it must be where readers find the site, without a path, "
                    "for example https://digest.example.org."
                ],
            )
            for address in (
                "digest.example.org",
                "https://digest.example.org/digest",
                "ftp://digest.example.org",
                "https://digest.example.org:99999",
                "https://...",
            )
        ],
        (
            {**SET, "RAPPORT_LIVE_ADDRESS": "live"},
            [
                "RAPPORT_LIVE_ADDRESS is “live”; it must be where the live site is, without a path, "
                "for example https://digest.example.org."
            ],
        ),
        (
            {**SET, "RAPPORT_PUBLISH_FOLDER": "www/digest"},
            [
                "RAPPORT_PUBLISH_FOLDER is “www/digest”; it must be a full path, for example /srv/www/digest.",
                "RAPPORT_PUBLISH_FOLDER is set, and not where its files are read, which pages name. "
                "Set RAPPORT_PUBLISH_ADDRESS, for example to https://digest.example.org.",
            ],
        ),
        (
            {**SET, "RAPPORT_PUBLISH_ADDRESS": "https://digest.example.org/files"},
            [
                "RAPPORT_PUBLISH_ADDRESS is “https://digest.example.org/files”; it must be where the plain files are "
                "read, without a path, for example https://digest.example.org."
            ],
        ),
        (
            {
                **SET,
                "RAPPORT_PUBLISH_FOLDER": "/srv/www/digest",
                "RAPPORT_PUBLISH_ADDRESS": "https://digest.example.org",
                "RAPPORT_LIVE_ADDRESS": "https://digest.example.org/",
            },
            [
                "RAPPORT_LIVE_ADDRESS is https://digest.example.org, where the plain files are read. "
                "Give the live site an address of its own."
            ],
        ),
        *[
            (
                {**SET, "RAPPORT_MAIL_URL": url, "RAPPORT_MAIL_FROM": FROM},
                [
                    "RAPPORT_MAIL_URL is not understood; it must be like smtp://USER:PASSWORD@HOST:587 (STARTTLS), "
                    "smtps://USER:PASSWORD@HOST:465 (TLS), or smtp://localhost:25 for a server on this machine."
                ],
            )
            for url in ("mail.example.org", "smtp://", "http://mail.example.org", "smtp://mail.example.org:many")
        ],
        (
            {**SET, "RAPPORT_MAIL_URL": "smtp://localhost:25"},
            ["RAPPORT_MAIL_FROM is missing. Set it to the address that mail comes from."],
        ),
        *[
            ({**SET, "RAPPORT_BOUNCES_URL": url}, [BOUNCES])
            for url in (
                "imap://b:p@mail.example.org/INBOX",
                "imaps://mail.example.org/INBOX",
                "imaps://b:p@mail.example.org:many/INBOX",
                "maildir://var/mail",
                "/var/mail",
            )
        ],
        (
            {
                **SET,
                "RAPPORT_MAIL_PROVIDER": "pigeon",
                "RAPPORT_MAIL_URL": "smtp://localhost",
                "RAPPORT_MAIL_FROM": FROM,
            },
            [
                f"RAPPORT_MAIL_PROVIDER is “pigeon”; it must be one of {', '.join(MAIL_PROVIDERS)}.",
                "RAPPORT_MAIL_URL and RAPPORT_MAIL_PROVIDER are both set. Unset the one that mail does not go by.",
            ],
        ),
        *[
            (
                {**SET, "RAPPORT_MAIL_PROVIDER": "mailgun", "RAPPORT_MAIL_PROVIDER_SETTINGS": given},
                ["RAPPORT_MAIL_FROM is missing. Set it to the address that mail comes from.", problem],
            )
            for given, problem in (
                ("MAILGUN_API_KEY=k", PROVIDER_SETTINGS),
                ('["k"]', PROVIDER_SETTINGS),
                ('{"WEBHOOK_SECRET": "no colon in it at all"}', WEBHOOK_SECRET),
                ('{"WEBHOOK_SECRET": "us:short"}', WEBHOOK_SECRET),
            )
        ],
        ({**SET, "RAPPORT_BEHIND_PROXY": "maybe"}, ["RAPPORT_BEHIND_PROXY is “maybe”; it must be yes or no."]),
        (
            {"RAPPORT_SECRET_KEY": "k", "RAPPORT_HSTS_SUBDOMAINS": "2"},
            [SHORT_KEY, NO_HOSTS, "RAPPORT_HSTS_SUBDOMAINS is “2”; it must be yes or no."],
        ),
    ],
)
def test_everything_that_is_missing_or_wrong_is_told_at_once_with_its_mend(tmp_path, environ, problems):
    with pytest.raises(ImproperlyConfigured) as caught:
        read_environment({"RAPPORT_DATA": str(tmp_path), **environ})
    assert str(caught.value) == "\n".join(problems).format(data=tmp_path)


def test_a_demo_runs_on_a_key_of_its_own_for_this_machine_only(tmp_path):
    environ = {"RAPPORT_DATA": str(tmp_path / "new" / "data"), "RAPPORT_HOSTS": "digest.example.org"}
    prepare_demo(environ)
    key_file = tmp_path / "new" / "data" / DEMO_KEY_FILE
    key = key_file.read_text()
    assert len(key) >= 50
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert read_environment(environ) == expected(
        tmp_path / "new" / "data", demo=True, secret_key=key, hosts=("localhost", "127.0.0.1", "[::1]")
    )


def test_a_demos_key_is_made_once(tmp_path):
    environ = {"RAPPORT_DATA": str(tmp_path)}
    prepare_demo(environ)
    key = (tmp_path / DEMO_KEY_FILE).read_text()
    prepare_demo(environ)
    assert (tmp_path / DEMO_KEY_FILE).read_text() == key


def test_two_demos_have_different_keys(tmp_path):
    for name in ("one", "other"):
        prepare_demo({"RAPPORT_DATA": str(tmp_path / name)})
    assert (tmp_path / "one" / DEMO_KEY_FILE).read_text() != (tmp_path / "other" / DEMO_KEY_FILE).read_text()


def test_where_a_real_key_is_set_there_is_no_demo(tmp_path):
    with pytest.raises(ImproperlyConfigured, match=r"RAPPORT_SECRET_KEY is set, so this is not a demo\. Unset it"):
        prepare_demo({"RAPPORT_DATA": str(tmp_path), **SET})
    assert list(tmp_path.iterdir()) == []


def test_a_real_key_wins_over_the_key_that_a_demo_left(tmp_path):
    prepare_demo({"RAPPORT_DATA": str(tmp_path)})
    assert read_environment({"RAPPORT_DATA": str(tmp_path), **SET}) == expected(tmp_path)


def test_a_data_directory_that_is_a_file_is_told_with_its_mend(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(ImproperlyConfigured) as caught:
        prepare_demo({"RAPPORT_DATA": str(tmp_path / "data")})
    assert str(caught.value) == (
        f"The data directory {tmp_path / 'data'} cannot be written (File exists). "
        "Set RAPPORT_DATA to a directory that can."
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_data_directory_that_cannot_be_written_is_told_with_its_mend(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(ImproperlyConfigured, match="cannot be written"):
        prepare_demo({"RAPPORT_DATA": str(tmp_path / "data")})


@pytest.mark.parametrize(
    ("given", "directory"),
    [(None, Path.cwd() / "var"), ("", Path.cwd() / "var"), ("data", Path.cwd() / "data"), ("~/r", Path.home() / "r")],
)
def test_the_data_directory_is_var_unless_told_otherwise(given, directory):
    assert data_directory({} if given is None else {"RAPPORT_DATA": given}) == directory


@pytest.mark.parametrize("name", MAIL_PROVIDERS)
def test_every_provider_that_can_be_named_is_there(name):
    if name == "amazon_ses":
        pytest.importorskip("boto3")
    assert importlib.import_module(f"anymail.backends.{name}").EmailBackend


def test_mail_of_a_demo_stays_here_whatever_is_set(tmp_path):
    prepare_demo({"RAPPORT_DATA": str(tmp_path)})
    environ = {"RAPPORT_MAIL_PROVIDER": "mailgun", "RAPPORT_BOUNCES_URL": "imaps://b:p@mail.example.org/INBOX"}
    read = read_environment({"RAPPORT_DATA": str(tmp_path), **environ})
    assert (read.mail_provider, read.mail_provider_settings, read.bounces) == ("", {}, "")
