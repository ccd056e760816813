"""Forms for what the network says of itself, checked by the rules of the content files.

Each form makes one of the exchange's values (`digest.exchange.schema`), so that what can be typed here and what a
folder may hold are the same, and a digest that is exported can be imported again.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from rapport.digest.exchange.checking import TAKEN_ADDRESSES
from rapport.digest.exchange.explaining import explain
from rapport.digest.exchange.schema import (
    KEY,
    AnnouncementFile,
    File,
    PageHeader,
    ShelfItem,
    SiteFile,
    SynonymGroupFile,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LANGUAGES = dict(settings.LANGUAGES)
KEY_HELP = _("Small letters, digits and single hyphens, for example “drop-out”. It stands in addresses and stays.")


class ContentForm(forms.Form):
    """A form whose fields are those of a content file. A wording has a field for each language."""

    schema: ClassVar[type[File]]
    wordings: ClassVar[dict[str, tuple[StrOrPromise, StrOrPromise, bool]]] = {}  # name → label, help, needed
    long: ClassVar[frozenset[str]] = frozenset()  # wordings that are paragraphs
    lists: ClassVar[frozenset[str]] = frozenset()  # wordings that are lists, one item a line

    value: Any

    def __init__(self, *args: Any, fixed: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fixed = fixed or {}
        for name in self.fixed:
            self.fields.pop(name, None)
        for name, (label, help_text, needed) in self.wordings.items():
            for code, language in LANGUAGES.items():
                widget = forms.Textarea(attrs={"rows": 6 if name in self.lists else 3, "lang": code})
                plain = forms.TextInput(attrs={"lang": code})
                self.fields[f"{name}_{code}"] = forms.CharField(
                    label=f"{label} · {language}",
                    help_text=help_text,
                    required=needed and code == settings.LANGUAGE_CODE,
                    widget=widget if name in self.long | self.lists else plain,
                )
        if self.wordings:
            self.order_fields(["key", *(f"{name}_{code}" for name in self.wordings for code in LANGUAGES)])

    @property
    def stamp(self) -> str:
        """Changes with what is stored: the page carries it, so that two administrators do not overwrite each other."""
        shown = json.dumps(self.initial, sort_keys=True, default=str)
        return hashlib.sha256(shown.encode()).hexdigest()[:16]

    @classmethod
    def initial_of(cls, value: File) -> dict[str, Any]:
        """What the form shows of a value that is there."""
        shown: dict[str, Any] = {}
        for name, content in value.model_dump().items():
            if name in cls.wordings:
                for code, text in (content or {}).items():
                    shown[f"{name}_{code}"] = "\n".join(text) if name in cls.lists else text
            else:
                shown[name] = content
        return shown

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.data.get("on", self.stamp) != self.stamp:
            message = _("This was changed meanwhile. What you typed is still here; save again to put it in its place.")
            self.add_error(None, message)
        if self.errors:
            return cleaned
        try:
            self.value = self.schema.model_validate(self._data(cleaned))
        except ValidationError as error:
            for detail in error.errors():
                self.add_error(self._field_at(detail["loc"]), explain(detail, self.schema))
        return cleaned

    def _data(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        data: dict[str, Any] = dict(self.fixed)
        for name in self.wordings:
            texts = {code: cleaned.get(f"{name}_{code}", "").replace("\r\n", "\n").strip() for code in LANGUAGES}
            filled: dict[str, Any] = {code: text for code, text in texts.items() if text}
            if name in self.lists:
                filled = {code: _lines(text) for code, text in filled.items()}
            data[name] = filled or None
        own = {name for name in self.fields if name not in {f"{w}_{c}" for w in self.wordings for c in LANGUAGES}}
        for name in own & set(self.schema.model_fields):
            data[name] = self._plain(name, cleaned[name])
        return {name: value for name, value in data.items() if not (value is None or value == "")}

    def _plain(self, name: str, value: Any) -> Any:
        return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value

    def _field_at(self, place: tuple[str | int, ...]) -> str | None:
        """The field of the form in which a problem of the value stands; None: the form as a whole."""
        name = str(place[0]) if place else ""
        if name in self.wordings:
            code = next((str(part) for part in place[1:] if part in LANGUAGES), settings.LANGUAGE_CODE)
            return f"{name}_{code}"
        return name if name in self.fields else None


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


class SiteForm(ContentForm):
    schema = SiteFile
    wordings = {
        "name": (_("Name of the network"), "", True),
        "wordmark": (_("Wordmark"), _("The few words on top of every page."), True),
        "tagline": (_("Tagline"), "", True),
        "notice": (_("Notice bar"), _("A line above every page. Leave it empty for none."), False),
        "content_licence": (_("Licence of the entries"), "", False),
        "announcements_author": (_("Announcements are by"), "", False),
    }
    long = frozenset({"tagline", "notice", "content_licence"})
    contact_email = forms.EmailField(label=_("Contact address"), max_length=254)
    postal_address = forms.CharField(
        label=_("Postal address"), widget=forms.Textarea(attrs={"rows": 4}), help_text=_("Letters must carry one.")
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages of the site"), choices=settings.LANGUAGES, widget=forms.CheckboxSelectMultiple
    )

    def _plain(self, name: str, value: Any) -> Any:
        return tuple(value) if name == "languages" else super()._plain(name, value)


class KeyedForm(ContentForm):
    """For things that have a key; a key stays once it is given."""

    key = forms.CharField(label=_("Key"), max_length=60, help_text=KEY_HELP)


class ShelfForm(KeyedForm):
    schema = ShelfItem
    wordings = {
        "name": (_("Name"), "", True),
        "description": (_("Description"), _("One or two sentences under its heading."), False),
    }
    long = frozenset({"description"})
    variants = forms.CharField(
        label=_("Other spellings"),
        help_text=_("One a line: by these, saved pages of an older digest are understood."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @classmethod
    def initial_of(cls, value: File) -> dict[str, Any]:
        shown = super().initial_of(value)
        return {**shown, "variants": "\n".join(shown["variants"])}

    def _plain(self, name: str, value: Any) -> Any:
        return tuple(_lines(value)) if name == "variants" else super()._plain(name, value)


class SynonymsForm(KeyedForm):
    schema = SynonymGroupFile
    wordings = {
        "words": (_("Words that mean the same"), _("One a line. Who searches one of them finds all."), True),
        "asked_as": (_("Everyday words that ask for it"), _("One a line. They find the words above."), False),
    }
    lists = frozenset({"words", "asked_as"})


class AnnouncementForm(KeyedForm):
    schema = AnnouncementFile
    wordings = {
        "title": (_("Title"), "", True),
        "body": (_("Text"), _("Markdown: **bold**, *italic*, [words](https://…)."), True),
    }
    long = frozenset({"body"})
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("call", _("call for participants")), ("event", _("event")), ("news", _("news"))],
        widget=forms.RadioSelect,
    )
    link = forms.URLField(label=_("Link"), required=False, max_length=200, assume_scheme="https")
    starts = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    ends = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class PageForm(ContentForm):
    """A standing page in one language."""

    schema = PageHeader
    title = forms.CharField(label=_("Title"), max_length=200)
    body = forms.CharField(
        label=_("Text"),
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text=_("Markdown: ## for a heading, **bold**, *italic*, [words](https://…), - for a list."),
    )

    def clean_body(self) -> str:
        return str(self.cleaned_data["body"]).replace("\r\n", "\n").strip()


class NewPageForm(PageForm):
    field_order = ["slug", "language", "title", "body"]
    slug = forms.CharField(label=_("Address"), max_length=60, help_text=KEY_HELP)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect)

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        if not KEY.fullmatch(slug):
            raise forms.ValidationError(KEY_HELP)
        if slug in TAKEN_ADDRESSES or slug in LANGUAGES:
            raise forms.ValidationError(_("This address is taken by another part of the site. Choose another."))
        return slug
