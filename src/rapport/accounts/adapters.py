"""How allauth behaves here: nobody signs up by themselves, what happens is written down, mail may fail."""

from __future__ import annotations

import logging
from typing import Any

import qrcode  # type: ignore[import-untyped]  # it ships no types
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.demo import is_demo_address
from rapport.accounts.models import Person
from rapport.audit.actions import record
from rapport.web.mail import NOT_SENT

logger = logging.getLogger(__name__)

# What allauth tells a person by mail, and the word that the audit has for it.
DEEDS = {
    "account/email/password_changed": "password.changed",
    "account/email/password_reset": "password.reset",
    "account/email/password_set": "password.set",
    "account/email/email_changed": "address.changed",
    "mfa/email/totp_activated": "app.added",
    "mfa/email/totp_deactivated": "app.removed",
    "mfa/email/recovery_codes_generated": "codes.made",
    "mfa/email/webauthn_added": "passkey.added",
    "mfa/email/webauthn_removed": "passkey.removed",
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy("This e-mail address and this password do not go together."),
        "too_many_login_attempts": gettext_lazy(
            "There were too many attempts with a wrong password. Wait five minutes, or set a new password."
        ),
        "enter_current_password": gettext_lazy("This is not your password as it is now."),
        "incorrect_password": gettext_lazy("This is not your password."),
        "incorrect_code": gettext_lazy("This code is not right, or no longer. Wait for the next one and try again."),
        "email_taken": gettext_lazy("Somebody here has an account with this address."),
        "rate_limited": gettext_lazy("That was too often in a short time. Wait a minute, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made from invitations, at the invitation's own address."""
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Only what a passkey is to sign is told to a script: allauth makes its other answers without our frame."""
        match = request.resolver_match
        asks_for_passkey = match is not None and match.url_name == "mfa_login_webauthn" and request.method == "GET"
        return asks_for_passkey and bool(super().is_ajax(request))

    def pre_login(self, request: HttpRequest, user: Person, **facts: Any) -> HttpResponse | None:
        """Accounts of the demo, whose password everybody knows, open nothing on a real host."""
        if is_demo_address(user.email) and not settings.DEMO:
            return HttpResponseRedirect(reverse("account_inactive"))
        answer: HttpResponse | None = super().pre_login(request, user, **facts)
        return answer

    def post_login(self, request: HttpRequest, user: Person, **facts: Any) -> HttpResponse:
        record(stream="digest", by=user, did="session.begun", about=f"person:{user.pk}")
        answer: HttpResponse = super().post_login(request, user, **facts)
        return answer

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        return reverse("account")

    def send_notification_mail(
        self, template_prefix: str, user: Person, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """allauth calls this for everything that changes how a person signs in, so it is written down here too."""
        if template_prefix in DEEDS:
            record(stream="digest", by=user, did=DEEDS[template_prefix], about=f"person:{user.pk}")
        super().send_notification_mail(template_prefix, user, context, email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail that does not go out is the host's to mend; whoever is signed in is told."""
        try:
            super().send_mail(template_prefix, email, context)
        except NOT_SENT:
            logger.exception("A mail (%s) could not be sent; `rapport doctor` says more.", template_prefix)
            if self.request.user.is_authenticated:
                messages.error(self.request, _("The mail could not be sent. Try again later, or tell your host."))


class TwoStepsAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "unverified_email": gettext_lazy("Confirm your e-mail address first: open it under “Your account”."),
        "add_email_blocked": gettext_lazy(
            "An account with two steps keeps its address. Remove the second step, change the address, then add it anew."
        ),
    }

    def build_totp_svg(self, url: str) -> str:
        """A square drawing that takes its colours from the page; allauth's has a size and colours of its own."""
        code = qrcode.QRCode(border=2)
        code.add_data(url)
        rows = code.get_matrix()
        cells = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
        label = _("QR code for your app")
        return (
            f'<svg class="qr" viewBox="0 0 {len(rows)} {len(rows)}" shape-rendering="crispEdges" role="img" '
            f'aria-label="{label}"><path fill="currentColor" d="{cells}"/></svg>'
        )

    def generate_authenticator_name(self, user: Person, type: Authenticator.Type) -> str:  # noqa: A002  # allauth's name
        count = Authenticator.objects.filter(user=user, type=type).count()
        return _("Passkey") if not count else _("Passkey %(number)s") % {"number": count + 1}
