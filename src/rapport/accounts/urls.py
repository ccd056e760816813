"""The addresses of accounts, below `/account/`, each with its policy.

allauth's views are named one by one, with addresses in our words: what is not here cannot be reached.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as two_steps
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, re_path

from rapport.accounts.policies import ANYONE, SIGNED_IN, Policy, View, requires
from rapport.accounts.views import entering, own, people
from rapport.accounts.views.signing_in import sign_in


def _ours(policy: Policy, view: View) -> View:
    """A view of allauth's behind a policy, in our frame, whose `site` is the network and not the host's name."""

    @requires(policy)
    @wraps(view)
    def framed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if isinstance(response, TemplateResponse) and response.context_data:
            response.context_data.pop("site", None)
        return response

    return framed


def _allauth(policy: Policy, *addresses: tuple[str, View, str]) -> list[URLPattern]:
    return [path(route, _ours(policy, view), name=name) for route, view, name in addresses]


urlpatterns = [
    path("", own.account, name="account"),
    path("sessions/<int:pk>/end/", own.end, name="end_session"),
    path("sessions/end-others/", own.end_others, name="end_other_sessions"),
    path("people/", people.everybody, name="account_people"),
    path("people/invite/", people.send, name="invite_person"),
    path("people/invitations/<int:pk>/revoke/", people.revoke, name="revoke_invitation"),
    path("people/<int:pk>/", people.person, name="account_person"),
    path("people/<int:pk>/close/", people.close, name="close_account"),
    path("people/<int:pk>/reopen/", people.reopen, name="reopen_account"),
    path("invitation/<str:token>/", entering.invitation, name="invitation"),
    path("by-invitation/", entering.by_invitation, name="account_signup"),
    path("demo/<slug:key>/", entering.enter_demo, name="enter_demo"),
    path("keys/", own.to_account, name="mfa_index"),
    path("passkeys/", own.to_account, name="mfa_list_webauthn"),
    path("sessions/", own.to_account, name="usersessions_list"),
    *_allauth(
        ANYONE,
        ("sign-in/", sign_in, "account_login"),
        ("sign-in/code/", two_steps.authenticate, "mfa_authenticate"),
        ("sign-in/passkey/", passkeys.login_webauthn, "mfa_login_webauthn"),
        ("sign-out/", account.logout, "account_logout"),
        ("closed/", account.account_inactive, "account_inactive"),
        ("password/forgotten/", account.password_reset, "account_reset_password"),
        ("password/forgotten/sent/", account.password_reset_done, "account_reset_password_done"),
        ("password/new/done/", account.password_reset_from_key_done, "account_reset_password_from_key_done"),
        ("address/sent/", account.email_verification_sent, "account_email_verification_sent"),
        ("address/confirm/<str:key>/", account.confirm_email, "account_confirm_email"),
    ),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        _ours(ANYONE, account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    *_allauth(
        SIGNED_IN,
        ("address/", account.email, "account_email"),
        ("password/", account.password_change, "account_change_password"),
        ("password/set/", account.password_set, "account_set_password"),
        ("again/", account.reauthenticate, "account_reauthenticate"),
        ("again/code/", two_steps.reauthenticate, "mfa_reauthenticate"),
        ("again/passkey/", passkeys.reauthenticate_webauthn, "mfa_reauthenticate_webauthn"),
        ("app/", app.activate_totp, "mfa_activate_totp"),
        ("app/remove/", app.deactivate_totp, "mfa_deactivate_totp"),
        ("codes/", codes.view_recovery_codes, "mfa_view_recovery_codes"),
        ("codes/new/", codes.generate_recovery_codes, "mfa_generate_recovery_codes"),
        ("codes/file/", codes.download_recovery_codes, "mfa_download_recovery_codes"),
        ("passkeys/add/", passkeys.add_webauthn, "mfa_add_webauthn"),
        ("passkeys/<int:pk>/name/", passkeys.edit_webauthn, "mfa_edit_webauthn"),
        ("passkeys/<int:pk>/remove/", passkeys.remove_webauthn, "mfa_remove_webauthn"),
    ),
]
