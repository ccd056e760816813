"""Start the sample digest on this machine with one command: data, files, a server, and what works beside it."""

from __future__ import annotations

import os
import socket
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from rapport.accounts.demo import DEMO_PEOPLE, make_demo_accounts
from rapport.config.environment import LOOKUP_SERVICES
from rapport.config.together import Program, attended, run_together
from rapport.digest.exchange.importing import import_folder
from rapport.digest.exchange.problems import ContentProblems
from rapport.digest.models import Entry, SearchDocument
from rapport.digest.sample import sample_content
from rapport.literature.lookup.fake import addresses_at, invented
from rapport.mailing.catcher import CATCHER


class Command(BaseCommand):
    help = "Make the database, load the sample digest and serve it on this machine only."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000", help="default: 8000, or PORT")
        parser.add_argument("--no-serve", action="store_true", help="prepare everything, but do not start the server")

    def handle(self, *args: Any, port: str, no_serve: bool, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is not a demo: RAPPORT_SECRET_KEY is set.")
        number = None if no_serve else self._port(port)
        began = time.monotonic()
        self._say(f"Data directory: {settings.ENVIRONMENT.data}")
        self._say(f"Preparing the database ({connection.vendor}) …")
        call_command("migrate", verbosity=0)
        self._load()
        make_demo_accounts()
        self._say("Collecting stylesheets and fonts …")
        self._collect()
        self._say(f"Ready after {time.monotonic() - began:.1f} s.")
        if number is not None:
            self._serve(number)

    def _load(self) -> None:
        """Load the sample digest into an empty database; one that holds entries is left as it is."""
        if Entry.objects.exists():
            self._say("The digest is already loaded; `rapport import_digest FOLDER` brings changed files in.")
            published = Entry.objects.filter(state=Entry.State.PUBLISHED)
            if SearchDocument.objects.count() != published.count():  # loaded by a version without search
                call_command("index_search", verbosity=0)
            return
        folder = sample_content()
        self._say(f"Loading the sample digest from {folder} …")
        try:
            report = import_folder(folder)
        except ContentProblems as error:
            raise CommandError(f"The sample digest has problems to mend:\n\n{error}") from error
        self._say(
            f"  {len(report.created.get('entries', []))} entries in {len(report.created.get('issues', []))} issues."
        )

    def _collect(self) -> None:
        """Collect the static files; all anew when the last run was cut short, as it may have left half a file."""
        whole = settings.ENVIRONMENT.data / "static-collected"
        was_whole = whole.exists()
        whole.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, verbosity=0, clear=not was_whole)
        whole.touch()

    def _port(self, port: str) -> int:
        if not port.isdecimal() or not 1 <= int(port) <= 65535:
            raise CommandError(f"The port is “{port}”; it must be a number from 1 to 65535, for example PORT=9000.")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", int(port)))
            except OSError as error:
                raise CommandError(
                    f"Port {port} cannot be used ({error.strerror}). Choose another, for example PORT=9000 make demo."
                ) from error
        return int(port)

    def _serve(self, port: int) -> None:
        fake = free_port()
        addresses = addresses_at(fake)
        self._introduce(port, addresses["crossref"])
        named = {variable: addresses[service] for service, (variable, _default) in LOOKUP_SERVICES.items()}
        catcher = free_port()
        environ = {**os.environ, **named, CATCHER: str(catcher), "RAPPORT_ADDRESS": f"http://localhost:{port}"}
        server = ["gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
        server += ["--workers", "1", "--threads", "4", "--log-level", "warning", "rapport.config.wsgi:application"]
        programs = [
            Program("web server", attended(*server), needed=True),
            Program("worker", rapport("worker", "--verbosity", "0")),
            Program("schedule", rapport("schedule", "--verbosity", "0")),
            Program("catcher of mail", attended("rapport.config.catcher", str(catcher), settings.EMAIL_FILE_PATH)),
            Program("stand-in for the literature services", attended("rapport.config.stand_in", str(fake))),
        ]
        if code := run_together(programs, environ=environ, say=self._say):
            sys.exit(code)

    def _introduce(self, port: int, crossref: str) -> None:
        """What is where, and as whom one may come in."""
        address = f"http://localhost:{port}"
        self._say(f"\n  The digest is at  {address}/  (en français : {address}/fr/)")
        self._say(f"  The desk is at    {address}/desk/  Come in, with one click, as one of these invented people:")
        for who in DEMO_PEOPLE:
            self._say(f"      {who.name:<14} {who.role_name or 'no role: sees nothing of the desk'}")
        self._say("  The worker and the schedule run: what is due is published within a minute.")
        self._say("  DOIs that begin with 10.5555/ are answered by a stand-in on this machine; nobody else is asked.")
        doi = invented()[0]["doi"]
        self._say(f"  One to begin with: {doi}. When its entry is out, this lets a retraction arrive:")
        self._say(f"      curl -d doi={doi} {crossref.rpartition('/')[0]}/fake/retract")
        self._say(f"      RAPPORT_CROSSREF_ADDRESS={crossref} .venv/bin/rapport run_job check-notices")
        self._say(f"  Mail is delivered to nobody: see it at {address}/demo/mail/")
        self._say("  Stop it all with Ctrl+C.\n")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def rapport(*arguments: str) -> tuple[str, ...]:
    """One of our own commands, in this environment."""
    return attended("rapport.config.command", *arguments)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
