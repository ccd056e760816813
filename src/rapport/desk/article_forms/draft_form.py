"""The form from a look-up to a draft: where services differ a choice, and what an entry needs to begin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from rapport.desk.article_forms.article_form import BIBLIOGRAPHIC, KINDS, LANGUAGES, BibliographicForm
from rapport.desk.looked_up import Found
from rapport.digest.exchange.schema import ArticleFile
from rapport.literature.models import ResearchType, Topic
from rapport.web.wording import in_language

OTHER: Final = "other"
CHOICES: Final = {"kind": dict(KINDS), "language": dict(LANGUAGES)}


class DraftForm(BibliographicForm):
    """`value` is the article's, once the form is valid. Choices start unset; what the services agree on is typed in."""

    abstract = forms.CharField(
        label=gettext_lazy("Abstract"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Kept privately, for checking what you write. It is never published."),
    )
    research_type = forms.ChoiceField(label=gettext_lazy("Research type"), widget=forms.RadioSelect)
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Topics"), required=False, widget=forms.CheckboxSelectMultiple
    )
    entry_language = forms.ChoiceField(
        label=gettext_lazy("The entry is written in"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
    working_title = forms.CharField(
        label=gettext_lazy("Working title"),
        max_length=200,
        help_text=gettext_lazy("What the entry will say, in a few words. You can change it as often as you like."),
    )
    is_another = forms.BooleanField(label=gettext_lazy("This is another article"), required=False)

    def __init__(
        self,
        *arguments: Any,
        found: Found,
        research_types: Iterable[ResearchType],
        topics: Iterable[Topic],
        **named: Any,
    ) -> None:
        named["initial"] = {
            **{name: told.value for name, told in found.agreed.items()},
            "abstract": found.abstract,
            "entry_language": get_language(),
            **(named.get("initial") or {}),
        }
        super().__init__(*arguments, **named)
        self.found = found
        choices = {"research_type": research_types, "topics": topics}
        for name, shelves in choices.items():
            named_shelves = [(shelf.key, in_language(shelf.name, self.read_in).text) for shelf in shelves]
            self.fields[name].choices = named_shelves  # type: ignore[attr-defined]  # both are choice fields
        for name, told in found.differing.items():
            if name not in self.fields:
                continue
            options = [(str(place), one.value) for place, one in enumerate(told)]
            self.fields[f"choose_{name}"] = forms.ChoiceField(
                label=self.fields[name].label, choices=[*options, (OTHER, OTHER)], widget=forms.RadioSelect
            )
            self.fields[name].required = False

    @property
    def choices_to_make(self) -> list[dict[str, Any]]:
        """The fields on which the sources differ: each value with who gave it, and a place to type another."""
        return [
            {
                "field": self[f"choose_{name}"],
                "name": name,
                "chosen": self[f"choose_{name}"].value(),
                "told": [(str(place), CHOICES.get(name, {}).get(one.value, one.value), one.by)
                         for place, one in enumerate(told)],
                "other": self[name],
            }
            for name, told in self.found.differing.items() if name in self.fields
        ]  # fmt: skip

    @property
    def plain_fields(self) -> list[tuple[BoundField, str]]:
        """The other bibliographic fields, each with the names of those who gave its value."""
        return [
            (self[name], self.found.agreed[name].by if name in self.found.agreed else "")
            for name in BIBLIOGRAPHIC
            if f"choose_{name}" not in self.fields
        ]

    def clean(self) -> dict[str, Any]:
        for name, told in self.found.differing.items():
            chosen = self.cleaned_data.get(f"choose_{name}")
            if chosen is None:
                continue
            if chosen == OTHER:
                if not self.cleaned_data.get(name) and name in ("title", "authors"):
                    self.add_error(name, _("Type what is right, or choose one of the others."))
            else:
                self.cleaned_data[name] = told[int(chosen)].value
        facts = self.bibliographic()
        facts["read_level"] = "abstract"  # what we have of it so far; the article's page asks
        self.refuse_a_second(facts)
        if not self.errors:
            self.value = self.make_value(ArticleFile, facts)
        return self.cleaned_data
