"""What may become of an entry, in the sample digest; `conftest.py` runs it in a process of its own.

One article is retracted, one questioned, one corrected; one entry was corrected, and one withdrawn, whose article
was retracted too.
"""

from __future__ import annotations

import datetime as dt

import django

RETRACTED = "one-in-five-leaves-early"
QUESTIONED = "stronger-alliance-better-outcome"
CORRECTED = "less-skilled-online"
WITHDRAWN = "after-a-suicide-attempt"
NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


def happen() -> None:
    from rapport.desk.actions.notices import keep_answer
    from rapport.digest.actions import add_revision, withdraw
    from rapport.digest.models import Entry
    from rapport.literature.lookup.record import FoundNotice
    from rapport.literature.notices import Told

    notices = {RETRACTED: "retraction", QUESTIONED: "concern", CORRECTED: "correction", WITHDRAWN: "retraction"}
    accounts = {
        CORRECTED: ("corrected", {"en": "The sample is 231, not 211.", "fr": "L’échantillon est de 231, non de 211."}),
        WITHDRAWN: ("withdrawn", {"en": "The article was retracted.", "fr": "L’article a été rétracté."}),
    }
    for slug, kind in notices.items():
        entry = Entry.objects.get(slug=slug)
        if slug in accounts:
            became, account = accounts[slug]
            if became == "withdrawn":
                withdraw(entry=entry)
            add_revision(entry=entry, kind=became, by="Edith Martin", now=NOW, account=account)
        notice = FoundNotice(kind=kind, doi=f"10.5555/{slug}", source="Retraction Watch", published_on=NOW.date())
        keep_answer(told=Told(entry.article, (notice,), answered=True), now=NOW)


if __name__ == "__main__":
    django.setup()
    happen()
