"""A guide's code, run block after block as its reader would, with what each block prints.

`python -m tests.running_guides docs/guides/researcher.md` writes what is printed now into the guide's text blocks.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Any, NamedTuple

WIDTH = 100
BLOCK = re.compile(r"^```python\n(?P<code>.*?)^```\n(?:\n```text\n(?P<told>.*?)^```\n)?", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """told  what the guide says that the code prints; None where it says nothing"""

    code: str
    told: str | None


def blocks(guide: str) -> list[Block]:
    return [Block(found["code"], found["told"]) for found in BLOCK.finditer(guide)]


def run(codes: list[str], folder: Path) -> list[str]:
    """What each block prints, in one session that works in `folder`."""
    session: dict[str, Any] = {"__name__": "__main__"}
    printed = []
    with contextlib.chdir(folder):
        for code in codes:
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compile(code, "<guide>", "exec"), session)
            printed.append(broken(out.getvalue()))
    return printed


def broken(printed: str) -> str:
    """As a guide shows it: sentences broken into lines, tables (two spaces between cells) as they are."""
    lines = [line if "  " in line else textwrap.fill(line, WIDTH) for line in printed.strip().splitlines()]
    return "".join(f"{line}\n" for line in lines)


def renew(guide: str, printed: list[str]) -> str:
    each = iter(printed)

    def replaced(found: re.Match[str]) -> str:
        now = next(each)
        return f"```python\n{found['code']}```\n" + (f"\n```text\n{now}```\n" if found["told"] is not None else "")

    return BLOCK.sub(replaced, guide)


if __name__ == "__main__":
    path = Path(sys.argv[1])
    text = path.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as scratch:
        path.write_text(renew(text, run([block.code for block in blocks(text)], Path(scratch))), encoding="utf-8")
        pictures = path.resolve().parents[1] / "images"
        for picture in Path(scratch).glob("*.svg"):
            os.replace(picture, pictures / picture.name)
