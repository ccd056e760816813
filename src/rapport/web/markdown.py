"""Markdown, as editors write it, to clean HTML."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "code", "h2", "h3", "h4", "hr", "sub", "sup"}
_parser = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])


# “r = 0.28” is one thing, and is not broken at the end of a line.
STATISTIC = re.compile(r"\b([A-Za-z]{1,3}) = (?=[−\d])")


@lru_cache(maxsize=4096)
def render_markdown(text: str, base: str = "") -> SafeString:
    """`text` as HTML with paragraphs, lists, emphasis and links, and nothing that could run or load.

    With `base`, the whole address of the page that the text stands on, its links lead there from anywhere.
    """
    html = nh3.clean(
        _parser.render(text),
        tags=TAGS,
        attributes={"a": {"href"}, "*": set()},
        link_rel="noopener",
        url_relative=("rewrite_with_base", base) if base else "pass_through",
    )
    html = STATISTIC.sub("\\1\u00a0=\u00a0", html)
    return mark_safe(html)  # noqa: S308  # cleaned on the line above


def plain_text(text: str) -> str:
    """`text` without its Markdown, on one line: for descriptions and titles. No-break spaces stay what they are."""
    stripped = unescape(nh3.clean(_parser.render(text), tags=set()))
    return re.sub(r"[ \t\r\n]+", " ", stripped).strip()
