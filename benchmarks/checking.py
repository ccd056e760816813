"""How long the number check takes: of an entry of 400 words whose article has 30 findings, and of other texts.

    python benchmarks/checking.py

The article is invented; no database is needed. The table goes to `docs/benchmarks-checking.md`. See `README.md`.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "docs" / "benchmarks-checking.md"
ROUNDS, WARM_UP = 100, 10
AIM = 50  # milliseconds
JUNK = 10_000  # characters
FINDINGS = 30

OUTCOMES = ("depression", "anxiety", "drop-out", "well-being", "the alliance", "sleep")
OUTCOMES_FR = ("la dépression", "l’anxiété", "l’abandon", "le bien-être", "l’alliance", "le sommeil")
SENTENCES = {
    "en": "For {outcome}, {k} studies with {n} clients gave r = {estimate}, with a 95% interval from {low} to {high}. "
    "That is a link one may notice in practice, though what the studies measured was not always the same thing. ",
    "fr": "Pour {outcome}, {k} études auprès de {n} clients donnaient r = {estimate}, avec un intervalle à 95 % de "
    "{low} à {high}. C’est un lien que l’on peut remarquer en pratique, bien que les études n’aient pas toujours "
    "mesuré la même chose. ",
}


def main() -> None:
    sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
    from reading import start_django

    start_django()
    from rapport.desk.checking import Checked, check_words
    from rapport.desk.checking.facts import facts_from

    figures, findings = article()
    rows = []
    for told, language, words in texts():

        def check(words: dict[str, str] = words, language: str = language) -> Checked:
            return check_words(words, facts_from(figures, findings), language=language)

        text = " ".join(words.values())
        rounds = ROUNDS if len(text) < JUNK else ROUNDS // 10
        rows.append((told, len(text.split()), len(text), len(check().figures), measured(check, rounds)))
    REPORT.write_text(report(rows), encoding="utf-8")
    print(f"Written: {REPORT}")


def article() -> tuple[list[dict[str, Any]], list[Any]]:
    """An invented article: 30 findings with intervals, and other numbers."""
    from rapport.literature.models import Finding

    findings = [
        Finding(
            key=f"link-{number}",
            position=number,
            claim={
                "en": f"The alliance and {OUTCOMES[number % 6]} in group {number}",
                "fr": f"L’alliance et {OUTCOMES_FR[number % 6]} dans le groupe {number}",
            },
            metric_key="r",
            estimate=_hundredths(10 + number),
            interval_low=_hundredths(4 + number),
            interval_high=_hundredths(16 + number),
            interval_level=Decimal(95),
            p_operator="<",
            p_value=".001",
            n=1200 + 37 * number,
            k=12 + number,
            outcome={"en": OUTCOMES[number % 6], "fr": OUTCOMES_FR[number % 6]},
            favours="higher",
        )
        for number in range(FINDINGS)
    ]
    figures = [{"value": 100 + 11 * number, "what": {"en": "clients", "fr": "clients"}} for number in range(10)]
    return figures, findings


def texts() -> list[tuple[str, str, dict[str, str]]]:
    """What is checked: its name, its language and its words by field."""
    written = {language: _entry(language) for language in SENTENCES}
    wrong = {"summary": written["en"].replace("r = 0.1", "r = 0.7").replace("1,2", "2,1")}
    return [
        ("an entry, in English", "en", {"summary": written["en"]}),
        ("an entry, in French", "fr", {"summary": written["fr"]}),
        ("the same entry, most of its figures wrong", "en", wrong),
        (f"{JUNK:,} characters of an entry over and over", "en", {"summary": (written["en"] * 9)[:JUNK]}),
        (f"{JUNK:,} characters of nothing but figures", "en", {"summary": ("0.27, " * JUNK)[:JUNK]}),
        (f"{JUNK:,} characters without a space", "en", {"summary": "12–" * (JUNK // 3)}),
    ]


def _entry(language: str) -> str:
    """About 400 words with figures of the first findings."""
    outcomes = OUTCOMES if language == "en" else OUTCOMES_FR
    written, number = "", 0
    while len(written.split()) < 400:
        numbers = {"estimate": 10 + number, "low": 4 + number, "high": 16 + number}
        printed = {name: str(_hundredths(value)) for name, value in numbers.items()}
        people = f"{1200 + 37 * number:,}"
        if language == "fr":
            printed = {name: value.replace(".", ",") for name, value in printed.items()}
            people = people.replace(",", "\u202f")
        written += SENTENCES[language].format(outcome=outcomes[number % 6], k=12 + number, n=people, **printed)
        number += 1
    return written


def _hundredths(value: int) -> Decimal:
    return Decimal(value) / 100


def measured(check: Callable[[], object], rounds: int) -> tuple[float, float, float, float]:
    """Milliseconds: p50 and p95 of the processor's time, then of the clock's."""
    processor, clock = [], []
    for number in range(rounds + WARM_UP):
        began, began_at = time.process_time(), time.perf_counter()
        check()
        if number >= WARM_UP:
            processor.append((time.process_time() - began) * 1000)
            clock.append((time.perf_counter() - began_at) * 1000)
    slow = rounds * 95 // 100
    return statistics.median(processor), sorted(processor)[slow], statistics.median(clock), sorted(clock)[slow]


def report(rows: list[tuple[str, int, int, int, tuple[float, float, float, float]]]) -> str:
    machine = f"{os.cpu_count()} CPUs, {platform.machine()}, {platform.system()}"
    lines = [
        "# Benchmarks: the number check",
        "",
        f"How long it takes to check an entry’s words against an article with {FINDINGS} findings, from the stored "
        f"numbers to the verdicts and their sentences. Aim: an entry of 400 words in less than {AIM} ms. {ROUNDS} "
        "times each, a tenth of that for the long texts, in one process, without a database. Made by "
        "`benchmarks/checking.py`, never edited by hand.",
        "",
        f"{dt.date.today().isoformat()} · Python {platform.python_version()} · Django {version('django')} · {machine} "
        f"· load average at the end {os.getloadavg()[0]:.1f}",
        "",
        "Each cell: p50 / p95 in milliseconds. Where the load is above the number of CPUs, other work shared them: the "
        "clock’s time is too long then, and the processor’s tells what the check takes.",
        "",
        "| text | words | characters | figures | processor | clock |",
        "|---|---:|---:|---:|---:|---:|",
        *(
            f"| {told} | {words:,} | {characters:,} | {figures:,} | {_pair(*times[:2])} | {_pair(*times[2:])} |"
            for told, words, characters, figures, times in rows
        ),
    ]
    return "\n".join([*lines, ""])


def _pair(p50: float, p95: float) -> str:
    return f"{p50:.0f} / {p95:.0f}"


if __name__ == "__main__":
    main()
