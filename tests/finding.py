"""How well search finds: questions as therapists type them, and the entries that answer them.

`tests/search/` holds the questions. `tuning.yml` and `held_out.yml` are the halves of one set, written before
search was tuned; the second was not looked at until it was. `further.yml` was written while it was, by somebody
who had seen neither half. Every question names every entry that a clinician would take for an answer.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.utils import translation

from rapport.digest.models import Entry, SiteIdentity
from rapport.digest.search.searching import Search

QUESTIONS = Path(__file__).parent / "search"
ANSWERS = QUESTIONS / "answers.json"
SETS = ("tuning", "further", "held_out")
FIRST = 3
DAY = dt.date(2026, 1, 1)  # after the last issue of the sample digest


@dataclass(frozen=True)
class Asked:
    """A question, its answers, and what search gave for it, best first."""

    question: str
    language: str
    kind: str
    answers: tuple[str, ...]
    given: tuple[str, ...]

    @property
    def found(self) -> bool:
        """Whether a right entry is among the first three."""
        return not set(self.answers).isdisjoint(self.given[:FIRST])


def questions(name: str) -> list[dict[str, Any]]:
    """The questions of a set, as they stand in its file."""
    read: list[dict[str, Any]] = yaml.safe_load((QUESTIONS / f"{name}.yml").read_text(encoding="utf-8"))
    return read


def ask(name: str) -> list[Asked]:
    """Every question of a set, put to the digest in the database."""
    slugs = dict(Entry.objects.values_list("pk", "slug"))
    stamp = SiteIdentity.objects.get().stamp
    asked = []
    for one in questions(name):
        with translation.override(one["language"]):
            search = Search(one["question"], stamp=stamp, today=DAY)
            given = tuple(slugs[key] for key in search.in_order(search.found, 0, 10))
        asked.append(Asked(one["question"], one["language"], one["kind"], tuple(one["answers"]), given))
    return asked
