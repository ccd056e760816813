"""An entry's body between Markdown and its parts: summary, implications, limitations, disagreements."""

from __future__ import annotations

import re

from rapport.digest.exchange.problems import suggest
from rapport.digest.exchange.schema import Sections

HEADINGS = {
    "en": {
        "implications": "Practice implications",
        "limitations": "Limitations",
        "disagreements": "Where sources disagree",
    },
    "fr": {
        "implications": "Implications pour la pratique",
        "limitations": "Limites",
        "disagreements": "Quand les sources divergent",
    },
}

HEADING = re.compile(r"^## +(.*)$", re.MULTILINE)
# Text that was typed at the desk may hold such a line: in files, a backslash before it says that it cuts nothing.
NO_CUT = re.compile(r"^(\\*)(## )", re.MULTILINE)
CUT_AWAY = re.compile(r"^\\(\\*## )", re.MULTILINE)


class SectionProblem(Exception):
    """`line` is 1-based within the body."""

    def __init__(self, line: int, message: str) -> None:
        self.line, self.message = line, message
        super().__init__(message)


def headings_for(language: str) -> dict[str, str]:
    """The section headings of a language; English ones where a language has none of its own."""
    return HEADINGS.get(language, HEADINGS["en"])


def split_body(body: str, language: str) -> dict[str, str]:
    """The parts of `body` by field name. Raises `SectionProblem` on an unknown or repeated heading."""
    names = {heading.casefold(): field for field, heading in headings_for(language).items()}
    parts: dict[str, str] = {}
    field, start = "summary", 0
    for match in [*HEADING.finditer(body), None]:
        parts[field] = body[start : match.start() if match else len(body)].strip()
        if match is None:
            break
        line = body.count("\n", 0, match.start()) + 1
        heading = match.group(1).rstrip(" #").strip()
        if heading.casefold() not in names:
            known = headings_for(language).values()
            raise SectionProblem(
                line,
                f"“## {heading}” is not a section.{suggest(heading, known)} "
                f"Sections are: {', '.join(known)}. Use ### for a heading of your own.",
            )
        field = names[heading.casefold()]
        if field in parts:
            raise SectionProblem(line, f"“## {heading}” stands twice; join the two.")
        start = match.end()
    return {field: CUT_AWAY.sub(r"\1", text) for field, text in parts.items() if text}


def join_body(sections: Sections, language: str) -> str:
    """The parts as one Markdown body; what `split_body` undoes."""
    blocks = [NO_CUT.sub(r"\\\1\2", sections.summary)] if sections.summary else []
    for field, heading in headings_for(language).items():
        text = getattr(sections, field)
        if text:
            blocks.append(f"## {heading}\n\n" + NO_CUT.sub(r"\\\1\2", text))
    return "\n\n".join(blocks) + "\n" if blocks else ""
