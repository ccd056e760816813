"""Tell a host what is missing or unsafe, in words, and what to do."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from rapport.accounts.models import Grant, Role
from rapport.audit.jobs import Job
from rapport.audit.models import JobRun
from rapport.config.backups.making import JOB as BACKUP
from rapport.config.schedule import JOBS, PUBLISH_STATIC
from rapport.digest.models import Entry, Page, SearchDocument, SiteIdentity
from rapport.digest.publication.folder import Folder, FolderRefused
from rapport.mailing.bounces.mailbox import MailboxUnreachable, open_mailbox
from rapport.mailing.letters.links import whole
from rapport.mailing.models import Delivery, Subscriber

OLDEST_SQLITE = (3, 35)
OLDEST_BACKUP = dt.timedelta(days=3)


@dataclass(frozen=True)
class Sign:
    """One thing looked at: well, or what is wrong and how to mend it."""

    what: str
    wrong: str = ""


class Command(BaseCommand):
    help = "Look at this installation and say what is missing or unsafe. Exits with 1 when something is."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="say only what is wrong")

    def handle(self, *args: Any, quiet: bool, **options: Any) -> None:
        signs = list(examine())
        for sign in signs:
            if sign.wrong:
                self.stdout.write(f"✗ {sign.what}: {sign.wrong}")
            elif not quiet:
                self.stdout.write(f"✓ {sign.what}")
        wrong = sum(bool(sign.wrong) for sign in signs)
        if wrong:
            raise CommandError(f"{wrong} to mend.", returncode=1)
        if not quiet:
            self.stdout.write("Nothing to mend.")


def examine() -> Iterator[Sign]:
    """Every sign, in the order in which a host would mend them."""
    yield Sign(f"Python {sys.version.split()[0]}")
    yield Sign("Mode: demo, for this machine only" if settings.DEMO else "Mode: production")
    yield from _data_directory(settings.ENVIRONMENT.data)
    yield from _database()
    yield from _static_files()
    yield from _plain_files()
    if not settings.DEMO:
        for message in checks.run_checks(include_deployment_checks=True):
            if not message.is_silenced():
                yield Sign(f"Check {message.id}", f"{message.msg} {message.hint or ''}".strip())


def _data_directory(data: Path) -> Iterator[Sign]:
    what = f"Data directory {data}"
    if not data.is_dir():
        yield Sign(what, "it is not there. Make it, or set RAPPORT_DATA to the right one.")
        return
    yield Sign(what, "" if os.access(data, os.W_OK) else "it cannot be written by this user.")
    if not settings.DEMO and data.stat().st_mode & 0o007:
        yield Sign(
            "Access to the data directory", f"other users of this machine may read it; run `chmod o-rwx {data}`."
        )


def _database() -> Iterator[Sign]:
    name = f"{connection.vendor} {settings.DATABASES['default']['NAME']}"
    if connection.vendor == "sqlite" and sqlite3.sqlite_version_info < OLDEST_SQLITE:
        yield Sign("SQLite", f"version {sqlite3.sqlite_version} is too old; 3.35 or newer is needed.")
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        yield Sign(f"Database {name}", f"it does not answer ({str(error).strip()}). Check DATABASE_URL.")
        return
    if pending:
        yield Sign(f"Database {name}", f"{len(pending)} migrations are not applied; run `rapport migrate`.")
        return
    yield Sign(f"Database {name}")
    yield from _content()
    if not settings.DEMO:  # a demo brings all of this with it
        yield from _people()
        yield from _mail()
        yield from _jobs(timezone.now())


def _content() -> Iterator[Sign]:
    site = SiteIdentity.objects.first()
    if site is None or not site.name:
        yield Sign("Site identity", "there is none yet; import a content folder that has a site.yml.")
    else:
        yield Sign(f"Site identity: {site.name.get('en') or next(iter(site.name.values()))}")
    for slug in ("about", "accessibility", "privacy"):
        if not Page.objects.filter(slug=slug).exists():
            yield Sign(f"Page “{slug}”", f"it is missing; write it at the desk, or import a pages/{slug}.en.md.")
    if not settings.DEMO and site and site.contact_email.endswith(("@example.org", "@example.com", "@example.net")):
        mend = "put your own in at the desk (Network, Identity), or into site.yml and import it."
        yield Sign("Contact address", f"{site.contact_email} reaches nobody; {mend}")
    yield Sign(f"Entries: {Entry.objects.count()}")
    entries, searched = Entry.objects.filter(state=Entry.State.PUBLISHED).count(), SearchDocument.objects.count()
    yield Sign(
        "Search index",
        "" if searched == entries else f"it holds {searched} of {entries} entries; run `rapport index_search`.",
    )


def _people() -> Iterator[Sign]:
    administrators = Grant.objects.filter(role=Role.ADMINISTRATOR, person__is_active=True)
    yield Sign(
        "Administrator",
        ""
        if administrators.exists()
        else "nobody may invite anybody to the desk; invite somebody with `rapport invite ADDRESS`.",
    )


def _mail() -> Iterator[Sign]:
    """Whether letters go out, with links that lead here, and whether anybody hears what comes back."""
    has_readers = Subscriber.objects.filter(state=Subscriber.State.READING).exists()
    yield _sender(has_readers)
    if has_readers:
        yield Sign(
            "Address in letters",
            ""
            if settings.SITE_ADDRESS
            else f"RAPPORT_ADDRESS is not set, so that the links in letters lead to {whole('/')}. Set it.",
        )
        yield _what_comes_back()
    doubtful = Delivery.objects.filter(state=Delivery.State.IN_DOUBT).count()
    yield Sign(
        "Letters in doubt",
        f"of {doubtful} nobody knows whether they were taken; an editor decides about them at the desk."
        if doubtful
        else "",
    )


def _sender(has_readers: bool) -> Sign:
    if settings.MAIL_PROVIDER:
        what = f"Mail, from {settings.DEFAULT_FROM_EMAIL} by {settings.MAIL_PROVIDER}"
        try:
            get_connection()
        except ImproperlyConfigured as error:
            return Sign(what, f"{' '.join(str(error).split())} (RAPPORT_MAIL_PROVIDER_SETTINGS)")
        return Sign(what)
    if settings.EMAIL_HOST:
        return Sign(f"Mail, from {settings.DEFAULT_FROM_EMAIL} by {settings.EMAIL_HOST}")
    wrong = "there are subscribers, and nobody gets it. Set RAPPORT_MAIL_URL or RAPPORT_MAIL_PROVIDER."
    return Sign(f"Mail, into files in {settings.EMAIL_FILE_PATH}", wrong if has_readers else "")


def _what_comes_back() -> Sign:
    what = "Letters that come back"
    if settings.BOUNCES_URL:
        try:
            with open_mailbox(settings.BOUNCES_URL) as mailbox:
                left = mailbox.left()
        except MailboxUnreachable as error:
            return Sign(what, f"their mailbox cannot be read ({error}). Check RAPPORT_BOUNCES_URL.")
        if not settings.BOUNCE_ADDRESS and not settings.MAIL_PROVIDER:
            wrong = "not every server says which letter it was, unless its address does. Set RAPPORT_BOUNCE_ADDRESS."
            return Sign(what, wrong)
        return Sign(f"{what}; with a star, and for a person to read: {left}" if left else what)
    if settings.MAIL_PROVIDER:
        heard = settings.ANYMAIL.get("WEBHOOK_SECRET")
        return Sign(
            what, "" if heard else "nobody hears of them. Set WEBHOOK_SECRET in RAPPORT_MAIL_PROVIDER_SETTINGS."
        )
    return Sign(what, "nobody hears of them. Set RAPPORT_BOUNCE_ADDRESS and RAPPORT_BOUNCES_URL.")


def _jobs(now: dt.datetime) -> Iterator[Sign]:
    """Whether the jobs of the schedule are done, by whoever does them, and whether a copy was made lately."""
    runs = JobRun.objects.in_bulk()
    for job in JOBS:
        yield Sign(f"Job {job.name}", _what_ails(job, runs.get(job.name), now))
    backup = runs.get(BACKUP)
    wrong = ""
    if backup is None or backup.ended_at is None:
        wrong = "none was made yet; run `rapport backup FOLDER`, every night."
    elif now - backup.ended_at > OLDEST_BACKUP:
        wrong = f"the last was made {(now - backup.ended_at).days} days ago; run `rapport backup FOLDER`, every night."
    yield Sign("Backup", wrong)


def _what_ails(job: Job, run: JobRun | None, now: dt.datetime) -> str:
    late = dt.timedelta(seconds=2 * job.rhythm.seconds) + job.patience
    if run is not None and run.ended_at is not None and now - run.ended_at < late:
        return f"it failed: {run.problem.rstrip('.')}. It is tried again at its next time." if run.problem else ""
    if run is not None and run.due_at is not None and now - run.due_at < late:
        return "the schedule asks for it and nobody does it. Is `rapport worker` running?"
    since = "yet" if run is None or run.ended_at is None else f"since {run.ended_at:%Y-%m-%d %H:%M} UTC"
    return (
        f"it has not been done {since}. Run `rapport schedule` and `rapport worker` as services, "
        f"or `rapport run_job {job.name}` by cron."
    )


def _static_files() -> Iterator[Sign]:
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    yield Sign(
        "Static files", "" if manifest.is_file() else "they are not collected; run `rapport collectstatic --noinput`."
    )


def _plain_files() -> Iterator[Sign]:
    """Whether the folder that the host has named for them can be published into, and was. How late, its job tells."""
    if not settings.PUBLISH_FOLDER:
        return
    path, wrong = Path(settings.PUBLISH_FOLDER), ""
    folder = Folder(path, replace=False)
    try:
        folder.refuse_what_is_not_ours()
    except FolderRefused as refused:
        wrong = f"{refused} (`rapport publish_static`, by hand; afterwards it goes by itself.)"
    else:
        around = next(parent for parent in path.parents if parent.exists())
        if not os.access(around, os.W_OK):
            wrong = f"{around} cannot be written by this user, and the copies lie in it."
        elif folder.served is None:
            wrong = f"nothing is published there yet; `rapport run_job {PUBLISH_STATIC}` does it at once."
    yield Sign(f"Plain files in {path}, read at {settings.PUBLISH_ADDRESS}", wrong)
