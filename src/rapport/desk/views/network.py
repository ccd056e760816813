"""The network's own: identity, standing pages, and the lists of topics, types, synonyms and announcements."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.accounts.policies import requires, signed_in
from rapport.desk.network.actions import change_page, change_site, put_in_order, remove_own
from rapport.desk.network.forms import NewPageForm, PageForm, SiteForm
from rapport.desk.network.kinds import KINDS, Kind
from rapport.desk.policies import MAY_RUN
from rapport.digest.exchange.database import read_site
from rapport.digest.models import Page
from rapport.web.unknown import NotHere, NotUnderstood


@requires(MAY_RUN)
@require_safe
def network(request: HttpRequest) -> HttpResponse:
    lists = [(kind, kind.model._default_manager.count()) for kind in KINDS.values()]
    return render(request, "desk/network/network.html", {"lists": lists, "pages": Page.objects.count()})


@requires(MAY_RUN)
def site(request: HttpRequest) -> HttpResponseBase:
    there = read_site()
    form = SiteForm(request.POST or None, initial=SiteForm.initial_of(there) if there else None)
    if request.method == "POST" and form.is_valid():
        change_site(site=form.value, by=signed_in(request))
        messages.success(request, _("Saved. Every page shows it from now on."))
        return redirect("desk_network")
    return render(request, "desk/network/form.html", {"form": form, "title": _("Identity"), "back": "desk_network"})


@requires(MAY_RUN)
def listed(request: HttpRequest, slug: str) -> HttpResponseBase:
    kind = _kind(slug)
    if request.method == "POST":
        keys = list(kind.model._default_manager.order_by("position", "key").values_list("key", flat=True))
        put_in_order(kind=kind.model, keys=_moved(keys, request.POST), by=signed_in(request))
        return redirect("desk_network_list", slug)
    language = get_language() or "en"
    items = [
        (thing, kind.name_of(thing, language)) for thing in kind.model._default_manager.order_by("position", "key")
    ]
    return render(request, "desk/network/list.html", {"kind": kind, "items": items})


@requires(MAY_RUN)
def new_listed(request: HttpRequest, slug: str) -> HttpResponseBase:
    kind = _kind(slug)
    form = kind.form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if kind.model._default_manager.filter(key=form.value.key).exists():
            form.add_error("key", _("“%(key)s” is there already. Choose another key.") % {"key": form.value.key})
        else:
            return _saved(request, kind, form.value)
    return render(request, "desk/network/form.html", {"form": form, "title": kind.new, "kind": kind})


@requires(MAY_RUN)
def one_listed(request: HttpRequest, slug: str, key: str) -> HttpResponseBase:
    kind = _kind(slug)
    thing = get_object_or_404(kind.model, key=key)
    initial = kind.form.initial_of(kind.value_of(thing))
    form = kind.form(request.POST or None, initial=initial, fixed={"key": key})
    if request.method == "POST" and form.is_valid():
        return _saved(request, kind, form.value)
    name = kind.name_of(thing, get_language() or "en")
    return render(request, "desk/network/form.html", {"form": form, "title": name, "kind": kind, "thing": thing})


@requires(MAY_RUN)
@require_POST
def remove_listed(request: HttpRequest, slug: str, key: str) -> HttpResponseBase:
    kind = _kind(slug)
    thing: Any = get_object_or_404(kind.model, key=key)
    try:
        remove_own(thing=thing, by=signed_in(request))
    except ProtectedError:
        messages.error(request, _("Not removed: entries stand on it. Move them elsewhere first."))
        return redirect("desk_network_one", slug, key)
    messages.success(request, _("Removed."))
    return redirect("desk_network_list", slug)


@requires(MAY_RUN)
@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/network/pages.html", {"pages": Page.objects.all()})


@requires(MAY_RUN)
def new_page(request: HttpRequest) -> HttpResponseBase:
    form = NewPageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        if Page.objects.filter(slug=typed["slug"], language=typed["language"]).exists():
            form.add_error("slug", _("This page is there already in this language. Edit it instead."))
        else:
            change_page(**{name: typed[name] for name in ("slug", "language", "title", "body")}, by=signed_in(request))
            messages.success(request, _("Saved. Readers see it from now on."))
            return redirect("desk_pages")
    return render(request, "desk/network/form.html", {"form": form, "title": _("New page"), "back": "desk_pages"})


@requires(MAY_RUN)
def one_page(request: HttpRequest, slug: str, language: str) -> HttpResponseBase:
    page = get_object_or_404(Page, slug=slug, language=language)
    form = PageForm(request.POST or None, initial={"title": page.title, "body": page.body})
    if request.method == "POST" and form.is_valid():
        title, body = form.cleaned_data["title"], form.cleaned_data["body"]
        change_page(slug=slug, language=language, title=title, body=body, by=signed_in(request))
        messages.success(request, _("Saved. Readers see it from now on."))
        return redirect("desk_pages")
    context = {"form": form, "title": page.title, "back": "desk_pages", "page_shown": page}
    return render(request, "desk/network/form.html", context)


def _kind(slug: str) -> Kind:
    if slug not in KINDS:
        raise NotHere(_("There is no such list."))
    return KINDS[slug]


def _saved(request: HttpRequest, kind: Kind, value: object) -> HttpResponseBase:
    kind.change(value, signed_in(request))
    messages.success(request, _("Saved. Readers see it from now on."))
    return redirect("desk_network_list", kind.slug)


def _moved(keys: list[str], sent: dict[str, str]) -> list[str]:
    """`keys` with one of them a place up or down."""
    key, direction = sent.get("key", ""), sent.get("move", "")
    if key not in keys or direction not in ("up", "down"):
        raise NotUnderstood(_("It was not understood what to move. Go back and press the button again."))
    place = keys.index(key)
    other = max(place - 1, 0) if direction == "up" else min(place + 1, len(keys) - 1)
    keys[place], keys[other] = keys[other], keys[place]
    return keys
