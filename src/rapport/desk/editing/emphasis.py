"""Markdown's marks of emphasis, where words are shown to be read and not to be written on."""

from __future__ import annotations

import re
from typing import Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_MARKS: Final = re.compile(r"\*{1,3}(?=\S)|(?<=\S)\*{1,3}|__|`")
_BOLD: Final = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", re.DOTALL)
_ITALIC: Final = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]+?)(?<=\S)\*(?![\w*])")


def without_emphasis(text: str) -> str:
    """The words without the marks; also of a stretch that has only one half of a pair."""
    return _MARKS.sub("", text)


def with_emphasis(text: str) -> SafeString:
    """A paragraph with its bold and italic words as such; all else stays as it was typed."""
    shown = _ITALIC.sub(r"<i>\1</i>", _BOLD.sub(r"<b>\1</b>", escape(text)))
    return mark_safe(shown)  # noqa: S308  # escaped before any tag was added
