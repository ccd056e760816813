"""YAML read strictly, remembering on which line each value stands.

Numbers keep the decimals they were written with (`Decimal`). Only text, numbers, dates, true, false and
null are recognised: `no` is the text “no”, never false, and `08` is the text “08”. Aliases are refused (a
few lines of them can unfold to gigabytes), and so are tags and a key that stands twice.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import yaml

Path = tuple[str | int, ...]


class YamlProblem(Exception):
    """The text is not the YAML we read; `line` is 1-based within the text."""

    def __init__(self, line: int, message: str) -> None:
        self.line, self.message = line, message
        super().__init__(f"line {line}: {message}")


@dataclass
class Lines:
    """The line of each value, by its path from the root."""

    by_path: dict[Path, int] = field(default_factory=dict)

    def of(self, path: Path) -> int:
        """The line of `path`, or of the nearest thing around it that has one."""
        while path and path not in self.by_path:
            path = path[:-1]
        return self.by_path.get(path, 1)


class Loader(yaml.SafeLoader):
    yaml_implicit_resolvers: dict[str, list[Any]] = {}

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]  # untyped in the stubs
        if self.check_event(yaml.events.AliasEvent):
            raise YamlProblem(event.start_mark.line + 1, "YAML aliases (*name) are not read here; write the value out.")
        if getattr(event, "tag", None):
            raise YamlProblem(event.start_mark.line + 1, "YAML tags (!name) are not read here; write the value alone.")
        return super().compose_node(parent, index)


_NULL, _BOOL, _INT, _FLOAT, _DATE = (
    f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float", "timestamp")
)
Loader.add_implicit_resolver(_NULL, re.compile(r"^(?:null|~|)$"), ["n", "~", ""])
Loader.add_implicit_resolver(_BOOL, re.compile(r"^(?:true|false)$"), list("tf"))
Loader.add_implicit_resolver(_INT, re.compile(r"^[-+]?(?:0|[1-9]\d{0,39})$"), list("-+0123456789"))
Loader.add_implicit_resolver(_FLOAT, re.compile(r"^[-+]?\d*\.\d+$"), list("-+.0123456789"))
Loader.add_implicit_resolver(_DATE, re.compile(r"^\d{4}-\d{2}-\d{2}$"), list("0123456789"))


def load(text: str, *, first_line: int = 1) -> tuple[Any, Lines]:
    """The value in `text`, and where each part of it stands.

    `first_line` is the line of the file on which `text` begins. Raises `YamlProblem`.
    """
    lines = Lines()
    try:
        loader = Loader(text)
        node = loader.get_single_node()
    except YamlProblem as problem:
        raise YamlProblem(problem.line + first_line - 1, problem.message) from None
    except yaml.MarkedYAMLError as error:
        raise _explained(error, first_line) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + first_line
        raise YamlProblem(line, "holds a control character; delete it and type the text again.") from error
    except yaml.YAMLError as error:
        raise YamlProblem(first_line, f"this is not valid YAML ({error}).") from error
    except RecursionError as error:
        raise YamlProblem(first_line, "this is nested too deeply.") from error
    if node is None:
        return None, lines
    return _construct(node, (), lines, first_line), lines


def _explained(error: yaml.MarkedYAMLError, first_line: int) -> YamlProblem:
    """What an editor most likely did, for the slips that are made most; else the parser's own words."""
    mark = error.problem_mark or error.context_mark
    line = (mark.line if mark else 0) + first_line
    words = f"{error.problem or ''} {error.context or ''}"
    if "mapping values are not allowed" in words:
        return YamlProblem(line, "a text that holds a colon must stand in quotes: title: 'Leaving: one in five'.")
    if "\\t" in words:
        return YamlProblem(line, "holds a tab; indent with spaces.")
    if "found unexpected end of stream" in words or "while scanning a quoted scalar" in words:
        began = error.context_mark.line + first_line if error.context_mark else line
        return YamlProblem(began, "a quote is opened on this line and never closed.")
    if "expected <block end>" in words:
        return YamlProblem(
            line,
            "is not read as a field of its own. Look here and in the lines above for a quote that is not closed, "
            "or for spaces too many or too few at the beginning of a line.",
        )
    return YamlProblem(line, f"this is not valid YAML ({error.problem or error.context}).")


def _construct(node: yaml.Node, path: Path, lines: Lines, first_line: int) -> Any:
    line = node.start_mark.line + first_line
    lines.by_path.setdefault(path, line)
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key, key_line = str(key_node.value), key_node.start_mark.line + first_line
            if not isinstance(key_node, yaml.ScalarNode):
                raise YamlProblem(key_line, "a field name must be plain text.")
            if key in mapping:
                raise YamlProblem(key_line, f"the field “{key}” stands twice; keep one.")
            lines.by_path[(*path, key)] = key_line
            mapping[key] = _construct(value_node, (*path, key), lines, first_line)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_construct(item, (*path, index), lines, first_line) for index, item in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)
    return _scalar(node, line)


def _scalar(node: yaml.ScalarNode, line: int) -> Any:
    text = str(node.value)
    if node.style is None and text[-1:] in ("'", '"') and text.count(text[-1]) % 2:
        raise YamlProblem(line, f"“{text[-40:]}” ends with a quote that is not opened; open it, or take it away.")
    match node.tag:
        case tag if tag == _NULL:
            return None
        case tag if tag == _BOOL:
            return text == "true"
        case tag if tag == _INT:
            return int(text)
        case tag if tag == _FLOAT:
            return Decimal(text)
        case tag if tag == _DATE:
            try:
                return dt.date.fromisoformat(text)
            except ValueError:
                raise YamlProblem(line, f"{text} is not a date of the calendar; write year-month-day.") from None
    return text
