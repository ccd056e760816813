"""Write what was found on the pages as drafts, in the exchange's own values."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.text import slugify

from rapport.digest.exchange.schema import (
    DOI,
    ArticleFile,
    Content,
    EntryValue,
    IssueFile,
    Sections,
    Translation,
    TranslationHeader,
)
from rapport.digest.exchange.sections import headings_for
from rapport.digest.old_pages.blocks import Block
from rapport.digest.old_pages.entries import FoundEntry, FoundPage
from rapport.digest.old_pages.known import Known
from rapport.digest.old_pages.numbers import Numbers, read_numbers
from rapport.digest.old_pages.suggesting import Suggestion, has_fallback, suggest_topics, suggest_type
from rapport.digest.old_pages.unsure import Unsure, UnsureEntry, UnsurePage, one_line
from rapport.literature.citations import ReadReference, Reference, read_reference
from rapport.literature.citations.csl import name_of
from rapport.web.folding import fold

LONGEST_KEY: Final = 60

# How a text names the authors of an article that it does not cite.
_FAMILY: Final = r"(?:(?:van|von|de|del|di)\s)?[A-ZÀ-Þ][\w’'-]+"
_NAMED: Final = re.compile(
    rf"\b{_FAMILY}(?:\s(?:and|&|et)\s(?:(?:his|her|their|ses)\s)?(?:colleagues|collègues|collaborat\w+)|\set\sal\.?"
    rf"|\s(?:and|&|et)\s{_FAMILY}(?=\s\())(?:,?\s\((?:19|20)\d\d\))?"
)
# What stands where the format needs a text and the page has none: true of the page, and plain to see.
NOTHING: Final = {
    "en": {
        "summary": "[The page gives no summary.]",
        "implications": "[The page gives no practice implications.]",
        "author": "author not known",
    },
    "fr": {
        "summary": "[La page ne donne pas de résumé.]",
        "implications": "[La page ne donne pas d’implications pour la pratique.]",
        "author": "auteur ou autrice inconnus",
    },
}


@dataclass
class Drafts:
    """A content folder, and what is uncertain in it."""

    content: Content
    unsure: UnsurePage


def draft(pages: Sequence[tuple[str, FoundPage]], known: Known, *, language: str) -> Drafts:
    """The drafts of all pages together; each is given with its file's name."""
    return _Drafting(known, language).run(pages)


@dataclass
class _Drafting:
    known: Known
    language: str
    content: Content = field(default_factory=Content)
    unsure: UnsurePage = field(default_factory=UnsurePage)
    months: dict[str, list[str]] = field(default_factory=dict)

    def run(self, pages: Sequence[tuple[str, FoundPage]]) -> Drafts:
        self.slugs, self.keys, self.dois = set(self.known.slugs), set(self.known.articles), dict(self.known.dois)
        self.slug_counts: Counter[str] = Counter()
        self.key_counts: Counter[str] = Counter()
        self.nothing = NOTHING.get(self.language, NOTHING["en"])
        for file, page in pages:
            for found in page.entries:
                self._entry(found)
            self._about_months(file, page)
            self.unsure.left_out.append((file, page.left_out))
        self._issues()
        self._about()
        self.unsure.entries.sort(key=lambda entry: entry.month or "0000", reverse=True)
        return Drafts(self.content, self.unsure)

    # --- an entry -------------------------------------------------------------------------------

    def _entry(self, found: FoundEntry) -> None:
        reading = read_reference(found.references[0], key="", language="en") if found.references else None
        title = found.title or (reading.reference.title if reading else "")
        title = title if len(title) <= 200 else f"{title[:199]}…"
        slug = self._slug(title)
        key = self._key(reading.reference if reading else None, slug)
        notes = UnsureEntry(title, found.month)
        entry_file, article_file = f"entries/{slug}.md", f"articles/{key}.yml"
        for name, why in found.doubts:
            notes.things.append(Unsure(entry_file, name, why))
        if not found.title:
            notes.things.append(Unsure(entry_file, "title", "the page has none; that of the article stands here"))
        paragraphs = [block.text for blocks in found.parts.values() for block in blocks]
        numbers = read_numbers(paragraphs, self.language)
        self.content.articles[key] = self._article(reading, numbers, article_file, notes)
        self._about_reference(found, reading, article_file, notes)
        self._about_numbers(numbers, article_file, notes)
        self.content.entries[slug] = self._entry_value(found, key, title, entry_file, notes)
        self.unsure.entries.append(notes)
        if found.month is None:
            notes.things.append(
                Unsure("issues/YEAR-MONTH.yml", "entries", f"no month stands above it; list `{slug}` in its issue")
            )
        else:
            self.months.setdefault(found.month, []).append(slug)

    def _entry_value(self, found: FoundEntry, key: str, title: str, file: str, notes: UnsureEntry) -> EntryValue:
        sections = self._sections(found, file, notes)
        text = "\n".join(block.text for blocks in found.parts.values() for block in blocks)
        filed = [values for _, values in found.labels]
        topics = suggest_topics(self.known.topics, title, text, filed)
        kind = suggest_type(self.known.research_types, title, " ".join([text, *found.references]), filed)
        self._about_shelves(topics, kind, file, notes)
        for label, values in found.labels:
            notes.things.append(Unsure(file, "topics", f"the page files it under “{label}: {one_line(values)}”"))
        header = TranslationHeader(
            language=self.language, author=found.author or self.known.author or self.nothing["author"], title=title
        )
        return EntryValue(
            article=key,
            language=self.language,
            state="draft",
            research_type=kind.key,
            topics=tuple(sorted(topic.key for topic in topics)),
            revisions=(),
            texts={self.language: Translation(header=header, sections=sections)},
        )

    def _sections(self, found: FoundEntry, file: str, notes: UnsureEntry) -> Sections:
        texts = {name: markdown(blocks) for name, blocks in found.parts.items()}
        for name, heading in (("summary", "summary"), ("implications", headings_for(self.language)["implications"])):
            if not texts.get(name):
                texts[name] = self.nothing[name]
                notes.things.append(Unsure(file, heading, "none was found on the page; a line in brackets says so"))
        return Sections(**{name: text for name, text in texts.items() if text})

    def _about_shelves(self, topics: list[Suggestion], kind: Suggestion, file: str, notes: UnsureEntry) -> None:
        for topic in topics:
            notes.things.append(Unsure(file, "topics", self._why(topic, has_fallback(self.known.topics))))
        notes.things.append(Unsure(file, "research_type", self._why(kind, has_fallback(self.known.research_types))))

    def _why(self, suggestion: Suggestion, fits_nowhere: bool) -> str:
        if suggestion.words:
            return f"“{suggestion.key}” is suggested by “{'”, “'.join(map(one_line, suggestion.words[:5]))}”"
        if fits_nowhere:
            return f"nothing in the text speaks for one; “{suggestion.key}” stands until you choose"
        return (
            f"nothing in the text speaks for one, and an entry must have one; “{suggestion.key}”, the last of "
            "the list, stands until you choose"
        )

    # --- its article ----------------------------------------------------------------------------

    def _article(self, reading: ReadReference | None, numbers: Numbers, file: str, notes: UnsureEntry) -> ArticleFile:
        facts = self._facts(reading.reference, file, notes) if reading else {}
        return ArticleFile.model_validate(
            {
                **facts,
                "read_level": "secondary-source",
                "figures": tuple(numbers.figures),
                "findings": tuple(numbers.findings),
            }
        )

    def _facts(self, reference: Reference, file: str, notes: UnsureEntry) -> dict[str, object]:
        """The reference's fields, without what a content file would refuse."""
        facts: dict[str, object] = {"kind": reference.kind, "language": reference.language, "year": reference.year}
        facts |= {"authors": tuple(reference.authors), "editors": tuple(reference.editors)}
        limits = {"volume": 30, "issue": 30, "pages": 60}
        for name in ("title", "journal", "volume", "issue", "pages", "publisher", "pmid"):
            value = getattr(reference, name)
            if len(value) > limits.get(name, len(value)):
                notes.things.append(Unsure(file, name, f"“{one_line(value)}” is too long for it; left out"))
            elif value:
                facts[name] = value
        for name in ("authors", "editors"):
            facts[name] = tuple(person for person in getattr(reference, name) if len(person) <= 300)
        if reference.doi:
            self._doi(reference.doi, facts, file, notes)
        return facts

    def _doi(self, doi: str, facts: dict[str, object], file: str, notes: UnsureEntry) -> None:
        other = self.dois.get(doi.lower())
        if not DOI.fullmatch(doi) or len(doi) > 255:
            notes.things.append(Unsure(file, "doi", f"“{one_line(doi)}” is not a whole DOI; left out"))
        elif other:
            why = f"{doi} is that of article “{other}”; a DOI stands once, so it was left out. Keep one of the two"
            notes.things.append(Unsure(file, "doi", why))
        else:
            facts["doi"] = doi
            self.dois[doi.lower()] = file.removeprefix("articles/").removesuffix(".yml")

    def _about_reference(self, found: FoundEntry, reading: ReadReference | None, file: str, notes: UnsureEntry) -> None:
        if reading is None:
            why = "no reference stands with the entry; add authors, title and the rest before it is published"
            named = [name for blocks in found.parts.values() for block in blocks for name in _NAMED.findall(block.text)]
            if named:
                why += f". The text names “{'”, “'.join(dict.fromkeys(named))}”"
            notes.things.append(Unsure(file, "", why))
            return
        for doubt in reading.doubts:
            read = f"read “{one_line(doubt.read)}”: " if doubt.read else ""
            notes.things.append(Unsure(file, doubt.field, f"{read}{doubt.why}"))
        for name in ("authors", "title"):
            if not getattr(reading.reference, name) and name not in {doubt.field for doubt in reading.doubts}:
                notes.things.append(Unsure(file, name, "the reference gives none; add it before it is published"))
        for other in found.references[1:]:
            why = f"the entry names another article too: “{one_line(other)}”. Write another entry for it"
            notes.things.append(Unsure(file, "", why))

    def _about_numbers(self, numbers: Numbers, file: str, notes: UnsureEntry) -> None:
        if numbers.findings:
            read = ", ".join(f"{finding.key} “{one_line(finding.seen_as or '')}”" for finding in numbers.findings)
            why = (
                f"read from the text: {read}. The claim of each is the sentence it stands in: say it in your words. "
                "Outcome, comparison, time point and `favours` are not filled in; delete what is no result"
            )
            notes.things.append(Unsure(file, "findings", why))
        if numbers.figures:
            read = ", ".join(f"{figure.value:f}" for figure in numbers.figures)
            notes.things.append(Unsure(file, "figures", f"read from the text: {read}. Say what each counts"))
        notes.things += [Unsure(file, name, why) for name, why in numbers.doubts]
        for why in dict.fromkeys(why for _, why in numbers.unkept):
            seen = "”, “".join(one_line(seen) for seen, because in numbers.unkept if because == why)
            notes.things.append(Unsure(file, "findings", f"“{seen}” not kept: {why}"))

    # --- names ----------------------------------------------------------------------------------

    def _slug(self, title: str) -> str:
        return _free(_short(slugify(fold(title))) or "entry", self.slugs, self.slug_counts)

    def _key(self, reference: Reference | None, slug: str) -> str:
        """“marchetti-2021”, then “marchetti-2021b”; the entry's slug where no author is known."""
        family = slugify(fold(name_of(reference.authors[0]).family)) if reference and reference.authors else ""
        if not family or reference is None:
            return _free(slug, self.keys, self.key_counts)
        year = f"-{reference.year}" if reference.year else ""
        stem = _short(family, LONGEST_KEY - len(year) - 2) + year
        return _lettered(stem, self.keys) if year else _free(stem, self.keys, self.key_counts)

    # --- issues, and the folder as a whole ------------------------------------------------------

    def _issues(self) -> None:
        for month, slugs in sorted(self.months.items()):
            file = f"issues/{month}.yml"
            there = self.known.issues.get(month)
            if there:
                self.content.issues[month] = there.model_copy(update={"entries": (*there.entries, *slugs)})
                why = "the digest has this issue already; the drafts were put after its entries"
                self.unsure.about.append(Unsure(file, "entries", why))
            else:
                first = dt.date.fromisoformat(f"{month}-01")
                self.content.issues[month] = IssueFile(published=first, entries=tuple(slugs))

    def _about_months(self, file: str, page: FoundPage) -> None:
        filled = {entry.month for entry in page.entries}
        met = list(dict.fromkeys(page.months))
        empty = [month for month in met if month not in filled]
        if empty:
            why = f"{file} has no entries under {', '.join(empty)}; no issue was made"
            self.unsure.about.append(Unsure("issues/", "", why))
        of_entries = [entry.month for entry in page.entries if entry.month]
        runs = [month for at, month in enumerate(of_entries) if at == 0 or of_entries[at - 1] != month]
        repeated = sorted({month for month in runs if runs.count(month) > 1})
        if repeated:
            why = f"{file} comes back to {', '.join(repeated)} after another month; the entries were put together"
            self.unsure.about.append(Unsure("issues/", "", why))
        elif runs not in (sorted(runs), sorted(runs, reverse=True)):
            why = f"{file} has its months out of order: {', '.join(runs)}"
            self.unsure.about.append(Unsure("issues/", "", why))
        if page.dated_by_entry and of_entries:
            why = f"{file} has no headings of months; the entries’ own dates were taken"
            self.unsure.about.append(Unsure("issues/", "", why))

    def _about(self) -> None:
        about: list[Unsure] = []
        if any(month not in self.known.issues for month in self.months):
            why = "the pages do not say on which day an issue came out; the first of the month stands"
            about.append(Unsure("issues/", "published", why))
        authors = {text.header.author for entry in self.content.entries.values() for text in entry.texts.values()}
        unsigned = self.known.author or self.nothing["author"]
        if unsigned in authors:
            about.append(Unsure("entries/", "author", f"where the page names nobody, “{unsigned}” stands"))
        if self.language != "en":
            about.append(Unsure("articles/", "language", "“en” stands for each; change it where an article is not"))
        if self.known.is_sample:
            why = (
                "the digest has no topics and research types yet, so those of the sample digest were suggested; import "
                "yours (topics.yml, research-types.yml), or the sample’s, before this folder"
            )
            about.append(Unsure("entries/", "topics", why))
        self.unsure.about = about + self.unsure.about


def _short(slug: str, longest: int = LONGEST_KEY - 5) -> str:
    """At most so long, cut between words; room is left for a number."""
    return slug if len(slug) <= longest else slug[: longest + 1].rpartition("-")[0] or slug[:longest]


def _free(stem: str, taken: set[str], counts: Counter[str]) -> str:
    """The stem, or the stem with the next number that is free. `counts` spares counting from 2 each time."""
    name, number = stem, counts[stem] or 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}"
    counts[stem] = number
    taken.add(name)
    return name


def _lettered(stem: str, taken: set[str]) -> str:
    name = stem
    letters = iter("bcdefghijklmnopqrstuvwxyz")
    while name in taken:
        letter = next(letters, "")
        if not letter:
            return _free(f"{stem}-more", taken, Counter())
        name = f"{stem}{letter}"
    taken.add(name)
    return name


# --- Markdown ---------------------------------------------------------------------------------------

_AT_START: Final = re.compile(r"^(?:(#{1,6}(?=\s)|[-+>](?=\s|$)|[=-]{3,}$)|(\d{1,9})([.)](?=\s)))")
_INSIDE: Final = re.compile(r"([\\`*]|(?<!\w)_|_(?!\w)|<(?=[A-Za-z/!?])|\](?=[(:\[])|&(?=#?\w{1,32};))")


def markdown(blocks: Iterable[Block]) -> str:
    """Paragraphs, lists and headings of our own, with nothing in them that Markdown would take for a mark."""
    parts: list[str] = []
    is_item = False
    for block in blocks:
        text = escaped(block.text)
        if block.item:
            parts.append(f"{chr(10) if is_item else chr(10) * 2}- {text}")
        elif block.level is not None:
            parts.append(f"\n\n### {text}")
        else:
            parts.append(f"\n\n{text}")
        is_item = block.item
    return "".join(parts).strip()


def escaped(text: str) -> str:
    text = _INSIDE.sub(r"\\\1", text)
    return _AT_START.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", text)
