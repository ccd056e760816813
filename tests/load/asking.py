"""Leave one job of the schedule for a worker as of a moment, in a process of its own; say whether it was due.

python -m tests.load.asking NAME MOMENT
"""

from __future__ import annotations

import datetime as dt
import os
import sys

import django


def main(name: str, moment: str) -> None:
    from rapport.config import schedule

    job = schedule.job_named(name)
    assert job is not None
    schedule.JOBS = (job,)
    sys.stdout.write(" ".join(schedule.ask_for_what_is_due(dt.datetime.fromisoformat(moment))))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.config.settings"
    django.setup()
    main(*sys.argv[1:])
