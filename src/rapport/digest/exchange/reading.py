"""Read a content folder: every file, every problem, nothing half."""

from __future__ import annotations

import difflib
import os
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from rapport.digest.exchange.explaining import explain
from rapport.digest.exchange.problems import ContentProblems, Problem
from rapport.digest.exchange.schema import (
    AnnouncementFile,
    ArticleFile,
    Content,
    DeskFile,
    EntryHeader,
    EntryValue,
    Families,
    IssueFile,
    PageHeader,
    PageValue,
    Sections,
    ShelfItem,
    SiteFile,
    SynonymGroupFile,
    Translation,
    TranslationHeader,
)
from rapport.digest.exchange.sections import SectionProblem, split_body
from rapport.digest.exchange.yaml_lines import Lines, YamlProblem, load

FOLDERS = ("articles", "desk", "entries", "issues", "pages")
LARGEST_FILE = 2_000_000
LONGEST_NAME = 60
MISSING = "is missing; add it."
ENTRY_NAME = re.compile(r"^(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)(?:\.(?P<language>[a-z]{2}))?\.md$")
PAGE_NAME = re.compile(r"^(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)\.(?P<language>[a-z]{2})\.md$")
ISSUE_NAME = re.compile(r"^(?P<month>(?:19|2[0-9])[0-9]{2}-(?:0[1-9]|1[0-2]))\.yml$")
ARTICLE_NAME = re.compile(r"^(?P<key>[a-z0-9]+(?:-[a-z0-9]+)*)\.yml$")


@dataclass
class Sources:
    """Which file each value came from and on which lines, so that a later check can point at it.

    `unread` holds the kinds and keys of files that are there but could not be read: what points to them is
    not wrong.
    """

    of: dict[tuple[str, str], tuple[str, Lines]] = field(default_factory=dict)
    unread: set[tuple[str, str]] = field(default_factory=set)

    def problem(self, kind: str, key: str, path: tuple[str | int, ...], message: str) -> Problem:
        """A problem at `path` within the value `key` of `kind`."""
        file, lines = self.of.get((kind, key), (f"{kind}/{key}", Lines()))
        name = ".".join(str(part) for part in path)
        return Problem(file, lines.of(path) if path else 0, name, message)


def read_folder(folder: Path) -> tuple[Content, Sources]:
    """All files of `folder` as one `Content`. Raises `ContentProblems` with every problem found."""
    return _Reader(folder).read()


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.sources = Sources()
        self.content = Content()
        self.headers: dict[str, EntryHeader] = {}
        self.texts: dict[str, dict[str, Translation]] = {}
        self.lacking: dict[str, list[Problem]] = defaultdict(list)  # what only a draft may lack

    def read(self) -> tuple[Content, Sources]:
        if not self.folder.is_dir():
            raise ContentProblems([Problem(str(self.folder), 0, "", "there is no such folder.")])
        self._single_files()
        self._each("articles", ARTICLE_NAME, "the article’s key, for example swift-2012.yml", self._article)
        self._each("entries", ENTRY_NAME, "one-in-five.md, or one-in-five.fr.md for a translation", self._entry)
        self._each("desk", ARTICLE_NAME, "the entry’s slug, for example one-in-five.yml", self._desk)
        self._each("issues", ISSUE_NAME, "year and month, for example 2023-01.yml", self._issue)
        self._each("pages", PAGE_NAME, "name and language, for example about.en.md", self._page)
        self._join_entries()
        if not self.sources.of and not self.problems:
            self._add(str(self.folder), 0, "", "holds no content: no entries/, articles/, issues/, pages/ or site.yml.")
        if self.problems:
            raise ContentProblems(self.problems, read=(self.content, self.sources))
        return self.content, self.sources

    # --- files of each kind -------------------------------------------------------------------

    def _single_files(self) -> None:
        self._misnamed()
        for kind, adapter in SINGLE_FILES.items():
            path = self.folder / f"{kind}.yml"
            if path.is_dir():
                self._add(path.name, 0, "", "is a folder, not a file; move it away.")
            elif os.path.lexists(path) and not path.is_file():
                self._add(path.name, 0, "", "is not a file that can be read; put the file itself there.")
            elif path.is_file():
                value = self._yaml(path, kind, "", adapter)
                if value is None:
                    self.sources.unread.add((kind, ""))
                    continue
                if isinstance(value, list):
                    value = self._by_key(kind, value)
                setattr(self.content, kind.replace("-", "_"), value)

    def _misnamed(self) -> None:
        """What would be passed over in silence because its name is nearly that of something read here."""
        known = [*(f"{kind}.yml" for kind in SINGLE_FILES), *FOLDERS]
        for path in sorted(self.folder.iterdir()):
            if path.name in known:
                if path.name in FOLDERS and not path.is_dir():
                    self._add(self._name(path), 0, "", "is not a folder; move it away.")
                continue
            near = difflib.get_close_matches(path.name.lower(), known, n=1, cutoff=0.75)
            if (
                path.suffix.lower() in (".yml", ".yaml")
                or (near and path.is_dir())
                or path.stem.lower() in SINGLE_FILES
            ):
                meant = f" Did you mean {near[0]}?" if near else ""
                self._add(self._name(path), 0, "", f"is not a name we read here; rename it or move it away.{meant}")

    def _article(self, path: Path, name: re.Match[str]) -> None:
        value = self._yaml(path, "articles", name["key"], TypeAdapter(ArticleFile))
        if value is not None:
            self.content.articles[name["key"]] = value

    def _desk(self, path: Path, name: re.Match[str]) -> None:
        value = self._yaml(path, "desk", name["key"], TypeAdapter(DeskFile))
        if value is not None:
            self.content.desk[name["key"]] = value

    def _issue(self, path: Path, name: re.Match[str]) -> None:
        value = self._yaml(path, "issues", name["month"], TypeAdapter(IssueFile))
        if value is not None:
            self.content.issues[name["month"]] = value

    def _entry(self, path: Path, name: re.Match[str]) -> None:
        slug, translation_of = name["slug"], name["language"]
        source_key = f"{slug}.{translation_of}" if translation_of else slug
        model = TranslationHeader if translation_of else EntryHeader
        found = self._front_matter(path, "entries", source_key, TypeAdapter(model))
        if found is None:
            return
        header, body, body_line = found
        if translation_of and header.language != translation_of:
            self.problems.append(
                self.sources.problem(
                    "entries",
                    source_key,
                    ("language",),
                    f"is {header.language}, but the file name says {translation_of}.",
                )
            )
            return
        sections = self._sections(path, body, body_line, header.language)
        if sections is None:
            return
        if isinstance(header, EntryHeader):
            self.headers[slug] = header
            names = {name: text for name in ("author", "title") if (text := getattr(header, name))}
            header = TranslationHeader(language=header.language, at_a_glance=header.at_a_glance, **names)
        texts = self.texts.setdefault(slug, {})
        if header.language in texts:
            self._add(self._name(path), 0, "", f"the entry already has a text in “{header.language}”; keep one.")
        texts[header.language] = Translation(header=header, sections=sections)
        self.lacking[slug] += [
            (self.sources.problem("entries", source_key, (name,), MISSING))
            for name in ("author", "title")
            if not getattr(header, name)
        ]
        self.lacking[slug] += [
            Problem(self._name(path), body_line, name, MISSING)
            for name in ("summary", "implications")
            if not getattr(sections, name)
        ]

    def _page(self, path: Path, name: re.Match[str]) -> None:
        key = f"{name['slug']}.{name['language']}"
        found = self._front_matter(path, "pages", key, TypeAdapter(PageHeader))
        if found is not None:
            header, body, _ = found
            if not body.strip():
                self._add(self._name(path), 0, "", "has no text below its front matter.")
                return
            self.content.pages[key] = PageValue(title=header.title, body=body.strip())

    def _join_entries(self) -> None:
        for slug, texts in self.texts.items():
            header = self.headers.get(slug)
            if header is None:
                if not any(problem.file == f"entries/{slug}.md" for problem in self.problems):
                    for language in texts:
                        self._add(
                            f"entries/{slug}.{language}.md",
                            0,
                            "",
                            f"is a translation, but entries/{slug}.md is not there.",
                        )
                continue
            if header.state != "draft":
                self.problems += self.lacking[slug]
            self.content.entries[slug] = EntryValue(
                article=header.article,
                language=header.language,
                state=header.state,
                research_type=header.research_type,
                topics=header.topics,
                revisions=header.revisions,
                texts=dict(sorted(texts.items())),
            )

    # --- parts --------------------------------------------------------------------------------

    def _each(
        self, kind: str, pattern: re.Pattern[str], example: str, take: Callable[[Path, re.Match[str]], None]
    ) -> None:
        folder = self.folder / kind
        for path in sorted(folder.iterdir()) if folder.is_dir() else []:
            if path.name.startswith(".") or path.name.endswith("~"):
                continue
            match = pattern.fullmatch(path.name)
            if match is None or not path.is_file():
                self._add(self._name(path), 0, "", f"is not a name we read here; use {example}, or move the file away.")
            elif len(match[1]) > LONGEST_NAME:
                self._add(self._name(path), 0, "", f"has a name of more than {LONGEST_NAME} characters; shorten it.")
            else:
                known = len(self.problems)
                take(path, match)
                if len(self.problems) > known:
                    self.sources.unread.add((kind, match[1]))

    def _by_key(self, kind: str, items: list[Any]) -> dict[str, Any]:
        by_key: dict[str, Any] = {}
        for index, item in enumerate(items):
            if item.key in by_key:
                message = f"“{item.key}” stands twice; keep one."
                self.problems.append(self.sources.problem(kind, "", (index, "key"), message))
            by_key[item.key] = item
        return by_key

    def _sections(self, path: Path, body: str, body_line: int, language: str) -> Sections | None:
        try:
            parts = split_body(body, language)
        except SectionProblem as problem:
            self._add(self._name(path), problem.line + body_line - 1, "", problem.message)
            return None
        try:
            return Sections(**parts)
        except ValidationError as error:
            for detail in error.errors():
                name = str(detail["loc"][0]) if detail["loc"] else ""
                self._add(self._name(path), body_line, name, explain(detail, Sections))
            return None

    def _front_matter(self, path: Path, kind: str, key: str, adapter: TypeAdapter[Any]) -> tuple[Any, str, int] | None:
        text = self._text(path)
        if text is None:
            return None
        match = re.match(r"---[ ]*\n(.*?\n)---[ ]*(?:\n|$)", text, re.DOTALL)
        if match is None:
            self._add(self._name(path), 1, "", "must begin with front matter between two lines of three hyphens (---).")
            return None
        header = self._checked(path, match.group(1), 2, kind, key, adapter)
        if header is None:
            return None
        return header, text[match.end() :], text.count("\n", 0, match.end()) + 1

    def _yaml(self, path: Path, kind: str, key: str, adapter: TypeAdapter[Any]) -> Any:
        text = self._text(path)
        return None if text is None else self._checked(path, text, 1, kind, key, adapter)

    def _checked(self, path: Path, text: str, first_line: int, kind: str, key: str, adapter: TypeAdapter[Any]) -> Any:
        try:
            data, lines = load(text, first_line=first_line)
        except YamlProblem as problem:
            self._add(self._name(path), problem.line, "", problem.message)
            return None
        self.sources.of[kind, key] = (self._name(path), lines)
        try:
            return adapter.validate_python(data)
        except ValidationError as error:
            details = error.errors()
            misspelt = {(*other["loc"][:-1], _meant(other, details)) for other in details if _meant(other, details)}
            for detail in details:
                if detail["type"] == "missing" and detail["loc"] in misspelt:
                    continue  # the field is there under a name that is nearly right, and that is told
                # pydantic counts a list's items after those that are wrong are left out.
                if detail["type"] == "too_short" and any(_is_within(other, detail) for other in details):
                    continue
                loc = _as_written(detail["loc"])
                name = ".".join(str(part) for part in loc)
                self._add(self._name(path), lines.of(loc), name, explain(detail, adapter))
            return None

    def _text(self, path: Path) -> str | None:
        if path.stat().st_size > LARGEST_FILE:
            self._add(self._name(path), 0, "", "is larger than 2 MB; a content file is a few pages of text.")
            return None
        try:
            return path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = path.read_bytes().count(b"\n", 0, error.start) + 1
            self._add(self._name(path), line, "", "is not UTF-8 text; save the file as UTF-8.")
            return None

    def _name(self, path: Path) -> str:
        name = path.relative_to(self.folder).as_posix()
        return name.encode("utf-8", "backslashreplace").decode()  # a name need not be UTF-8

    def _add(self, file: str, line: int, name: str, message: str) -> None:
        self.problems.append(Problem(file, line, name, message))


def _as_written(loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Where something stands in the file: without what pydantic adds, and the `words` that `Framed` puts in."""
    named = [part for part in loc if part not in ("[key]", "function-before")]
    framed = {"outcome", "comparison", "time_point"}
    return tuple(part for at, part in enumerate(named) if part != "words" or at == 0 or named[at - 1] not in framed)


def _meant(detail: Any, details: list[Any]) -> str:
    """The missing field that an unknown one was probably meant to be."""
    if detail["type"] != "extra_forbidden":
        return ""
    around = detail["loc"][:-1]
    missing = [str(other["loc"][-1]) for other in details if other["type"] == "missing" and other["loc"][:-1] == around]
    return next(iter(difflib.get_close_matches(str(detail["loc"][-1]), missing, n=1, cutoff=0.65)), "")


def _is_within(detail: Any, around: Any) -> bool:
    return len(detail["loc"]) > len(around["loc"]) and detail["loc"][: len(around["loc"])] == around["loc"]


SINGLE_FILES: dict[str, TypeAdapter[Any]] = {
    "site": TypeAdapter(SiteFile),
    "topics": TypeAdapter(list[ShelfItem]),
    "research-types": TypeAdapter(list[ShelfItem]),
    "families": TypeAdapter(Families),
    "synonyms": TypeAdapter(list[SynonymGroupFile]),
    "announcements": TypeAdapter(list[AnnouncementFile]),
}
