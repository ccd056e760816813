"""What the interface answers. The descriptions are read by people, in the OpenAPI document.

Every field is always there. What was not seen is null; a wording that nobody wrote is an empty mapping.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from rapport.literature.models import Favours, ReadLevel, Standing

Wording = Annotated[
    dict[str, str],
    Field(
        description="A short text, by language code. A language that is missing was not written.",
    ),
]
PrintedNumber = Annotated[
    str,
    Field(
        description="A number with the decimals that its source printed: 0.30 is not 0.3.",
        pattern=r"^-?[0-9]+(\.[0-9]+)?$",
        examples=["0.30"],
    ),
]
Address = Annotated[str, Field(description="A whole address.", json_schema_extra={"format": "uri"})]
ReadAt = Annotated[
    dict[str, str],
    Field(
        description="The address of the page for readers, by language code.",
        examples=[{"en": "https://digest.example.org/2024/05/a-slug/"}],
    ),
]
ReadLevelKey = Annotated[
    Literal["full-text", "abstract", "secondary-source"],
    Field(description="How closely it was read before we wrote about it."),
]
StandingKey = Annotated[
    Literal["retracted", "questioned", "corrected", "reinstated"] | None,
    Field(description="What the notices that were published about an article come to; null while we know of none."),
]
assert set(Standing.values) == {"retracted", "questioned", "corrected", "reinstated"}
assert set(ReadLevel.values) == {"full-text", "abstract", "secondary-source"}
assert set(Favours.values) == {"higher", "lower", "none"}

# --- refusals -------------------------------------------------------------------------------------


class Refusal(BaseModel):
    """Why a question was not answered, where the fault is, and what to do."""

    error: str = Field(description="What was wrong.", examples=["There is no topic “dropout”."])
    where: str = Field(description="The parameter, or the part of the address, at fault.", examples=["topic"])
    mend: str = Field(description="What to do instead.", examples=["Ask for keys that /topics lists."])
    near: list[str] = Field(description="What may have been meant; often empty.", examples=[["drop-out"]])


# --- topics and research types --------------------------------------------------------------------


class ShelfName(BaseModel):
    """A topic or a research type, by its key and name."""

    key: str = Field(examples=["drop-out"])
    name: Wording


class Shelf(ShelfName):
    """A topic or a research type, and how much stands under it."""

    description: Wording
    entry_count: int = Field(description="How many published entries stand under it.")
    entries: Address = Field(description="Where this interface lists them.")
    read_at: ReadAt


class Topics(BaseModel):
    items: list[Shelf] = Field(description="All topics, by their English names.")
    next: None = Field(description="Always null: topics come all at once.")


class ResearchTypes(BaseModel):
    items: list[Shelf] = Field(description="All research types, in the digest’s order.")
    next: None = Field(description="Always null: research types come all at once.")


# --- articles and what they found -----------------------------------------------------------------


class ArticleLink(BaseModel):
    """An article, where this interface tells of it, and whether it still stands."""

    key: str = Field(examples=["swift-2012"])
    address: Address

    standing: StandingKey


class EntryLink(BaseModel):
    """An entry, and where it can be read."""

    slug: str = Field(examples=["one-in-five-leaves-early"])
    address: Address
    read_at: ReadAt


class Reference(ArticleLink):
    """An article as it is cited. What is not known is null."""

    kind: str = Field(examples=["journal-article"])
    language: str = Field(description="The language it is written in.", examples=["en"])
    authors: list[str] = Field(description="As APA prints them.", examples=[["Swift, J. K.", "Greenberg, R. P."]])
    editors: list[str] = Field(description="Of the book that a chapter is in.")
    year: int | None
    title: str
    journal: str | None = Field(description="For a chapter, its book; for a preprint, its repository.")
    volume: str | None
    issue: str | None
    pages: str | None
    publisher: str | None = Field(description="Of a book; for a thesis or a report, the institution.")
    doi: str | None = Field(description="Without an address before it.", examples=["10.1037/a0028226"])
    pmid: str | None
    read_level: ReadLevelKey
    csl: dict[str, Any] = Field(description="The same as one CSL-JSON item, for reference managers.")


class OtherArticle(BaseModel):
    """Another article that this one is related to; `address` is null where the digest has no entry on it."""

    key: str
    title: str
    year: int | None
    doi: str | None
    standing: StandingKey
    address: Address | None


class Figure(BaseModel):
    """A number the article gives that is not a finding."""

    value: PrintedNumber
    what: Wording


class Article(Reference):
    """An article that the digest reports on."""

    figures: list[Figure] = Field(description="Other numbers that the article gives, such as sample sizes.")
    overlaps_with: list[OtherArticle] = Field(
        description="Articles of the digest known to share studies or people with this one. "
        "Do not count their findings as separate evidence."
    )
    superseded_by: OtherArticle | None = Field(description="A later article that updates this one.")
    entry: EntryLink = Field(description="Our entry on it.")
    findings: Address = Field(description="Where this interface lists what it found.")


class Metric(BaseModel):
    """How a result is reported."""

    key: str = Field(examples=["g"])
    symbol: str = Field(description="What articles print; may be empty.", examples=["g"])
    name: Wording


class Interval(BaseModel):
    """The range that the article prints with an estimate."""

    low: PrintedNumber
    high: PrintedNumber
    level: PrintedNumber = Field(description="In percent.", examples=["95"])


class P(BaseModel):
    """The p value that the article prints."""

    operator: Literal["=", "<", ">"]
    value: str = Field(description="As printed, with or without its leading zero.", examples=[".001"])


class Framed(BaseModel):
    """An outcome, a comparison or a time point. Those of one family may be set side by side."""

    words: Wording
    family: str | None = Field(description="The key of its family; null where it is comparable with nothing.")


A_FINDING: JsonValue = {
    "key": "drop-out-rate",
    "claim": {
        "en": "Clients who stopped before treatment was done",
        "fr": "Clients ayant arrêté avant la fin du traitement",
    },
    "reading": {
        "en": "About one client in five. The average is known closely; rates varied with who the clients were and "
        "where they were seen.",
        "fr": "Environ une personne sur cinq. La moyenne est connue avec précision\u202f; les taux variaient selon les "
        "personnes suivies et le lieu de leur suivi.",
    },
    "note": {},
    "metric": {"key": "percent", "symbol": "%", "name": {"en": "percentage", "fr": "pourcentage"}},
    "estimate": "19.7",
    "interval": {"low": "18.7", "high": "20.7", "level": "95"},
    "p": None,
    "n": 83834,
    "k": 669,
    "outcome": {
        "words": {"en": "drop-out as each study defined it", "fr": "abandon, tel que défini dans chaque étude"},
        "family": "drop-out",
    },
    "comparison": {
        "words": {"en": "adult clients, no comparison", "fr": "clients adultes, sans comparaison"},
        "family": "one-group",
    },
    "time_point": {
        "words": {"en": "before treatment ended", "fr": "avant la fin du traitement"},
        "family": "during-treatment",
    },
    "favours": "lower",
    "read_level": "abstract",
    "article": {
        "key": "swift-2012",
        "address": "https://digest.example.org/api/v1/articles/swift-2012",
        "standing": None,
    },
    "entry": {
        "slug": "one-in-five-leaves-early",
        "address": "https://digest.example.org/api/v1/entries/one-in-five-leaves-early",
        "read_at": {
            "en": "https://digest.example.org/2023/01/one-in-five-leaves-early/",
            "fr": "https://digest.example.org/fr/2023/01/one-in-five-leaves-early/",
        },
    },
}


class Finding(BaseModel):
    """One result that an article reports. Null means not seen: it is never zero.

    Compare findings only when metric, the three families and `favours` are the same and none of them is null,
    and never count overlapping articles twice. Do not rely on findings of an article whose standing is “retracted”.
    The digest pools nothing.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [A_FINDING]})

    key: str = Field(description="Its name within its article.", examples=["drop-out-rate"])
    claim: Wording = Field(description="The result in a few words of ours.")
    reading: Wording = Field(description="What the figure says, in plain words.")
    note: Wording = Field(description="What to know before using it.")
    metric: Metric | None
    estimate: PrintedNumber | None
    interval: Interval | None
    p: P | None
    n: int | None = Field(description="People.")
    k: int | None = Field(description="Studies.")
    outcome: Framed = Field(description="What was measured as result.")
    comparison: Framed = Field(description="Against what, or with what.")
    time_point: Framed = Field(description="When it was measured.")
    favours: Literal["higher", "lower", "none"] | None = Field(
        description="Which direction of the value is good for clients."
    )
    read_level: ReadLevelKey
    article: ArticleLink
    entry: EntryLink


# --- entries and issues ---------------------------------------------------------------------------


class AtAGlance(BaseModel):
    """Lines that say what kind of research it is; null where it was not seen."""

    design: str | None
    who: str | None
    how_many: str | None
    measured: str | None


class Text(BaseModel):
    """An entry’s words in one language. Summary and sections are Markdown (CommonMark without HTML)."""

    title: str
    author: str
    translator: str | None
    at_a_glance: AtAGlance
    summary: str
    implications: str = Field(description="What the article suggests for practice.")
    limitations: str | None
    disagreements: str | None = Field(description="Where sources disagree.")


class IssueLink(BaseModel):
    """One month’s issue."""

    year: int = Field(examples=[2024])
    month: int = Field(examples=[5])
    address: Address


class Revision(BaseModel):
    """A numbered publishing, correction, translation or withdrawal of an entry, or a notice about its article."""

    number: int
    kind: Literal["published", "corrected", "translated", "withdrawn", "notice"]
    language: str | None = Field(description="Of a translation.")
    date: dt.date
    account: Wording = Field(description="One line for readers.")


class Entry(EntryLink):
    """Our summary of one article."""

    language: str = Field(description="The language it was first written in.")
    issue: IssueLink
    type: ShelfName
    topics: list[ShelfName]
    texts: dict[str, Text] = Field(description="Its words, by language code.")
    article: Reference
    findings: Address = Field(description="Where this interface lists what the article found.")
    revisions: list[Revision] = Field(description="The first is its publishing.")
    licence: Wording = Field(description="Under which terms its text may be used.")


class Withdrawn(Refusal):
    """An entry that was published and is no longer; its revisions tell why."""

    revisions: list[Revision]
    read_at: ReadAt


class EntryTitle(EntryLink):
    title: Wording
    article: ArticleLink


class Issue(IssueLink):
    """One month’s issue and what stands in it."""

    published_on: dt.date
    teaser: Wording
    entries: list[EntryTitle] = Field(description="In the issue’s own order.")
    read_at: ReadAt


# --- parts of lists -------------------------------------------------------------------------------


Next = Annotated[
    Address | None, Field(description="Where the list goes on; null at its end. Also in the header `Link`.")
]


class Issues(BaseModel):
    items: list[Issue] = Field(description="The newest first.")
    next: Next


class Entries(BaseModel):
    items: list[Entry] = Field(description="Those of the newest issue first; within an issue by slug.")
    next: Next


class Articles(BaseModel):
    items: list[Article] = Field(description="In the order of a reference list.")
    next: Next


class Findings(BaseModel):
    items: list[Finding] = Field(description="Those of the newest issue first; then by entry and key.")
    next: Next


# --- the beginning --------------------------------------------------------------------------------


class Beginning(BaseModel):
    """What there is, and on which terms."""

    name: Wording = Field(description="Whose digest this is.")
    licence: Wording = Field(description="Under which terms the entries’ text may be used.")
    contact: str | None
    languages: list[str]
    openapi: Address = Field(description="The description of this interface, for programs.")
    read_at: ReadAt
    resources: dict[str, str] = Field(description="The address of each list.")
