"""What templates say about accounts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.conf import settings
from django.forms.boundfield import BoundField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from rapport.accounts.browsers import browser_name
from rapport.accounts.demo import DEMO_PASSWORD, DEMO_PEOPLE, offers_demo_accounts
from rapport.accounts.models import Invitation, Person, Role
from rapport.accounts.policies import MAY_KEEP_ACCOUNTS, person_of
from rapport.accounts.queries import state_of
from rapport.web.templatetags.web import day_name

register = template.Library()
register.filter("browser_name", browser_name)


@register.inclusion_tag("accounts/field.html")
def field(bound: BoundField, label: str = "", help_text: str = "") -> dict[str, Any]:
    """A field with its label, its help and what is wrong with it; `label` and `help_text` replace its own."""
    group = bound.use_fieldset
    widget = bound.as_widget(attrs={} if group else {"placeholder": False})  # a label is never only in a placeholder
    return {
        "field": bound,
        "label": label or bound.label,
        "help_text": help_text or bound.help_text,
        "widget": widget,
        "kind": "group" if group else "tick" if bound.widget_type == "checkbox" else "line",
    }


@register.simple_tag(takes_context=True)
def signed_in_person(context: template.Context) -> Person | None:
    """Who asks, on pages of accounts only: public pages must not look."""
    request: HttpRequest = context["request"]
    return person_of(request)


@register.filter
def keeps_accounts(person: Person) -> bool:
    return MAY_KEEP_ACCOUNTS.allows(person)


@register.filter
def role_names(roles: Any) -> str:
    """“author, editor”, of keys or of grants, in the order of the roles."""
    keys = {getattr(role, "role", role) for role in roles}
    return ", ".join(str(role.label) for role in Role if role.value in keys)


@register.filter
def day(time: dt.datetime) -> str:
    return day_name(timezone.localtime(time))


@register.filter
def state(invitation: Invitation) -> str:
    return state_of(invitation, timezone.now())


@register.simple_tag(takes_context=True)
def demo(context: template.Context) -> dict[str, Any] | None:
    """The demo's people and their password, where they are offered."""
    request: HttpRequest = context["request"]
    if not settings.DEMO or not offers_demo_accounts(request):
        return None
    return {"people": DEMO_PEOPLE, "password": DEMO_PASSWORD}


@register.filter
def drawing(svg: str) -> SafeString:
    """The QR code of `adapters.TwoStepsAdapter`, which holds numbers and one translated label."""
    return mark_safe(svg)  # noqa: S308  # made by us, from whole numbers
