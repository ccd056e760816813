"""Find months and entries in the blocks of a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from rapport.digest.old_pages.blocks import Block, Page, same
from rapport.digest.old_pages.months import byline, month_of
from rapport.digest.old_pages.sections import inline_section, is_foot, is_noise, label_of, section_of
from rapport.literature.citations import looks_like_reference

LONGEST_TITLE: Final = 200
LONG: Final = 80  # characters; what a paragraph of an entry has at least, and a line of a menu seldom
# Headings within an entry that are not titles, where a page marks no headings.
WITHIN: Final = {
    "background", "method", "methods", "results", "findings", "discussion", "summary", "conclusion", "conclusions",
    "the study", "contexte", "méthode", "résultats", "discussion et conclusion", "résumé",
}  # fmt: skip


@dataclass
class FoundEntry:
    """An entry as it stands on the page, nothing interpreted yet.

    `month` is None where none stands above it. `doubts` are pairs: a field, and what is uncertain about it.
    """

    title: str
    month: str | None = None
    author: str | None = None
    labels: list[tuple[str, str]] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    parts: dict[str, list[Block]] = field(default_factory=lambda: {"summary": []})
    part: str = "summary"
    doubts: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_certain(self) -> bool:
        """Whether more than its place says that it is an entry."""
        return bool(self.references) or "implications" in self.parts

    @property
    def is_empty(self) -> bool:
        return not self.references and not any(self.parts.values())


@dataclass
class FoundPage:
    """Entries in the order of the page, the months that stand on it, and what was left out."""

    entries: list[FoundEntry] = field(default_factory=list)
    months: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    dated_by_entry: bool = False  # no month stands on the page; the entries' own dates were taken


def find_entries(page: Page) -> FoundPage:
    """The entries of a page, each under the month that stands above it."""
    return _Finder(page).find()


class _Finder:
    def __init__(self, page: Page) -> None:
        self.all = [block for block in page.blocks if not is_noise(block.text)]
        self.title_level = _title_level(self.all)
        self.has_months = any(month_of(block.text) for block in self.all)
        self.found = FoundPage(
            left_out=[*page.left_out, *(block.text for block in page.blocks if is_noise(block.text))],
            dated_by_entry=not self.has_months,
        )
        self.month: str | None = None
        self.author: str | None = None
        self.current: FoundEntry | None = None
        self.is_outside = False  # below the foot of the page, until a month or a title begins again

    def find(self) -> FoundPage:
        at = 0
        while at < len(self.all):
            at += self._take(at)
        self._end()
        return self.found

    def _take(self, at: int) -> int:
        """Read the block at `at`; returns how many blocks that took."""
        block = self.all[at]
        if month := month_of(block.text):
            self._end()
            self.month, self.is_outside = month, False
            self.found.months.append(month)
            return 1
        if signed := byline(block.text):
            self._byline(block.text, *signed)
            return 1
        if self._is_title(at):
            self._end()
            repeats = self._repeats(at)
            below = self.all[at + repeats].text if at + repeats < len(self.all) else ""
            self._begin(block, is_marked=repeats > 1 or looks_like_reference(below))
            return repeats
        if is_foot(block.text):
            self.is_outside = True
        if self.is_outside or not self._text(block):
            self.found.left_out.append(block.text)
        return 1

    # --- titles ---------------------------------------------------------------------------------

    def _is_title(self, at: int) -> bool:
        block = self.all[at]
        if section_of(block.text) or label_of(block.text) or is_foot(block.text) or looks_like_reference(block.text):
            return False
        if self.title_level is not None:
            if block.level is not None and block.level < self.title_level:
                self._end()
                self.is_outside = True
            return block.level == self.title_level and not (self.current and self._repeats_current(block))
        return self._could_be_title(at)

    def _repeats_current(self, block: Block) -> bool:
        return self.current is not None and self.current.is_empty and same(block.text, self.current.title)

    def _could_be_title(self, at: int) -> bool:
        """On a page without headings: a short line without a full stop, and an entry's text below it."""
        text = self.all[at].text
        if self.all[at].item or len(text) > 160 or text[-1] in ".;:,…" or text[0].islower():
            return False
        if text.casefold() in WITHIN or text[0] in "…(":
            return False
        after = at + self._repeats(at)
        while after < len(self.all) and (byline(self.all[after].text) or label_of(self.all[after].text)):
            after += 1
        if after == len(self.all):
            return False
        follows = self.all[after].text
        is_marked = self._repeats(at) > 1 or looks_like_reference(follows)
        return is_marked or (len(follows) >= LONG and not month_of(follows) and not section_of(follows))

    def _repeats(self, at: int) -> int:
        """How often the line at `at` stands there, one after the other: old pages print titles twice."""
        after = at + 1
        while after < len(self.all) and same(self.all[after].text, self.all[at].text):
            after += 1
        return after - at

    def _begin(self, block: Block, *, is_marked: bool) -> None:
        entry = FoundEntry(block.text, self.month, self.author)
        self.current, self.is_outside, self.author = entry, False, None
        if len(block.text) > LONGEST_TITLE:
            entry.title = f"{block.text[: LONGEST_TITLE - 1].rsplit(' ', 1)[0]}…"
            entry.doubts.append(("title", f"it was cut; the page has “{block.text}”"))
        if self.title_level is None and not is_marked:
            entry.doubts.append(("title", "taken for a title because it is a short line without a full stop"))

    # --- what stands below a title --------------------------------------------------------------

    def _byline(self, text: str, month: str | None, author: str | None) -> None:
        """A date or an author: of the entry above it, or of the one to come."""
        entry = self.current
        counts = month is not None and not self.has_months
        if month and counts:
            self.found.months.append(month)
        if entry is None or (counts and entry.month is not None and not entry.is_empty):
            self._end()
            self.author = author or self.author
            self.month = month if counts else self.month
            return
        entry.author = entry.author or author
        if counts:
            entry.month = month
        elif month and month != entry.month:
            entry.doubts.append(("issue", f"it stands under {entry.month}, but says “{text}”"))

    def _text(self, block: Block) -> bool:
        """Put a block where it belongs in the entry; False where there is no entry to hold it."""
        if self.current is None:
            if not looks_like_reference(block.text):
                return False
            self.current = FoundEntry("", self.month, self.author)
        entry = self.current
        if same(block.text, entry.title) and entry.is_empty:
            return True
        if label := label_of(block.text):
            entry.labels.append(label)
        elif looks_like_reference(block.text):
            entry.references.append(block.text)
        elif name := section_of(block.text):
            self._section(name)
        elif inline := inline_section(block.text, block.lead):
            self._section(inline[0])
            entry.parts[entry.part].append(Block(inline[1]))
        else:
            entry.parts[entry.part].append(block)
        return True

    def _section(self, name: str) -> None:
        assert self.current is not None
        if name in self.current.parts:
            self.current.doubts.append((name, "the page has two such headings; the texts were put together"))
        self.current.parts.setdefault(name, [])
        self.current.part = name

    def _end(self) -> None:
        """Keep the entry that ends here, unless nothing says that it is one."""
        entry, self.current = self.current, None
        if entry is None:
            return
        if entry.is_empty or (entry.month is None and not entry.is_certain):
            texts = (block.text for blocks in entry.parts.values() for block in blocks)
            self.found.left_out += [words for words in (entry.title, *texts) if words]
            return
        self.found.entries.append(entry)


def _title_level(blocks: Sequence[Block]) -> int | None:
    """The level of headings that entries stand under: that which most often has implications below it.

    Of two such levels the higher one; where no heading has implications, the level used most. None where the
    page marks no headings, so that titles are told by their form.
    """
    count: Counter[int] = Counter()
    implied: Counter[int] = Counter()
    above: dict[int, bool] = {}  # the headings that stand above here, and whether they were counted
    is_early = any(month_of(block.text) for block in blocks)
    for block in blocks:
        if month_of(block.text):
            is_early, above = False, {}
        elif _begins_implications(block):
            implied.update(level for level, is_counted in above.items() if not is_counted)
            above = dict.fromkeys(above, True)
        elif block.level is not None and not is_early and _may_be_title(block.text):
            above = {level: is_counted for level, is_counted in above.items() if level < block.level}
            above[block.level] = False
            count[block.level] += 1
    if not count:
        return None
    level = min(count, key=lambda of: (-implied[of], -count[of] if not implied else 0, of))
    return None if implied[level] == 0 and count[level] == 1 else level


def _begins_implications(block: Block) -> bool:
    inline = inline_section(block.text, block.lead)
    return section_of(block.text) == "implications" or (inline is not None and inline[0] == "implications")


def _may_be_title(text: str) -> bool:
    return not (section_of(text) or byline(text) or is_foot(text) or text.isdigit())
