"""What single values in files may be: keys, languages, printed numbers, days, texts."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

KEY = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
LANGUAGE = re.compile(r"^[a-z]{2}$")


def _key(text: str) -> str:
    if not KEY.fullmatch(text) or len(text) > 60:
        raise ValueError("must be small letters, digits and single hyphens, at most 60, for example “drop-out”.")
    return text


def _language(text: str) -> str:
    if not LANGUAGE.fullmatch(text):
        raise ValueError("must be a two-letter language code, for example en or fr.")
    return text


def _printed(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("must be a number as the article prints it, for example 0.30 or -0.16, without quotes.")
    if len(f"{Decimal(value):f}") > 20:
        raise ValueError("has more than 20 digits; no article prints such a number.")
    return Decimal(value)


def _whole(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("must be a whole number, without quotes.")
    return value


def _date(value: Any) -> Any:
    if isinstance(value, int | Decimal):
        raise ValueError("must be a date, year-month-day, for example 2023-01-09.")
    return value


def _moment(value: Any) -> Any:
    """A moment as it is written in files, to the second: 2024-06-03T09:00:00Z."""
    try:
        moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        moment = None
    if not isinstance(moment, dt.datetime) or moment.tzinfo is None:
        raise ValueError("must be a moment in quotes, for example '2024-06-03T09:00:00Z'.")
    return moment.astimezone(dt.UTC).replace(microsecond=0)


def _no_control_characters(text: str) -> str:
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]", text):
        raise ValueError("holds a control character; delete it and type the text again.")
    return text


Text = Annotated[str, Field(min_length=1), AfterValidator(_no_control_characters)]
Line = Annotated[Text, Field(max_length=300, pattern=r"^\S(?:.*\S)?$")]
Name = Annotated[Line, Field(max_length=200)]
Key = Annotated[str, AfterValidator(_key)]
Language = Annotated[str, AfterValidator(_language)]
# Languages are put in one order, because PostgreSQL does not keep the order of a JSON object's keys.
Wording = Annotated[
    dict[Language, Text], Field(min_length=1), AfterValidator(lambda texts: dict(sorted(texts.items())))
]
Printed = Annotated[Decimal, BeforeValidator(_printed)]
Keys = Annotated[tuple[Key, ...], AfterValidator(lambda keys: tuple(sorted(keys)))]
Whole = Annotated[int, BeforeValidator(_whole)]
Count = Annotated[Whole, Field(ge=0, lt=2**31)]
Date = Annotated[dt.date, BeforeValidator(_date)]
Moment = Annotated[dt.datetime, BeforeValidator(_moment)]
ReadLevel = Literal["full-text", "abstract", "secondary-source"]


class File(BaseModel):
    """What every file's value shares: no unknown fields, no change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)
