"""What a figure is: a number as it stands in a text, before anything is known about it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from rapport.desk.checking.facts import Part
from rapport.desk.checking.nouns import Kind


class Form(StrEnum):
    """In which form a figure is written."""

    NUMBER = "number"
    PERCENT = "percent"
    FRACTION = "fraction"  # “a third”, “one in five”
    MULTIPLE = "multiple"  # “twice as many”


class Why(StrEnum):
    """Why a number is not a research figure."""

    YEAR = "year"
    DATE = "date"
    NAME = "name"
    PLACE = "place"
    ORDER = "order"
    NULL = "null"
    BACKWARD = "backward"
    RHYTHM = "rhythm"
    ADVICE = "advice"
    USUAL = "usual"  # “not the usual 95%”


class About(StrEnum):
    """How closely a figure says it is meant."""

    EXACTLY = ""
    ABOUT = "about"
    ABOVE = "above"  # “more than 30,000”
    BELOW = "below"  # “nearly half”


@dataclass(slots=True)
class Figure:
    """A number as it stands in a text, before anything is known about it."""

    start: int
    end: int
    text: str
    value: Decimal
    form: Form = Form.NUMBER
    in_words: bool = False
    signed: bool = False
    about: About = About.EXACTLY
    role: Part | None = None
    metric: str = ""
    operator: str = "="
    kind: Kind | None = None
    sorts: frozenset[str] = frozenset()  # of what is counted, within its kind
    noun: str = ""  # that tells it: “clients”
    partner: int | None = None  # of an interval's limit: the index of the other
    why: Why | None = None
    sentence: int = 0
    refers_back: bool = False  # “the two reviews”
    of_proportion: bool = False  # “a proportion of 0.26”
    in_percentage_points: bool = False

    @property
    def decimals(self) -> int:
        exponent = self.value.as_tuple().exponent
        return -exponent if isinstance(exponent, int) and exponent < 0 else 0
