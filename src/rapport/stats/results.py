"""What every result is: frozen, and able to say itself as a sentence, a table, a dict and a DataFrame.

A result is a frozen dataclass that inherits `Result` and answers two questions, `sentence()` and `table()`.
The rest follows from these and from its fields: `print(result)`, `to_dict()`, `to_frame()`, and how it looks in
a notebook.
"""

from __future__ import annotations

import dataclasses
import html
import importlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar

import numpy as np

from rapport.stats.errors import MissingExtra, OutOfRange

Cell = str | float | int | bool | None
MINUS = "−"


@dataclass(frozen=True, slots=True)
class Caution:
    """Something that a reader of a result must know.

    kind  a word that a program can test for: "singular", "few-clusters", "near-boundary" …
    text  what it means and what to do, in a sentence
    """

    kind: str
    text: str

    def __str__(self) -> str:
        return self.text


def rows_left_out(count: int, given: int) -> tuple[Caution, ...]:
    """That `count` of the `given` rows lack a value and are not in an analysis; nothing where none does."""
    if not count:
        return ()
    has, is_ = ("has", "is") if count == 1 else ("have", "are")
    text = f"{count:,} of {counted(given, 'row')} {has} a missing value and {is_} left out."
    return (Caution("rows-left-out", text),)


@dataclass(frozen=True, slots=True)
class ResultTable:
    """Rows of one kind under named columns; `title` says what they are."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def records(self) -> list[dict[str, Cell]]:
        """One dict a row."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def __str__(self) -> str:
        body = self._shown()
        lines = [list(self.columns), *body]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.columns))]
        is_text = [all(isinstance(row[i], str) for row in self.rows) for i in range(len(self.columns))]
        drawn = [
            "  ".join(
                cell.ljust(w) if text else cell.rjust(w) for cell, w, text in zip(line, widths, is_text, strict=True)
            )
            for line in lines
        ]
        return "\n".join([self.title, *(line.rstrip() for line in drawn)]).strip()

    def _shown(self) -> list[list[str]]:
        """Cells as they are printed; a column p as probabilities are: “.041”, “< .001”."""
        return [
            [show_p(cell) if name == "p" else show(cell) for name, cell in zip(self.columns, row, strict=True)]
            for row in self.rows
        ]

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(column)}</th>" for column in self.columns)
        rows = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in self._shown())
        return f"<table><caption>{html.escape(self.title)}</caption><tr>{head}</tr>{rows}</table>"


@dataclass(frozen=True, kw_only=True)
class Result:
    """The base of every result. Fields of a subclass come as keywords.

    method     how it was worked out, in words: “Restricted maximum likelihood”
    reference  where the formulas come from: author, year, equation or page
    """

    method: ClassVar[str] = ""
    reference: ClassVar[str] = ""

    warnings: tuple[Caution, ...] = ()

    def sentence(self) -> str:
        """What a researcher would write in the text of an article."""
        raise NotImplementedError

    def table(self) -> ResultTable:
        """What a researcher would print beside it."""
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain Python: numbers, text, lists and dicts, nothing of NumPy. JSON takes it.

        A number that could not be estimated is None.
        """
        return {
            "sentence": self.sentence(),
            **{field.name: plain(getattr(self, field.name)) for field in self._fields()},
            "method": self.method,
            "reference": self.reference,
        }

    def to_frame(self, library: str | None = None) -> Any:
        """The table as a DataFrame of polars, or of pandas where only that is installed or `library` asks for it.

        Raises MissingExtra where it is not installed, OutOfRange for another library.
        """
        return frame(self.table(), library)

    def __str__(self) -> str:
        cautions = "".join(f"\nNote: {caution}" for caution in self.warnings)
        return f"{self.sentence()}\n\n{self.table()}\n{cautions}\nMethod: {self.method} ({self.reference})"

    def _repr_html_(self) -> str:
        cautions = "".join(f"<p>Note: {html.escape(str(caution))}</p>" for caution in self.warnings)
        return f"<p>{html.escape(self.sentence())}</p>{self.table()._repr_html_()}{cautions}"

    def _fields(self) -> Iterator[dataclasses.Field[Any]]:
        """The fields that are results; a field with repr=False is machinery that only methods use."""
        return (field for field in dataclasses.fields(self) if field.repr)


def frame(table: ResultTable, library: str | None = None) -> Any:
    """A table of results as a DataFrame of polars or pandas."""
    if library not in (None, "polars", "pandas"):
        raise OutOfRange(f"library is {library!r}; it must be 'polars' or 'pandas'.")
    for name in [library] if library else ["polars", "pandas"]:
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        columns = {column: [row[i] for row in table.rows] for i, column in enumerate(table.columns)}
        return module.DataFrame(columns, strict=False) if name == "polars" else module.DataFrame(columns)
    if library == "pandas":
        raise MissingExtra("A DataFrame of pandas needs pandas: pip install pandas.")
    raise MissingExtra("A DataFrame needs polars or pandas: pip install 'rapport-prn[analysis]' brings polars.")


def plain(value: Any) -> Any:
    """Nothing but what JSON knows; NaN and infinity become None."""
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, Result):
        return value.to_dict()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value) if field.repr}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    return str(value)


# How numbers are written: Publication Manual of the APA, 7th ed., sections 6.36 and 6.44.


def number(value: float, digits: int = 2, *, leading_zero: bool = True) -> str:
    """A number with a true minus sign; “not estimated” where there is none.

    `leading_zero=False` is for what cannot exceed 1: correlations, probabilities.
    """
    if value is None or not math.isfinite(value):
        return "not estimated" if value is None or math.isnan(value) else ("∞" if value > 0 else f"{MINUS}∞")
    text = f"{abs(value):.{digits}f}"
    is_zero = float(text) == 0
    if not leading_zero and text.startswith("0."):
        text = text[1:]
    return text if value >= 0 or is_zero else MINUS + text


def counted(count: int, one: str, many: str = "") -> str:
    """“1 row”, “24,000 rows”; `many` where the plural is not made by an s: “1 row has”, “2 rows have”."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def digits_for(se: float) -> int:
    """Decimals that show two digits of the standard error, from 2 to 4."""
    return 2 if not se > 0 or math.isinf(se) else int(min(4, max(2, 1 - math.floor(math.log10(se)))))


def p_text(p: float) -> str:
    """“p = .031”, “p < .001”."""
    if not math.isfinite(p):
        return "p not estimated"
    return (
        "p < .001" if p < 0.001 else f"p = {number(min(p, 0.999), 3, leading_zero=False)}" if p < 0.9995 else "p > .999"
    )


def interval_text(low: float, high: float, level: float = 0.95, digits: int = 2, *, leading_zero: bool = True) -> str:
    """“95% CI [−0.35, 0.12]”."""
    percent = f"{100 * level:g}"
    limits = f"{number(low, digits, leading_zero=leading_zero)}, {number(high, digits, leading_zero=leading_zero)}"
    return f"{percent}% CI [{limits}]"


def show(cell: Cell) -> str:
    """A cell as it is printed: at least three significant digits."""
    if cell is None:
        return ""
    if isinstance(cell, (str, bool, int, np.integer)):
        return str(cell)
    if not math.isfinite(cell):
        return "–" if math.isnan(cell) else number(cell)
    if cell == 0 or 0.001 <= abs(cell) < 1e6:
        digits = 3 if abs(cell) < 100 else 2 if abs(cell) < 1000 else 1
        return number(cell, digits)
    return f"{cell:.3g}".replace("-", MINUS)


def show_p(cell: Cell) -> str:
    """A probability as it is printed in a table: “.041”, “< .001”, “> .999”."""
    if not isinstance(cell, float) or not math.isfinite(cell):
        return show(cell)
    return p_text(cell).removeprefix("p ").removeprefix("= ")
