"""How many planted errors the number check finds, and how often it is wrong about a clean sentence.

    python -m tests.checking.evaluate            writes docs/number-check.md
    python -m tests.checking.evaluate --print    prints it
    python -m tests.checking.evaluate --missed   prints what the tuning half misses, for work on the check

The sample digest is read into a database in memory.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from string import Template

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

# Models can be imported only once Django is set up.
from django.core.management import call_command

from rapport.desk.checking import Verdict
from rapport.digest.exchange.importing import import_folder
from rapport.digest.sample import sample_content
from rapport.stats.effects import from_proportion
from tests.checking.planted import HALVES, Outcome, outcomes
from tests.checking.sample import CheckedText, Slipped, checked_texts, slipped

PROSE = Path(__file__).resolve().parent / "document.txt"
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "number-check.md"
RECALL, ALARMS = 0.95, 0.05  # the aim: of planted errors of numbers found, and of clean sentences stopped
WORDS = "direction-reversed"  # the kind that plants no wrong number
KINDS = {
    "wrong-digit": "a wrong digit",
    "digits-swapped": "two digits swapped",
    "decimal-shifted": "the decimal mark moved",
    "percent-for-proportion": "a percentage for a proportion, or the reverse",
    "wrong-sign": "a sign lost or added",
    "wrong-limit": "a wrong limit of an interval",
    "interval-swapped": "limits swapped, or another finding’s interval",
    "wrong-n": "a wrong number of people or studies",
    "number-in-words": "a wrong number or share in words",
    "another-kind": "a number that counts another kind of thing",
    "wrong-difference": "a wrong difference of two percentages",
    WORDS: "a word of direction or size reversed",
}


def main() -> None:
    if "--missed" in sys.argv:
        print_missed("tuning")
        return
    document = written()
    if "--print" in sys.argv:
        sys.stdout.write(document)
    else:
        DOCUMENT.write_text(document, encoding="utf-8")
        print(f"Written: {DOCUMENT}")


def written() -> str:
    """The document, from a database of its own."""
    call_command("migrate", verbosity=0)
    import_folder(sample_content())
    return document_of({half: outcomes(half) for half in HALVES}, checked_texts())


def document_of(halves: dict[str, list[Outcome]], texts: Sequence[CheckedText]) -> str:
    """The document about these outcomes."""
    slips = [slip for text in texts for slip in slipped(text)]
    return Template(PROSE.read_text(encoding="utf-8")).substitute(
        _of_planted(halves) | _of_sample(texts) | _of_slips(slips) | {"missed": _missed(halves["held-out"], slips)}
    )


# --- planted errors ---------------------------------------------------------------------------------


def of_numbers(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return [one for one in outcomes if one.of.kind != WORDS]


def recall(outcomes: Sequence[Outcome]) -> float:
    return sum(one.found for one in outcomes) / len(outcomes)


def alarms(outcomes: Sequence[Outcome]) -> float:
    return sum(one.false_alarm for one in outcomes) / len(outcomes)


def _of_planted(halves: dict[str, list[Outcome]]) -> dict[str, object]:
    """What the prose says of the planted errors."""
    groups: list[tuple[str, Callable[[Outcome], bool]]] = [
        ("**all errors of numbers**", lambda one: one.of.kind != WORDS),
        *((told, partial(_is_of_kind, kind)) for kind, told in KINDS.items()),
        ("numbers, in English", lambda one: one.of.kind != WORDS and one.of.language == "en"),
        ("numbers, in French", lambda one: one.of.kind != WORDS and one.of.language == "fr"),
    ]
    rows = [
        f"| {told} | {' | '.join(_cell([one for one in halves[half] if is_of(one)]) for half in HALVES)} |"
        for told, is_of in groups
    ]
    held_out = of_numbers(halves["held-out"])
    return {
        "planted": "\n".join(["| error | tuning | held out |", "|---|---:|---:|", *rows]),
        "sentences": sum(len(of) for of in halves.values()),
        "recall": f"{recall(held_out):.1%}",
        "recall_limits": _limits(sum(one.found for one in held_out), len(held_out)),
        "alarms": f"{alarms(held_out):.1%}",
        "alarms_limits": _limits(sum(one.false_alarm for one in held_out), len(held_out)),
        "aim": f"{RECALL:.0%}",
        "aim_alarms": f"{ALARMS:.0%}",
        "contradicted": sum(one.contradicted for one in held_out),
        "found": sum(one.found for one in held_out),
    }


def _is_of_kind(kind: str, outcome: Outcome) -> bool:
    return outcome.of.kind == kind


def _cell(outcomes: Sequence[Outcome]) -> str:
    found, wrong = sum(one.found for one in outcomes), sum(one.false_alarm for one in outcomes)
    return f"{found} of {len(outcomes)} ({found / len(outcomes):.0%}) · {wrong}"


def _limits(some: int, size: int) -> str:
    """The 95% interval of a share (Wilson)."""
    share = from_proportion(some, size)
    return f"95% interval {share.low:.0%} to {share.high:.0%}"


# --- the sample digest ------------------------------------------------------------------------------


def _of_sample(texts: Sequence[CheckedText]) -> dict[str, object]:
    """What the prose says of the sample digest as it stands."""
    languages = Counter(text.language for text in texts)
    verdicts = Counter(figure.verdict for text in texts for figure in text.checked.figures)
    stopped = [(text, figure) for text in texts for figure in text.marked]
    return {
        "texts": len(texts),
        "english": languages["en"],
        "french": languages["fr"],
        "figures": sum(verdicts.values()),
        "supported": verdicts[Verdict.SUPPORTED],
        "no_figures": verdicts[Verdict.NO_FIGURE],
        "stopped": len(stopped),
        "stopped_lines": "".join(
            f"- `{text.slug}`, {text.language}: {figure.text} in “{_on_one_line(figure.sentence)}”\n"
            for text, figure in stopped
        ),
    }


def _of_slips(slips: Sequence[Slipped]) -> dict[str, object]:
    """What the prose says of its figures written wrong by rule."""
    kinds = {kind: [slip for slip in slips if slip.kind == kind] for kind in KINDS}
    rows = [("**all**", list(slips)), *((KINDS[kind], of) for kind, of in kinds.items() if of)]
    return {
        "slips": f"{len(slips):,}",
        "slips_table": "\n".join(
            [
                "| slip | found |",
                "|---|---:|",
                *(f"| {told} | {_found(of):,} of {len(of):,} ({_found(of) / len(of):.1%}) |" for told, of in rows),
            ]
        ),
        "slips_missed": len(slips) - _found(slips),
        "slips_asked": sum(slip.asked for slip in slips if not slip.found),
    }


def _found(slips: Sequence[Slipped]) -> int:
    return sum(slip.found for slip in slips)


def _missed(outcomes: Sequence[Outcome], slips: Sequence[Slipped]) -> str:
    """Every sentence of the held-out half on which the check was wrong, and the first slip missed of each entry."""
    first = {slip.text.slug: slip for slip in reversed(slips) if not slip.found}
    return "\n".join(
        [
            *(f"- held out, missed: “{one.of.planted}”" for one in outcomes if not one.found),
            *(f"- held out, false alarm: “{one.of.clean}”" for one in outcomes if one.false_alarm),
            *(
                f"- `{slug}`: {slip.written} for {slip.figure.text} in “{_on_one_line(slip.figure.sentence)}”"
                for slug, slip in sorted(first.items())
            ),
        ]
    )


def _on_one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 160 else f"{line[:160].rsplit(' ', 1)[0]} …"


def print_missed(half: str) -> None:
    found = outcomes(half)
    for outcome in found:
        if outcome.found and not outcome.false_alarm:
            continue
        of = outcome.of
        said = ["" if outcome.found else "MISSED", "FALSE ALARM" if outcome.false_alarm else ""]
        print(of.kind, f"({of.language})", *said)
        for text, checked in ((of.planted, outcome.on_planted), (of.clean, outcome.on_clean)):
            print("   ", text)
            for figure in checked.figures:
                keys = ",".join(fact.key for fact in figure.facts)
                print(f"        {figure.text!r:14} {figure.verdict} [{keys}] {' '.join(figure.questions)}")
    print(Counter((outcome.found, outcome.false_alarm) for outcome in found))


if __name__ == "__main__":
    main()
