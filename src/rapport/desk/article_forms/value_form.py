"""A form that is filled from one of the exchange's values, and makes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.utils.translation import get_language
from pydantic import BaseModel, ValidationError

from rapport.desk.article_forms.explaining import Place, explain_problems
from rapport.desk.article_forms.typed_numbers import read_typed_count, read_typed_number
from rapport.web.numbers import MINUS

Read = Callable[[str, str], Any]


class ValueForm(forms.Form):
    """What forms of articles and findings share: wordings, typed numbers, and the exchange's rules."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.read_in = get_language() or "en"

    # --- wordings: one field for each language ----------------------------------------------------

    def add_wording(self, name: str, *, lines: int = 1, most: int = 600) -> None:
        """Add the fields of a short text in each of the site's languages: `claim_en`, `claim_fr`."""
        for code, of_language in settings.LANGUAGES:
            widget = forms.Textarea(attrs={"rows": lines}) if lines > 1 else forms.TextInput()
            widget.attrs["lang"] = code
            self.fields[f"{name}_{code}"] = forms.CharField(
                required=False, max_length=most, label=of_language, widget=widget
            )

    def wording_fields(self, name: str) -> list[BoundField]:
        return [self[f"{name}_{code}"] for code, _name in settings.LANGUAGES]

    def wording(self, name: str) -> dict[str, str]:
        """What was typed in each language; an empty mapping for nothing."""
        typed = {code: self.cleaned_data.get(f"{name}_{code}") or "" for code, _name in settings.LANGUAGES}
        return {code: text for code, text in typed.items() if text}

    @staticmethod
    def typed_wording(name: str, wording: Mapping[str, str] | None) -> dict[str, str]:
        """The other way round: the fields' values."""
        return {f"{name}_{code}": text for code, text in (wording or {}).items()}

    # --- numbers ------------------------------------------------------------------------------------

    def number(self, name: str, read: Read = read_typed_number) -> Any:
        """The number typed in field `name`, or None; what is no number is told beside the field."""
        typed = self.cleaned_data.get(name) or ""
        if not typed:
            return None
        try:
            return read(typed, self.read_in)
        except ValueError as error:
            self.add_error(name, str(error))
            return None

    def count(self, name: str) -> Any:
        return self.number(name, read_typed_count)

    # --- the exchange's rules -----------------------------------------------------------------------

    def make_value(self, kind: type[BaseModel], facts: Mapping[str, Any]) -> Any:
        """A value of `kind`, or None when its rules are broken; then each is told beside its field."""
        try:
            return kind.model_validate({name: fact for name, fact in facts.items() if fact not in (None, "", {}, [])})
        except ValidationError as error:
            for place, message in explain_problems(error):
                field = self.field_at(place)
                if field is None or field not in self.errors:
                    self.add_error(field, message)
            return None

    def field_at(self, place: Place) -> str | None:
        """The form's field for a place in the value: ("claim", "fr") → claim_fr; None for the form as a whole."""
        names = [str(part) for part in place if part not in ("words",)]
        for end in range(len(names), 0, -1):
            joined = "_".join(names[:end])
            for name in (joined, f"{joined}_{self.read_in}"):
                if name in self.fields:
                    return name
        return None


def printed(value: Any, language: str) -> str:
    """A stored number as it is typed in a page of `language`: −0.30, −0,30."""
    if value is None:
        return ""
    text = f"{value:f}" if hasattr(value, "is_finite") else str(value)
    return (text.replace(".", ",") if language == "fr" else text).replace("-", MINUS)
