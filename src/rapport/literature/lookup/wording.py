"""Foreign texts made plain: markup and entities taken off, names as APA prints them, pages, years, languages, kinds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from html import unescape
from html.parser import HTMLParser
from typing import Any, Final

MOST_CHARACTERS: Final = 20_000  # of an abstract; the longest structured ones have some 6,000


def as_text(value: Any) -> str:
    """A JSON value as plain text on one line: "" for anything but text and numbers; of a list, its first."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return one_line(str(value))


def as_mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def one_line(text: str) -> str:
    """Without what cannot be printed or stored, with single spaces."""
    return " ".join("".join(_REPLACED.get(unicodedata.category(c), c) for c in text).split())


_REPLACED: Final = {"Cc": " ", "Zl": " ", "Zp": " ", "Cs": "\N{REPLACEMENT CHARACTER}"}


# --- markup -------------------------------------------------------------------------------------


class _Text(HTMLParser):
    """Text of JATS, MathML or HTML: blocks become paragraphs, a section's title is followed by a colon."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs: list[str] = []
        self.now: list[str] = []
        self.heading = ""
        self.skipping = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        name = tag.rpartition(":")[2]
        if name in _SKIPPED:
            self.skipping += 1
        elif name in _BLOCKS or name in _HEADINGS:
            self.end_paragraph()

    def handle_endtag(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name in _SKIPPED:
            self.skipping = max(0, self.skipping - 1)
        elif name in _HEADINGS:
            heading = one_line("".join(self.now)).rstrip(":. ")
            self.now = []
            self.heading = "" if heading.lower() in _NO_HEADINGS else heading
        elif name in _BLOCKS:
            self.end_paragraph()

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.now.append(data)

    def end_paragraph(self) -> None:
        text = one_line("".join(self.now))
        self.now = []
        if text:
            self.paragraphs.append(f"{self.heading}: {text}" if self.heading else text)
            self.heading = ""


_SKIPPED: Final = {"annotation", "tex-math", "script", "style"}
_BLOCKS: Final = {"p", "sec", "list-item", "li", "div", "br", "break", "abstract"}
_HEADINGS: Final = {"title", "h1", "h2", "h3", "h4", "h5", "h6"}
_NO_HEADINGS: Final = {"abstract", "summary", "résumé"}
# A “<” that begins no tag we know: “p <.001”, “n<b”. It is text.
_NO_TAG: Final = re.compile(
    r"<(?!/?(?:jats:|mml:|m:)?(?:title|sec|p|list|list-item|li|ul|ol|label|italic|bold|i|b|em|strong|u|underline|sub|sup"
    r"|sc|span|div|br|break|h[1-6]|a|ext-link|xref|uri|inline-formula|alternatives|math|m[a-z]+|semantics|annotation"
    r"|tex-math|monospace|named-content|styled-content|abstract|script|style|roman|font|tt|inline-graphic)[\s/>])",
    re.IGNORECASE,
)


def paragraphs(markup: str) -> str:
    """An abstract's markup as plain text, its paragraphs parted by an empty line.

    >>> paragraphs("<jats:title>Abstract</jats:title><jats:p>Drop-out fell, <jats:italic>p</jats:italic> &lt; .01.")
    'Drop-out fell, p < .01.'
    """
    reader = _Text()
    reader.feed(_NO_TAG.sub("&lt;", markup[: 4 * MOST_CHARACTERS]))
    reader.close()
    reader.end_paragraph()
    text = "\n\n".join(_unescaped(paragraph) for paragraph in reader.paragraphs)
    return _LABEL.sub("", text, count=1)[:MOST_CHARACTERS].strip()


def plain(markup: str) -> str:
    """A title's markup as one line of text."""
    text = " ".join(paragraphs(_HEADING_MARKS.sub("", markup)).split())
    return re.sub(r"(?<=[(\[]) | (?=[)\]])", "", text)  # line breaks round “<i>” leave spaces


_LABEL: Final = re.compile(r"^(?:Abstract|ABSTRACT|Summary|Résumé)\s*[:.]?\s+(?=[A-ZÀ-Þ“\"(])")
_HEADING_MARKS: Final = re.compile(r"</?(?:jats:)?title[^>]{0,100}>", re.IGNORECASE)


def _unescaped(text: str) -> str:
    """Entities that were escaped twice (“&amp;amp;”) as what they stand for."""
    return unescape(text) if "&" in text and ";" in text else text


def title_of(title: str, subtitle: str = "") -> tuple[str, bool]:
    """A work's title without markup, with its subtitle, without a stop; and whether it said “RETRACTED”."""
    text = plain(title)
    more = plain(subtitle)
    if more and more.casefold() not in text.casefold():
        text = f"{text} {more}" if text.endswith((":", "?", "!")) else f"{text}: {more}" if text else more
    without = _RETRACTED.sub("", text)
    is_retracted = without != text
    if without.startswith("[") and without.rstrip(".").endswith("]"):  # PubMed's brackets round a translated title
        without = without.rstrip(".")[1:-1]
    if without.endswith(".") and not without.endswith(("..", " al.")) and not _INITIALISM.search(without):
        without = without[:-1]
    return without.strip(), is_retracted


_RETRACTED: Final = re.compile(
    r"^\s*(?:\[?(?:RETRACTED(?: ARTICLE)?|WITHDRAWN(?: ARTICLE)?|Retracted(?: article)?)\]?\s*[:.]\s*)"
)
_INITIALISM: Final = re.compile(r"\b(?:[A-Z]\.){2,}$")


# --- names --------------------------------------------------------------------------------------


def apa_name(family: str, given: str = "", suffix: str = "") -> str:
    """“Swift”, “Joshua K” → “Swift, J. K.”; “Sartre”, “Jean-Paul” → “Sartre, J.-P.”; no given name: as it is.

    >>> apa_name("van Oppen", "Patricia")
    'van Oppen, P.'
    """
    family, given, suffix = plain(family).strip(" ,"), plain(given), plain(suffix).strip(" ,")
    suffix = _SUFFIXES.get(suffix, suffix)
    letters = initials(given)
    if not family or not letters:
        return family or plain(given)
    return f"{family}, {letters}, {suffix}" if suffix else f"{family}, {letters}"


_SUFFIXES: Final = {"2nd": "II", "3rd": "III", "4th": "IV", "Jr": "Jr.", "Sr": "Sr."}


def initials(given: str) -> str:
    """Given names as APA's initials; “JK” and “J.K.” are two of them, “Jean-Paul” has a hyphen."""
    given = given.replace("‐", "-").replace("‑", "-").replace(".-", "-").strip()
    if re.fullmatch(r"[^\W\d_]{2,4}", given) and given.isupper():
        return " ".join(f"{letter}." for letter in given)
    found: list[str] = []
    for word in re.split(r"[\s.,]+", given):
        parts = [part for part in word.split("-") if part[:1].isalpha()]
        if parts:
            found.append("-".join(f"{part[0].upper()}." for part in parts))
    return " ".join(found)


def apa_name_of(display: str) -> str:
    """A whole name as it is displayed: “Jan van der Berg” → “van der Berg, J.”; “Berg, Jan” → “Berg, J.”

    Which of several names are family names cannot be told; the last one is taken, with the particles before it.
    """
    display = plain(display)
    if "," in display:
        parts = [part.strip() for part in display.split(",")]
        return apa_name(parts[0], parts[1], parts[2] if len(parts) > 2 else "")
    words = display.split()
    suffix = words.pop() if len(words) > 2 and words[-1].rstrip(".") in ("Jr", "Sr", "II", "III", "IV") else ""
    if len(words) < 2:
        return display
    at = len(words) - 1
    while at > 1 and words[at - 1].islower():
        at -= 1
    return apa_name(" ".join(words[at:]), " ".join(words[:at]), suffix)


def names(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in found if name)[:200]


# --- places, years, languages ---------------------------------------------------------------------


def pages_of(text: str, *, last: str = "") -> str:
    """Pages with an en dash and both ends in full: “1009-12” → “1009–1012”; “e2-e2” → “e2”.

    >>> pages_of("1009-12")
    '1009–1012'
    """
    text, last = one_line(text), one_line(last)
    ends = _PAGES.fullmatch(text)
    first, last = (ends["first"], ends["last"]) if ends else (text, last)
    if not last or last == first:
        return first[:60]
    if first.isdecimal() and last.isdecimal() and len(last) < len(first) <= 60:
        completed = first[: -len(last)] + last
        last = completed if int(completed) > int(first) else last
    return f"{first}–{last}"[:60]


_PAGES: Final = re.compile(r"(?P<first>[^\s,;–—-]+)\s*(?:–|—|--?)\s*(?P<last>[^\s,;–—-]+)")


def year_of(value: Any) -> int | None:
    """The first year from 1500 to 2199 in a text or number."""
    found = re.search(r"(?<!\d)(1[5-9]\d\d|2[01]\d\d)(?!\d)", as_text(value))
    return int(found[0]) if found else None


def language_of(code: str) -> str:
    """A language's code of two letters: “eng”, “en-US”, “English” → “en”; "" for what we do not know."""
    code = one_line(code).lower()
    code = _LANGUAGES.get(code, re.split(r"[-_]", code)[0])
    code = _LANGUAGES.get(code, code)
    return code if re.fullmatch(r"[a-z]{2}", code) else ""


_LANGUAGES: Final = {
    "eng": "en", "english": "en", "fre": "fr", "fra": "fr", "french": "fr", "français": "fr", "ger": "de", "deu": "de",
    "german": "de", "ngerman": "de", "spa": "es", "spanish": "es", "ita": "it", "italian": "it", "por": "pt",
    "portuguese": "pt", "dut": "nl", "nld": "nl", "dutch": "nl", "dan": "da", "nor": "no", "swe": "sv", "fin": "fi",
    "pol": "pl", "cze": "cs", "ces": "cs", "hun": "hu", "rus": "ru", "chi": "zh", "zho": "zh", "jpn": "ja", "kor": "ko",
    "tur": "tr", "gre": "el", "ell": "el", "heb": "he", "ara": "ar", "per": "fa", "fas": "fa", "rum": "ro", "ron": "ro",
    "hrv": "hr", "srp": "sr", "slv": "sl", "slo": "sk", "slk": "sk", "ukr": "uk", "cat": "ca", "ice": "is", "isl": "is",
    "und": "", "mul": "",
}  # fmt: skip


def kind_of_article(*, volume: str, issue: str, pages: str) -> str:
    """A journal article that has neither a volume nor an issue yet is out in advance of both."""
    return "journal-article" if volume or issue or pages else "online-first"


def doi_of(value: Any) -> str:
    """A DOI as a service writes it, bare; "" when it is none."""
    found = re.search(r"10\.\d{4,9}(?:\.\d+)*/\S+", as_text(value))
    return found[0][:255] if found else ""


def unique(found: Iterable[str], *, most: int = 60) -> tuple[str, ...]:
    """Texts once each, in order, without empty ones."""
    return tuple(dict.fromkeys(text for text in map(one_line, found) if text))[:most]
