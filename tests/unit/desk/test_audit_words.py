"""The audit in words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import rapport
from rapport.accounts.adapters import DEEDS
from rapport.desk.audit_words import DEED_NAMES, deed_name

ROOMS = Path(rapport.__file__).parent
# What writes to the audit, in one room or another.
RECORD = {"record", "record_event", "_record", "_change", "_tell", "_to"}
NETWORK = {"topic", "type", "synonyms", "announcement"}  # whose deeds are named when they are done


def recorded() -> Iterator[str]:
    """Every deed that some room records by a name that stands in its code."""
    for path in ROOMS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RECORD:
                yield from _deeds_in([*node.args, *(k.value for k in node.keywords if k.arg == "did")])
            elif isinstance(node, ast.Assign) and any(getattr(target, "id", "") == "did" for target in node.targets):
                yield from _deeds_in([node.value])


def _deeds_in(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and re.fullmatch(r"[a-z]+\.[a-z-]+", str(part.value)):
                yield str(part.value)


def test_every_deed_has_words_and_no_words_are_without_a_deed() -> None:
    network = {f"{kind}.{deed}" for kind in NETWORK for deed in ("changed", "removed", "ordered")} | {
        "page.changed",
        "page.removed",
    }
    imports = {f"{kind}.replaced-by-import" for kind in ("entry", "issue")}
    assert set(DEED_NAMES) == {*recorded(), *DEEDS.values(), *network, *imports}


def test_a_deed_of_an_older_version_is_told_as_it_was_recorded() -> None:
    assert deed_name("entry.whistled") == "entry.whistled"
