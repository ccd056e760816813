"""What a translation lacks of its original: fields, paragraphs, and the words of the findings beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.desk.differing import paragraphs_of
from rapport.desk.fields import FIELDS, LONG_FIELDS, NOT_TRANSLATED
from rapport.literature.models import Finding
from rapport.web.templatetags.web import language_name
from rapport.web.wording import in_language

ASKED_FOR_ANYWAY = ("title", "summary", "implications")  # of every text, whatever its original has


@dataclass(frozen=True)
class Lack:
    """Something the original has and the translation has not. Without a whole section it is not ready."""

    sentence: str
    field: str
    finding: str = ""
    blocks: bool = False


def lacking(original: Mapping[str, str], translation: Mapping[str, str], language: str) -> Iterator[Lack]:
    """The fields that are empty, and the sections with fewer paragraphs or points. Two may have become one."""
    for name, kind in FIELDS.items():
        if name in NOT_TRANSLATED or not original.get(name):
            continue
        where = {"language": language_name(language).capitalize(), "field": kind.label}
        if not translation.get(name):
            if name not in ASKED_FOR_ANYWAY:
                sentence = _("%(language)s, %(field)s: nothing, where the original has something.") % where
                yield Lack(sentence, name, blocks=name in LONG_FIELDS)
            continue
        has, of = len(paragraphs_of(translation[name])), len(paragraphs_of(original[name]))
        if name in LONG_FIELDS and has < of:
            sentence = ngettext(
                "%(language)s, %(field)s: %(has)d paragraph, where the original has %(of)d.",
                "%(language)s, %(field)s: %(has)d paragraphs, where the original has %(of)d.",
                has,
            )
            yield Lack(sentence % {**where, "has": has, "of": of}, name)


def wordless(findings: Iterable[Finding], own: str, language: str) -> Iterator[Lack]:
    """The findings whose name, or plain words, stand in the original's language only."""
    for finding in findings:
        said = {"claim": in_language(finding.claim, own).text, "language": language_name(language)}
        if said["claim"] and not finding.claim.get(language):
            sentence = _("The finding “%(claim)s” has no name in %(language)s.")
            yield Lack(sentence % said, "claim", finding.key)
        if finding.reading.get(own) and not finding.reading.get(language):
            sentence = _("The finding “%(claim)s” has no plain words in %(language)s.")
            yield Lack(sentence % said, "reading", finding.key)
