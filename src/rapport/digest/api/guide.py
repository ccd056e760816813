"""The page about the interface, for the people who write programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate

from rapport.digest import queries
from rapport.digest.caching import public_page
from rapport.web.addresses import whole


@public_page
def for_programs(request: HttpRequest) -> HttpResponse:
    """What there is, and three examples of what is really in this digest."""
    topics = queries.topics_with_counts(localdate())
    context = {
        "beginning": whole(request, reverse("api:beginning")),
        "document": whole(request, reverse("api:openapi")),
        "topic": max(topics, key=lambda topic: topic.shown, default=None),  # type: ignore[attr-defined]  # counted when read
    }
    return render(request, "digest/api.html", context)
