"""How many planted errors the number check finds, and how often it is wrong about a clean sentence.

python -m tests.checking.evaluate            writes docs/number-check.md
python -m tests.checking.evaluate --missed   prints what the tuning half misses, for work on the check
"""

from __future__ import annotations

import os
import sys
from collections import Counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from tests.checking.planted import outcomes  # noqa: E402 - models can be imported once Django is set up


def print_missed(half: str) -> None:
    for outcome in outcomes(half):
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
    print(Counter((outcome.found, outcome.false_alarm) for outcome in outcomes(half)))


if __name__ == "__main__":
    if "--missed" in sys.argv:
        print_missed("tuning")
