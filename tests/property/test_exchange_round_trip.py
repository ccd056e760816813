"""Whatever a digest holds, its files and its database say the same."""

from __future__ import annotations

import datetime as dt
import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rapport.digest.exchange.database import read_database
from rapport.digest.exchange.importing import import_folder
from rapport.digest.exchange.reading import read_folder
from rapport.digest.exchange.schema import Content
from rapport.digest.exchange.writing import files_of, write_folder
from rapport.literature.metrics import METRICS

SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture)
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # shrinking takes minutes, and `differences` says enough
LANGUAGES = ("en", "fr", "de")

# Words that YAML readers like to take for something else, Markdown, quotes, blanks of every kind.
AWKWARD = st.sampled_from(
    [
        *[
            "no",
            "off",
            "null",
            "~",
            "true",
            "Yes",
            "1e3",
            "12:30",
            "0x1f",
            "007",
            "08",
            ".5",
            "+.5",
            "0.30",
            "2024-05-06",
        ],
        *[
            "-",
            "---",
            "...",
            "#",
            "##",
            "|",
            ">",
            "%",
            "@",
            "`",
            "&a",
            "*a",
            "!",
            "!!int",
            "?",
            ":",
            "a:",
            "#x",
            "{x",
            "[x]",
        ],
        *[",", "'", '"', "''", '""', "\\", "\\n", "**bold**", "[a](https://example.org)", "<b>", "« 0,28 »", "e\u0301"],
        *[
            "83\u202f834",
            "19,7\u00a0%",
            "−",
            "漢字",
            "🙂",
            "עברית",
            "\ufeff",
            "\u2028",
            "\x85",
            "\u200b",
            "\x80",
            "\uffff",
        ],
    ]
)
ANY = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n\r"), min_size=1, max_size=20)
TEXT = st.one_of(
    st.lists(st.one_of(AWKWARD, ANY), min_size=1, max_size=4).flatmap(
        lambda parts: st.sampled_from([" ", "\n", "\n\n", "  \n", "\n  ", ""]).map(lambda glue: glue.join(parts))
    ),
    st.text("ab \n\t", min_size=1, max_size=12),
).filter(bool)
LINE = TEXT.map(lambda text: " ".join(text.split("\n")).strip()[:30].strip()).filter(bool)
PROSE = (
    TEXT.map(lambda text: text.replace("\r", ""))
    .flatmap(lambda text: st.sampled_from([text, f"{text}\n## Limitations\n{text}", f"\\## {text}"]))
    .map(str.strip)
    .filter(bool)
)
KEY = st.lists(st.sampled_from(["a", "b", "no", "on", "null", "12", "2024", "0", "x1"]), min_size=1, max_size=3).map(
    "-".join
)
WORDING = st.dictionaries(st.sampled_from(LANGUAGES), TEXT, min_size=1)
DATE = st.dates(dt.date(1900, 1, 1), dt.date(2999, 12, 31))
MOMENT = st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2999, 12, 31), timezones=st.just(dt.UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)
READ_LEVEL = st.sampled_from(["full-text", "abstract", "secondary-source"])
MONTH = st.builds("{:04}-{:02}".format, st.integers(1900, 2999), st.integers(1, 12))


@st.composite
def numbers(draw) -> Decimal:
    whole = draw(st.integers(-99999, 99999))
    decimals = draw(st.text("0123456789", max_size=4))
    sign = "-" if decimals and draw(st.booleans()) else ""
    return Decimal(f"{sign}{abs(whole)}.{decimals}") if decimals else Decimal(whole)


def or_none(strategy):
    return st.none() | strategy


def some(draw, **fields):
    """The drawn fields, some of the optional ones left out."""
    drawn = {name: draw(strategy) for name, strategy in fields.items()}
    return {name: value for name, value in drawn.items() if value is not None}


@st.composite
def framed(draw, families):
    family = draw(st.sampled_from([None, *families]))
    return {"family": family, "words": draw(WORDING)}


@st.composite
def findings(draw, families):
    of = some(
        draw,
        key=KEY,
        claim=WORDING,
        reading=or_none(WORDING),
        p=or_none(st.sampled_from(["< .001", "= .03", "> 0.05", "= 1", "= 0"])),
        n=or_none(st.integers(0, 2**31 - 1)),
        k=or_none(st.integers(0, 999)),
        favours=or_none(st.sampled_from(["higher", "lower", "none"])),
        read_level=READ_LEVEL,
        seen_as=or_none(TEXT),
        note=or_none(WORDING),
        **{axis: or_none(framed(list(families.get(axis, ())))) for axis in ("outcome", "comparison", "time_point")},
    )
    if draw(st.booleans()):
        of |= {"metric": draw(st.sampled_from(list(METRICS))), "estimate": draw(numbers())}
        if draw(st.booleans()):
            of["interval"] = tuple(sorted([draw(numbers()), draw(numbers())]))
            of["interval_level"] = draw(st.sampled_from([Decimal(95), Decimal("95.0"), Decimal("99.9")]))
    if draw(st.booleans()):
        of |= {"test": draw(st.sampled_from(["t", "F", "chi2", "z", "r"])), "statistic": draw(numbers())}
        of["df"] = tuple(draw(st.lists(numbers(), max_size=2)))
    second = st.fixed_dictionaries({"field": st.sampled_from(["n", "p"]), "value": LINE, "source": TEXT})
    of["also_reported"] = tuple(draw(st.lists(second, max_size=2)))
    return of


@st.composite
def figures(draw):
    second = st.fixed_dictionaries({"value": numbers(), "source": TEXT})
    return {
        "value": draw(numbers()),
        "what": draw(WORDING),
        "also": tuple(draw(st.lists(second, max_size=1))),
        "total_of": tuple(draw(st.lists(st.integers(0, 9), max_size=2))),
    }


@st.composite
def notices(draw):
    return some(
        draw,
        kind=st.sampled_from(["retraction", "concern", "correction", "reinstatement", "other"]),
        doi=or_none(st.sampled_from(["10.5555/notice", "10.5555.1/(B);<c>"])),
        date=or_none(DATE),
        source=LINE.map(lambda line: line[:60].strip() or "publisher"),
        noticed=MOMENT,
    )


@st.composite
def articles(draw, index, families):
    return some(
        draw,
        kind=st.sampled_from(["journal-article", "book", "preprint"]),
        language=st.sampled_from(LANGUAGES),
        authors=st.lists(LINE, min_size=1, max_size=3).map(tuple),
        year=or_none(st.integers(1800, 2999)),
        title=TEXT,
        journal=or_none(TEXT),
        volume=or_none(LINE),
        issue=or_none(LINE),
        pages=or_none(LINE),
        editors=st.lists(LINE, max_size=2).map(tuple),
        publisher=or_none(TEXT),
        doi=or_none(st.sampled_from(["a", "(A)", "<x>:1", "é#"]).map(lambda end: f"10.1234/{index}{end}")),
        pmid=or_none(st.text("0123456789", min_size=1, max_size=12)),
        read_level=READ_LEVEL,
        figures=st.lists(figures(), max_size=2).map(tuple),
        findings=st.lists(findings(families), max_size=2, unique_by=lambda of: of["key"]).map(tuple),
        notices=or_none(
            st.lists(notices(), min_size=1, max_size=3, unique_by=lambda of: (of["kind"], of.get("doi"))).map(tuple)
        ),
    )


@st.composite
def entries(draw, article, topics, research_types):
    state = draw(st.sampled_from(["draft", "published", "withdrawn"]))
    kinds = {"draft": [], "published": ["published", "notice"], "withdrawn": ["published", "withdrawn"]}[state]
    lacks = state == "draft" and draw(st.booleans())
    languages = draw(st.lists(st.sampled_from(LANGUAGES), min_size=1, unique=True))
    own = languages[0]
    texts = {}
    for language in languages:
        line, prose = (or_none(LINE), or_none(PROSE)) if lacks else (LINE, PROSE)
        header = some(draw, author=line, translator=st.none() if language == own else or_none(LINE), title=line)
        glance = some(draw, **{name: or_none(LINE) for name in ("design", "who", "how_many", "measured")})
        sections = some(
            draw, summary=prose, implications=prose, limitations=or_none(PROSE), disagreements=or_none(PROSE)
        )
        texts[language] = {
            "header": {"language": language, "at_a_glance": glance, **header},
            "sections": sections,
        }
    return {
        "article": article,
        "language": own,
        "state": state,
        "research_type": draw(st.sampled_from(research_types)),
        "topics": tuple(draw(st.lists(st.sampled_from(topics), min_size=0 if lacks else 1, unique=True))),
        "revisions": tuple(
            {
                "number": number,
                "kind": kind,
                **some(
                    draw,
                    language=or_none(st.sampled_from(LANGUAGES)),
                    date=DATE,
                    at=or_none(MOMENT),
                    by=LINE,
                    account=or_none(WORDING),
                    reason=or_none(TEXT),
                ),
            }
            for number, kind in enumerate(kinds, start=1)
        ),
        "texts": texts,
    }


@st.composite
def versions(draw):
    words = st.dictionaries(st.sampled_from(["title", "summary", "limitations"]), TEXT)
    return tuple(
        {
            "number": number,
            "begun": draw(MOMENT),
            "saved": draw(MOMENT),
            "words": draw(words),
            **some(draw, by=or_none(LINE), of_original=or_none(st.just(1)), restored_from=or_none(st.just(1))),
        }
        for number in range(1, draw(st.integers(1, 3)) + 1)
    )


@st.composite
def tasks(draw, notice):
    waits = {"notice": notice["kind"], "made": draw(MOMENT)} | ({"doi": notice["doi"]} if "doi" in notice else {})
    done = some(draw, done=MOMENT, outcome=TEXT, by=or_none(LINE))
    return waits | (done if draw(st.booleans()) else {})


@st.composite
def sidecars(draw, entry, article):
    of_notices = tuple(draw(tasks(notice)) for notice in article.get("notices", ()) if draw(st.booleans()))
    if of_notices and draw(st.booleans()):
        return {"tasks": of_notices}  # of an entry that was never at the desk
    stage = draw(st.sampled_from(["draft", "in-review", "approved"] if entry["state"] == "draft" else ["draft", "out"]))
    answered = {"figure": TEXT, "sentence": TEXT, "reason": TEXT, "by": LINE, "made": MOMENT}
    sidecar = some(
        draw,
        stage=st.just(stage),
        author=or_none(LINE),
        approved_by=or_none(LINE),
        approved=MOMENT if stage == "approved" else st.none(),
        changed=MOMENT,
        versions=st.fixed_dictionaries({language: versions() for language in entry["texts"]}),
        acknowledgements=st.lists(
            st.fixed_dictionaries({"language": st.sampled_from(LANGUAGES), **answered}), max_size=1
        ).map(tuple),
        tasks=st.just(of_notices),
    )
    numbers = {language: len(of_one) for language, of_one in sidecar.get("versions", {}).items() if of_one}
    # Of what is approved or out, the desk says which versions; of the rest it may.
    if numbers and (stage in {"approved", "out"} or draw(st.booleans())):
        approved = {language: draw(st.integers(1, number)) for language, number in numbers.items()}
        return {**sidecar, "approved_versions": approved}
    return sidecar


@st.composite
def shelves(draw, at_least):
    keys = draw(st.lists(KEY, min_size=at_least, max_size=3, unique=True))
    return {
        key: some(
            draw,
            key=st.just(key),
            name=WORDING,
            description=or_none(WORDING),
            variants=st.lists(TEXT, max_size=2).map(tuple),
        )
        for key in keys
    }


@st.composite
def digests(draw) -> Content:
    keys = draw(st.lists(KEY, max_size=3, unique=True))
    told = draw(st.lists(st.sampled_from(keys), max_size=3, unique=True)) if keys else []
    topics, research_types = draw(shelves(bool(told))), draw(shelves(bool(told)))
    one_axis = st.dictionaries(KEY, WORDING, min_size=1, max_size=2)
    families = some(draw, outcome=or_none(one_axis), comparison=or_none(one_axis), time_point=or_none(one_axis))
    of_articles = {key: draw(articles(index, families)) for index, key in enumerate(keys)}
    if len(keys) > 1 and draw(st.booleans()):
        one, other = keys[:2]
        of_articles[one] |= {"overlaps_with": (other,), "superseded_by": other}
        of_articles[other] |= {"overlaps_with": (one,)}
    slugs = draw(st.lists(KEY, min_size=len(told), max_size=len(told), unique=True))
    of_entries = {
        slug: draw(entries(article, list(topics), list(research_types)))
        for slug, article in zip(slugs, told, strict=True)
    }
    months = draw(st.lists(MONTH, min_size=1, max_size=2, unique=True)) if told else draw(st.lists(MONTH, max_size=1))
    stands_in = {
        slug: draw(st.sampled_from([*months, *([None] if entry["state"] == "draft" else [])]))
        for slug, entry in of_entries.items()
    }
    issues = {
        month: some(
            draw,
            published=DATE,
            teaser=or_none(WORDING),
            entries=st.permutations([slug for slug in slugs if stands_in[slug] == month]).map(tuple),
        )
        for month in months
    }
    site = some(
        draw,
        name=WORDING,
        wordmark=WORDING,
        tagline=WORDING,
        notice=or_none(WORDING),
        contact_email=st.just("desk@example.org"),
        postal_address=TEXT,
        content_licence=or_none(WORDING),
        announcements_author=or_none(WORDING),
        languages=st.lists(st.sampled_from(LANGUAGES), min_size=1, unique=True).map(tuple),
    )
    announcements = {}
    for key in draw(st.lists(KEY, max_size=2, unique=True)):
        starts, ends = sorted([draw(DATE), draw(DATE)])
        announcements[key] = {
            "key": key,
            "starts": starts,
            "ends": ends,
            **some(
                draw,
                kind=st.sampled_from(["call", "event", "news"]),
                title=WORDING,
                body=WORDING,
                link=or_none(st.just("https://example.org/?a=1&b=#c")),
            ),
        }
    pages = draw(
        st.dictionaries(
            # “2024” alone is the address of a year.
            st.builds("{}.{}".format, KEY.filter(lambda key: key != "2024"), st.sampled_from(LANGUAGES)),
            st.fixed_dictionaries({"title": LINE, "body": PROSE}),
            max_size=2,
        )
    )
    return Content.model_validate(
        {
            "site": draw(st.sampled_from([None, site])),
            "topics": topics,
            "research_types": research_types,
            "families": families,
            "articles": of_articles,
            "entries": of_entries,
            "issues": issues,
            "announcements": announcements,
            "pages": pages,
            "desk": {
                slug: draw(sidecars(entry, of_articles[entry["article"]]))
                for slug, entry in of_entries.items()
                if draw(st.booleans())
            },
        }
    )


def differences(read: Content, written: Content) -> dict[str, tuple[str | None, str | None]]:
    """The files that would differ: what a person sees first when this fails."""
    ours, theirs = files_of(read), files_of(written)
    return {
        name: (ours.get(name), theirs.get(name)) for name in {**ours, **theirs} if ours.get(name) != theirs.get(name)
    }


def is_empty(content: Content) -> bool:
    return not files_of(content)


@settings(max_examples=50, deadline=None, phases=PHASES, suppress_health_check=SLOW)
@given(content=digests().filter(lambda content: not is_empty(content)))
def test_a_folder_that_was_written_is_read_as_it_was(content):
    with tempfile.TemporaryDirectory() as place:
        write_folder(content, Path(place) / "content", replace=False)
        read, _ = read_folder(Path(place) / "content")
    assert differences(read, content) == {}
    assert read == content


@pytest.mark.django_db
@settings(max_examples=20, deadline=None, phases=PHASES, suppress_health_check=SLOW)
@given(content=digests().filter(lambda content: not is_empty(content)))
def test_a_database_into_which_a_folder_was_imported_is_read_as_the_folder_was(content):
    with tempfile.TemporaryDirectory() as place, transaction.atomic():
        write_folder(content, Path(place) / "content", replace=False)
        import_folder(Path(place) / "content")
        read = read_database()
        again = import_folder(Path(place) / "content")
        transaction.set_rollback(True)
    assert differences(read, content) == {}
    assert read == content
    assert again.did_anything is False
