"""An invented digest of any size: the shape of a real one, with nothing in it that anyone wrote or found.

Sixty years of monthly issues end in June 2024. The twelve newest hold three entries each, as the issues of
a real digest do; the others share the rest. The same number of entries always gives the same digest.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice, product

from django.db import connection, transaction
from django.db.models import Model

from rapport.digest.models import Entry, EntryText, Issue, Revision, SiteIdentity
from rapport.digest.search.documents import rebuild
from rapport.literature.models import Article, Axis, Family, Finding, ReadLevel, ResearchType, Topic
from rapport.web.folding import fold

TOPICS, TYPES, YEARS, LAST_YEAR = 36, 10, 60, 2024
SMALL_ISSUES, SMALL = 12, 3
AT_ONCE = 5000
# Words as a language has them: a few stand in nearly every text, most in very few (Zipf).
SYLLABLES = ["ba", "lo", "mi", "ren", "tu", "sa", "vel", "no", "kor", "di", "pha", "gu", "les", "or"]
VOCABULARY = ["".join(parts) for length in (2, 3, 4) for parts in product(SYLLABLES, repeat=length)][:20_000]
random.Random(0).shuffle(VOCABULARY)
HOW_OFTEN = list(accumulate(1 / (rank + 10) for rank in range(len(VOCABULARY))))


@transaction.atomic
def fill(number: int) -> None:
    """Fill an empty database with `number` entries."""
    draw = random.Random(number)
    SiteIdentity.objects.create(pk=1, name={"en": "An invented digest"}, wordmark={"en": "Invented"}, stamp="invented")
    Topic.objects.bulk_create(Topic(**_shelf("topic", n)) for n in range(1, TOPICS + 1))
    ResearchType.objects.bulk_create(ResearchType(**_shelf("type", n)) for n in range(1, TYPES + 1))
    families = [
        Family(axis=axis, key=f"{axis}-{n}".replace("_", "-"), position=n, name={"en": f"invented {axis} {n}"})
        for axis in Axis.values
        for n in range(1, 7)
    ]
    Family.objects.bulk_create(families)
    months = [(year, month) for year in range(LAST_YEAR - YEARS, LAST_YEAR + 1) for month in range(1, 13)]
    months = months[6:-6]
    Issue.objects.bulk_create(
        Issue(pk=n, year=year, month=month, published_on=dt.date(year, month, 12), teaser=_both(f"Invented issue {n}"))
        for n, (year, month) in enumerate(months, start=1)
    )
    _create(Article, (_article(pk, draw) for pk in range(1, number + 1)))
    _create(Article.overlaps_with.through, _overlaps(number, draw))
    _create(Entry, _entries(number, len(months), draw))
    _create(Entry.topics.through, _standing(number, draw))
    _create(EntryText, _texts(number, draw))
    _create(Finding, _findings(number, families, draw))
    _create(Revision, (_revision(pk) for pk in range(1, number + 1)))
    rebuild()


def settle() -> None:
    """Let the database know what it holds, as its own upkeep would in time."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _create(model: type[Model], rows: Iterable[Model]) -> None:
    rows = iter(rows)
    while chunk := list(islice(rows, AT_ONCE)):
        model._default_manager.bulk_create(chunk)


def _shelf(kind: str, number: int) -> dict[str, object]:
    name, description = f"Invented {kind} {number}", f"What stands under {kind} {number}."
    return {
        "key": f"{kind}-{number}",
        "position": number,
        "name": _both(name),
        "description": _both(description),
    }


def _both(words: str) -> dict[str, str]:
    return {"en": words, "fr": f"{words} (inventé)"}


def _article(pk: int, draw: random.Random) -> Article:
    authors = [f"{_name(draw)}, {draw.choice('ABCDEJKLMRST')}." for _ in range(draw.randint(1, 6))]
    year, title = draw.randint(LAST_YEAR - YEARS, LAST_YEAR), f"An invented work, number {pk}: {_words(draw, 7)}"
    return Article(
        pk=pk,
        key=f"invented-{pk}",
        authors=authors,
        year=year,
        title=title,
        journal=f"Journal of Invented {_name(draw)}",
        volume=str(draw.randint(1, 90)),
        pages=f"{pk % 900}–{pk % 900 + 12}",
        read_level=draw.choice(ReadLevel.values),
        sort_key=fold(f"{' '.join(authors)} {year} {title}")[:255],
    )


def _overlaps(number: int, draw: random.Random) -> Iterator[Model]:
    """One article in twenty shares studies or people with its successor."""
    for pk in range(1, number):
        if draw.random() < 0.05:
            yield Article.overlaps_with.through(from_article_id=pk, to_article_id=pk + 1)
            yield Article.overlaps_with.through(from_article_id=pk + 1, to_article_id=pk)


def _entries(number: int, issues: int, draw: random.Random) -> Iterator[Entry]:
    newest = number - SMALL_ISSUES * SMALL
    for pk in range(1, number + 1):
        if pk > newest:
            issue, state = issues - (number - pk) // SMALL, Entry.State.PUBLISHED
        else:
            issue = 1 + (pk - 1) * (issues - SMALL_ISSUES) // newest
            state = draw.choices(Entry.State.values, [1, 98, 1])[0]
        yield Entry(
            pk=pk,
            slug=f"invented-entry-{pk}",
            article_id=pk,
            issue_id=issue,
            position=pk % 1000,
            language="en" if draw.random() < 0.8 else "fr",
            state=state,
            research_type_id=draw.choices(range(1, TYPES + 1), range(TYPES, 0, -1))[0],
        )


def _standing(number: int, draw: random.Random) -> Iterator[Model]:
    """One to four topics for each entry; the first topics are the commonest."""
    weights = [1 / (topic + 3) for topic in range(1, TOPICS + 1)]
    for pk in range(1, number + 1):
        for topic in sorted(set(draw.choices(range(1, TOPICS + 1), weights, k=draw.randint(1, 4)))):
            yield Entry.topics.through(entry_id=pk, topic_id=topic)


def _texts(number: int, draw: random.Random) -> Iterator[EntryText]:
    """A text in the language it was first written in; for one entry in four another in the other language."""
    languages = Entry.objects.order_by("pk").values_list("language", flat=True)
    for pk, language in zip(range(1, number + 1), languages.iterator(), strict=True):
        other = "fr" if language == "en" else "en"
        for written in [language, other] if draw.random() < 0.25 else [language]:
            yield EntryText(
                entry_id=pk,
                language=written,
                title=f"An invented entry, number {pk} ({written}): {_words(draw, 5)}",
                author="Nobody at all",
                translator="" if written == language else "Nobody else",
                design="An invented design",
                who=f"Invented people from {_name(draw)}",
                how_many=f"{draw.randint(20, 4000)} invented people",
                measured=_words(draw, 5),
                summary="\n\n".join(f"Invented text. {_words(draw, 60)}." for _ in range(4)),
                implications="\n".join(f"- **{_words(draw, 4)}.** {_words(draw, 25)}." for _ in range(4)),
                limitations=f"It is invented. {_words(draw, 20)}.",
            )


def _findings(number: int, families: list[Family], draw: random.Random) -> Iterator[Finding]:
    of = {axis: [family for family in families if family.axis == axis] for axis in Axis.values}
    for pk in range(1, number + 1):
        for position in range(draw.randint(1, 3)):
            estimate = draw.randint(-40, 90)
            interval = draw.random() < 0.5
            yield Finding(
                article_id=pk,
                key=f"invented-{position}",
                position=position,
                claim=_both(f"An invented claim about {_words(draw, 6)}"),
                reading=_both(f"An invented reading: {_words(draw, 10)}"),
                metric_key=draw.choice(["g", "r", "d", "OR"]),
                estimate=f"{(estimate + 200 if estimate < 0 else estimate) / 100:.2f}",
                interval_low=f"{max(estimate - 20, 1) / 100:.2f}" if interval else None,
                interval_high=f"{(estimate + 220) / 100:.2f}" if interval else None,
                interval_level="95" if interval else None,
                p_operator="<",
                p_value=".05",
                n=draw.randint(20, 4000),
                outcome=_both("an invented outcome"),
                outcome_family=draw.choice(of["outcome"]),
                comparison=_both("an invented comparison"),
                comparison_family=draw.choice(of["comparison"]),
                time_point=_both("an invented time"),
                time_point_family=draw.choice(of["time_point"]),
                favours="higher",
                read_level=ReadLevel.ABSTRACT,
            )


def _revision(pk: int) -> Revision:
    return Revision(entry_id=pk, number=1, kind=Revision.Kind.PUBLISHED, made_on=dt.date(2024, 1, 12), by="Nobody")


def _name(draw: random.Random) -> str:
    return "".join(draw.choices(SYLLABLES, k=3)).capitalize()


def _words(draw: random.Random, number: int) -> str:
    return " ".join(draw.choices(VOCABULARY, cum_weights=HOW_OFTEN, k=number))
