"""What a provider tells of letters that it delivers for us, posted to an address of ours with a secret.

Opening and following links is not asked for; what a provider tells of it all the same is not looked at.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.conf import settings
from django.http import HttpRequest, HttpResponseBadRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.utils import timezone

from rapport.accounts.policies import ANYONE, with_policy
from rapport.mailing.actions.returns import keep_return, unsubscribed_elsewhere
from rapport.mailing.bounces.reading import MESSAGE_ID
from rapport.mailing.bounces.verdicts import gravity, has_code
from rapport.mailing.models import Delivery, Return
from rapport.mailing.tokens import BadToken, read_bounce_token

log = logging.getLogger("rapport.mailing")
UNSUBSCRIBED = "unsubscribed"
# Nobody receives mail there, or the provider has found that out before and sends no more.
NOBODY_THERE = {RejectReason.INVALID, RejectReason.BOUNCED}


def webhook() -> list[URLPattern]:
    """The address that the provider posts to, where the host has set one up with a secret."""
    name = settings.MAIL_PROVIDER
    if not name or not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        return []
    from anymail import urls  # it loads all providers: only where there is one

    views: dict[str, Callable[..., HttpResponseBase]] = {
        pattern.name: pattern.callback for pattern in urls.urlpatterns if pattern.name
    }
    view = views.get(f"{name}_tracking_webhook")
    return [path("letters/provider/", with_policy(ANYONE)(_asked_well(view)), name="letter_provider")] if view else []


def _asked_well(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view, where what is posted has another form than the provider's: that is refused, and is no fault here."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (ValueError, TypeError, LookupError, AttributeError):
            log.exception("What was posted in the name of the mail provider could not be read")
            return HttpResponseBadRequest()

    return guarded


def take_event(sender: object, event: AnymailTrackingEvent, esp_name: str, **more: Any) -> None:
    """Do what an event asks for: called by anymail, which has seen to the secret."""
    asks_for = what_it_says(event)
    if not asks_for:
        return
    delivery = _delivery(event)
    if delivery is None:
        log.warning("%s tells of a letter that is none of ours (%s).", esp_name, event.event_type)
        return
    if asks_for == UNSUBSCRIBED:
        unsubscribed_elsewhere(delivery=delivery, now=timezone.now())
        return
    told = event.event_id or f"{event.message_id} {event.event_type} {event.timestamp}"
    keep_return(
        key=hashlib.sha256(f"{esp_name} {told}".encode()).hexdigest(),
        kind=asks_for,
        delivery=delivery,
        said=str(event.mta_response or event.description or event.reject_reason or ""),
        now=timezone.now(),
    )


def what_it_says(event: AnymailTrackingEvent) -> str:
    """The kind of return that an event tells of, or that they unsubscribed; nothing for all else."""
    reason = event.reject_reason
    if event.event_type in (EventType.COMPLAINED, EventType.UNSUBSCRIBED):
        return Return.Kind.COMPLAINT if event.event_type == EventType.COMPLAINED else UNSUBSCRIBED
    if event.event_type == EventType.BOUNCED:
        said = f"{event.mta_response or ''} {event.description or ''}"
        if has_code(said):
            return gravity("", said)
        return Return.Kind.HARD if reason in NOBODY_THERE else Return.Kind.SOFT
    if event.event_type == EventType.REJECTED:  # the provider keeps lists of its own
        if reason == RejectReason.UNSUBSCRIBED:
            return UNSUBSCRIBED
        if reason == RejectReason.SPAM:
            return Return.Kind.COMPLAINT
        return Return.Kind.HARD if reason in NOBODY_THERE else Return.Kind.SOFT
    return ""


def _delivery(event: AnymailTrackingEvent) -> Delivery | None:
    """By what we gave the letter along, or by its name; never by an address."""
    metadata = event.metadata if isinstance(event.metadata, dict) else {}
    tokens = [str(metadata.get("delivery", "")), *MESSAGE_ID.findall(str(event.message_id or ""))]
    for token in tokens:
        try:
            return read_bounce_token(token)
        except BadToken:
            continue
    return None
