"""Feeds, and the page that helps to choose one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rapport.digest.browsing import Selection, read_selection
from rapport.digest.caching import public_page
from rapport.digest.feeds.addresses import MEDIA_TYPES, MOST_TOGETHER, feed_address, feed_of
from rapport.digest.feeds.atom import write_atom
from rapport.digest.feeds.json_feed import write_json
from rapport.digest.feeds.reading import Feed, read_feed, title_of, whole_addresses
from rapport.literature.models import ResearchType, Shelf, Topic
from rapport.literature.queries import in_reading_order, near_shelves
from rapport.web.unknown import NotHere, NotUnderstood, Way
from rapport.web.wording import in_language

AnyShelf = TypeVar("AnyShelf", bound=Shelf)
WRITERS: dict[str, Callable[[Feed], str]] = {"atom": write_atom, "json": write_json}


@public_page
def feed(
    request: HttpRequest, form: str, topics: tuple[str, ...] = (), types: tuple[str, ...] = ()
) -> HttpResponseBase:
    asked = feed_of(topics=topics, types=types)
    if max(len(asked.topics), len(asked.types)) > MOST_TOGETHER:
        raise NotHere(_("The address makes too many choices at once."), [Way(_("Choose a feed"), reverse("subscribe"))])
    chosen_topics = _known(
        asked.topics,
        Topic.objects.all(),
        _("There is no topic “%(key)s”."),
        lambda keys: feed_address(replace(asked, topics=keys), form),
    )
    chosen_types = _known(
        asked.types,
        ResearchType.objects.all(),
        _("There is no research type “%(key)s”."),
        lambda keys: feed_address(replace(asked, types=keys), form),
    )
    address = feed_address(asked, form)
    if request.path != address:
        return HttpResponsePermanentRedirect(address)
    found = read_feed(request, topics=chosen_topics, types=chosen_types)
    response = HttpResponse(WRITERS[form](found), content_type=f"{MEDIA_TYPES[form]}; charset=utf-8")
    response["Link"] = ", ".join(
        f'<{link.address}>; rel="{link.rel}"; type="{link.media_type}"; hreflang="{link.language}"'
        for link in found.links(form)
    )
    return response


def _known(
    keys: tuple[str, ...],
    shelves: Iterable[AnyShelf],
    unknown: str,
    address_with: Callable[[tuple[str, ...]], str],
) -> list[AnyShelf]:
    """The shelves that `keys` name. Of the first that names none it is told which may have been meant."""
    by_key = {shelf.key: shelf for shelf in shelves} if keys else {}
    for wrong in keys:
        if wrong not in by_key:
            ways = [
                Way(_name(near), address_with(tuple(near.key if key == wrong else key for key in keys)))
                for near in near_shelves(wrong, by_key.values())
            ]
            raise NotHere(unknown % {"key": wrong[:60]}, [*ways, Way(_("Choose a feed"), reverse("subscribe"))])
    return [by_key[key] for key in keys]


def _name(shelf: Shelf) -> str:
    return in_language(shelf.name, get_language() or "en").text


@public_page
def subscribe(request: HttpRequest) -> HttpResponse:
    """What feeds are, the address of everything, and of what a reader picks."""
    topics, types = in_reading_order(Topic.objects.all()), list(ResearchType.objects.all())
    try:
        selection = read_selection(request.GET, topics=topics, types=types)
    except NotUnderstood as error:
        raise NotUnderstood(error.message, [Way(_("Choose again"), reverse("subscribe"))]) from None
    asked = feed_of(topics=selection.topics, types=selection.types)
    language = selection.language or get_language() or "en"
    picked_topics = [topic for topic in topics if topic.key in asked.topics]
    picked_types = [kind for kind in types if kind.key in asked.types]
    everything = whole_addresses(request, Selection())
    context = {
        "topics": topics,
        "types": types,
        "picked": asked,
        "picked_title": title_of(picked_topics, picked_types),
        "picked_language": language,
        "picked_addresses": whole_addresses(request, asked).get(language, {}) if request.GET else {},
        "everything": [(code, name, everything[code]) for code, name in settings.LANGUAGES if code in everything],
    }
    return render(request, "digest/subscribe.html", context)
