"""The form of one finding: what was found, its numbers as printed, and what it may be compared with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from rapport.desk.article_forms.typed_numbers import read_typed_number
from rapport.desk.article_forms.value_form import ValueForm, printed
from rapport.digest.exchange.schema import FindingFile, Framed
from rapport.literature.metrics import METRICS
from rapport.literature.models import Axis, Family
from rapport.web.wording import in_language

READ_LEVELS: Final = (
    ("full-text", gettext_lazy("full text")),
    ("abstract", gettext_lazy("abstract")),
    ("secondary-source", gettext_lazy("secondary source")),
)
FAVOURS: Final = (
    ("higher", gettext_lazy("higher is better for clients")),
    ("lower", gettext_lazy("lower is better for clients")),
    ("none", gettext_lazy("neither")),
    ("", gettext_lazy("not said")),
)
# What a second source can give another value of.
ALSO_REPORTED: Final = (
    ("", "—"),
    ("estimate", gettext_lazy("estimate")),
    ("interval_low", gettext_lazy("lower limit")),
    ("interval_high", gettext_lazy("upper limit")),
    ("p", pgettext_lazy("probability", "p")),
    ("n", gettext_lazy("number of people (n)")),
    ("k", gettext_lazy("number of studies (k)")),
)
_P: Final = re.compile(r"(?:p\s*)?([<=>]?)\s*([01]?[.,][0-9]+|[01])", re.IGNORECASE)
LONGEST_KEY: Final = 60
BLANK_ROWS: Final = 1


class FindingForm(ValueForm):
    """Filled from a `FindingFile`; `value` is the one that was typed, once the form is valid."""

    key = forms.CharField(label=gettext_lazy("Its name in addresses and files"), required=False, max_length=LONGEST_KEY)
    metric = forms.ChoiceField(label=gettext_lazy("Metric"), required=False)
    estimate = forms.CharField(label=gettext_lazy("Estimate"), required=False, max_length=40)
    interval_low = forms.CharField(label=gettext_lazy("Interval from"), required=False, max_length=40)
    interval_high = forms.CharField(label=gettext_lazy("Interval to"), required=False, max_length=40)
    interval_level = forms.CharField(label=gettext_lazy("Level, in %"), required=False, max_length=10)
    p = forms.CharField(label=pgettext_lazy("probability", "p"), required=False, max_length=40)
    n = forms.CharField(label=gettext_lazy("People (n)"), required=False, max_length=20)
    k = forms.CharField(label=gettext_lazy("Studies (k)"), required=False, max_length=20)
    test = forms.ChoiceField(
        label=gettext_lazy("Test"),
        required=False,
        choices=[("", "—"), ("t", "t"), ("F", "F"), ("chi2", "χ²"), ("z", "z"), ("r", "r")],
    )
    statistic = forms.CharField(label=gettext_lazy("Value of the test"), required=False, max_length=40)
    df = forms.CharField(label=gettext_lazy("Degrees of freedom"), required=False, max_length=40)
    favours = forms.ChoiceField(
        label=gettext_lazy("Which direction is good"), required=False, choices=FAVOURS, widget=forms.RadioSelect
    )
    read_level = forms.ChoiceField(label=gettext_lazy("Read from"), choices=READ_LEVELS, widget=forms.RadioSelect)
    seen_as = forms.CharField(
        label=gettext_lazy("The article’s words, or the page (private)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *arguments: Any,
        families: Iterable[Family] = (),
        rows: int = BLANK_ROWS,
        taken: Iterable[str] = (),
        **named: Any,
    ) -> None:
        """`families` may be chosen; `rows` is how many second values can be typed; `taken` keys are in use."""
        super().__init__(*arguments, **named)
        self.value: FindingFile | None = None
        self.taken = set(taken)
        self.fields["metric"].choices = [("", "—"), *((key, _metric_name(key)) for key in METRICS)]  # type: ignore[attr-defined]  # of a ChoiceField
        for name, lines in (("claim", 1), ("reading", 2), ("note", 2), *((axis, 1) for axis in Axis.values)):
            self.add_wording(name, lines=lines)
        for axis in Axis.values:
            choices = [
                (family.key, in_language(family.name, self.read_in).text) for family in families if family.axis == axis
            ]
            self.fields[f"{axis}_family"] = forms.ChoiceField(
                label=_("Family"), required=False, choices=[("", "—"), *choices]
            )
        self.rows = range(_rows_sent(self.data, rows) if self.is_bound else rows)
        for row in self.rows:
            self.fields[f"also_{row}_field"] = forms.ChoiceField(
                label=_("Of what"), required=False, choices=ALSO_REPORTED
            )
            self.fields[f"also_{row}_value"] = forms.CharField(label=_("Value"), required=False, max_length=40)
            self.fields[f"also_{row}_source"] = forms.CharField(label=_("Who says so"), required=False, max_length=200)

    @property
    def frames(self) -> list[dict[str, Any]]:
        """Outcome, comparison and time point, each with its family and its words."""
        names = {
            "outcome": (_("Outcome"), _("What was measured as the result.")),
            "comparison": (_("Comparison or predictor"), _("Against what, or with what.")),
            "time_point": (_("Time point"), _("When it was measured.")),
        }
        return [
            {"axis": axis, "name": names[axis][0], "hint": names[axis][1], "family": self[f"{axis}_family"],
             "words": self.wording_fields(axis)}
            for axis in Axis.values
        ]  # fmt: skip

    @property
    def of_frames(self) -> list[Any]:
        """Every field that tells of what, against what and when, and which direction is good."""
        return [self["favours"], *(field for frame in self.frames for field in [frame["family"], *frame["words"]])]

    @property
    def of_second_values(self) -> list[Any]:
        return [field for also in self.also for field in also.values()]

    @property
    def claims(self) -> list[Any]:
        return self.wording_fields("claim")

    @property
    def readings(self) -> list[Any]:
        return self.wording_fields("reading")

    @property
    def notes(self) -> list[Any]:
        return self.wording_fields("note")

    @property
    def also(self) -> list[dict[str, Any]]:
        return [{part: self[f"also_{row}_{part}"] for part in ("field", "value", "source")} for row in self.rows]

    def clean(self) -> dict[str, Any]:
        claim = self.wording("claim")
        if not claim:
            self.add_error(f"claim_{self.read_in}", _("Say in a few words what was found, in one language at least."))
        facts: dict[str, Any] = {
            "key": self._key(claim),
            "claim": claim,
            "interval": self._interval(),
            "p": self._p(),
            "n": self.count("n"),
            "k": self.count("k"),
            "df": self._df(),
            "also_reported": self._also_reported(),
        }
        for name in ("estimate", "interval_level", "statistic"):
            facts[name] = self.number(name)
        for name in ("metric", "test", "favours", "read_level", "seen_as"):
            facts[name] = self.cleaned_data.get(name)
        for name in ("reading", "note"):
            facts[name] = self.wording(name)
        for axis in Axis.values:
            facts[axis] = self._framed(axis)
        if not self.errors:
            self.value = self.make_value(FindingFile, facts)
        return self.cleaned_data

    def _key(self, claim: Mapping[str, str]) -> str:
        """The key that was typed; else one made of the claim, that no other finding has."""
        typed = str(self.cleaned_data.get("key") or "")
        if typed in self.taken:
            self.add_error("key", _("Another finding of this article has this key; choose another."))
        return typed or new_key(in_language(claim, "en").text, self.taken)

    def _interval(self) -> Any:
        low, high = self.number("interval_low"), self.number("interval_high")
        if (low is None) == (high is None):
            return None if low is None else (low, high)
        missing = "interval_low" if low is None else "interval_high"
        if not self.errors.get(missing):
            self.add_error(missing, _("An interval has two limits: add this one as printed."))
        return None

    def _p(self) -> str | None:
        typed = str(self.cleaned_data.get("p") or "").replace("\u00a0", " ").replace("·", ".").strip()
        found = _P.fullmatch(typed)
        # What is not understood is left for the exchange's rule to refuse.
        return f"{found[1] or '='} {found[2].replace(',', '.')}" if found else typed or None

    def _df(self) -> list[Decimal]:
        """“29” or “2, 134”; in French the two are parted by a semicolon, as a comma is the decimal mark."""
        typed = str(self.cleaned_data.get("df") or "").strip("() ")
        parts = re.split(r";|,\s+" if self.read_in == "fr" or ";" in typed else r"[;,]\s*", typed) if typed else []
        try:
            return [read_typed_number(part, self.read_in) for part in parts]
        except ValueError as error:
            self.add_error("df", str(error))
            return []

    def _framed(self, axis: str) -> dict[str, Any] | None:
        family, words = self.cleaned_data.get(f"{axis}_family"), self.wording(axis)
        if family and not words:
            message = _("Say it in words too, as the article does: the family only tells what it may be compared with.")
            self.add_error(f"{axis}_{self.read_in}", message)
        return {"family": family or None, "words": words} if words else None

    def _also_reported(self) -> list[dict[str, Any]]:
        rows = []
        for row in self.rows:
            field, source = (self.cleaned_data.get(f"also_{row}_{part}") or "" for part in ("field", "source"))
            typed = str(self.cleaned_data.get(f"also_{row}_value") or "")
            if not (field or typed or source):
                continue
            self.cleaned_data[f"also_{row}_value"] = typed.lstrip("p<=> ")  # a p comes with its sign
            value = self.number(f"also_{row}_value")
            for part, given in (("field", field), ("value", typed), ("source", source)):
                name = f"also_{row}_{part}"
                if not given and name not in self.errors:
                    self.add_error(name, _("A second value needs all three: of what, the value, and who says so."))
            rows.append({"field": field, "value": "" if value is None else f"{value:f}", "source": source})
        return rows


def typed_finding(value: FindingFile, language: str) -> dict[str, Any]:
    """What the form shows for a stored finding, in a page of `language`."""
    typed: dict[str, Any] = {
        "key": value.key,
        "metric": value.metric or "",
        "p": (value.p.replace(".", ",") if language == "fr" else value.p) if value.p else "",
        "favours": value.favours or "",
        "read_level": value.read_level,
        "seen_as": value.seen_as or "",
        "test": value.test or "",
        "df": ("; " if language == "fr" else ", ").join(printed(number, language) for number in value.df),
    }
    low, high = value.interval or (None, None)
    numbers = {name: getattr(value, name) for name in ("estimate", "interval_level", "statistic", "n", "k")}
    for name, number in {**numbers, "interval_low": low, "interval_high": high}.items():
        typed[name] = printed(number, language)
    for name in ("claim", "reading", "note"):
        typed |= ValueForm.typed_wording(name, getattr(value, name))
    for axis in Axis.values:
        framed: Framed | None = getattr(value, axis)
        typed[f"{axis}_family"] = (framed.family if framed else "") or ""
        typed |= ValueForm.typed_wording(axis, framed.words if framed else {})
    for row, also in enumerate(value.also_reported):
        typed |= {
            f"also_{row}_field": also.field,
            f"also_{row}_value": printed(also.value, language),
            f"also_{row}_source": also.source,
        }
    return typed


def rows_for(value: FindingFile | None) -> int:
    """How many rows for second values a form shows: those there are, and a blank one."""
    return (len(value.also_reported) if value else 0) + BLANK_ROWS


def new_key(words: str, taken: Iterable[str]) -> str:
    """A key made of `words` that is not among `taken`: drop-out-rate, drop-out-rate-2."""
    stem = slugify(words)[: LONGEST_KEY - 4].strip("-").replace("_", "-") or "finding"
    stem = re.sub(r"-+", "-", stem)
    used, number, key = set(taken), 1, stem
    while key in used:
        number += 1
        key = f"{stem}-{number}"
    return key


def _metric_name(key: str) -> str:
    metric = METRICS[key]
    return f"{metric.symbol} · {metric.name}" if metric.symbol else str(metric.name)


def _rows_sent(data: Any, at_least: int) -> int:
    """How many rows were sent; a form never takes more than fifty."""
    sent = [int(found[1]) for name in data if (found := re.fullmatch(r"also_(\d{1,2})_field", str(name)))]
    return min(50, max([at_least, *(row + 1 for row in sent)]))
