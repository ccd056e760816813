"""HTML into blocks, without the menus, banners, forms and footers that stand around the text."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from typing import Final

from bs4 import BeautifulSoup, Tag, XMLParsedAsHTMLWarning
from bs4.element import NavigableString, PreformattedString

from rapport.digest.old_pages.blocks import BOLD_LINE, Block, Page, clean
from rapport.digest.old_pages.months import month_of
from rapport.digest.old_pages.sections import section_of

NEVER_TEXT: Final = (
    "head", "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "video", "audio",
    "canvas", "form", "button", "select", "input", "textarea", "dialog", "nav", "aside", "img", "picture", "map",
)  # fmt: skip
FURNITURE_ROLES: Final = {"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog"}
# Words in a class or an id that name what stands around a text, in the themes of the common systems.
FURNITURE_WORDS: Final = {
    "nav", "navbar", "navigation", "menu", "menus", "submenu", "sidebar", "sidebars", "breadcrumb", "breadcrumbs",
    "cookie", "cookies", "consent", "gdpr", "popup", "modal", "offcanvas", "skip", "masthead", "topbar",
    "share", "sharing", "sharedaddy", "sharebuttons", "social", "addtoany", "addthis", "jp-relatedposts",
    "comments", "comment", "respond", "disqus", "pagination", "pager", "pagenavi", "related", "footer", "colophon",
    "newsletter", "subscribe", "subscription", "search", "searchform", "screen-reader-text", "visually-hidden",
    "sr-only", "attribution", "announcement-bar",
}  # fmt: skip
BLOCKS: Final = {
    "html", "body", "main", "article", "section", "header", "footer", "div", "p", "h1", "h2", "h3", "h4", "h5", "h6",
    "ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "blockquote", "pre",
    "figure", "figcaption", "address", "hr", "details", "summary", "fieldset", "center",
}  # fmt: skip
_BOLD_STYLE: Final = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.I)
_BULLET: Final = re.compile(r"[•·▪◦§●]\s+")
_HIDDEN_STYLE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


def blocks_of_html(text: str) -> Page:
    """What a person reads on the page, block by block."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)  # XHTML that begins with an XML declaration
        soup = BeautifulSoup(text, "html.parser")
    left_out = _take_furniture_away(soup)
    return Page(tuple(_Walk().blocks(soup)), tuple(left_out))


# --- what stands around the text ----------------------------------------------------------------


def _take_furniture_away(soup: BeautifulSoup) -> list[str]:
    """Remove what is not the text, and tell the words that went with it."""
    for tag in soup(list(NEVER_TEXT)):
        if not _is_gone(tag):
            tag.decompose()
    left_out = []
    for tag in soup.find_all(True):
        if not _is_gone(tag) and _is_furniture(tag) and not _holds_entries(tag):
            left_out.append(clean(tag.get_text(" ")))
            tag.decompose()
    for tag in soup(["ul", "ol"]):
        if not _is_gone(tag) and _is_menu(tag):
            left_out.append(clean(tag.get_text(" · ", strip=True)))
            tag.decompose()
    return [words for words in left_out if words]


def _is_gone(tag: Tag) -> bool:
    """`tag.decomposed`, which looks through the whole tree below a tag that is still there."""
    return "_decomposed" in vars(tag)


def _is_furniture(tag: Tag) -> bool:
    if tag.name in ("html", "body", "main", "article", "h1", "h2", "h3"):
        return False
    if tag.has_attr("hidden") or tag.get("aria-hidden") == "true" or _HIDDEN_STYLE.search(str(tag.get("style", ""))):
        return True
    if str(tag.get("role", "")) in FURNITURE_ROLES:
        return True
    if tag.name in ("header", "footer") and tag.find_parent(["article", "main", "section"]) is None:
        return True
    names = [*(tag.get_attribute_list("class") or []), str(tag.get("id") or "")]
    words = {word for name in names if name for word in (name.lower(), *re.split(r"[-_\s]+", name.lower()))}
    # An entry's own footer says who wrote it and what it is filed under.
    found = words & FURNITURE_WORDS
    if found == {"footer"}:
        return not words & {"post-footer", "entry-footer"} and tag.find_parent("article") is None
    return bool(found)


def _holds_entries(tag: Tag) -> bool:
    """Themes name things oddly: what holds headings of months or of implications is no furniture."""
    for part in tag.find_all(["h1", "h2", "h3", "h4", "h5", "h6", "strong", "b", "article"]):
        words = clean(part.get_text(" "))
        if part.name == "article" or section_of(words) == "implications":
            return True
        if part.name[0] == "h" and month_of(words):
            return True
    return False


def _is_menu(tag: Tag) -> bool:
    """A list of three or more items that are links and nothing else."""
    items = tag.find_all("li", recursive=False)
    if len(items) < 3:
        return False
    return all(
        clean(item.get_text()) == clean("".join(link.get_text() for link in item.find_all("a"))) for item in items
    )


# --- the text -----------------------------------------------------------------------------------


class _Walk:
    """Goes through the tree once, without recursion, since pages may be nested deeply."""

    def __init__(self) -> None:
        self.parts: list[tuple[str, bool]] = []
        self.level: int | None = None
        self.bold = self.items = self.preformatted = 0

    def blocks(self, root: Tag) -> Iterator[Block]:
        todo: list[tuple[bool, Tag | NavigableString]] = [(True, root)]
        while todo:
            begins, node = todo.pop()
            if isinstance(node, NavigableString):
                yield from self._string(node)
            elif begins:
                yield from self._begin(node)
                todo.append((False, node))
                todo += [(True, child) for child in reversed(node.contents) if isinstance(child, Tag | NavigableString)]
            else:
                yield from self._end(node)
        yield from self._flush()

    def _string(self, node: NavigableString) -> Iterator[Block]:
        if isinstance(node, PreformattedString):
            return
        if self.preformatted:
            for line in str(node).split("\n"):
                self.parts.append((line, self.bold > 0))
                yield from self._flush()
        else:
            self.parts.append((str(node), self.bold > 0))

    def _begin(self, tag: Tag) -> Iterator[Block]:
        if tag.name == "br":
            if self.level is None:
                yield from self._flush()
            else:
                self.parts.append((" ", self.bold > 0))
        elif _is_block(tag):
            yield from self._flush()
            self.level = _level(tag) or self.level
            self.items += tag.name == "li"
            self.preformatted += tag.name == "pre"
        self.bold += _is_bold(tag)

    def _end(self, tag: Tag) -> Iterator[Block]:
        self.bold -= _is_bold(tag)
        if _is_block(tag):
            yield from self._flush()
            if _level(tag):
                self.level = None
            self.items -= tag.name == "li"
            self.preformatted -= tag.name == "pre"

    def _flush(self) -> Iterator[Block]:
        parts, self.parts = self.parts, []
        text = clean("".join(words for words, _ in parts))
        if not any(character.isalnum() for character in text):
            return
        lead = ""
        for words, bold in parts:
            if words.strip() and not bold:
                break
            lead += words
        lead = clean(lead)
        if bullet := _BULLET.match(text):
            yield Block(text[bullet.end() :], item=True)
            return
        level = self.level
        if level is None and lead == text and len(text) <= 200 and not text.endswith("."):
            level = BOLD_LINE
        yield Block(text, level, item=self.items > 0, lead="" if lead == text else lead)


def _is_block(tag: Tag) -> bool:
    return tag.name in BLOCKS or tag.get("role") == "heading"


def _level(tag: Tag) -> int | None:
    if re.fullmatch("h[1-6]", tag.name):
        return int(tag.name[1])
    if tag.get("role") == "heading":
        level = str(tag.get("aria-level", "2"))
        return int(level) if re.fullmatch("[1-6]", level) else 2
    return None


def _is_bold(tag: Tag) -> bool:
    return tag.name in ("b", "strong") or _BOLD_STYLE.search(str(tag.get("style", ""))) is not None
