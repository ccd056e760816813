"""A worker that releases what is due, as a process of its own: see `test_killed_while_releasing`.

python -m tests.load.releasing prepare | release [KILL_AT] | report

`KILL_AT`: the statement before which the process kills itself, as a power cut would.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
from typing import Any

import django

MONTHS = ("2024-06", "2024-07", "2024-08")


def prepare() -> None:
    """Three issues of two approved entries each, all due."""

    from rapport.desk.actions import schedule_issue
    from tests.making import NOW, make_approved, make_person, make_planned, make_site

    make_site()
    alice, edith = make_person("Alice", "author"), make_person("Edith", "editor")
    for count, month in enumerate(MONTHS):
        entries = [make_approved(f"entry-{month}-{one}", by=alice, approved_by=edith) for one in (1, 2)]
        issue = make_planned(month, *entries, by=edith)
        schedule_issue(issue=issue, release_at=NOW + dt.timedelta(hours=count + 1), by=edith, now=NOW)


def release(kill_at: int | None) -> None:
    from django.db import connection

    from rapport.desk.actions import release_due_issues
    from tests.making import NOW

    done = 0

    def count(execute: Any, *arguments: Any) -> Any:
        nonlocal done
        done += 1
        if done == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*arguments)

    with connection.execute_wrapper(count):
        released = release_due_issues(now=NOW + dt.timedelta(days=1))
    sys.stdout.write(json.dumps({"released": [str(issue) for issue in released], "statements": done}))


def report() -> None:
    """What readers see of each issue, and how often it was told."""
    from rapport.audit.models import Event
    from rapport.digest.models import Issue

    told = {
        str(issue): {
            "released": issue.plan.released_at is not None,
            "states": [entry.state for entry in issue.entries.order_by("position")],
            "revisions": [entry.revisions.count() for entry in issue.entries.order_by("position")],
            "stages": [entry.progress.stage for entry in issue.entries.order_by("position")],
            "found": [hasattr(entry, "progress") and _found(entry) for entry in issue.entries.order_by("position")],
            "events": Event.objects.filter(did="issue.released", about=f"issue:{issue}").count(),
        }
        for issue in Issue.objects.order_by("month")
    }
    sys.stdout.write(json.dumps(told))


def _found(entry: Any) -> bool:
    from rapport.digest.models import SearchDocument

    return SearchDocument.objects.filter(entry=entry).exists()


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    match sys.argv[1:]:
        case ["prepare"]:
            prepare()
        case ["release", *rest]:
            release(int(rest[0]) if rest else None)
        case ["report"]:
            report()
