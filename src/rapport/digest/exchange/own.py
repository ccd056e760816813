"""The network's own in an import: identity, pages, topics, research types, synonyms, announcements, and their order.

For what of it was changed or removed at the desk the database is the authority, as it is for entries
(`at_the_desk`). `--replace` names a part by its file, and within a list by its key.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from rapport.audit.actions import record
from rapport.digest.exchange.at_the_desk import AnImport, differences, refused
from rapport.digest.exchange.problems import Problem
from rapport.digest.exchange.reading import Sources
from rapport.digest.exchange.schema import Content
from rapport.digest.models import Announcement, KeptFromImports, SynonymGroup
from rapport.literature.models import ResearchType, Topic

LISTS: dict[str, type[Topic | ResearchType | SynonymGroup | Announcement]] = {
    "topics": Topic,
    "research_types": ResearchType,
    "synonyms": SynonymGroup,
    "announcements": Announcement,
}
WORDS = {  # what the audit calls each
    "site": "site",
    "pages": "page",
    "topics": "topic",
    "research_types": "type",
    "synonyms": "synonyms",
    "announcements": "announcement",
}


def name_of(kind: str, key: str) -> str:
    """How `--replace` names it: “site.yml”, “pages/about.en.md”, “topics.yml:alliance”; an order as “topics.yml”."""
    if kind == "pages":
        return f"pages/{key}.md"
    file = f"{_file(kind)}.yml"
    return f"{file}:{key}" if key and kind in LISTS else file


def names(*contents: Content) -> set[str]:
    """All that `--replace` may name of the network's own."""
    there = {(kind, key) for content in contents for kind in WORDS if kind != "site" for key in getattr(content, kind)}
    return {"site.yml", *(name_of(kind, "") for kind in LISTS), *(name_of(kind, key) for kind, key in there)}


def refusals(
    content: Content,
    before: Content,
    sources: Sources,
    *,
    differ: Mapping[str, Collection[str]],
    gone: Mapping[str, Collection[str]],
    replace: Collection[str],
) -> Iterator[Problem]:
    """Why this import is refused: one problem for each part of the network's own that it would change.

    `differ` and `gone` hold, by kind, the keys that the import would change and remove; `replace` what it may.
    """
    for kind, key in KeptFromImports.objects.order_by("kind", "key").values_list("kind", "key"):
        name = name_of(kind, key)
        if name in replace:
            continue
        if kind in LISTS and not key:
            if is_reordered(getattr(content, kind), getattr(before, kind)):
                message = (
                    "the order was changed at the desk, and differs from the file’s. The database is the authority: "
                    f"export it to get its files, or add --replace {name} to take the order of the file."
                )
                yield Problem(name, 0, "", message)
        elif key in differ[kind]:
            old, new = _value(before, kind, key), _value(content, kind, key)
            yield _problem(content, sources, kind, key, refused(differences(old, new), name))
        elif key in gone[kind]:
            message = (
                f"the folder does not hold “{key}”, which was edited at the desk; --prune would delete it. "
                f"Export first, or add --replace {name} to delete it all the same."
            )
            yield Problem(name.partition(":")[0], 0, "", message)
        elif _value(content, kind, key) and not _value(before, kind, key):
            message = f"was removed at the desk. Leave it out, or add --replace {name} to bring it back."
            yield _problem(content, sources, kind, key, message)


def tell(replaced: Iterable[tuple[str, str]]) -> None:
    """Write down in the audit what an import was told to overwrite, by kind and key."""
    for kind, key in sorted(replaced):
        about = f"{WORDS[kind]}:{key}" if key and kind != "site" else ""
        record(stream="digest", by=AnImport(), did=f"{WORDS[kind]}.replaced-by-import", about=about)


def is_reordered(file: Iterable[str], database: Iterable[str]) -> bool:
    """Whether what both hold stands in another order."""
    file, database = list(file), list(database)
    return [key for key in file if key in database] != [key for key in database if key in file]


def in_order(file: Iterable[str], database: Iterable[str]) -> list[str]:
    """The keys of both: those of the file in its order, and each other one behind what it stood behind."""
    ordered = list(file)
    named, before = set(ordered), None
    for key in database:
        if key not in named:
            ordered.insert(0 if before is None else ordered.index(before) + 1, key)
        before = key
    return ordered


def _file(kind: str) -> str:
    return kind.replace("_", "-")


def _value(content: Content, kind: str, key: str) -> Any:
    return content.site if kind == "site" else getattr(content, kind).get(key)


def _problem(content: Content, sources: Sources, kind: str, key: str, message: str) -> Problem:
    """A problem with one part, at its line where it stands in a list."""
    if kind in LISTS:
        place = list(getattr(content, kind)).index(key)
        return sources.problem(_file(kind), "", (place, "key"), f"“{key}” {message}")
    return sources.problem(kind, "" if kind == "site" else key, (), message)
