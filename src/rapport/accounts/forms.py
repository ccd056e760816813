"""What people send about accounts. Signing in, passwords and passkeys have allauth's forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.utils.translation import gettext_lazy as _

from rapport.accounts.models import Invitation, Person, Role


def _languages() -> list[tuple[str, str]]:
    return list(settings.LANGUAGES)


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        help_text=_("As readers see it, for example “Edith Martin”."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language of mails to you"), choices=_languages, widget=forms.RadioSelect)


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        required=False,
        help_text=_("If you know how they write it; they can change it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one role; without one, the desk stays closed.")},
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=_languages, widget=forms.RadioSelect)


class AcceptForm(forms.Form):
    """How somebody who is invited is called, and the password they choose."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        help_text=_("As readers see it, for example “Edith Martin”."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=4096,  # hashing longer ones would only cost time
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, invitation: Invitation, **named: Any) -> None:
        super().__init__(*args, **named)
        self.invitation = invitation
        self.fields["password"].help_text = password_validators_help_text_html()

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        if password := sent.get("password"):
            person = Person(email=self.invitation.email, name=sent.get("name", ""))
            try:
                validate_password(password, person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return sent
