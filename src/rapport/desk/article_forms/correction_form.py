"""What readers are told when something about a published entry's article changes, and why it did."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.desk.article_forms.value_form import ValueForm


class CorrectionForm(ValueForm):
    """One line for readers in each language, and the reason, which only the network sees."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("For the network. Readers do not see it."),
    )

    def __init__(self, *arguments: Any, entry_language: str, **named: Any) -> None:
        super().__init__(*arguments, prefix="correction", **named)
        self.add_wording("account", most=300)
        own = self.fields[f"account_{entry_language}"]
        own.required = True
        own.error_messages["required"] = _(
            "Tell readers in one line what changes, in the entry's own language at least."
        )

    @property
    def accounts(self) -> list[Any]:
        return self.wording_fields("account")
