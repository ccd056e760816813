"""What is asked with a deed: reasons, accounts for readers, a moment, a label."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.desk.queries import Words
from rapport.literature.models import ResearchType, Topic
from rapport.web.templatetags.web import language_name, plainly

LONGEST_REASON, LONGEST_LINE, LONGEST_LABEL = 4000, 300, 200
LINES = {"rows": 2}
PREVIEW_DAYS = ((7, gettext_lazy("a week")), (14, gettext_lazy("two weeks")), (30, gettext_lazy("a month")))


def reason_field(label: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3})
    )


def offer_choices(form: forms.Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField), "only such a field has choices"
    field.choices = list(choices)


class Plain(forms.Form):
    """A deed that asks nothing."""


class Approve(forms.Form):
    """Approves what was read: the versions that stood on the page, “en:3.2 fr:1.1”."""

    seen = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)

    def clean_seen(self) -> dict[str, tuple[int, int]]:
        found = re.findall(r"([a-z]{2}):(\d{1,9})\.(\d{1,9})", self.cleaned_data["seen"], re.ASCII)
        return {language: (int(number), int(saves)) for language, number, saves in found}

    @staticmethod
    def seen_of(newest: Mapping[str, Words]) -> str:
        return " ".join(f"{language}:{words.number}.{words.saves}" for language, words in newest.items())


class ApproveTranslation(Approve):
    language = forms.CharField(widget=forms.HiddenInput, max_length=8)


class SendBack(forms.Form):
    reason = reason_field(
        gettext_lazy("Why, for its author"), gettext_lazy("It stays in the entry’s history; readers do not see it.")
    )


class Accounts(forms.Form):
    """Who tells readers something tells it in each of the site's languages: the fields `account_en`, `account_fr`."""

    first = True  # whether the entry's own language must have a line

    def __init__(self, *args: Any, languages: Sequence[str], own: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = languages
        for code in languages:
            self.fields[f"account_{code}"] = forms.CharField(
                label=_("For readers, in %(language)s") % {"language": language_name(code)},
                required=self.first and code == own,
                max_length=LONGEST_LINE,
                widget=forms.Textarea(attrs={**LINES, "lang": code}),
            )

    @property
    def account(self) -> dict[str, str]:
        """The account by language, without those left empty."""
        lines = {code: self.cleaned_data[f"account_{code}"].strip() for code in self.languages}
        return {code: line for code, line in lines.items() if line}


class Correct(Accounts):
    """A correction of some of an entry's texts: readers of each of these are told in their language."""

    def __init__(
        self, *args: Any, corrected: Collection[str] = (), left: Mapping[str, bool] | None = None, **kwargs: Any
    ) -> None:
        """`left`: the other languages that readers have, and whether each is behind by this correction."""
        super().__init__(*args, **kwargs)
        for code in self.languages:
            field = self.fields[f"account_{code}"]
            field.required = field.required or code in corrected
            if (left or {}).get(code):
                hint = _(
                    "The %(language)s text is not corrected yet. Correct it first, and publish both together; "
                    "or its readers are told, in their language, that theirs does not have the correction yet."
                )
                field.help_text = hint % {"language": language_name(code)}

    reason = reason_field(
        gettext_lazy("Why, for the network"), gettext_lazy("For example who noticed it. Readers do not see it.")
    )


class PublishTranslation(Accounts):
    first = False
    language = forms.CharField(widget=forms.HiddenInput, max_length=8)


class Withdraw(Correct):
    """Where a line is left empty, its readers see that in the entry's own language, marked as being in it."""

    sure = forms.BooleanField(
        label=gettext_lazy("I understand that this cannot be undone."),
        error_messages={"required": gettext_lazy("Tick this to withdraw the entry.")},
    )


class Preview(forms.Form):
    label = forms.CharField(
        label=gettext_lazy("For whom"),
        help_text=gettext_lazy("So that you know later whose link this is, for example “Prof. Martin”."),
        max_length=LONGEST_LABEL,
    )
    days = forms.TypedChoiceField(label=gettext_lazy("Valid for"), choices=PREVIEW_DAYS, coerce=int, initial=14)


class Shelves(forms.Form):
    """Topics and research type."""

    research_type = forms.ModelChoiceField(
        label=gettext_lazy("Research type"), queryset=ResearchType.objects.none(), empty_label=None,
        to_field_name="key", widget=forms.RadioSelect,
    )  # fmt: skip
    topics = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Topics"), queryset=Topic.objects.none(), required=False, to_field_name="key",
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, shelves in (("research_type", ResearchType.objects.all()), ("topics", Topic.objects.all())):
            field = self.fields[name]
            field.queryset = shelves  # type: ignore[attr-defined]  # of a model's choices
            field.label_from_instance = lambda shelf: plainly(shelf.name)  # type: ignore[attr-defined]  # likewise


class Place(forms.Form):
    """Which issue an entry goes to."""

    issue = forms.ChoiceField(label=gettext_lazy("Issue"))

    def __init__(self, *args: Any, issues: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "issue", issues)


class TaskDone(forms.Form):
    outcome = reason_field(
        gettext_lazy("What was done"), gettext_lazy("One or two sentences; they stay with the task.")
    )


class Rules(forms.Form):
    second_person_approves = forms.BooleanField(
        label=gettext_lazy("An entry is approved by somebody other than its author"),
        help_text=gettext_lazy("Without this, an editor may approve what they wrote themselves."),
        required=False,
    )
