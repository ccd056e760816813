"""allauth's forms for passkeys, hardened: an answer that no browser gives is refused, where allauth would fail."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms


def _refused() -> Exception:
    refusal: Exception = get_adapter().validation_error("incorrect_code")
    return refusal


class _Credential:
    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]  # of the form beside which this stands
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise _refused() from error


class AddPasskeyForm(forms.AddWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    def clean(self) -> Any:
        try:
            return super().clean()
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise _refused() from error


class LoginPasskeyForm(_Credential, forms.LoginWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    pass


class SecondStepPasskeyForm(_Credential, forms.AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    pass


class AgainPasskeyForm(_Credential, forms.ReauthenticateWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    pass
