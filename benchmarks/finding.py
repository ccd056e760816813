"""How often a right entry is among the first three, for questions as therapists type them.

    python benchmarks/finding.py

Reads the sample digest on SQLite, in a temporary directory; the same questions are a test on both databases. The
table goes to `docs/finding.md`, and the answers to `tests/search/answers.json`.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "docs" / "finding.md"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="rapport-finding-") as data:
        for name in [name for name in os.environ if name.startswith("RAPPORT_")] + ["DATABASE_URL"]:
            os.environ.pop(name, None)
        os.environ["RAPPORT_DATA"] = data
        sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
        from reading import start_django

        start_django()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("import_digest", str(ROOT / "content"), verbosity=0)
        from tests.finding import ANSWERS, SETS, ask

        sets = {name: ask(name) for name in SETS}
        given = {one.question: one.given[:3] for asked in sets.values() for one in asked}
        ANSWERS.write_text(json.dumps(given, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        REPORT.write_text(report(sets), encoding="utf-8")
    print(f"Written: {REPORT}, {ANSWERS}")


def report(sets: dict[str, list[Any]]) -> str:
    kinds = sorted({one.kind for asked in sets.values() for one in asked})
    lines = [
        "# How well search finds",
        "",
        "How often a right entry is among the first three answers, for questions as therapists would type them: in "
        "everyday words, misspelt, in English and French. Made by `benchmarks/finding.py`, never edited by hand.",
        "",
        "The questions are in `tests/search/`. Each names every entry of the sample digest that a clinician would take "
        "for an answer. **Tuning** and **held out** are the halves of one set that was written before search was "
        "tuned, by somebody who had not seen how it works; the second half was not looked at until tuning had ended. "
        "**Further** was written while it was tuned, by somebody who had seen neither, and was used for tuning too. "
        "Only the held-out half tells what to expect of a question that nobody has thought of.",
        "",
        "| questions | tuning | further | held out |",
        "|---|---:|---:|---:|",
        _row("**all**", list(sets.values())),
        *(_row(kind, [[one for one in sets[name] if one.kind == kind] for name in sets]) for kind in kinds),
        *(
            _row(told, [[one for one in sets[name] if one.language == code] for name in sets])
            for code, told in (("en", "in English"), ("fr", "in French"))
        ),
        "",
        "## Not found",
        "",
        "The questions whose answers are not among the first three, with the first answer that search gave:",
        "",
    ]
    missed = defaultdict(list)
    for name, asked in sets.items():
        for one in asked:
            if not one.found:
                missed[name].append(
                    f"- {name.replace('_', ' ')}: “{one.question}” → {one.given[0] if one.given else 'nothing'}"
                )
    return "\n".join([*lines, *(line for name in sets for line in missed[name]), ""])


def _row(told: str, sets: list[list]) -> str:
    cells = [
        f"{sum(one.found for one in asked)} of {len(asked)} ({sum(one.found for one in asked) / len(asked):.0%})"
        if asked
        else "–"
        for asked in sets
    ]
    return f"| {told} | {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
