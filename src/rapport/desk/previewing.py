"""An entry as readers would see it, with words that are not saved yet. The template is the digest's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import override

from rapport.digest.models import Entry, EntryText, Revision
from rapport.digest.queries import texts_and_neighbours
from rapport.digest.reading import last_of
from rapport.literature.citations import apa
from rapport.literature.models import Finding
from rapport.literature.presenting import finding_rows


def as_readers_see(
    entry: Entry,
    words: Mapping[str, str],
    language: str,
    *,
    request: HttpRequest,
    findings: list[Finding] | None = None,
    within: bool = False,
) -> SafeString:
    """The entry's page in `language`, from its title to what to read beside it: digest/parts/entry.html.

    `findings`, with their families, are read when they are not given. `within` a page that has a title of its own,
    the entry's is a heading below it.
    """
    if findings is None:
        findings = list(entry.article.findings.with_families().order_by("position"))
    with override(language):
        _, neighbours = texts_and_neighbours(entry, localdate())
        revisions = list(entry.revisions.all())
        context: dict[str, Any] = {
            "entry": entry,
            "text": EntryText(entry=entry, language=language, **words),
            "citation": apa(entry.article.reference, language),
            "findings": finding_rows(findings),
            "topics": list(entry.topics.all()),
            "revisions": revisions,
            "correction": last_of(Revision.Kind.CORRECTED, revisions),
            "neighbours": neighbours,
            "within": within,
        }
        return render_to_string("digest/parts/entry.html", context, request)
