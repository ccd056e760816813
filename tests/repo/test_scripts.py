"""Our scripts: those of one page share one scope, in which a name that two of them give stops the second."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

SCRIPTS = sorted((Path(__file__).parents[2] / "src" / "rapport").glob("*/static/**/*.js"))
NAMED = re.compile(r"^(?:const|let|var|function|class) (\w+)", re.MULTILINE)


def test_no_two_scripts_give_the_same_name():
    given = Counter(name for path in SCRIPTS for name in NAMED.findall(path.read_text(encoding="utf-8")))
    assert (len(SCRIPTS) > 5, [name for name, scripts in given.items() if scripts > 1]) == (True, [])
