"""What is asked on an issue's page, and for planning one: a month, entries, the “this month” line, a day and a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.desk.deed_forms import LINES, LONGEST_LINE, offer_choices
from rapport.desk.templatetags.desk import title_of
from rapport.digest.models import Entry
from rapport.web.templatetags.web import language_name


class PlanIssue(forms.Form):
    """A month, and the `entry` that was waiting for it, if there is one."""

    month = forms.CharField(
        label=gettext_lazy("Month"),
        help_text=gettext_lazy("Where your browser offers no months, write it as 2027-01."),
        max_length=7,
        widget=forms.TextInput(attrs={"type": "month", "placeholder": "2027-01"}),
    )
    entry = forms.SlugField(required=False, widget=forms.HiddenInput)

    def clean_month(self) -> tuple[int, int]:
        year, _dash, month = self.cleaned_data["month"].partition("-")
        if not (len(year) == 4 and year.isascii() and year.isdigit() and month.isascii() and month.isdigit()):
            raise ValidationError(_("This is not a month; write it as year-month, for example 2027-01."))
        return int(year), int(month)


class PlaceEntry(forms.Form):
    """Which entry goes into an issue."""

    entry = forms.ChoiceField(
        label=gettext_lazy("Entry"),
        error_messages={
            "required": gettext_lazy("Choose an entry."),
            "invalid_choice": gettext_lazy(
                "This entry no longer waits for an issue: it stands in one, or is gone. Choose another."
            ),
        },
    )

    def __init__(self, *args: Any, entries: Iterable[Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "entry", ((entry.slug, title_of(entry)) for entry in entries))


class EntryOfIssue(forms.Form):
    """Beside which of an issue's entries a button was pressed: it moves `up` or `down`, or is taken `out`."""

    def __init__(self, *args: Any, entries: Iterable[Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(entry.slug, title_of(entry)) for entry in entries]
        self.fields = {name: forms.ChoiceField(choices=choices, required=False) for name in ("up", "down", "out")}

    def clean(self) -> dict[str, Any]:
        pressed = {name: slug for name, slug in (super().clean() or {}).items() if slug}
        if self.errors:
            self.errors.clear()  # its fields are buttons, which a message could not lead to
            raise ValidationError(
                _("This entry does not stand in this issue any more: somebody took it out meanwhile.")
            )
        if len(pressed) != 1:
            raise ValidationError(_("Press the button beside one of the entries."))
        return pressed


def moved(slugs: Sequence[str], *, up: str = "", down: str = "") -> list[str]:
    """The order in which one has moved a place `up` or `down`; at either end it stays."""
    entry, by = (up, -1) if up else (down, 1)
    others = [slug for slug in slugs if slug != entry]
    place = max(0, min(len(others), list(slugs).index(entry) + by))
    return [*others[:place], entry, *others[place:]]


class Line(forms.CharField):
    """May be left empty for now; whether it is `needed` later, so that it is not called optional."""

    def __init__(self, *, needed: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.needed = needed


class Teaser(forms.Form):
    """The “this month” line in each of the site's languages, as fields `line_en`, `line_fr`.

    `take_fr` is the suggestion of a button that was pressed, `read_fr` what the page showed as stored.
    """

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = languages
        for place, code in enumerate(languages):
            needed = place == 0  # an issue does not go out without it; it may be saved without it all the same
            self.fields[f"line_{code}"] = Line(
                needed=needed,
                label=_("In %(language)s") % {"language": language_name(code)},
                help_text=_(
                    "It stands at the head of the issue and says what its entries tell. An issue needs it to go out."
                )
                if needed
                else "",
                required=False,
                max_length=LONGEST_LINE,
                widget=forms.Textarea(attrs={**LINES, "lang": code}),
            )

    @property
    def lines(self) -> dict[str, str]:
        """What was typed, or taken from the suggestions, in the languages that were on the page."""
        sent = [code for code in self.languages if f"line_{code}" in self.data]
        return {code: self.data.get(f"take_{code}") or self.cleaned_data[f"line_{code}"].strip() for code in sent}

    @property
    def read(self) -> dict[str, str]:
        """What stood on the page, where the page says so."""
        return {code: self.data[f"read_{code}"] for code in self.languages if f"read_{code}" in self.data}


class Schedule(forms.Form):
    """A day and a time in the network's time zone."""

    day = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={
            "invalid": gettext_lazy("This is not a day; write it as year-month-day, for example 2027-01-15.")
        },
    )  # fmt: skip
    time = forms.TimeField(
        label=gettext_lazy("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        input_formats=["%H:%M", "%H:%M:%S"],
        error_messages={"invalid": gettext_lazy("This is not a time; write it as hours:minutes, for example 08:00.")},
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("day") and data.get("time"):
            try:
                moment = from_current_timezone(dt.datetime.combine(data["day"], data["time"]))
                data["release_at"] = moment.astimezone(dt.UTC)  # as it is kept: the last day of all may have no UTC
            except ValidationError:
                clocks = _("On that night the clocks change, and this time comes twice or not at all; choose another.")
                self.add_error("time", clocks)
            except OverflowError:
                self.add_error("day", _("This day is too far away; choose a nearer one."))
        return data

    @staticmethod
    def initially(release_at: dt.datetime) -> dict[str, str]:
        """That moment, as the form's fields have it."""
        local = localtime(release_at)
        return {"day": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}
