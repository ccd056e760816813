"""The form of an article's other numbers: each value, what it counts, and what a second source says instead."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from rapport.desk.article_forms.explaining import Place
from rapport.desk.article_forms.value_form import ValueForm, printed
from rapport.desk.checking.facts import metric_in_words
from rapport.desk.suggesting import Suggestion, is_percentage
from rapport.digest.exchange.schema import ArticleFile, Figure

BLANK_ROWS: Final = 3
MOST_ROWS: Final = 200


class FiguresForm(ValueForm):
    """One row for each number. A row whose value and words are emptied is taken out.

    `begin` is what the abstract says: the first empty row begins with it, and nothing is stored before it is saved.
    """

    def __init__(self, *arguments: Any, stored: ArticleFile, begin: Suggestion | None = None, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.stored = stored
        self.begin = begin
        self.value: ArticleFile | None = None
        self.kept: list[int] = []
        sent = [int(found[1]) + 1 for name in self.data if (found := re.fullmatch(r"figure_(\d{1,3})_value", name))]
        count = max([len(stored.figures) + BLANK_ROWS, *sent])
        self.rows = range(min(MOST_ROWS, count))
        for row in self.rows:
            self.fields[f"figure_{row}_value"] = forms.CharField(label=_("Value"), required=False, max_length=40)
            self.add_wording(f"figure_{row}_what", most=300)
            self.fields[f"figure_{row}_also"] = forms.CharField(
                label=_("A second source’s value"), required=False, max_length=40
            )
            self.fields[f"figure_{row}_source"] = forms.CharField(
                label=_("Who says so"), required=False, max_length=200
            )
            self.fields[f"figure_{row}_total_of"] = forms.CharField(
                label=_("Total of the numbers"), required=False, max_length=60
            )

        if begin is not None and begin.figure is not None:
            self._begin_with(begin.figure, row=len(stored.figures))

    def _begin_with(self, figure: Figure, *, row: int) -> None:
        percent = "" if not is_percentage(figure) else "\u00a0%" if self.read_in == "fr" else "%"
        self.initial[f"figure_{row}_value"] = f"{printed(figure.value, self.read_in)}{percent}"
        self.initial.update(self.typed_wording(f"figure_{row}_what", figure.what))
        self.fields[f"figure_{row}_value"].widget.attrs["autofocus"] = True

    @property
    def typed_rows(self) -> list[dict[str, Any]]:
        return [
            {
                "number": row + 1,
                "begin": self.begin if row == len(self.stored.figures) else None,
                "value": self[f"figure_{row}_value"],
                "what": self.wording_fields(f"figure_{row}_what"),
                "also": self[f"figure_{row}_also"],
                "source": self[f"figure_{row}_source"],
                "total_of": self[f"figure_{row}_total_of"],
            }
            for row in self.rows
        ]

    def clean(self) -> dict[str, Any]:
        figures = []
        rows = [row for row in self.rows if self._is_filled(row)]
        for row in rows:
            name = f"figure_{row}"
            facts = {
                "value": self.number(f"{name}_value"),
                "what": self._what(row),
                "also": self._also(row),
                "total_of": self._total_of(row, rows),
            }
            for part, message in (
                ("value", _("Type the number as the article prints it.")),
                (f"what_{self.read_in}", _("Say what this number counts.")),
            ):
                if (
                    not facts[part.split("_")[0]]
                    and facts[part.split("_")[0]] != 0
                    and f"{name}_{part}" not in self.errors
                ):
                    self.add_error(f"{name}_{part}", message)
            figures.append((row, facts))
        made = []
        for row, facts in figures:
            self.kept = [row]
            if not any(str(field).startswith(f"figure_{row}_") for field in self.errors):
                made.append(self.make_value(Figure, facts))
        if not self.errors:
            fields = {name: getattr(self.stored, name) for name in ArticleFile.model_fields}
            self.value = ArticleFile.model_validate({**fields, "figures": tuple(made)})
        return self.cleaned_data

    def field_at(self, place: Place) -> str | None:
        """A `Figure` is made of one row at a time: its places are fields of that row."""
        named = {"value": "value", "also": "also", "total_of": "total_of"}
        part = named.get(str(place[0]), "") if place else ""
        if place and place[0] == "what":
            code = str(place[1]) if len(place) > 1 else self.read_in
            part = f"what_{code}"
        return f"figure_{self.kept[0]}_{part}" if part else None

    def _is_filled(self, row: int) -> bool:
        return bool(self.cleaned_data.get(f"figure_{row}_value") or self.wording(f"figure_{row}_what"))

    def _what(self, row: int) -> dict[str, str]:
        """Its words. A number has no unit of its own, so that of one typed with % is kept in them."""
        words = self.wording(f"figure_{row}_what")
        typed = str(self.cleaned_data.get(f"figure_{row}_value") or "")
        if not typed.endswith("%") or metric_in_words(words) in {"percent", "I2"}:
            return words
        return {code: f"{text} (%)" for code, text in words.items()}

    def _also(self, row: int) -> list[dict[str, Any]]:
        value, source = self.number(f"figure_{row}_also"), self.cleaned_data.get(f"figure_{row}_source") or ""
        if value is None and not source:
            return []
        for part, given in (("also", value is not None), ("source", bool(source))):
            if not given and f"figure_{row}_{part}" not in self.errors:
                self.add_error(f"figure_{row}_{part}", _("A second value needs both: the value, and who says so."))
        # The form has room for one second value; where a file gave more, the others stay.
        others = self.stored.figures[row].also[1:] if row < len(self.stored.figures) else ()
        return [{"value": value, "source": source}, *(other.model_dump() for other in others)]

    def _total_of(self, row: int, rows: list[int]) -> list[int]:
        """The rows whose sum this is, told by the numbers that stand before them; kept by their places."""
        typed = str(self.cleaned_data.get(f"figure_{row}_total_of") or "")
        if not typed:
            return []
        numbers = re.findall(r"\d{1,3}", typed)
        places = [rows.index(int(number) - 1) for number in numbers if int(number) - 1 in rows]
        if len(places) != len(numbers) or not places or row in [rows[place] for place in places]:
            self.add_error(f"figure_{row}_total_of", _("Name other rows by the numbers before them, for example 2, 3."))
            return []
        return places


def typed_figures(value: ArticleFile, language: str) -> dict[str, Any]:
    """What the form shows for the stored numbers, in a page of `language`."""
    typed: dict[str, Any] = {}
    for row, figure in enumerate(value.figures):
        name = f"figure_{row}"
        typed |= {f"{name}_value": printed(figure.value, language)}
        typed |= ValueForm.typed_wording(f"{name}_what", figure.what)
        if figure.also:
            typed |= {
                f"{name}_also": printed(figure.also[0].value, language),
                f"{name}_source": figure.also[0].source,
            }
        typed[f"{name}_total_of"] = ", ".join(str(place + 1) for place in figure.total_of)
    return typed
