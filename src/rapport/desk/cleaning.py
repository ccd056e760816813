"""What somebody typed, made fit to be kept, or refused in words that name the field."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from rapport.desk.checking import MOST_FIGURES, has_too_many_figures
from rapport.desk.fields import FIELDS
from rapport.desk.refusals import Refused

LONGEST_TEXT = 50_000
LONGEST_LINE = 2_000
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def clean_words(words: Mapping[str, str]) -> dict[str, str]:
    """The words by field, without blanks around them. Refuses all that is wrong at once."""
    if unknown := sorted(set(words) - set(FIELDS)):
        raise Refused(_("An entry has no field “%(field)s”.") % {"field": unknown[0][:40]})
    problems, clean = [], {}
    for name, typed in words.items():
        field = FIELDS[name]
        clean[name] = _without_blanks(typed, one_line=not field.is_long)
        problems += _problems(clean[name], str(field.label), field.most or LONGEST_TEXT)
        if has_too_many_figures(clean[name]):
            message = _("%(field)s holds more than %(most)d numbers; keep those that matter to a therapist.")
            problems.append(message % {"field": field.label, "most": MOST_FIGURES})
    if problems:
        raise Refused(*problems)
    return clean


def clean_line(typed: str, name: str, *, longest: int = LONGEST_LINE, needed: bool = False) -> str:
    """One line, such as a reason or an account. Line breaks in it become spaces."""
    return _clean(typed, name, longest=longest, needed=needed, one_line=True)


def clean_text(typed: str, name: str, *, longest: int = LONGEST_TEXT, needed: bool = False) -> str:
    """Some paragraphs, such as a note."""
    return _clean(typed, name, longest=longest, needed=needed, one_line=False)


def clean_wording(typed: Mapping[str, str], name: str) -> dict[str, str]:
    """A line by language, without the languages in which nothing was typed."""
    lines = {language: clean_line(line, f"{name} ({language})") for language, line in sorted(typed.items())}
    return {language: line for language, line in lines.items() if line}


def _clean(typed: str, name: str, *, longest: int, needed: bool, one_line: bool) -> str:
    text = _without_blanks(typed, one_line=one_line)
    problems = _problems(text, name, longest)
    if needed and not text:
        problems.append(_("%(field)s is empty; write it.") % {"field": name})
    if problems:
        raise Refused(*problems)
    return text


def as_one_line(typed: str) -> str:
    """A line as it would be kept, be it in order or not: a field hands back line breaks of its own."""
    return _without_blanks(typed, one_line=True)


def _without_blanks(typed: str, *, one_line: bool) -> str:
    text = typed.replace("\r\n", "\n").replace("\r", "\n").strip()
    return re.sub(r"\s*[\n\x85\u2028\u2029]\s*", " ", text) if one_line else text


def _problems(text: str, name: str, longest: int) -> list[str]:
    problems = []
    if len(text) > longest:
        too_long = _("%(field)s has %(length)d characters; shorten it to %(longest)d.")
        problems.append(too_long % {"field": name, "length": len(text), "longest": longest})
    if found := CONTROL.search(text):
        at = text[: found.start()][-20:]
        message = _(
            "%(field)s holds a character that cannot be shown, after “%(before)s”; delete it and type it again."
        )
        problems.append(message % {"field": name, "before": at})
    return problems
