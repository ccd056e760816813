"""What editors fill in about subscribers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.mailing.actions.importing import MOST_ROWS
from rapport.mailing.forms import AddressField, offer
from rapport.mailing.models import Subscriber
from rapport.web.templatetags.web import language_name, number

MEGABYTE = 1_000_000
MOST_MEGABYTES = 10


class FilterForm(forms.Form):
    """Which subscribers are listed. What is not understood is as if it were not asked."""

    address = forms.CharField(label=gettext_lazy("Address, or a part of it"), required=False, max_length=254)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    rhythm = forms.ChoiceField(label=gettext_lazy("How often"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].widget.input_type = "search"
        for name, choices in (
            ("state", Subscriber.State.choices),
            ("rhythm", Subscriber.Rhythm.choices),
            ("language", [(code, language_name(code)) for code, _name in settings.LANGUAGES]),
        ):
            offer(self, name, [("", _("any")), *choices])

    @property
    def asked(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class ListForm(forms.Form):
    """A list of subscribers to take in."""

    file = forms.FileField(
        label=gettext_lazy("The list, a CSV file"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        message = _("At most %(megabytes)d MB, and %(lines)s lines. Take a longer list in parts.")
        self.fields["file"].help_text = message % {"megabytes": MOST_MEGABYTES, "lines": number(MOST_ROWS)}

    def clean_file(self) -> Any:
        sent = self.cleaned_data["file"]
        if sent.size > MOST_MEGABYTES * MEGABYTE:
            message = _("The file has more than %(megabytes)d MB. Take it in parts, each with the line of names.")
            raise forms.ValidationError(message % {"megabytes": MOST_MEGABYTES})
        return sent


class LiftForm(forms.Form):
    address = AddressField(label=gettext_lazy("The whole address"))
