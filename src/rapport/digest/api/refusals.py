"""What is said of a question that cannot be answered: always JSON, always what was wrong, where, and the mend."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from django.http import HttpRequest, JsonResponse
from ninja.errors import ValidationError

from rapport.digest.api.schemas import Refusal

SHOWN = 60  # characters of what was asked for that a refusal repeats

# What a parameter should look like, where pydantic’s own words do not say it to a stranger.
MENDS = {
    "limit": "Ask for 1 to 100 items at a time.",
    "year": "A year has four digits, for example 2024.",
    "month": "Months go from 1 to 12. /issues lists those that are out.",
    "has_interval": "Say true or false.",
    "doi": "Give a DOI, for example 10.1037/a0028226.",
}


class Refused(Exception):
    """A question that is not answered. Raised anywhere in the interface, told by `tell`."""

    def __init__(self, status: int, error: str, *, where: str, mend: str, near: Iterable[str] = ()) -> None:
        super().__init__(error)
        self.status = status
        self.refusal = Refusal(error=error, where=where, mend=mend, near=list(near))


def tell(refused: Refused) -> JsonResponse:
    return answer(refused.refusal, status=refused.status)


def answer(refusal: Refusal, *, status: int) -> JsonResponse:
    return JsonResponse(refusal.model_dump(mode="json"), status=status, json_dumps_params={"ensure_ascii": False})


def shown(asked: str) -> str:
    """What was asked for, short enough to be repeated."""
    return asked if len(asked) <= SHOWN else f"{asked[:SHOWN]}…"


def not_known(where: str, asked: str, near: Iterable[str], *, mend: str) -> Refused:
    """`asked` is not one of the keys that the parameter `where` takes."""
    return Refused(400, f"“{shown(asked)}” is not known as {where}.", where=where, mend=mend, near=near)


def near_keys(asked: str, known: Iterable[str]) -> list[str]:
    return difflib.get_close_matches(asked[:SHOWN], list(known), n=4)


def of_wrong_form(error: ValidationError) -> Refused:
    """A parameter that does not have the form it should have; the first, where there are several.

    A part of the path of another form leads nowhere, as on our pages: /issues/2024/13 is not found.
    """
    first = error.errors[0]
    source, *path = (str(part) for part in first["loc"])
    # The path leads through the endpoint's argument that holds the whole query, and on to a place in a list.
    where = next(name for name in path if name != "question")
    mend = MENDS.get(where, "See openapi.json for what each parameter takes.")
    return Refused(404 if source == "path" else 400, f"{where}: {first['msg']}.", where=where, mend=mend)


def of_another_method(request: HttpRequest) -> Refused:
    return Refused(
        405,
        f"{request.method} is not answered: this interface is only read.",
        where="method",
        mend="Ask with GET or HEAD.",
    )


def of_no_address(asked: str, known: Iterable[str]) -> Refused:
    """There is nothing at the path `asked`; `known` are those of the lists."""
    return Refused(
        404,
        "There is nothing at this address.",
        where="path",
        mend="/api/v1/ says what there is. Addresses have no closing slash.",
        near=[f"/{path}" for path in near_keys(asked, known)],
    )
