"""The pages of a list: the first at the list's own address, the others under `page/2/`.

In the path, so that a list can be published as files, which have no query. Where choices stand in the query
already, the page stands there with them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.paginator import EmptyPage, Page, Paginator
from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from rapport.digest.browsing import PARAMETERS
from rapport.web.unknown import NotHere, Way

ENTRIES_PER_PAGE = 20
ARTICLES_PER_PAGE = 20
FINDINGS_PER_PAGE = 20

View = Callable[..., HttpResponseBase]


def paged(view: View) -> View:
    """Give the view of a list the `number` of the page that is asked for, at that page's one address.

    What was once the address of a page (`?page=2`), and `page/1/`, lead there for good.
    """

    @wraps(view)
    def at_its_address(request: HttpRequest, *args: Any, number: int = 1, **kwargs: Any) -> HttpResponseBase:
        asked = request.GET.get("page")
        if asked is not None:
            if not re.fullmatch(r"\d{1,9}", asked, re.ASCII):
                raise _no_such_page(request, asked)
            number = int(asked)
        path, in_query, _query = address_of_page(request, number).partition("?")
        if request.path != path or (asked is not None and not in_query):
            return HttpResponsePermanentRedirect(address_of_page(request, number))
        return view(request, *args, number=number, **kwargs)

    return at_its_address


def address_of_page(request: HttpRequest, number: int) -> str:
    """Where page `number` of the list at this address is; the choices in the query are kept."""
    match = request.resolver_match
    assert match is not None, "a list has an address"
    captured: dict[str, Any] = match.captured_kwargs  # type: ignore[attr-defined]  # not in its stubs
    place = {name: value for name, value in captured.items() if name != "number"}
    page = {} if number == 1 else {"number": number}
    if not _chosen(request):
        return reverse(match.view_name, kwargs={**place, **page})
    query = request.GET.copy()
    query.pop("page", None)
    if page:
        query["page"] = str(number)
    return f"{reverse(match.view_name, kwargs=place)}?{query.urlencode()}"


def page_of(paginator: Paginator, number: int, request: HttpRequest) -> Page:  # type: ignore[type-arg]  # generic in its stubs only
    """Page `number` of a list. Raises `NotHere` where there is none."""
    try:
        return paginator.page(number)
    except EmptyPage:
        raise _no_such_page(request, str(number)) from None


def _chosen(request: HttpRequest) -> bool:
    """Whether choices stand in the query: on Browse, and nowhere else, a query says something."""
    match = request.resolver_match
    if match is None or match.url_name != "browse":
        return False
    return any(name in PARAMETERS and name != "page" for name in request.GET)


def _no_such_page(request: HttpRequest, asked: str) -> NotHere:
    first = Way(str(_("First page")), address_of_page(request, 1))
    return NotHere(_("There is no page “%(page)s” of this list.") % {"page": asked[:20]}, [first])
