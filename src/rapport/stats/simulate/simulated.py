"""Data that were made, with the truth they were made from."""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Iterator, KeysView
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from rapport.stats.arguments import check_number, check_spread
from rapport.stats.results import ResultTable, frame, plain

GROUPS = ("therapist", "client")
Truth = TypeVar("Truth", bound="TruthValues")


@dataclass(frozen=True, kw_only=True)
class TruthValues:
    """The base of every truth: one number a parameter, spreads not negative.

    Raises NotNumbers, MissingValues, NotFinite, OutOfRange as soon as it is made. A field whose name ends in `_sd`
    is a standard deviation.
    """

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if field.name.endswith("_sd"):
                check_spread(value, field.name)
            elif isinstance(value, tuple):
                for index, item in enumerate(value, start=1):
                    check_number(item, f"{field.name}, number {index}")
            else:
                check_number(value, field.name)

    def table(self) -> ResultTable:
        """Each parameter with its value."""
        rows = tuple((field.name.replace("_", " "), getattr(self, field.name)) for field in dataclasses.fields(self))
        cells = tuple(
            (name, ", ".join(f"{v:g}" for v in value) if isinstance(value, tuple) else value) for name, value in rows
        )
        return ResultTable("The truth behind simulated data", ("parameter", "value"), cells)


@dataclass(frozen=True, kw_only=True)
class Simulated(Generic[Truth]):
    """Simulated data and their truth. No person stands behind a row.

    table  the columns by name, each of shape (rows,); it can be given to any function that takes a table, and so
           can the whole: `stats.mixed.fit(simulated, outcome="wellbeing")`
    truth  every parameter of the equations that made it
    seed   makes the same rows again
    """

    table: dict[str, NDArray[Any]]
    truth: Truth
    seed: int

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.table[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.table)

    def __len__(self) -> int:
        return len(next(iter(self.table.values())))

    def keys(self) -> KeysView[str]:
        """The names of the columns."""
        return self.table.keys()

    def sentence(self) -> str:
        """How many rows of whom, and that they are simulated."""
        counts = {name: len(np.unique(column)) for name, column in self.table.items() if name in GROUPS}
        counts["row"] = len(self)
        told = ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for name, count in counts.items())
        return f"Simulated data, no person stands behind them: {told} (seed {self.seed})."

    def to_frame(self, library: str | None = None) -> Any:
        """The rows as a DataFrame of polars or pandas. Raises MissingExtra where neither is there."""
        columns = tuple(self.table)
        rows = tuple(zip(*(column.tolist() for column in self.table.values()), strict=True))
        return frame(ResultTable("Simulated data", columns, rows), library)

    def to_dict(self) -> dict[str, Any]:
        """Columns, truth and seed as plain Python; a missing value is None."""
        return {"simulated": True, "table": plain(self.table), "truth": plain(self.truth), "seed": self.seed}

    def __str__(self) -> str:
        return f"{self.sentence()}\n\n{self.truth.table()}"

    def __repr__(self) -> str:
        return f"<{self.sentence()}>"

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(self.sentence())}</p>{self.truth.table()._repr_html_()}"
