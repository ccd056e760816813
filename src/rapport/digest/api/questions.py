"""What can be asked, and how a question is read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Self

from django.conf import settings
from django.http import HttpRequest
from django.utils.timezone import localdate
from pydantic import BaseModel, Field, ValidationInfo, model_validator
from pydantic.json_schema import SkipJsonSchema

from rapport.digest.api.refusals import Refused, near_keys, not_known, shown
from rapport.digest.browsing import entries_chosen, read_selection
from rapport.digest.models import EntryQuerySet
from rapport.literature.metrics import METRICS
from rapport.literature.models import ResearchType, Shelf, Topic
from rapport.literature.queries import near_shelves

AT_A_TIME, MOST_AT_A_TIME = 25, 100
LANGUAGES = [code for code, _ in settings.LANGUAGES]
FIRST_YEAR, LAST_YEAR = 1000, 2999

Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
TopicKeys = Annotated[
    list[str],
    Field(
        description="Keys of topics. Said several times it narrows: the entry stands under all of them.",
        json_schema_extra={"example": ["drop-out"]},
    ),
]
TypeKeys = Annotated[
    list[str],
    Field(
        description="Keys of research types. Said several times it widens: the entry is of one of them.",
        json_schema_extra={"example": ["meta-analysis"]},
    ),
]


class Question(BaseModel):
    """What every list can be asked."""

    limit: int = Field(AT_A_TIME, ge=1, le=MOST_AT_A_TIME, description="How many items at a time.")
    cursor: str = Field("", description="Where to go on. Taken from `next` of the part before; never made by hand.")

    @model_validator(mode="after")
    def _ask_nothing_else(self, info: ValidationInfo) -> Self:
        """A filter with a mistake in its name would be passed over, and everything taken for the answer."""
        names = type(self).model_fields
        for name, values in (info.context or {})["request"].GET.lists():
            if any("\0" in value for value in values):  # PostgreSQL fails when it is asked for one
                raise Refused(400, "There is a NUL character (%00).", where=shown(name), mend="Leave it out.")
            if name not in names:
                raise Refused(
                    400,
                    f"“{shown(name)}” is not a parameter of this list.",
                    where=shown(name),
                    mend=f"It takes {', '.join(sorted(names))}.",
                    near=near_keys(name, names),
                )
        return self

    def choices(self) -> str:
        """All that is asked but how much of it at a time: the same text for the same list."""
        asked = self.model_dump(exclude={"limit", "cursor"})
        return json.dumps({name: sorted(set(v)) if isinstance(v, list) else v for name, v in sorted(asked.items())})


class IssuesQuestion(Question):
    year: list[Year] = Field([], description="Of the issue. Said several times it widens.")


class EntriesQuestion(Question):
    """Browse’s choices. No question in words: its answers come best first, and a cursor needs a lasting order."""

    topic: TopicKeys = []
    type: TypeKeys = []
    year: list[Year] = Field([], description="Of the issue. Said several times it widens.")
    language: str | SkipJsonSchema[None] = Field(
        None,
        description="Only entries that exist in this language. The answer has all languages all the same.",
        json_schema_extra={"enum": [*LANGUAGES]},
    )


class ArticlesQuestion(Question):
    doi: str | SkipJsonSchema[None] = Field(
        None,
        min_length=1,
        description="The article with this DOI, with or without https://doi.org/ before it.",
        json_schema_extra={"example": "10.1037/a0028226"},
    )
    year: list[Year] = Field([], description="In which the article was published. Said several times it widens.")


class FindingsQuestion(Question):
    topic: TopicKeys = []
    type: TypeKeys = []
    metric: list[str] = Field(
        [],
        description="Keys of metrics. Said several times it widens.",
        json_schema_extra={"items": {"type": "string", "enum": list(METRICS)}},
    )
    article: str | SkipJsonSchema[None] = Field(
        None, description="The key of an article.", json_schema_extra={"example": "swift-2012"}
    )
    has_interval: bool | SkipJsonSchema[None] = Field(
        None, description="Only findings with an interval, or only those without."
    )


def chosen_entries(request: HttpRequest) -> EntryQuerySet:
    """The published entries that the address asks for: those that Browse would find at the same choices."""
    topics, types = list(Topic.objects.all()), list(ResearchType.objects.all())
    _refuse_unknown_shelf(request, "topic", topics)
    _refuse_unknown_shelf(request, "type", types)
    language = request.GET.get("language")
    if language is not None and language not in LANGUAGES:
        raise not_known("language", language, near_keys(language, LANGUAGES), mend=f"Say {' or '.join(LANGUAGES)}.")
    selection = read_selection(request.GET, topics=topics, types=types)
    return entries_chosen(selection, topics=topics, types=types, today=localdate())


def _refuse_unknown_shelf(request: HttpRequest, where: str, shelves: Sequence[Shelf]) -> None:
    keys = {shelf.key for shelf in shelves}
    for asked in request.GET.getlist(where):
        if asked not in keys:
            near = [shelf.key for shelf in near_shelves(asked, shelves)]
            raise not_known(where, asked, near, mend=f"Ask for keys that /{where}s lists.")


def refuse_unknown_metric(asked: list[str]) -> None:
    for key in asked:
        if key not in METRICS:
            raise not_known("metric", key, near_keys(key, METRICS), mend=f"Say one of {', '.join(METRICS)}.")
