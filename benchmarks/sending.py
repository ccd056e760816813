"""How fast letters are prepared and sent, in how much memory, and where the time goes.

    python benchmarks/sending.py --subscribers 50000

Subscribers with wishes of their own get an issue of the sample digest: prepared on SQLite in a temporary directory,
handed to a real mail server on this machine that forgets what it takes (aiosmtpd, a process of its own). Each part
runs in a process of its own. The table goes to `docs/benchmarks-sending.md`. See `README.md`.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import os
import platform
import random
import resource
import smtplib
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "docs" / "benchmarks-sending.md"
DOMAINS = 400
SAMPLE = 2_000  # letters of the parts that are measured alone

PARTS = {
    "prepare": "prepared: who gets what, written with its ledger",
    "bare": "the bare cost: the same bytes handed to the sink, one after another, nothing else",
    "compose": "made only: rendered, each with its own links, as bytes",
    "claim": "claimed and marked only, each claim on the disk before the next step",
    "claim-loose": "the same, with claims that a power cut may lose",
    "send": "sent: claimed, made, handed over, marked",
}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--subscribers", type=int, default=50_000)
    arguments.add_argument(
        "--part", choices=[*PARTS, "fill", "sink"], help="for its own use: one part, in this process"
    )
    arguments.add_argument("--port", type=int, default=0)
    chosen = arguments.parse_args()
    if chosen.part == "sink":
        asyncio.run(sink())
    elif chosen.part:
        start()
        sys.stdout.write(json.dumps(DONE[chosen.part](chosen)))
    else:
        measure(chosen.subscribers)


def measure(subscribers: int) -> None:
    with tempfile.TemporaryDirectory(prefix="rapport-sending-") as data:
        environ = {**os.environ, "RAPPORT_DATA": data}
        command = [sys.executable, __file__, "--subscribers", str(subscribers)]
        server = subprocess.Popen([*command, "--part", "sink"], stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            port = server.stdout.readline().strip()

            def part(name: str) -> dict[str, Any]:
                print(f"{name} …", file=sys.stderr)
                done = subprocess.run(
                    [*command, "--part", name, "--port", port], env=environ, check=True, capture_output=True, text=True
                )
                return dict(json.loads(done.stdout))

            part("fill")
            results = {name: part(name) for name in PARTS}
        finally:
            server.kill()
            server.communicate()
    REPORT.write_text(report(subscribers, results), encoding="utf-8")
    print(f"Written: {REPORT}")


def start() -> None:
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()


async def sink() -> None:
    """A mail server that takes everything and keeps nothing."""
    from aiosmtpd.smtp import SMTP

    class Forgetful:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
            return "250 OK"

    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Forgetful(), hostname="sink.example.org"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


class Measured:
    """Seconds of the clock and of this process, and the memory that came on top of what it had."""

    def __enter__(self) -> Measured:
        self._memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        self._clock, self._processor = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds, self.processor = time.perf_counter() - self._clock, time.process_time() - self._processor
        self.memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - self._memory

    def of(self, letters: int) -> dict[str, Any]:
        return {"letters": letters, "seconds": self.seconds, "processor": self.processor, "memory": self.memory / 1024}


def fill(chosen: argparse.Namespace) -> dict[str, Any]:
    """The sample digest, one issue of which is out today, and subscribers with wishes of their own."""
    from django.core.management import call_command
    from django.utils import timezone

    from rapport.digest.exchange.importing import import_folder
    from rapport.digest.models import Issue
    from rapport.literature.models import ResearchType, Topic
    from rapport.mailing.actions.editions import open_editions
    from rapport.mailing.models import MailRules, Subscriber

    call_command("migrate", verbosity=0)
    import_folder(ROOT / "content")
    now = timezone.now()
    MailRules.objects.create(pk=1, per_minute=None, per_domain=None)
    issue = max(Issue.objects.prefetch_related("entries"), key=lambda issue: (issue.entries.count(), issue.year))
    Issue.objects.filter(pk=issue.pk).update(published_on=timezone.localdate(now))
    chance = random.Random(7)
    topics, kinds = (
        list(Topic.objects.values_list("pk", flat=True)),
        list(ResearchType.objects.values_list("pk", flat=True)),
    )
    people = Subscriber.objects.bulk_create(
        [
            Subscriber(
                address=f"reader{number}@example{number % DOMAINS}.org",
                folded=f"reader{number}@example{number % DOMAINS}.org",
                language=chance.choice(["en", "en", "en", "fr"]),
                takes_other_languages=chance.random() < 0.7,
                evidence=chance.choice(["any", "any", "any", "effect-sizes"]),
                source="form",
                consented_at=now,
                joined_at=now,
            )
            for number in range(chosen.subscribers)
        ],
        batch_size=1000,
    )
    for through, field, keys, most in (
        (Subscriber.topics.through, "topic_id", topics, 12),
        (Subscriber.research_types.through, "researchtype_id", kinds, 6),
    ):
        through.objects.bulk_create(
            [
                through(**{"subscriber_id": one.pk, field: key})
                for one in people
                if chance.random() < 0.5
                for key in chance.sample(keys, chance.randint(1, most))
            ],
            batch_size=1000,
        )
    open_editions(now=now)
    return {}


def prepare(chosen: argparse.Namespace) -> dict[str, Any]:
    from django.utils import timezone

    from rapport.mailing.actions.preparing import prepare_mailings

    with Measured() as measured:
        letters = prepare_mailings(now=timezone.now())
    return measured.of(letters)


def claimed_sample() -> list[Any]:
    """Letters as a worker has them, without claiming them."""
    from rapport.mailing.letters.claimed import Claimed
    from rapport.mailing.models import Delivery

    waiting = Delivery.objects.filter(state="waiting").select_related("subscriber", "mailing__edition")
    return [Claimed(one, tuple(one.lines.all())) for one in waiting.prefetch_related("lines")[:SAMPLE]]


def compose(chosen: argparse.Namespace) -> dict[str, Any]:
    from rapport.mailing.letters import compose as make

    sample = claimed_sample()
    with Measured() as measured:
        for claimed in sample:
            make(claimed).as_bytes()
    return measured.of(len(sample))


def bare(chosen: argparse.Namespace) -> dict[str, Any]:
    from rapport.mailing.letters import compose as make

    letters = [make(claimed) for claimed in claimed_sample()]
    ready = [(letter.envelope_from, letter.envelope_to, letter.as_bytes()) for letter in letters]
    with smtplib.SMTP("127.0.0.1", chosen.port) as server, Measured() as measured:
        for sender, recipient, content in ready:
            server.sendmail(sender, [recipient], content)
    size = sum(len(content) for *_, content in ready) / len(ready) / 1024
    return {**measured.of(len(ready)), "size": size}


class Nowhere:
    """A post that takes everything and hands nothing over."""

    def hand_over(self, letter: object) -> None:
        """Taken."""

    def close(self) -> None:
        """Nothing is open."""


def claim(chosen: argparse.Namespace, *, durable: bool = True) -> dict[str, Any]:
    """Claims and marks of a sample of letters, which then wait again."""
    from django.db import connection
    from django.utils import timezone

    from rapport.mailing.models import Delivery, Mailing
    from rapport.mailing.sending.claiming import Outcome, make_claims_durable, mark_and_claim

    if durable:
        make_claims_durable()
    outcome, done = None, 0
    with Measured() as measured:
        while done < SAMPLE:
            claimed = mark_and_claim(outcome=outcome, claim=f"claim-{done}", now=timezone.now())
            if claimed is None:
                break
            outcome, done = Outcome(claimed.delivery), done + 1
    connection.close()
    Delivery.objects.exclude(state="waiting").update(state="waiting", claim="", claimed_at=None, ended_at=None)
    Mailing.objects.filter(state="done").update(state="going")
    return measured.of(done)


def send(chosen: argparse.Namespace) -> dict[str, Any]:
    from django.core.mail.backends.smtp import EmailBackend

    from rapport.mailing.sending.posting import SmtpPost
    from rapport.mailing.sending.worker import send_letters

    backend = EmailBackend(host="127.0.0.1", port=chosen.port, timeout=10, use_tls=False, use_ssl=False)
    with Measured() as measured:
        tally = send_letters(post=SmtpPost(backend))
    return measured.of(tally.taken)


DONE = {
    "fill": fill,
    "prepare": prepare,
    "bare": bare,
    "compose": compose,
    "claim": claim,
    "claim-loose": lambda chosen: claim(chosen, durable=False),
    "send": send,
}


def report(subscribers: int, results: dict[str, dict[str, Any]]) -> str:
    rows = "\n".join(
        f"| {told} | {one['letters']:,} | {one['letters'] / one['seconds']:,.0f} "
        f"| {one['letters'] / one['processor']:,.0f} | {one['memory']:,.0f} |"
        for name, told in PARTS.items()
        for one in [results[name]]
    )
    share = results["send"]["letters"] / results["send"]["seconds"]
    bare_rate = results["bare"]["letters"] / results["bare"]["seconds"]
    weight = f"{results['bare']['size']:,.0f} KB"
    machine = f"{os.cpu_count()} CPUs, {platform.machine()}, {platform.system()}"
    return "\n".join(
        [
            "# Benchmarks: sending letters",
            "",
            f"An issue of the sample digest to {subscribers:,} subscribers, each with wishes of their own, on SQLite, "
            "to a mail server on this machine that forgets what it takes. One worker. "
            f"A letter weighs {weight} with its drawings. Made by `benchmarks/sending.py`, never edited by hand.",
            "",
            f"{dt.date.today()} · Python {platform.python_version()} · Django {version('django')} · "
            f"aiosmtpd {version('aiosmtpd')} · {machine} · load average at the end {os.getloadavg()[0]:.1f}",
            "",
            "| part | letters | a second, by the clock | a second of processor time of ours | memory on top, MB |",
            "|---|---:|---:|---:|---:|",
            rows,
            "",
            f"Sent are {share / bare_rate:.0%} of the letters a second that the bare cost allows. The difference is "
            "the making of each letter with its own links, and the claim that is on the disk before each: without it a "
            "letter would be sent twice after a power cut, and with it none is. The sink answers in a process of its "
            "own, which has the other CPU; where other work shares both, the columns of processor time are the ones "
            "to compare.",
            "",
        ]
    )


if __name__ == "__main__":
    main()
