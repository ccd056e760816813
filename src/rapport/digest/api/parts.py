"""Long lists in parts: where a part begins is told by a cursor.

A cursor says after which row to go on, by the values that the list is ordered by, and not how many rows to skip:
what is published or withdrawn meanwhile neither repeats nor hides anything. It is signed, so that none but ours is
followed, for one list and the choices made in it. It holds no time: the same part has the same cursor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from rapport.digest.api.questions import Question
from rapport.digest.api.refusals import Refused
from rapport.web.addresses import whole

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Order:
    """The fields that order a list, as `order_by` takes them.

    Together they tell each row from every other, and none of them changes while a row stays what it is:
    an entry's place in its issue would, so entries of one issue are ordered by their slugs.
    """

    fields: tuple[str, ...]

    def place_of(self, row: Model) -> list[Any]:
        """The row's values, as a cursor keeps them."""
        return [_value(row, field.lstrip("-")) for field in self.fields]

    def after(self, place: list[Any]) -> Q:
        """The rows that come after this place: those that differ first in one of the fields, and there go further."""
        same, further = Q(), Q()
        for field, value in zip(self.fields, place, strict=True):
            name = field.lstrip("-")
            further |= same & Q(**{f"{name}__{'lt' if field.startswith('-') else 'gt'}": value})
            same &= Q(**{name: value})
        return further


ENTRIES = Order(("-issue__year", "-issue__month", "slug"))
ISSUES = Order(("-year", "-month"))
ARTICLES = Order(("sort_key", "key"))
FINDINGS = Order(
    ("-article__entry__issue__year", "-article__entry__issue__month", "article__entry__slug", "key"),
)


@dataclass(frozen=True)
class PartOf(Generic[M]):
    """Some rows of a list, and the address of those that follow."""

    rows: list[M]
    next: str | None


def part_of(
    rows: QuerySet[M], order: Order, *, read: QuerySet[M], question: Question, request: HttpRequest
) -> PartOf[M]:
    """Those of `rows` that `question` asks for at a time, with all that `read` reads of them.

    Raises `Refused` for a cursor that was not given for this list.
    """
    signer = signing.Signer(salt=f"{request.path} {','.join(order.fields)} {question.choices()}")
    if question.cursor:
        rows = rows.filter(order.after(_read(signer, question.cursor)))
    # Which rows they are is found out before what they say is read: sorting a whole digest is slow when rows are wide.
    # One more than asked for tells whether there are more.
    standing = rows.order_by(*order.fields).values("pk")[: question.limit + 1]
    found = list(read.filter(pk__in=standing).order_by(*order.fields))
    if len(found) <= question.limit:
        return PartOf(found, None)
    found.pop()
    query = request.GET.copy()
    query["cursor"] = signer.sign_object(order.place_of(found[-1]))
    return PartOf(found, whole(request, f"{request.path}?{query.urlencode()}"))


def _read(signer: signing.Signer, cursor: str) -> list[Any]:
    try:
        place: list[Any] = signer.unsign_object(cursor)
    except signing.BadSignature:
        raise Refused(
            400,
            "The cursor is not one that was given for this list and these choices.",
            where="cursor",
            mend="Ask for the list without a cursor, then follow `next` as it stands.",
        ) from None
    return place


def _value(row: Model, path: str) -> Any:
    value: Any = row
    for name in path.split("__"):
        value = getattr(value, name)
    return value
