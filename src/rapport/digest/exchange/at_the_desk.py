"""What an import may not overwrite unasked: entries and issues that were edited at the desk.

For these the database is the authority. An import that would change or remove one is refused and says what differs,
unless it is named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rapport.audit.actions import record
from rapport.digest.exchange.problems import Problem
from rapport.digest.exchange.reading import Sources
from rapport.digest.exchange.schema import Content
from rapport.digest.exchange.writing import plain
from rapport.digest.models import Entry, Issue

MOST_NAMED = 6


@dataclass(frozen=True)
class AnImport:
    """Who did it, for the audit: nobody who has an account."""

    pk: None = None
    name: str = "an import"


def refusals(
    content: Content,
    before: Content,
    sources: Sources,
    *,
    differ: Mapping[str, Collection[str]],
    gone: Mapping[str, Collection[str]],
    replace: Collection[str],
) -> list[Problem]:
    """Why this import is refused: one problem for each thing of the desk's that it would change.

    `differ` and `gone` hold, by kind, the keys that the import would change and remove; `replace` what it may.
    """
    return list(_Desk(content, before, sources, replace).problems(differ, gone))


def tell(replaced: Collection[str]) -> None:
    """Write down in the audit which entries and issues an import was told to overwrite."""
    for name in sorted(replaced):
        kind = "issue" if name[:4].isdigit() and name[4:5] == "-" and len(name) == 7 else "entry"
        record(stream="digest", by=AnImport(), did=f"{kind}.replaced-by-import", about=f"{kind}:{name}")


class _Desk:
    def __init__(self, content: Content, before: Content, sources: Sources, replace: Collection[str]) -> None:
        self.content, self.before, self.sources, self.replace = content, before, sources, replace
        rows = Entry.objects.filter(edited_at_desk=True).values_list("slug", "article__key")
        self.entry_on = {article: slug for slug, article in rows}
        self.entries = set(self.entry_on.values())
        self.issues = {str(issue) for issue in Issue.objects.filter(edited_at_desk=True)}

    def problems(self, differ: Mapping[str, Collection[str]], gone: Mapping[str, Collection[str]]) -> Iterator[Problem]:
        for slug in sorted(self.entries & set(differ["entries"])):
            yield from self._changed_entry(slug)
        for key in sorted(set(self.entry_on) & set(differ["articles"])):
            if self.entry_on[key] not in self.replace:
                what = differences(self.before.articles[key], self.content.articles[key])
                yield self.sources.problem("articles", key, (), refused(what, self.entry_on[key]))
        for month in sorted((self.issues & set(differ["issues"])) - set(self.replace)):
            what = differences(self.before.issues[month], self.content.issues[month])
            yield self.sources.problem("issues", month, (), refused(what, month))
        yield from self._moved()
        for kind, ours in (("entries", self.entries), ("issues", self.issues)):
            for key in sorted((ours & set(gone[kind])) - set(self.replace)):
                message = (
                    f"the folder does not hold “{key}”, which was edited at the desk; --prune would delete it. "
                    f"Export first, or add --replace {key} to delete it all the same."
                )
                yield Problem(kind, 0, "", message)

    def _changed_entry(self, slug: str) -> Iterator[Problem]:
        old, new = self.before.entries[slug], self.content.entries[slug]
        if old.article != new.article:
            message = f"tells of “{old.article}” at the desk, and keeps its article; name the file otherwise."
            yield self.sources.problem("entries", slug, ("article",), message)
        elif slug not in self.replace:
            yield self.sources.problem("entries", slug, (), refused(differences(old, new), slug))

    def _moved(self) -> Iterator[Problem]:
        """Entries of the desk that would stand in another issue because of a file that is not theirs."""
        stood = {slug: month for month, issue in self.before.issues.items() for slug in issue.entries}
        stands = {slug: month for month, issue in self.content.issues.items() for slug in issue.entries}
        for slug in sorted(self.entries - set(self.replace)):
            was = stood.get(slug)
            would_be = stands.get(slug, None if was in self.content.issues else was)
            named = {was, would_be} & {*self.issues, *self.replace}  # an issue of the desk's is told by itself
            if was != would_be and not named:
                place = would_be or was or ""
                message = (
                    f"would put “{slug}”, which was edited at the desk, "
                    f"{f'into {would_be}' if would_be else 'out of its issue'}"
                    f"{f', where {was} holds it now' if was and would_be else ''}. "
                    f"Change it back, or add --replace {slug}."
                )
                yield self.sources.problem("issues", place, ("entries",), message)


def differences(old: Any, new: Any) -> list[str]:
    """Which fields of two files' values differ, by their names: “texts.fr.sections.summary”."""
    return list(_differences(plain(old), plain(new), ()))


def _differences(old: Any, new: Any, path: tuple[str, ...]) -> Iterator[str]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in dict.fromkeys([*old, *new]):
            yield from _differences(old.get(name), new.get(name), (*path, str(name)))
        return
    # Numbers that are equal may be printed otherwise, which the mapping above does not see.
    yield ".".join(path)


def refused(what: list[str], name: str) -> str:
    """Why a file is not imported that differs in `what` from what the desk made of it; `name` is how to name it."""
    named = ", ".join(what[:MOST_NAMED]) + (" …" if len(what) > MOST_NAMED else "")
    return (
        f"was edited at the desk, and differs from the file{f' in {named}' if named else ''}. "
        f"The database is the authority: export it to get its files, or add --replace {name} to overwrite it."
    )
