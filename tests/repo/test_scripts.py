"""Our scripts stand beside each other on a page."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"


def test_no_two_scripts_declare_one_name_for_the_whole_page():
    """The one that comes second would not run at all."""
    declared = re.compile(r"^(?:const|let|var|class|function\*?|async function) +(\w+)", re.MULTILINE)
    scripts = [path.read_text(encoding="utf-8") for path in SOURCE.rglob("static/**/*.js")]
    assert len(scripts) > 5
    names = Counter(name for script in scripts for name in declared.findall(script))
    assert [name for name, number in names.items() if number > 1] == []
