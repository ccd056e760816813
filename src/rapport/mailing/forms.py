"""What readers fill in. Everything typed stays when something is wrong with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from rapport.literature.models import ResearchType, Shelf, Topic
from rapport.literature.queries import in_reading_order
from rapport.mailing.actions.reading_log import LONGEST_REFLECTION, MOST_MINUTES, Written
from rapport.mailing.actions.subscribing import Asked
from rapport.mailing.addresses import Address, BadAddress, parse_address
from rapport.mailing.models import ReadingLogLine, Subscriber
from rapport.web.templatetags.web import language_name
from rapport.web.wording import in_language

LONGEST_PAUSE = dt.timedelta(days=366)


class AddressField(forms.CharField):
    """An address, given as an `Address`."""

    widget = forms.EmailInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=300, **kwargs)
        self.widget.attrs.update(autocomplete="email", inputmode="email")

    def clean(self, value: Any) -> Any:
        try:
            return parse_address(super().clean(value))
        except BadAddress as problem:
            raise forms.ValidationError(str(problem)) from problem


def language_choices() -> list[tuple[str, str]]:
    """Each language of the site, alone and before the others: “fr” and “fr+”."""
    names = {code: language_name(code) for code, _name in settings.LANGUAGES}
    choices = []
    for code, name in names.items():
        others = [other for one, other in names.items() if one != code]
        choices.append((code, capfirst(_("%(language)s only") % {"language": name})))
        message = _("%(language)s; %(other)s where there is no %(language)s")
        choices += [(f"{code}+", capfirst(message % {"language": name, "other": other})) for other in others]
    return choices


def offer(form: forms.Form, name: str, choices: Sequence[tuple[str, Any]]) -> None:
    """Let a field of choices have these, which are known only when the form is made."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField), "only a field of choices has some"
    field.choices = choices


def _named(shelves: Iterable[Shelf], language: str) -> list[tuple[str, str]]:
    return [(shelf.key, in_language(shelf.name, language).text) for shelf in shelves]


class WishesForm(forms.Form):
    """What somebody would like to get."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), widget=forms.RadioSelect)
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Topics"), required=False, widget=forms.CheckboxSelectMultiple
    )
    research_types = forms.MultipleChoiceField(
        label=gettext_lazy("Research types"), required=False, widget=forms.CheckboxSelectMultiple
    )
    evidence = forms.ChoiceField(
        label=gettext_lazy("Evidence"), choices=Subscriber.Evidence.choices, widget=forms.RadioSelect
    )
    rhythm = forms.ChoiceField(
        label=gettext_lazy("How often"), choices=Subscriber.Rhythm.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        language = get_language() or "en"
        initial = {
            "language": f"{language}+",
            "evidence": Subscriber.Evidence.ANY,
            "rhythm": Subscriber.Rhythm.PUBLISHED,
        }
        kwargs["initial"] = {**initial, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        offer(self, "language", language_choices())
        shelves = {
            "topics": _named(in_reading_order(Topic.objects.all()), language),
            "research_types": _named(ResearchType.objects.all(), language),
        }
        for name, choices in shelves.items():
            offer(self, name, choices)
        self._offered = {name: len(choices) for name, choices in shelves.items()}

    @property
    def asked(self) -> Asked:
        """What was chosen. Every topic, or every type, is the same as none: all, also those that come later."""
        chosen = self.cleaned_data
        language = chosen["language"]
        return Asked(
            language=language.removesuffix("+"),
            takes_other_languages=language.endswith("+"),
            topics=self._unless_all("topics"),
            research_types=self._unless_all("research_types"),
            evidence=chosen["evidence"],
            rhythm=chosen["rhythm"],
        )

    def _unless_all(self, name: str) -> tuple[str, ...]:
        chosen = tuple(self.cleaned_data[name])
        return () if len(chosen) == self._offered[name] else chosen


def wishes_as_typed(subscriber: Subscriber) -> dict[str, Any]:
    """A subscriber's wishes as the form has them."""
    asked = Asked.of(subscriber)
    return {
        "language": asked.language + ("+" if asked.takes_other_languages else ""),
        "topics": asked.topics,
        "research_types": asked.research_types,
        "evidence": asked.evidence,
        "rhythm": asked.rhythm,
    }


class SubscribeForm(WishesForm):
    address = AddressField(label=gettext_lazy("E-mail address"))

    field_order = ("address",)

    @property
    def address_given(self) -> Address:
        given: Address = self.cleaned_data["address"]
        return given


class PauseForm(forms.Form):
    until = forms.DateField(
        label=gettext_lazy("No letters before"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Pickers of dates offer only what can be chosen."""
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        first, last = today + dt.timedelta(days=1), today + LONGEST_PAUSE
        self.fields["until"].widget.attrs.update(min=first.isoformat(), max=last.isoformat())

    def clean_until(self) -> dt.date:
        until: dt.date = self.cleaned_data["until"]
        today = timezone.localdate()
        if not today < until <= today + LONGEST_PAUSE:
            raise forms.ValidationError(_("Choose a day from tomorrow on, within a year."))
        return until


class MoveForm(forms.Form):
    to = AddressField(label=gettext_lazy("New e-mail address"))


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(choices=ReadingLogLine.Answer.choices, widget=forms.RadioSelect)


class LogLineForm(forms.Form):
    """A line of the reading log, as its reader fills it in.

    It comes back with what it was shown with: where the same page is open twice, only what was changed here is kept.
    """

    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes, as you estimate"),
        required=False,
        min_value=1,
        max_value=MOST_MINUTES,
        show_hidden_initial=True,
    )
    reflection = forms.CharField(
        label=gettext_lazy("What you make of it"),
        required=False,
        max_length=LONGEST_REFLECTION,
        widget=forms.Textarea(attrs={"rows": 3}),
        show_hidden_initial=True,
    )

    @property
    def written(self) -> Written:
        return Written(self.cleaned_data["minutes"], self.cleaned_data["reflection"])
